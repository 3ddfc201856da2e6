/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-statistics.h"

#include <float.h>
#include <math.h>

static void
test_numbers (void)
{
  const double x[] = {1, 2, 0, -3, NAN, INFINITY, -INFINITY, -0.0, 10};
  const double y[] = {1, 2, 0, -3, 0, 10};
  double mean = 0, sum = 0;
  EsStatistics all, parts;

  for (guint i = 0; i < 6; i++)
    mean += y[i] / 6;
  for (guint i = 0; i < 6; i++)
    sum += (y[i] - mean) * (y[i] - mean);
  es_statistics_init (&all);
  es_statistics_add (&all, x, G_N_ELEMENTS (x));
  g_assert_cmpuint (all.n, ==, 9);
  g_assert_cmpuint (all.n_zero, ==, 2);
  g_assert_cmpuint (all.n_nan, ==, 1);
  g_assert_cmpuint (all.n_infinite, ==, 2);
  g_assert_cmpfloat (all.min, ==, -3);
  g_assert_cmpfloat (all.max, ==, 10);
  g_assert_cmpfloat_with_epsilon (all.mean, mean, 1e-14);
  g_assert_cmpfloat_with_epsilon (es_statistics_get_deviation (&all), sqrt (sum / 6),
                                  1e-14);
  es_statistics_init (&parts);
  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    es_statistics_add (&parts, x + i, 1);
  g_assert_cmpmem (&parts, sizeof parts, &all, sizeof all);
}

/* Large numbers close together keep their deviation. */
static void
test_digits (void)
{
  const double x[] = {1e9 + 1, 1e9 - 1};
  EsStatistics statistics;

  es_statistics_init (&statistics);
  es_statistics_add (&statistics, x, 2);
  g_assert_cmpfloat (es_statistics_get_deviation (&statistics), ==, 1);
}

static void
test_nothing (void)
{
  const double x[] = {NAN, INFINITY};
  EsStatistics statistics;

  es_statistics_init (&statistics);
  g_assert_true (isnan (es_statistics_get_deviation (&statistics)));
  es_statistics_add (&statistics, x, 2);
  g_assert_true (isnan (statistics.min) && isnan (statistics.mean));
  g_assert_true (isnan (es_statistics_get_deviation (&statistics)));
}

static void
test_histogram (void)
{
  const double x[] = {0, 0.99, 1, 2, 4, 4.01, -0.01, NAN, INFINITY};
  const double wide[] = {-DBL_MAX, DBL_MAX};
  guint64 counts[4] = {0}, ends[2] = {0};

  es_statistics_histogram (counts, 4, 0, 4, x, G_N_ELEMENTS (x));
  g_assert_cmpuint (counts[0], ==, 2);
  g_assert_cmpuint (counts[1], ==, 1);
  g_assert_cmpuint (counts[2], ==, 1);
  g_assert_cmpuint (counts[3], ==, 1);
  es_statistics_histogram (ends, 2, -DBL_MAX, DBL_MAX, wide, 2);
  g_assert_cmpuint (ends[0], ==, 1);
  g_assert_cmpuint (ends[1], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/numbers", test_numbers);
  g_test_add_func ("/statistics/digits", test_digits);
  g_test_add_func ("/statistics/nothing", test_nothing);
  g_test_add_func ("/statistics/histogram", test_histogram);
  return g_test_run ();
}
