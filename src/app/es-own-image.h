/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/*
 * A picture from outside as an image that a network reads, off the main thread: all of
 * it, in its own shape, scaled to the network's size, in grey (in three planes where
 * the network's images are three times as wide as high). Where the margin is bright and
 * that of the dataset's images is dark, or the other way round, light and dark are
 * exchanged: a digit on paper becomes one of MNIST's kind.
 */

typedef struct
{
  guint rows, cols;
  float *pixels;     /* (rows, cols), 0 to 1 */
  gboolean inverted; /* light and dark were exchanged */
} EsOwnImage;

void es_own_image_free (EsOwnImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsOwnImage, es_own_image_free)

/* Either @bytes, of a PNG or JPEG file, or @texture, the other NULL; for networks of
   @config; @dataset nullable: the margin counts as dark. @name is what errors call the
   picture. */
void es_own_image_async (GBytes *bytes,
                         GdkTexture *texture,
                         const char *name,
                         const EsModelConfig *config,
                         EsDataset *dataset,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/* Errors of es_image_decode(). */
EsOwnImage *es_own_image_finish (GAsyncResult *result,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
