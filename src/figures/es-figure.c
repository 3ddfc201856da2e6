/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure.h"

#include "es-augment.h"
#include "es-components.h"
#include "es-dataset-search.h"
#include "es-figure-task.h"
#include "es-gallery-plot.h"
#include "es-history-plot.h"
#include "es-i18n.h"
#include "es-samples-plot.h"
#include "es-spectrum-plot.h"

#include <string.h>

static double *
history_column (const EsRun *run, gsize offset)
{
  double *column = g_new (double, MAX (run->history->len, 1));

  for (guint i = 0; i < run->history->len; i++)
    column[i] =
        *(const double *)((const char *)&g_array_index (run->history, EsEpoch, i) +
                          offset);
  return column;
}

EsHistoryMark *
es_figure_history_marks (const GArray *changes)
{
  /* Translators: short names of settings, on a curve: learning rate, weight decay. */
  static const char *const names[ES_N_RATES] = {N_ ("rate"), N_ ("decay"),
                                                N_ ("noise")};
  EsHistoryMark *marks = g_new (EsHistoryMark, changes->len + 1);

  for (guint i = 0; i < changes->len; i++) {
    const EsRateChange *change = &g_array_index (changes, EsRateChange, i);

    marks[i] = (EsHistoryMark){change->epoch, _ (names[change->rate]), change->value};
  }
  return marks;
}

EsPlot *
es_figure_history (const EsRun *run, gboolean log_loss, gboolean show_error)
{
  g_autofree double *train_loss =
      history_column (run, G_STRUCT_OFFSET (EsEpoch, train_loss));
  g_autofree double *test_loss =
      history_column (run, G_STRUCT_OFFSET (EsEpoch, val_loss));
  g_autofree double *train_acc =
      history_column (run, G_STRUCT_OFFSET (EsEpoch, train_acc));
  g_autofree double *test_acc =
      history_column (run, G_STRUCT_OFFSET (EsEpoch, val_acc));
  g_autofree EsHistoryMark *marks = es_figure_history_marks (run->changes);
  EsHistoryData data = ES_HISTORY_DATA_INIT;

  data.marks = marks;
  data.n_marks = run->changes->len;
  data.n = run->history->len;
  data.train_loss = train_loss;
  data.test_loss = test_loss;
  data.train_accuracy = train_acc;
  data.test_accuracy = test_acc;
  data.log_loss = log_loss;
  data.show_error = data.log_error = show_error;
  data.title = run->name;
  return es_history_plot_new (&data);
}

const char *
es_figure_basis (const EsSpectrum *spectrum)
{
  if (spectrum->linearised)
    return _ ("last layer's own basis, pictures linearised at the mean image");
  return spectrum->basis == ES_BASIS_PIXELS ? _ ("pixel basis") : _ ("embedding basis");
}

/* Pictures of components 0, 1, ... (or, @negative, -1, -2, ...) of form @i, one after
   another: (n, P). */
static float *
end_pictures (const EsSpectrum *spectrum, gsize i, gsize n, gboolean negative)
{
  gsize P = spectrum->P, D = spectrum->D;
  float *pictures = g_new0 (float, n *P);

  for (gsize k = 0; k < n; k++) {
    const float *picture =
        es_spectrum_get_picture (spectrum, i, negative ? k : D - 1 - k);

    if (picture != NULL)
      memcpy (pictures + k * P, picture, P * sizeof (float));
  }
  return pictures;
}

EsPlot *
es_figure_spectrum (const EsRun *run,
                    const EsSpectrum *spectrum,
                    gsize i,
                    const char *title,
                    guint n_values,
                    guint n_vectors)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, i);
  gsize D = spectrum->D, n = MIN (n_vectors, D);
  g_autofree double *values = g_new (double, D);
  g_autofree guint *groups = g_new (guint, D);
  g_autofree float *positive = end_pictures (spectrum, i, n, FALSE);
  g_autofree float *negative = end_pictures (spectrum, i, n, TRUE);
  g_autofree char *class_name = es_run_dup_class_name (run, (guint)i);
  g_autofree char *class_title = g_strdup_printf (_ ("Class %s"), class_name);
  EsSpectrumData data = ES_SPECTRUM_DATA_INIT;

  for (gsize k = 0; k < D; k++)
    values[k] = eigenvalues[k];
  es_components_group (groups, eigenvalues, D, ES_COMPONENTS_TOLERANCE);
  data.eigenvalues = values;
  data.n = D;
  data.groups = groups;
  data.positive = positive;
  data.n_positive = n;
  data.negative = negative;
  data.n_negative = n;
  data.rows = config->rows;
  data.cols = config->cols;
  data.n_values = n_values;
  data.n_vectors = n_vectors;
  data.basis = es_figure_basis (spectrum);
  data.effective_rank = spectrum->effective_rank[i];
  data.title = title != NULL ? title : class_title;
  return es_spectrum_plot_new (&data);
}

/* Headings "0", "1", ..., "-2", "-1" of the gallery's columns. */
static char **
component_names (guint n)
{
  char **names = g_new0 (char *, 2 * n + 1);

  for (guint k = 0; k < n; k++) {
    names[k] = g_strdup_printf ("%u", k);
    names[n + k] = g_strdup_printf ("\xe2\x88\x92%u", k + 1);
  }
  return names;
}

static char **
form_names (const EsRun *run, gsize n, const char *const *titles)
{
  char **names = g_new0 (char *, n + 1);

  for (gsize i = 0; i < n; i++)
    names[i] =
        titles != NULL ? g_strdup (titles[i]) : es_run_dup_class_name (run, (guint)i);
  return names;
}

EsPlot *
es_figure_eigenvectors (const EsRun *run,
                        const EsSpectrum *spectrum,
                        const char *const *titles,
                        guint n_components)
{
  return es_figure_eigenvectors_first (run, spectrum, titles, spectrum->n,
                                       n_components);
}

EsPlot *
es_figure_eigenvectors_first (const EsRun *run,
                              const EsSpectrum *spectrum,
                              const char *const *titles,
                              gsize n_forms,
                              guint n_components)
{
  gsize N = MIN (n_forms, spectrum->n);
  const EsModelConfig *config = es_model_get_config (run->model);
  gsize P = spectrum->P, D = spectrum->D, n = MIN (n_components, D);
  g_autofree float *pictures = g_new (float, N * 2 * n * P);
  g_autofree double *values = g_new (double, N * 2 * n);
  g_auto (GStrv) classes = form_names (run, N, titles);
  g_auto (GStrv) components = component_names ((guint)n);
  g_autofree char *basis = g_strdup_printf (
      _ ("%s · component 0 is the most positive, \u22121 the most negative"),
      es_figure_basis (spectrum));
  EsGalleryData data = ES_GALLERY_DATA_INIT;

  for (gsize i = 0; i < N; i++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, i);
    g_autofree float *positive = end_pictures (spectrum, i, n, FALSE);
    g_autofree float *negative = end_pictures (spectrum, i, n, TRUE);
    float *row = pictures + i * 2 * n * P;

    memcpy (row, positive, n * P * sizeof (float));
    memcpy (row + n * P, negative, n * P * sizeof (float));
    for (gsize k = 0; k < n; k++) {
      values[i * 2 * n + k] = eigenvalues[D - 1 - k];
      values[i * 2 * n + n + k] = eigenvalues[k];
    }
  }
  data.n_classes = (guint)N;
  data.n_components = (guint)(2 * n);
  data.rows = config->rows;
  data.cols = config->cols;
  data.pictures = pictures;
  data.eigenvalues = values;
  data.classes = (const char *const *)classes;
  data.components = (const char *const *)components;
  data.order = ES_GALLERY_BEST;
  data.basis = basis;
  data.title = run->name;
  return es_gallery_plot_new (&data);
}

EsPlot *
es_figure_samples (const EsDataset *dataset, EsSplit split, gsize n)
{
  const EsSamples *samples = es_dataset_get_split (dataset, split);
  gsize P = (gsize)dataset->rows * dataset->cols;
  g_autofree float *pixels = NULL;
  g_autofree const char **captions = NULL;
  g_autofree char *name = es_figure_task_name (dataset->name);
  g_autofree char *title = g_strdup_printf (
      split == ES_SPLIT_TEST ? _ ("%s, test images") : _ ("%s, training images"),
      g_str_equal (dataset->name, ES_DATASET_BUILTIN) ? _ ("Built-in digits") : name);
  EsSamplesData data = ES_SAMPLES_DATA_INIT;

  n = MIN (n, samples->N);
  pixels = g_new (float, n *P);
  captions = g_new (const char *, n + 1);
  es_augment_expand (pixels, samples->pixels, n * P);
  for (gsize i = 0; i < n; i++)
    captions[i] = dataset->class_names[samples->labels[i]];
  data.n = n;
  data.rows = dataset->rows;
  data.cols = dataset->cols;
  data.pixels = pixels;
  /* What is learned by targets has no class. */
  data.captions = samples->targets == NULL ? captions : NULL;
  data.title = title;
  return es_samples_plot_new (&data);
}
