/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-directions.h"
#include "es-progress.h"

G_BEGIN_DECLS

/* In which space the eigenvectors are orthonormal. The two bases agree in what they sum
   to, not in eigenvalues or eigenvectors: never mix them. */
typedef enum {
  ES_BASIS_EMBEDDING, /* the layer's input e, as published: Q itself */
  ES_BASIS_PIXELS,    /* the pixels: E' Q E. First layer only */
} EsBasis;

typedef struct
{
  EsBasis basis;
  /* (P) reference image at which pictures of a layer after the first are linearised;
     not read for the first layer (nullable there). */
  const float *x0;
  /* Pictures of this many components at each end of the spectrum; 0 means all. */
  gsize leading;
} EsSpectrumOptions;

/*
 * The full spectra of n quadratic forms: reference-counted, immutable, and independent
 * of the model that it came from. The fields are for reading.
 *
 * D is the number of components. Embedding: H, or H + 1 with bias. Pixels: K = min (H,
 * P), or K + 1 with bias (the other P - K eigenvalues of E' Q E are exactly 0). With
 * bias the last coordinate of a vector is the constant's.
 *
 * The sign rule holds for every vector whose picture is here, and for the picture
 * with it; vectors without picture have an arbitrary sign.
 */
typedef struct
{
  EsBasis basis;
  gboolean constant;   /* whether the last coordinate is the constant's */
  gboolean linearised; /* whether pictures are true near x0 only, see es-pixel-map.h */
  EsDirections *directions;
  gsize n;
  gsize D;
  gsize P;
  float *eigenvalues; /* (n, D) ascending */
  float *vectors;     /* (n, D, D), one orthonormal vector a row: in the coordinates of
                         e, or of an orthonormal basis of the rows of E */
  gsize n_pictures;   /* per form: D, or 2 leading */
  /* (n, n_pictures, P): E' v; in the pixel basis the unit vectors themselves. The first
     components, then the last, ascending. Without the constant's coordinate. */
  float *pictures;
  double *effective_rank; /* (n) */
} EsSpectrum;

/*
 * The spectra of @directions (nullable: every output by itself) of @model, side by side
 * on all threads. @options nullable: embedding basis, all pictures, no x0. @progress
 * (nullable) is called from several threads, one at a time.
 * ES_ERROR_SETTING for gated models, directions of another shape of model, a missing
 * x0, the pixel basis after the first layer; ES_ERROR_MATH for weights that are not
 * finite; ES_ERROR_NO_MEMORY; ES_ERROR_CANCELLED.
 */
EsSpectrum *es_spectrum_new (const EsModel *model,
                             const EsDirections *directions,
                             const EsSpectrumOptions *options,
                             const EsProgress *progress,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsSpectrum *es_spectrum_ref (EsSpectrum *spectrum);
void es_spectrum_unref (EsSpectrum *spectrum);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSpectrum, es_spectrum_unref)

/* Coordinates of a vector that are the layer's input: D, less the constant's. */
gsize es_spectrum_get_coordinates (const EsSpectrum *spectrum);

/* The mean of the forms' effective ranks. */
double es_spectrum_mean_effective_rank (const EsSpectrum *spectrum);

/* Form @i: its eigenvalues (D), vector @index (D), and picture @index (P), which is
   NULL if only leading pictures were asked for and this is none. */
const float *es_spectrum_get_eigenvalues (const EsSpectrum *spectrum, gsize i);
const float *es_spectrum_get_vector (const EsSpectrum *spectrum, gsize i, gsize index);
const float *es_spectrum_get_picture (const EsSpectrum *spectrum, gsize i, gsize index);

G_END_DECLS
