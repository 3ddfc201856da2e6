/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-layout.h"
#include "es-plot.h"

G_BEGIN_DECLS

/* What a kind of plot is made of. Points are elements that a kind places itself;
   pictures are placed in the layout and handled for all kinds alike. */
typedef struct
{
  void (*finalize) (EsPlot *plot);
  gboolean (*is_empty) (const EsPlot *plot);
  /* What has to be said below the figure; NULL for nothing. */
  char *(*note) (const EsPlot *plot, const char *point);
  /* Height of the body, without title and note. */
  double (*body_height) (const EsPlot *plot, const EsStyle *style, double width);
  void (*place) (const EsPlot *plot,
                 const EsStyle *style,
                 EsPlotLayout *layout,
                 const EsRect *body);
  /* Draws what is neither axes, picture, stroke nor text. */
  void (*draw) (const EsPlot *plot,
                const EsPlotLayout *layout,
                const EsStyle *style,
                cairo_t *cr);
  gboolean (*pick_point) (
      const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotId *id);
  /* Fills rect, context, x and value of hit->id. */
  gboolean (*locate_point) (const EsPlot *plot,
                            const EsPlotLayout *layout,
                            EsPlotHit *hit);
  /* The neighbour of a point; of ES_PLOT_ID_NONE with FIRST, the first one. */
  gboolean (*move_point) (const EsPlot *plot, EsPlotId *id, EsPlotDirection direction);
  char *(*read_out) (const EsPlot *plot, const EsPlotHit *hit, const char *point);
  char *(*describe) (const EsPlot *plot, const char *point);
  EsPlotTable *(*to_table) (const EsPlot *plot);
} EsPlotClass;

struct _EsPlot
{
  gatomicrefcount refs;
  const EsPlotClass *klass;
  char *title;       /* nullable */
  EsPlotId selected; /* gets a frame, in every panel; row and col are ignored */
};

void es_plot_init (EsPlot *plot,
                   const EsPlotClass *klass,
                   const char *title,
                   EsPlotId selected);

G_END_DECLS
