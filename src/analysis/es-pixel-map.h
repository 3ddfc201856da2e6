/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * The way from pixels x (P) to the input e (H) of a layer.
 *
 * For the first layer it is the embedding E, exactly. For a later one it is linearised
 * at a reference image x0: J = de/dx (x0), so that e (x0 + d) = e (x0) + J d to first
 * order. Pictures of such a layer's components are J' v, and are true near x0 only.
 */
typedef struct
{
  gsize H;
  gsize P;
  gboolean linearised;  /* FALSE: exact */
  const float *weights; /* (H, P): E or J */
  float *owned;         /* J, or NULL */
} EsPixelMap;

/*
 * The map to the input of @layer (which must exist) of an ungated @model. @x0 (P) is
 * read for layers after the first only (nullable for the first). Borrows the model's
 * weights: the model must outlive it.
 * ES_ERROR_SETTING if a reference image is needed and @x0 is NULL, ES_ERROR_MATH if J
 * is not finite, ES_ERROR_NO_MEMORY.
 */
EsPixelMap *es_pixel_map_new (const EsModel *model,
                              guint layer,
                              const float *x0,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_pixel_map_free (EsPixelMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPixelMap, es_pixel_map_free)

/*
 * The input of layer @layer for one image @x (P), in double precision: @e (H).
 * @layer up to the number of layers: that number gives the last layer's output, which
 * the head reads. The model must be ungated.
 */
void
es_pixel_map_layer_input (double *e, const EsModel *model, guint layer, const float *x);

G_END_DECLS
