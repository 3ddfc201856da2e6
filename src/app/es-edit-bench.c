/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-edit-bench.h"

#include "es-work.h"

struct _EsEditBench
{
  gatomicrefcount refs;
  EsModel *model;
  EsSpectrum *spectrum;
  EsDataset *dataset;
  GMutex lock;
  EsComponentEdit *edit; /* guarded by lock, as is plain; NULL until it is needed */
  EsEvaluation plain;
};

/* A request. */
typedef struct
{
  EsEditBench *bench;
  float *factors;
} Request;

EsEditBench *
es_edit_bench_new (EsModel *model, EsSpectrum *spectrum, EsDataset *dataset)
{
  EsEditBench *bench = g_new0 (EsEditBench, 1);

  g_atomic_ref_count_init (&bench->refs);
  bench->model = es_model_ref (model);
  bench->spectrum = es_spectrum_ref (spectrum);
  bench->dataset = es_dataset_ref (dataset);
  g_mutex_init (&bench->lock);
  return bench;
}

EsEditBench *
es_edit_bench_ref (EsEditBench *bench)
{
  g_atomic_ref_count_inc (&bench->refs);
  return bench;
}

void
es_edit_bench_unref (EsEditBench *bench)
{
  if (bench == NULL || !g_atomic_ref_count_dec (&bench->refs))
    return;
  es_model_unref (bench->model);
  es_spectrum_unref (bench->spectrum);
  es_dataset_unref (bench->dataset);
  es_component_edit_free (bench->edit);
  g_mutex_clear (&bench->lock);
  g_free (bench);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  es_edit_bench_unref (request->bench);
  g_free (request->factors);
  g_free (request);
}

/* With the lock: what all requests need. */
static gboolean
prepare (EsEditBench *bench, GCancellable *cancellable, GError **error)
{
  const EsProgress progress = es_work_progress (cancellable);

  if (bench->edit != NULL)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !es_evaluate_check (bench->model, bench->dataset, error))
    return FALSE;
  bench->edit = es_component_edit_new (bench->model, bench->spectrum,
                                       &bench->dataset->test, &progress, error);
  if (bench->edit == NULL)
    return FALSE;
  es_component_edit_evaluate (bench->edit, &bench->plain);
  return TRUE;
}

static void
score_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  EsEditBench *bench = request->bench;
  EsEditScore *score = NULL;
  GError *error = NULL;

  g_mutex_lock (&bench->lock);
  if (prepare (bench, cancellable, &error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, &error)) {
    score = g_new0 (EsEditScore, 1);
    score->plain = bench->plain;
    es_component_edit_set_all (bench->edit, request->factors);
    es_component_edit_evaluate (bench->edit, &score->edited);
  }
  g_mutex_unlock (&bench->lock);
  if (score != NULL)
    g_task_return_pointer (task, score, g_free);
  else
    g_task_return_error (task, error);
}

void
es_edited_free (EsEdited *edited)
{
  if (edited == NULL)
    return;
  es_model_unref (edited->model);
  g_strfreev (edited->parts);
  g_free (edited);
}

static void
make_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  EsEditBench *bench = request->bench;
  EsModel *model = NULL;
  EsEdited *edited = NULL;
  GError *error = NULL;

  g_mutex_lock (&bench->lock);
  if (prepare (bench, cancellable, &error)) {
    es_component_edit_set_all (bench->edit, request->factors);
    model = es_component_edit_make_model (bench->edit, &error);
  }
  if (model != NULL) {
    edited = g_new0 (EsEdited, 1);
    edited->model = model;
    edited->parts =
        es_component_edit_describe (bench->edit, bench->dataset->class_names);
    es_component_edit_evaluate (bench->edit, &edited->evaluation);
  }
  g_mutex_unlock (&bench->lock);
  if (edited != NULL)
    g_task_return_pointer (task, edited, (GDestroyNotify)es_edited_free);
  else
    g_task_return_error (task, error);
}

/* Starts @worker with a request; frees @task. */
static void
start (GTask *task, EsEditBench *bench, const float *factors, GTaskThreadFunc worker)
{
  Request *request = g_new0 (Request, 1);

  request->bench = es_edit_bench_ref (bench);
  request->factors =
      g_memdup2 (factors, bench->spectrum->n * bench->spectrum->D * sizeof (float));
  g_task_set_task_data (task, request, request_free);
  es_work_start (task, worker);
  g_object_unref (task);
}

void
es_edit_bench_score_async (EsEditBench *bench,
                           const float *factors,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_edit_bench_score_async);
  start (task, bench, factors, score_worker);
}

EsEditScore *
es_edit_bench_score_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
es_edit_bench_make_async (EsEditBench *bench,
                          const float *factors,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_edit_bench_make_async);
  start (task, bench, factors, make_worker);
}

EsEdited *
es_edit_bench_make_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
