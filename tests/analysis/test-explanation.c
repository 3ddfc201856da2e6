/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-explanation.h"
#include "slow-model.h"

#define ROUNDS 60

/* Values of the explanation: the parts add up to them. Single-precision eigenvalues and
   vectors, so the error is a share of the sum of magnitudes. */
static void
assert_adds_up (const EsExplanation *explanation, gsize i)
{
  double sum = explanation->direct[i], magnitude = fabs (sum);

  for (gsize k = 0; k < explanation->D; k++) {
    double part = explanation->contributions[i * explanation->D + k];

    sum += part;
    magnitude += fabs (part);
  }
  g_assert_cmpfloat_with_epsilon (sum, explanation->values[i], 1e-5 * (1 + magnitude));
}

static void
test_adds_up (void)
{
  EsRng rng;

  es_rng_init (&rng, 51, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 40);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    g_autoptr (EsSpectrum) spectrum = NULL;
    g_autoptr (EsExplanation) explanation = NULL;
    EsSpectrumOptions options = {0};
    float x[36];
    double logits[6];

    g_test_message ("seed %u: H %u, layers %u, bias %d, residual %d", round,
                    config.hidden, config.layers, config.bias, config.residual);
    slow_random_input (x, 36, &rng);
    options.x0 = x;
    spectrum = es_spectrum_new (model, NULL, &options, NULL, NULL);
    explanation = es_explanation_new (model, spectrum, x, NULL);
    slow_logits (logits, model, x);
    g_assert_cmpuint (explanation->n, ==, config.outputs);
    for (gsize c = 0; c < config.outputs; c++) {
      g_assert_cmpfloat_with_epsilon (explanation->values[c], logits[c],
                                      1e-9 * (1 + fabs (logits[c])));
      if (!config.residual)
        g_assert_cmpfloat (explanation->direct[c], ==, 0);
      assert_adds_up (explanation, c);
    }
  }
}

/* Both bases add up to the same, by different parts. */
static void
test_bases (void)
{
  const EsSpectrumOptions options = {.basis = ES_BASIS_PIXELS};
  EsRng rng;

  es_rng_init (&rng, 52, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = slow_random_config (&rng, 40);
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsSpectrum) pixels = NULL;
    g_autoptr (EsExplanation) explanation = NULL;
    float x[36];

    config.layers = 1;
    model = slow_random_model (&config, round);
    slow_random_input (x, 36, &rng);
    pixels = es_spectrum_new (model, NULL, &options, NULL, NULL);
    explanation = es_explanation_new (model, pixels, x, NULL);
    for (gsize c = 0; c < config.outputs; c++)
      assert_adds_up (explanation, c);
  }
}

/* A hidden direction of the first of two layers is that coordinate of its output. */
static void
test_hidden_direction (void)
{
  EsModelConfig config = {.rows = 3,
                          .cols = 3,
                          .hidden = 5,
                          .outputs = 2,
                          .layers = 2,
                          .bias = TRUE,
                          .residual = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 53);
  const float x[] = {0, 1, 0, 1, 0, 1, 0, 1, 0.5f}, m[] = {0, 0, 1, 0, 0};
  const double x_d[] = {0, 1, 0, 1, 0, 1, 0, 1, 0.5};
  double e[5], before[5];
  g_autoptr (EsDirections) directions = es_directions_new_hidden (model, 0, m, 1, NULL);
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (model, directions, NULL, NULL, NULL);
  g_autoptr (EsExplanation) explanation = es_explanation_new (model, spectrum, x, NULL);

  slow_layer_input (before, model, 0, x_d);
  slow_layer_input (e, model, 1, x_d);
  g_assert_cmpfloat_with_epsilon (explanation->values[0], e[2], 1e-9);
  g_assert_cmpfloat_with_epsilon (explanation->direct[0], before[2], 1e-9);
  assert_adds_up (explanation, 0);
}

/* The contribution of one component by its definition. */
static void
test_definition (void)
{
  EsModelConfig config = {
      .rows = 2, .cols = 2, .hidden = 4, .outputs = 2, .layers = 1, .bias = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 54);
  g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  const float x[] = {0.5f, 0, 1, 0.25f};
  const double x_d[] = {0.5, 0, 1, 0.25};
  g_autoptr (EsExplanation) explanation = es_explanation_new (model, spectrum, x, NULL);
  double e[5];

  slow_layer_input (e, model, 0, x_d);
  e[4] = 1;
  for (gsize c = 0; c < 2; c++)
    for (gsize k = 0; k < 5; k++) {
      double overlap = 0;

      for (gsize h = 0; h < 5; h++)
        overlap += es_spectrum_get_vector (spectrum, c, k)[h] * e[h];
      g_assert_cmpfloat_with_epsilon (
          explanation->contributions[c * 5 + k],
          es_spectrum_get_eigenvalues (spectrum, c)[k] * overlap * overlap, 1e-9);
    }
}

/* With scaled components all still adds up, and without any the direct part is left,
   without rounding. */
static void
test_edit (void)
{
  static const float choices[] = {0, 1, -1, 0.25f};

  for (guint round = 0; round < 20; round++) {
    EsModelConfig config = {.rows = 2,
                            .cols = 2,
                            .hidden = 6,
                            .outputs = 2,
                            .layers = 1,
                            .residual = (gboolean)(round % 2)};
    g_autoptr (EsModel) model = slow_random_model (&config, 60 + round);
    g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);
    const float x[] = {0.5f, 0, 1, 0.25f};
    g_autoptr (EsExplanation) own = es_explanation_new (model, spectrum, x, NULL);
    g_autoptr (EsExplanation) edited = NULL;
    float factors[12] = {0};
    gsize n_edited = 6;

    for (guint i = 6; i < 12; i++) {
      factors[i] = choices[(i * round + round / 4) % 4];
      n_edited += factors[i] != 1;
    }
    edited = es_explanation_edit (own, factors);
    g_assert_cmpuint (own->n_edited, ==, 0);
    g_assert_cmpuint (edited->n_edited, ==, n_edited);
    g_assert_cmpfloat (edited->values[0], ==, own->direct[0]);
    for (guint i = 6; i < 12; i++)
      g_assert_cmpfloat (edited->contributions[i], ==,
                         own->contributions[i] * factors[i]);
    assert_adds_up (edited, 1);
  }
}

static void
assert_refused (const EsModel *model, const EsSpectrum *spectrum, EsError code)
{
  const float x[] = {1, 1, 1, NAN};
  g_autoptr (GError) error = NULL;

  g_assert_null (es_explanation_new (model, spectrum, x, &error));
  g_assert_error (error, ES_ERROR, (int)code);
}

static void
test_refusals (void)
{
  EsModelConfig config = {.rows = 2, .cols = 2, .hidden = 6, .outputs = 2, .layers = 1};
  const EsSpectrumOptions some = {.basis = ES_BASIS_PIXELS, .leading = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 55);
  g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  g_autoptr (EsSpectrum) few = es_spectrum_new (model, NULL, &some, NULL, NULL);
  EsModelConfig others[4];

  assert_refused (model, few, ES_ERROR_SETTING);
  assert_refused (model, spectrum, ES_ERROR_MATH);
  for (guint i = 0; i < 4; i++)
    others[i] = config;
  others[0].hidden = 5;
  others[1].bias = TRUE;
  others[2].gate = ES_GATE_RELU;
  others[3].cols = 3;
  for (guint i = 0; i < 4; i++) {
    g_autoptr (EsModel) other = slow_random_model (&others[i], 55);

    assert_refused (other, spectrum, ES_ERROR_SETTING);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explanation/adds-up", test_adds_up);
  g_test_add_func ("/explanation/bases", test_bases);
  g_test_add_func ("/explanation/hidden", test_hidden_direction);
  g_test_add_func ("/explanation/definition", test_definition);
  g_test_add_func ("/explanation/edit", test_edit);
  g_test_add_func ("/explanation/refusals", test_refusals);
  return g_test_run ();
}
