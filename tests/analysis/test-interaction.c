/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-block.h"
#include "es-interaction.h"
#include "slow-model.h"

/* Single precision against double: entries are sums of H products of size about 1 / H.
 */
#define TOLERANCE 2e-6

/* The configurations that tests of random shape go through. */
#define ROUNDS 40

static void
test_by_loops (void)
{
  EsRng rng;

  es_rng_init (&rng, 11, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 70);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    gsize D = es_interaction_get_size (model);
    g_autofree float *q = g_new (float, config.outputs *D *D);
    g_autofree double *slow = g_new (double, D *D);

    g_test_message ("seed %u: H %u, layers %u, bias %d", round, config.hidden,
                    config.layers, config.bias);
    g_assert_cmpuint (D, ==, config.hidden + (config.bias ? 1 : 0));
    g_assert_true (es_interaction_fill (q, model, NULL, NULL));
    for (gsize c = 0; c < config.outputs; c++) {
      const float *q_c = q + c * D * D;

      slow_class_interaction (slow, model, c);
      for (gsize i = 0; i < D; i++)
        for (gsize j = 0; j < D; j++) {
          g_assert_cmpfloat (q_c[i * D + j], ==, q_c[j * D + i]);
          g_assert_cmpfloat_with_epsilon (q_c[i * D + j], slow[i * D + j],
                                          TOLERANCE * (1 + fabs (slow[i * D + j])));
        }
    }
  }
}

static void
test_hidden_of_first_layer (void)
{
  EsModelConfig config = {
      .rows = 3, .cols = 2, .hidden = 9, .outputs = 2, .layers = 2, .bias = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 5);
  float m[9], q[100];
  double m_d[9], slow[100];
  g_autoptr (EsDirections) directions = NULL;

  for (guint h = 0; h < 9; h++)
    m_d[h] = m[h] = (float)h - 3;
  directions = es_directions_new_hidden (model, 0, m, 1, NULL);
  g_assert_true (es_interaction_fill (q, model, directions, NULL));
  slow_interaction (slow, model, 0, m_d);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpfloat_with_epsilon (q[i], slow[i], 1e-5);
}

static void
test_difference (void)
{
  EsModelConfig config = {
      .rows = 5, .cols = 5, .hidden = 40, .outputs = 3, .layers = 1, .bias = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 6);
  gsize D = 41, n = D * D;
  const float u[] = {1, 0, -1};
  g_autoptr (EsDirections) difference =
      es_directions_new (model, ES_LAST_LAYER, u, 1, NULL);
  g_autofree float *q = g_new (float, 3 * n), *q_u = g_new (float, n);

  g_assert_true (es_interaction_fill (q, model, NULL, NULL));
  g_assert_true (es_interaction_fill (q_u, model, difference, NULL));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (q_u[i], q[i] - q[2 * n + i], 5e-6);
}

/* The product that forms no matrix agrees with the matrix. */
static void
test_multiply (void)
{
  EsRng rng;

  es_rng_init (&rng, 12, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 50);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    gsize D = es_block_get_size (model), H = config.hidden, b = 3;
    g_autoptr (EsBlock) block = es_block_new (model, config.layers - 1, NULL);
    g_autofree double *slow = g_new (double, D *D);
    g_autofree float *s = g_new (float, b *D), *out = g_new (float, b *D);
    g_autofree float *scratch = g_new (float, 2 * b * H);

    slow_class_interaction (slow, model, 1);
    slow_random_input (s, b * D, &rng);
    es_block_multiply (out, scratch, block, es_model_get_head (model) + H, s, b);
    for (gsize r = 0; r < b; r++)
      for (gsize i = 0; i < D; i++) {
        double sum = 0;

        for (gsize j = 0; j < D; j++)
          sum += slow[i * D + j] * s[r * D + j];
        g_assert_cmpfloat_with_epsilon (out[r * D + i], sum, 2e-5);
      }
  }
}

static void
test_refusals (void)
{
  EsModelConfig config = {.rows = 2, .cols = 2, .hidden = 3, .outputs = 2, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 7);
  g_autoptr (EsDirections) directions = es_directions_new_outputs (model);
  float q[32];

  for (EsGate gate = ES_GATE_RELU; gate <= ES_GATE_SILU; gate++) {
    g_autoptr (EsModel) gated = NULL;
    g_autoptr (GError) error = NULL;

    config.gate = gate;
    gated = slow_random_model (&config, 7);
    g_assert_false (es_interaction_fill (q, gated, NULL, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
    g_assert_nonnull (strstr (error->message, "no exact spectrum"));
    g_assert_nonnull (strstr (error->message, es_gate_to_string (gate)));
  }
  {
    g_autoptr (EsModel) wider = NULL;
    g_autoptr (GError) error = NULL;

    config.gate = ES_GATE_NONE;
    config.hidden = 4;
    wider = slow_random_model (&config, 7);
    g_assert_false (es_interaction_fill (q, wider, directions, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

static void
test_not_finite (void)
{
  EsModelConfig config = {.rows = 2, .cols = 2, .hidden = 3, .outputs = 2, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 8);
  g_autoptr (GError) error = NULL;
  float q[18];

  /* The last weight of R: behind the embedding and L. */
  es_model_params (model)[12 + 17] = NAN;
  g_assert_false (es_interaction_fill (q, model, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interaction/by-loops", test_by_loops);
  g_test_add_func ("/interaction/hidden", test_hidden_of_first_layer);
  g_test_add_func ("/interaction/difference", test_difference);
  g_test_add_func ("/interaction/multiply", test_multiply);
  g_test_add_func ("/interaction/refusals", test_refusals);
  g_test_add_func ("/interaction/not-finite", test_not_finite);
  return g_test_run ();
}
