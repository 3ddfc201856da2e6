/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-brush.h"
#include "es-centre.h"

#include <math.h>
#include <string.h>

#define N 28

/* The box around what is not faint, and the centre of mass. */
static void
measure (const float *pixels, guint *height, guint *width, double *row, double *col)
{
  guint top = N, bottom = 0, left = N, right = 0;
  double sum = 0;

  *row = *col = 0;
  for (guint r = 0; r < N; r++)
    for (guint c = 0; c < N; c++) {
      double value = (double)pixels[r * N + c];

      sum += value;
      *row += value * (r + 0.5);
      *col += value * (c + 0.5);
      if (value < 0.1)
        continue;
      top = MIN (top, r);
      bottom = MAX (bottom, r + 1);
      left = MIN (left, c);
      right = MAX (right, c + 1);
    }
  *row /= sum;
  *col /= sum;
  *height = bottom - top;
  *width = right - left;
}

/* A stroke from one corner of a box to the other. */
static void
draw (float *pixels, double x0, double y0, double x1, double y1, double size)
{
  static const float none[N * N];
  EsBrush brush;
  g_autoptr (EsStroke) stroke = NULL;

  es_brush_init (&brush);
  brush.size = size;
  stroke = es_stroke_new (&brush, none, N, N);
  es_stroke_to (stroke, x0, y0, 1);
  es_stroke_to (stroke, x1, y1, 1);
  memcpy (pixels, es_stroke_get_pixels (stroke), N * N * sizeof *pixels);
}

static void
test_box (void)
{
  const double ways[][5] = {
      {3, 3, 8, 11, 1.5}, {1, 1, 27, 26, 3}, {20, 5, 20, 25, 2}, {5, 24, 26, 20, 2}};

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    float in[N * N], out[N * N], again[N * N];
    guint height, width;
    double row, col;

    draw (in, ways[i][0], ways[i][1], ways[i][2], ways[i][3], ways[i][4]);
    g_assert_true (es_centre_like_mnist (out, in, N, N));
    measure (out, &height, &width, &row, &col);
    g_assert_cmpfloat_with_epsilon (MAX (height, width), 20, 1.01);
    g_assert_cmpfloat_with_epsilon (row, 14, 0.51);
    g_assert_cmpfloat_with_epsilon (col, 14, 0.51);
    g_assert_true (es_centre_like_mnist (again, out, N, N));
    g_assert_cmpmem (again, sizeof again, out, sizeof out);
  }
}

/* Of the right size: moved by whole pixels, no value changed. */
static void
test_moved (void)
{
  float in[N * N] = {0}, out[N * N];

  for (guint r = 0; r < 20; r++)
    in[r * N + 3] = 0.5f + 0.02f * (float)r;
  g_assert_true (es_centre_like_mnist (out, in, N, N));
  for (guint r = 0; r < 20; r++)
    g_assert_cmpfloat (out[(r + 3) * N + 14], ==, in[r * N + 3]);
}

static void
test_none (void)
{
  float in[N * N] = {0}, out[N * N];

  memset (out, 1, sizeof out);
  g_assert_false (es_centre_like_mnist (out, in, N, N));
  in[0] = 1;
  g_assert_true (es_centre_like_mnist (out, in, N, N));
  for (guint i = 0; i < N * N; i++)
    g_assert_true (out[i] >= 0 && out[i] <= 1);
  g_assert_cmpfloat (out[14 * N + 14], >, 0.9);
  /* One row, one column, one pixel. */
  g_assert_true (es_centre_like_mnist (out, in, 1, N));
  g_assert_true (es_centre_like_mnist (out, in, N, 1));
  g_assert_true (es_centre_like_mnist (out, in, 1, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/centre/box", test_box);
  g_test_add_func ("/centre/moved", test_moved);
  g_test_add_func ("/centre/none", test_none);
  return g_test_run ();
}
