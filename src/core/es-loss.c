/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-loss.h"

#include <math.h>

guint
es_argmax (const float *logits, gsize C)
{
  guint best = 0;

  for (gsize c = 1; c < C; c++)
    if (logits[c] > logits[best])
      best = (guint)c;
  return best;
}

double
es_cross_entropy (float *dlogits,
                  gsize *n_correct,
                  const float *logits,
                  const guint16 *labels,
                  gsize N,
                  gsize C,
                  float scale)
{
  double loss = 0;

  for (gsize n = 0; n < N; n++) {
    const float *y_n = logits + n * C;
    guint best = es_argmax (y_n, C);
    float largest = y_n[best];
    double sum = 0;

    /* Subtract the largest logit so that no exponential overflows. */
    for (gsize c = 0; c < C; c++)
      sum += expf (y_n[c] - largest);
    loss += log (sum) + largest - y_n[labels[n]];
    *n_correct += best == labels[n];
    for (gsize c = 0; dlogits != NULL && c < C; c++)
      dlogits[n * C + c] =
          scale * (expf (y_n[c] - largest) / (float)sum - (float)(c == labels[n]));
  }
  return loss;
}

double
es_squared_error (float *dlogits,
                  gsize *n_correct,
                  const float *logits,
                  const float *targets,
                  gsize N,
                  gsize C,
                  float scale)
{
  double loss = 0;

  for (gsize n = 0; n < N; n++) {
    gboolean correct = TRUE;
    double sum = 0;

    for (gsize c = n * C; c < (n + 1) * C; c++) {
      float difference = logits[c] - targets[c];

      sum += (double)difference * difference;
      correct &= fabsf (difference) < 0.5f;
      if (dlogits != NULL)
        dlogits[c] = scale * 2 * difference / (float)C;
    }
    loss += sum / (double)C;
    *n_correct += correct;
  }
  return loss;
}

double
es_loss_of_samples (gsize *n_correct,
                    const float *logits,
                    const EsSamples *samples,
                    gsize first,
                    gsize N,
                    gsize C)
{
  if (samples->targets != NULL)
    return es_squared_error (NULL, n_correct, logits, samples->targets + first * C, N,
                             C, 1);
  return es_cross_entropy (NULL, n_correct, logits, samples->labels + first, N, C, 1);
}
