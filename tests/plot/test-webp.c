/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-webp.h"
#include "webp-ask.h"

#include <webp/demux.h>

#define WIDTH 37
#define HEIGHT 23
#define FRAMES 45

/* A ground that stays, and a dot that moves; the highest byte is anything. */
static guint32
pixel (guint frame, int x, int y)
{
  gboolean dot = (guint)x == frame % WIDTH && y == 11;

  return dot ? 0x12ff4080u : 0x34000000u | (guint)(x * 5) << 16 | (guint)(y * 9);
}

static cairo_surface_t *
picture (guint frame)
{
  cairo_surface_t *image =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  guchar *rows = cairo_image_surface_get_data (image);
  int stride = cairo_image_surface_get_stride (image);

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      ((guint32 *)(gpointer)(rows + y * stride))[x] = pixel (frame, x, y);
  cairo_surface_mark_dirty (image);
  return image;
}

static GBytes *
encode (void)
{
  g_autoptr (EsWebp) webp = es_webp_new (WIDTH, HEIGHT);
  g_autofree char *message = NULL;
  GBytes *bytes;

  g_assert_nonnull (webp);
  for (guint i = 0; i < FRAMES; i++) {
    cairo_surface_t *image = picture (i);

    g_assert_true (es_webp_add (webp, image, (int)i * 100, &message));
    cairo_surface_destroy (image);
  }
  bytes = es_webp_finish (webp, FRAMES * 100 + 900, &message);
  g_assert_nonnull (bytes);
  return bytes;
}

static void
test_facts (void)
{
  g_autoptr (GBytes) bytes = encode ();
  WebpFacts facts = webp_ask (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpuint (facts.width, ==, WIDTH);
  g_assert_cmpuint (facts.height, ==, HEIGHT);
  g_assert_cmpuint (facts.frames, ==, FRAMES);
  g_assert_cmpuint (facts.duration, ==, FRAMES * 100 + 900);
  g_assert_true (facts.lossless);
}

/* Every pixel of every frame comes back. */
static void
test_pixels (void)
{
  g_autoptr (GBytes) bytes = encode ();
  WebPData data = {g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)};
  WebPAnimDecoder *decoder = WebPAnimDecoderNew (&data, NULL);
  uint8_t *canvas;
  int end;

  g_assert_nonnull (decoder);
  for (guint i = 0; i < FRAMES; i++) {
    g_assert_true (WebPAnimDecoderGetNext (decoder, &canvas, &end));
    g_assert_cmpint (end, ==, (int)(i + 1) * 100 + (i == FRAMES - 1 ? 900 : 0));
    for (int y = 0; y < HEIGHT; y++)
      for (int x = 0; x < WIDTH; x++) {
        const uint8_t *rgba = canvas + 4 * (y * WIDTH + x);
        guint32 found = (guint)rgba[0] << 16 | (guint)rgba[1] << 8 | rgba[2];

        g_assert_cmphex (found, ==, pixel (i, x, y) & 0xffffff);
        g_assert_cmphex (rgba[3], ==, 0xff);
      }
  }
  g_assert_false (WebPAnimDecoderHasMoreFrames (decoder));
  WebPAnimDecoderDelete (decoder);
}

static void
test_refused (void)
{
  g_autoptr (EsWebp) webp = es_webp_new (WIDTH, HEIGHT);
  g_autofree char *message = NULL;

  g_assert_null (es_webp_new (0, 5));
  g_assert_null (es_webp_new (5, ES_WEBP_MAX_SIDE + 1));
  /* No picture at all. */
  g_assert_null (es_webp_finish (webp, 100, &message));
  g_assert_nonnull (message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webp/facts", test_facts);
  g_test_add_func ("/webp/pixels", test_pixels);
  g_test_add_func ("/webp/refused", test_refused);
  return g_test_run ();
}
