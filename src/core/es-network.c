/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-network.h"

#include "es-blas.h"
#include "es-product.h"
#include "es-vector.h"

#include <string.h>

/* A pass over this many rows keeps its arrays in the second-level cache for usual
   sizes, and gives the matrix products enough to do. */
#define ROWS_WANTED 256
#define BYTES_WANTED ((gsize)64 << 20)

gsize
es_activations_rows (const EsModelConfig *config, gsize wanted)
{
  gsize H = config->hidden, C = config->outputs;
  gsize row = es_model_config_inputs (config) + (4 * config->layers + 4) * H + 2 * C;
  gsize fit = BYTES_WANTED / (row * sizeof (float));

  return CLAMP (MIN (wanted, ROWS_WANTED), 1, MAX (fit, 1));
}

EsActivations *
es_activations_new (const EsModelConfig *config,
                    gsize max_rows,
                    gboolean backward,
                    GError **error)
{
  g_autoptr (EsActivations) act = g_new0 (EsActivations, 1);
  gsize N = max_rows, P = es_model_config_inputs (config);
  gsize H = config->hidden, C = config->outputs, K = config->layers;

  act->max_rows = max_rows;
  act->x = g_try_malloc_n (N * P, sizeof (float));
  act->state = g_try_malloc_n ((K + 1) * N * H, sizeof (float));
  act->lr = g_try_malloc_n (K * N * 2 * H, sizeof (float));
  act->logits = g_try_malloc_n (N * C, sizeof (float));
  if (backward) {
    act->dlogits = g_try_malloc_n (N * C, sizeof (float));
    act->dstate = g_try_malloc_n (2 * N * H, sizeof (float));
  }
  if (!act->x || !act->state || !act->lr || !act->logits ||
      (backward && (!act->dlogits || !act->dstate))) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory to run this network");
    return NULL;
  }
  return g_steal_pointer (&act);
}

void
es_activations_free (EsActivations *act)
{
  if (act == NULL)
    return;
  g_free (act->x);
  g_free (act->state);
  g_free (act->lr);
  g_free (act->logits);
  g_free (act->dlogits);
  g_free (act->dstate);
  g_free (act);
}

ES_MULTIVERSION
static void
add_row_to_all (float *restrict a, const float *restrict row, gsize N, gsize width)
{
  for (gsize n = 0; n < N; n++)
    for (gsize i = 0; i < width; i++)
      a[n * width + i] += row[i];
}

ES_MULTIVERSION
static void
add_all_to_row (float *restrict row, const float *restrict a, gsize N, gsize width)
{
  for (gsize n = 0; n < N; n++)
    for (gsize i = 0; i < width; i++)
      row[i] += a[n * width + i];
}

ES_MULTIVERSION
static void
add_to (float *restrict a, const float *restrict b, gsize n)
{
  for (gsize i = 0; i < n; i++)
    a[i] += b[i];
}

/* y (N, n_out) = x (N, n_in) w', w (n_out, n_in) as in files. */
static void
linear_forward (
    float *y, const float *x, const float *w, gsize N, gsize n_out, gsize n_in)
{
  es_blas_gemm (y, n_out, ES_PLAIN, x, n_in, ES_TRANSPOSED, w, n_in, N, n_out, n_in, 1,
                0);
}

/* dw (n_out, n_in) += dy' x. */
static void
linear_backward_weight (
    float *dw, const float *dy, const float *x, gsize N, gsize n_out, gsize n_in)
{
  es_blas_gemm (dw, n_in, ES_TRANSPOSED, dy, n_out, ES_PLAIN, x, n_in, n_out, n_in, N,
                1, 1);
}

/* dx (N, n_in) = dy w. */
static void
linear_backward_input (
    float *dx, const float *dy, const float *w, gsize N, gsize n_out, gsize n_in)
{
  es_blas_gemm (dx, n_in, ES_PLAIN, dy, n_out, ES_PLAIN, w, n_in, N, n_in, n_out, 1, 0);
}

void
es_network_forward (const EsModel *model, EsActivations *act, gsize N)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize P = es_model_config_inputs (config);

  linear_forward (act->state, act->x, es_model_get_embed (model), N, config->hidden, P);
  es_network_forward_embedded (model, act, N);
}

void
es_network_forward_embedded (const EsModel *model, EsActivations *act, gsize N)
{
  gsize H = es_model_get_config (model)->hidden;

  linear_forward (act->lr, act->state, es_model_get_left (model, 0), N, 2 * H, H);
  es_network_forward_branches (model, act, N);
}

void
es_network_forward_branches (const EsModel *model, EsActivations *act, gsize N)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, C = config->outputs;
  float *state = act->state;

  for (guint k = 0; k < config->layers; k++) {
    float *lr = act->lr + (gsize)k * act->max_rows * 2 * H;
    float *next = state + act->max_rows * H;

    if (k > 0)
      linear_forward (lr, state, es_model_get_left (model, k), N, 2 * H, H);
    if (config->bias)
      add_row_to_all (lr, es_model_get_bias (model, k), N, 2 * H);
    es_product_forward (next, lr, N, H, config->gate);
    if (config->residual)
      add_to (next, state, N * H);
    state = next;
  }
  linear_forward (act->logits, state, es_model_get_head (model), N, C, H);
}

/* The place of a parameter array in an array laid out the same way. */
static float *
same_place (const EsModel *model, const float *param, float *other)
{
  return other + (param - es_model_get_params (model));
}

/* Adds to @dparams (nullable), all but the embedding's, and returns the derivative by
   the embeddings (N, H), in act->dstate. */
static const float *
backward_to_embeddings (const EsModel *model,
                        EsActivations *act,
                        gsize N,
                        float *dparams)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, C = config->outputs;
  gsize max_rows = act->max_rows;
  const float *head = es_model_get_head (model);
  const float *state = act->state + config->layers * max_rows * H;
  float *dnext = act->dstate, *dstate = act->dstate + max_rows * H;

  if (dparams != NULL)
    linear_backward_weight (same_place (model, head, dparams), act->dlogits, state, N,
                            C, H);
  linear_backward_input (dnext, act->dlogits, head, N, C, H);
  for (guint k = config->layers; k-- > 0;) {
    const float *weight = es_model_get_left (model, k),
                *bias = es_model_get_bias (model, k);
    float *lr = act->lr + (gsize)k * max_rows * 2 * H, *swap = dstate;

    state -= max_rows * H;
    es_product_backward (lr, dnext, N, H, config->gate);
    if (dparams != NULL)
      linear_backward_weight (same_place (model, weight, dparams), lr, state, N, 2 * H,
                              H);
    if (dparams != NULL && bias != NULL)
      add_all_to_row (same_place (model, bias, dparams), lr, N, 2 * H);
    linear_backward_input (dstate, lr, weight, N, 2 * H, H);
    if (config->residual)
      add_to (dstate, dnext, N * H);
    dstate = dnext;
    dnext = swap;
  }
  return dnext;
}

void
es_network_backward (const EsModel *model, EsActivations *act, gsize N, float *dparams)
{
  const EsModelConfig *config = es_model_get_config (model);

  linear_backward_weight (dparams, backward_to_embeddings (model, act, N, dparams),
                          act->x, N, config->hidden, es_model_config_inputs (config));
}

void
es_network_backward_input (const EsModel *model, EsActivations *act, gsize N, float *dx)
{
  const EsModelConfig *config = es_model_get_config (model);

  linear_backward_input (dx, backward_to_embeddings (model, act, N, NULL),
                         es_model_get_embed (model), N, config->hidden,
                         es_model_config_inputs (config));
}
