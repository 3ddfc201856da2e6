/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-error.h"

G_BEGIN_DECLS

/*
 * The only door to BLAS and LAPACK, in the project's conventions: row-major, gsize,
 * outputs first, GError instead of info codes. The library itself runs with one thread;
 * work is spread over threads by es-parallel, so that the same thread count
 * gives the same bits and eigenproblems run side by side.
 */

/*
 * Makes sure that the library uses the widest vectors that the processor has. Some
 * releases of OpenBLAS do not know newer processors: 0.3.21 takes Zen 4 and 5 for older
 * ones without AVX-512 and Emerald Rapids for a Pentium 4, five times slower. The
 * choice can be made in the environment only, before the library loads: in that case
 * the program starts itself anew with @argv. Leaves a setting that the user made alone.
 * To be called first thing in main().
 */
void es_blas_choose_kernels (char **argv);

/* What this processor runs better than the @kernels, e.g. "SkylakeX" rather than
   "Haswell"; NULL if they are as wide as its vectors. */
const char *es_blas_better_kernels (const char *kernels);

/* The kernels in use, e.g. "SkylakeX". */
const char *es_blas_kernels (void);

/* How a matrix argument is read. */
typedef enum {
  ES_PLAIN,
  ES_TRANSPOSED,
} EsTranspose;

/*
 * C = alpha op (A) op (B) + beta C, single precision, on the calling thread.
 * op (A) is (M, K), op (B) is (K, N), C is (M, N); ld* are the row strides of the
 * arrays as stored, in elements.
 */
void es_blas_gemm (float *c,
                   gsize ldc,
                   EsTranspose ta,
                   const float *a,
                   gsize lda,
                   EsTranspose tb,
                   const float *b,
                   gsize ldb,
                   gsize M,
                   gsize N,
                   gsize K,
                   float alpha,
                   float beta);

/* The same, rows of C shared among the pool's threads. */
void es_blas_gemm_parallel (float *c,
                            gsize ldc,
                            EsTranspose ta,
                            const float *a,
                            gsize lda,
                            EsTranspose tb,
                            const float *b,
                            gsize ldb,
                            gsize M,
                            gsize N,
                            gsize K,
                            float alpha,
                            float beta);

/* How often one shape of product was computed, and how long it took in all threads. */
typedef struct
{
  EsTranspose ta, tb;
  gsize M, N, K;
  guint64 calls;
  double seconds;
} EsProductTally;

/* From now on every single-precision product counts in @tally (EsProductTally), until
   this is called with NULL. For measurements, while nothing else computes. */
void es_blas_set_tally (GArray *tally);

/* The dot product of @a and @b (n), summed in double precision. */
double es_blas_dot (const float *a, const float *b, gsize n);

/*
 * Eigenvalues and eigenvectors of a symmetric matrix, on the calling thread.
 * @q (n, n) holds the matrix on entry and the orthonormal eigenvectors on return,
 * number k in row k; @eigenvalues (n) ascend. Non-finite entries are ES_ERROR_MATH.
 */
gboolean es_blas_symmetric_eigen (float *q, float *eigenvalues, gsize n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same in double precision. */
gboolean es_blas_symmetric_eigen_d (double *q,
                                    double *eigenvalues,
                                    gsize n,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The singular values of @a (m, n), which is overwritten; @values (min (m, n)) fall.
   Non-finite entries are ES_ERROR_MATH. */
gboolean es_blas_singular_values (float *a,
                                  float *values,
                                  gsize m,
                                  gsize n,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Thin QR of the transpose: A' = Z T with A (m, n), Z (n, k) orthonormal columns,
 * T (k, m), k = min (m, n). @a is overwritten by Z' (its first k rows); @t (k, m).
 */
gboolean es_blas_qr_transposed (float *a, float *t, gsize m, gsize n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether all of @x (n) are finite. */
gboolean es_blas_all_finite (const float *x, gsize n);

G_END_DECLS
