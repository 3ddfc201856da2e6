/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-sample-search.h"

#include "es-components.h"
#include "es-direction.h"
#include "es-evaluate.h"
#include "es-model-input.h"
#include "es-work.h"

static EsSampleIndex *
index_ref (EsSampleIndex *index)
{
  g_atomic_ref_count_inc (&index->refs);
  return index;
}

void
es_sample_index_unref (EsSampleIndex *index)
{
  if (index == NULL || !g_atomic_ref_count_dec (&index->refs))
    return;
  es_model_unref (index->model);
  es_dataset_unref (index->dataset);
  es_image_index_free (index->index);
  g_free (index);
}

void
es_sample_found_free (EsSampleFound *found)
{
  if (found == NULL)
    return;
  es_sample_index_unref (found->index);
  g_free (found->numbers);
  g_free (found);
}

static EsSampleQuery *
query_copy (const EsSampleQuery *query)
{
  EsSampleQuery *copy = g_memdup2 (query, sizeof *query);

  copy->dataset = es_dataset_ref (query->dataset);
  copy->model = query->model != NULL ? es_model_ref (query->model) : NULL;
  copy->direction = g_strdup (query->direction);
  copy->class_names = g_strdupv (query->class_names);
  copy->index = query->index != NULL ? index_ref (query->index) : NULL;
  return copy;
}

static void
query_free (gpointer data)
{
  EsSampleQuery *query = data;

  es_dataset_unref (query->dataset);
  es_model_unref (query->model);
  g_free (query->direction);
  g_strfreev (query->class_names);
  es_sample_index_unref (query->index);
  g_free (query);
}

static EsSampleIndex *
get_index (const EsSampleQuery *query, const EsProgress *progress, GError **error)
{
  const EsSamples *samples = es_dataset_get_split (query->dataset, query->split);
  EsSampleIndex *index = query->index;
  EsImageIndex *images = NULL;

  if (index != NULL && index->model == query->model &&
      index->dataset == query->dataset && index->split == query->split)
    return index_ref (index);
  if (query->model != NULL && es_evaluate_check (query->model, query->dataset, NULL)) {
    g_autoptr (GError) problem = NULL;

    images = es_image_index_new (query->model, samples, progress, &problem);
    /* Of outputs that are no numbers nothing is said, as without a network. */
    if (images == NULL && !g_error_matches (problem, ES_ERROR, ES_ERROR_MATH)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  index = g_new0 (EsSampleIndex, 1);
  g_atomic_ref_count_init (&index->refs);
  index->model = query->model != NULL ? es_model_ref (query->model) : NULL;
  index->dataset = es_dataset_ref (query->dataset);
  index->split = query->split;
  index->index = images;
  return index;
}

/* What the chosen component contributes to every image. */
static float *
contributions (const EsSampleQuery *query, const EsProgress *progress, GError **error)
{
  const EsModelConfig *config = es_model_get_config (query->model);
  const EsSamples *samples = es_dataset_get_split (query->dataset, query->split);
  g_autofree float *u = g_new0 (float, config->outputs);
  g_autofree float *x0 = es_model_input_reference (config, query->dataset);
  g_autofree float *values = g_new (float, samples->N);
  EsSpectrumOptions options = {.x0 = x0, .leading = 1};
  g_autoptr (EsDirections) directions = NULL;
  g_autoptr (EsSpectrum) spectrum = NULL;
  gssize D;
  gsize k;

  if (!es_direction_parse (u, query->direction, query->class_names, config->outputs,
                           error))
    return NULL;
  directions = es_directions_new (query->model, ES_LAST_LAYER, u, 1, error);
  if (directions == NULL)
    return NULL;
  spectrum = es_spectrum_new (query->model, directions, &options, progress, error);
  if (spectrum == NULL)
    return NULL;
  D = (gssize)spectrum->D;
  if (!es_component_to_index (CLAMP (query->component, -D, D - 1), spectrum->D, &k) ||
      !es_image_index_contributions (values, query->model, spectrum, 0, k, samples,
                                     progress, error))
    return NULL;
  return g_steal_pointer (&values);
}

/* Without a network: by class and number. */
static void
find_plain (EsSampleFound *found, const EsSampleQuery *query)
{
  const EsSamples *samples = es_dataset_get_split (query->dataset, query->split);

  found->numbers = g_new (guint32, samples->N);
  for (gsize i = 0; i < samples->N; i++) {
    gsize n = query->images.descending ? samples->N - 1 - i : i;

    if (query->images.label < 0 || samples->labels[n] == query->images.label)
      found->numbers[found->n++] = (guint32)n;
  }
}

static EsSampleFound *
search (const EsSampleQuery *query, GCancellable *cancellable, GError **error)
{
  const EsProgress progress = es_work_progress (cancellable);
  EsImageQuery images = query->images;
  g_autofree float *values = NULL;
  g_autoptr (EsSampleFound) found = g_new0 (EsSampleFound, 1);

  found->index = get_index (query, &progress, error);
  if (found->index == NULL)
    return NULL;
  if (found->index->index == NULL) {
    find_plain (found, query);
    return g_steal_pointer (&found);
  }
  if (images.order == ES_IMAGES_BY_VALUES) {
    images.values = values = contributions (query, &progress, error);
    if (values == NULL)
      return NULL;
  }
  found->numbers = es_image_index_query (found->index->index, &images, &found->n);
  return g_steal_pointer (&found);
}

static void
search_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsSampleFound *found = search (data, cancellable, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify)es_sample_found_free);
  else
    g_task_return_error (task, error);
}

void
es_sample_search_async (const EsSampleQuery *query,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_sample_search_async);
  g_task_set_task_data (task, query_copy (query), query_free);
  es_work_start (task, search_worker);
}

EsSampleFound *
es_sample_search_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
