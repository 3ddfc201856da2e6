/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* Lengths and positions are in units of 1/96 inch, y downwards. */
typedef struct _EsPlot EsPlot;
typedef struct _EsPlotLayout EsPlotLayout;
typedef struct _EsPlotTable EsPlotTable;
typedef struct _EsStyle EsStyle;

/* Red, green, blue and opacity, 0 to 1. */
typedef struct
{
  double r, g, b, a;
} EsColor;

typedef struct
{
  double x, y, width, height;
} EsRect;

static inline double
es_rect_right (const EsRect *rect)
{
  return rect->x + rect->width;
}

static inline double
es_rect_bottom (const EsRect *rect)
{
  return rect->y + rect->height;
}

/* Right and bottom edges belong to the next rectangle. */
static inline gboolean
es_rect_contains (const EsRect *rect, double x, double y)
{
  return x >= rect->x && x < es_rect_right (rect) && y >= rect->y &&
         y < es_rect_bottom (rect);
}

/* Whether more than edges are shared; a hundredth of a unit does not count. */
static inline gboolean
es_rect_overlaps (const EsRect *a, const EsRect *b)
{
  return a->x + 0.01 < es_rect_right (b) && b->x + 0.01 < es_rect_right (a) &&
         a->y + 0.01 < es_rect_bottom (b) && b->y + 0.01 < es_rect_bottom (a);
}

static inline void
es_color_set (cairo_t *cr, const EsColor *color)
{
  cairo_set_source_rgba (cr, color->r, color->g, color->b, color->a);
}

G_END_DECLS
