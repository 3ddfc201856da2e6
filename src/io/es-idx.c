/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-idx.h"

#include "es-file.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CHUNK ((gsize)1 << 20)
/* No deflate stream expands further. */
#define MAX_GZIP_RATIO 1032
#define MAX_SIDE (1u << 24)

/* Where the bytes come from. */
typedef struct
{
  GInputStream *stream;
  guint64 stored; /* bytes in the file */
  gboolean is_gzip;
  const char *path;
} Source;

void
es_idx_free (EsIdx *idx)
{
  if (idx == NULL)
    return;
  g_free (idx->path);
  g_free (idx->data);
  g_free (idx);
}

static gboolean
is_gzip_magic (const guint8 *data, gsize n)
{
  return n >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

/* Takes over @raw. */
static void
source_init (Source *source, GInputStream *raw)
{
  source->stream = raw;
  if (source->is_gzip) {
    g_autoptr (GConverter) unzip =
        G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

    source->stream = g_converter_input_stream_new (raw, unzip);
    g_object_unref (raw);
  }
}

/* Reads up to @n bytes; fewer only at the end of the content. */
static gboolean
source_read (Source *source, guint8 *data, gsize n, gsize *n_read, GError **error)
{
  g_autoptr (GError) cause = NULL;
  EsIoError code = ES_IO_ERROR_OPEN;

  if (g_input_stream_read_all (source->stream, data, n, n_read, NULL, &cause))
    return TRUE;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)) {
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, source->path,
                     "is a gzip file without its end");
    return FALSE;
  }
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    code = ES_IO_ERROR_FORMAT;
  es_io_set_error (error, code, source->path, "cannot read%s: %s",
                   source->is_gzip ? " as gzip" : "", cause->message);
  return FALSE;
}

static gboolean
source_read_exactly (
    Source *source, guint8 *data, gsize n, const char *what, GError **error)
{
  gsize n_read;

  if (!source_read (source, data, n, &n_read, error))
    return FALSE;
  if (n_read == n)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TRUNCATED, source->path,
                   "ends after %" G_GSIZE_FORMAT " of the %" G_GSIZE_FORMAT
                   " bytes of its %s",
                   n_read, n, what);
  return FALSE;
}

static gsize
type_size (EsIdxType type)
{
  switch (type) {
  case ES_IDX_U8:
  case ES_IDX_I8:
    return 1;
  case ES_IDX_I16:
    return 2;
  case ES_IDX_I32:
    return 4;
  }
  return 0;
}

static gboolean
read_magic (EsIdx *idx, Source *source, GError **error)
{
  guint8 magic[4];

  if (!source_read_exactly (source, magic, sizeof magic, "IDX header", error))
    return FALSE;
  if (magic[0] != 0 || magic[1] != 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                     "is not an IDX file: it begins with the bytes %02x %02x; expected "
                     "00 00",
                     magic[0], magic[1]);
    return FALSE;
  }
  idx->type = (EsIdxType)magic[2];
  idx->n_dims = magic[3];
  if (type_size (idx->type) == 0) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, idx->path,
                     "has elements of IDX type 0x%02x; expected 08 (bytes), 09, 0b or "
                     "0c (whole numbers)",
                     magic[2]);
    return FALSE;
  }
  if (idx->n_dims < 1 || idx->n_dims > ES_IDX_MAX_DIMS) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, idx->path,
                     "has %u dimensions; expected 1 to %d", idx->n_dims,
                     ES_IDX_MAX_DIMS);
    return FALSE;
  }
  return TRUE;
}

/* Whether as much as the header claims can be in the file. */
static gboolean
check_claim (const EsIdx *idx, const Source *source, GError **error)
{
  guint64 header = 4 + 4 * (guint64)idx->n_dims;
  guint64 possible = source->stored;

  if (idx->n_bytes > ES_IDX_MAX_BYTES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, idx->path,
                     "claims %" G_GSIZE_FORMAT
                     " bytes of data; the limit is %" G_GUINT64_FORMAT,
                     idx->n_bytes, ES_IDX_MAX_BYTES);
    return FALSE;
  }
  if (source->is_gzip && !g_uint64_checked_mul (&possible, possible, MAX_GZIP_RATIO))
    possible = G_MAXUINT64;
  if (header + idx->n_bytes > possible) {
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, idx->path,
                     "claims %" G_GSIZE_FORMAT
                     " bytes of data; the file has only %" G_GUINT64_FORMAT "%s in all",
                     idx->n_bytes, source->stored, source->is_gzip ? " (gzip)" : "");
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_sizes (EsIdx *idx, Source *source, GError **error)
{
  guint8 sizes[4 * ES_IDX_MAX_DIMS];
  gboolean fits = TRUE;

  if (!source_read_exactly (source, sizes, 4 * idx->n_dims, "IDX header", error))
    return FALSE;
  idx->n_bytes = type_size (idx->type);
  for (guint i = 0; i < idx->n_dims; i++) {
    guint32 size;

    memcpy (&size, sizes + 4 * i, sizeof size);
    idx->dims[i] = GUINT32_FROM_BE (size);
    fits = fits && g_size_checked_mul (&idx->n_bytes, idx->n_bytes, idx->dims[i]);
  }
  if (!fits) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, idx->path,
                     "claims more bytes than can be counted");
    return FALSE;
  }
  return check_claim (idx, source, error);
}

/* Takes memory as data arrives: at most twice of what has come. */
static gboolean
read_data (EsIdx *idx, Source *source, GError **error)
{
  gsize capacity = MIN (idx->n_bytes, FIRST_CHUNK), done = 0;

  while (TRUE) {
    guint8 *data = g_try_realloc (idx->data, MAX (capacity, 1));
    gsize n_read;

    if (data == NULL) {
      es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, idx->path,
                       "no memory for its %" G_GSIZE_FORMAT " bytes", idx->n_bytes);
      return FALSE;
    }
    idx->data = data;
    if (!source_read (source, data + done, capacity - done, &n_read, error))
      return FALSE;
    done += n_read;
    if (done < capacity) {
      es_io_set_error (error, ES_IO_ERROR_TRUNCATED, idx->path,
                       "ends after %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
                       " bytes of data",
                       done, idx->n_bytes);
      return FALSE;
    }
    if (done == idx->n_bytes)
      return TRUE;
    capacity = MIN (idx->n_bytes, 2 * capacity);
  }
}

static gboolean
check_end (const EsIdx *idx, Source *source, GError **error)
{
  guint8 byte;
  gsize n_read;

  if (!source_read (source, &byte, 1, &n_read, error))
    return FALSE;
  if (n_read == 0)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                   "has bytes after the %" G_GSIZE_FORMAT
                   " bytes of data that its header names",
                   idx->n_bytes);
  return FALSE;
}

static EsIdx *
read_idx (Source *source, gboolean header_only, GError **error)
{
  g_autoptr (EsIdx) idx = g_new0 (EsIdx, 1);

  idx->path = g_strdup (source->path);
  if (!read_magic (idx, source, error) || !read_sizes (idx, source, error))
    return NULL;
  if (!header_only &&
      (!read_data (idx, source, error) || !check_end (idx, source, error)))
    return NULL;
  return g_steal_pointer (&idx);
}

static EsIdx *
open_idx (const char *path, gboolean header_only, GError **error)
{
  Source source = {.path = path};
  guint8 magic[2];
  EsIdx *idx;
  int fd = es_file_open (path, &source.stored, error);

  if (fd < 0)
    return NULL;
  source.is_gzip = is_gzip_magic (magic, (gsize)MAX (pread (fd, magic, 2, 0), 0));
  source_init (&source, g_unix_input_stream_new (fd, TRUE));
  idx = read_idx (&source, header_only, error);
  g_object_unref (source.stream);
  return idx;
}

EsIdx *
es_idx_open (const char *path, GError **error)
{
  return open_idx (path, FALSE, error);
}

EsIdx *
es_idx_open_header (const char *path, GError **error)
{
  return open_idx (path, TRUE, error);
}

EsIdx *
es_idx_parse (GBytes *bytes, const char *path, GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  Source source = {.path = path, .stored = n, .is_gzip = is_gzip_magic (data, n)};
  EsIdx *idx;

  source_init (&source, g_memory_input_stream_new_from_bytes (bytes));
  idx = read_idx (&source, FALSE, error);
  g_object_unref (source.stream);
  return idx;
}

gboolean
es_idx_get_images (
    const EsIdx *idx, gsize *n_images, guint *rows, guint *cols, GError **error)
{
  gsize first = idx->n_dims == 3 ? idx->dims[1] : 1;
  gsize second = idx->dims[idx->n_dims - 1];

  if (idx->type != ES_IDX_U8 || idx->n_dims < 2) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                     "holds %s; expected images: bytes in 3 dimensions, or in 2",
                     idx->n_dims < 2 ? "one dimension (labels?)"
                                     : "numbers of several bytes");
    return FALSE;
  }
  if (first < 1 || second < 1 || first > MAX_SIDE || second > MAX_SIDE) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                     "has images of %" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT
                     " pixels; expected 1 to %u each way",
                     first, second, MAX_SIDE);
    return FALSE;
  }
  *n_images = idx->dims[0];
  *rows = (guint)first;
  *cols = (guint)second;
  return TRUE;
}

static gint32
get_label (const EsIdx *idx, gsize i)
{
  guint16 two;
  guint32 four;

  switch (idx->type) {
  case ES_IDX_U8:
    return idx->data[i];
  case ES_IDX_I8:
    return (gint8)idx->data[i];
  case ES_IDX_I16:
    memcpy (&two, idx->data + 2 * i, sizeof two);
    return (gint16)GUINT16_FROM_BE (two);
  case ES_IDX_I32:
    memcpy (&four, idx->data + 4 * i, sizeof four);
    return (gint32)GUINT32_FROM_BE (four);
  }
  g_assert_not_reached ();
}

guint16 *
es_idx_to_labels (const EsIdx *idx, GError **error)
{
  g_autofree guint16 *labels = NULL;

  if (idx->n_dims != 1) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                     "has %u dimensions (images?); expected labels, in one",
                     idx->n_dims);
    return NULL;
  }
  labels = g_try_new (guint16, MAX (idx->dims[0], 1));
  if (labels == NULL) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, idx->path,
                     "no memory for its %" G_GSIZE_FORMAT " labels", idx->dims[0]);
    return NULL;
  }
  for (gsize i = 0; i < idx->dims[0]; i++) {
    gint32 label = get_label (idx, i);

    if (label < 0 || label > G_MAXUINT16) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, idx->path,
                       "label %" G_GSIZE_FORMAT " is %d; expected 0 to %d", i, label,
                       G_MAXUINT16);
      return NULL;
    }
    labels[i] = (guint16)label;
  }
  return g_steal_pointer (&labels);
}
