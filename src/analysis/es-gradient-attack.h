/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"
#include "es-norms.h"
#include "es-progress.h"

G_BEGIN_DECLS

/*
 * Attacks that follow the loss's gradient by the image: one step of the full budget
 * (FGSM, Goodfellow and others, arXiv 1412.6572), or many small ones, each brought back
 * into the budget (PGD, Madry and others, arXiv 1706.06083).
 */
typedef struct
{
  EsNorm norm;   /* ES_NORM_L2 or ES_NORM_LINF: of the budget and of a step */
  double budget; /* of the whole change, in units of the data (0 to 1) */
  double step;   /* of one step; 0: 2.5 budget / steps */
  guint steps;   /* at least 1 */
  guint
      restarts;  /* 1: from the image; each further one from a random place in budget */
  gint target;   /* the class to be read as; -1: any but the label */
  gboolean clip; /* hold the changed image between 0 and 1 */
  guint64 seed;  /* of the random places */
} EsGradientOptions;

#define ES_GRADIENT_MAX_STEPS 10000
#define ES_GRADIENT_MAX_RESTARTS 256

/* One step of the whole budget: L-infinity 0.1, any class, clipped. */
void es_gradient_options_init_fgsm (EsGradientOptions *options);
/* 40 steps, 1 start, L2 1.5, any class, clipped. */
void es_gradient_options_init_pgd (EsGradientOptions *options);

typedef struct
{
  gboolean fooled; /* read as the target; without one, not as the label */
  guint read;      /* the class that the changed image is read as */
  double margin;   /* by which the logit that is wanted leads; negative: it does not */
} EsGradientResult;

/*
 * Looks for a change of @x (P, 0 to 1), which is of class @label. @change (P) gets the
 * best one within the budget: of all steps of all restarts, the one of largest margin.
 * Untargeted, the margin is that of the best other class over the label.
 * ES_ERROR_SETTING for options out of range, ES_ERROR_MATH if a gradient is not finite,
 * ES_ERROR_NO_MEMORY, ES_ERROR_CANCELLED (@change is then not to be used).
 */
gboolean es_gradient_attack (float *change,
                             EsGradientResult *result,
                             const EsModel *model,
                             const float *x,
                             guint label,
                             const EsGradientOptions *options,
                             const EsProgress *progress,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The same with the smallest budget up to @options' that fools the network, by
 * bisection to one part in a thousand of the options' budget; *@budget gets it. If
 * even the whole budget does not, result->fooled is FALSE and all is as above.
 */
gboolean es_gradient_attack_smallest (float *change,
                                      double *budget,
                                      EsGradientResult *result,
                                      const EsModel *model,
                                      const float *x,
                                      guint label,
                                      const EsGradientOptions *options,
                                      const EsProgress *progress,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
