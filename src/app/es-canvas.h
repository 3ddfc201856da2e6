/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A picture that can be painted on, with the pointer, a finger, a pen or keys. It shows
 * what it is given and tells of strokes; what they do is for others.
 *
 * Keys while it has the focus: the arrows move a cursor, with Shift they draw from
 * pixel to pixel until Shift is let go; Space dabs; [ and ] ask for another size.
 *
 * "stroke-began" (eraser: gboolean, a pen's other end), "stroke-moved" (x, y, pressure:
 * double, as es_stroke_to() takes them), at least once, and "stroke-ended".
 * "size-wanted" (larger: gboolean).
 */
#define ES_TYPE_CANVAS (es_canvas_get_type ())
G_DECLARE_FINAL_TYPE (EsCanvas, es_canvas, ES, CANVAS, GtkWidget)

typedef enum {
  ES_CANVAS_INK,    /* 0 to 1, ink on paper */
  ES_CANVAS_SIGNED, /* -1 to 1, the diverging colours */
} EsCanvasColors;

/* Shows @pixels (rows, cols), copied. */
void es_canvas_set_picture (
    EsCanvas *self, const float *pixels, guint rows, guint cols, EsCanvasColors colors);

/* How large the brush is drawn around pointer and cursor: pixels of the picture. */
void es_canvas_set_brush_size (EsCanvas *self, double size);

/* What it is, for screen readers. */
void es_canvas_set_label (EsCanvas *self, const char *label);

/* Ends the stroke under way, if any: "stroke-ended" is emitted. */
void es_canvas_end_stroke (EsCanvas *self);

G_END_DECLS
