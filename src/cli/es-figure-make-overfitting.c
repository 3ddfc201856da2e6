/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-figure.h"
#include "es-command.h"
#include "es-figure-overfitting.h"

/* Whether a run has the images and classes of the first. */
static gboolean
check_alike (const EsRun *first, const EsRun *other, GError **error)
{
  const EsModelConfig *a = es_model_get_config (first->model),
                      *b = es_model_get_config (other->model);

  if (a->rows == b->rows && a->cols == b->cols && a->outputs == b->outputs)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "%s takes %u x %u pixels and has %u classes; expected %u x %u and %u as "
               "%s has",
               other->name, b->rows, b->cols, b->outputs, a->rows, a->cols, a->outputs,
               first->name);
  return FALSE;
}

/* Fills @overfit, whose spectra it returns. */
static EsSpectrum *
examine (EsOverfit *overfit,
         EsSubject *subject,
         const EsFigureOptions *options,
         GError **error)
{
  if (!es_subject_load_classes (subject, options->data, error))
    return NULL;
  return es_overfit_measure (overfit, subject->run, subject->dataset, NULL, error);
}

EsPlot *
es_figure_make_overfitting (EsSubject *subject,
                            const EsFigureOptions *options,
                            GError **error)
{
  guint n = 1 + g_strv_length (options->more_runs);
  EsSubject subjects[ES_FIGURE_OVERFITTING_MAX] = {{NULL}};
  EsSpectrum *spectra[ES_FIGURE_OVERFITTING_MAX] = {NULL};
  EsOverfit runs[ES_FIGURE_OVERFITTING_MAX] = {{NULL}};
  EsPlot *plot = NULL;
  gboolean done = TRUE;

  subjects[0] = *subject;
  for (guint i = 0; done && i < n; i++) {
    done = i == 0 ||
           (es_subject_open (&subjects[i], options->more_runs[i - 1], NULL, error) &&
            check_alike (subjects[0].run, subjects[i].run, error));
    spectra[i] = done ? examine (&runs[i], &subjects[i], options, error) : NULL;
    done = spectra[i] != NULL;
  }
  if (done)
    plot = es_figure_overfitting (runs, n);
  *subject = subjects[0];
  for (guint i = 0; i < n; i++) {
    es_spectrum_unref (spectra[i]);
    if (i > 0)
      es_subject_clear (&subjects[i]);
  }
  return plot;
}
