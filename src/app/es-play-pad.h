/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-conic.h"
#include "es-playground.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The square from -1 to 1 with points of up to four classes, what a network makes of
 * every place behind them, and the axes of a conic. Pressing the pointer asks for a
 * point there, pulling it for more, the other button to take one away. Keys: arrows
 * move a cursor, Enter or Space asks for a point, Delete to take the nearest away.
 *
 * "place" and "remove" (double x, double y) are emitted; nothing changes by itself.
 */
#define ES_TYPE_PLAY_PAD (es_play_pad_get_type ())
G_DECLARE_FINAL_TYPE (EsPlayPad, es_play_pad, ES, PLAY_PAD, GtkWidget)

/* All are copied. @points (n). */
void es_play_pad_set_points (EsPlayPad *self, const EsPoint *points, gsize n);

/* @p (side, side, n_classes) as es_playground_fill_surface() gives it; NULL for none.
 */
void
es_play_pad_set_surface (EsPlayPad *self, const float *p, guint side, guint n_classes);

/* NULL for none. The eigenvalues are written with @point. */
void es_play_pad_set_conic (EsPlayPad *self, const EsConic *conic, const char *point);

G_END_DECLS
