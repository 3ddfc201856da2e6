/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-color-map.h"

G_BEGIN_DECLS

/* A heat map is one image, a pixel a cell, never smoothed. */

/* The image of @values (rows, cols), the first row on top; an error surface if cairo
   cannot hold it. */
cairo_surface_t *
es_heatmap_new_image (const float *values,
                      guint rows,
                      guint cols,
                      const EsColorScale *scale) G_GNUC_WARN_UNUSED_RESULT;

/* A strip of @n colours of @map, the high end on top. */
cairo_surface_t *es_heatmap_new_strip (const EsColorMap *map,
                                       guint n) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Draws @image over @rect with sharp cells. For SVG and PDF it is enlarged by a whole
 * number first: cairo cannot tell SVG viewers not to smooth, and common PDF viewers
 * smooth whatever they enlarge less than four times, although the file forbids it.
 */
void es_heatmap_draw (cairo_t *cr, cairo_surface_t *image, const EsRect *rect);

G_END_DECLS
