/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-panels-plot.h"
#include "es-plot-private.h"

G_BEGIN_DECLS

typedef struct
{
  EsPlot base;
  EsPanelsOrder order;
  EsPanel *panels; /* (n_panels), all in it owned */
  gsize n_panels;
  guint rows, cols;
  EsPanelsPicture *pictures; /* (n_pictures), all in it owned */
  gsize n_pictures;
  guint picture_rows;
  char *note;
} EsPanelsPlot;

/* The colour of curve @i of @n. */
EsColor es_panels_plot_color (const EsStyle *style, gsize i, gsize n);

/* Whether @panel has bars over named places instead of a scale. */
gboolean es_panels_panel_has_bars (const EsPanel *panel);

/* Where point @i of curve @c is drawn: in groups beside the other curves'. */
double es_panels_point_x (const EsPanel *panel, const EsAxes *axes, gsize c, gsize i);

/* How wide the bars of groups are. */
double es_panels_bar_width (const EsPanel *panel, const EsAxes *axes);

/* The root of the mean square distance of the points of @curve from 0, in its plane. */
double es_panels_plane_radius (const EsCurve *curve);

/* The width that the names at the ends of @panel's curves take of its @width, at most.
 */
double
es_panels_names_beside (const EsPanel *panel, const EsStyle *style, double width);

/* Places them, moved apart, cut where they are wider than @room. */
void es_panels_names_place_beside (const EsPanel *panel,
                                   const EsAxes *axes,
                                   const EsStyle *style,
                                   double room,
                                   EsPlotLayout *layout);

/* The height that ticks, or the names of bars, take under the axis of @panel in a cell
   of @width and @height: names are turned where they are too wide. */
double es_panels_names_below (const EsPanel *panel,
                              const EsStyle *style,
                              double width,
                              double height);

/* Places the names of bars, cut where there is no more room. */
void es_panels_names_place_below (const EsPanel *panel,
                                  const EsAxes *axes,
                                  const EsStyle *style,
                                  const EsRect *cell,
                                  EsPlotLayout *layout);

/* The heights that all pictures with their captions take in @width, in one row and in
   the plot's number of rows. */
double es_panels_pictures_row_height (const EsPanelsPlot *panels,
                                      const EsStyle *style,
                                      double width);
double es_panels_pictures_grid_height (const EsPanelsPlot *panels,
                                       const EsStyle *style,
                                       double width);

/* Places them in one row, and in the plot's number of rows, as large as @rect allows.
 */
void es_panels_pictures_place_row (const EsPanelsPlot *panels,
                                   const EsRect *rect,
                                   const EsStyle *style,
                                   EsPlotLayout *layout);
void es_panels_pictures_place_grid (const EsPanelsPlot *panels,
                                    const EsRect *rect,
                                    const EsStyle *style,
                                    EsPlotLayout *layout);

/* Places all axes, panel 0 first, pictures and text. */
void es_panels_plot_place (const EsPlot *plot,
                           const EsStyle *style,
                           EsPlotLayout *layout,
                           const EsRect *body);

double
es_panels_plot_body_height (const EsPlot *plot, const EsStyle *style, double width);

G_END_DECLS
