/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-algebra.h"
#include "es-dataset.h"
#include "es-plot.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the task page shows of a network, computed off the main thread. */
typedef struct
{
  EsTaskKind kind;
  EsPlot *plot;
  /* Of toy logic only. */
  guint n;            /* inputs */
  guint n_matrices;   /* one, or of the first outputs */
  float *raw;         /* (n_matrices, n, n) as trained */
  float *symmetric;   /* (n_matrices, n, n) */
  char **names;       /* (n_matrices), NULL-terminated */
  char *words;        /* the answers as polynomials, a line each */
  char *loss;         /* a sentence on what is lost */
  gboolean has_table; /* one output was asked for */
  EsTruthTable table;
} EsTaskView;

void es_task_view_free (EsTaskView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTaskView, es_task_view_free)

/* Of @model, called @name, for the task of @dataset; @output -1: the whole. */
void es_task_view_async (EsModel *model,
                         EsDataset *dataset,
                         const char *name,
                         int output,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
EsTaskView *es_task_view_finish (GAsyncResult *result,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The matrices on the way from @raw to symmetric, @share 0 to 1 of it. */
EsPlot *es_task_view_plot_matrices (const EsTaskView *view,
                                    double share) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
