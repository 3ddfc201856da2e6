/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * The IDX format of the MNIST family: two zero bytes, the type of the elements, the
 * number of dimensions, their sizes (4 bytes each, big-endian), the elements
 * (big-endian, row-major). Files may be gzip-compressed, whatever their name.
 */

#define ES_IDX_MAX_DIMS 3
#define ES_IDX_MAX_BYTES ((guint64)4 << 30)

/* The format's own numbers; its floating-point types are not read. */
typedef enum {
  ES_IDX_U8 = 0x08,
  ES_IDX_I8 = 0x09,
  ES_IDX_I16 = 0x0b,
  ES_IDX_I32 = 0x0c,
} EsIdxType;

typedef struct
{
  char *path; /* for messages */
  EsIdxType type;
  guint n_dims;
  gsize dims[ES_IDX_MAX_DIMS];
  gsize n_bytes; /* of the elements */
  guint8 *data;  /* (n_bytes), big-endian; NULL if only the header was read */
} EsIdx;

/*
 * Reads @path, or its header only. The header's claim is checked against the size of
 * the file, and memory is taken only as data arrives. Besides errors of opening:
 * ES_IO_ERROR_FORMAT (no IDX, bytes left over, damaged gzip), _TRUNCATED,
 * _UNSUPPORTED (type or number of dimensions) and _TOO_LARGE (above 4 GiB).
 */
EsIdx *es_idx_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsIdx *es_idx_open_header (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @bytes in memory; @path is for messages. */
EsIdx *es_idx_parse (GBytes *bytes,
                     const char *path,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

void es_idx_free (EsIdx *idx);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsIdx, es_idx_free)

/*
 * How many images of how many @rows and @cols there are: N × rows × cols, or N × P
 * taken as one row of P. ES_IO_ERROR_FORMAT if @idx holds no images of bytes.
 */
gboolean es_idx_get_images (
    const EsIdx *idx, gsize *n_images, guint *rows, guint *cols, GError **error);

/*
 * The labels (dims[0]; g_free()) of a one-dimensional @idx with data.
 * ES_IO_ERROR_FORMAT if it has more dimensions, or a label is not in 0 to 65535.
 */
guint16 *es_idx_to_labels (const EsIdx *idx, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @n_images images (N, rows, cols), or @n labels, atomically and uncompressed;
   labels beyond 255 take four bytes each. ES_IO_ERROR_WRITE, or _TOO_LARGE beyond what
   the format and es_idx_open() can hold. */
gboolean es_idx_write_images (const char *path,
                              const guint8 *pixels,
                              gsize n_images,
                              guint rows,
                              guint cols,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean es_idx_write_labels (const char *path,
                              const guint16 *labels,
                              gsize n,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
