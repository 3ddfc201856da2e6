/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-reflectors.h"

#include "es-blas.h"

#include <string.h>

/* Reflectors that are applied at once. LAPACK's own sormtr takes 32, with triangular
   products, at half the speed. */
#define BLOCK 64

/* Makes rows @first and on, @k of them, whole reflectors: 1 before the diagonal, and
   0 from it on. They act on the coordinates before @end. */
static void
complete_rows (float *q, gsize first, gsize k, gsize end, gsize n)
{
  for (gsize i = first; i < first + k; i++) {
    float *row = q + i * n;

    row[i - 1] = 1;
    memset (row + i, 0, (end - i) * sizeof *row);
  }
}

/* Column @j of the triangle from column @j of the products V V', which it replaces:
   -tau_j T (V v_j) above the diagonal, tau_j on it. */
static void
close_column (float *t, gsize k, gsize j, float tau)
{
  for (gsize i = 0; i < j; i++) {
    float sum = 0;

    for (gsize l = i; l < j; l++)
      sum += t[i * k + l] * t[l * k + j];
    t[i * k + j] = -tau * sum;
  }
  t[j * k + j] = tau;
  memset (t + j * k, 0, j * sizeof *t);
}

/* The upper triangular T (k, k) for which the product of the @k reflectors in the rows
   of V (k, end), the first leftmost, is I - V' T V (Schreiber and Van Loan, 1989). */
static void
find_triangle (float *t, const float *v, const float *tau, gsize k, gsize end, gsize n)
{
  es_blas_gemm (t, k, ES_PLAIN, v, n, ES_TRANSPOSED, v, n, k, k, end, 1, 0);
  for (gsize j = 0; j < k; j++)
    close_column (t, k, j, tau[j]);
}

gboolean
es_reflectors_apply (float *vectors, float *q, const float *tau, gsize n)
{
  g_autofree float *onto = g_try_malloc_n (n, 2 * BLOCK * sizeof *onto);
  float *turned = onto == NULL ? NULL : onto + n * BLOCK;
  float t[BLOCK * BLOCK];

  if (onto == NULL)
    return FALSE;
  for (gsize first = 1; first < n; first += BLOCK) {
    gsize k = MIN (BLOCK, n - first), end = first + k - 1;
    const float *v = q + first * n;

    complete_rows (q, first, k, end, n);
    find_triangle (t, v, tau + first - 1, k, end, n);
    es_blas_gemm (onto, k, ES_PLAIN, vectors, n, ES_TRANSPOSED, v, n, n, k, end, 1, 0);
    es_blas_gemm (turned, k, ES_PLAIN, onto, k, ES_PLAIN, t, k, n, k, k, 1, 0);
    es_blas_gemm (vectors, n, ES_PLAIN, turned, k, ES_PLAIN, v, n, n, end, k, -1, 1);
  }
  return TRUE;
}
