/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-image-fit.h"
#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Pictures in PNG and JPEG files, known by their first bytes. The header is read here,
 * before anything is decoded, so that a picture which claims too much is refused.
 */

#define ES_IMAGE_MAX_PIXELS ((guint64)64 << 20)

/* What the header says. */
typedef struct
{
  guint rows;
  guint cols;
  guint channels; /* as in EsImage; 1 to 4 */
} EsImageHeader;

/* Whether the first bytes are those of a PNG or JPEG file. */
gboolean es_image_is_known (const guint8 *data, gsize n_bytes);

/*
 * Reads the header of @bytes. ES_IO_ERROR_FORMAT if it is neither PNG nor JPEG or is
 * damaged, _TRUNCATED, and _TOO_LARGE beyond ES_IMAGE_MAX_PIXELS, beyond what the
 * bytes can hold, or with more than a hundred scans.
 */
gboolean es_image_read_header (EsImageHeader *header,
                               GBytes *bytes,
                               const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Decodes @bytes into @image (es_image_clear()), turned as its camera says. Errors as
   above, or ES_IO_ERROR_FORMAT if the content is damaged. */
gboolean es_image_decode (EsImage *image,
                          GBytes *bytes,
                          const char *path,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
