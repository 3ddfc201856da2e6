/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

#include <math.h>

G_BEGIN_DECLS

/*
 * How a training went: loss and accuracy (or error) against epochs, train and test.
 * Element ids: panel 0 loss, 1 accuracy; series 0 train, 1 test; index the epoch's
 * place in the arrays.
 */

/* A setting that was changed while training. */
typedef struct
{
  double epoch;
  const char *text; /* its name, e.g. "lr" */
  double value;     /* that it was changed to */
} EsHistoryMark;

typedef struct
{
  gsize n;
  const double *epochs;     /* (n) ascending; NULL for 1, 2, ... */
  const double *train_loss; /* (n) each; NULL or NaN where unknown */
  const double *test_loss;
  const double *train_accuracy; /* 0 to 1 */
  const double *test_accuracy;
  const EsHistoryMark *marks; /* (n_marks) */
  gsize n_marks;
  double last_epoch; /* the axis reaches to at least here, e.g. the planned epochs; 0 */
  double cursor;     /* epoch with a line at it; NaN for none */
  gboolean log_loss;
  gboolean show_error; /* 1 - accuracy in its place */
  gboolean log_error;
  const char *title; /* nullable */
  EsPlotId selected;
} EsHistoryData;

#define ES_HISTORY_DATA_INIT                                                           \
  {                                                                                    \
    .cursor = NAN, .selected = { -1, -1, -1, -1, -1 }                                  \
  }

EsPlot *es_history_plot_new (const EsHistoryData *data) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The range of an accuracy axis for @values (n): up to 1 if the best is above 0.5,
 * from the highest of 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995 that leaves no more
 * than a tenth of the values below.
 */
void es_history_accuracy_range (const double *values, gsize n, double *lo, double *hi);

G_END_DECLS
