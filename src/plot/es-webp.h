/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/*
 * Animated WebP, lossless, by libwebp: pictures one after another, without end. Only
 * what differs from picture to picture is kept.
 */
typedef struct _EsWebp EsWebp;

/* The largest width and height, in pixels. */
#define ES_WEBP_MAX_SIDE 16383

/* For pictures of @width x @height pixels; NULL if there is no memory for them or a
   side is 0 or more than ES_WEBP_MAX_SIDE. */
EsWebp *es_webp_new (guint width, guint height) G_GNUC_WARN_UNUSED_RESULT;
void es_webp_free (EsWebp *webp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsWebp, es_webp_free)

/* Appends @image (RGB24, of the size), shown from @start milliseconds on; ascending.
   Returns FALSE with libwebp's message in @message (transfer full) if that fails. */
gboolean es_webp_add (EsWebp *webp, cairo_surface_t *image, int start, char **message)
    G_GNUC_WARN_UNUSED_RESULT;

/* The bytes of the file; the last picture is shown until @end milliseconds. NULL with
   @message as above. Nothing can be added afterwards. */
GBytes *
es_webp_finish (EsWebp *webp, int end, char **message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
