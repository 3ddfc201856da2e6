/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-components.h"

#include <math.h>

gboolean
es_component_to_index (gssize component, gsize D, gsize *index)
{
  /* -(component + 1) and not -component - 1: the smallest gssize has no negative. */
  gsize from_end = component >= 0 ? (gsize)component : (gsize) - (component + 1);

  if (from_end >= D)
    return FALSE;
  *index = component >= 0 ? D - 1 - from_end : from_end;
  return TRUE;
}

gssize
es_component_from_index (gsize index, const float *eigenvalues, gsize D)
{
  return eigenvalues[index] < 0 ? -(gssize)index - 1 : (gssize)(D - 1 - index);
}

static double
sum_squares (const float *eigenvalues, gsize D)
{
  double sum = 0;

  for (gsize k = 0; k < D; k++)
    sum += (double)eigenvalues[k] * eigenvalues[k];
  return sum;
}

double
es_component_share (const float *eigenvalues, gsize D, gsize index)
{
  double sum = sum_squares (eigenvalues, D);

  return sum == 0 ? 0 : (double)eigenvalues[index] * eigenvalues[index] / sum;
}

double
es_components_effective_rank (const float *eigenvalues, gsize D)
{
  double squares = sum_squares (eigenvalues, D), sum = 0;

  for (gsize k = 0; k < D; k++)
    sum += fabs ((double)eigenvalues[k]);
  return squares == 0 ? 0 : sum * sum / squares;
}

void
es_components_order (guint *order, const float *eigenvalues, gsize D)
{
  gsize low = 0, high = D;

  /* They ascend, so the largest magnitude left is always at one of the two ends. */
  for (gsize k = 0; k < D; k++) {
    gboolean take_low = fabsf (eigenvalues[low]) >= fabsf (eigenvalues[high - 1]);

    order[k] = (guint)(take_low ? low++ : --high);
  }
}

gsize
es_components_count_share (const float *eigenvalues, gsize D, double share)
{
  g_autofree guint *order = g_new (guint, D);
  double target = share * sum_squares (eigenvalues, D), sum = 0;
  gsize count = 0;

  es_components_order (order, eigenvalues, D);
  while (count < D && sum < target) {
    double value = eigenvalues[order[count++]];

    sum += value * value;
  }
  return count;
}

gsize
es_components_group (guint *groups, const float *eigenvalues, gsize D, double tolerance)
{
  double largest, limit;
  guint group = 0;

  if (D == 0)
    return 0;
  largest = fmax (fabs ((double)eigenvalues[0]), fabs ((double)eigenvalues[D - 1]));
  limit = tolerance * largest;
  groups[0] = 0;
  for (gsize k = 1; k < D; k++) {
    if ((double)eigenvalues[k] - eigenvalues[k - 1] > limit)
      group++;
    groups[k] = group;
  }
  return group + 1;
}
