/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"

#include "es-parallel.h"
#include "es-reflectors.h"
#include "es-vector.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define KERNEL_VARIABLE "OPENBLAS_CORETYPE"
#define RESTART_VARIABLE "EIGENSCOPE_KERNELS_CHOSEN"

/* Rows per part of a shared product: below this, starting a thread costs more. */
#define GEMM_GRAIN 16

/* OpenBLAS is told once, before the first product, to stay on the calling thread. */
static void
ensure_single_thread (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    openblas_set_num_threads (1);
    g_once_init_leave (&once, 1);
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
/* Kernels by the vectors that they use; what is not named here is from before AVX2. */
static const char *const avx512_kernels[] = {"SkylakeX", "Cooperlake", "SapphireRapids",
                                             NULL};
static const char *const avx2_kernels[] = {"Haswell", "Zen", NULL};

const char *
es_blas_better_kernels (const char *kernels)
{
  if (g_strv_contains (avx512_kernels, kernels))
    return NULL;
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl") &&
      __builtin_cpu_supports ("avx512cd"))
    return "SkylakeX";
  if (g_strv_contains (avx2_kernels, kernels))
    return NULL;
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma") ? "Haswell"
                                                                           : NULL;
}
#else
const char *
es_blas_better_kernels (const char *kernels)
{
  return NULL;
}
#endif

void
es_blas_choose_kernels (char **argv)
{
  const char *better;

  if (g_getenv (RESTART_VARIABLE) != NULL) {
    /* The library has read its setting; programs that we start need not see it. */
    g_unsetenv (RESTART_VARIABLE);
    g_unsetenv (KERNEL_VARIABLE);
    return;
  }
  better = es_blas_better_kernels (es_blas_kernels ());
  if (g_getenv (KERNEL_VARIABLE) != NULL || better == NULL)
    return;
  g_setenv (KERNEL_VARIABLE, better, TRUE);
  g_setenv (RESTART_VARIABLE, "1", TRUE);
  execv ("/proc/self/exe", argv);
  /* Not fatal: the slower kernels compute the same. */
  g_unsetenv (KERNEL_VARIABLE);
  g_unsetenv (RESTART_VARIABLE);
}

const char *
es_blas_kernels (void)
{
  return openblas_get_corename ();
}

static GArray *tally; /* nullable */
static GMutex tally_lock;

void
es_blas_set_tally (GArray *array)
{
  tally = array;
}

static void
count_product (const EsProductTally *product)
{
  g_mutex_lock (&tally_lock);
  for (guint i = 0; i < tally->len; i++) {
    EsProductTally *t = &g_array_index (tally, EsProductTally, i);

    if (t->ta == product->ta && t->tb == product->tb && t->M == product->M &&
        t->N == product->N && t->K == product->K) {
      t->calls++;
      t->seconds += product->seconds;
      g_mutex_unlock (&tally_lock);
      return;
    }
  }
  g_array_append_val (tally, *product);
  g_mutex_unlock (&tally_lock);
}

void
es_blas_gemm (float *c,
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
              float beta)
{
  gint64 start = tally != NULL ? g_get_monotonic_time () : 0;

  if (M == 0 || N == 0)
    return;
  ensure_single_thread ();
  cblas_sgemm (CblasRowMajor, ta == ES_TRANSPOSED ? CblasTrans : CblasNoTrans,
               tb == ES_TRANSPOSED ? CblasTrans : CblasNoTrans, (blasint)M, (blasint)N,
               (blasint)K, alpha, a, (blasint)lda, b, (blasint)ldb, beta, c,
               (blasint)ldc);
  if (tally != NULL)
    count_product (
        &(EsProductTally){ta, tb, M, N, K, 1,
                          (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC});
}

typedef struct
{
  float *c;
  gsize ldc;
  EsTranspose ta;
  const float *a;
  gsize lda;
  EsTranspose tb;
  const float *b;
  gsize ldb;
  gsize M, N, K;
  float alpha, beta;
} Product;

static void
product_part (guint part, guint n_parts, gpointer data)
{
  const Product *p = data;
  gsize first, end;

  es_parallel_slice (p->M, GEMM_GRAIN, part, n_parts, &first, &end);
  es_blas_gemm (p->c + first * p->ldc, p->ldc, p->ta,
                p->ta == ES_TRANSPOSED ? p->a + first : p->a + first * p->lda, p->lda,
                p->tb, p->b, p->ldb, end - first, p->N, p->K, p->alpha, p->beta);
}

void
es_blas_gemm_parallel (float *c,
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
                       float beta)
{
  Product product = {c, ldc, ta, a, lda, tb, b, ldb, M, N, K, alpha, beta};
  guint n_parts = (guint)MIN (es_parallel_get_threads (), M / GEMM_GRAIN + 1);

  es_parallel_run (n_parts, product_part, &product);
}

double
es_blas_dot (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double)a[i] * b[i];
  return sum;
}

/* The bits of the largest magnitude, which are in the order of the magnitudes; what is
   not finite is beyond all. */
ES_MULTIVERSION
static guint32
largest_bits (const float *x, gsize n)
{
  guint32 largest = 0;

  for (gsize i = 0; i < n; i++) {
    guint32 bits;

    memcpy (&bits, &x[i], sizeof bits);
    largest = MAX (largest, bits & 0x7fffffffu);
  }
  return largest;
}

gboolean
es_blas_all_finite (const float *x, gsize n)
{
  return largest_bits (x, n) < 0x7f800000u;
}

static gboolean
check_info (lapack_int info, const char *what, GError **error)
{
  if (info == 0)
    return TRUE;
  g_set_error (error, ES_ERROR,
               info == LAPACK_WORK_MEMORY_ERROR ? ES_ERROR_NO_MEMORY : ES_ERROR_MATH,
               "%s did not succeed (LAPACK code %d)", what, (int)info);
  return FALSE;
}

static gboolean
refuse_non_finite (GError **error)
{
  g_set_error_literal (
      error, ES_ERROR, ES_ERROR_MATH,
      "A matrix holds numbers that are not finite, so it has no spectrum");
  return FALSE;
}

/* Norms of matrices with such entries are squared without going out of range. */
#define SMALLEST_SAFE 1e-15f
#define LARGEST_SAFE 1e15f

/* Returns infinity or NaN if there is one in @x (n). */
static float
largest_magnitude (const float *x, gsize n)
{
  guint32 bits = largest_bits (x, n);
  float largest;

  memcpy (&largest, &bits, sizeof largest);
  return largest;
}

/* What ssyevd does, with larger blocks of reflectors. The upper triangle: the product
   with the lower one reads beyond the matrix in OpenBLAS's kernels of Prescott. */
static lapack_int
divide_and_conquer (float *q, float *eigenvalues, gsize n)
{
  lapack_int size = (lapack_int)n, info;
  g_autofree float *reflectors = g_try_malloc_n (n, n * sizeof *reflectors);
  g_autofree float *off = g_try_malloc_n (2 * n, sizeof *off);

  if (reflectors == NULL || off == NULL)
    return LAPACK_WORK_MEMORY_ERROR;
  info =
      LAPACKE_ssytrd (LAPACK_COL_MAJOR, 'U', size, q, size, eigenvalues, off, off + n);
  for (gsize i = 1; i < n; i++)
    memcpy (reflectors + i * n, q + i * n, i * sizeof *q);
  if (info == 0)
    info = LAPACKE_sstedc (LAPACK_COL_MAJOR, 'I', size, eigenvalues, off, q, size);
  if (info == 0 && !es_reflectors_apply (q, reflectors, off + n, n))
    info = LAPACK_WORK_MEMORY_ERROR;
  return info;
}

/* Column-major calls return eigenvector k as the contiguous row k. */
gboolean
es_blas_symmetric_eigen (float *q, float *eigenvalues, gsize n, GError **error)
{
  float largest;
  lapack_int info;

  ensure_single_thread ();
  largest = largest_magnitude (q, n * n);
  if (!isfinite (largest))
    return refuse_non_finite (error);
  /* LAPACK's driver scales the others first. */
  if (n > 2 && largest > SMALLEST_SAFE && largest < LARGEST_SAFE)
    info = divide_and_conquer (q, eigenvalues, n);
  else
    info = LAPACKE_ssyevd (LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, q, (lapack_int)n,
                           eigenvalues);
  return check_info (info, "The eigendecomposition", error);
}

gboolean
es_blas_symmetric_eigen_d (double *q, double *eigenvalues, gsize n, GError **error)
{
  ensure_single_thread ();
  for (gsize i = 0; i < n * n; i++)
    if (!isfinite (q[i]))
      return refuse_non_finite (error);
  return check_info (LAPACKE_dsyevd (LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, q,
                                     (lapack_int)n, eigenvalues),
                     "The eigendecomposition", error);
}

/* Those of a matrix and its transpose are the same. */
gboolean
es_blas_singular_values (float *a, float *values, gsize m, gsize n, GError **error)
{
  ensure_single_thread ();
  if (!es_blas_all_finite (a, m * n))
    return refuse_non_finite (error);
  return check_info (LAPACKE_sgesdd (LAPACK_COL_MAJOR, 'N', (lapack_int)n,
                                     (lapack_int)m, a, (lapack_int)n, values, NULL, 1,
                                     NULL, 1),
                     "The singular value decomposition", error);
}

/* A (m, n) row-major is A' (n, m) column-major, which is what geqrf factors. */
gboolean
es_blas_qr_transposed (float *a, float *t, gsize m, gsize n, GError **error)
{
  gsize k = MIN (m, n);
  g_autofree float *tau = g_new (float, MAX (k, 1));

  ensure_single_thread ();
  if (!es_blas_all_finite (a, m * n))
    return refuse_non_finite (error);
  if (!check_info (LAPACKE_sgeqrf (LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)m, a,
                                   (lapack_int)n, tau),
                   "The QR factorisation", error))
    return FALSE;
  /* T[i, j] is row i, column j of the upper triangle: stored in column j. */
  for (gsize i = 0; i < k; i++)
    for (gsize j = 0; j < m; j++)
      t[i * m + j] = j >= i ? a[j * n + i] : 0;
  return check_info (LAPACKE_sorgqr (LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)k,
                                     (lapack_int)k, a, (lapack_int)n, tau),
                     "The QR factorisation", error);
}
