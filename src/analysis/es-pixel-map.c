/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-pixel-map.h"

#include "es-blas.h"

/* y = A x + b: @a (rows, cols), @b (rows) or NULL. */
static void
affine (double *restrict y,
        const float *restrict a,
        const float *b,
        const double *restrict x,
        gsize rows,
        gsize cols)
{
  for (gsize i = 0; i < rows; i++) {
    const float *a_i = a + i * cols;
    double sum = b == NULL ? 0 : b[i];

    for (gsize j = 0; j < cols; j++)
      sum += a_i[j] * x[j];
    y[i] = sum;
  }
}

static void
embed (double *e, const EsModel *model, const float *x)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);

  for (gsize h = 0; h < H; h++)
    e[h] = es_blas_dot (es_model_get_embed (model) + h * P, x, P);
}

/* Both branches of a layer at the input @e: @ac (2H) = [L e + b_L, R e + b_R]. */
static void
branches (double *ac, const EsModel *model, guint layer, const double *e)
{
  gsize H = es_model_get_config (model)->hidden;

  affine (ac, es_model_get_left (model, layer), es_model_get_bias (model, layer), e,
          2 * H, H);
}

/* Replaces the input @e of a layer by its output. */
static void
step (double *e, const double *ac, gsize H, gboolean residual)
{
  for (gsize h = 0; h < H; h++)
    e[h] = (residual ? e[h] : 0) + ac[h] * ac[H + h];
}

void
es_pixel_map_layer_input (double *e, const EsModel *model, guint layer, const float *x)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden;
  g_autofree double *ac = g_new (double, 2 * H);

  embed (e, model, x);
  for (guint i = 0; i < layer; i++) {
    branches (ac, model, i, e);
    step (e, ac, H, config->residual);
  }
}

/* The derivative of one layer's output by its input: @g (H, H), with
   dz/de = diag (R e + b_R) L + diag (L e + b_L) R. */
static void
layer_derivative (float *restrict g,
                  const EsModel *model,
                  guint layer,
                  const double *restrict ac)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden;
  const float *left = es_model_get_left (model, layer);
  const float *right = es_model_get_right (model, layer);

  for (gsize h = 0; h < H; h++) {
    double a_h = ac[h], c_h = ac[H + h];

    for (gsize j = 0; j < H; j++)
      g[h * H + j] = (float)(c_h * left[h * H + j] + a_h * right[h * H + j]);
    if (config->residual)
      g[h * H + h] += 1;
  }
}

/* J = G_{layer-1} ... G_0 E with G_i the derivative of layer i. */
static gboolean
linearise (
    EsPixelMap *map, const EsModel *model, guint layer, const float *x0, GError **error)
{
  gsize H = map->H, P = map->P;
  gboolean residual = es_model_get_config (model)->residual;
  g_autofree float *g = g_try_malloc_n (H * H, sizeof (float));
  g_autofree float *next = g_try_malloc_n (H * P, sizeof (float));
  g_autofree float *jacobian = g_try_malloc_n (H * P, sizeof (float));
  g_autofree double *e = g_try_malloc_n (H, sizeof (double));
  g_autofree double *ac = g_try_malloc_n (2 * H, sizeof (double));

  if (g == NULL || next == NULL || jacobian == NULL || e == NULL || ac == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is no memory for the linearised map to the pixels");
    return FALSE;
  }
  embed (e, model, x0);
  for (guint i = 0; i < layer; i++) {
    const float *before = i == 0 ? es_model_get_embed (model) : jacobian;
    float *swap = next;

    branches (ac, model, i, e);
    layer_derivative (g, model, i, ac);
    es_blas_gemm_parallel (next, P, ES_PLAIN, g, H, ES_PLAIN, before, P, H, P, H, 1, 0);
    step (e, ac, H, residual);
    next = jacobian;
    jacobian = swap;
  }
  if (!es_blas_all_finite (jacobian, H * P)) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                         "The linearised map to the pixels is not finite");
    return FALSE;
  }
  map->weights = map->owned = g_steal_pointer (&jacobian);
  map->linearised = TRUE;
  return TRUE;
}

EsPixelMap *
es_pixel_map_new (const EsModel *model, guint layer, const float *x0, GError **error)
{
  g_autoptr (EsPixelMap) map = g_new0 (EsPixelMap, 1);

  map->H = es_model_config_coordinates (es_model_get_config (model));
  map->P = es_model_config_inputs (es_model_get_config (model));
  map->weights = es_model_get_embed (model);
  if (layer == 0)
    return g_steal_pointer (&map);
  if (x0 == NULL) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "Pictures of layer %u need a reference image to linearise at", layer);
    return NULL;
  }
  if (!linearise (map, model, layer, x0, error))
    return NULL;
  return g_steal_pointer (&map);
}

void
es_pixel_map_free (EsPixelMap *map)
{
  if (map == NULL)
    return;
  g_free (map->owned);
  g_free (map);
}
