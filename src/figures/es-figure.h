/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-plot.h"
#include "es-run.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * The figures of a run: which numbers each shows. Command line and window make
 * them here, so that both draw the same.
 */

/* Loss and accuracy over the epochs. @log_loss: logarithmic loss axis; @show_error: the
   error instead of the accuracy, logarithmic too. */
EsPlot *es_figure_history (const EsRun *run,
                           gboolean log_loss,
                           gboolean show_error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Form @i of @spectrum: @n_values eigenvalues and @n_vectors pictures of each sign.
 * @title names the form, e.g. "digit 5" (nullable: the class's name).
 */
EsPlot *es_figure_spectrum (const EsRun *run,
                            const EsSpectrum *spectrum,
                            gsize i,
                            const char *title,
                            guint n_values,
                            guint n_vectors) G_GNUC_WARN_UNUSED_RESULT;

/* The @n_components most positive and as many most negative eigenvectors of every form
   of
   @spectrum. @titles (n of the spectrum; nullable: the classes' names). */
EsPlot *es_figure_eigenvectors (const EsRun *run,
                                const EsSpectrum *spectrum,
                                const char *const *titles,
                                guint n_components) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the first @n_forms of them. */
EsPlot *es_figure_eigenvectors_first (const EsRun *run,
                                      const EsSpectrum *spectrum,
                                      const char *const *titles,
                                      gsize n_forms,
                                      guint n_components) G_GNUC_WARN_UNUSED_RESULT;

/* The first @n images of a split of @dataset, with their classes. */
EsPlot *es_figure_samples (const EsDataset *dataset,
                           EsSplit split,
                           gsize n) G_GNUC_WARN_UNUSED_RESULT;

/* What the pictures of @spectrum are, e.g. "embedding basis" (static). */
const char *es_figure_basis (const EsSpectrum *spectrum);

G_END_DECLS
