/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-brush.h"

#include <math.h>

/* Where the brush is, and how wide. */
typedef struct
{
  double x, y, radius;
} Dab;

struct _EsStroke
{
  EsBrush brush;
  guint rows, cols;
  float *base;   /* (rows, cols) */
  float *cover;  /* (rows, cols), 0 to 1 */
  float *pixels; /* (rows, cols) */
  Dab last;
  gboolean begun;
};

void
es_brush_init (EsBrush *brush)
{
  *brush = (EsBrush){.mode = ES_BRUSH_PAINT,
                     .size = 2,
                     .hardness = 1,
                     .strength = 1,
                     .symmetry = ES_SYMMETRY_NONE};
}

EsStroke *
es_stroke_new (const EsBrush *brush, const float *base, guint rows, guint cols)
{
  EsStroke *stroke = g_new0 (EsStroke, 1);
  gsize P = (gsize)rows * cols;

  stroke->brush = *brush;
  stroke->rows = rows;
  stroke->cols = cols;
  stroke->base = g_memdup2 (base, P * sizeof *base);
  stroke->pixels = g_memdup2 (base, P * sizeof *base);
  stroke->cover = g_new0 (float, P);
  return stroke;
}

void
es_stroke_free (EsStroke *stroke)
{
  if (stroke == NULL)
    return;
  g_free (stroke->base);
  g_free (stroke->cover);
  g_free (stroke->pixels);
  g_free (stroke);
}

/* How far the brush reaches beyond its radius, so that edges are not jagged and a dab
   smaller than a pixel still leaves its share of one. */
#define EDGE 0.5

/* The share of a pixel at @distance from the middle of the brush. */
static double
share_at (double distance, double radius, double hardness)
{
  double outer = radius + EDGE;
  double soft = MAX ((1 - hardness) * outer, 2 * EDGE);

  return CLAMP ((outer - distance) / soft, 0, 1);
}

/* The share of the pixel with the centre (@x, @y) under the way from @a to @b. */
static double
share_of_way (double x, double y, const Dab *a, const Dab *b, double hardness)
{
  double dx = b->x - a->x, dy = b->y - a->y, square = dx * dx + dy * dy;
  double along =
      square > 0 ? CLAMP (((x - a->x) * dx + (y - a->y) * dy) / square, 0, 1) : 0;

  return share_at (hypot (x - (a->x + along * dx), y - (a->y + along * dy)),
                   a->radius + along * (b->radius - a->radius), hardness);
}

/* The mean of the base around a pixel; beyond the edge is as at the edge. */
static float
smooth_at (const EsStroke *stroke, guint row, guint col)
{
  float sum = 0;

  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++) {
      gsize r = (gsize)CLAMP ((int)row + i, 0, (int)stroke->rows - 1);
      gsize c = (gsize)CLAMP ((int)col + j, 0, (int)stroke->cols - 1);

      sum +=
          (float)((2 - ABS (i)) * (2 - ABS (j))) * stroke->base[r * stroke->cols + c];
    }
  return sum / 16;
}

static float
value_at (const EsStroke *stroke, guint row, guint col)
{
  const EsBrush *brush = &stroke->brush;
  gsize p = (gsize)row * stroke->cols + col;
  float base = stroke->base[p], cover = stroke->cover[p],
        strength = (float)brush->strength;

  switch (brush->mode) {
  case ES_BRUSH_ERASE:
    return base - cover * strength * base;
  case ES_BRUSH_SMOOTH:
    return base + cover * strength * (smooth_at (stroke, row, col) - base);
  case ES_BRUSH_PAINT:
  default:
    return base + cover * ((brush->negative ? -strength : strength) - base);
  }
}

/* The pixels from @low to @high of @n: @first and after the last. */
static void
get_range (double low, double high, guint n, guint *first, guint *end)
{
  *first = (guint)CLAMP (floor (low), 0, n);
  *end = (guint)CLAMP (ceil (high), 0, n);
}

/* Covers what lies under the way from @a to @b. */
static gboolean
cover_way (EsStroke *stroke, const Dab *a, const Dab *b)
{
  double reach = MAX (a->radius, b->radius) + EDGE;
  gboolean changed = FALSE;
  guint top, bottom, left, right;

  get_range (MIN (a->y, b->y) - reach, MAX (a->y, b->y) + reach, stroke->rows, &top,
             &bottom);
  get_range (MIN (a->x, b->x) - reach, MAX (a->x, b->x) + reach, stroke->cols, &left,
             &right);
  for (guint row = top; row < bottom; row++)
    for (guint col = left; col < right; col++) {
      gsize p = (gsize)row * stroke->cols + col;
      float before = stroke->pixels[p];
      float cover =
          (float)share_of_way (col + 0.5, row + 0.5, a, b, stroke->brush.hardness);

      if (cover <= stroke->cover[p])
        continue;
      stroke->cover[p] = cover;
      stroke->pixels[p] = value_at (stroke, row, col);
      changed |= stroke->pixels[p] != before;
    }
  return changed;
}

static Dab
mirror (const EsStroke *stroke,
        const Dab *dab,
        gboolean left_right,
        gboolean top_bottom)
{
  return (Dab){left_right ? stroke->cols - dab->x : dab->x,
               top_bottom ? stroke->rows - dab->y : dab->y, dab->radius};
}

gboolean
es_stroke_to (EsStroke *stroke, double x, double y, double pressure)
{
  double width =
      ES_BRUSH_LEAST_WIDTH + (1 - ES_BRUSH_LEAST_WIDTH) * CLAMP (pressure, 0, 1);
  Dab dab = {x, y, stroke->brush.size / 2 * width};
  gboolean changed = FALSE;

  g_return_val_if_fail (isfinite (x) && isfinite (y) && !isnan (pressure), FALSE);
  if (!stroke->begun)
    stroke->last = dab;
  stroke->begun = TRUE;
  for (guint m = 0; m < 4; m++) {
    gboolean left_right = (m & ES_SYMMETRY_LEFT_RIGHT) != 0;
    gboolean top_bottom = (m & ES_SYMMETRY_TOP_BOTTOM) != 0;
    Dab from, to;

    if ((m & ~stroke->brush.symmetry) != 0)
      continue;
    from = mirror (stroke, &stroke->last, left_right, top_bottom);
    to = mirror (stroke, &dab, left_right, top_bottom);
    changed |= cover_way (stroke, &from, &to);
  }
  stroke->last = dab;
  return changed;
}

const float *
es_stroke_get_pixels (const EsStroke *stroke)
{
  return stroke->pixels;
}
