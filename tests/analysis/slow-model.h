/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"
#include "es-rng.h"

#include <math.h>

/*
 * Ungated networks by the book: random ones, their forward pass, their forms and
 * eigenvalues, all in double precision and by loops. What the fast routines are
 * compared with.
 */

/* A model with normal weights, scaled so that values stay near 1. */
static inline EsModel *
slow_random_model (const EsModelConfig *config, guint64 seed)
{
  EsModel *model = es_model_new (config, NULL);
  guint n;
  const EsTensorInfo *tensors = es_model_get_tensors (model, &n);
  EsRng rng;

  es_rng_init (&rng, seed, ES_RNG_TEST, 0, 0);
  for (guint i = 0; i < n; i++) {
    double fan_in = tensors[i].n_dims == 2 ? (double)tensors[i].dims[1] : 1;

    for (gsize k = 0; k < tensors[i].n; k++)
      es_model_params (model)[tensors[i].offset + k] =
          (float)(es_rng_normal (&rng) / sqrt (fan_in));
  }
  return model;
}

/* A configuration of random shape, at most @max wide. */
static inline EsModelConfig
slow_random_config (EsRng *rng, guint max)
{
  return (EsModelConfig){
      .rows = 1 + es_rng_below (rng, 6),
      .cols = 1 + es_rng_below (rng, 6),
      .hidden = 1 + es_rng_below (rng, max),
      .outputs = 2 + es_rng_below (rng, 4),
      .layers = 1 + es_rng_below (rng, ES_MODEL_MAX_LAYERS),
      .bias = (gboolean)es_rng_below (rng, 2),
      .residual = (gboolean)es_rng_below (rng, 2),
  };
}

static inline void
slow_random_input (float *x, gsize P, EsRng *rng)
{
  for (gsize p = 0; p < P; p++)
    x[p] = (float)es_rng_uniform (rng);
}

/* Row @h of L (branch 0) or R (branch 1) times @e, plus its bias. */
static inline double
slow_branch (const EsModel *model, guint layer, guint branch, gsize h, const double *e)
{
  gsize H = es_model_get_config (model)->hidden;
  const float *weights = branch == 0 ? es_model_get_left (model, layer)
                                     : es_model_get_right (model, layer);
  const float *bias = es_model_get_bias (model, layer);
  double sum = bias == NULL ? 0 : bias[branch * H + h];

  for (gsize j = 0; j < H; j++)
    sum += (double)weights[h * H + j] * e[j];
  return sum;
}

/* The input @e (H) of layer @layer for @x (P); of the head for the number of layers. */
static inline void
slow_layer_input (double *e, const EsModel *model, guint layer, const double *x)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  g_autofree double *next = g_new (double, H);

  for (gsize h = 0; h < H; h++) {
    e[h] = 0;
    for (gsize p = 0; p < P; p++)
      e[h] += (double)es_model_get_embed (model)[h * P + p] * x[p];
  }
  for (guint i = 0; i < layer; i++) {
    for (gsize h = 0; h < H; h++)
      next[h] = slow_branch (model, i, 0, h, e) * slow_branch (model, i, 1, h, e) +
                (config->residual ? e[h] : 0);
    for (gsize h = 0; h < H; h++)
      e[h] = next[h];
  }
}

/* The logits @y (C) of @x (P). */
static inline void
slow_logits (double *y, const EsModel *model, const float *x)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  g_autofree double *z = g_new (double, H);
  g_autofree double *x_d = g_new (double, P);

  for (gsize p = 0; p < P; p++)
    x_d[p] = x[p];
  slow_layer_input (z, model, config->layers, x_d);
  for (gsize c = 0; c < config->outputs; c++) {
    y[c] = 0;
    for (gsize h = 0; h < H; h++)
      y[c] += (double)es_model_get_head (model)[c * H + h] * z[h];
  }
}

/* Coordinate @j of row @h of L' or R': the weight, or the bias for j = H. */
static inline double
slow_weight (const EsModel *model, guint layer, guint branch, gsize h, gsize j)
{
  gsize H = es_model_get_config (model)->hidden;
  const float *weights = branch == 0 ? es_model_get_left (model, layer)
                                     : es_model_get_right (model, layer);

  return j < H ? weights[h * H + j] : es_model_get_bias (model, layer)[branch * H + h];
}

/* Q of the direction @m (H) of the output of @layer: @q (D, D). */
static inline void
slow_interaction (double *q, const EsModel *model, guint layer, const double *m)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, D = H + (config->bias ? 1 : 0);

  for (gsize i = 0; i < D; i++)
    for (gsize j = 0; j < D; j++) {
      q[i * D + j] = 0;
      for (gsize h = 0; h < H; h++)
        q[i * D + j] +=
            m[h] / 2 *
            (slow_weight (model, layer, 0, h, i) * slow_weight (model, layer, 1, h, j) +
             slow_weight (model, layer, 0, h, j) * slow_weight (model, layer, 1, h, i));
    }
}

/* Q of output @c of the last layer. */
static inline void
slow_class_interaction (double *q, const EsModel *model, gsize c)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden;
  g_autofree double *m = g_new (double, H);

  for (gsize h = 0; h < H; h++)
    m[h] = es_model_get_head (model)[c * H + h];
  slow_interaction (q, model, config->layers - 1, m);
}

/* One rotation that makes @a[p, q] zero (Golub, Van Loan, "Matrix computations",
   section 8.5). */
static inline void
slow_rotate (double *a, gsize n, gsize p, gsize q)
{
  double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  double t = (theta >= 0 ? 1 : -1) / (fabs (theta) + sqrt (theta * theta + 1));
  double c = 1 / sqrt (t * t + 1), s = t * c;

  for (gsize k = 0; k < n; k++) {
    double kp = a[k * n + p], kq = a[k * n + q];

    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (gsize k = 0; k < n; k++) {
    double pk = a[p * n + k], qk = a[q * n + k];

    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
}

static inline int
slow_compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Eigenvalues of the symmetric @a (n, n; destroyed) by Jacobi's method, ascending. */
static inline void
slow_eigenvalues (double *values, double *a, gsize n)
{
  for (guint sweep = 0; sweep < 40; sweep++)
    for (gsize p = 0; p < n; p++)
      for (gsize q = p + 1; q < n; q++)
        if (fabs (a[p * n + q]) > 1e-300)
          slow_rotate (a, n, p, q);
  for (gsize i = 0; i < n; i++)
    values[i] = a[i * n + i];
  qsort (values, n, sizeof (double), slow_compare);
}

/* The largest magnitude in @x (n). */
static inline double
slow_largest (const float *x, gsize n)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = fmax (largest, fabs ((double)x[i]));
  return largest;
}
