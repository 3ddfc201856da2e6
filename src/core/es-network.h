/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * Forward and backward pass over a few rows, on the calling thread
 * (src/DESIGN.md, equations 1 to 3).
 *
 *   N rows, P inputs, H hidden, C outputs, K layers
 */

/* What a pass leaves behind, for up to max_rows rows. The fields are the passes' own,
   but for x, logits and dlogits, which the caller fills and reads. */
typedef struct
{
  gsize max_rows;
  float *x;       /* (N, P) inputs, pixel / 255 */
  float *state;   /* (K + 1, N, H) input of each layer, and of the head */
  float *lr;      /* (K, N, 2H) both branches; their derivatives after backward */
  float *logits;  /* (N, C) */
  float *dlogits; /* (N, C) the loss's derivative */
  float *dstate;  /* (2, N, H) */
} EsActivations;

/* Rows that fit the processor's caches for @config, at most @wanted, at least 1. */
gsize es_activations_rows (const EsModelConfig *config, gsize wanted);

/* NULL with ES_ERROR_NO_MEMORY. @backward: also what the backward pass needs. */
EsActivations *es_activations_new (const EsModelConfig *config,
                                   gsize max_rows,
                                   gboolean backward,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_activations_free (EsActivations *act);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsActivations, es_activations_free)

/* Computes act->logits for the first @N rows of act->x. */
void es_network_forward (const EsModel *model, EsActivations *act, gsize N);

/* The same from the embeddings e, the first (N, H) of act->state; act->x is not read.
 */
void es_network_forward_embedded (const EsModel *model, EsActivations *act, gsize N);

/* The same from the products of the first layer's weights with the embeddings as well,
   without bias: the first (N, 2H) of act->lr. Overwrites them. */
void es_network_forward_branches (const EsModel *model, EsActivations *act, gsize N);

/*
 * Adds to @dparams (the model's n_params, in its layout) the derivatives of the loss by
 * the parameters, from act->dlogits. After es_network_forward() on the same rows.
 */
void
es_network_backward (const EsModel *model, EsActivations *act, gsize N, float *dparams);

/* The same by the inputs: @dx (N, P) is overwritten. */
void es_network_backward_input (const EsModel *model,
                                EsActivations *act,
                                gsize N,
                                float *dx);

G_END_DECLS
