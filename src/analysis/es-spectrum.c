/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-spectrum.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-components.h"
#include "es-parallel.h"
#include "es-picture.h"
#include "es-pixel-map.h"

#include <string.h>

/* What the parts need to decompose one form each. */
typedef struct
{
  EsSpectrum *spectrum;
  const EsBlock *block;
  gsize W;          /* coordinates that have a picture: D without the constant */
  const float *map; /* (W, P) from coordinates to pixels: E, J or Z' */
  float *owned_map; /* Z', or NULL */
  float *t;         /* pixel basis: (W, H) with E' = Z T; else NULL */
  const EsProgress *progress;
  GMutex lock;
  gsize n_done;  /* guarded by lock */
  GError *error; /* the first one; guarded by lock */
} Work;

static void
spectrum_clear (gpointer data)
{
  EsSpectrum *spectrum = data;

  es_directions_free (spectrum->directions);
  g_free (spectrum->eigenvalues);
  g_free (spectrum->vectors);
  g_free (spectrum->pictures);
  g_free (spectrum->effective_rank);
}

EsSpectrum *
es_spectrum_ref (EsSpectrum *spectrum)
{
  return g_atomic_rc_box_acquire (spectrum);
}

void
es_spectrum_unref (EsSpectrum *spectrum)
{
  if (spectrum != NULL)
    g_atomic_rc_box_release_full (spectrum, spectrum_clear);
}

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is no memory for the spectrum");
  return FALSE;
}

static gboolean
spectrum_alloc (EsSpectrum *spectrum, GError **error)
{
  gsize n = spectrum->n, D = spectrum->D;

  spectrum->eigenvalues = g_try_malloc_n (n * D, sizeof (float));
  spectrum->vectors = g_try_malloc_n (n * D, D * sizeof (float));
  spectrum->pictures =
      g_try_malloc_n (n * spectrum->n_pictures, spectrum->P * sizeof (float));
  spectrum->effective_rank = g_try_malloc_n (n, sizeof (double));
  if (spectrum->eigenvalues == NULL || spectrum->vectors == NULL ||
      spectrum->pictures == NULL || spectrum->effective_rank == NULL)
    return no_memory (error);
  return TRUE;
}

/* E' = Z T: the rows of Z' are an orthonormal basis of what the embedding can see. */
static gboolean
prepare_pixel_basis (Work *work, const EsPixelMap *map, GError **error)
{
  gsize H = map->H, P = map->P;

  work->W = MIN (H, P);
  work->owned_map = g_try_malloc_n (H * P, sizeof (float));
  work->t = g_try_malloc_n (work->W * H, sizeof (float));
  if (work->owned_map == NULL || work->t == NULL)
    return no_memory (error);
  memcpy (work->owned_map, map->weights, H * P * sizeof (float));
  work->map = work->owned_map;
  return es_blas_qr_transposed (work->owned_map, work->t, H, P, error);
}

/* @out (W + c, W + c) = T Q T' with Q (H + c, H + c), T extended by the constant's
   coordinate (c = 1 with bias); @scratch (W + c, H + c). */
static void
transform (float *out,
           float *scratch,
           const float *q,
           const float *t,
           gsize W,
           gsize H,
           gsize c)
{
  gsize D = W + c, Q = H + c;

  es_blas_gemm (scratch, Q, ES_PLAIN, t, H, ES_PLAIN, q, Q, W, Q, H, 1, 0);
  if (c != 0)
    memcpy (scratch + W * Q, q + H * Q, Q * sizeof (float));
  es_blas_gemm (out, D, ES_PLAIN, scratch, Q, ES_TRANSPOSED, t, H, D, W, H, 1, 0);
  for (gsize i = 0; c != 0 && i < D; i++)
    out[i * D + W] = scratch[i * Q + H];
}

/* Puts the form of direction @i, in the coordinates of the basis, into @form (D, D). */
static gboolean
fill_form (float *form, const Work *work, gsize i, GError **error)
{
  const EsBlock *block = work->block;
  gsize W = block->W, D = block->D;
  const float *m = work->spectrum->directions->hidden + i * block->H;
  g_autofree float *scratch = g_try_malloc_n (MAX (block->H, D), D * sizeof (float));
  g_autofree float *q = NULL;

  if (scratch == NULL)
    return no_memory (error);
  if (work->t == NULL) {
    es_block_interaction (form, scratch, block, m);
    return TRUE;
  }
  q = g_try_malloc_n (D, D * sizeof (float));
  if (q == NULL)
    return no_memory (error);
  es_block_interaction (q, scratch, block, m);
  transform (form, scratch, q, work->t, work->W, W, D - W);
  return TRUE;
}

/* Pictures of the first and the last n_pictures / 2 vectors, or of all, with signs. */
static void
make_pictures (const Work *work, gsize i)
{
  const EsSpectrum *spectrum = work->spectrum;
  gsize D = spectrum->D, P = spectrum->P, n = spectrum->n_pictures;
  gsize n_low = n == D ? D : n / 2, n_high = n - n_low;
  float *low = spectrum->vectors + i * D * D, *high = low + (D - n_high) * D;
  float *pictures = spectrum->pictures + i * n * P;

  es_picture_project (pictures, low, work->map, n_low, D, work->W, P);
  es_picture_project (pictures + n_low * P, high, work->map, n_high, D, work->W, P);
  for (gsize k = 0; k < n_low; k++)
    es_picture_fix_sign (low + k * D, pictures + k * P, D, P);
  for (gsize k = 0; k < n_high; k++)
    es_picture_fix_sign (high + k * D, pictures + (n_low + k) * P, D, P);
}

static gboolean
decompose (const Work *work, gsize i, GError **error)
{
  EsSpectrum *spectrum = work->spectrum;
  gsize D = spectrum->D, n_values = spectrum->n_pictures * spectrum->P;
  float *form = spectrum->vectors + i * D * D;
  float *eigenvalues = spectrum->eigenvalues + i * D;

  if (!fill_form (form, work, i, error) ||
      !es_blas_symmetric_eigen (form, eigenvalues, D, error))
    return FALSE;
  spectrum->effective_rank[i] = es_components_effective_rank (eigenvalues, D);
  make_pictures (work, i);
  if (es_blas_all_finite (spectrum->pictures + i * n_values, n_values))
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                       "The pictures of a spectrum are not finite");
  return FALSE;
}

/* Counts one more part as done and reports; returns FALSE once anything went wrong. */
static gboolean
note (Work *work, gsize n_more, GError *error)
{
  gboolean go_on;

  g_mutex_lock (&work->lock);
  work->n_done += n_more;
  if (work->error == NULL)
    work->error = error;
  else
    g_clear_error (&error);
  if (work->error == NULL)
    es_progress_report (work->progress,
                        (double)work->n_done / (double)work->spectrum->n, NULL,
                        &work->error);
  go_on = work->error == NULL;
  g_mutex_unlock (&work->lock);
  return go_on;
}

static void
decompose_part (guint part, guint n_parts, gpointer data)
{
  Work *work = data;
  GError *error = NULL;

  if (!note (work, 0, NULL))
    return;
  if (decompose (work, part, &error))
    note (work, 1, NULL);
  else
    note (work, 0, error);
}

static gboolean
run (Work *work, GError **error)
{
  g_mutex_init (&work->lock);
  es_parallel_run ((guint)work->spectrum->n, decompose_part, work);
  g_mutex_clear (&work->lock);
  if (work->error == NULL)
    return TRUE;
  g_propagate_error (error, work->error);
  return FALSE;
}

/* Basis, sizes and arrays. */
static gboolean
prepare (Work *work,
         const EsPixelMap *map,
         const EsSpectrumOptions *options,
         GError **error)
{
  EsSpectrum *spectrum = work->spectrum;
  gsize c = work->block->D - work->block->W;

  spectrum->basis = options->basis;
  spectrum->constant = c != 0;
  spectrum->linearised = map->linearised;
  work->W = map->H;
  work->map = map->weights;
  if (options->basis == ES_BASIS_PIXELS && !prepare_pixel_basis (work, map, error))
    return FALSE;
  spectrum->n = spectrum->directions->n;
  spectrum->D = work->W + c;
  spectrum->P = map->P;
  spectrum->n_pictures = options->leading == 0 || options->leading >= spectrum->D / 2
                             ? spectrum->D
                             : 2 * options->leading;
  return spectrum_alloc (spectrum, error);
}

static gboolean
check_basis (const EsSpectrumOptions *options, guint layer, GError **error)
{
  if (options->basis == ES_BASIS_EMBEDDING || layer == 0)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "Layer %u is a quadratic form of the layer before it, not of the "
               "pixels: only layer 0 has a spectrum in the pixel basis",
               layer);
  return FALSE;
}

static gboolean
fill_spectrum (EsSpectrum *spectrum,
               const EsModel *model,
               const EsSpectrumOptions *options,
               const EsProgress *progress,
               GError **error)
{
  guint layer = spectrum->directions->layer;
  g_autoptr (EsBlock) block = NULL;
  g_autoptr (EsPixelMap) map = NULL;
  Work work = {.spectrum = spectrum, .progress = progress};
  gboolean done;

  if (!es_directions_check (spectrum->directions, model, error) ||
      !check_basis (options, layer, error) ||
      (block = es_block_new (model, layer, error)) == NULL ||
      (map = es_pixel_map_new (model, layer, options->x0, error)) == NULL)
    return FALSE;
  work.block = block;
  done = prepare (&work, map, options, error) && run (&work, error);
  g_free (work.owned_map);
  g_free (work.t);
  return done;
}

EsSpectrum *
es_spectrum_new (const EsModel *model,
                 const EsDirections *directions,
                 const EsSpectrumOptions *options,
                 const EsProgress *progress,
                 GError **error)
{
  static const EsSpectrumOptions as_published = {ES_BASIS_EMBEDDING, NULL, 0};
  g_autoptr (EsSpectrum) spectrum = g_atomic_rc_box_new0 (EsSpectrum);

  spectrum->directions = directions == NULL ? es_directions_new_outputs (model)
                                            : es_directions_copy (directions);
  if (!fill_spectrum (spectrum, model, options == NULL ? &as_published : options,
                      progress, error))
    return NULL;
  return g_steal_pointer (&spectrum);
}

gsize
es_spectrum_get_coordinates (const EsSpectrum *spectrum)
{
  return spectrum->constant ? spectrum->D - 1 : spectrum->D;
}

double
es_spectrum_mean_effective_rank (const EsSpectrum *spectrum)
{
  double sum = 0;

  for (gsize i = 0; i < spectrum->n; i++)
    sum += spectrum->effective_rank[i];
  return sum / (double)spectrum->n;
}

const float *
es_spectrum_get_eigenvalues (const EsSpectrum *spectrum, gsize i)
{
  return spectrum->eigenvalues + i * spectrum->D;
}

const float *
es_spectrum_get_vector (const EsSpectrum *spectrum, gsize i, gsize index)
{
  return spectrum->vectors + (i * spectrum->D + index) * spectrum->D;
}

const float *
es_spectrum_get_picture (const EsSpectrum *spectrum, gsize i, gsize index)
{
  gsize D = spectrum->D, n = spectrum->n_pictures;
  gsize slot = index;

  if (n < D && index >= n / 2) {
    if (index < D - n / 2)
      return NULL;
    slot = index - (D - n);
  }
  return spectrum->pictures + (i * n + slot) * spectrum->P;
}
