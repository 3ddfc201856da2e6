/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#define PNG_MAGIC "\x89PNG\r\n\x1a\n"
#define PNG_MAGIC_BYTES 8
#define PNG_HEADER_BYTES 29
#define MAX_SIDE 65535
/* No deflate stream expands further. */
#define MAX_DEFLATE_RATIO 1032
/* A block of 8 × 8 takes at least one bit, and may stand for 4 × 4 times its area. */
#define MAX_JPEG_PIXELS_PER_BYTE (8 * 64 * 16)
/* Every scan of a JPEG file goes over all of its picture; programs write up to 10. */
#define MAX_SCANS 100

static gboolean
is_png (const guint8 *data, gsize n)
{
  return n >= PNG_MAGIC_BYTES && memcmp (data, PNG_MAGIC, PNG_MAGIC_BYTES) == 0;
}

static gboolean
is_jpeg (const guint8 *data, gsize n)
{
  return n >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

gboolean
es_image_is_known (const guint8 *data, gsize n_bytes)
{
  return is_png (data, n_bytes) || is_jpeg (data, n_bytes);
}

static gboolean
refuse (const char *path, EsIoError code, const char *problem, GError **error)
{
  es_io_set_error (error, code, path, "%s", problem);
  return FALSE;
}

static guint
read_be32 (const guint8 *data)
{
  return (guint)data[0] << 24 | (guint)data[1] << 16 | (guint)data[2] << 8 | data[3];
}

static guint
read_be16 (const guint8 *data)
{
  return (guint)data[0] << 8 | data[1];
}

static gboolean
check_size (const EsImageHeader *header,
            guint64 possible,
            const char *path,
            GError **error)
{
  guint64 n = (guint64)header->rows * header->cols;

  if (header->rows < 1 || header->cols < 1)
    return refuse (path, ES_IO_ERROR_FORMAT, "has a picture without pixels", error);
  if (header->rows <= MAX_SIDE && header->cols <= MAX_SIDE &&
      n <= ES_IMAGE_MAX_PIXELS && n <= possible)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                   "claims a picture of %u × %u pixels; %s", header->cols, header->rows,
                   n > possible ? "the file is too short for them"
                                : "the limit is 64 million");
  return FALSE;
}

static gboolean
read_png_header (EsImageHeader *header,
                 const guint8 *data,
                 gsize n,
                 const char *path,
                 GError **error)
{
  const guint channels[7] = {1, 0, 3, 3, 2, 0, 4};
  guint depth, type;

  if (n < PNG_HEADER_BYTES)
    return refuse (path, ES_IO_ERROR_TRUNCATED, "ends within its PNG header", error);
  depth = data[24];
  type = data[25];
  if (memcmp (data + 12, "IHDR", 4) != 0 || type > 6 || channels[type] == 0 ||
      depth < 1 || depth > 16)
    return refuse (path, ES_IO_ERROR_FORMAT, "has a damaged PNG header", error);
  header->cols = read_be32 (data + 16);
  header->rows = read_be32 (data + 20);
  header->channels = channels[type];
  /* A pixel has at least depth bits. */
  return check_size (header, (guint64)n * MAX_DEFLATE_RATIO * 8 / depth, path, error);
}

/* In compressed data a byte 0xff is always followed by 0 or a restart mark. */
static guint
count_scans (const guint8 *data, gsize n)
{
  const guint8 *end = data + n, *next = data;
  guint count = 0;

  while ((next = memchr (next, 0xff, (gsize)(end - next))) != NULL && end - next > 1) {
    count += next[1] == 0xda;
    next++;
  }
  return count;
}

static gboolean
read_jpeg_header (EsImageHeader *header,
                  const guint8 *data,
                  gsize n,
                  const char *path,
                  GError **error)
{
  gsize at = 2;

  while (at + 4 <= n && data[at] == 0xff) {
    guint mark = data[at + 1];
    gsize length = read_be16 (data + at + 2);

    if (mark == 0xff) { /* padding */
      at++;
      continue;
    }
    if (mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc) {
      if (at + 10 > n)
        break;
      header->rows = read_be16 (data + at + 5);
      header->cols = read_be16 (data + at + 7);
      header->channels = data[at + 9] == 1 ? 1 : 3;
      if (count_scans (data, n) > MAX_SCANS)
        return refuse (path, ES_IO_ERROR_TOO_LARGE, "has more than 100 JPEG scans",
                       error);
      return check_size (header, (guint64)n * MAX_JPEG_PIXELS_PER_BYTE, path, error);
    }
    if (mark == 0xda || mark == 0xd9 || length < 2)
      return refuse (path, ES_IO_ERROR_FORMAT,
                     "has a damaged JPEG header: no size before the picture", error);
    at += 2 + length;
  }
  return refuse (path, at + 10 > n ? ES_IO_ERROR_TRUNCATED : ES_IO_ERROR_FORMAT,
                 "has a damaged JPEG header: it ends before the size", error);
}

gboolean
es_image_read_header (EsImageHeader *header,
                      GBytes *bytes,
                      const char *path,
                      GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (is_png (data, n))
    return read_png_header (header, data, n, path, error);
  if (is_jpeg (data, n))
    return read_jpeg_header (header, data, n, path, error);
  return refuse (path, ES_IO_ERROR_FORMAT, "is neither a PNG nor a JPEG picture",
                 error);
}

/* A decoding under way. */
typedef struct
{
  EsImageHeader header;
  guint rows_seen;
} Decoding;

/* The decoder goes by what it reads itself: what it finds must be what was checked.
   Without pixels it stops. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer data)
{
  const Decoding *decoding = data;

  if (width < 1 || height < 1 || (guint)width != decoding->header.cols ||
      (guint)height != decoding->header.rows)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

/* Its memory is not cleared. */
static void
area_prepared_cb (GdkPixbufLoader *loader, gpointer data)
{
  gdk_pixbuf_fill (gdk_pixbuf_loader_get_pixbuf (loader), 0);
}

static void
area_updated_cb (
    GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer data)
{
  Decoding *decoding = data;

  decoding->rows_seen = MAX (decoding->rows_seen, (guint)MAX (y + height, 0));
}

static GdkPixbuf *
decode (GBytes *bytes, Decoding *decoding, GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_autoptr (GdkPixbufLoader) loader =
      gdk_pixbuf_loader_new_with_type (is_png (data, n) ? "png" : "jpeg", error);
  gboolean sound;

  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), decoding);
  g_signal_connect (loader, "area-prepared", G_CALLBACK (area_prepared_cb), NULL);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), decoding);
  sound = gdk_pixbuf_loader_write (loader, data, n, error);
  /* A loader has to be closed, but only its first error counts. */
  if (!gdk_pixbuf_loader_close (loader, sound ? error : NULL) || !sound)
    return NULL;
  if (gdk_pixbuf_loader_get_pixbuf (loader) == NULL)
    return NULL;
  return gdk_pixbuf_apply_embedded_orientation (gdk_pixbuf_loader_get_pixbuf (loader));
}

/* Decoders fill up what is missing and at most warn. */
static gboolean
has_end (const guint8 *data, gsize n)
{
  if (!is_jpeg (data, n))
    return memmem (data, n, "IEND", 4) != NULL;
  /* The one behind the last scan: a thumbnail has an end of its own. */
  for (gsize i = n - 1; i > 0; i--)
    if (data[i - 1] == 0xff && (data[i] == 0xd9 || data[i] == 0xda))
      return data[i] == 0xd9;
  return FALSE;
}

gboolean
es_image_decode (EsImage *image, GBytes *bytes, const char *path, GError **error)
{
  Decoding decoding = {{0}, 0};
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GError) cause = NULL;
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (!es_image_read_header (&decoding.header, bytes, path, error))
    return FALSE;
  if (!has_end (data, n))
    return refuse (path, ES_IO_ERROR_TRUNCATED, "is a picture without its end", error);
  pixbuf = decode (bytes, &decoding, &cause);
  if (pixbuf == NULL) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "cannot decode the picture: %s",
                     cause != NULL ? cause->message : "it holds none");
    return FALSE;
  }
  if (decoding.rows_seen < decoding.header.rows)
    return refuse (path, ES_IO_ERROR_TRUNCATED, "lacks the last rows of its picture",
                   error);
  *image = (EsImage){
      .rows = (guint)gdk_pixbuf_get_height (pixbuf),
      .cols = (guint)gdk_pixbuf_get_width (pixbuf),
      .channels = (guint)gdk_pixbuf_get_n_channels (pixbuf),
      .stride = (gsize)gdk_pixbuf_get_rowstride (pixbuf),
      .owner = gdk_pixbuf_read_pixel_bytes (pixbuf),
  };
  image->pixels = g_bytes_get_data (image->owner, NULL);
  return TRUE;
}
