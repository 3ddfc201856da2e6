/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-mask.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-picture.h"
#include "es-pixel-map.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

/* Images of each class that decide the signs. */
#define SIGN_IMAGES 500
/* Squared singular values below this share of the largest count as zero: the vectors
   are single precision. */
#define CUTOFF 1e-12

/* The decoders as rows @v (m, D), class by class, component 0 first. */
static void
gather_decoders (double *v, const EsSpectrum *spectrum, gsize k)
{
  gsize D = spectrum->D;

  for (gsize i = 0; i < spectrum->n * k; i++) {
    const float *vector = es_spectrum_get_vector (spectrum, i / k, D - 1 - i % k);

    for (gsize d = 0; d < D; d++)
      v[i * D + d] = vector[d];
  }
}

/* @gram (n, n) = V V' if @rows, else V' V; @v (m, D), n = m or D. */
static void
fill_gram (double *gram, const double *v, gsize m, gsize D, gboolean rows)
{
  if (rows) {
    for (gsize i = 0; i < m; i++)
      for (gsize j = 0; j < m; j++) {
        double sum = 0;

        for (gsize d = 0; d < D; d++)
          sum += v[i * D + d] * v[j * D + d];
        gram[i * m + j] = sum;
      }
    return;
  }
  memset (gram, 0, D * D * sizeof (double));
  for (gsize i = 0; i < m; i++)
    for (gsize a = 0; a < D; a++)
      for (gsize b = 0; b < D; b++)
        gram[a * D + b] += v[i * D + a] * v[i * D + b];
}

/* @inverse (n, n): the pseudo-inverse of the symmetric @gram (n, n), overwritten. */
static gboolean
invert (double *inverse, double *gram, gsize n, GError **error)
{
  g_autofree double *values = g_new (double, n);

  if (!es_blas_symmetric_eigen_d (gram, values, n, error))
    return FALSE;
  memset (inverse, 0, n * n * sizeof (double));
  for (gsize k = 0; k < n; k++) {
    const double *vector = gram + k * n;

    if (!(values[k] > CUTOFF * values[n - 1]))
      continue;
    for (gsize i = 0; i < n; i++)
      for (gsize j = 0; j < n; j++)
        inverse[i * n + j] += vector[i] * vector[j] / values[k];
  }
  return TRUE;
}

/*
 * @encoders (m, D): row i is column i of the pseudo-inverse of @v (m, D). By the
 * smaller of both Gram matrices: V+ = V' (V V')+ = (V' V)+ V' (equation 14).
 */
static gboolean
pseudo_inverse (float *encoders, const double *v, gsize m, gsize D, GError **error)
{
  gboolean rows = m <= D;
  gsize n = MIN (m, D);
  g_autofree double *gram = g_try_malloc_n (n * n, sizeof (double));
  g_autofree double *inverse = g_try_malloc_n (n * n, sizeof (double));

  if (gram == NULL || inverse == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory for adversarial masks");
    return FALSE;
  }
  fill_gram (gram, v, m, D, rows);
  if (!invert (inverse, gram, n, error))
    return FALSE;
  for (gsize i = 0; i < m; i++)
    for (gsize d = 0; d < D; d++) {
      double sum = 0;

      for (gsize j = 0; j < n; j++)
        sum += rows ? inverse[i * n + j] * v[j * D + d]
                    : v[i * D + j] * inverse[j * n + d];
      encoders[i * D + d] = (float)sum;
    }
  return TRUE;
}

/* @sums (C, P): the first images of each class, added up. */
static void
sum_images (double *sums, const EsSamples *samples, gsize C, gsize P)
{
  g_autofree guint *n_seen = g_new0 (guint, C);

  memset (sums, 0, C * P * sizeof (double));
  for (gsize n = 0; n < samples->N; n++) {
    gsize c = samples->labels[n];

    if (c >= C || n_seen[c]++ >= SIGN_IMAGES)
      continue;
    for (gsize p = 0; p < P; p++)
      sums[c * P + p] += samples->pixels[n * P + p];
  }
}

static void
fix_signs (EsMasks *masks, const EsSamples *samples)
{
  gsize C = masks->C, k = masks->k, P = masks->P;
  g_autofree double *sums = g_new (double, C *P);
  g_autofree double *others = g_new (double, P);

  sum_images (sums, samples, C, P);
  for (gsize i = 0; i < C * k; i++) {
    const float *decoder = masks->decoders + i * P;
    double overlap = 0;

    if (i % k == 0)
      for (gsize p = 0; p < P; p++) {
        others[p] = 0;
        for (gsize c = 0; c < C; c++)
          others[p] += c != i / k ? sums[c * P + p] : 0;
      }
    for (gsize p = 0; p < P; p++)
      overlap += decoder[p] * others[p];
    if (overlap < 0) {
      es_picture_negate (masks->decoders + i * P, P);
      es_picture_negate (masks->encoders + i * P, P);
    }
  }
}

static gboolean
check_fit (const EsModel *model, const EsSpectrum *spectrum, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);

  if (spectrum->basis == ES_BASIS_EMBEDDING && spectrum->n == config->outputs &&
      spectrum->directions->layer == config->layers - 1 &&
      spectrum->D == es_block_get_size (model))
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                       "Adversarial masks need the spectra of all classes of this "
                       "network, in the embedding basis");
  return FALSE;
}

static EsMasks *
masks_alloc (gsize C, gsize k, gsize P, GError **error)
{
  g_autoptr (EsMasks) masks = g_new0 (EsMasks, 1);

  masks->C = C;
  masks->k = k;
  masks->P = P;
  masks->decoders = g_try_malloc_n (C * k, P * sizeof (float));
  masks->encoders = g_try_malloc_n (C * k, P * sizeof (float));
  if (masks->decoders != NULL && masks->encoders != NULL)
    return g_steal_pointer (&masks);
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory for adversarial masks");
  return NULL;
}

EsMasks *
es_masks_new (const EsModel *model,
              const EsSpectrum *spectrum,
              const float *x0,
              const EsSamples *samples,
              gsize k,
              GError **error)
{
  gsize D = spectrum->D, P = spectrum->P, C = spectrum->n, m;
  g_autoptr (EsMasks) masks = NULL;
  g_autoptr (EsPixelMap) map = NULL;
  g_autofree double *v = NULL;
  g_autofree float *rows = NULL;

  if (!check_fit (model, spectrum, error))
    return NULL;
  k = CLAMP (k, 1, D);
  m = C * k;
  map = es_pixel_map_new (model, spectrum->directions->layer, x0, error);
  if (map == NULL || (masks = masks_alloc (C, k, P, error)) == NULL)
    return NULL;
  v = g_new (double, m *D);
  rows = g_new (float, m *D);
  gather_decoders (v, spectrum, k);
  for (gsize i = 0; i < m * D; i++)
    rows[i] = (float)v[i];
  es_picture_project (masks->decoders, rows, map->weights, m, D, map->H, P);
  if (!pseudo_inverse (rows, v, m, D, error))
    return NULL;
  es_picture_project (masks->encoders, rows, map->weights, m, D, map->H, P);
  fix_signs (masks, samples);
  return g_steal_pointer (&masks);
}

void
es_masks_free (EsMasks *masks)
{
  if (masks == NULL)
    return;
  g_free (masks->decoders);
  g_free (masks->encoders);
  g_free (masks);
}

static gboolean
is_allowed (const EsMaskOptions *options, const float *mean, gsize p)
{
  return !(options->rare_below > 0) || mean[p] < options->rare_below;
}

/* The sample standard deviation of @x (n), of its positive entries only if asked for;
   0 of fewer than two. */
static double
deviation (const float *x, gsize n, gboolean positive_only)
{
  double sum = 0, squares = 0, mean;
  gsize n_counted = 0;

  for (gsize i = 0; i < n; i++)
    if (!positive_only || x[i] > 0) {
      sum += x[i];
      n_counted++;
    }
  if (n_counted < 2)
    return 0;
  mean = sum / (double)n_counted;
  for (gsize i = 0; i < n; i++)
    if (!positive_only || x[i] > 0)
      squares += (x[i] - mean) * (x[i] - mean);
  return sqrt (squares / (double)(n_counted - 1));
}

static int
compare_strength (gconstpointer a, gconstpointer b, gpointer data)
{
  const float *mask = data;
  gsize p = *(const gsize *)a, q = *(const gsize *)b;
  float first = fabsf (mask[p]), second = fabsf (mask[q]);

  if (first != second)
    return first < second ? 1 : -1;
  return (p > q) - (p < q);
}

static void
keep_strongest (float *mask, gsize P, gsize n)
{
  g_autofree gsize *order = NULL;

  if (n == 0 || n >= P)
    return;
  order = g_new (gsize, P);
  for (gsize p = 0; p < P; p++)
    order[p] = p;
  g_qsort_with_data (order, (int)P, sizeof (gsize), compare_strength, mask);
  for (gsize i = n; i < P; i++)
    mask[order[i]] = 0;
}

gboolean
es_mask_fill (float *mask,
              const EsMasks *masks,
              gsize class_index,
              gsize component,
              const EsMaskOptions *options,
              const float *mean,
              GError **error)
{
  gsize P = masks->P;
  const float *encoder = masks->encoders + (class_index * masks->k + component) * P;
  double unit;

  g_return_val_if_fail (class_index < masks->C && component < masks->k, FALSE);
  for (gsize p = 0; p < P; p++)
    mask[p] = is_allowed (options, mean, p) ? encoder[p] : 0;
  unit = deviation (mask, P, options->rare_below > 0);
  if (!(unit > 0) || !isfinite (unit)) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "The mask of component %" G_GSIZE_FORMAT " of class %" G_GSIZE_FORMAT
                 " has no pixels that vary where it may change them",
                 component, class_index);
    return FALSE;
  }
  for (gsize p = 0; p < P; p++)
    mask[p] = (float)(mask[p] / unit);
  keep_strongest (mask, P, options->strongest);
  return TRUE;
}

/* Scales the noise in @out (P) to the norm of @mask (P). */
static void
match_norm (float *out, const float *mask, gsize P)
{
  double wanted = es_blas_dot (mask, mask, P), found = es_blas_dot (out, out, P);
  float factor = found > 0 ? (float)sqrt (wanted / found) : 0;

  for (gsize p = 0; p < P; p++)
    out[p] *= factor;
}

void
es_mask_control (float *restrict out,
                 const float *restrict mask,
                 gsize P,
                 EsControl control,
                 const EsMaskOptions *options,
                 const float *mean,
                 guint64 seed,
                 guint32 number)
{
  g_autofree guint32 *order = g_new (guint32, P), *allowed = g_new (guint32, P);
  gsize n = 0;
  EsRng rng;

  es_rng_init (&rng, seed, ES_RNG_PERMUTE, control, number);
  memset (out, 0, P * sizeof (float));
  for (gsize p = 0; p < P; p++)
    if (is_allowed (options, mean, p))
      allowed[n++] = (guint32)p;
  if (control == ES_CONTROL_PERMUTED) {
    es_rng_shuffle (&rng, order, n);
    for (gsize i = 0; i < n; i++)
      out[allowed[order[i]]] = mask[allowed[i]];
    return;
  }
  for (gsize i = 0; i < n; i++)
    out[allowed[i]] = (float)es_rng_normal (&rng);
  match_norm (out, mask, P);
}
