/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-directions.h"

G_BEGIN_DECLS

/*
 * Interaction matrices of a bilinear layer: for a direction m of its output,
 *   m . z = e' Q e,  Q = sym (L' diag (m) R),
 * as a function of the layer's input e. With bias the constant 1 is the last coordinate
 * of e, and L, R carry the bias as last column.
 */

/* D, the size of the matrices of @model: H, or H + 1 with bias. */
gsize es_interaction_get_size (const EsModel *model);

/*
 * Fills @q (n, D, D), each exactly symmetric, with the matrices of @directions
 * (nullable: every output by itself, then n = C). Directions are computed side by side.
 * ES_ERROR_SETTING if the model is gated (a gated layer has no exact spectrum) or the
 * directions are for another shape of model, ES_ERROR_MATH if a result is not finite,
 * ES_ERROR_NO_MEMORY.
 */
gboolean es_interaction_fill (float *q,
                              const EsModel *model,
                              const EsDirections *directions,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
