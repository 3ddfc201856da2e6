/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-core-types.h"
#include "es-error.h"

G_BEGIN_DECLS

/*
 * The image classifier (src/DESIGN.md, equations 1 to 3).
 *
 *   P inputs (rows x cols pixels), H hidden, C outputs, K layers
 *   embed.weight    E  (H, P)
 *   blocks.I.weight B  (2H, H)  L = first H rows, R = last H rows
 *   blocks.I.bias   b  (2H)     with bias only
 *   head.weight     U  (C, H)
 *
 * Without embedding (units) a file has left.weight (units, P), right.weight (units, P),
 * head.weight (C, units) and, with bias, left.bias and right.bias (units).
 */

#define ES_MODEL_MAX_LAYERS 4

/* What the left branch passes through; all but NONE are for comparison only: a gated
   layer is no quadratic form and has no exact spectrum. */
typedef enum {
  ES_GATE_NONE,
  ES_GATE_RELU,
  ES_GATE_GELU, /* exact, by the error function */
  ES_GATE_SILU,
} EsGate;

typedef struct
{
  guint rows; /* of an input image */
  guint cols;
  guint hidden;  /* H, at least 1 */
  guint outputs; /* C, at least 1; one output tells no classes apart */
  guint layers;  /* 1 to ES_MODEL_MAX_LAYERS */
  gboolean bias;
  gboolean residual;
  EsGate gate;
  guint units; /* 0, or width of the product of a network without embedding: E is then
                  the identity, H = max (P, units), and what lies beyond P columns and
                  units rows is 0. Neither is trained. One layer, no residual. */
} EsModelConfig;

/* The configuration of a network without embedding for the inputs of @config: sets
   units and hidden. */
void es_model_config_set_units (EsModelConfig *config, guint units);

/* Coordinates of a layer's input that can differ from 0: hidden, or the inputs of a
   network without embedding, which are its first ones. */
gsize es_model_config_coordinates (const EsModelConfig *config);

/* P = rows cols. */
gsize es_model_config_inputs (const EsModelConfig *config);

/* The number of parameters, in floating point so that no settings overflow it. */
double es_model_config_n_params (const EsModelConfig *config);

/* Whether the sizes are in range and the weights are fewer than 2^31. */
gboolean es_model_config_check (const EsModelConfig *config,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *es_gate_to_string (EsGate gate);
/* Returns FALSE if @name is no gate. */
gboolean es_gate_from_string (const char *name, EsGate *gate);

/* One named array of a model. */
typedef struct
{
  char name[32]; /* as in files, e.g. "blocks.0.weight" */
  gsize offset;  /* into the block of all parameters, in elements */
  gsize dims[2];
  guint n_dims; /* 1 or 2 */
  gsize n;      /* elements */
} EsTensorInfo;

/*
 * Weights with their configuration, reference-counted. All parameters lie in one
 * block, in the order of the list above. A model that has been handed to anybody
 * else is not written to any more.
 */

/* All weights zero. ES_ERROR_SETTING for a bad configuration, ES_ERROR_NO_MEMORY. */
EsModel *es_model_new (const EsModelConfig *config,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsModel *es_model_copy (const EsModel *model) G_GNUC_WARN_UNUSED_RESULT;
EsModel *es_model_ref (EsModel *model);
void es_model_unref (EsModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsModel, es_model_unref)

/* PyTorch's default for linear layers: uniform in +-1 / sqrt (fan in), biases too. */
void es_model_init (EsModel *model, guint64 seed);

const EsModelConfig *es_model_get_config (const EsModel *model);
gsize es_model_n_params (const EsModel *model);
float *es_model_params (EsModel *model);
const float *es_model_get_params (const EsModel *model);

/* The tensors in order; the array belongs to the model. */
const EsTensorInfo *es_model_get_tensors (const EsModel *model, guint *n_tensors);

/* Views, owned by the model. @layer from 0. */
const float *es_model_get_embed (const EsModel *model);              /* (H, P) */
const float *es_model_get_left (const EsModel *model, guint layer);  /* (H, H) */
const float *es_model_get_right (const EsModel *model, guint layer); /* (H, H) */
const float *es_model_get_bias (const EsModel *model, guint layer);  /* (2H) or NULL */
const float *es_model_get_head (const EsModel *model);               /* (C, H) */

G_END_DECLS
