/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-judge.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-evaluate.h"
#include "es-work.h"

#include <math.h>
#include <string.h>

/* Datasets that are tried at most. */
#define MAX_TRIED 4

typedef struct
{
  EsModel *model;
  char *data; /* nullable */
  gboolean both;
} Request;

void
es_judgement_free (EsJudgement *judgement)
{
  if (judgement == NULL)
    return;
  g_free (judgement->data);
  if (judgement->dataset != NULL)
    es_dataset_unref (judgement->dataset);
  g_free (judgement);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  es_model_unref (request->model);
  g_free (request->data);
  g_free (request);
}

/* The names of datasets that fit, those on disk before the built-in one. */
static GPtrArray *
list_fitting (const EsModelConfig *config)
{
  g_autoptr (GPtrArray) infos = es_dataset_list ();
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint builtin = 0; builtin < 2; builtin++)
    for (guint i = 0; i < infos->len && names->len < MAX_TRIED; i++) {
      const EsDatasetInfo *info = infos->pdata[i];

      if (info->is_builtin == (gboolean)builtin && info->n_test > 0 &&
          info->problem == NULL &&
          (gsize)info->rows * info->cols == es_model_config_inputs (config) &&
          info->n_classes <= config->outputs)
        g_ptr_array_add (names, g_strdup (info->name));
    }
  return names;
}

/* The same weights with the residual connection changed; NULL if there is no memory. */
static EsModel *
new_other (EsModel *model)
{
  EsModelConfig config = *es_model_get_config (model);
  EsModel *other;

  config.residual = !config.residual;
  config.units = 0;
  other = es_model_new (&config, NULL);
  if (other != NULL)
    memcpy (es_model_params (other), es_model_get_params (model),
            es_model_n_params (model) * sizeof (float));
  return other;
}

static void
judge_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  const EsProgress progress = es_work_progress (cancellable);
  g_autoptr (EsJudgement) judgement = g_new0 (EsJudgement, 1);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (EsModel) other = request->both ? new_other (request->model) : NULL;
  g_autoptr (GError) problem = NULL;

  judgement->accuracy = NAN;
  judgement->other = NAN;
  if (request->data != NULL) {
    names = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (names, g_strdup (request->data));
  } else {
    names = list_fitting (es_model_get_config (request->model));
  }
  for (guint i = 0; i < names->len && problem == NULL; i++) {
    g_autoptr (EsDataset) dataset =
        es_dataset_load (names->pdata[i], &progress, &problem);
    EsEvaluation as_is, changed = {.accuracy = NAN};

    if (dataset == NULL || !es_evaluate_check (request->model, dataset, &problem) ||
        !es_evaluate (&as_is, request->model, &dataset->test, &progress, &problem) ||
        (other != NULL &&
         !es_evaluate (&changed, other, &dataset->test, &progress, &problem)))
      break;
    if (judgement->dataset != NULL && fmax (as_is.accuracy, changed.accuracy) <=
                                          fmax (judgement->accuracy, judgement->other))
      continue;
    if (judgement->dataset != NULL)
      es_dataset_unref (judgement->dataset);
    g_free (judgement->data);
    judgement->data = g_strdup (names->pdata[i]);
    judgement->dataset = g_steal_pointer (&dataset);
    judgement->accuracy = as_is.accuracy;
    judgement->other = changed.accuracy;
  }
  if (problem != NULL && (request->data != NULL ||
                          g_error_matches (problem, ES_ERROR, ES_ERROR_CANCELLED)))
    g_task_return_error (task, g_steal_pointer (&problem));
  else
    g_task_return_pointer (task, g_steal_pointer (&judgement),
                           (GDestroyNotify)es_judgement_free);
}

void
es_judge_async (EsModel *model,
                const char *data,
                gboolean both,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->model = es_model_ref (model);
  request->data = g_strdup (data);
  request->both = both;
  g_task_set_source_tag (task, es_judge_async);
  g_task_set_task_data (task, request, request_free);
  es_work_start (task, judge_worker);
}

EsJudgement *
es_judge_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
