/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack.h"
#include "es-sweep.h"
#include "slow-model.h"

#include <string.h>

#define IMAGES 200
#define MASKS 4
#define STRENGTHS 3

static const double strengths[STRENGTHS] = {0, 0.4, -1.3};

static void
make_samples (EsSamples *samples, gsize P, guint C, EsRng *rng)
{
  samples->N = IMAGES;
  samples->pixels = g_new (guint8, IMAGES * P);
  samples->labels = g_new (guint16, IMAGES);
  for (gsize i = 0; i < IMAGES * P; i++)
    samples->pixels[i] = (guint8)es_rng_below (rng, 256);
  for (gsize n = 0; n < IMAGES; n++)
    samples->labels[n] = (guint16)es_rng_below (rng, C);
}

/* The class that @model reads @x as by the slow reference, or -1 if it is too close
   for single precision. */
static gint
slow_read (const EsModel *model, const float *x)
{
  guint C = es_model_get_config (model)->outputs, best = 0;
  double y[6], size = 0;

  slow_logits (y, model, x);
  for (guint c = 0; c < C; c++) {
    size = fmax (size, fabs (y[c]));
    if (y[c] > y[best])
      best = c;
  }
  for (guint c = 0; c < C; c++)
    if (c != best && y[best] - y[c] < 1e-4 * size)
      return -1;
  return (gint)best;
}

/* Images read right and as the target by a loop over them; images too close to call
   in @n_open. */
static void
slow_count (double *correct,
            double *taken,
            double *n_open,
            const EsModel *model,
            const EsSamples *samples,
            const float *mask,
            guint target,
            double s,
            gboolean clip)
{
  gsize P = es_model_config_inputs (es_model_get_config (model));
  float x[36];

  *correct = *taken = *n_open = 0;
  for (gsize n = 0; n < IMAGES; n++) {
    gint read;

    for (gsize p = 0; p < P; p++) {
      double value = samples->pixels[n * P + p] / 255.0 + s * mask[p];

      x[p] = (float)(clip ? CLAMP (value, 0, 1) : value);
    }
    read = slow_read (model, x);
    *n_open += read < 0;
    *correct += read == samples->labels[n];
    *taken += read == (gint)target && read != samples->labels[n];
  }
}

/* Returns the share of readings too close to call. */
static double
check_sweep (guint round, gboolean clip, EsRng *rng)
{
  EsModelConfig config = slow_random_config (rng, 24);
  gsize P = es_model_config_inputs (&config);
  g_autoptr (EsModel) model = slow_random_model (&config, round);
  g_autofree float *masks = g_new (float, MASKS *P);
  guint targets[MASKS];
  EsSamples samples = {0};
  g_autoptr (EsSweep) sweep = NULL;
  g_autoptr (GError) error = NULL;
  double all_open = 0;

  g_test_message ("round %u: layers %u, bias %d, residual %d, clip %d", round,
                  config.layers, config.bias, config.residual, clip);
  make_samples (&samples, P, config.outputs, rng);
  for (gsize i = 0; i < MASKS * P; i++)
    masks[i] = (float)es_rng_normal (rng);
  for (guint m = 0; m < MASKS; m++)
    targets[m] = es_rng_below (rng, config.outputs);
  sweep = es_sweep_new (model, masks, targets, MASKS, 1, strengths, STRENGTHS, clip,
                        &samples, NULL, &error);
  g_assert_no_error (error);
  for (gsize m = 0; m < MASKS; m++)
    for (gsize i = 0; i < STRENGTHS; i++) {
      double correct, taken, n_open;

      slow_count (&correct, &taken, &n_open, model, &samples, masks + m * P, targets[m],
                  strengths[i], clip);
      all_open += n_open;
      g_assert_cmpfloat (fabs (IMAGES * es_sweep_get_accuracy (sweep, m, i) - correct),
                         <=, n_open + 1e-6);
      g_assert_cmpfloat (
          fabs (IMAGES * es_sweep_get_misclassified (sweep, m, i) - taken), <=,
          n_open + 1e-6);
    }
  g_free (samples.pixels);
  g_free (samples.labels);
  return all_open / (IMAGES * MASKS * STRENGTHS);
}

static void
test_reference (gconstpointer clip)
{
  EsRng rng;
  double n_open = 0;

  es_rng_init (&rng, 31, ES_RNG_TEST, clip != NULL, 0);
  for (guint round = 0; round < 40; round++)
    n_open += check_sweep (round, clip != NULL, &rng);
  g_test_message ("%g rounds' worth of readings too close to call", n_open);
  g_assert_cmpfloat (n_open, <, 4);
}

static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return FALSE;
}

static void
test_stopped (void)
{
  const EsProgress progress = {stop, NULL};
  EsModelConfig config = {.rows = 3, .cols = 3, .hidden = 4, .outputs = 3, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 1);
  g_autoptr (GError) error = NULL;
  float mask[9] = {1};
  guint target = 0;
  EsSamples samples = {0};
  EsRng rng;

  es_rng_init (&rng, 32, ES_RNG_TEST, 0, 0);
  make_samples (&samples, 9, 3, &rng);
  g_assert_null (es_sweep_new (model, mask, &target, 1, 0, strengths, STRENGTHS, FALSE,
                               &samples, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  g_clear_error (&error);
  samples.labels[7] = 3;
  g_assert_null (es_sweep_new (model, mask, &target, 1, 0, strengths, STRENGTHS, FALSE,
                               &samples, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  g_free (samples.pixels);
  g_free (samples.labels);
}

/* What is averaged, over what. */
static void
check_averages (const EsAttack *attack, gsize n_masks)
{
  double mean, half, sum = 0, squares = 0, weighted = 0;

  g_assert_cmpuint (attack->n_masks, ==, n_masks);
  for (gsize i = 0; i < n_masks; i++)
    sum += es_attack_get (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY, i, 1);
  for (gsize i = 0; i < n_masks; i++)
    squares += pow (es_attack_get (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY, i, 1) -
                        sum / (double)n_masks,
                    2);
  es_attack_average (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY, 1, &mean, &half);
  g_assert_cmpfloat_with_epsilon (mean, sum / (double)n_masks, 1e-12);
  g_assert_cmpfloat_with_epsilon (
      half, 1.96 * sqrt (squares / (double)((n_masks - 1) * n_masks)), 1e-12);
  for (guint c = 0; c < attack->sweep->C; c++)
    weighted +=
        attack->sweep->totals[c] *
        es_attack_get_class (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY, -1, c, 1);
  g_assert_cmpfloat_with_epsilon (weighted / IMAGES, mean, 1e-9);
}

/* Of the images of a class, those read right, those read as the target, and the rest
   are all of them. */
static void
check_reads (const EsAttack *attack)
{
  guint C = (guint)attack->sweep->C;

  for (guint input = 0; input < 3; input++)
    for (gsize s = 0; s < attack->n_strengths; s++)
      for (guint label = 0; label < C; label++) {
        double sum = 0, right;

        for (guint read = 0; read < C; read++)
          sum += es_attack_get_reads (attack, input, label, read, s);
        right = es_attack_get_class (attack, input, ES_ATTACK_ACCURACY, -1, label, s);
        g_assert_cmpfloat_with_epsilon (sum, 1, 1e-12);
        g_assert_cmpfloat_with_epsilon (
            es_attack_get_reads (attack, input, label, label, s), right, 1e-12);
      }
}

/* A mask given as a change does what it does as a mask. */
static void
check_change (const EsModel *model, const EsAttack *one, const EsSamples *samples)
{
  g_autoptr (EsAttack) change = NULL;
  g_autoptr (GError) error = NULL;
  EsAttackPlan plan;
  guint target = one->classes[0];

  es_attack_plan_init (&plan);
  plan.change = es_attack_get_mask (one, ES_ATTACK_MASKED, 0);
  g_assert_null (es_attack_new (model, NULL, NULL, &plan, samples, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  g_clear_error (&error);
  plan.class_index = (gint)target;
  change = es_attack_new (model, NULL, NULL, &plan, samples, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (change->n_masks, ==, 1);
  check_reads (change);
  for (gsize s = 0; s < 12; s++)
    for (guint c = 0; c < 4; c++) {
      double taken = es_attack_get_reads (change, ES_ATTACK_MASKED, c, target, s);

      g_assert_cmpfloat (taken, ==,
                         es_attack_get_reads (one, ES_ATTACK_MASKED, c, target, s));
      if (c != target)
        g_assert_cmpfloat_with_epsilon (taken,
                                        es_attack_get_class (one, ES_ATTACK_MASKED,
                                                             ES_ATTACK_MISCLASSIFIED,
                                                             (gint)target, c, s),
                                        1e-12);
    }
}

/* One mask alone gives what it gives among all, its control too. */
static void
test_attack (void)
{
  EsModelConfig config = {
      .rows = 5, .cols = 5, .hidden = 12, .outputs = 4, .layers = 1, .residual = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 5);
  g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  g_autoptr (EsMasks) masks = NULL;
  g_autoptr (EsAttack) all = NULL, one = NULL;
  g_autoptr (GError) error = NULL;
  EsAttackPlan plan;
  EsSamples samples = {0};
  EsRng rng;

  es_rng_init (&rng, 33, ES_RNG_TEST, 0, 0);
  make_samples (&samples, 25, 4, &rng);
  masks = es_masks_new (model, spectrum, NULL, &samples, 3, &error);
  g_assert_no_error (error);
  es_attack_plan_init (&plan);
  g_assert_cmpuint (plan.n_strengths, ==, 12);
  g_assert_cmpfloat_with_epsilon (plan.strengths[11], 0.3, 1e-12);
  all = es_attack_new (model, masks, NULL, &plan, &samples, NULL, &error);
  g_assert_no_error (error);
  check_averages (all, 12);
  check_reads (all);
  plan.class_index = 2;
  plan.first_component = 1;
  plan.n_components = 1;
  one = es_attack_new (model, masks, NULL, &plan, &samples, NULL, &error);
  g_assert_no_error (error);
  for (guint input = 0; input < 3; input++)
    for (guint quantity = 0; quantity < 2; quantity++)
      for (gsize s = 0; s < 12; s++)
        g_assert_cmpfloat (es_attack_get (one, input, quantity, 0, s), ==,
                           es_attack_get (all, input, quantity, 2 * 3 + 1, s));
  check_change (model, one, &samples);
  plan.n_components = 3;
  g_assert_null (es_attack_new (model, masks, NULL, &plan, &samples, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  g_clear_error (&error);
  plan.class_index = 4;
  g_assert_null (es_attack_new (model, masks, NULL, &plan, &samples, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  g_free (samples.pixels);
  g_free (samples.labels);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sweep/reference", NULL, test_reference);
  g_test_add_data_func ("/sweep/reference-clipped", "clip", test_reference);
  g_test_add_func ("/sweep/stopped", test_stopped);
  g_test_add_func ("/sweep/attack", test_attack);
  return g_test_run ();
}
