/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is said of the numbers of an array. Numbers that are not finite are counted and
   otherwise left out. */
typedef struct
{
  gsize n; /* all of them */
  gsize n_zero;
  gsize n_nan;
  gsize n_infinite;
  double min; /* NAN if no number is finite, as are the next three */
  double max;
  double mean;
  double sum_squares; /* of the differences from the mean */
} EsStatistics;

/* The statistics of no numbers. */
void es_statistics_init (EsStatistics *statistics);

/* Adds @x (n); arrays too large for memory are added piece by piece. */
void es_statistics_add (EsStatistics *statistics, const double *x, gsize n);

/* The standard deviation, divided by the number of finite ones; NAN if there is none.
 */
double es_statistics_get_deviation (const EsStatistics *statistics);

/*
 * Adds to @counts (n_bins) how many of @x (n) lie in each of as many equal stretches
 * from
 * @low to @high, @low < @high; what lies outside or is not finite is left out, and
 * @high itself belongs to the last.
 */
void es_statistics_histogram (
    guint64 *counts, gsize n_bins, double low, double high, const double *x, gsize n);

G_END_DECLS
