/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-image-index.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Looks for images of a dataset by what a network makes of them, off the main thread.
 */

/* What a network makes of the images of a split; shared, reference-counted, immutable.
 */
typedef struct
{
  gatomicrefcount refs;
  EsModel *model;
  EsDataset *dataset;
  EsSplit split;
  EsImageIndex *index; /* NULL: the network cannot be given these images */
} EsSampleIndex;

void es_sample_index_unref (EsSampleIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSampleIndex, es_sample_index_unref)

typedef struct
{
  EsDataset *dataset;
  EsSplit split;
  EsModel *model; /* nullable: nothing trained yet */
  EsImageQuery images;
  /* Which component's contribution ES_IMAGES_BY_VALUES sorts by, as in EsWorkspace. */
  char *direction;
  char **class_names; /* nullable */
  int component;
  EsSampleIndex *index; /* of an earlier search, if that was of the same; nullable */
} EsSampleQuery;

typedef struct
{
  EsSampleIndex *index;
  guint32 *numbers; /* (n) */
  gsize n;
} EsSampleFound;

void es_sample_found_free (EsSampleFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSampleFound, es_sample_found_free)

/* @query's fields are copied. Without network, or with one that cannot be given the
   images, only the filter by class and the order by number count. */
void es_sample_search_async (const EsSampleQuery *query,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
EsSampleFound *es_sample_search_finish (GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
