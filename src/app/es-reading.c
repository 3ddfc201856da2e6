/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-reading.h"

#include "es-component-edit.h"
#include "es-figure.h"
#include "es-model-input.h"
#include "es-work.h"

static EsReadingQuery *
query_copy (const EsReadingQuery *query)
{
  EsReadingQuery *copy = g_memdup2 (query, sizeof *query);

  copy->model = es_model_ref (query->model);
  copy->dataset = query->dataset != NULL ? es_dataset_ref (query->dataset) : NULL;
  copy->class_names = g_strdupv (query->class_names);
  copy->name = g_strdup (query->name);
  copy->sample = es_sample_ref (query->sample);
  copy->spectrum = query->spectrum != NULL ? es_spectrum_ref (query->spectrum) : NULL;
  if (query->factors != NULL) {
    copy->edited = es_spectrum_ref (query->edited);
    copy->factors = g_memdup2 (query->factors,
                               query->edited->n * query->edited->D * sizeof (float));
  }
  return copy;
}

static void
query_free (gpointer data)
{
  EsReadingQuery *query = data;

  es_model_unref (query->model);
  es_dataset_unref (query->dataset);
  g_strfreev (query->class_names);
  g_free (query->name);
  es_sample_unref (query->sample);
  es_spectrum_unref (query->spectrum);
  es_spectrum_unref (query->edited);
  g_free (query->factors);
  g_free (query);
}

void
es_reading_free (EsReading *reading)
{
  if (reading == NULL)
    return;
  es_model_unref (reading->model);
  es_sample_unref (reading->sample);
  es_spectrum_unref (reading->spectrum);
  g_free (reading->factors);
  es_explanation_free (reading->explanation);
  es_explanation_free (reading->edited);
  es_plot_unref (reading->plot);
  g_free (reading);
}

static EsSpectrum *
get_spectrum (const EsReadingQuery *query, GCancellable *cancellable, GError **error)
{
  const EsModelConfig *config = es_model_get_config (query->model);
  const EsProgress progress = es_work_progress (cancellable);
  g_autofree float *x0 = NULL;
  EsSpectrumOptions options = {.basis = ES_BASIS_EMBEDDING};

  if (query->spectrum != NULL)
    return es_spectrum_ref (query->spectrum);
  options.x0 = x0 = es_model_input_reference (config, query->dataset);
  return es_spectrum_new (query->model, NULL, &options, &progress, error);
}

/* The factors as they are on @spectrum, or NULL. */
static float *
carry_factors (const EsReadingQuery *query, const EsSpectrum *spectrum)
{
  g_autofree float *factors = NULL;

  if (query->factors == NULL)
    return NULL;
  factors = g_new (float, spectrum->n * spectrum->D);
  return es_component_edit_carry (factors, spectrum, query->factors, query->edited)
             ? g_steal_pointer (&factors)
             : NULL;
}

static EsReading *
reading_new (const EsReadingQuery *query, GCancellable *cancellable, GError **error)
{
  const EsSample *sample = query->sample;
  g_autoptr (EsReading) reading = g_new0 (EsReading, 1);
  g_autoptr (EsRun) run = NULL;

  reading->model = es_model_ref (query->model);
  reading->sample = es_sample_ref (query->sample);
  reading->spectrum = get_spectrum (query, cancellable, error);
  if (reading->spectrum == NULL)
    return NULL;
  reading->explanation =
      es_explanation_new (query->model, reading->spectrum, sample->pixels, error);
  if (reading->explanation == NULL)
    return NULL;
  reading->factors = carry_factors (query, reading->spectrum);
  if (reading->factors != NULL)
    reading->edited = es_explanation_edit (reading->explanation, reading->factors);
  run = es_run_new (query->name, query->model);
  run->class_names = g_strdupv (query->class_names);
  reading->plot = es_figure_explanation (run, reading->spectrum,
                                         reading->edited != NULL ? reading->edited
                                                                 : reading->explanation,
                                         sample->pixels, sample->label);
  return g_steal_pointer (&reading);
}

static void
reading_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsReading *reading = reading_new (data, cancellable, &error);

  if (reading != NULL)
    g_task_return_pointer (task, reading, (GDestroyNotify)es_reading_free);
  else
    g_task_return_error (task, error);
}

void
es_reading_async (const EsReadingQuery *query,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_reading_async);
  g_task_set_task_data (task, query_copy (query), query_free);
  es_work_start (task, reading_worker);
}

EsReading *
es_reading_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
