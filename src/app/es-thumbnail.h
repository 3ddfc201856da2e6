/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-color-map.h"
#include "es-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A small picture of a network: the most positive eigenvectors of its first four
 * classes, two by two, in the colours of @map (which must live on). NULL where there
 * is none, as for gated networks.
 */
void es_thumbnail_async (EsModel *model,
                         const EsColorMap *map,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
GdkTexture *es_thumbnail_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
