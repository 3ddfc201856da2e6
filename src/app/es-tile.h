/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-color-map.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* A small picture of @values (rows, cols), each pixel a square of @side of the
   texture's, in the colours of @scale. */
GdkTexture *es_tile_new (const float *values,
                         guint rows,
                         guint cols,
                         guint side,
                         const EsColorScale *scale) G_GNUC_WARN_UNUSED_RESULT;

/* The side for which a picture of @rows and @cols is about @size large. */
guint es_tile_side (guint rows, guint cols, guint size);

G_END_DECLS
