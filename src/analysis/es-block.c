/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-block.h"

#include "es-blas.h"

#include <string.h>

/* Edge of the tiles in which a matrix is transposed: two of them stay in the
   first-level cache. */
#define TILE 32

gsize
es_block_get_size (const EsModel *model)
{
  const EsModelConfig *config = es_model_get_config (model);

  return es_model_config_coordinates (config) + (config->bias ? 1 : 0);
}

static gboolean
check_not_gated (const EsModel *model, GError **error)
{
  EsGate gate = es_model_get_config (model)->gate;

  if (gate == ES_GATE_NONE)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "This network's layers are gated (%s); a gated layer is no quadratic "
               "form and has no exact spectrum",
               es_gate_to_string (gate));
  return FALSE;
}

/* [B b]: the weights of the coordinates that there are, with @bias (nullable) as last
   column. */
static gboolean
join (EsBlock *block, const float *bias, GError **error)
{
  gsize H = block->H, W = block->W, D = block->D;
  float *joined = g_try_malloc_n (2 * H * D, sizeof (float));

  if (joined == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is no memory for a copy of a layer's weights");
    return FALSE;
  }
  for (gsize h = 0; h < 2 * H; h++) {
    memcpy (joined + h * D, block->weights + h * H, W * sizeof (float));
    if (bias != NULL)
      joined[h * D + W] = bias[h];
  }
  block->weights = block->owned = joined;
  return TRUE;
}

EsBlock *
es_block_new (const EsModel *model, guint layer, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  g_autoptr (EsBlock) block = NULL;

  if (!check_not_gated (model, error))
    return NULL;
  block = g_new0 (EsBlock, 1);
  block->H = config->hidden;
  block->W = es_model_config_coordinates (config);
  block->D = es_block_get_size (model);
  block->weights = es_model_get_left (model, layer);
  if ((config->bias || block->W != block->H) &&
      !join (block, es_model_get_bias (model, layer), error))
    return NULL;
  return g_steal_pointer (&block);
}

void
es_block_free (EsBlock *block)
{
  if (block == NULL)
    return;
  g_free (block->owned);
  g_free (block);
}

/* Replaces @q (n, n) by (Q + Q') / 2, tile by tile. */
static void
symmetrise (float *q, gsize n)
{
  for (gsize ti = 0; ti < n; ti += TILE)
    for (gsize tj = ti; tj < n; tj += TILE)
      for (gsize i = ti; i < MIN (ti + TILE, n); i++)
        for (gsize j = MAX (tj, i + 1); j < MIN (tj + TILE, n); j++) {
          float mean = 0.5f * (q[i * n + j] + q[j * n + i]);

          q[i * n + j] = q[j * n + i] = mean;
        }
}

void
es_block_interaction (float *restrict q,
                      float *restrict scratch,
                      const EsBlock *block,
                      const float *restrict m)
{
  gsize H = block->H, D = block->D;
  const float *left = block->weights, *right = block->weights + H * D;

  for (gsize h = 0; h < H; h++)
    for (gsize j = 0; j < D; j++)
      scratch[h * D + j] = m[h] * right[h * D + j];
  es_blas_gemm (q, D, ES_TRANSPOSED, left, D, ES_PLAIN, scratch, D, D, D, H, 1, 0);
  symmetrise (q, D);
}

/* Rows [a c] become [m c / 2, m a / 2], (b, 2H). */
static void
swap_and_scale (float *restrict ac, const float *restrict m, gsize b, gsize H)
{
  for (gsize i = 0; i < b; i++) {
    float *restrict a = ac + i * 2 * H, *restrict c = a + H;

    for (gsize h = 0; h < H; h++) {
      float half = 0.5f * m[h], a_h = a[h];

      a[h] = half * c[h];
      c[h] = half * a_h;
    }
  }
}

/* s Q = 1/2 [m * (s R'^T), m * (s L'^T)] [L'; R']: two products with the stacked
 * weights.
 */
void
es_block_multiply (float *restrict out,
                   float *restrict scratch,
                   const EsBlock *block,
                   const float *restrict m,
                   const float *restrict s,
                   gsize b)
{
  gsize H = block->H, D = block->D;

  es_blas_gemm (scratch, 2 * H, ES_PLAIN, s, D, ES_TRANSPOSED, block->weights, D, b,
                2 * H, D, 1, 0);
  swap_and_scale (scratch, m, b, H);
  es_blas_gemm (out, D, ES_PLAIN, scratch, 2 * H, ES_PLAIN, block->weights, D, b, D,
                2 * H, 1, 0);
}
