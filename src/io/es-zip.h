/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/* A zip archive in memory, whose entries are read one at a time. */
typedef struct _EsZip EsZip;

/* Whether @data begins as a zip archive does. */
gboolean es_zip_recognise (gconstpointer data, gsize n_bytes);

/*
 * Opens the archive @bytes without reading its entries; @path is for messages.
 * ES_IO_ERROR_FORMAT if it is none, _TOO_LARGE with over 65535 entries.
 */
EsZip *es_zip_parse (GBytes *bytes,
                     const char *path,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_zip_free (EsZip *zip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsZip, es_zip_free)

gsize es_zip_get_n_entries (const EsZip *zip);

/* The name of entry @i in UTF-8, or NULL if it has none that can be read. */
const char *es_zip_get_name (const EsZip *zip, gsize i);

/*
 * The uncompressed size of entry @i, once what the archive says of it can be true:
 * no more than its compressed bytes can give. ES_IO_ERROR_FORMAT, _UNSUPPORTED (other
 * methods than deflate, encryption), _TOO_LARGE (above 16 GiB).
 */
gboolean es_zip_get_size (EsZip *zip, gsize i, gsize *size, GError **error);

/* The content of entry @i; memory is taken as data arrives, checksums are compared. */
GBytes *es_zip_read (EsZip *zip, gsize i, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first bytes of entry @i, at most @max; @n says how many. */
gboolean es_zip_read_start (
    EsZip *zip, gsize i, guint8 *out, gsize max, gsize *n, GError **error);

G_END_DECLS
