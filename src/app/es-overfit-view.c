/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-overfit-view.h"

#include "es-figure-overfitting.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-theme.h"
#include "es-work.h"

/* Points of a hundred that gaps must differ by before they are said to. */
#define LEAST_GAP 0.2

typedef struct
{
  EsModel *models[ES_OVERFIT_N];
  char *names[ES_OVERFIT_N];
  EsDataset *dataset;
  char point[8];
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    es_model_unref (query->models[i]);
    g_free (query->names[i]);
  }
  es_dataset_unref (query->dataset);
  g_free (query);
}

void
es_overfit_view_free (EsOverfitView *view)
{
  if (view == NULL)
    return;
  g_clear_pointer (&view->plot, es_plot_unref);
  g_free (view->guide);
  g_free (view);
}

static double
gap (const EsOverfitNumbers *numbers)
{
  return 100 * (numbers->train_accuracy - numbers->test_accuracy);
}

/* What the accuracies say. */
static char *
say_gaps (const EsOverfitNumbers *of, const char *point)
{
  const EsNumberFormat format = {.decimals = 1};
  g_autofree char *train = es_number_write (&format, 100 * of[0].train_accuracy, point);
  g_autofree char *test = es_number_write (&format, 100 * of[0].test_accuracy, point);
  g_autofree char *without = es_number_write (&format, gap (&of[0]), point);
  g_autofree char *with = es_number_write (&format, gap (&of[1]), point);

  if (gap (&of[0]) > gap (&of[1]) + LEAST_GAP)
    return g_strdup_printf (
        _ ("Without regularisation %s %% of the training images are read right, but "
           "%s %% of new ones: it has learned some by heart. The gap of %s points is "
           "%s with regularisation."),
        train, test, without, with);
  return g_strdup_printf (
      _ ("Without regularisation %s %% of the training images are read right, and %s "
         "%% of new ones. The gap of %s points is %s with regularisation: no better "
         "yet."),
      train, test, without, with);
}

/* What the pictures say. */
static char *
say_pixels (const EsOverfitNumbers *of, guint P, const char *point)
{
  g_autofree char *without = es_number_text (of[0].pixels, 3, point);
  g_autofree char *with = es_number_text (of[1].pixels, 3, point);

  if (of[0].pixels > of[1].pixels)
    return g_strdup_printf (
        _ ("Its eigenvectors spread over %s of %u pixels, stray ones at the border "
           "among them; with regularisation %s are left, those of the strokes."),
        without, P, with);
  return g_strdup_printf (
      _ ("Its eigenvectors spread over %s of %u pixels, with regularisation over %s: "
         "no fewer yet. More noise makes them sparser."),
      without, P, with);
}

static char *
say_ranks (const EsOverfitNumbers *of, const char *point)
{
  g_autofree char *without = es_number_text (of[0].rank, 3, point);
  g_autofree char *with = es_number_text (of[1].rank, 3, point);

  if (of[0].rank > of[1].rank)
    return g_strdup_printf (_ ("Fewer components carry the answer: the effective rank "
                               "falls from %s to %s."),
                            without, with);
  return g_strdup_printf (_ ("The effective rank is %s without and %s with "
                             "regularisation. More weight decay leaves fewer "
                             "components."),
                          without, with);
}

static void
fill_guide (EsOverfitView *view, const Query *query)
{
  guint P = query->dataset->rows * query->dataset->cols;
  g_autofree char *gaps = say_gaps (view->numbers, query->point);
  g_autofree char *pixels = say_pixels (view->numbers, P, query->point);
  g_autofree char *ranks = say_ranks (view->numbers, query->point);

  view->guide = g_strdup_printf ("%s\n\n%s\n\n%s", gaps, pixels, ranks);
}

static void
fill_numbers (EsOverfitNumbers *numbers, const EsOverfit *overfit)
{
  *numbers = (EsOverfitNumbers){overfit->train_accuracy, overfit->test_accuracy,
                                es_spectrum_mean_effective_rank (overfit->spectrum),
                                es_figure_mean_pixels (overfit->spectrum)};
}

static EsOverfitView *
make_view (const Query *query, const EsProgress *progress, GError **error)
{
  g_autoptr (EsOverfitView) view = g_new0 (EsOverfitView, 1);
  EsOverfit overfit[ES_OVERFIT_N] = {{NULL}};
  EsRun *runs[ES_OVERFIT_N] = {NULL};
  EsSpectrum *spectra[ES_OVERFIT_N] = {NULL};
  gboolean done = TRUE;

  for (guint i = 0; done && i < ES_OVERFIT_N; i++) {
    runs[i] = es_run_new (query->names[i], query->models[i]);
    runs[i]->class_names = g_strdupv (query->dataset->class_names);
    spectra[i] =
        es_overfit_measure (&overfit[i], runs[i], query->dataset, progress, error);
    done = spectra[i] != NULL;
    if (done)
      fill_numbers (&view->numbers[i], &overfit[i]);
  }
  if (done) {
    view->plot = es_figure_overfitting (overfit, ES_OVERFIT_N);
    fill_guide (view, query);
  }
  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    es_spectrum_unref (spectra[i]);
    es_run_free (runs[i]);
  }
  return done ? g_steal_pointer (&view) : NULL;
}

static void
view_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const EsProgress progress = es_work_progress (cancellable);
  GError *error = NULL;
  EsOverfitView *view;

  if (g_task_return_error_if_cancelled (task))
    return;
  view = make_view (data, &progress, &error);
  if (view == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, view, (GDestroyNotify)es_overfit_view_free);
}

void
es_overfit_view_async (EsModel *const *models,
                       const char *const *names,
                       EsDataset *dataset,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new0 (Query, 1);

  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    query->models[i] = es_model_ref (models[i]);
    query->names[i] = g_strdup (names[i]);
  }
  query->dataset = es_dataset_ref (dataset);
  g_strlcpy (query->point, es_theme_get_point (), sizeof query->point);
  g_task_set_source_tag (task, es_overfit_view_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, view_worker);
}

EsOverfitView *
es_overfit_view_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
