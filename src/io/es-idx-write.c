/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-idx.h"

#include "es-file.h"

#include <string.h>

static gboolean
check_count (const char *path, gsize n_items, gsize size, GError **error)
{
  gsize n_bytes;

  if (n_items <= G_MAXUINT32 && g_size_checked_mul (&n_bytes, n_items, size) &&
      n_bytes <= ES_IDX_MAX_BYTES)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                   "would hold %" G_GSIZE_FORMAT " items of %" G_GSIZE_FORMAT
                   " bytes; the limit is 4 GiB",
                   n_items, size);
  return FALSE;
}

static gboolean
write_file (const char *path,
            EsIdxType type,
            const guint32 *dims,
            guint n_dims,
            gconstpointer data,
            gsize n_bytes,
            GError **error)
{
  const guint8 magic[4] = {0, 0, (guint8)type, (guint8)n_dims};
  guint32 sizes[ES_IDX_MAX_DIMS];
  g_autoptr (EsFileWriter) writer = es_file_writer_new (path, error);

  for (guint i = 0; i < n_dims; i++)
    sizes[i] = GUINT32_TO_BE (dims[i]);
  return writer != NULL && es_file_writer_write (writer, magic, sizeof magic, error) &&
         es_file_writer_write (writer, sizes, n_dims * sizeof *sizes, error) &&
         es_file_writer_write (writer, data, n_bytes, error) &&
         es_file_writer_commit (writer, error);
}

gboolean
es_idx_write_images (const char *path,
                     const guint8 *pixels,
                     gsize n_images,
                     guint rows,
                     guint cols,
                     GError **error)
{
  const guint32 dims[3] = {(guint32)n_images, rows, cols};
  gsize size = (gsize)rows * cols;

  return check_count (path, n_images, size, error) &&
         write_file (path, ES_IDX_U8, dims, 3, pixels, n_images * size, error);
}

gboolean
es_idx_write_labels (const char *path, const guint16 *labels, gsize n, GError **error)
{
  const guint32 dims[1] = {(guint32)n};
  g_autofree guint32 *wide = NULL;
  g_autofree guint8 *narrow = NULL;
  gboolean fits = TRUE;

  if (!check_count (path, n, sizeof *wide, error))
    return FALSE;
  wide = g_new (guint32, MAX (n, 1));
  narrow = g_malloc (MAX (n, 1));
  for (gsize i = 0; i < n; i++) {
    fits &= labels[i] <= G_MAXUINT8;
    wide[i] = GUINT32_TO_BE (labels[i]);
    narrow[i] = (guint8)labels[i];
  }
  return fits ? write_file (path, ES_IDX_U8, dims, 1, narrow, n, error)
              : write_file (path, ES_IDX_I32, dims, 1, wide, n * sizeof *wide, error);
}
