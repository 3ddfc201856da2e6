/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-history-plot.h"
#include "es-plot-private.h"

G_BEGIN_DECLS

#define ES_HISTORY_PANELS 2
#define ES_HISTORY_SERIES 2

typedef struct
{
  double epoch;
  char *text;
  double value;
} EsHistoryOwnMark;

typedef struct
{
  EsPlot base;
  gsize n;
  double *epochs;                                       /* (n) */
  double *values[ES_HISTORY_PANELS][ES_HISTORY_SERIES]; /* (n) each, NaN if unknown */
  EsHistoryOwnMark *marks;
  gsize n_marks;
  double last_epoch;
  double cursor;
  gboolean log[ES_HISTORY_PANELS];
  gboolean show_error;
} EsHistoryPlot;

/* "Loss", "Accuracy" or "Error", and "train" or "test". */
const char *es_history_plot_panel_name (const EsHistoryPlot *history, guint panel);
const char *es_history_plot_series_name (guint series);

/* The last known value of a series, or NaN. */
double
es_history_plot_last_value (const EsHistoryPlot *history, guint panel, guint series);

/* Places the axes, panel 0 first, and all text. */
void es_history_plot_place (const EsPlot *plot,
                            const EsStyle *style,
                            EsPlotLayout *layout,
                            const EsRect *body);

G_END_DECLS
