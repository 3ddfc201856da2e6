/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-input-form.h"

#include "es-blas.h"

gsize
es_input_form_get_size (const EsModel *model)
{
  const EsModelConfig *config = es_model_get_config (model);

  return es_model_config_inputs (config) + (config->bias ? 1 : 0);
}

static gboolean
check (const EsModelConfig *config, GError **error)
{
  if (config->layers == 1 && config->gate == ES_GATE_NONE && !config->residual)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                       "Only a network of one bilinear layer without gate and residual "
                       "connection is a quadratic form of its inputs");
  return FALSE;
}

/* @out (H, D) = [w E, b], one branch as it acts on the inputs; @bias nullable. */
static void
fill_branch (float *out, const EsModel *model, const float *w, const float *bias)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  gsize D = es_input_form_get_size (model);

  es_blas_gemm (out, D, ES_PLAIN, w, H, ES_PLAIN, es_model_get_embed (model), P, H, P,
                H, 1, 0);
  for (gsize h = 0; bias != NULL && h < H; h++)
    out[h * D + P] = bias[h];
}

static void
symmetrise (float *f, gsize D)
{
  for (gsize i = 0; i < D; i++)
    for (gsize j = 0; j < i; j++)
      f[i * D + j] = f[j * D + i] = 0.5f * (f[i * D + j] + f[j * D + i]);
}

gboolean
es_input_form_fill_branches (float *left,
                             float *right,
                             const EsModel *model,
                             GError **error)
{
  const float *bias = es_model_get_bias (model, 0);

  if (!check (es_model_get_config (model), error))
    return FALSE;
  fill_branch (left, model, es_model_get_left (model, 0), bias);
  fill_branch (right, model, es_model_get_right (model, 0),
               bias == NULL ? NULL : bias + es_model_get_config (model)->hidden);
  return TRUE;
}

gboolean
es_input_form_fill (
    float *f, const EsModel *model, const float *u, gboolean symmetric, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, C = config->outputs, D = es_input_form_get_size (model);
  const float *head = es_model_get_head (model);
  g_autofree float *left = NULL;
  g_autofree float *right = NULL;

  left = g_try_malloc_n (H * D, sizeof (float));
  right = g_try_malloc_n (H * D, sizeof (float));
  if (left == NULL || right == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory for this network's form");
    return FALSE;
  }
  if (!es_input_form_fill_branches (left, right, model, error))
    return FALSE;
  for (gsize h = 0; h < H; h++) {
    double m = 0;

    for (gsize c = 0; c < C; c++)
      m += (double)u[c] * head[c * H + h];
    for (gsize i = 0; i < D; i++)
      left[h * D + i] *= (float)m;
  }
  es_blas_gemm (f, D, ES_TRANSPOSED, left, D, ES_PLAIN, right, D, D, D, H, 1, 0);
  if (symmetric)
    symmetrise (f, D);
  return TRUE;
}
