/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"
#include "es-style.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* What a piece of text is for; its size and weight follow from the style. */
typedef enum {
  ES_TEXT_TITLE,   /* bold */
  ES_TEXT_HEADING, /* bold, of body size */
  ES_TEXT_BODY,
  ES_TEXT_SMALL,
} EsTextRole;

/*
 * Lays out @text. The result has the same size on every surface: glyphs are neither
 * hinted nor rounded to pixels. It belongs to the calling thread.
 */
PangoLayout *es_text_new (const EsStyle *style,
                          EsTextRole role,
                          const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Width and height in units. */
void es_text_get_size (PangoLayout *text, double *width, double *height);

/* Width of @string in one line, and the height of a line. */
double es_text_width (const EsStyle *style, EsTextRole role, const char *string);
double es_text_height (const EsStyle *style, EsTextRole role);

/* Draws with the upper left corner at @x, @y. */
void
es_text_draw (cairo_t *cr, PangoLayout *text, const EsColor *color, double x, double y);

/*
 * Moves the centres @y (n, ascending) of labels of one @height as little as needed
 * (least squares) so that none overlap and all are within @lo to @hi. Returns FALSE,
 * leaving them alone, if they don't fit.
 */
gboolean es_text_spread (double *y, guint n, double height, double lo, double hi);

G_END_DECLS
