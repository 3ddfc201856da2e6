/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/* Files that may be compressed by gzip, whatever their name. */

/*
 * The content of @path, as es_file_load(), decompressed if it is a gzip file: memory is
 * taken as content arrives. Besides that function's errors: ES_IO_ERROR_FORMAT for
 * damaged gzip, _TRUNCATED for a gzip file without its end, _TOO_LARGE for more than
 * @max_size bytes of content.
 */
GBytes *es_gzip_load (const char *path,
                      guint64 max_size,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Copies the first @n bytes of the content of @path to @data; returns how many there
   are, 0 if they cannot be read. */
gsize es_gzip_peek (const char *path, guint8 *data, gsize n);

G_END_DECLS
