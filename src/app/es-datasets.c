/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-datasets.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-work.h"

/* Kept at most; a run that is trained on another holds that itself. */
#define MAX_KEPT 3

typedef struct
{
  char *data;
  EsDataset *dataset;
} Kept;

static Kept kept[MAX_KEPT]; /* the latest first */

void
es_datasets_keep (const char *data, EsDataset *dataset)
{
  Kept new = {g_strdup (data), es_dataset_ref (dataset)};
  guint i;

  for (i = 0; i < MAX_KEPT - 1; i++)
    if (g_strcmp0 (kept[i].data, data) == 0)
      break;
  g_free (kept[i].data);
  es_dataset_unref (kept[i].dataset);
  for (; i > 0; i--)
    kept[i] = kept[i - 1];
  kept[0] = new;
}

EsDataset *
es_datasets_peek (const char *data)
{
  for (guint i = 0; i < MAX_KEPT; i++)
    if (kept[i].data != NULL && g_strcmp0 (kept[i].data, data) == 0)
      return kept[i].dataset;
  return NULL;
}

static void
load_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const EsProgress progress = es_work_progress (cancellable);
  GError *error = NULL;
  EsDataset *dataset = es_dataset_load (data, &progress, &error);

  if (dataset != NULL)
    g_task_return_pointer (task, dataset, (GDestroyNotify)es_dataset_unref);
  else
    g_task_return_error (task, error);
}

void
es_datasets_load_async (const char *data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  EsDataset *dataset = es_datasets_peek (data);

  g_task_set_source_tag (task, es_datasets_load_async);
  g_task_set_task_data (task, g_strdup (data), g_free);
  if (dataset != NULL)
    g_task_return_pointer (task, es_dataset_ref (dataset),
                           (GDestroyNotify)es_dataset_unref);
  else
    es_work_start (task, load_worker);
}

EsDataset *
es_datasets_load_finish (GAsyncResult *result, GError **error)
{
  EsDataset *dataset = g_task_propagate_pointer (G_TASK (result), error);

  if (dataset != NULL)
    es_datasets_keep (g_task_get_task_data (G_TASK (result)), dataset);
  return dataset;
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  EsRunItem *run = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (EsDataset) dataset = es_datasets_load_finish (result, &error);

  if (dataset == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (es_run_item_get_dataset (run) == NULL)
    es_run_item_set_dataset (run, dataset);
  g_task_return_boolean (task, TRUE);
}

void
es_datasets_bring_async (EsRunItem *run,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (run, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_datasets_bring_async);
  if (es_run_item_get_dataset (run) != NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  es_datasets_load_async (es_run_item_get_plan (run)->data, cancellable, brought_cb,
                          task);
}

gboolean
es_datasets_bring_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
es_datasets_choose_images (EsRunItem *run)
{
  const char *data = run != NULL ? es_run_item_get_plan (run)->data : NULL;
  g_auto (EsTask) task = {0};

  if (es_task_is_text (data))
    return g_strdup (es_task_parse (&task, data, NULL) && task.images != NULL
                         ? task.images
                         : ES_DATASET_BUILTIN);
  return g_strdup (data != NULL && *data != '\0' ? data : ES_DATASET_BUILTIN);
}

static void
list_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, es_dataset_list (), (GDestroyNotify)g_ptr_array_unref);
}

void
es_datasets_list_async (GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_datasets_list_async);
  es_work_start (task, list_worker);
}

GPtrArray *
es_datasets_list_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
