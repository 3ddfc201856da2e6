/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack.h"
#include "es-dataset.h"
#include "es-explanation.h"
#include "es-history-plot.h"
#include "es-plot.h"
#include "es-run.h"
#include "es-spectrum.h"
#include "es-truncation.h"

G_BEGIN_DECLS

/*
 * The figures of a run: which numbers each shows. Command line and window make
 * them here, so that both draw the same.
 */

/* What a history plot shows of @changes (of EsRateChange): that and when settings were
   changed. Free with g_free(); the texts are static. */
EsHistoryMark *
es_figure_history_marks (const GArray *changes) G_GNUC_WARN_UNUSED_RESULT;

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

/*
 * Why @run reads the image @x (P, 0 to 1) as it does, in the published layout: of the
 * three classes of largest logit the largest contributions for and against, the
 * components that they are of, the image, and all logits. @spectrum has all pictures;
 * @explanation is of it; the title says if it is edited. @label is the image's class,
 * or -1. The logits are elements of the panel below, series the class.
 */
#define ES_FIGURE_EXPLANATION_LOGITS 2
EsPlot *es_figure_explanation (const EsRun *run,
                               const EsSpectrum *spectrum,
                               const EsExplanation *explanation,
                               const float *x,
                               gint label) G_GNUC_WARN_UNUSED_RESULT;

/* How good a run is with few components. */
typedef struct
{
  const EsRun *run;
  const double *accuracy; /* (n_ranks) */
} EsTruncated;

/*
 * Accuracy, or @show_error the error on a logarithmic axis, against the number of
 * components kept per class. Runs that differ in nothing but the seed are one curve,
 * their mean, with a band: the 90% interval of the mean by Student's t.
 */
EsPlot *es_figure_truncation (const EsTruncated *truncated,
                              gsize n,
                              const gsize *ranks,
                              gsize n_ranks,
                              EsTruncationRule rule,
                              gboolean show_error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * An attack in the published layout: an eigenvector, its mask, an image that is misread
 * with it, and the same image with the control; below, accuracy and share misread
 * against strength, means over all masks with their 95% intervals. Without the
 * eigenvector for a single change, for which
 * @masks are not read. @example is the
 * number of the mask whose pictures are shown, or -1 for the one that misleads most.
 * NULL if an image cannot be looked for.
 */
EsPlot *es_figure_attack (const EsRun *run,
                          const EsMasks *masks,
                          const EsAttack *attack,
                          const EsSamples *samples,
                          gint example,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the pictures of @spectrum are, e.g. "embedding basis" (static). */
const char *es_figure_basis (const EsSpectrum *spectrum);

G_END_DECLS
