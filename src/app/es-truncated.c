/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-truncated.h"

#include "es-components.h"
#include "es-evaluate.h"
#include "es-figure.h"
#include "es-gallery-plot.h"
#include "es-model-input.h"
#include "es-work.h"

#include <string.h>

typedef struct
{
  GPtrArray *runs;
  EsDataset *dataset;
  EsTruncationRule rule;
  gboolean show_error;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  g_ptr_array_unref (query->runs);
  es_dataset_unref (query->dataset);
  g_free (query);
}

void
es_truncated_study_free (EsTruncatedStudy *study)
{
  if (study == NULL)
    return;
  es_plot_unref (study->plot);
  es_spectrum_unref (study->spectrum);
  g_free (study->accuracy);
  g_free (study->ranks);
  g_free (study);
}

/* More components hardly change anything. */
#define MOST_RANK 100

/* 0, 1, ... ES_TRUNCATED_SHOWN, then in ever larger steps to @most. */
static GArray *
make_ranks (gsize most)
{
  GArray *ranks = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize r = 0; r <= ES_TRUNCATED_SHOWN; r++)
    g_array_append_val (ranks, r);
  for (gsize r = 30; r < most; r += r / 2)
    g_array_append_val (ranks, r);
  if (most > ES_TRUNCATED_SHOWN)
    g_array_append_val (ranks, most);
  return ranks;
}

/* Tries @run; returns its spectrum. */
static EsSpectrum *
try_run (double *accuracy,
         const Query *query,
         const EsRun *run,
         const GArray *ranks,
         const EsProgress *progress,
         GError **error)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  g_autofree float *x0 = es_model_input_reference (config, query->dataset);
  g_autofree EsEvaluation *evaluations = g_new0 (EsEvaluation, ranks->len);
  EsSpectrumOptions options = {.x0 = x0, .leading = ES_TRUNCATED_SHOWN};
  g_autoptr (EsSpectrum) spectrum = NULL;

  if (!es_evaluate_check (run->model, query->dataset, error))
    return NULL;
  spectrum = es_spectrum_new (run->model, NULL, &options, progress, error);
  if (spectrum == NULL ||
      !es_truncation_evaluate (evaluations, (const gsize *)(const void *)ranks->data,
                               ranks->len, query->rule, run->model, spectrum,
                               &query->dataset->test, progress, error))
    return NULL;
  for (guint r = 0; r < ranks->len; r++)
    accuracy[r] = evaluations[r].accuracy;
  return g_steal_pointer (&spectrum);
}

static EsTruncatedStudy *
study_new (const Query *query, GCancellable *cancellable, GError **error)
{
  const EsProgress progress = es_work_progress (cancellable);
  const EsRun *first = query->runs->pdata[0];
  g_autoptr (GArray) ranks =
      make_ranks (MIN (es_model_get_config (first->model)->hidden, MOST_RANK));
  g_autofree double *accuracy = g_new0 (double, query->runs->len * ranks->len);
  g_autofree EsTruncated *truncated = g_new0 (EsTruncated, query->runs->len);
  g_autoptr (EsTruncatedStudy) study = g_new0 (EsTruncatedStudy, 1);
  gsize n = 0;

  study->rule = query->rule;
  study->n_ranks = ranks->len;
  for (guint i = 0; i < query->runs->len; i++) {
    const EsRun *run = query->runs->pdata[i];
    g_autoptr (GError) problem = NULL;
    g_autoptr (EsSpectrum) spectrum =
        try_run (accuracy + n * ranks->len, query, run, ranks, &progress, &problem);

    if (spectrum == NULL && (i == 0 || g_cancellable_is_cancelled (cancellable))) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    if (spectrum == NULL)
      continue;
    if (i == 0)
      study->spectrum = g_steal_pointer (&spectrum);
    truncated[n] = (EsTruncated){run, accuracy + n * ranks->len};
    n++;
  }
  study->plot =
      es_figure_truncation (truncated, n, (const gsize *)(const void *)ranks->data,
                            ranks->len, query->rule, query->show_error);
  study->ranks = g_memdup2 (ranks->data, ranks->len * sizeof (gsize));
  study->accuracy = g_memdup2 (accuracy, ranks->len * sizeof (double));
  return g_steal_pointer (&study);
}

static void
study_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsTruncatedStudy *study = study_new (data, cancellable, &error);

  if (study != NULL)
    g_task_return_pointer (task, study, (GDestroyNotify)es_truncated_study_free);
  else
    g_task_return_error (task, error);
}

void
es_truncated_study_async (GPtrArray *runs,
                          EsDataset *dataset,
                          EsTruncationRule rule,
                          gboolean show_error,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new0 (Query, 1);

  query->runs = runs;
  query->dataset = es_dataset_ref (dataset);
  query->rule = rule;
  query->show_error = show_error;
  g_task_set_source_tag (task, es_truncated_study_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, study_worker);
}

EsTruncatedStudy *
es_truncated_study_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The first components that the rule keeps, as indices; returns how many. */
static gsize
first_components (gsize *indices, const EsTruncatedStudy *study, gsize c, gsize n)
{
  const EsSpectrum *spectrum = study->spectrum;
  const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, c);
  g_autofree guint *order = g_new (guint, spectrum->D);
  gsize n_found = 0;

  es_components_order (order, eigenvalues, spectrum->D);
  for (gsize i = 0; i < spectrum->D && n_found < n; i++) {
    float eigenvalue = eigenvalues[order[i]];

    if ((study->rule == ES_TRUNCATION_POSITIVE && eigenvalue <= 0) ||
        (study->rule == ES_TRUNCATION_NEGATIVE && eigenvalue >= 0) ||
        es_spectrum_get_picture (spectrum, c, order[i]) == NULL)
      continue;
    indices[n_found++] = order[i];
  }
  return n_found;
}

EsPlot *
es_truncated_study_components (const EsTruncatedStudy *study,
                               gsize c,
                               const char *title,
                               gsize n,
                               guint rows,
                               guint cols)
{
  const EsSpectrum *spectrum = study->spectrum;
  const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, c);
  gsize indices[ES_TRUNCATED_SHOWN];
  double values[ES_TRUNCATED_SHOWN];
  const char *names[ES_TRUNCATED_SHOWN], *classes[] = {title};
  gsize n_found = first_components (indices, study, c, MIN (n, ES_TRUNCATED_SHOWN));
  g_autofree float *pictures = g_new (float, MAX (n_found, 1) * spectrum->P);
  EsGalleryData data = ES_GALLERY_DATA_INIT;
  EsPlot *plot;

  if (n_found == 0)
    return NULL;
  for (gsize i = 0; i < n_found; i++) {
    int component = (int)es_component_from_index (indices[i], eigenvalues, spectrum->D);

    memcpy (pictures + i * spectrum->P,
            es_spectrum_get_picture (spectrum, c, indices[i]),
            spectrum->P * sizeof (float));
    values[i] = (double)eigenvalues[indices[i]];
    names[i] = g_strdup_printf ("%s%d", component < 0 ? "\xe2\x88\x92" : "",
                                component < 0 ? -component : component);
  }
  data.n_classes = 1;
  data.n_components = (guint)n_found;
  data.rows = rows;
  data.cols = cols;
  data.pictures = pictures;
  data.eigenvalues = values;
  data.classes = classes;
  data.components = names;
  data.basis = es_figure_basis (spectrum);
  plot = es_gallery_plot_new (&data);
  for (gsize i = 0; i < n_found; i++)
    g_free ((char *)names[i]);
  return plot;
}
