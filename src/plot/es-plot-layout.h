/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-axes.h"
#include "es-plot.h"
#include "es-text.h"

G_BEGIN_DECLS

/* Where everything in a figure is: filled by the kinds of plots, drawn for all alike.
   Private to this layer and its tests. */

typedef struct
{
  EsRect rect;
  EsColor color;
  PangoLayout *text;
  gboolean turned; /* to be read upwards */
} EsPlacedText;

typedef struct
{
  EsRect rect;
  EsPlotId id;
  const float *values; /* (rows, cols), owned by the plot */
  guint rows, cols;
  cairo_surface_t *image;
} EsTile;

/* A line that belongs to the furniture: brackets, leaders. */
typedef struct
{
  double x0, y0, x1, y1;
  EsColor color;
} EsStroke;

struct _EsPlotLayout
{
  EsPlot *plot;
  double width, height;
  char point[8];        /* of the style, for read-outs */
  GArray *axes;         /* of EsAxes */
  GArray *tiles;        /* of EsTile */
  GArray *strokes;      /* of EsStroke */
  GArray *texts;        /* of EsPlacedText */
  cairo_surface_t *bar; /* of the colours, nullable */
  EsRect bar_rect;
};

/* Where the anchor of a text is: 0 left or top, 0.5 centre, 1 right or bottom. */
typedef struct
{
  double x, y;
} EsAlign;

/*
 * Places @text (transfer none) with its anchor at @x, @y if it has room: within the
 * figure and clear of all text placed before. Returns whether it was placed.
 */
gboolean es_plot_layout_add_text (EsPlotLayout *layout,
                                  PangoLayout *text,
                                  const EsColor *color,
                                  double x,
                                  double y,
                                  EsAlign align);

/* The same of a text that is read upwards; the anchor is one of the turned text. */
gboolean es_plot_layout_add_turned_text (EsPlotLayout *layout,
                                         PangoLayout *text,
                                         const EsColor *color,
                                         double x,
                                         double y,
                                         EsAlign align);

/* Adds a picture of @values with whole-unit edges inside @rect. */
void es_plot_layout_add_tile (EsPlotLayout *layout,
                              const EsRect *rect,
                              EsPlotId id,
                              const float *values,
                              guint rows,
                              guint cols,
                              const EsColorScale *scale);

void es_plot_layout_add_stroke (EsPlotLayout *layout,
                                const EsColor *color,
                                double x0,
                                double y0,
                                double x1,
                                double y1);

/* A bracket that opens upwards under, or downwards (@depth negative) over, a span. */
void es_plot_layout_add_bracket (EsPlotLayout *layout,
                                 const EsColor *color,
                                 double x0,
                                 double x1,
                                 double y,
                                 double depth);

/* What a colour bar is labelled with: its ends, and its centre if signed. */
typedef struct
{
  const EsColorMap *map;
  gboolean is_signed;
  gboolean shared; /* one scale for all pictures */
  double lo, hi;   /* if shared */
} EsBarSpec;

/* The width of a colour bar with its labels and the gap before it. */
double es_plot_layout_bar_width (const EsBarSpec *spec, const EsStyle *style);
/* Places a colour bar; @rect is as wide as said above. */
void es_plot_layout_add_bar (EsPlotLayout *layout,
                             const EsBarSpec *spec,
                             const EsStyle *style,
                             const EsRect *rect);

static inline EsAxes *
es_plot_layout_get_axes (const EsPlotLayout *layout, guint i)
{
  return i < layout->axes->len ? &g_array_index (layout->axes, EsAxes, i) : NULL;
}

/* The picture that @id is of, its cell aside; NULL if there is none. */
const EsTile *es_plot_layout_find_tile (const EsPlotLayout *layout, EsPlotId id);

G_END_DECLS
