/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"

G_BEGIN_DECLS

/* The class with the largest logit; the lower one on a tie. @logits (C). */
guint es_argmax (const float *logits, gsize C);

/*
 * Cross-entropy of N rows (src/DESIGN.md, equation 4). Returns the sum of the losses;
 * adds the rows whose largest logit is the label to *n_correct. @dlogits (N, C), unless
 * NULL, gets the derivative of @scale times that sum.
 */
double es_cross_entropy (float *dlogits,
                         gsize *n_correct,
                         const float *logits,
                         const guint16 *labels,
                         gsize N,
                         gsize C,
                         float scale);

/*
 * Squared error of N rows of C outputs, the mean over a row's outputs. Returns the sum
 * over the rows; adds to *n_correct the rows whose outputs are all nearer than 0.5 to
 * their @targets (N, C). @dlogits as above.
 */
double es_squared_error (float *dlogits,
                         gsize *n_correct,
                         const float *logits,
                         const float *targets,
                         gsize N,
                         gsize C,
                         float scale);

/* The loss of images @first to @first + @N - 1 of @samples, without derivative: squared
   error if they have targets, else cross-entropy. @logits (N, C) are of these images.
 */
double es_loss_of_samples (gsize *n_correct,
                           const float *logits,
                           const EsSamples *samples,
                           gsize first,
                           gsize N,
                           gsize C);

G_END_DECLS
