/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-task-view.h"

#include "es-figure-task.h"
#include "es-gallery-plot.h"
#include "es-i18n.h"
#include "es-input-form.h"
#include "es-number.h"
#include "es-run.h"
#include "es-theme.h"
#include "es-work.h"

#include <string.h>

/* Coefficients below this are not written, and differences below it are none. */
#define LEAST 0.005
#define SAME 0.03

typedef struct
{
  EsModel *model;
  EsDataset *dataset;
  char *name;
  int output;
  char point[8];
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  es_model_unref (query->model);
  es_dataset_unref (query->dataset);
  g_free (query->name);
  g_free (query);
}

void
es_task_view_free (EsTaskView *view)
{
  if (view == NULL)
    return;
  g_clear_pointer (&view->plot, es_plot_unref);
  g_free (view->raw);
  g_free (view->symmetric);
  g_strfreev (view->names);
  g_free (view->words);
  g_free (view->loss);
  g_free (view);
}

static gboolean
fill_matrix (float *matrix,
             const EsModel *model,
             guint output,
             gboolean symmetric,
             GError **error)
{
  gsize n = es_model_config_inputs (es_model_get_config (model));
  gsize D = es_input_form_get_size (model);
  g_autofree float *f = g_new (float, D *D);
  g_autofree float *u = g_new0 (float, es_model_get_config (model)->outputs);

  u[output] = 1;
  if (!es_input_form_fill (f, model, u, symmetric, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    memcpy (matrix + i * n, f + i * D, n * sizeof (float));
  return TRUE;
}

static gboolean
fill_matrices (EsTaskView *view, const Query *query, guint first, GError **error)
{
  gsize size = (gsize)view->n * view->n;

  view->raw = g_new (float, view->n_matrices *size);
  view->symmetric = g_new (float, view->n_matrices *size);
  view->names = g_new0 (char *, view->n_matrices + 1);
  for (guint i = 0; i < view->n_matrices; i++) {
    view->names[i] = g_strdup (query->dataset->class_names[first + i]);
    if (!fill_matrix (view->raw + i * size, query->model, first + i, FALSE, error) ||
        !fill_matrix (view->symmetric + i * size, query->model, first + i, TRUE, error))
      return FALSE;
  }
  return TRUE;
}

/* "x1 XOR x2 = 1.00 x1 + 0.98 x2 − 1.99 x1 x2", and the truth where it is another. */
static void
write_output (GString *words, const EsAlgebra *algebra, const Query *query, guint c)
{
  const double *found = algebra->found + c * algebra->n_terms;
  const double *wanted = algebra->wanted + c * algebra->n_terms;
  g_autofree char *said = es_algebra_write (algebra, found, LEAST, query->point);
  gboolean same = TRUE;

  for (guint k = 0; k < algebra->n_terms; k++)
    same &= ABS (found[k] - wanted[k]) < SAME;
  g_string_append_printf (words, "%s%s = %s", words->len > 0 ? "\n" : "",
                          query->dataset->class_names[c], said);
  if (!same) {
    g_autofree char *truth = es_algebra_write (algebra, wanted, LEAST, query->point);

    g_string_append (words, "\n    ");
    g_string_append_printf (words, _ ("in truth %s"), truth);
  }
}

/* Without bias the answer is 0 where all inputs are. */
static gboolean
lacks_constant (const EsAlgebra *algebra, const EsModelConfig *config)
{
  return !config->bias && ABS (algebra->wanted[0]) >= LEAST;
}

static char *
write_loss (const EsAlgebra *algebra, const Query *query)
{
  const EsModelConfig *config = es_model_get_config (query->model);
  GString *text = g_string_new (NULL);
  g_autofree char *loss = es_number_text (algebra->loss, 3, query->point);
  g_autofree char *share =
      es_number_text (100 * es_algebra_lost_share (algebra), 3, query->point);

  g_string_printf (text,
                   _ ("Squared error %s: %s %% of what the answers vary is lost."),
                   loss, share);
  if (lacks_constant (algebra, config)) {
    g_autofree char *wanted = es_number_text (algebra->wanted[0], 2, query->point);

    g_string_append_c (text, ' ');
    g_string_append_printf (text,
                            _ ("Where all inputs are 0 the answer should be %s, but "
                               "without bias it is 0."),
                            wanted);
  }
  if (config->units > 0 && config->units < algebra->C) {
    g_string_append_c (text, ' ');
    g_string_append_printf (text, _ ("%u units share %u pairs, in superposition."),
                            config->units, algebra->C);
  }
  return g_string_free (text, FALSE);
}

static gboolean
fill_toy (EsTaskView *view, const Query *query, GError **error)
{
  const EsTask *task = query->dataset->task;
  g_autoptr (EsAlgebra) algebra = es_algebra_new (query->model, task, error);
  g_autoptr (GString) words = g_string_new (NULL);
  guint first = query->output >= 0 ? (guint)query->output : 0;

  if (algebra == NULL)
    return FALSE;
  view->n = task->inputs;
  view->n_matrices = query->output >= 0 ? 1 : MIN (algebra->C, ES_FIGURE_TOY_OUTPUTS);
  if (!fill_matrices (view, query, first, error))
    return FALSE;
  for (guint i = 0; i < view->n_matrices; i++)
    write_output (words, algebra, query, first + i);
  view->words = g_strdup (words->str);
  view->loss = write_loss (algebra, query);
  view->has_table = query->output >= 0;
  if (view->has_table)
    es_algebra_fill_table (algebra, first, &view->table);
  return TRUE;
}

static void
view_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Query *query = data;
  g_autoptr (EsRun) run = es_run_new (query->name, query->model);
  g_autoptr (EsTaskView) view = g_new0 (EsTaskView, 1);
  EsProgress progress = es_work_progress (cancellable);
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  view->kind = query->dataset->task->kind;
  run->class_names = g_strdupv (query->dataset->class_names);
  view->plot = es_figure_task (run, query->dataset, query->output, query->point,
                               &progress, &error);
  if (view->plot == NULL ||
      (view->kind == ES_TASK_TOY && !fill_toy (view, query, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&view),
                           (GDestroyNotify)es_task_view_free);
}

void
es_task_view_async (EsModel *model,
                    EsDataset *dataset,
                    const char *name,
                    int output,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new0 (Query, 1);

  query->model = es_model_ref (model);
  query->dataset = es_dataset_ref (dataset);
  query->name = g_strdup (name);
  query->output = output;
  g_strlcpy (query->point, es_theme_get_point (), sizeof query->point);
  g_task_set_source_tag (task, es_task_view_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, view_worker);
}

EsTaskView *
es_task_view_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

EsPlot *
es_task_view_plot_matrices (const EsTaskView *view, double share)
{
  gsize n = (gsize)view->n_matrices * view->n * view->n;
  g_autofree float *values = g_new (float, n);
  const char *classes[] = {""};
  EsGalleryData data = ES_GALLERY_DATA_INIT;

  for (gsize i = 0; i < n; i++)
    values[i] = (float)((1 - share) * view->raw[i] + share * view->symmetric[i]);
  data.n_classes = 1;
  data.n_components = view->n_matrices;
  data.rows = data.cols = view->n;
  data.pictures = values;
  data.classes = classes;
  data.components = (const char *const *)view->names;
  data.plain = TRUE;
  data.shared_scale = TRUE;
  data.order = ES_GALLERY_DOWN;
  return es_gallery_plot_new (&data);
}
