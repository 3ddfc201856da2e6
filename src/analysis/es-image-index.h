/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"
#include "es-progress.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * What a network makes of every image of a split, for filtering and sorting them: made
 * once, asked often (60,000 images within milliseconds). Immutable. The fields are for
 * reading.
 */
typedef struct
{
  gsize N;
  gsize C;
  guint16 *labels; /* (N) */
  guint16 *read;   /* (N) the class that an image is read as */
  float *logits;   /* (N, C) */
  float *loss;     /* (N) cross-entropy */
  float *margin;   /* (N) the label's logit less the best other one; below 0: wrong */
} EsImageIndex;

/* As es_evaluate(); also ES_ERROR_MATH if an output is not finite. */
EsImageIndex *es_image_index_new (const EsModel *model,
                                  const EsSamples *samples,
                                  const EsProgress *progress,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_image_index_free (EsImageIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsImageIndex, es_image_index_free)

/*
 * @values (N of @samples): the contribution of component @k, an index into the
 * ascending eigenvalues, of form @i of @spectrum to every image (src/DESIGN.md,
 * equation 11), for sorting by. ES_ERROR_SETTING if the spectrum is not @model's, in
 * the embedding basis; ES_ERROR_NO_MEMORY, ES_ERROR_CANCELLED.
 */
gboolean es_image_index_contributions (float *values,
                                       const EsModel *model,
                                       const EsSpectrum *spectrum,
                                       gsize i,
                                       gsize k,
                                       const EsSamples *samples,
                                       const EsProgress *progress,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  ES_IMAGES_ALL,
  ES_IMAGES_RIGHT,
  ES_IMAGES_WRONG,
} EsImageOutcome;

typedef enum {
  ES_IMAGES_BY_NUMBER,
  ES_IMAGES_BY_LOGIT, /* of sort_class */
  ES_IMAGES_BY_LOSS,
  ES_IMAGES_BY_MARGIN,
  ES_IMAGES_BY_VALUES, /* of the caller, such as contributions */
} EsImageOrder;

typedef struct
{
  gint label; /* only images of this class; -1: of any */
  gint read;  /* only images read as this class; -1: as any */
  EsImageOutcome outcome;
  double least_margin; /* only images with a margin in this range, ends included */
  double most_margin;
  EsImageOrder order;
  guint sort_class;
  const float *values; /* (N), with ES_IMAGES_BY_VALUES */
  gboolean descending;
} EsImageQuery;

/* All images in the order of their numbers. */
void es_image_query_init (EsImageQuery *query);

/* The numbers of the images that @query asks for, in its order; of equals the lower
   number comes first, and what is not a number last. *@n gets how many; free with
   g_free(). */
guint32 *es_image_index_query (const EsImageIndex *index,
                               const EsImageQuery *query,
                               gsize *n) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
