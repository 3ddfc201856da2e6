/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

G_BEGIN_DECLS

/*
 * Pictures and panels of curves in one figure: an explanation, truncation, attack.
 * Element ids: panel the panel, series the curve, index the point; or panel the number
 * of panels, series 0 and index the picture.
 */

typedef enum {
  ES_PANELS_ROW,  /* pictures in a row, panels side by side below */
  ES_PANELS_GRID, /* panels left, pictures in rows of equal number right; four panels
                     in two columns */
} EsPanelsOrder;

typedef struct
{
  const char *name; /* nullable */
  gsize n;
  const double *x;    /* (n) ascending, but in a plane */
  const double *y;    /* (n), NaN where unknown */
  const double *half; /* (n) half the width of each point's interval; NULL for none */
  char **labels;      /* (n) of the points of a plane or of groups, NULL-terminated;
                         NULL for none */
} EsCurve;

typedef struct
{
  const char *heading;
  const char *x_name; /* of the horizontal axis */
  gboolean log;       /* what is not positive is left out */
  gboolean share;     /* values are 0 to 1; the axis does not go beyond */
  gboolean zero;      /* the axis reaches to 0 */
  gboolean whole;     /* whole numbers along the horizontal axis */
  gboolean bands;     /* intervals as bands, else as bars */
  gboolean stems;     /* single values, a stem each, instead of curves */
  gboolean groups;    /* points as bars instead of curves, those of one place side by
                         side, with the first curve's labels below */
  gboolean plane;     /* points, x and y on one scale, around 0; and the circle of their
                         mean square distance from there */
  const EsCurve *curves;
  gsize n_curves;
} EsPanel;

typedef struct
{
  const float *values; /* (rows, cols) of the plot */
  gboolean is_signed;  /* on the diverging scale, else as ink, 0 to 1 */
  double limit;        /* of a signed one, in magnitude; 0: its own largest */
  const char *caption; /* nullable */
} EsPanelsPicture;

typedef struct
{
  EsPanelsOrder order;
  const EsPanel *panels;
  gsize n_panels; /* at most ES_PANELS_MAX */
  guint rows, cols;
  const EsPanelsPicture *pictures;
  gsize n_pictures;
  guint picture_rows; /* in which they stand, with ES_PANELS_GRID */
  const char *note;   /* nullable */
  const char *title;  /* nullable */
} EsPanelsData;

#define ES_PANELS_MAX 4

/* Everything is copied. */
EsPlot *es_panels_plot_new (const EsPanelsData *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
