/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-table.h"
#include "es-plot-types.h"
#include "es-style.h"

G_BEGIN_DECLS

/*
 * A figure as a value: data, labels and options, copied in when it is made and never
 * changed. Layout, drawing and picking are functions of it, the same ones for screen
 * and file. Values may be shared between threads.
 */

/*
 * Names one element of a plot; -1 where a number does not apply. What panel, series and
 * index count depends on the kind and is written where that is made; row and col are
 * a cell of a picture.
 */
typedef struct
{
  int panel, series, index, row, col;
} EsPlotId;

#define ES_PLOT_ID_NONE ((EsPlotId){-1, -1, -1, -1, -1})

static inline gboolean
es_plot_id_equal (EsPlotId a, EsPlotId b)
{
  return a.panel == b.panel && a.series == b.series && a.index == b.index &&
         a.row == b.row && a.col == b.col;
}

typedef enum {
  ES_PLOT_POINT, /* a data point */
  ES_PLOT_AREA,  /* a picture or a cell of one */
} EsPlotShape;

/* An element, where it is and what it says. */
typedef struct
{
  EsPlotId id;
  EsPlotShape shape;
  EsRect rect;    /* of the element; of a point, around its centre */
  EsRect context; /* the picture or the axes that it belongs to */
  double x;       /* where the data point is along the horizontal axis, or NaN */
  double value;   /* or NaN */
  char *text;     /* read-out, translated */
} EsPlotHit;

#define ES_PLOT_HIT_INIT                                                               \
  {                                                                                    \
    .id = { -1, -1, -1, -1, -1 }                                                       \
  }

/* Frees what is in @hit and makes it none. */
void es_plot_hit_clear (EsPlotHit *hit);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsPlotHit, es_plot_hit_clear)

typedef enum {
  ES_PLOT_LEFT,
  ES_PLOT_RIGHT,
  ES_PLOT_UP,
  ES_PLOT_DOWN,
  ES_PLOT_FIRST,
  ES_PLOT_LAST,
  ES_PLOT_IN,  /* from a point to its picture, from a picture to its cells */
  ES_PLOT_OUT, /* and back */
} EsPlotDirection;

EsPlot *es_plot_ref (EsPlot *plot);
void es_plot_unref (EsPlot *plot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPlot, es_plot_unref)

const char *es_plot_get_title (const EsPlot *plot);

/* The height at which the plot fills @width without empty space. */
double es_plot_natural_height (const EsPlot *plot, const EsStyle *style, double width);

/*
 * Places everything in a figure of @width by @height. Any size will do: what has no
 * room is left out. The layout holds text of the calling thread and is to be drawn
 * on that thread, with the same style; it keeps a reference to the plot.
 */
EsPlotLayout *es_plot_layout (EsPlot *plot,
                              const EsStyle *style,
                              double width,
                              double height) G_GNUC_WARN_UNUSED_RESULT;
void es_plot_layout_free (EsPlotLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPlotLayout, es_plot_layout_free)

void es_plot_draw (const EsPlot *plot,
                   const EsPlotLayout *layout,
                   const EsStyle *style,
                   cairo_t *cr);

/* Marks @hit, on top of the drawn plot. */
void es_plot_draw_highlight (const EsPlot *plot,
                             const EsPlotLayout *layout,
                             const EsStyle *style,
                             const EsPlotHit *hit,
                             cairo_t *cr);

/* Fills @hit with the element at a position. Returns FALSE, and none, if there is
   nothing. */
gboolean es_plot_pick (
    const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotHit *hit);

/* The same for an element known by name. */
gboolean es_plot_find (const EsPlot *plot,
                       const EsPlotLayout *layout,
                       EsPlotId id,
                       EsPlotHit *hit);

/* Moves @hit to its neighbour; from none to the first element. Returns FALSE, leaving
   @hit alone, if there is no neighbour on that side. */
gboolean es_plot_move (const EsPlot *plot,
                       const EsPlotLayout *layout,
                       EsPlotHit *hit,
                       EsPlotDirection direction);

/* One sentence that says what the figure shows, for being spoken. Numbers are written
   with
   @point, see es_number_write(). */
char *es_plot_describe (const EsPlot *plot,
                        const char *point) G_GNUC_WARN_UNUSED_RESULT;

/* The numbers of the figure. */
EsPlotTable *es_plot_to_table (const EsPlot *plot) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
