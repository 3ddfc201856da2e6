/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/* As published: ten eigenvectors of each class are told apart. */
#define ES_MASKS_DEFAULT_K 10

/*
 * Adversarial masks (src/DESIGN.md, equations 14 to 16). The eigenvectors of
 * the k largest eigenvalues, whatever their sign, of all C classes are the decoders
 * v_i; the columns of the pseudo-inverse of all of them stacked are the encoders: an
 * input e_i excites v_i and, where the decoders are linearly independent, no other one.
 * All are kept as pictures on the pixels, component 0 (the largest eigenvalue) first.
 *
 * Signs: decoder and encoder are negated together so that the decoder's overlap
 * with images of the other classes, summed, is not negative: the mask adds to what
 * images that are to be misread already have. The fields are for reading.
 */
typedef struct
{
  gsize C;
  gsize k;
  gsize P;
  float *decoders; /* (C, k, P) */
  float *encoders; /* (C, k, P) */
} EsMasks;

/*
 * The masks of @model by @spectrum: of all classes, in the embedding basis. @k at
 * least 1; more than D is taken as D. @x0 (P) is the image that later layers' pictures
 * are linearised at (nullable for one layer). Of @samples the first 500 of each class
 * decide the signs. ES_ERROR_SETTING if the spectrum does not fit, ES_ERROR_MATH,
 * ES_ERROR_NO_MEMORY.
 */
EsMasks *es_masks_new (const EsModel *model,
                       const EsSpectrum *spectrum,
                       const float *x0,
                       const EsSamples *samples,
                       gsize k,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_masks_free (EsMasks *masks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsMasks, es_masks_free)

/* Which pixels a mask may use. Zero is all. */
typedef struct
{
  /* Only pixels that are darker than this on average over the training images (0 to
     1): those that the data hardly ever uses. 0: any. */
  double rare_below;
  /* Only so many pixels, of largest magnitude (the first of equals). 0: any number. */
  gsize strongest;
} EsMaskOptions;

/*
 * The mask of @class_index and @component (below k) at strength 1 in @mask (P). Its
 * deviation (sample standard deviation over all pixels) is 1; with rare_below that of
 * its positive entries is, as published. Pixels beyond the strongest are
 * dropped after that. @mean (P) is read with rare_below only. ES_ERROR_SETTING if no
 * pixel is left, or none that varies.
 */
gboolean es_mask_fill (float *mask,
                       const EsMasks *masks,
                       gsize class_index,
                       gsize component,
                       const EsMaskOptions *options,
                       const float *mean,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  ES_CONTROL_PERMUTED, /* the same values elsewhere */
  ES_CONTROL_NOISE,    /* Gaussian noise of the same L2 norm */
} EsControl;

/*
 * What a mask is compared with: @out (P) from @mask (P), on the pixels that @options
 * and @mean allow. Depends on @seed and @number only.
 */
void es_mask_control (float *restrict out,
                      const float *restrict mask,
                      gsize P,
                      EsControl control,
                      const EsMaskOptions *options,
                      const float *mean,
                      guint64 seed,
                      guint32 number);

G_END_DECLS
