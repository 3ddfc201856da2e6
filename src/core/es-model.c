/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model.h"

#include "es-rng.h"

#include <math.h>
#include <string.h>

#define MAX_TENSORS (2 + 2 * ES_MODEL_MAX_LAYERS)
#define MAX_SIZE (1u << 24)
#define MAX_PARAMS ((gsize)G_MAXINT32)

struct _EsModel
{
  EsModelConfig config;
  EsTensorInfo tensors[MAX_TENSORS];
  guint n_tensors;
  gsize n_params;
  float *params; /* (n_params) */
};

static const char *const gate_names[] = {"none", "relu", "gelu", "silu"};

const char *
es_gate_to_string (EsGate gate)
{
  return gate_names[gate];
}

gboolean
es_gate_from_string (const char *name, EsGate *gate)
{
  for (guint i = 0; i < G_N_ELEMENTS (gate_names); i++)
    if (strcmp (name, gate_names[i]) == 0) {
      *gate = (EsGate)i;
      return TRUE;
    }
  return FALSE;
}

void
es_model_config_set_units (EsModelConfig *config, guint units)
{
  config->units = units;
  config->hidden = (guint)MAX (es_model_config_inputs (config), units);
}

gsize
es_model_config_coordinates (const EsModelConfig *config)
{
  return config->units > 0 ? es_model_config_inputs (config) : config->hidden;
}

gsize
es_model_config_inputs (const EsModelConfig *config)
{
  return (gsize)config->rows * config->cols;
}

static gboolean
check_range (guint value, guint low, guint high, const char *what, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s is %u; expected %u to %u", what,
               value, low, high);
  return FALSE;
}

double
es_model_config_n_params (const EsModelConfig *config)
{
  double H = config->hidden, P = (double)config->rows * config->cols;

  return H * P + config->layers * (2 * H * H + (config->bias ? 2 * H : 0)) +
         config->outputs * H;
}

gboolean
es_model_config_check (const EsModelConfig *config, GError **error)
{
  if (!check_range (config->rows, 1, MAX_SIZE, "The number of image rows", error) ||
      !check_range (config->cols, 1, MAX_SIZE, "The number of image columns", error) ||
      !check_range (config->hidden, 1, MAX_SIZE, "The hidden width", error) ||
      !check_range (config->outputs, 1, MAX_SIZE, "The number of outputs", error) ||
      !check_range (config->layers, 1, ES_MODEL_MAX_LAYERS,
                    "The number of bilinear layers", error) ||
      !check_range (config->gate, 0, ES_GATE_SILU, "The gate", error))
    return FALSE;
  if (config->units > 0 &&
      (config->layers != 1 || config->residual ||
       config->hidden != MAX (es_model_config_inputs (config), config->units))) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         "A network without embedding has one layer, no residual "
                         "connection and no width of its own");
    return FALSE;
  }
  if (es_model_config_n_params (config) > (double)MAX_PARAMS) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "The network would have %.3g weights; the limit is %.3g",
                 es_model_config_n_params (config), (double)MAX_PARAMS);
    return FALSE;
  }
  return TRUE;
}

/* Appends a tensor to the list; @cols 0 makes it a vector. */
static void
add_tensor (EsModel *model, const char *name, gsize rows, gsize cols)
{
  EsTensorInfo *info = &model->tensors[model->n_tensors++];

  g_strlcpy (info->name, name, sizeof info->name);
  info->offset = model->n_params;
  info->dims[0] = rows;
  info->dims[1] = cols;
  info->n_dims = cols == 0 ? 1 : 2;
  info->n = rows * MAX (cols, 1);
  model->n_params += info->n;
}

static void
lay_out_tensors (EsModel *model)
{
  const EsModelConfig *config = &model->config;
  gsize H = config->hidden;
  char name[32];

  add_tensor (model, "embed.weight", H, es_model_config_inputs (config));
  for (guint i = 0; i < config->layers; i++) {
    g_snprintf (name, sizeof name, "blocks.%u.weight", i);
    add_tensor (model, name, 2 * H, H);
    if (config->bias) {
      g_snprintf (name, sizeof name, "blocks.%u.bias", i);
      add_tensor (model, name, 2 * H, 0);
    }
  }
  add_tensor (model, "head.weight", config->outputs, H);
}

static void
model_clear (gpointer data)
{
  EsModel *model = data;

  g_free (model->params);
}

EsModel *
es_model_new (const EsModelConfig *config, GError **error)
{
  EsModel *model;

  if (!es_model_config_check (config, error))
    return NULL;
  model = g_atomic_rc_box_new0 (EsModel);
  model->config = *config;
  lay_out_tensors (model);
  model->params = g_try_malloc0_n (model->n_params, sizeof (float));
  if (model->params == NULL) {
    g_set_error (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                 "There is no memory for a network of %" G_GSIZE_FORMAT " weights",
                 model->n_params);
    es_model_unref (model);
    return NULL;
  }
  return model;
}

EsModel *
es_model_copy (const EsModel *model)
{
  EsModel *copy = g_atomic_rc_box_dup (sizeof *model, (gpointer)model);

  copy->params = g_memdup2 (model->params, model->n_params * sizeof (float));
  return copy;
}

EsModel *
es_model_ref (EsModel *model)
{
  return g_atomic_rc_box_acquire (model);
}

void
es_model_unref (EsModel *model)
{
  if (model != NULL)
    g_atomic_rc_box_release_full (model, model_clear);
}

/* Sets what lies beyond @rows and @cols of @a (height, width) to 0. */
static void
crop (float *a, gsize height, gsize width, gsize rows, gsize cols)
{
  for (gsize i = 0; i < height; i++)
    for (gsize j = i < rows ? cols : 0; j < width; j++)
      a[i * width + j] = 0;
}

/* The identity for the embedding, zeros where nothing is; @model has random weights. */
static void
crop_to_units (EsModel *model)
{
  const EsModelConfig *config = &model->config;
  gsize H = config->hidden, P = es_model_config_inputs (config), units = config->units;
  float *block = model->params + model->tensors[1].offset;
  float *head = model->params + model->tensors[model->n_tensors - 1].offset;

  memset (model->params, 0, H * P * sizeof (float));
  for (gsize p = 0; p < P; p++)
    model->params[p * P + p] = 1;
  crop (block, H, H, units, P);
  crop (block + H * H, H, H, units, P);
  crop (head, config->outputs, H, config->outputs, units);
  if (config->bias) {
    float *bias = model->params + model->tensors[2].offset;

    crop (bias, H, 1, units, 1);
    crop (bias + H, H, 1, units, 1);
  }
}

void
es_model_init (EsModel *model, guint64 seed)
{
  const EsModelConfig *config = &model->config;
  float bound = 1;

  for (guint i = 0; i < model->n_tensors; i++) {
    const EsTensorInfo *info = &model->tensors[i];
    EsRngStream stream = {seed, ES_RNG_INIT, i, 0};

    /* A bias has the fan in of the weight before it. */
    if (info->n_dims == 2)
      bound = 1 / sqrtf ((float)info->dims[1]);
    if (config->units > 0 && info->n_dims == 2)
      bound = 1 / sqrtf ((float)(i + 1 == model->n_tensors
                                     ? config->units
                                     : es_model_config_inputs (config)));
    es_rng_fill_uniform (model->params + info->offset, info->n, -bound, bound, &stream);
  }
  if (config->units > 0)
    crop_to_units (model);
}

const EsModelConfig *
es_model_get_config (const EsModel *model)
{
  return &model->config;
}

gsize
es_model_n_params (const EsModel *model)
{
  return model->n_params;
}

float *
es_model_params (EsModel *model)
{
  return model->params;
}

const float *
es_model_get_params (const EsModel *model)
{
  return model->params;
}

const EsTensorInfo *
es_model_get_tensors (const EsModel *model, guint *n_tensors)
{
  *n_tensors = model->n_tensors;
  return model->tensors;
}

static const float *
block_tensor (const EsModel *model, guint layer, guint which)
{
  guint per_layer = model->config.bias ? 2 : 1;

  return model->params + model->tensors[1 + layer * per_layer + which].offset;
}

const float *
es_model_get_embed (const EsModel *model)
{
  return model->params;
}

const float *
es_model_get_left (const EsModel *model, guint layer)
{
  return block_tensor (model, layer, 0);
}

const float *
es_model_get_right (const EsModel *model, guint layer)
{
  gsize H = model->config.hidden;

  return block_tensor (model, layer, 0) + H * H;
}

const float *
es_model_get_bias (const EsModel *model, guint layer)
{
  return model->config.bias ? block_tensor (model, layer, 1) : NULL;
}

const float *
es_model_get_head (const EsModel *model)
{
  return model->params + model->tensors[model->n_tensors - 1].offset;
}
