/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gzip.h"

#include "es-file.h"

#include <gio/gio.h>

#define FIRST_CHUNK (1u << 16)

static gboolean
is_gzip (GBytes *bytes)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  return n >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

static GInputStream *
open_stream (GBytes *bytes)
{
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GConverter) unzip =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

  return g_converter_input_stream_new (memory, unzip);
}

static void
set_error (GError **error, const char *path, const GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, path,
                     "is a gzip file without its end");
  else
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "cannot read as gzip: %s",
                     cause->message);
}

/* Twice as much memory as has come, at most. */
static GBytes *
inflate (GBytes *bytes, const char *path, guint64 max_size, GError **error)
{
  g_autoptr (GInputStream) stream = open_stream (bytes);
  g_autoptr (GError) cause = NULL;
  g_autofree guint8 *data = NULL;
  gsize capacity = FIRST_CHUNK, done = 0, n;

  do {
    guint8 *larger = g_try_realloc (data, capacity);

    if (larger == NULL)
      break;
    data = larger;
    if (!g_input_stream_read_all (stream, data + done, capacity - done, &n, NULL,
                                  &cause)) {
      set_error (error, path, cause);
      return NULL;
    }
    done += n;
    if (done < capacity && done <= max_size)
      return g_bytes_new_take (g_steal_pointer (&data), done);
    capacity *= 2;
  } while (done <= max_size);
  es_io_set_error (
      error, ES_IO_ERROR_TOO_LARGE, path,
      "holds %" G_GSIZE_FORMAT " bytes or more, beyond the memory or the limit", done);
  return NULL;
}

GBytes *
es_gzip_load (const char *path, guint64 max_size, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, max_size, error);

  if (bytes == NULL || !is_gzip (bytes))
    return g_steal_pointer (&bytes);
  return inflate (bytes, path, max_size, error);
}

gsize
es_gzip_peek (const char *path, guint8 *data, gsize n)
{
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, NULL);
  g_autoptr (GInputStream) stream = NULL;
  gsize n_read = 0;

  if (bytes == NULL)
    return 0;
  stream = is_gzip (bytes) ? open_stream (bytes)
                           : g_memory_input_stream_new_from_bytes (bytes);
  if (!g_input_stream_read_all (stream, data, n, &n_read, NULL, NULL))
    return 0;
  return n_read;
}
