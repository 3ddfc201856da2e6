/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"
#include "es-component-edit.h"
#include "es-explanation.h"
#include "es-image-index.h"
#include "es-leading.h"
#include "es-truncation.h"
#include "slow-model.h"

#include <string.h>

/*
 * Networks without embedding, narrower and wider than their input: their forms are of
 * the inputs (and the constant) alone, whatever the width of the product, and all that
 * works with components takes them.
 */

#define IMAGES 40
#define K 2
#define OUTPUTS 3

typedef struct
{
  guint inputs;
  guint units;
  gboolean bias;
} Shape;

static const Shape shapes[] = {{5, 9, FALSE}, {5, 9, TRUE}, {5, 6, TRUE},
                               {7, 3, FALSE}, {7, 3, TRUE}, {6, 6, TRUE}};

typedef struct
{
  EsModel *model;
  EsSpectrum *spectrum;
  EsSamples samples;
} Case;

static void
case_init (Case *c, const Shape *shape)
{
  EsModelConfig config = {.rows = 1,
                          .cols = shape->inputs,
                          .outputs = OUTPUTS,
                          .layers = 1,
                          .bias = shape->bias};
  EsRng rng;
  gsize P = shape->inputs;

  es_model_config_set_units (&config, shape->units);
  c->model = es_model_new (&config, NULL);
  es_model_init (c->model, 5);
  es_rng_init (&rng, 17, ES_RNG_TEST, shape->units, 0);
  for (guint h = 0; shape->bias && h < shape->units; h++) {
    float *bias = es_model_params (c->model) +
                  (es_model_get_bias (c->model, 0) - es_model_get_params (c->model));

    bias[h] = (float)es_rng_normal (&rng);
    bias[config.hidden + h] = (float)es_rng_normal (&rng);
  }
  c->spectrum = es_spectrum_new (c->model, NULL, NULL, NULL, NULL);
  g_assert_nonnull (c->spectrum);
  c->samples = (EsSamples){.N = IMAGES};
  c->samples.pixels = g_new (guint8, IMAGES * P);
  c->samples.labels = g_new (guint16, IMAGES);
  for (gsize i = 0; i < IMAGES * P; i++)
    c->samples.pixels[i] = (guint8)es_rng_below (&rng, 256);
  for (gsize n = 0; n < IMAGES; n++)
    c->samples.labels[n] = (guint16)es_rng_below (&rng, OUTPUTS);
}

static void
case_clear (Case *c)
{
  es_model_unref (c->model);
  es_spectrum_unref (c->spectrum);
  g_free (c->samples.pixels);
  g_free (c->samples.labels);
}

static void
for_all (void (*check) (const Case *c, const Shape *shape))
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    Case c;

    g_test_message ("%u inputs, %u units, bias %d", shapes[i].inputs, shapes[i].units,
                    shapes[i].bias);
    case_init (&c, &shapes[i]);
    check (&c, &shapes[i]);
    case_clear (&c);
  }
}

/* Coordinate @j of the row of @unit: a weight, or for j = inputs the bias. */
static double
coordinate (const EsModel *model, const Shape *shape, guint side, guint unit, guint j)
{
  gsize H = es_model_get_config (model)->hidden;
  const float *weights =
      side == 0 ? es_model_get_left (model, 0) : es_model_get_right (model, 0);

  return j < shape->inputs ? weights[unit * H + j]
                           : es_model_get_bias (model, 0)[side * H + unit];
}

/* The eigenvalues of output @c from the parameters that a file of the network has. */
static void
slow_values (double *values, const EsModel *model, const Shape *shape, gsize c)
{
  gsize D = shape->inputs + shape->bias;
  g_autofree double *q = g_new0 (double, D *D);

  for (guint unit = 0; unit < shape->units; unit++)
    for (guint i = 0; i < D; i++)
      for (guint j = 0; j < D; j++)
        q[i * D + j] +=
            0.5 *
            es_model_get_head (model)[c * es_model_get_config (model)->hidden + unit] *
            (coordinate (model, shape, 0, unit, i) *
                 coordinate (model, shape, 1, unit, j) +
             coordinate (model, shape, 1, unit, i) *
                 coordinate (model, shape, 0, unit, j));
  g_assert_true (es_blas_symmetric_eigen_d (q, values, D, NULL));
}

static void
check_values (const Case *c, const Shape *shape)
{
  gsize D = shape->inputs + shape->bias;
  EsSpectrumOptions options = {.basis = ES_BASIS_PIXELS};
  g_autoptr (EsSpectrum) of_pixels =
      es_spectrum_new (c->model, NULL, &options, NULL, NULL);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (K);

  g_assert_cmpuint (c->spectrum->D, ==, D);
  g_assert_cmpuint (of_pixels->D, ==, D);
  /* The second time from what the first one found. */
  for (guint call = 0; call < 2; call++) {
    g_autoptr (EsLeading) leading =
        es_leading_solver_solve (solver, c->model, NULL, NULL, NULL);

    g_assert_cmpuint (leading->D, ==, D);
    for (gsize i = 0; i < OUTPUTS; i++) {
      const float *found = es_spectrum_get_eigenvalues (c->spectrum, i);
      const float *ends = leading->eigenvalues + i * 2 * K;
      g_autofree double *slow = g_new (double, D);

      slow_values (slow, c->model, shape, i);
      for (gsize k = 0; k < D; k++) {
        g_assert_cmpfloat_with_epsilon (found[k], slow[k], 1e-5);
        g_assert_cmpfloat_with_epsilon (es_spectrum_get_eigenvalues (of_pixels, i)[k],
                                        slow[k], 1e-5);
      }
      for (gsize k = 0; k < K; k++) {
        g_assert_cmpfloat_with_epsilon (ends[k], slow[D - 1 - k], 2e-3);
        g_assert_cmpfloat_with_epsilon (ends[K + k], slow[k], 2e-3);
      }
    }
  }
}

static void
image (const Case *c, gsize n, float *x)
{
  gsize P = es_model_config_inputs (es_model_get_config (c->model));

  for (gsize p = 0; p < P; p++)
    x[p] = c->samples.pixels[n * P + p] / 255.0f;
}

/* The contributions add up, one by one and over many images. */
static void
check_contributions (const Case *c, const Shape *shape)
{
  gsize D = c->spectrum->D;
  double y[OUTPUTS];
  float x[8], values[IMAGES], sums[IMAGES] = {0};
  g_autoptr (EsExplanation) explanation = NULL;

  image (c, 3, x);
  slow_logits (y, c->model, x);
  explanation = es_explanation_new (c->model, c->spectrum, x, NULL);
  for (gsize i = 0; i < OUTPUTS; i++) {
    double sum = 0;

    for (gsize k = 0; k < D; k++)
      sum += explanation->contributions[i * D + k];
    g_assert_cmpfloat_with_epsilon (sum, y[i], 1e-5);
  }
  for (gsize k = 0; k < D; k++) {
    g_assert_true (es_image_index_contributions (values, c->model, c->spectrum, 1, k,
                                                 &c->samples, NULL, NULL));
    for (gsize n = 0; n < IMAGES; n++)
      sums[n] += values[n];
  }
  g_assert_cmpfloat_with_epsilon (sums[3], y[1], 1e-5);
}

/* All components together are the network; without one it is another network. */
static void
check_edits (const Case *c, const Shape *shape)
{
  gsize all = c->spectrum->D;
  EsEvaluation whole, kept;
  double edited[OUTPUTS], alone[OUTPUTS];
  float x[8];
  g_autoptr (EsComponentEdit) edit =
      es_component_edit_new (c->model, c->spectrum, &c->samples, NULL, NULL);
  g_autoptr (EsModel) model = NULL;

  g_assert_true (es_evaluate (&whole, c->model, &c->samples, NULL, NULL));
  g_assert_true (es_truncation_evaluate (&kept, &all, 1, ES_TRUNCATION_ABSOLUTE,
                                         c->model, c->spectrum, &c->samples, NULL,
                                         NULL));
  g_assert_cmpfloat_with_epsilon (kept.loss, whole.loss, 1e-5);
  es_component_edit_set (edit, 0, all - 1, 0);
  es_component_edit_set (edit, 2, 0, -1);
  model = es_component_edit_make_model (edit, NULL);
  image (c, 7, x);
  es_component_edit_logits (edit, x, edited);
  slow_logits (alone, model, x);
  for (gsize i = 0; i < OUTPUTS; i++)
    g_assert_cmpfloat_with_epsilon (edited[i], alone[i], 1e-5);
}

static void
test_values (void)
{
  for_all (check_values);
}

static void
test_contributions (void)
{
  for_all (check_contributions);
}

static void
test_edits (void)
{
  for_all (check_edits);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/no-embedding/values", test_values);
  g_test_add_func ("/no-embedding/contributions", test_contributions);
  g_test_add_func ("/no-embedding/edits", test_edits);
  return g_test_run ();
}
