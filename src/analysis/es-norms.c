/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-norms.h"

#include <math.h>

void
es_norms_measure (EsNorms *norms, const float *change, gsize P)
{
  double squares = 0;

  *norms = (EsNorms){0};
  for (gsize p = 0; p < P; p++) {
    double size = fabs (change[p]);

    squares += size * size;
    norms->linf = fmax (norms->linf, size);
    norms->l0 += size > ES_NORMS_NOTHING;
  }
  norms->l2 = sqrt (squares);
}

void
es_norms_project (float *change, gsize P, EsNorm norm, double budget)
{
  float most = (float)budget;
  EsNorms norms;

  if (norm == ES_NORM_LINF)
    for (gsize p = 0; p < P; p++)
      change[p] = CLAMP (change[p], -most, most);
  if (norm != ES_NORM_L2)
    return;
  es_norms_measure (&norms, change, P);
  if (norms.l2 > budget)
    for (gsize p = 0; p < P; p++)
      change[p] = (float)(change[p] * (budget / norms.l2));
}

void
es_norms_clip (float *change, const float *x, gsize P)
{
  for (gsize p = 0; p < P; p++) {
    float lo = MIN (0, x[p]), hi = MAX (1, x[p]);

    change[p] = CLAMP (x[p] + change[p], lo, hi) - x[p];
  }
}

double
es_norms_margin (const float *logits, gsize C, guint label, gint wanted)
{
  gsize one = wanted >= 0 ? (gsize)wanted : label;
  double other = -INFINITY;

  for (gsize c = 0; c < C; c++)
    if (c != one)
      other = fmax (other, logits[c]);
  return wanted >= 0 ? logits[one] - other : other - logits[one];
}
