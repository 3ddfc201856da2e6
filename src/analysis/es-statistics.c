/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-statistics.h"

#include <math.h>

void
es_statistics_init (EsStatistics *statistics)
{
  *statistics = (EsStatistics){.min = NAN, .max = NAN, .mean = NAN};
}

static gsize
count_finite (const EsStatistics *statistics)
{
  return statistics->n - statistics->n_nan - statistics->n_infinite;
}

/* Welford's update: the mean moves by a share of the difference, which loses no digits
   where numbers are large and close together. */
static void
add_finite (EsStatistics *statistics, double x)
{
  gsize n = count_finite (statistics);
  double difference;

  if (n == 1) {
    statistics->min = statistics->max = statistics->mean = x;
    return;
  }
  difference = x - statistics->mean;
  statistics->mean += difference / (double)n;
  statistics->sum_squares += difference * (x - statistics->mean);
  statistics->min = MIN (statistics->min, x);
  statistics->max = MAX (statistics->max, x);
}

void
es_statistics_add (EsStatistics *statistics, const double *x, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    statistics->n++;
    if (isnan (x[i]))
      statistics->n_nan++;
    else if (isinf (x[i]))
      statistics->n_infinite++;
    else
      add_finite (statistics, x[i]);
    statistics->n_zero += x[i] == 0;
  }
}

double
es_statistics_get_deviation (const EsStatistics *statistics)
{
  gsize n = count_finite (statistics);

  return n == 0 ? NAN : sqrt (statistics->sum_squares / (double)n);
}

void
es_statistics_histogram (
    guint64 *counts, gsize n_bins, double low, double high, const double *x, gsize n)
{
  g_return_if_fail (low < high && n_bins > 0);
  for (gsize i = 0; i < n; i++) {
    gsize bin;

    /* Also FALSE for what is no number. */
    if (!(x[i] >= low && x[i] <= high))
      continue;
    /* Halved, so that the widest range there is does not overflow. */
    bin = (gsize)((x[i] / 2 - low / 2) / (high / 2 - low / 2) * (double)n_bins);
    counts[MIN (bin, n_bins - 1)]++;
  }
}
