/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/* Stands for the last bilinear layer of whatever model it is used with. */
#define ES_LAST_LAYER G_MAXUINT

/*
 * Which quadratic forms of a model are meant: a layer, and for each form a direction m
 * of that layer's output z. The form is then m . z as a function of the layer's input.
 * The fields are for reading.
 */
typedef struct
{
  guint layer;   /* from 0 */
  gsize n;       /* number of directions, at least 1 */
  gsize H;       /* width of the layer */
  float *hidden; /* (n, H), one direction m a row */
} EsDirections;

/* The outputs (classes) of @model, each by itself, at the last layer: n = C, m = U_c.
 */
EsDirections *
es_directions_new_outputs (const EsModel *model) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Combinations of outputs: each row u of @outputs (n, C) is read as m = U' u. A single
 * class is a unit vector, the difference of two classes has a 1 and a -1. At a layer
 * before the last, m is what the head would read if it stood there: with a
 * residual that layer's direct share of the output, without one a view only.
 * @layer is a number from 0 or ES_LAST_LAYER. ES_ERROR_SETTING if the model has no such
 * layer, @n is 0 or a number is not finite.
 */
EsDirections *es_directions_new (const EsModel *model,
                                 guint layer,
                                 const float *outputs,
                                 gsize n,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Any directions m of a layer's output, rows of @hidden (n, H): an eigenvector of the
 * next layer, for instance. Errors as above.
 */
EsDirections *es_directions_new_hidden (const EsModel *model,
                                        guint layer,
                                        const float *hidden,
                                        gsize n,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

EsDirections *
es_directions_copy (const EsDirections *directions) G_GNUC_WARN_UNUSED_RESULT;
void es_directions_free (EsDirections *directions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsDirections, es_directions_free)

/* Whether @directions belong to a model of the shape of @model; ES_ERROR_SETTING. */
gboolean es_directions_check (const EsDirections *directions,
                              const EsModel *model,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
