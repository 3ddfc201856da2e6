/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-ritz.h"

#include "es-blas.h"
#include "es-rng.h"
#include "es-vector.h"

#include <math.h>
#include <string.h>

/* Guards at each end: components that may rise among the leading ones. */
#define GUARDS 3

/* Forms up to this many times the start space are cheaper to decompose in full. */
#define SMALL 6

/* The space may grow to this many times its start before a full decomposition is
   cheaper. */
#define GROWTH 6

/* Directions of a new block whose squared length, after everything known is taken out,
   is below this are rounding errors of single precision. */
#define DEPENDENT 1e-5f

/* Length of the random vector that joins the probe, of length 1, at every call. */
#define FRESH 0.25f

struct _EsRitz
{
  gsize D;
  gsize k;
  gsize kept; /* pairs at each end */
  guint32 number;
  guint32 calls;
  gboolean warm; /* vectors are those of a form like the next one */
  gboolean full;
  gsize max;          /* the largest space */
  float *eigenvalues; /* (2 kept) */
  float *vectors;     /* (2 kept, D) */
  float *residuals;   /* (2 kept) */
  float *probe;       /* (D) searches what the vectors miss, see renew_probe() */
  /* Work arrays. */
  gsize size;     /* dimension of the space now */
  float *s;       /* (max, D) its orthonormal basis */
  float *sq;      /* (max, D) S Q */
  float *t;       /* (max, max) S Q S' */
  float *y;       /* (max, max) eigenvectors of T */
  float *theta;   /* (max) eigenvalues of T, ascending */
  float *outer;   /* (2 kept, max) the rows of y that belong to the outer pairs */
  float *r;       /* (2 kept, D) residual vectors */
  float *scratch; /* (max, 2 max (H, D)) */
};

EsRitz *
es_ritz_new (gsize H, gsize D, gsize k, guint32 number, GError **error)
{
  g_autoptr (EsRitz) ritz = g_new0 (EsRitz, 1);
  gsize kept = MIN (k + GUARDS, D / 2), start = 2 * kept + 1, max;

  ritz->D = D;
  ritz->k = k;
  ritz->kept = kept = MAX (kept, k);
  ritz->number = number;
  ritz->max = max = D <= SMALL * start ? 0 : MIN (GROWTH * start, D / 2);
  ritz->eigenvalues = g_new0 (float, 2 * kept);
  ritz->residuals = g_new0 (float, 2 * kept);
  ritz->probe = g_new0 (float, D);
  ritz->vectors = g_try_malloc0_n (2 * kept, D * sizeof (float));
  ritz->s = g_try_malloc_n (MAX (max, 1), D * sizeof (float));
  ritz->sq = g_try_malloc_n (MAX (max, 1), D * sizeof (float));
  ritz->t = g_try_malloc_n (MAX (max, 1), MAX (max, 1) * sizeof (float));
  ritz->y = g_try_malloc_n (MAX (max, 1), MAX (max, 1) * sizeof (float));
  ritz->theta = g_new (float, MAX (max, 1));
  ritz->outer = g_try_malloc_n (2 * kept, MAX (max, 1) * sizeof (float));
  ritz->r = g_try_malloc_n (start, D * sizeof (float));
  ritz->scratch = g_try_malloc_n (MAX (max, 1), 2 * MAX (H, D) * sizeof (float));
  if (ritz->vectors == NULL || ritz->s == NULL || ritz->sq == NULL || ritz->t == NULL ||
      ritz->y == NULL || ritz->outer == NULL || ritz->r == NULL ||
      ritz->scratch == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is no memory for the leading components");
    return NULL;
  }
  return g_steal_pointer (&ritz);
}

void
es_ritz_free (EsRitz *ritz)
{
  if (ritz == NULL)
    return;
  g_free (ritz->eigenvalues);
  g_free (ritz->vectors);
  g_free (ritz->residuals);
  g_free (ritz->probe);
  g_free (ritz->s);
  g_free (ritz->sq);
  g_free (ritz->t);
  g_free (ritz->y);
  g_free (ritz->theta);
  g_free (ritz->outer);
  g_free (ritz->r);
  g_free (ritz->scratch);
  g_free (ritz);
}

/* In double precision, which no square of a float overflows; sixteen partial sums, so
   that the loop is not one chain of additions. */
ES_MULTIVERSION
static float
norm (const float *x, gsize n)
{
  double sums[16] = {0}, sum = 0;
  gsize i = 0;

  for (; i + 16 <= n; i += 16)
    for (guint j = 0; j < 16; j++)
      sums[j] += (double)x[i + j] * x[i + j];
  for (; i < n; i++)
    sum += (double)x[i] * x[i];
  for (guint j = 0; j < 16; j++)
    sum += sums[j];
  return (float)sqrt (sum);
}

/* Scales @x (n) to length 1, unless it is 0. */
static void
normalise (float *x, gsize n)
{
  float length = norm (x, n), scale = length > 0 ? 1 / length : 0;

  for (gsize j = 0; j < n; j++)
    x[j] *= scale;
}

/* Takes out of @w (b, D) what lies in the space. */
static void
project_out (EsRitz *ritz, float *w, gsize b)
{
  gsize D = ritz->D, m = ritz->size;

  if (m == 0)
    return;
  es_blas_gemm (ritz->scratch, m, ES_PLAIN, w, D, ES_TRANSPOSED, ritz->s, D, b, m, D, 1,
                0);
  es_blas_gemm (w, D, ES_PLAIN, ritz->scratch, m, ES_PLAIN, ritz->s, D, b, D, m, -1, 1);
}

/*
 * Replaces the rows of @w (b, D) by an orthonormal basis of what they span, fewer than
 * b if they depend on each other; sets *@rank. From the eigenvectors of the Gram matrix
 * of the rows scaled to length 1 (Stathopoulos, Wu, "A block orthogonalization
 * procedure with constant synchronization requirements", 2002).
 */
static gboolean
orthonormalise (EsRitz *ritz, float *w, gsize b, gsize *rank, GError **error)
{
  gsize D = ritz->D, kept = 0;
  float *gram = ritz->y, *values = ritz->theta, *out = ritz->scratch;

  for (gsize i = 0; i < b; i++)
    normalise (w + i * D, D);
  es_blas_gemm (gram, b, ES_PLAIN, w, D, ES_TRANSPOSED, w, D, b, b, D, 1, 0);
  if (!es_blas_symmetric_eigen (gram, values, b, error))
    return FALSE;
  for (gsize i = 0; i < b; i++) {
    float scale = values[i] > DEPENDENT ? 1 / sqrtf (values[i]) : 0;

    if (scale == 0)
      continue;
    for (gsize j = 0; j < b; j++)
      gram[kept * b + j] = scale * gram[i * b + j];
    kept++;
  }
  es_blas_gemm (out, D, ES_PLAIN, gram, b, ES_PLAIN, w, D, kept, D, b, 1, 0);
  memcpy (w, out, kept * D * sizeof (float));
  *rank = kept;
  return TRUE;
}

/* Makes the nearly orthonormal rows of @w (b, D) orthonormal to rounding: two steps of
   the Newton-Schulz iteration W = 3/2 W - 1/2 (W W') W, each squaring the error. */
static void
polish (EsRitz *ritz, float *w, gsize b)
{
  gsize D = ritz->D;
  float *gram = ritz->y, *out = ritz->scratch;

  for (guint step = 0; step < 2; step++) {
    es_blas_gemm (gram, b, ES_PLAIN, w, D, ES_TRANSPOSED, w, D, b, b, D, 1, 0);
    memcpy (out, w, b * D * sizeof (float));
    es_blas_gemm (w, D, ES_PLAIN, gram, b, ES_PLAIN, out, D, b, D, b, -0.5f, 1.5f);
  }
}

/* Adds the rows of @w (b, D) to the space, as far as they are new to it. */
static gboolean
extend (EsRitz *ritz,
        const EsBlock *block,
        const float *m,
        float *w,
        gsize b,
        GError **error)
{
  gsize D = ritz->D, old = ritz->size, size;
  float *t = ritz->t;

  project_out (ritz, w, b);
  if (!orthonormalise (ritz, w, b, &b, error))
    return FALSE;
  /* Again: scaling up what was left also scaled up its rounding errors. */
  project_out (ritz, w, b);
  polish (ritz, w, b);
  memcpy (ritz->s + old * D, w, b * D * sizeof (float));
  es_block_multiply (ritz->sq + old * D, ritz->scratch, block, m, ritz->s + old * D, b);
  ritz->size = size = old + b;
  es_blas_gemm (t + old * ritz->max, ritz->max, ES_PLAIN, ritz->sq + old * D, D,
                ES_TRANSPOSED, ritz->s, D, b, size, D, 1, 0);
  for (gsize i = old; i < size; i++)
    for (gsize j = 0; j < i; j++)
      t[j * ritz->max + i] = t[i * ritz->max + j];
  return TRUE;
}

/*
 * The last call's probe times Q, less what lies in the vectors found: a step of the
 * power iteration among all that they miss. With what start() adds to it,
 * whatever rises there gains on the rest from call to call until it is seen.
 * The probe lies in the space, so its product is known: (probe S') (S Q).
 */
static void
renew_probe (EsRitz *ritz)
{
  gsize D = ritz->D, n = 2 * ritz->kept;
  float *probe = ritz->probe, *c = ritz->scratch;

  es_blas_gemm (c, ritz->size, ES_PLAIN, probe, D, ES_TRANSPOSED, ritz->s, D, 1,
                ritz->size, D, 1, 0);
  es_blas_gemm (probe, D, ES_PLAIN, c, ritz->size, ES_PLAIN, ritz->sq, D, 1, D,
                ritz->size, 1, 0);
  es_blas_gemm (c, n, ES_PLAIN, probe, D, ES_TRANSPOSED, ritz->vectors, D, 1, n, D, 1,
                0);
  es_blas_gemm (probe, D, ES_PLAIN, c, n, ES_PLAIN, ritz->vectors, D, 1, D, n, -1, 1);
  normalise (probe, D);
}

/* The space of the last vectors and the probe. */
static gboolean
start (EsRitz *ritz, const EsBlock *block, const float *m, GError **error)
{
  gsize D = ritz->D, n = 2 * ritz->kept;
  float *last = ritz->r + n * D;
  EsRngStream stream = {0, ES_RNG_START, ritz->number, ritz->calls};

  ritz->size = 0;
  memcpy (ritz->r, ritz->vectors, n * D * sizeof (float));
  es_rng_fill_uniform (last, D, -1, 1, &stream);
  normalise (last, D);
  for (gsize j = 0; j < D; j++)
    ritz->probe[j] = last[j] = ritz->probe[j] + FRESH * last[j];
  return extend (ritz, block, m, ritz->r, n + 1, error);
}

/* Outer pair number @i of @n: the row of ascending eigenvectors that it is. */
static gsize
outer_row (const EsRitz *ritz, gsize i, gsize n)
{
  return i < ritz->kept ? n - 1 - i : i - ritz->kept;
}

/* Ritz values, vectors and residuals of the outer pairs of the space. */
static gboolean
project (EsRitz *ritz, GError **error)
{
  gsize D = ritz->D, size = ritz->size, n = 2 * ritz->kept;

  for (gsize i = 0; i < size; i++)
    memcpy (ritz->y + i * size, ritz->t + i * ritz->max, size * sizeof (float));
  if (!es_blas_symmetric_eigen (ritz->y, ritz->theta, size, error))
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    gsize row = outer_row (ritz, i, size);

    ritz->eigenvalues[i] = ritz->theta[row];
    memcpy (ritz->outer + i * size, ritz->y + row * size, size * sizeof (float));
  }
  es_blas_gemm (ritz->vectors, D, ES_PLAIN, ritz->outer, size, ES_PLAIN, ritz->s, D, n,
                D, size, 1, 0);
  es_blas_gemm (ritz->r, D, ES_PLAIN, ritz->outer, size, ES_PLAIN, ritz->sq, D, n, D,
                size, 1, 0);
  for (gsize i = 0; i < n; i++) {
    for (gsize j = 0; j < D; j++)
      ritz->r[i * D + j] -= ritz->eigenvalues[i] * ritz->vectors[i * D + j];
    ritz->residuals[i] = norm (ritz->r + i * D, D);
  }
  return TRUE;
}

/* The largest |lambda| that is known. */
static float
largest (const EsRitz *ritz)
{
  return MAX (fabsf (ritz->eigenvalues[0]), fabsf (ritz->eigenvalues[ritz->kept]));
}

/* Moves the residuals above @limit to the front of r, those of guards too if @guards;
   returns how many. *@converged: none of them is a leading pair's. */
static gsize
gather (EsRitz *ritz, float limit, gboolean guards, gboolean *converged)
{
  gsize D = ritz->D, count = 0;

  *converged = TRUE;
  for (gsize i = 0; i < 2 * ritz->kept; i++) {
    gboolean leading = i % ritz->kept < ritz->k;

    if (ritz->residuals[i] <= limit || (!leading && !guards))
      continue;
    if (leading)
      *converged = FALSE;
    if (count != i)
      memcpy (ritz->r + count * D, ritz->r + i * D, D * sizeof (float));
    count++;
  }
  return count;
}

/* Sets *@converged to FALSE if the space became too large. */
static gboolean
iterate (EsRitz *ritz,
         const EsBlock *block,
         const float *m,
         double tolerance,
         gboolean *converged,
         GError **error)
{
  gboolean guards = TRUE;

  *converged = FALSE;
  if (!start (ritz, block, m, error))
    return FALSE;
  while (ritz->size >= 2 * ritz->kept) {
    gsize n, before = ritz->size;

    if (!project (ritz, error))
      return FALSE;
    n = gather (ritz, (float)tolerance * largest (ritz), guards, converged);
    if (*converged)
      renew_probe (ritz);
    if (*converged || ritz->size + n > ritz->max)
      return TRUE;
    if (!extend (ritz, block, m, ritz->r, n, error))
      return FALSE;
    if (ritz->size == before)
      return TRUE;
    guards = FALSE;
  }
  return TRUE;
}

static gboolean
decompose (EsRitz *ritz, const EsBlock *block, const float *m, GError **error)
{
  gsize D = ritz->D;
  g_autofree float *q = g_try_malloc_n (D, D * sizeof (float));
  g_autofree float *values = g_try_malloc_n (MAX (block->H, D), D * sizeof (float));

  if (q == NULL || values == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is no memory for a full decomposition");
    return FALSE;
  }
  es_block_interaction (q, values, block, m);
  if (!es_blas_symmetric_eigen (q, values, D, error))
    return FALSE;
  for (gsize i = 0; i < 2 * ritz->kept; i++) {
    gsize row = outer_row (ritz, i, D);

    ritz->eigenvalues[i] = values[row];
    memcpy (ritz->vectors + i * D, q + row * D, D * sizeof (float));
    ritz->residuals[i] = 0;
  }
  return TRUE;
}

gboolean
es_ritz_update (EsRitz *ritz,
                const EsBlock *block,
                const float *m,
                double tolerance,
                GError **error)
{
  gboolean converged = FALSE, warm = ritz->warm && ritz->max > 0;

  ritz->warm = FALSE;
  ritz->calls++;
  if (warm && !iterate (ritz, block, m, tolerance, &converged, error))
    return FALSE;
  ritz->full = !converged;
  if (!converged && !decompose (ritz, block, m, error))
    return FALSE;
  ritz->warm = TRUE;
  return TRUE;
}

gsize
es_ritz_get_kept (const EsRitz *ritz)
{
  return ritz->kept;
}

const float *
es_ritz_get_eigenvalues (const EsRitz *ritz)
{
  return ritz->eigenvalues;
}

const float *
es_ritz_get_vectors (const EsRitz *ritz)
{
  return ritz->vectors;
}

const float *
es_ritz_get_residuals (const EsRitz *ritz)
{
  return ritz->residuals;
}

gboolean
es_ritz_was_full (const EsRitz *ritz)
{
  return ritz->full;
}
