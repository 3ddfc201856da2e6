/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"
#include "es-progress.h"

G_BEGIN_DECLS

typedef struct
{
  gsize images;
  double accuracy; /* share of images whose largest logit is the label; with targets,
                      whose outputs are all nearer than 0.5 to them */
  double loss;     /* mean cross-entropy, natural logarithm; with targets, mean squared
                      error */
} EsEvaluation;

/* How well @model does on @samples (of its input size), clean; on their exact images if
   there are some. ES_ERROR_SETTING if
   the sizes or classes do not fit. */
gboolean es_evaluate (EsEvaluation *evaluation,
                      const EsModel *model,
                      const EsSamples *samples,
                      const EsProgress *progress,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @logits (N, C) of the images @pixels (N, P). */
gboolean es_evaluate_logits (float *logits,
                             const EsModel *model,
                             const guint8 *pixels,
                             gsize N,
                             const EsProgress *progress,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether every label of @samples is a class of @model; else ES_ERROR_SETTING. */
gboolean es_evaluate_check_labels (const EsModel *model,
                                   const EsSamples *samples,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the images of @dataset can be given to @model; else ES_ERROR_SETTING. */
gboolean es_evaluate_check (const EsModel *model,
                            const EsDataset *dataset,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
