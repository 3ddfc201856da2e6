/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * The outputs of a network of one layer as functions of its inputs:
 *   u . y = x' F x,  F = E' Q_u E                     (src/DESIGN.md, equations 7 and
 * 8) With bias the constant 1 is the last coordinate of x. D is its size: P, or P + 1.
 */

gsize es_input_form_get_size (const EsModel *model);

/* Fills @left and @right (H, D) with L E and R E, the branches as they act on the
   inputs. ES_ERROR_SETTING as below. */
gboolean es_input_form_fill_branches (float *left,
                                      float *right,
                                      const EsModel *model,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Fills @f (D, D) with the form of the output combination @u (C). @symmetric: F itself;
 * else the raw matrix (L E)' diag (U' u) R E, whose antisymmetric part computes
 * nothing. ES_ERROR_SETTING for several layers, a gate or a residual connection,
 * ES_ERROR_NO_MEMORY.
 */
gboolean es_input_form_fill (float *f,
                             const EsModel *model,
                             const float *u,
                             gboolean symmetric,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
