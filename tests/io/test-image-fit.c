/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-fit.h"

#include <math.h>

/* Sampling each result pixel finely: slow, and right for any scale. */
static double
sample_area (const EsImage *image, double top, double left, double height, double width)
{
  const guint n = 64;
  double sum = 0;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n; k++) {
      guint r = (guint)(top + (i + 0.5) / n * height);
      guint c = (guint)(left + (k + 0.5) / n * width);

      sum += image->pixels[r * image->stride + c];
    }
  return sum / (n * n);
}

static void
test_same (void)
{
  guint8 pixels[6] = {0, 1, 127, 128, 254, 255}, out[6];
  EsImage image = {pixels, 2, 3, 1, 3, NULL};
  EsImageFit fit = {.rows = 2, .cols = 3};

  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (out, 6, pixels, 6);
  fit.invert = TRUE;
  es_image_fit_apply (out, &fit, &image);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpuint (out[i], ==, 255 - pixels[i]);
}

static void
test_areas (void)
{
  const guint sizes[][2] = {{4, 4}, {5, 3}, {16, 12}, {1, 1}, {7, 20}};
  guint8 pixels[8 * 10], out[16 * 20];
  EsImage image = {pixels, 8, 9, 1, 10, NULL};

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8)g_test_rand_int_range (0, 256);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    EsImageFit fit = {.rows = sizes[s][0], .cols = sizes[s][1]};
    double height = 8.0 / fit.rows, width = 9.0 / fit.cols;

    es_image_fit_apply (out, &fit, &image);
    for (guint r = 0; r < fit.rows; r++)
      for (guint c = 0; c < fit.cols; c++) {
        double expected = sample_area (&image, r * height, c * width, height, width);

        /* The samples are 1/64 apart: edges are off by up to that much of 255. */
        g_assert_cmpfloat (fabs (out[r * fit.cols + c] - expected), <, 9);
      }
  }
}

static void
test_shapes (void)
{
  guint8 pixels[8] = {10, 20, 30, 40, 10, 20, 30, 40}, out[16];
  EsImage image = {pixels, 2, 4, 1, 4, NULL};
  EsImageFit fit = {.rows = 2, .cols = 2};

  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (out, 4, ((guint8[]){15, 35, 15, 35}), 4);
  fit.fit = ES_FIT_CROP;
  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (out, 4, ((guint8[]){20, 30, 20, 30}), 4);
  fit = (EsImageFit){.rows = 4, .cols = 4, .fit = ES_FIT_PAD, .invert = TRUE};
  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (
      out, 16,
      ((guint8[]){0, 0, 0, 0, 245, 235, 225, 215, 245, 235, 225, 215, 0, 0, 0, 0}), 16);
}

static void
test_colors (void)
{
  guint8 pixels[8] = {255, 0, 0, 255, 0, 100, 200, 0}, out[6];
  EsImage image = {pixels, 1, 2, 4, 8, NULL};
  EsImageFit fit = {.rows = 1, .cols = 2};

  /* The second pixel is transparent: white. */
  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (out, 2, ((guint8[]){76, 255}), 2);
  fit.colors = ES_COLORS_PLANES;
  g_assert_cmpuint (es_image_fit_width (&fit), ==, 6);
  es_image_fit_apply (out, &fit, &image);
  g_assert_cmpmem (out, 6, ((guint8[]){255, 255, 0, 255, 0, 255}), 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-fit/same", test_same);
  g_test_add_func ("/image-fit/areas", test_areas);
  g_test_add_func ("/image-fit/shapes", test_shapes);
  g_test_add_func ("/image-fit/colors", test_colors);
  return g_test_run ();
}
