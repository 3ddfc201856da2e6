/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-brush.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * A person's own image while it is drawn: its pixels, 0 to 1, and all changes so far. A
 * stroke is one step. For the main thread; no widgets.
 *
 * "changed" is emitted when pixels or history are others.
 */
#define ES_TYPE_DRAWING (es_drawing_get_type ())
G_DECLARE_FINAL_TYPE (EsDrawing, es_drawing, ES, DRAWING, GObject)

/* Bytes that the history may take; beyond them its oldest steps go. */
#define ES_DRAWING_MEMORY ((gsize)64 << 20)

/* Nothing drawn yet. */
EsDrawing *es_drawing_new (guint rows, guint cols) G_GNUC_WARN_UNUSED_RESULT;

guint es_drawing_get_rows (EsDrawing *self);
guint es_drawing_get_cols (EsDrawing *self);
/* (rows, cols), 0 to 1; owned by the drawing, until it changes. */
const float *es_drawing_get_pixels (EsDrawing *self);
/* Whether all pixels are 0. */
gboolean es_drawing_is_empty (EsDrawing *self);

/* A stroke of @brush, which paints ink. Moves as es_stroke_to(). Whatever else is done
   ends it. */
void es_drawing_begin (EsDrawing *self, const EsBrush *brush);
void es_drawing_move (EsDrawing *self, double x, double y, double pressure);
void es_drawing_end (EsDrawing *self);
/* Whether one is under way. */
gboolean es_drawing_has_stroke (EsDrawing *self);

/* One step each; nothing if nothing changes. */
void es_drawing_set_pixels (EsDrawing *self, const float *pixels);
void es_drawing_clear (EsDrawing *self);
/* 1 - p for all pixels p. */
void es_drawing_invert (EsDrawing *self);
/* See es_centre_like_mnist(). */
void es_drawing_centre (EsDrawing *self);

gboolean es_drawing_can_undo (EsDrawing *self);
gboolean es_drawing_can_redo (EsDrawing *self);
void es_drawing_undo (EsDrawing *self);
void es_drawing_redo (EsDrawing *self);

G_END_DECLS
