/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-history-figure.h"

#include "es-figure.h"

/* One number of every epoch. */
static double *
column (const GArray *history, gsize offset)
{
  double *values = g_new (double, history->len + 1);

  for (guint i = 0; i < history->len; i++)
    values[i] = G_STRUCT_MEMBER (double, &g_array_index (history, EsEpoch, i), offset);
  return values;
}

EsPlot *
es_history_figure_new (EsRunItem *run, gboolean logarithmic, double cursor)
{
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  const GArray *history = es_run_item_get_history (run);
  const GArray *marks = es_run_item_get_marks (run);
  g_autofree double *train_loss =
      column (history, G_STRUCT_OFFSET (EsEpoch, train_loss));
  g_autofree double *train_acc = column (history, G_STRUCT_OFFSET (EsEpoch, train_acc));
  g_autofree double *val_loss = column (history, G_STRUCT_OFFSET (EsEpoch, val_loss));
  g_autofree double *val_acc = column (history, G_STRUCT_OFFSET (EsEpoch, val_acc));
  g_autofree EsHistoryMark *own_marks = es_figure_history_marks (marks);

  data.n = history->len;
  data.train_loss = train_loss;
  data.train_accuracy = train_acc;
  data.test_loss = val_loss;
  data.test_accuracy = val_acc;
  data.marks = own_marks;
  data.n_marks = marks->len;
  data.last_epoch = es_run_item_get_plan (run)->train.epochs;
  data.log_loss = data.show_error = data.log_error = logarithmic;
  if (cursor >= 0)
    data.cursor = cursor;
  return es_history_plot_new (&data);
}
