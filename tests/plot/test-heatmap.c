/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-heatmap.h"
#include "es-style.h"

#include <math.h>
#include <string.h>

static int
red (EsPixel pixel)
{
  return (int)(pixel >> 16 & 0xff);
}

static int
green (EsPixel pixel)
{
  return (int)(pixel >> 8 & 0xff);
}

static int
blue (EsPixel pixel)
{
  return (int)(pixel & 0xff);
}

static void
test_signs (void)
{
  const EsColorMap *maps[] = {&es_color_map_rdbu, &es_color_map_rdbu_dark};

  for (guint m = 0; m < 2; m++) {
    EsColorScale scale = {maps[m], -2, 2};
    EsPixel zero = es_color_scale_pixel (&scale, 0);

    for (double v = 0.4; v <= 2; v += 0.1) {
      EsPixel plus = es_color_scale_pixel (&scale, v);
      EsPixel minus = es_color_scale_pixel (&scale, -v);

      g_assert_cmpint (blue (plus), >, red (plus));
      g_assert_cmpint (red (minus), >, blue (minus));
    }
    /* Zero is neutral, exactly the middle stop. */
    g_assert_cmpint (abs (red (zero) - blue (zero)), <=, 4);
    g_assert_cmpint (red (zero), ==, maps[m]->stops[maps[m]->n_stops / 2][0]);
  }
}

/* From the centre outwards, lightness changes in one direction, alike on both
   sides: sign and size can be told without hue. */
static void
test_lightness (void)
{
  const EsColorMap *maps[] = {&es_color_map_rdbu, &es_color_map_rdbu_dark};

  for (guint m = 0; m < 2; m++) {
    for (int side = -1; side <= 1; side += 2) {
      double last = 0;

      for (guint i = 0; i <= 50; i++) {
        EsPixel p = es_color_map_lookup (maps[m], 0.5 + side * i / 100.0);
        double light = 0.30 * red (p) + 0.59 * green (p) + 0.11 * blue (p);

        if (i > 0)
          g_assert_true (m == 0 ? light <= last + 0.5 : light >= last - 0.5);
        last = light;
      }
    }
  }
}

static void
test_odd_values (void)
{
  const float values[] = {NAN, INFINITY, -INFINITY, 3, -5};
  const float none[] = {NAN, INFINITY};
  const float zeros[] = {0, 0};
  EsColorScale scale = es_color_scale_fit (&es_color_map_rdbu, TRUE, values, 5);

  g_assert_cmpfloat (scale.hi, ==, 5);
  g_assert_cmpfloat (scale.lo, ==, -5);
  g_assert_cmphex (es_color_scale_pixel (&scale, NAN), ==, es_color_map_rdbu.missing);
  g_assert_cmphex (es_color_scale_pixel (&scale, INFINITY), ==, 0x053061);
  g_assert_cmphex (es_color_scale_pixel (&scale, -INFINITY), ==, 0x67001f);
  g_assert_cmphex (es_color_scale_pixel (&scale, 0), ==, 0xf7f7f7);
  scale = es_color_scale_fit (&es_color_map_rdbu, TRUE, none, 2);
  g_assert_cmphex (es_color_scale_pixel (&scale, 0), ==, 0xf7f7f7);
  scale = es_color_scale_fit (&es_color_map_rdbu, TRUE, zeros, 2);
  g_assert_cmphex (es_color_scale_pixel (&scale, 0), ==, 0xf7f7f7);
  scale = es_color_scale_fit (&es_color_map_viridis, FALSE, values + 3, 2);
  g_assert_cmphex (es_color_scale_pixel (&scale, -5), ==, 0x440154);
  g_assert_cmphex (es_color_scale_pixel (&scale, 3), ==, 0xfde725);
}

static void
test_swap (void)
{
  EsStyle style, swapped;

  es_style_light (&style);
  swapped = style;
  es_style_swap_signs (&swapped);
  g_assert_true (swapped.diverging == &es_color_map_burd);
  for (double t = 0; t <= 1; t += 0.125)
    g_assert_cmphex (es_color_map_lookup (swapped.diverging, t), ==,
                     es_color_map_lookup (style.diverging, 1 - t));
  g_assert_cmpmem (&swapped.positive, sizeof (EsColor), &style.negative,
                   sizeof (EsColor));
  es_style_swap_signs (&swapped);
  g_assert_true (swapped.diverging == &es_color_map_rdbu);
}

static EsPixel
probe (cairo_surface_t *surface, int x, int y)
{
  EsPixel pixel;

  memcpy (&pixel,
          cairo_image_surface_get_data (surface) +
              y * cairo_image_surface_get_stride (surface) + 4 * x,
          sizeof pixel);
  return pixel & 0xffffff;
}

/* Cells end sharply: only the cells' own colours occur, each on its own square. */
static void
test_sharp (void)
{
  const float values[] = {1, -1, 0, 1};
  EsColorScale scale = es_color_scale_fit (&es_color_map_rdbu, TRUE, values, 4);
  cairo_surface_t *image = es_heatmap_new_image (values, 2, 2, &scale);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 60, 60);
  cairo_t *cr = cairo_create (surface);
  EsRect rect = {10, 10, 40, 40};

  cairo_set_source_rgb (cr, 0, 1, 0);
  cairo_paint (cr);
  es_heatmap_draw (cr, image, &rect);
  cairo_surface_flush (surface);
  for (int y = 0; y < 60; y++) {
    for (int x = 0; x < 60; x++) {
      EsPixel expected = 0x00ff00;

      if (x >= 10 && x < 50 && y >= 10 && y < 50)
        expected = es_color_scale_pixel (&scale, values[(y >= 30) * 2 + (x >= 30)]);
      g_assert_cmphex (probe (surface, x, y), ==, expected);
    }
  }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  cairo_surface_destroy (image);
}

static void
test_strip (void)
{
  cairo_surface_t *strip = es_heatmap_new_strip (&es_color_map_rdbu, 255);

  g_assert_cmphex (probe (strip, 0, 0), ==, 0x053061);
  g_assert_cmphex (probe (strip, 0, 127), ==, 0xf7f7f7);
  g_assert_cmphex (probe (strip, 0, 254), ==, 0x67001f);
  cairo_surface_destroy (strip);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heatmap/signs", test_signs);
  g_test_add_func ("/heatmap/lightness", test_lightness);
  g_test_add_func ("/heatmap/odd-values", test_odd_values);
  g_test_add_func ("/heatmap/swap", test_swap);
  g_test_add_func ("/heatmap/sharp", test_sharp);
  g_test_add_func ("/heatmap/strip", test_strip);
  return g_test_run ();
}
