/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-study.h"

#include "es-components.h"
#include "es-direction.h"
#include "es-figure.h"
#include "es-gallery-plot.h"
#include "es-i18n.h"
#include "es-model-input.h"
#include "es-samples-plot.h"
#include "es-selection.h"
#include "es-work.h"

#include <math.h>

/* Spectra */

static EsStudyQuery *
query_copy (const EsStudyQuery *query)
{
  EsStudyQuery *copy = g_memdup2 (query, sizeof *query);

  copy->model = es_model_ref (query->model);
  copy->dataset = query->dataset != NULL ? es_dataset_ref (query->dataset) : NULL;
  copy->class_names = g_strdupv (query->class_names);
  copy->name = g_strdup (query->name);
  copy->direction = g_strdup (query->direction);
  return copy;
}

static void
query_free (gpointer data)
{
  EsStudyQuery *query = data;

  es_model_unref (query->model);
  es_dataset_unref (query->dataset);
  g_strfreev (query->class_names);
  g_free (query->name);
  g_free (query->direction);
  g_free (query);
}

void
es_study_free (EsStudy *study)
{
  if (study == NULL)
    return;
  es_spectrum_unref (study->spectrum);
  es_plot_unref (study->plot);
  g_free (study->title);
  g_free (study);
}

static EsSpectrum *
decompose (const EsStudyQuery *query, GCancellable *cancellable, GError **error)
{
  const EsModelConfig *config = es_model_get_config (query->model);
  const EsProgress progress = es_work_progress (cancellable);
  g_autofree float *x0 = es_model_input_reference (config, query->dataset);
  g_autofree float *u = g_new0 (float, config->outputs);
  EsSpectrumOptions options = {.basis = query->basis, .x0 = x0};
  g_autoptr (EsDirections) directions = NULL;

  if (query->all) {
    options.leading = ES_STUDY_GALLERY;
    return es_spectrum_new (query->model, NULL, &options, &progress, error);
  }
  if (!es_direction_parse (u, query->direction, query->class_names, config->outputs,
                           error))
    return NULL;
  directions = es_directions_new (query->model, ES_LAST_LAYER, u, 1, error);
  if (directions == NULL)
    return NULL;
  return es_spectrum_new (query->model, directions, &options, &progress, error);
}

static EsStudy *
study_new (const EsStudyQuery *query, GCancellable *cancellable, GError **error)
{
  const EsModelConfig *config = es_model_get_config (query->model);
  EsSpectrum *spectrum = decompose (query, cancellable, error);
  g_autoptr (EsRun) run = NULL;
  EsStudy *study;

  if (spectrum == NULL)
    return NULL;
  run = es_run_new (query->name, query->model);
  run->class_names = g_strdupv (query->class_names);
  study = g_new0 (EsStudy, 1);
  study->spectrum = spectrum;
  study->rows = config->rows;
  study->cols = config->cols;
  study->title = es_selection_title (query->direction, query->class_names);
  if (query->all)
    study->plot = es_figure_eigenvectors (run, spectrum, NULL, ES_STUDY_GALLERY);
  else
    study->plot = es_figure_spectrum (run, spectrum, 0, study->title, ES_STUDY_VALUES,
                                      ES_STUDY_PICTURES);
  return study;
}

static void
study_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsStudy *study = study_new (data, cancellable, &error);

  if (study != NULL)
    g_task_return_pointer (task, study, (GDestroyNotify)es_study_free);
  else
    g_task_return_error (task, error);
}

void
es_study_async (const EsStudyQuery *query,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_study_async);
  g_task_set_task_data (task, query_copy (query), query_free);
  es_work_start (task, study_worker);
}

EsStudy *
es_study_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* One component */

typedef struct
{
  EsSpectrum *spectrum;
  EsDataset *dataset; /* nullable */
  char *title;
  guint rows, cols;
  gsize index;
} DetailQuery;

static void
detail_query_free (gpointer data)
{
  DetailQuery *query = data;

  es_spectrum_unref (query->spectrum);
  es_dataset_unref (query->dataset);
  g_free (query->title);
  g_free (query);
}

void
es_study_detail_free (EsStudyDetail *detail)
{
  if (detail == NULL)
    return;
  es_plot_unref (detail->picture);
  es_plot_unref (detail->images);
  g_free (detail);
}

static EsPlot *
large_picture (const DetailQuery *query)
{
  EsGalleryData data = ES_GALLERY_DATA_INIT;
  const char *classes[] = {""};
  gssize component = es_component_from_index (
      query->index, es_spectrum_get_eigenvalues (query->spectrum, 0),
      query->spectrum->D);
  g_autofree char *name =
      g_strdup_printf (_ ("%s, component %s%d"), query->title,
                       component < 0 ? "\xe2\x88\x92" : "", (int)ABS (component));
  const char *components[] = {name};
  double eigenvalue =
      (double)es_spectrum_get_eigenvalues (query->spectrum, 0)[query->index];

  data.n_classes = data.n_components = 1;
  data.rows = query->rows;
  data.cols = query->cols;
  data.pictures = es_spectrum_get_picture (query->spectrum, 0, query->index);
  data.eigenvalues = &eigenvalue;
  data.classes = classes;
  data.components = components;
  data.basis = es_figure_basis (query->spectrum);
  return es_gallery_plot_new (&data);
}

/* An image and (v . e)^2 of it. */
typedef struct
{
  double activation;
  gsize n;
} Activation;

static int
compare_activations (gconstpointer a, gconstpointer b)
{
  const Activation *x = a, *y = b;

  if (x->activation != y->activation)
    return x->activation > y->activation ? -1 : 1;
  return x->n < y->n ? -1 : x->n > y->n;
}

/* v . e for one image: the picture reads the pixels, the last coordinate the constant.
 */
static double
read_image (const float *picture, const guint8 *pixels, gsize P, double constant)
{
  float sum = 0;

  for (gsize p = 0; p < P; p++)
    sum += picture[p] * (float)pixels[p];
  return (double)sum / 255 + constant;
}

static EsPlot *
top_images (const DetailQuery *query)
{
  const EsSpectrum *spectrum = query->spectrum;
  const EsSamples *test = &query->dataset->test;
  const float *picture = es_spectrum_get_picture (spectrum, 0, query->index);
  const float *vector = es_spectrum_get_vector (spectrum, 0, query->index);
  double constant = spectrum->constant ? (double)vector[spectrum->D - 1] : 0;
  gsize P = spectrum->P, n = MIN (ES_STUDY_IMAGES, test->N);
  g_autofree Activation *all = g_new (Activation, test->N);
  g_autofree float *pixels = g_new (float, n *P);
  g_autofree const char **captions = g_new (const char *, n);
  g_autofree gsize *numbers = g_new (gsize, n);
  EsSamplesData data = ES_SAMPLES_DATA_INIT;

  for (gsize i = 0; i < test->N; i++) {
    double value = read_image (picture, test->pixels + i * P, P, constant);

    all[i] = (Activation){value * value, i};
  }
  qsort (all, test->N, sizeof *all, compare_activations);
  for (gsize i = 0; i < n; i++) {
    for (gsize p = 0; p < P; p++)
      pixels[i * P + p] = (float)test->pixels[all[i].n * P + p] / 255;
    captions[i] = query->dataset->class_names[test->labels[all[i].n]];
    numbers[i] = all[i].n;
  }
  data.n = n;
  data.rows = query->rows;
  data.cols = query->cols;
  data.pixels = pixels;
  data.captions = captions;
  data.numbers = numbers;
  return es_samples_plot_new (&data);
}

static void
detail_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const DetailQuery *query = data;
  const float *eigenvalues = es_spectrum_get_eigenvalues (query->spectrum, 0);
  EsStudyDetail *detail = g_new0 (EsStudyDetail, 1);

  detail->eigenvalue = (double)eigenvalues[query->index];
  detail->share = es_component_share (eigenvalues, query->spectrum->D, query->index);
  detail->picture = large_picture (query);
  if (query->dataset != NULL && query->dataset->rows == query->rows &&
      query->dataset->cols == query->cols)
    detail->images = top_images (query);
  g_task_return_pointer (task, detail, (GDestroyNotify)es_study_detail_free);
}

void
es_study_detail_async (EsStudy *study,
                       int component,
                       EsDataset *dataset,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  DetailQuery *query = g_new0 (DetailQuery, 1);
  gssize last = (gssize)study->spectrum->D;

  query->spectrum = es_spectrum_ref (study->spectrum);
  query->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  query->title = g_strdup (study->title);
  query->rows = study->rows;
  query->cols = study->cols;
  if (!es_component_to_index (CLAMP (component, -last, last - 1), study->spectrum->D,
                              &query->index))
    query->index = 0;
  g_task_set_source_tag (task, es_study_detail_async);
  g_task_set_task_data (task, query, detail_query_free);
  es_work_start (task, detail_worker);
}

EsStudyDetail *
es_study_detail_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
