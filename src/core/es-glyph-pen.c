/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyph-pen.h"

#include <math.h>

/* First and last pixel that lie within @reach of both @a and @b. */
static void
pixel_range (double a, double b, double reach, int *first, int *last)
{
  *first = (int)ceil (MAX (0, MIN (a, b) - reach));
  *last = (int)floor (MIN (ES_GLYPH_SIDE - 1, MAX (a, b) + reach));
}

/* Adds the ink between @a and @b: a line whose width runs from one's radius to the
   other's, with round ends; overlapping ink is not darker. */
static void
draw_segment (float *ink, const EsGlyphVertex *a, const EsGlyphVertex *b, double edge)
{
  double dx = b->x - a->x, dy = b->y - a->y, length2 = dx * dx + dy * dy;
  double reach = MAX (a->radius, b->radius) + edge / 2;
  double per_length2 = length2 > 0 ? 1 / length2 : 0;
  int left, right, top, bottom;

  pixel_range (a->x, b->x, reach, &left, &right);
  pixel_range (a->y, b->y, reach, &top, &bottom);
  for (int y = top; y <= bottom; y++) {
    float *row = ink + y * ES_GLYPH_SIDE;

    for (int x = left; x <= right; x++) {
      double px = x - a->x, py = y - a->y;
      double t = CLAMP ((px * dx + py * dy) * per_length2, 0, 1);
      double qx = px - t * dx, qy = py - t * dy;
      double radius = a->radius + t * (b->radius - a->radius);
      double cover = (radius - sqrt (qx * qx + qy * qy)) / edge + 0.5;

      if (cover > row[x])
        row[x] = (float)MIN (cover, 1);
    }
  }
}

void
es_glyph_draw (guint8 *pixels, const EsGlyphPath *path)
{
  float ink[ES_GLYPH_PIXELS] = {0};

  for (guint i = 1; i < path->n; i++)
    if (path->vertices[i].joined)
      draw_segment (ink, &path->vertices[i - 1], &path->vertices[i], path->edge);
  for (guint p = 0; p < ES_GLYPH_PIXELS; p++)
    pixels[p] = (guint8)(255 * path->ink * ink[p] + 0.5);
}
