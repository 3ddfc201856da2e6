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

/* The root of the mean square distance of the points of @curve from 0, in its plane. */
double es_panels_plane_radius (const EsCurve *curve);

/* Places all axes, panel 0 first, pictures and text. */
void es_panels_plot_place (const EsPlot *plot,
                           const EsStyle *style,
                           EsPlotLayout *layout,
                           const EsRect *body);

double
es_panels_plot_body_height (const EsPlot *plot, const EsStyle *style, double width);

G_END_DECLS
