/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-loss.h"
#include "es-network.h"
#include "es-rng.h"
#include "slow-network.h"

#include <string.h>

#define N 5

typedef struct
{
  EsModel *model;
  EsModelConfig config;
  EsActivations *act;
  double *params; /* the model's, as doubles */
  double *x;      /* (N, P) */
  guint16 labels[N];
} Case;

static void
case_init (Case *c, EsModelConfig config, guint32 which)
{
  EsRngStream weights = {21, ES_RNG_TEST, 0, which},
              images = {21, ES_RNG_TEST, 1, which};
  gsize P = es_model_config_inputs (&config), n;

  c->config = config;
  c->model = es_model_new (&config, NULL);
  n = es_model_n_params (c->model);
  es_rng_add_normal (es_model_params (c->model), n, 0.5f, &weights);
  c->act = es_activations_new (&config, N + 2, TRUE, NULL);
  memset (c->act->x, 0, N * P * sizeof (float));
  es_rng_add_normal (c->act->x, N * P, 1, &images);
  c->params = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    c->params[i] = es_model_get_params (c->model)[i];
  c->x = g_new (double, N *P);
  for (gsize i = 0; i < N * P; i++)
    c->x[i] = c->act->x[i];
  for (guint i = 0; i < N; i++)
    c->labels[i] = (guint16)(i % config.outputs);
}

static void
case_clear (Case *c)
{
  es_model_unref (c->model);
  es_activations_free (c->act);
  g_free (c->params);
  g_free (c->x);
}

/* Every combination of the options. */
static EsModelConfig
numbered_config (guint i)
{
  return (EsModelConfig){.rows = 2,
                         .cols = 3,
                         .hidden = 4,
                         .outputs = 3,
                         .layers = 1 + i % 4,
                         .bias = (i / 4) % 2,
                         .residual = (i / 8) % 2,
                         .gate = i / 16};
}

static double
slow_loss (const Case *c)
{
  gsize P = es_model_config_inputs (&c->config);
  double logits[3], loss = 0;

  for (gsize n = 0; n < N; n++) {
    slow_forward (logits, &c->config, c->params, c->x + n * P);
    loss += slow_cross_entropy (logits, 3, c->labels[n]);
  }
  return loss;
}

static void
test_forward (void)
{
  for (guint i = 0; i < 64; i++) {
    Case c;
    gsize P;

    case_init (&c, numbered_config (i), i);
    P = es_model_config_inputs (&c.config);
    es_network_forward (c.model, c.act, N);
    for (gsize n = 0; n < N; n++) {
      double logits[3];

      slow_forward (logits, &c.config, c.params, c.x + n * P);
      for (gsize k = 0; k < 3; k++)
        g_assert_cmpfloat_with_epsilon (c.act->logits[n * 3 + k], logits[k],
                                        1e-5 * (1 + fabs (logits[k])) * 10);
    }
    case_clear (&c);
  }
}

/* The derivative by parameter @i of the slow loss, by central differences. */
static double
slow_derivative (Case *c, gsize i)
{
  const double h = 1e-5;
  double at = c->params[i], above, below;

  c->params[i] = at + h;
  above = slow_loss (c);
  c->params[i] = at - h;
  below = slow_loss (c);
  c->params[i] = at;
  return (above - below) / (2 * h);
}

static void
check_gradient (guint which)
{
  Case c;
  gsize n, n_correct = 0;
  g_autofree float *dparams = NULL;
  double loss, largest = 0;

  case_init (&c, numbered_config (which), which);
  n = es_model_n_params (c.model);
  dparams = g_new0 (float, n);
  es_network_forward (c.model, c.act, N);
  loss =
      es_cross_entropy (c.act->dlogits, &n_correct, c.act->logits, c.labels, N, 3, 1);
  g_assert_cmpfloat_with_epsilon (loss, slow_loss (&c), 1e-4 * (1 + loss));
  es_network_backward (c.model, c.act, N, dparams);
  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (dparams[i]));
  for (gsize i = 0; i < n; i++) {
    double expected = slow_derivative (&c, i);

    if (fabs (dparams[i] - expected) > 2e-4 * largest + 1e-6)
      g_error ("options %u, parameter %" G_GSIZE_FORMAT ": %g, by differences %g",
               which, i, dparams[i], expected);
  }
  case_clear (&c);
}

static void
test_gradients (void)
{
  for (guint i = 0; i < 64; i++)
    check_gradient (i);
}

static void
test_accumulates (void)
{
  Case c;
  gsize n, n_correct = 0;
  g_autofree float *once = NULL, *twice = NULL;

  case_init (&c, numbered_config (13), 99);
  n = es_model_n_params (c.model);
  once = g_new0 (float, n);
  twice = g_new0 (float, n);
  for (guint i = 0; i < 3; i++) {
    es_network_forward (c.model, c.act, N);
    es_cross_entropy (c.act->dlogits, &n_correct, c.act->logits, c.labels, N, 3, 1);
    es_network_backward (c.model, c.act, N, i == 0 ? once : twice);
  }
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (twice[i], 2 * once[i], 1e-5 * (1 + fabs (once[i])));
  case_clear (&c);
}

/* No overflow for large logits, ties go to the lower class. */
static void
test_loss_extremes (void)
{
  const float logits[6] = {1e4f, -1e4f, 0, 2, 2, 1};
  const guint16 labels[2] = {1, 1};
  float dlogits[6];
  gsize n_correct = 0;

  g_assert_cmpfloat_with_epsilon (
      es_cross_entropy (dlogits, &n_correct, logits, labels, 1, 3, 1), 2e4, 1);
  g_assert_cmpfloat (dlogits[0], ==, 1);
  g_assert_cmpfloat (dlogits[1], ==, -1);
  g_assert_cmpuint (n_correct, ==, 0);
  g_assert_cmpuint (es_argmax (logits + 3, 3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/forward", test_forward);
  g_test_add_func ("/network/gradients", test_gradients);
  g_test_add_func ("/network/accumulates", test_accumulates);
  g_test_add_func ("/network/loss-extremes", test_loss_extremes);
  return g_test_run ();
}
