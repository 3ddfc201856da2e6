/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-png.h"

#include <math.h>
#include <png.h>
#include <string.h>

#define METERS_PER_INCH 0.0254
#define MAX_KEY 79

typedef struct
{
  GByteArray *out;
  char *message;
} Writer;

static void
write_bytes (png_structp png, png_bytep data, size_t length)
{
  Writer *writer = png_get_io_ptr (png);

  g_byte_array_append (writer->out, data, (guint)length);
}

static void
flush_bytes (png_structp png)
{
}

static void
report_error (png_structp png, const char *message)
{
  Writer *writer = png_get_error_ptr (png);

  g_free (writer->message);
  writer->message = g_strdup (message);
  png_longjmp (png, 1);
}

static void
ignore_warning (png_structp png, const char *message)
{
}

static void
set_texts (png_structp png, png_infop info, const char *const *texts)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL && texts[i + 1] != NULL; i += 2) {
    png_text text = {0};
    gsize length = strlen (texts[i]);
    g_autofree char *value = g_utf8_make_valid (texts[i + 1], -1);

    if (length == 0 || length > MAX_KEY || !g_str_is_ascii (texts[i]))
      continue;
    /* Plain text chunks are Latin-1; whatever is more goes into an international one.
     */
    text.compression =
        g_str_is_ascii (value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    text.key = (png_charp)texts[i];
    text.text = value;
    png_set_text (png, info, &text, 1);
  }
}

/* From cairo's premultiplied 0xAARRGGBB to bytes; @with_alpha keeps the opacity. */
static void
convert_row (guint8 *to, const guint32 *from, guint width, gboolean with_alpha)
{
  for (guint i = 0; i < width; i++) {
    guint alpha = with_alpha ? from[i] >> 24 : 255;

    for (int shift = 16; shift >= 0; shift -= 8) {
      guint channel = from[i] >> shift & 0xff;

      if (alpha != 255)
        channel = alpha == 0 ? 0 : MIN (255, (channel * 255 + alpha / 2) / alpha);
      *to++ = (guint8)channel;
    }
    if (with_alpha)
      *to++ = (guint8)alpha;
  }
}

static void
write_image (png_structp png,
             png_infop info,
             cairo_surface_t *image,
             double dpi,
             const char *const *texts,
             guint8 *row)
{
  guint width = (guint)cairo_image_surface_get_width (image);
  guint height = (guint)cairo_image_surface_get_height (image);
  gsize stride = (gsize)cairo_image_surface_get_stride (image);
  const guint8 *data = cairo_image_surface_get_data (image);
  gboolean with_alpha = cairo_image_surface_get_format (image) == CAIRO_FORMAT_ARGB32;
  png_uint_32 per_meter = (png_uint_32)lrint (dpi / METERS_PER_INCH);

  png_set_IHDR (png, info, width, height, 8,
                with_alpha ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  png_set_pHYs (png, info, per_meter, per_meter, PNG_RESOLUTION_METER);
  set_texts (png, info, texts);
  png_write_info (png, info);
  for (guint y = 0; y < height; y++) {
    convert_row (row, (const guint32 *)(const void *)(data + y * stride), width,
                 with_alpha);
    png_write_row (png, row);
  }
  png_write_end (png, info);
}

gboolean
es_png_encode (GByteArray *out,
               cairo_surface_t *image,
               double dpi,
               const char *const *texts,
               char **message)
{
  Writer writer = {out, NULL};
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &writer,
                                             report_error, ignore_warning);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;
  guint8 *row = g_new (guint8, 4 * (gsize)cairo_image_surface_get_width (image));
  volatile gboolean done = FALSE;

  if (info != NULL && setjmp (png_jmpbuf (png)) == 0) {
    png_set_write_fn (png, &writer, write_bytes, flush_bytes);
    write_image (png, info, image, dpi, texts, row);
    done = TRUE;
  }
  g_free (row);
  png_destroy_write_struct (&png, &info);
  if (!done)
    *message = writer.message != NULL ? writer.message : g_strdup ("libpng failed");
  return done;
}
