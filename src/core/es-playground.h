/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * A network with two inputs that learns to tell points of a plane apart while the
 * points are placed: every step goes over all there are by then. Small enough for steps
 * of a fraction of a millisecond, on the calling thread.
 */
typedef struct _EsPlayground EsPlayground;

#define ES_PLAYGROUND_MAX_POINTS 1000
#define ES_PLAYGROUND_MAX_CLASSES 4
#define ES_PLAYGROUND_MAX_HIDDEN 32
#define ES_PLAYGROUND_MAX_LAYERS 2

/* A point of the square from -1 to 1, y upwards. */
typedef struct
{
  float x, y;
  guint class;
} EsPoint;

/* Points by a formula. */
typedef enum {
  ES_SHAPE_CIRCLE,  /* one class within rings of the others */
  ES_SHAPE_XOR,     /* two classes in opposite quarters, more in a quarter each */
  ES_SHAPE_SPIRALS, /* an arm for each class */
  ES_SHAPE_LINES,   /* stripes */
} EsShape;

/* Fills @points (n) with @n_classes (2 to 4), as many points of each, scattered by
   @noise (deviation). */
void es_shape_fill (EsShape shape,
                    EsPoint *points,
                    gsize n,
                    guint n_classes,
                    double noise,
                    guint64 seed);

/* A new network of random weights: @hidden 1 to 32, @layers 1 or 2, with biases. */
EsPlayground *es_playground_new (guint hidden,
                                 guint layers,
                                 guint n_classes,
                                 guint64 seed) G_GNUC_WARN_UNUSED_RESULT;
void es_playground_free (EsPlayground *playground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPlayground, es_playground_free)

const EsModel *es_playground_get_model (const EsPlayground *playground);
guint64 es_playground_get_steps (const EsPlayground *playground);

/*
 * One step by AdamW over @points (n, at most ES_PLAYGROUND_MAX_POINTS; those of classes
 * that the network does not have are left out). Returns the mean cross-entropy before
 * it, and the share of points told right in *@accuracy; NAN both if there is no point.
 * A step that leads to weights that are not finite is taken back and returns INFINITY.
 */
double es_playground_step (EsPlayground *playground,
                           const EsPoint *points,
                           gsize n,
                           double lr,
                           double weight_decay,
                           double *accuracy);

/* The probabilities of the classes at the centres of @side x @side cells of the square,
   the top row first: @p (side, side, n_classes). @side at most 256. */
void es_playground_fill_surface (EsPlayground *playground, float *p, guint side);

G_END_DECLS
