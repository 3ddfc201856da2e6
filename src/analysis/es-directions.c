/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-directions.h"

#include "es-blas.h"

static EsDirections *
directions_alloc (const EsModel *model, guint layer, gsize n)
{
  EsDirections *directions = g_new0 (EsDirections, 1);

  directions->layer = layer;
  directions->n = n;
  directions->H = es_model_get_config (model)->hidden;
  directions->hidden = g_new (float, n * directions->H);
  return directions;
}

/* Turns ES_LAST_LAYER into a number and refuses what the model has not. */
static gboolean
resolve_layer (const EsModel *model, guint *layer, GError **error)
{
  guint layers = es_model_get_config (model)->layers;

  if (*layer == ES_LAST_LAYER)
    *layer = layers - 1;
  if (*layer < layers)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The network has no bilinear layer %u; it has %u, counted from 0",
               *layer, layers);
  return FALSE;
}

static gboolean
check_numbers (const float *rows, gsize n, gsize width, GError **error)
{
  const char *problem = NULL;

  if (n == 0)
    problem = "No output direction was given";
  else if (!es_blas_all_finite (rows, n * width))
    problem = "An output direction holds a number that is not finite";
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING, problem);
  return FALSE;
}

EsDirections *
es_directions_new_outputs (const EsModel *model)
{
  const EsModelConfig *config = es_model_get_config (model);
  EsDirections *directions =
      directions_alloc (model, config->layers - 1, config->outputs);
  const float *head = es_model_get_head (model);

  for (gsize i = 0; i < directions->n * directions->H; i++)
    directions->hidden[i] = head[i];
  return directions;
}

EsDirections *
es_directions_new (
    const EsModel *model, guint layer, const float *outputs, gsize n, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, C = config->outputs;
  EsDirections *directions;

  if (!resolve_layer (model, &layer, error) || !check_numbers (outputs, n, C, error))
    return NULL;
  directions = directions_alloc (model, layer, n);
  es_blas_gemm (directions->hidden, H, ES_PLAIN, outputs, C, ES_PLAIN,
                es_model_get_head (model), H, n, H, C, 1, 0);
  return directions;
}

EsDirections *
es_directions_new_hidden (
    const EsModel *model, guint layer, const float *hidden, gsize n, GError **error)
{
  gsize H = es_model_get_config (model)->hidden;
  EsDirections *directions;

  if (!resolve_layer (model, &layer, error) || !check_numbers (hidden, n, H, error))
    return NULL;
  directions = directions_alloc (model, layer, n);
  for (gsize i = 0; i < n * H; i++)
    directions->hidden[i] = hidden[i];
  return directions;
}

EsDirections *
es_directions_copy (const EsDirections *directions)
{
  EsDirections *copy = g_memdup2 (directions, sizeof *directions);

  copy->hidden =
      g_memdup2 (directions->hidden, directions->n * directions->H * sizeof (float));
  return copy;
}

void
es_directions_free (EsDirections *directions)
{
  if (directions == NULL)
    return;
  g_free (directions->hidden);
  g_free (directions);
}

gboolean
es_directions_check (const EsDirections *directions,
                     const EsModel *model,
                     GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);

  if (directions->H == config->hidden && directions->layer < config->layers)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The directions are for layer %u of a network of width %" G_GSIZE_FORMAT
               "; this network has %u layers of width %u",
               directions->layer, directions->H, config->layers, config->hidden);
  return FALSE;
}
