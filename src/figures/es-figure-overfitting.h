/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-plot.h"
#include "es-progress.h"
#include "es-run.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/* A run, its spectra of all classes with at least one picture at each end, and how much
   it tells right without noise, 0 to 1. */
typedef struct
{
  const EsRun *run;
  const EsSpectrum *spectrum;
  double train_accuracy;
  double test_accuracy;
} EsOverfit;

#define ES_FIGURE_OVERFITTING_MAX 4

/* Fills @overfit for @run with what all images of @dataset, which has classes, say
   without noise. Returns the spectra, which the caller keeps as long as @overfit.
   @progress is nullable. Errors are those of es_evaluate() and es_spectrum_new(). */
EsSpectrum *es_overfit_measure (EsOverfit *overfit,
                                const EsRun *run,
                                const EsDataset *dataset,
                                const EsProgress *progress,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Runs side by side that differ in what holds them back from memorising: for each the
 * gap between training and test accuracy in points of a hundred, the mean effective
 * rank of the eigenvalues, and the mean effective number of pixels of the most positive
 * eigenvectors, (sum |v|)^2 / sum v^2; and those eigenvectors, a row for each run. All
 * of
 * @runs (n, 1 to ES_FIGURE_OVERFITTING_MAX) have the classes and images of the first.
 */
EsPlot *es_figure_overfitting (const EsOverfit *runs,
                               gsize n) G_GNUC_WARN_UNUSED_RESULT;

/* The mean over the forms of @spectrum of what is said above of pixels. */
double es_figure_mean_pixels (const EsSpectrum *spectrum);

G_END_DECLS
