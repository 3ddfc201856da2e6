/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

#include <math.h>

/*
 * The network by the book, in double precision and by loops, from parameters in the
 * model's layout: what the fast passes are compared with.
 */

static inline double
slow_gate (EsGate gate, double l)
{
  switch (gate) {
  case ES_GATE_RELU:
    return l > 0 ? l : 0;
  case ES_GATE_GELU:
    return 0.5 * l * (1 + erf (l / G_SQRT2));
  case ES_GATE_SILU:
    return l / (1 + exp (-l));
  default:
    return l;
  }
}

static inline void
slow_matrix_vector (
    double *y, const double *w, const double *x, gsize n_out, gsize n_in)
{
  for (gsize i = 0; i < n_out; i++) {
    y[i] = 0;
    for (gsize j = 0; j < n_in; j++)
      y[i] += w[i * n_in + j] * x[j];
  }
}

/* @logits (C) of one input @x (P); @params has the layout of es-model.h. */
static inline void
slow_forward (double *logits,
              const EsModelConfig *config,
              const double *params,
              const double *x)
{
  gsize P = es_model_config_inputs (config), H = config->hidden;
  g_autofree double *state = g_new (double, H);
  g_autofree double *lr = g_new (double, 2 * H);
  const double *w = params;

  slow_matrix_vector (state, w, x, H, P);
  w += H * P;
  for (guint k = 0; k < config->layers; k++) {
    slow_matrix_vector (lr, w, state, 2 * H, H);
    w += 2 * H * H;
    for (gsize i = 0; config->bias && i < 2 * H; i++)
      lr[i] += w[i];
    w += config->bias ? 2 * H : 0;
    for (gsize h = 0; h < H; h++)
      state[h] = slow_gate (config->gate, lr[h]) * lr[H + h] +
                 (config->residual ? state[h] : 0);
  }
  slow_matrix_vector (logits, w, state, config->outputs, H);
}

/* Cross-entropy of @logits (C) for @label. */
static inline double
slow_cross_entropy (const double *logits, gsize C, guint label)
{
  double sum = 0, largest = logits[0];

  for (gsize c = 1; c < C; c++)
    largest = MAX (largest, logits[c]);
  for (gsize c = 0; c < C; c++)
    sum += exp (logits[c] - largest);
  return log (sum) + largest - logits[label];
}
