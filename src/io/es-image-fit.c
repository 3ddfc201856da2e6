/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-fit.h"

#include <math.h>
#include <string.h>

#define GRAY (-1)

/* Which part of the picture goes to which part of the result. */
typedef struct
{
  double row, col, rows, cols;                /* of the picture */
  guint out_row, out_col, out_rows, out_cols; /* of the result's plane */
} Window;

void
es_image_clear (EsImage *image)
{
  g_clear_pointer (&image->owner, g_bytes_unref);
  image->pixels = NULL;
}

guint
es_image_fit_width (const EsImageFit *fit)
{
  return fit->colors == ES_COLORS_PLANES ? 3 * fit->cols : fit->cols;
}

static Window
find_window (const EsImageFit *fit, const EsImage *image)
{
  Window window = {0, 0, image->rows, image->cols, 0, 0, fit->rows, fit->cols};
  double tall = (double)image->rows / fit->rows, wide = (double)image->cols / fit->cols;
  double scale;

  if (fit->fit == ES_FIT_STRETCH)
    return window;
  scale = fit->fit == ES_FIT_CROP ? MIN (tall, wide) : MAX (tall, wide);
  if (fit->fit == ES_FIT_CROP) {
    window.rows = scale * fit->rows;
    window.cols = scale * fit->cols;
    window.row = (image->rows - window.rows) / 2;
    window.col = (image->cols - window.cols) / 2;
  } else {
    window.out_rows = (guint)CLAMP (lround (image->rows / scale), 1, (long)fit->rows);
    window.out_cols = (guint)CLAMP (lround (image->cols / scale), 1, (long)fit->cols);
    window.out_row = (fit->rows - window.out_rows) / 2;
    window.out_col = (fit->cols - window.out_cols) / 2;
  }
  return window;
}

/* One channel of one row, 0 to 255, transparency laid on white: @out (cols). */
static void
unpack_row (float *out, const EsImage *image, guint row, int channel)
{
  const guint8 *in = image->pixels + row * image->stride;
  guint n = image->channels;
  gboolean has_color = n >= 3, has_alpha = n == 2 || n == 4;

  for (guint c = 0; c < image->cols; c++, in += n) {
    float value = in[has_color && channel != GRAY ? channel : 0];

    if (has_color && channel == GRAY)
      value = 0.299f * in[0] + 0.587f * in[1] + 0.114f * in[2];
    if (has_alpha)
      value = 255 + (value - 255) * ((float)in[n - 1] / 255);
    out[c] = value;
  }
}

/* The integral of @row (n) between @low and @high, with each entry one wide. */
static double
integrate (const float *row, guint n, double low, double high)
{
  guint first = (guint)MAX (low, 0), last = (guint)MIN (ceil (high), n);
  double sum = 0;

  for (guint i = first; i < last; i++)
    sum += row[i] * MAX (MIN (high, i + 1.0) - MAX (low, i), 0);
  return sum;
}

/* Adds one row of the picture to every row of the result that it lies under.
   @narrow (out_cols) is the row scaled to the result's width. */
static void
spread_row (double *sums, const double *narrow, const Window *window, guint row)
{
  double height = window->rows / window->out_rows;
  double top = (row - window->row) / height, bottom = top + 1 / height;
  guint first = (guint)MAX (top, 0),
        last = (guint)CLAMP (ceil (bottom), 0, window->out_rows);

  for (guint r = first; r < last; r++) {
    double share = MIN (bottom, r + 1.0) - MAX (top, r);

    for (guint c = 0; c < window->out_cols && share > 0; c++)
      sums[(gsize)r * window->out_cols + c] += share * narrow[c];
  }
}

/* One channel, averaged over areas: @sums (out_rows, out_cols). */
static void
reduce (double *sums, const EsImage *image, const Window *window, int channel)
{
  g_autofree float *row = g_new (float, image->cols);
  g_autofree double *narrow = g_new (double, window->out_cols);
  double width = window->cols / window->out_cols;
  guint first = (guint)MAX (window->row, 0);
  guint last = (guint)MIN (ceil (window->row + window->rows), image->rows);

  memset (sums, 0, (gsize)window->out_rows * window->out_cols * sizeof *sums);
  for (guint r = first; r < last; r++) {
    unpack_row (row, image, r, channel);
    for (guint c = 0; c < window->out_cols; c++)
      narrow[c] = integrate (row, image->cols, window->col + c * width,
                             window->col + (c + 1) * width) /
                  width;
    spread_row (sums, narrow, window, r);
  }
}

static guint8
to_byte (double value, gboolean invert)
{
  guint8 byte = (guint8)CLAMP (value + 0.5, 0, 255);

  return invert ? (guint8)(255 - byte) : byte;
}

void
es_image_fit_apply (guint8 *out, const EsImageFit *fit, const EsImage *image)
{
  Window window = find_window (fit, image);
  guint width = es_image_fit_width (fit), n_planes = width / fit->cols;
  g_autofree double *sums = g_new (double, (gsize)window.out_rows *window.out_cols);

  memset (out, 0, (gsize)fit->rows * width);
  for (guint plane = 0; plane < n_planes; plane++) {
    reduce (sums, image, &window, n_planes == 1 ? GRAY : (int)plane);
    for (guint r = 0; r < window.out_rows; r++)
      for (guint c = 0; c < window.out_cols; c++)
        out[(gsize)(window.out_row + r) * width + plane * fit->cols + window.out_col +
            c] = to_byte (sums[(gsize)r * window.out_cols + c], fit->invert);
  }
}
