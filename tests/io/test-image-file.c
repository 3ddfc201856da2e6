/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

/* A picture of one color, as a file. */
static GBytes *
make_file (const char *type, int rows, int cols, gboolean alpha, guint32 color)
{
  g_autoptr (GdkPixbuf) pixbuf =
      gdk_pixbuf_new (GDK_COLORSPACE_RGB, alpha, 8, cols, rows);
  GError *error = NULL;
  char *data;
  gsize n;

  gdk_pixbuf_fill (pixbuf, color);
  gdk_pixbuf_save_to_buffer (pixbuf, &data, &n, type, &error, NULL);
  g_assert_no_error (error);
  return g_bytes_new_take (data, n);
}

static GBytes *
patch (GBytes *bytes, gsize at, const guint8 *data, gsize n)
{
  gsize size;
  gconstpointer old = g_bytes_get_data (bytes, &size);
  guint8 *copy = g_memdup2 (old, size);

  memcpy (copy + at, data, n);
  return g_bytes_new_take (copy, size);
}

static void
assert_fails (GBytes *bytes, EsIoError code, const char *part)
{
  EsImage image = {0};
  g_autoptr (GError) error = NULL;

  g_assert_false (es_image_decode (&image, bytes, "FILE", &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  g_assert_true (g_str_has_prefix (error->message, "FILE: "));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
  g_assert_null (image.owner);
}

static void
assert_decodes (const char *type, gboolean alpha, guint channels)
{
  g_autoptr (GBytes) bytes = make_file (type, 5, 9, alpha, 0x4080c0ff);
  g_auto (EsImage) image = {0};
  EsImageHeader header;
  GError *error = NULL;

  g_assert_true (es_image_read_header (&header, bytes, "FILE", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (header.rows, ==, 5);
  g_assert_cmpuint (header.cols, ==, 9);
  g_assert_cmpuint (header.channels, ==, channels);
  g_assert_true (es_image_decode (&image, bytes, "FILE", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (image.rows, ==, 5);
  g_assert_cmpuint (image.cols, ==, 9);
  g_assert_cmpuint (image.channels, ==, channels);
  for (guint c = 0; c < 3; c++)
    g_assert_cmpint (
        ABS (image.pixels[4 * image.stride + 8 * channels + c] - 0x40 * ((int)c + 1)),
        <=, 3);
}

static void
test_decode (void)
{
  assert_decodes ("png", FALSE, 3);
  assert_decodes ("png", TRUE, 4);
  assert_decodes ("jpeg", FALSE, 3);
}

static void
test_claims (void)
{
  g_autoptr (GBytes) png = make_file ("png", 5, 9, FALSE, 0);
  g_autoptr (GBytes) jpeg = make_file ("jpeg", 5, 9, FALSE, 0);
  g_autoptr (GBytes) billion =
      patch (png, 16, (const guint8 *)"\0\0\x9c\x40\0\0\x9c\x40", 8);
  g_autoptr (GBytes) none = patch (png, 16, (const guint8 *)"\0\0\0\0", 4);
  g_autoptr (GBytes) tall = NULL;
  const guint8 *data = g_bytes_get_data (jpeg, NULL);
  gsize at = 2;

  assert_fails (billion, ES_IO_ERROR_TOO_LARGE, "40000 × 40000");
  assert_fails (none, ES_IO_ERROR_FORMAT, "without pixels");
  while (data[at + 1] != 0xc0)
    at += 2 + ((gsize)data[at + 2] << 8 | data[at + 3]);
  tall = patch (jpeg, at + 5, (const guint8 *)"\xff\xff\xff\xff", 4);
  assert_fails (tall, ES_IO_ERROR_TOO_LARGE, "65535 × 65535");
}

static void
test_damaged (void)
{
  const char *const types[] = {"png", "jpeg"};
  g_autoptr (GBytes) text = g_bytes_new_static ("GIF89a......", 12);

  assert_fails (text, ES_IO_ERROR_FORMAT, "neither a PNG nor a JPEG");
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) whole = make_file (types[i], 40, 40, FALSE, 0x336699ff);
    gsize n = g_bytes_get_size (whole);

    for (gsize k = 0; k + 20 < n; k++) {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, k);
      EsImage image = {0};

      g_assert_false (es_image_decode (&image, part, "FILE", NULL));
      g_assert_null (image.owner);
    }
  }
}

static void
test_scans (void)
{
  g_autoptr (GBytes) jpeg = make_file ("jpeg", 5, 9, FALSE, 0);
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_append (many, g_bytes_get_data (jpeg, NULL),
                       (guint)g_bytes_get_size (jpeg));
  for (guint i = 0; i < 101; i++)
    g_byte_array_append (many, (const guint8 *)"\xff\xda", 2);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&many));
  assert_fails (bytes, ES_IO_ERROR_TOO_LARGE, "100 JPEG scans");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-file/decode", test_decode);
  g_test_add_func ("/image-file/claims", test_claims);
  g_test_add_func ("/image-file/damaged", test_damaged);
  g_test_add_func ("/image-file/scans", test_scans);
  return g_test_run ();
}
