/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-augment.h"

#include "es-rng.h"
#include "es-vector.h"

#include <math.h>
#include <string.h>

void
es_augment_init (EsAugment *augment,
                 const EsTrainConfig *config,
                 guint rows,
                 guint cols)
{
  *augment = (EsAugment){
      .rows = rows,
      .cols = cols,
      .rotate = config->rotate,
      .translate = config->translate,
      .noise = (float)config->noise,
      .blur = {1, 0, 0},
      .seed = config->seed,
  };
  if (config->blur > 0) {
    double near = exp (-0.5 / (config->blur * config->blur));
    double far = exp (-2 / (config->blur * config->blur)), sum = 1 + 2 * near + 2 * far;

    augment->blur[0] = (float)(1 / sum);
    augment->blur[1] = (float)(near / sum);
    augment->blur[2] = (float)(far / sum);
  }
}

ES_MULTIVERSION
void
es_augment_expand (float *restrict x, const guint8 *restrict pixels, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = (float)pixels[i] / 255.0f;
}

static float
pixel_or_black (const float *in, guint rows, guint cols, int i, int j)
{
  if (i < 0 || j < 0 || i >= (int)rows || j >= (int)cols)
    return 0;
  return in[(gsize)i * cols + (gsize)j];
}

void
es_augment_affine (float *restrict out,
                   const float *restrict in,
                   guint rows,
                   guint cols,
                   double angle,
                   double dx,
                   double dy)
{
  double cx = (cols - 1) / 2.0, cy = (rows - 1) / 2.0, c = cos (angle), s = sin (angle);

  for (guint i = 0; i < rows; i++)
    for (guint j = 0; j < cols; j++) {
      /* Where the pixel comes from: move back, turn back. */
      double x = j - cx - dx, y = i - cy - dy;
      double from_x = c * x + s * y + cx, from_y = -s * x + c * y + cy;
      int left = (int)floor (from_x), top = (int)floor (from_y);
      float fx = (float)(from_x - left), fy = (float)(from_y - top);

      out[(gsize)i * cols + j] =
          (1 - fy) * ((1 - fx) * pixel_or_black (in, rows, cols, top, left) +
                      fx * pixel_or_black (in, rows, cols, top, left + 1)) +
          fy * ((1 - fx) * pixel_or_black (in, rows, cols, top + 1, left) +
                fx * pixel_or_black (in, rows, cols, top + 1, left + 1));
    }
}

/* Mirrors an index at the borders without repeating them: -1 is 1, n is n - 2. */
static gsize
mirror (int i, int n)
{
  if (i < 0)
    i = -i;
  if (i >= n)
    i = 2 * n - 2 - i;
  return (gsize)CLAMP (i, 0, n - 1);
}

/* One direction: element k of a line lies at k stride. */
static void
blur_line (float *restrict out,
           const float *restrict in,
           int n,
           gsize stride,
           const float kernel[3])
{
  for (int i = 0; i < n; i++)
    out[(gsize)i * stride] =
        kernel[0] * in[(gsize)i * stride] +
        kernel[1] * (in[mirror (i - 1, n) * stride] + in[mirror (i + 1, n) * stride]) +
        kernel[2] * (in[mirror (i - 2, n) * stride] + in[mirror (i + 2, n) * stride]);
}

void
es_augment_blur (float *restrict x,
                 float *restrict scratch,
                 guint rows,
                 guint cols,
                 const float kernel[3])
{
  for (gsize i = 0; i < rows; i++)
    blur_line (scratch + i * cols, x + i * cols, (int)cols, 1, kernel);
  for (gsize j = 0; j < cols; j++)
    blur_line (x + j, scratch + j, (int)rows, cols, kernel);
}

static void
apply_affine (
    const EsAugment *augment, float *x, float *scratch, guint32 epoch, guint32 position)
{
  EsRng rng;
  double angle, dx, dy;

  es_rng_init (&rng, augment->seed, ES_RNG_AFFINE, epoch, position);
  angle = es_rng_range (&rng, -augment->rotate, augment->rotate) * G_PI / 180;
  dx = es_rng_range (&rng, -augment->translate, augment->translate) * augment->cols;
  dy = es_rng_range (&rng, -augment->translate, augment->translate) * augment->rows;
  memcpy (scratch, x, (gsize)augment->rows * augment->cols * sizeof (float));
  es_augment_affine (x, scratch, augment->rows, augment->cols, angle, dx, dy);
}

void
es_augment_apply (const EsAugment *augment,
                  float *restrict x,
                  float *restrict scratch,
                  const guint8 *restrict pixels,
                  guint32 epoch,
                  guint32 position)
{
  gsize P = (gsize)augment->rows * augment->cols;

  es_augment_expand (x, pixels, P);
  if (augment->rotate > 0 || augment->translate > 0)
    apply_affine (augment, x, scratch, epoch, position);
  if (augment->noise > 0) {
    EsRngStream stream = {augment->seed, ES_RNG_NOISE, epoch, position};

    es_rng_add_normal (x, P, augment->noise, &stream);
  }
  if (augment->blur[0] < 1)
    es_augment_blur (x, scratch, augment->rows, augment->cols, augment->blur);
}
