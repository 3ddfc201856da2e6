/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gradient-attack.h"
#include "slow-model.h"

#include <string.h>

#define PIXELS 36

static EsModel *
make_model (guint seed)
{
  EsModelConfig config = {.rows = 6,
                          .cols = 6,
                          .hidden = 16,
                          .outputs = 4,
                          .layers = 1 + seed % 2,
                          .bias = seed % 3 == 0,
                          .residual = seed % 2};

  return slow_random_model (&config, seed);
}

static guint
slow_read (const EsModel *model, const float *x)
{
  double y[4];
  guint best = 0;

  slow_logits (y, model, x);
  for (guint c = 1; c < 4; c++)
    if (y[c] > y[best])
      best = c;
  return best;
}

/* The change is within budget and range, and what it does is what is said. */
static void
check_result (const EsModel *model,
              const float *x,
              guint label,
              const float *change,
              const EsGradientOptions *options,
              const EsGradientResult *result,
              double budget)
{
  EsNorms norms;
  float changed[PIXELS];
  guint read;

  es_norms_measure (&norms, change, PIXELS);
  g_assert_cmpfloat (options->norm == ES_NORM_L2 ? norms.l2 : norms.linf, <=,
                     budget * (1 + 1e-5) + 1e-7);
  for (gsize p = 0; p < PIXELS; p++) {
    changed[p] = x[p] + change[p];
    if (options->clip)
      g_assert_true (changed[p] >= -1e-6f && changed[p] <= 1 + 1e-6f);
  }
  read = slow_read (model, changed);
  if (fabs (result->margin) > 1e-4) {
    g_assert_cmpint (result->fooled, ==,
                     options->target >= 0 ? read == (guint)options->target
                                          : read != label);
    g_assert_cmpuint (result->read, ==, read);
    g_assert_cmpint (result->fooled, ==, result->margin > 0);
  }
}

static void
test_budget (void)
{
  EsRng rng;
  guint n_fooled = 0;

  es_rng_init (&rng, 61, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 48; round++) {
    g_autoptr (EsModel) model = make_model (round);
    g_autoptr (GError) error = NULL;
    EsGradientOptions options;
    EsGradientResult result;
    float x[PIXELS], change[PIXELS];
    guint label;

    slow_random_input (x, PIXELS, &rng);
    label = slow_read (model, x);
    if (round % 2)
      es_gradient_options_init_fgsm (&options);
    else
      es_gradient_options_init_pgd (&options);
    options.norm = round / 2 % 2 ? ES_NORM_L2 : ES_NORM_LINF;
    options.budget = options.norm == ES_NORM_L2 ? 2 : 0.3;
    options.step = round % 2 ? options.budget : 0;
    options.target = round / 4 % 2 ? (gint)((label + 1) % 4) : -1;
    options.clip = round / 8 % 2;
    options.restarts = 1 + round % 3;
    g_assert_true (
        es_gradient_attack (change, &result, model, x, label, &options, NULL, &error));
    g_assert_no_error (error);
    check_result (model, x, label, change, &options, &result, options.budget);
    n_fooled += result.fooled;
  }
  g_test_message ("%u of 48 fooled", n_fooled);
  g_assert_cmpuint (n_fooled, >=, 24);
}

/* The step goes where the loss rises fastest, by differences of the slow network. */
static void
test_direction (void)
{
  g_autoptr (EsModel) model = make_model (3);
  EsGradientOptions options;
  EsGradientResult result;
  EsRng rng;
  float x[PIXELS], change[PIXELS];
  guint label, n_compared = 0;

  es_rng_init (&rng, 62, ES_RNG_TEST, 0, 0);
  slow_random_input (x, PIXELS, &rng);
  label = slow_read (model, x);
  es_gradient_options_init_fgsm (&options);
  options.clip = FALSE;
  options.budget = options.step = 0.01;
  g_assert_true (
      es_gradient_attack (change, &result, model, x, label, &options, NULL, NULL));
  for (gsize p = 0; p < PIXELS; p++) {
    double y[4], loss[2];
    float at = x[p];

    for (guint i = 0; i < 2; i++) {
      double sum = 0;

      x[p] = at + (i == 0 ? -1e-3f : 1e-3f);
      slow_logits (y, model, x);
      for (guint c = 0; c < 4; c++)
        sum += exp (y[c]);
      loss[i] = log (sum) - y[label];
    }
    x[p] = at;
    if (fabs (loss[1] - loss[0]) < 1e-6)
      continue;
    n_compared++;
    g_assert_cmpfloat_with_epsilon (change[p], loss[1] > loss[0] ? 0.01 : -0.01, 1e-6);
  }
  g_assert_cmpuint (n_compared, >, 30);
}

static void
test_smallest (void)
{
  EsRng rng;
  guint n_fooled = 0;

  es_rng_init (&rng, 63, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 12; round++) {
    g_autoptr (EsModel) model = make_model (round);
    EsGradientOptions options;
    EsGradientResult result, less;
    float x[PIXELS], change[PIXELS];
    double budget;
    guint label;

    slow_random_input (x, PIXELS, &rng);
    label = slow_read (model, x);
    es_gradient_options_init_pgd (&options);
    options.budget = 4;
    g_assert_true (es_gradient_attack_smallest (change, &budget, &result, model, x,
                                                label, &options, NULL, NULL));
    check_result (model, x, label, change, &options, &result, budget);
    if (!result.fooled)
      continue;
    n_fooled++;
    options.budget = budget * 0.9;
    g_assert_true (
        es_gradient_attack (change, &less, model, x, label, &options, NULL, NULL));
    g_assert_false (less.fooled);
  }
  g_assert_cmpuint (n_fooled, >=, 6);
}

static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return FALSE;
}

static void
test_refused (void)
{
  const EsProgress progress = {stop, NULL};
  g_autoptr (EsModel) model = make_model (1);
  g_autoptr (GError) error = NULL;
  EsGradientOptions options;
  EsGradientResult result;
  float x[PIXELS] = {0}, change[PIXELS];

  es_gradient_options_init_pgd (&options);
  g_assert_false (
      es_gradient_attack (change, &result, model, x, 0, &options, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  for (guint i = 0; i < 5; i++) {
    g_clear_error (&error);
    es_gradient_options_init_pgd (&options);
    if (i == 0)
      options.steps = 0;
    if (i == 1)
      options.restarts = 0;
    if (i == 2)
      options.budget = NAN;
    if (i == 3)
      options.target = 4;
    if (i == 4)
      options.norm = ES_NORM_NONE;
    g_assert_false (
        es_gradient_attack (change, &result, model, x, 0, &options, NULL, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

static void
test_norms (void)
{
  float change[4] = {0.3f, -0.4f, 0, 1e-6f}, x[4] = {0.9f, 0.1f, 2, 0.5f};
  EsNorms norms;

  es_norms_measure (&norms, change, 4);
  g_assert_cmpuint (norms.l0, ==, 2);
  g_assert_cmpfloat_with_epsilon (norms.l2, 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (norms.linf, 0.4, 1e-6);
  es_norms_project (change, 4, ES_NORM_L2, 0.25);
  g_assert_cmpfloat_with_epsilon (change[0], 0.15, 1e-6);
  g_assert_cmpfloat_with_epsilon (change[1], -0.2, 1e-6);
  es_norms_project (change, 4, ES_NORM_LINF, 0.16);
  g_assert_cmpfloat_with_epsilon (change[0], 0.15, 1e-6);
  g_assert_cmpfloat_with_epsilon (change[1], -0.16, 1e-6);
  es_norms_clip (change, x, 4);
  g_assert_cmpfloat_with_epsilon (change[0], 0.1, 1e-6);
  g_assert_cmpfloat_with_epsilon (change[1], -0.1, 1e-6);
  /* A pixel that is outside already is not moved by clipping alone. */
  g_assert_cmpfloat (change[2], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gradient-attack/budget", test_budget);
  g_test_add_func ("/gradient-attack/direction", test_direction);
  g_test_add_func ("/gradient-attack/smallest", test_smallest);
  g_test_add_func ("/gradient-attack/refused", test_refused);
  g_test_add_func ("/gradient-attack/norms", test_norms);
  return g_test_run ();
}
