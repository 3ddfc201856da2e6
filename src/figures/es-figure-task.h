/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-plot.h"
#include "es-progress.h"
#include "es-run.h"

G_BEGIN_DECLS

/*
 * Figures of networks whose answer is known. They compute what they show. Numbers in
 * texts are written with @point, see es_number_write(). Errors are those of es-algebra,
 * es-residues and es-recovery. @dataset is the task's. What may take seconds takes a
 * progress (nullable) that ends it with ES_ERROR_CANCELLED.
 */

/* What a task is, for people: "Logic gates: AND of 4 inputs". @text is its description,
   or the name of any other dataset, which stays (g_free()). */
char *es_figure_task_name (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* One output of toy logic: its interaction matrix as trained and symmetrised, the
   leading eigenvectors as bars with the inputs' names, and the answer in words. */
EsPlot *es_figure_toy (const EsRun *run,
                       const EsDataset *dataset,
                       guint output,
                       const char *point,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The matrices of all outputs (the first ES_FIGURE_TOY_OUTPUTS of them), as trained
   over symmetrised, and how far the coefficients of each are from the truth. */
#define ES_FIGURE_TOY_OUTPUTS 12
EsPlot *es_figure_toy_all (const EsRun *run,
                           const EsDataset *dataset,
                           const char *point,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Modular arithmetic: the logits of a few outputs for all a and b, the frequencies in
 * use, and the leading eigenvectors over the residues with their waves, and one against
 * the other, where cosine and sine make a circle; of output
 * @output or, if that is -1, of the combination of outputs that has the strongest
 * frequency alone.
 */
EsPlot *es_figure_modular (const EsRun *run,
                           const EsDataset *dataset,
                           gint output,
                           const char *point,
                           const EsProgress *progress,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The challenge: the hidden target, what the weights bring back of it, the linear
   picture and the constant, and the eigenvalues. */
EsPlot *es_figure_challenge (const EsRun *run,
                             const EsDataset *dataset,
                             const char *point,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The figure for the task of @dataset; @output -1: the whole. The challenge has one. */
EsPlot *es_figure_task (const EsRun *run,
                        const EsDataset *dataset,
                        gint output,
                        const char *point,
                        const EsProgress *progress,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
