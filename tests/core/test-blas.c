/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"
#include "es-parallel.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

static float *
random_array (gsize n, guint32 which)
{
  EsRngStream stream = {1, ES_RNG_TEST, which, 0};
  float *x = g_new0 (float, n);

  es_rng_add_normal (x, n, 1, &stream);
  return x;
}

static float
element (const float *a, EsTranspose t, gsize ld, gsize i, gsize j)
{
  return t == ES_PLAIN ? a[i * ld + j] : a[j * ld + i];
}

static void
test_gemm (void)
{
  const gsize M = 37, N = 21, K = 50;
  g_autofree float *a = random_array (M * K, 0);
  g_autofree float *b = random_array (K * N, 1);
  g_autofree float *start = random_array (M * N, 2);

  es_parallel_set_threads (3);
  for (guint which = 0; which < 8; which++) {
    EsTranspose ta = which & 1, tb = (which >> 1) & 1;
    gsize lda = ta ? M : K, ldb = tb ? K : N;
    g_autofree float *c = g_memdup2 (start, M * N * sizeof (float));

    (which & 4 ? es_blas_gemm_parallel : es_blas_gemm) (c, N, ta, a, lda, tb, b, ldb, M,
                                                        N, K, 0.5f, 2.0f);
    for (gsize i = 0; i < M; i++)
      for (gsize j = 0; j < N; j++) {
        double sum = 0;

        for (gsize k = 0; k < K; k++)
          sum += (double)element (a, ta, lda, i, k) * element (b, tb, ldb, k, j);
        g_assert_cmpfloat_with_epsilon (c[i * N + j], 0.5 * sum + 2 * start[i * N + j],
                                        1e-4);
      }
  }
}

/* Q v = w v with orthonormal v, for a random Q (n, n) of that scale. */
static void
check_eigen (gsize n, float scale)
{
  g_autofree float *q = random_array (n * n, 3);
  g_autofree float *v = NULL;
  g_autofree float *w = g_new (float, n);
  double largest;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      q[i * n + j] = q[j * n + i] = scale * q[i * n + j];
  v = g_memdup2 (q, n * n * sizeof (float));
  g_assert_true (es_blas_symmetric_eigen (v, w, n, &error));
  g_assert_no_error (error);
  largest = MAX (fabsf (w[0]), fabsf (w[n - 1]));
  for (gsize k = 0; k < n; k++) {
    g_assert_true (k == 0 || w[k] >= w[k - 1]);
    for (gsize i = 0; i < n; i++)
      g_assert_cmpfloat_with_epsilon (es_blas_dot (q + i * n, v + k * n, n) / largest,
                                      w[k] / largest * v[k * n + i], 3e-6);
    for (gsize l = 0; l <= k; l++)
      g_assert_cmpfloat_with_epsilon (es_blas_dot (v + l * n, v + k * n, n), k == l,
                                      1e-5);
  }
}

static void
test_symmetric_eigen (void)
{
  /* About where the reflectors fall into blocks of 96. */
  const gsize sizes[] = {1, 2, 3, 4, 40, 96, 97, 98, 193, 194, 200};

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    check_eigen (sizes[i], 1);
  check_eigen (70, 1e-7f);
  check_eigen (70, 1e-30f);
  check_eigen (70, 1e30f);
}

static void
test_eigen_refuses_nan (void)
{
  float q[4] = {1, NAN, NAN, 1}, w[2];
  g_autoptr (GError) error = NULL;

  g_assert_false (es_blas_symmetric_eigen (q, w, 2, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
}

static void
check_qr (gsize m, gsize n)
{
  gsize k = MIN (m, n);
  g_autofree float *a = random_array (m * n, 5);
  g_autofree float *z = g_memdup2 (a, m * n * sizeof (float));
  g_autofree float *t = g_new (float, k *m);
  g_autoptr (GError) error = NULL;

  g_assert_true (es_blas_qr_transposed (z, t, m, n, &error));
  for (gsize i = 0; i < k; i++)
    for (gsize j = 0; j < k; j++)
      g_assert_cmpfloat_with_epsilon (es_blas_dot (z + i * n, z + j * n, n), i == j,
                                      1e-5);
  for (gsize i = 0; i < m; i++)
    for (gsize j = 0; j < n; j++) {
      double sum = 0;

      for (gsize l = 0; l < k; l++)
        sum += t[l * m + i] * z[l * n + j];
      g_assert_cmpfloat_with_epsilon (sum, a[i * n + j], 1e-4);
    }
}

static void
test_qr (void)
{
  check_qr (10, 30);
  check_qr (30, 10);
  check_qr (12, 12);
}

static void
test_all_finite (void)
{
  g_autofree float *x = random_array (1000, 4);

  g_assert_true (es_blas_all_finite (x, 1000));
  x[777] = INFINITY;
  g_assert_false (es_blas_all_finite (x, 1000));
  g_assert_true (es_blas_all_finite (x, 777));
  x[777] = NAN;
  g_assert_false (es_blas_all_finite (x, 1000));
}

/* Of a matrix with orthogonal rows they are the rows' lengths, whichever way it lies.
 */
static void
test_singular_values (void)
{
  const float rows[6] = {3, 4, 0, 0, 0, 2}, columns[6] = {3, 0, 4, 0, 0, 2};
  float a[6], values[2];

  for (guint k = 0; k < 2; k++) {
    memcpy (a, k == 0 ? rows : columns, sizeof a);
    g_assert_true (
        es_blas_singular_values (a, values, k == 0 ? 2 : 3, k == 0 ? 3 : 2, NULL));
    g_assert_cmpfloat_with_epsilon (values[0], 5, 1e-5);
    g_assert_cmpfloat_with_epsilon (values[1], 2, 1e-5);
  }
  a[0] = NAN;
  g_assert_false (es_blas_singular_values (a, values, 2, 3, NULL));
}

static void
test_better_kernels (void)
{
  g_assert_null (es_blas_better_kernels ("SkylakeX"));
  g_assert_null (es_blas_better_kernels ("Cooperlake"));
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512vl")) {
    g_assert_cmpstr (es_blas_better_kernels ("Prescott"), ==, "SkylakeX");
    g_assert_cmpstr (es_blas_better_kernels ("Haswell"), ==, "SkylakeX");
    g_assert_cmpstr (es_blas_better_kernels ("Zen"), ==, "SkylakeX");
  } else if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")) {
    g_assert_cmpstr (es_blas_better_kernels ("Prescott"), ==, "Haswell");
    g_assert_null (es_blas_better_kernels ("Haswell"));
    g_assert_null (es_blas_better_kernels ("Zen"));
  } else {
    g_test_skip ("the processor has no AVX2");
  }
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blas/gemm", test_gemm);
  g_test_add_func ("/blas/symmetric-eigen", test_symmetric_eigen);
  g_test_add_func ("/blas/eigen-refuses-nan", test_eigen_refuses_nan);
  g_test_add_func ("/blas/better-kernels", test_better_kernels);
  g_test_add_func ("/blas/qr", test_qr);
  g_test_add_func ("/blas/all-finite", test_all_finite);
  g_test_add_func ("/blas/singular-values", test_singular_values);
  return g_test_run ();
}
