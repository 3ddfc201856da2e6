/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-centre.h"

#include <math.h>
#include <string.h>

/* The side of the box that ink is fitted into, of the image's. */
#define BOX_SHARE (20.0 / 28.0)
/* Fainter than this share of the darkest ink is no ink. */
#define FAINT 0.1f
/* Points in each direction that a pixel is the mean of. */
#define POINTS 4
/* Scales tried until the box is filled. */
#define TRIES 4

typedef struct
{
  double row, col;  /* of the centre of mass, in pixels from the upper left corner */
  guint rows, cols; /* of the smallest box around the ink */
} Ink;

static gboolean
find_ink (Ink *ink, const float *in, guint rows, guint cols)
{
  guint top = rows, bottom = 0, left = cols, right = 0;
  float most = 0;
  double sum = 0;

  for (gsize p = 0; p < (gsize)rows * cols; p++)
    most = MAX (most, in[p]);
  if (most <= 0)
    return FALSE;
  *ink = (Ink){0, 0, 0, 0};
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < cols; c++) {
      double value = (double)in[(gsize)r * cols + c];

      sum += value;
      ink->row += value * (r + 0.5);
      ink->col += value * (c + 0.5);
      if (value < (double)(FAINT * most))
        continue;
      top = MIN (top, r);
      bottom = MAX (bottom, r + 1);
      left = MIN (left, c);
      right = MAX (right, c + 1);
    }
  ink->row /= sum;
  ink->col /= sum;
  ink->rows = bottom - top;
  ink->cols = right - left;
  return TRUE;
}

static double
pixel_or_none (const float *in, guint rows, guint cols, double row, double col)
{
  if (row < 0 || col < 0 || row >= rows || col >= cols)
    return 0;
  return (double)in[(gsize)row * cols + (gsize)col];
}

/* Between the centres of four pixels. */
static double
interpolate (const float *in, guint rows, guint cols, double row, double col)
{
  double top = floor (row - 0.5), left = floor (col - 0.5);
  double down = row - 0.5 - top, right = col - 0.5 - left;

  return (1 - down) * ((1 - right) * pixel_or_none (in, rows, cols, top, left) +
                       right * pixel_or_none (in, rows, cols, top, left + 1)) +
         down * ((1 - right) * pixel_or_none (in, rows, cols, top + 1, left) +
                 right * pixel_or_none (in, rows, cols, top + 1, left + 1));
}

static void
move_whole (float *restrict out,
            const float *restrict in,
            guint rows,
            guint cols,
            double down,
            double right)
{
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < cols; c++)
      out[(gsize)r * cols + c] =
          (float)pixel_or_none (in, rows, cols, r - down, c - right);
}

/* Scales the ink about its centre of mass, which goes to the middle. */
static void
scale_ink (float *restrict out,
           const float *restrict in,
           guint rows,
           guint cols,
           const Ink *ink,
           double scale)
{
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < cols; c++) {
      double sum = 0;

      for (guint i = 0; i < POINTS * POINTS; i++) {
        double y = r + (i / POINTS + 0.5) / POINTS, x = c + (i % POINTS + 0.5) / POINTS;

        sum += interpolate (in, rows, cols, ink->row + (y - rows / 2.0) / scale,
                            ink->col + (x - cols / 2.0) / scale);
      }
      out[(gsize)r * cols + c] = (float)CLAMP (sum / (POINTS * POINTS), 0, 1);
    }
}

gboolean
es_centre_like_mnist (float *restrict out,
                      const float *restrict in,
                      guint rows,
                      guint cols)
{
  double box = MAX (round (BOX_SHARE * MIN (rows, cols)), 1), scale = 1;
  Ink ink, scaled;

  if (!find_ink (&ink, in, rows, cols))
    return FALSE;
  if (fabs (box - MAX (ink.rows, ink.cols)) <= 1) {
    move_whole (out, in, rows, cols, round (rows / 2.0 - ink.row),
                round (cols / 2.0 - ink.col));
    return TRUE;
  }
  scaled = ink;
  /* Edges get softer and so wider: corrected by what came out. */
  for (guint i = 0; i < TRIES && fabs (box - MAX (scaled.rows, scaled.cols)) > 1; i++) {
    scale *= box / MAX (scaled.rows, scaled.cols);
    scale_ink (out, in, rows, cols, &ink, scale);
    if (!find_ink (&scaled, out, rows, cols))
      break;
  }
  return TRUE;
}
