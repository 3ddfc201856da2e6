/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-reflectors.h"

#include "es-blas.h"

#include <string.h>

/* Reflectors that are applied at once. LAPACK's own sormtr takes 32, with triangular
   products, at half the speed. */
#define BLOCK 96

/* Makes rows @first and on, @k of them, whole reflectors: 1 before the diagonal, and
   0 from it on. They act on the coordinates before @end. */
static void
complete_rows (float *reflectors, gsize first, gsize k, gsize end, gsize n)
{
  for (gsize i = first; i < first + k; i++) {
    float *row = reflectors + i * n;

    row[i - 1] = 1;
    memset (row + i, 0, (end - i) * sizeof *row);
  }
}

/* Row @i of the triangle from row @i of the products V V', which it replaces, and the
   rows below, which are done: tau_i (e_i - sum over l > i of (V V')_il T_l). */
static void
close_row (float *t, gsize k, gsize i, float tau)
{
  float *row = t + i * k;
  float done[BLOCK] = {0};

  done[i] = tau;
  for (gsize l = i + 1; l < k; l++) {
    const float *below = t + l * k;
    float factor = tau * row[l];

    for (gsize j = l; j < k; j++)
      done[j] -= factor * below[j];
  }
  memcpy (row, done, k * sizeof *row);
}

/* The upper triangular T (k, k) for which the product of the @k reflectors in the rows
   of V (k, end), the first leftmost, is I - V' T V: (1 + diag (tau) U) T = diag (tau),
   U what V V' has above the diagonal (Schreiber and Van Loan, 1989). */
static void
find_triangle (float *t, const float *v, const float *tau, gsize k, gsize end, gsize n)
{
  es_blas_gemm (t, k, ES_PLAIN, v, n, ES_TRANSPOSED, v, n, k, k, end, 1, 0);
  for (gsize i = k; i-- > 0;)
    close_row (t, k, i, tau[i]);
}

gboolean
es_reflectors_apply (float *vectors, float *reflectors, const float *tau, gsize n)
{
  g_autofree float *onto = g_try_malloc_n (n, 2 * BLOCK * sizeof *onto);
  float *turned = onto == NULL ? NULL : onto + n * BLOCK;
  float t[BLOCK * BLOCK];

  if (onto == NULL)
    return FALSE;
  for (gsize first = 1; first < n; first += BLOCK) {
    gsize k = MIN (BLOCK, n - first), end = first + k - 1;
    const float *v = reflectors + first * n;

    complete_rows (reflectors, first, k, end, n);
    find_triangle (t, v, tau + first - 1, k, end, n);
    es_blas_gemm (onto, k, ES_PLAIN, vectors, n, ES_TRANSPOSED, v, n, n, k, end, 1, 0);
    es_blas_gemm (turned, k, ES_PLAIN, onto, k, ES_PLAIN, t, k, n, k, k, 1, 0);
    es_blas_gemm (vectors, n, ES_PLAIN, turned, k, ES_PLAIN, v, n, n, end, k, -1, 1);
  }
  return TRUE;
}
