/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-parallel.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

/* Known answers of Random123's philox4x32-10. */
static void
test_known_answers (void)
{
  EsRngStream zero = {0, 0, 0, 0};
  EsRngStream ones = {G_MAXUINT64, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32};
  EsRngStream pi = {0x299f31d0a4093822u, 0x03707344u, 0x13198a2eu, 0x85a308d3u};
  const guint32 expected[3][4] = {
      {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u},
      {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu},
      {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u},
  };
  guint32 words[4];

  es_rng_block (&zero, 0, words);
  g_assert_cmpmem (words, sizeof words, expected[0], sizeof words);
  es_rng_block (&ones, G_MAXUINT32, words);
  g_assert_cmpmem (words, sizeof words, expected[1], sizeof words);
  es_rng_block (&pi, 0x243f6a88u, words);
  g_assert_cmpmem (words, sizeof words, expected[2], sizeof words);
}

static void
test_normal_prefix (void)
{
  EsRngStream stream = {7, ES_RNG_TEST, 1, 2};
  float all[1000] = {0}, some[1000] = {0};

  es_rng_add_normal (all, 1000, 1, &stream);
  for (gsize n = 0; n < 1000; n += 37) {
    memset (some, 0, sizeof some);
    es_rng_add_normal (some, n, 1, &stream);
    g_assert_cmpmem (some, n * sizeof (float), all, n * sizeof (float));
    g_assert_cmpfloat (some[n], ==, 0);
  }
}

/* Moments, tails and the cumulative distribution of two million numbers. */
static void
test_normal_distribution (void)
{
  const gsize n = 2000000;
  g_autofree float *x = g_new0 (float, n);
  EsRngStream stream = {11, ES_RNG_TEST, 0, 0};
  double m[5] = {0}, below[7] = {0}, lag = 0;

  es_rng_add_normal (x, n, 1, &stream);
  for (gsize i = 0; i < n; i++) {
    double power = 1;

    g_assert_true (isfinite (x[i]));
    for (guint k = 1; k < 5; k++)
      m[k] += power *= x[i];
    for (int k = 0; k < 7; k++)
      below[k] += x[i] < k - 3;
    lag += i > 0 ? x[i] * x[i - 1] : 0;
  }
  g_assert_cmpfloat_with_epsilon (m[1] / n, 0, 0.004);
  g_assert_cmpfloat_with_epsilon (m[2] / n, 1, 0.006);
  g_assert_cmpfloat_with_epsilon (m[3] / n, 0, 0.015);
  g_assert_cmpfloat_with_epsilon (m[4] / n, 3, 0.04);
  g_assert_cmpfloat_with_epsilon (lag / n, 0, 0.004);
  for (int k = 0; k < 7; k++)
    g_assert_cmpfloat_with_epsilon (below[k] / n, 0.5 * erfc (-(k - 3) / G_SQRT2),
                                    0.002);
}

/* The vector transform against the textbook formula in double precision. */
static void
test_normal_formula (void)
{
  EsRngStream stream = {5, ES_RNG_TEST, 3, 4};
  float x[64] = {0};

  es_rng_add_normal (x, 64, 1, &stream);
  for (guint i = 0; i < 16; i++) {
    guint32 words[4];

    es_rng_block (&stream, i, words);
    for (guint pair = 0; pair < 2; pair++) {
      double u = ((words[2 * pair] >> 8) + 0.5) * 0x1p-24;
      double phase = words[2 * pair + 1] * 0x1p-32, r = sqrt (-2 * log (u));

      g_assert_cmpfloat_with_epsilon (x[32 * pair + i], r * cos (2 * G_PI * phase),
                                      2e-6);
      g_assert_cmpfloat_with_epsilon (x[32 * pair + 16 + i], r * sin (2 * G_PI * phase),
                                      2e-6);
    }
  }
}

static void
test_below (void)
{
  EsRng rng;
  guint counts[7] = {0};

  es_rng_init (&rng, 3, ES_RNG_TEST, 0, 0);
  for (guint i = 0; i < 70000; i++)
    counts[es_rng_below (&rng, 7)]++;
  for (guint k = 0; k < 7; k++)
    g_assert_cmpfloat_with_epsilon (counts[k], 10000, 500);
  g_assert_cmpuint (es_rng_below (&rng, 1), ==, 0);
}

static void
test_shuffle (void)
{
  EsRng rng;
  guint32 order[100];
  gboolean seen[100] = {FALSE};
  guint fixed = 0;

  es_rng_init (&rng, 3, ES_RNG_TEST, 0, 0);
  es_rng_shuffle (&rng, order, 100);
  for (guint i = 0; i < 100; i++) {
    g_assert_cmpuint (order[i], <, 100);
    g_assert_false (seen[order[i]]);
    seen[order[i]] = TRUE;
    fixed += order[i] == i;
  }
  g_assert_cmpuint (fixed, <, 10);
}

#define ROW 100
#define ROWS 64

static void
draw_rows (guint part, guint n_parts, gpointer data)
{
  float *x = data;
  gsize first, end;

  es_parallel_slice (ROWS, 1, part, n_parts, &first, &end);
  for (gsize n = first; n < end; n++) {
    EsRngStream stream = {9, ES_RNG_NOISE, 0, (guint32)n};

    es_rng_add_normal (x + n * ROW, ROW, 1, &stream);
  }
}

static void
test_any_threads (void)
{
  g_autofree float *one = g_new0 (float, ROW *ROWS);
  g_autofree float *many = g_new0 (float, ROW *ROWS);

  es_parallel_set_threads (1);
  es_parallel_run (1, draw_rows, one);
  es_parallel_set_threads (5);
  es_parallel_run (5, draw_rows, many);
  g_assert_cmpmem (one, ROW * ROWS * sizeof (float), many, ROW * ROWS * sizeof (float));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rng/known-answers", test_known_answers);
  g_test_add_func ("/rng/normal-prefix", test_normal_prefix);
  g_test_add_func ("/rng/normal-distribution", test_normal_distribution);
  g_test_add_func ("/rng/normal-formula", test_normal_formula);
  g_test_add_func ("/rng/below", test_below);
  g_test_add_func ("/rng/shuffle", test_shuffle);
  g_test_add_func ("/rng/any-threads", test_any_threads);
  return g_test_run ();
}
