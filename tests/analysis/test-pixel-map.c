/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-pixel-map.h"
#include "slow-model.h"

#define ROUNDS 40

static void
test_layer_input (void)
{
  EsRng rng;

  es_rng_init (&rng, 21, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 20);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    gsize H = config.hidden, P = es_model_config_inputs (&config);
    float x[36];
    double x_d[36], e[20], slow[20];

    slow_random_input (x, P, &rng);
    for (gsize p = 0; p < P; p++)
      x_d[p] = x[p];
    for (guint layer = 0; layer <= config.layers; layer++) {
      es_pixel_map_layer_input (e, model, layer, x);
      slow_layer_input (slow, model, layer, x_d);
      for (gsize h = 0; h < H; h++)
        g_assert_cmpfloat_with_epsilon (e[h], slow[h], 1e-10 * (1 + fabs (slow[h])));
    }
  }
}

static void
test_first_layer_is_exact (void)
{
  EsModelConfig config = {.rows = 2, .cols = 3, .hidden = 4, .outputs = 2, .layers = 2};
  g_autoptr (EsModel) model = slow_random_model (&config, 1);
  g_autoptr (EsPixelMap) map = es_pixel_map_new (model, 0, NULL, NULL);

  g_assert_false (map->linearised);
  g_assert_true (map->weights == es_model_get_embed (model));
  g_assert_cmpuint (map->H, ==, 4);
  g_assert_cmpuint (map->P, ==, 6);
}

/* J against central differences of the slow forward pass, in double precision. */
static void
assert_derivative (const EsModel *model, guint layer, const float *x0)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  g_autoptr (EsPixelMap) map = es_pixel_map_new (model, layer, x0, NULL);
  const double step = 1e-5;
  double x[36], up[20], down[20];

  g_assert_true (map->linearised);
  for (gsize p = 0; p < P; p++)
    x[p] = x0[p];
  for (gsize p = 0; p < P; p++) {
    x[p] = x0[p] + step;
    slow_layer_input (up, model, layer, x);
    x[p] = x0[p] - step;
    slow_layer_input (down, model, layer, x);
    x[p] = x0[p];
    for (gsize h = 0; h < H; h++) {
      double slope = (up[h] - down[h]) / (2 * step);

      /* Single precision of J, and truncation of the difference. */
      g_assert_cmpfloat_with_epsilon (map->weights[h * P + p], slope,
                                      2e-5 * slow_largest (map->weights, H * P) + 1e-6);
    }
  }
}

static void
test_linearised (void)
{
  EsRng rng;

  es_rng_init (&rng, 22, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 20);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    float x0[36];

    g_test_message ("seed %u: H %u, layers %u, bias %d, residual %d", round,
                    config.hidden, config.layers, config.bias, config.residual);
    slow_random_input (x0, 36, &rng);
    for (guint layer = 1; layer < config.layers; layer++)
      assert_derivative (model, layer, x0);
  }
}

static void
test_refusals (void)
{
  EsModelConfig config = {.rows = 2, .cols = 3, .hidden = 4, .outputs = 2, .layers = 2};
  g_autoptr (EsModel) model = slow_random_model (&config, 1);
  g_autoptr (GError) no_reference = NULL;
  g_autoptr (GError) not_finite = NULL;
  const float x0[] = {1, 1, 1, 1, 1, 1};

  g_assert_null (es_pixel_map_new (model, 1, NULL, &no_reference));
  g_assert_error (no_reference, ES_ERROR, ES_ERROR_SETTING);
  es_model_params (model)[24] = NAN;
  g_assert_null (es_pixel_map_new (model, 1, x0, &not_finite));
  g_assert_error (not_finite, ES_ERROR, ES_ERROR_MATH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pixel-map/layer-input", test_layer_input);
  g_test_add_func ("/pixel-map/exact", test_first_layer_is_exact);
  g_test_add_func ("/pixel-map/linearised", test_linearised);
  g_test_add_func ("/pixel-map/refusals", test_refusals);
  return g_test_run ();
}
