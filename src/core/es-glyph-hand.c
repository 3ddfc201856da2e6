/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyph-hand.h"

#include "es-glyph-skeletons.h"

#include <math.h>

/* Terms of second and third order in two coordinates. */
#define N_BENDS 7

/* Pieces of a curve between two of its points, at most. */
#define MAX_STEPS 12

G_STATIC_ASSERT (ES_GLYPH_MAX_POINTS *(MAX_STEPS + 1) <= ES_GLYPH_MAX_VERTICES);

/* One hand on one occasion. Lengths in half heights of the digit unless said. */
typedef struct
{
  double form;             /* 0 for form A of the skeleton, 1 for B */
  double jitter;           /* spread of the points about their place */
  double bend[2][N_BENDS]; /* of x and y */
  double affine[2][2];
  double size;      /* of the longer side of the ink's box, pixels */
  double centre[2]; /* of mass, pixels; as in MNIST half a pixel beyond the middle */
  double width;     /* of the pen, pixels */
  double pressure;  /* relative spread of the width along the line */
  double nib;       /* relative growth of the width in vertical strokes */
  double edge;      /* softness of the ink's edge, pixels */
  double ink;       /* intensity, 0 to 1 */
} Style;

/* A point of the line with the pressure of the pen there, 1 on average. */
typedef struct
{
  double x;
  double y;
  double pressure;
  EsGlyphTurn turn;
} Knot;

/* About normal, mean 0, variance 1, but never beyond 3.5: no digit is torn apart. */
static double
bell (EsRng *rng)
{
  double sum = es_rng_uniform (rng) + es_rng_uniform (rng) + es_rng_uniform (rng) +
               es_rng_uniform (rng);

  return (sum - 2) * sqrt (3);
}

/* Rotation by 2 atan (@half), shear of the top to the right by @slant and a
   stretch that leaves the area alone. */
static void
set_affine (double m[2][2], double half, double slant, double stretch)
{
  double c = (1 - half * half) / (1 + half * half), s = 2 * half / (1 + half * half);
  double wide = sqrt ((1 + stretch) / (1 - stretch)), high = 1 / wide;

  m[0][0] = c * wide;
  m[0][1] = -c * slant * high - s * high;
  m[1][0] = s * wide;
  m[1][1] = -s * slant * high + c * high;
}

/* Spreads as in MNIST where they can be measured there (size, slant, stretch, place,
   width), by eye elsewhere. */
static void
draw_style (Style *style, EsRng *rng)
{
  /* One draw a statement: the order of arguments' evaluation is the compiler's. */
  double half = 0.03 * bell (rng);
  double slant = 0.14 + 0.23 * bell (rng);
  double stretch = 0.12 * bell (rng) - 0.04;
  double fade = es_rng_uniform (rng);

  set_affine (style->affine, half, slant, stretch);
  style->form = es_rng_range (rng, -0.15, 1.15);
  style->jitter = es_rng_range (rng, 0.03, 0.08);
  for (guint k = 0; k < N_BENDS; k++) {
    style->bend[0][k] = 0.065 * bell (rng);
    style->bend[1][k] = 0.065 * bell (rng);
  }
  style->size = 19.7 + 0.45 * bell (rng);
  style->centre[0] = ES_GLYPH_SIDE / 2 + 0.35 * bell (rng);
  style->centre[1] = ES_GLYPH_SIDE / 2 + 0.35 * bell (rng);
  style->width = 2.6 + 0.62 * bell (rng);
  style->width = MAX (style->width, 1.3);
  style->pressure = es_rng_range (rng, 0.02, 0.12);
  style->nib = 0.08 * bell (rng);
  style->edge = es_rng_range (rng, 0.7, 1.2);
  style->ink = 1 - 0.15 * fade * fade * fade;
}

/* Places the skeleton's points, in half heights about its middle. What is off at one
   point is still partly off at the next; the ends of strokes are freer. */
static void
place_knots (Knot *knots,
             const EsGlyphSkeleton *skeleton,
             const Style *style,
             EsRng *rng)
{
  double off[3] = {0};
  gboolean first = TRUE;

  for (guint i = 0; i < skeleton->n_points; i++) {
    const EsGlyphPoint *point = &skeleton->points[i];
    double keep = first ? 0 : 0.5, f = style->form;
    double add = first || point->turn == ES_GLYPH_LAST ? 1.3 : 0.87;

    for (guint k = 0; k < 3; k++)
      off[k] = keep * off[k] + add * bell (rng);
    knots[i].x = ((1 - f) * point->a[0] + f * point->b[0] - 50) / 50;
    knots[i].y = ((1 - f) * point->a[1] + f * point->b[1] - 50) / 50;
    knots[i].x += style->jitter * off[0];
    knots[i].y += style->jitter * off[1];
    knots[i].pressure = 1 + style->pressure * off[2];
    knots[i].turn = point->turn;
    first = point->turn == ES_GLYPH_LAST;
  }
}

/* The square root of the distance: the step of the centripetal parametrisation. */
static double
knot_step (const Knot *a, const Knot *b)
{
  double dx = b->x - a->x, dy = b->y - a->y;

  return MAX (sqrt (sqrt (dx * dx + dy * dy)), 1e-3);
}

static Knot
mirrored (const Knot *about, const Knot *knot)
{
  return (Knot){2 * about->x - knot->x, 2 * about->y - knot->y, 1, ES_GLYPH_SMOOTH};
}

/* Coordinate of the centripetal Catmull-Rom curve through @p0 to @p3 at @t from 0 (p1)
   to 1 (p2); @s are the three parameter steps. As a Hermite curve. */
static double
curve_at (double p0, double p1, double p2, double p3, const double *s, double t)
{
  double m1 = p2 - p1 + s[1] * ((p1 - p0) / s[0] - (p2 - p0) / (s[0] + s[1]));
  double m2 = p2 - p1 + s[1] * ((p3 - p2) / s[2] - (p3 - p1) / (s[1] + s[2]));
  double t2 = t * t, t3 = t2 * t;

  return (2 * t3 - 3 * t2 + 1) * p1 + (t3 - 2 * t2 + t) * m1 + (3 * t2 - 2 * t3) * p2 +
         (t3 - t2) * m2;
}

/* Appends the curve from knots[i] to knots[i + 1], without its first vertex. */
static void
append_span (EsGlyphPath *path, const Knot *knots, guint i, gboolean starts)
{
  const Knot *p1 = &knots[i], *p2 = &knots[i + 1];
  Knot p0 = starts ? mirrored (p1, p2) : knots[i - 1];
  Knot p3 = p2->turn == ES_GLYPH_SMOOTH ? knots[i + 2] : mirrored (p2, p1);
  double s[3] = {knot_step (&p0, p1), knot_step (p1, p2), knot_step (p2, &p3)};
  guint steps = (guint)CLAMP (s[1] * s[1] * 12, 3, MAX_STEPS);

  for (guint k = 1; k <= steps; k++) {
    double t = (double)k / steps;
    EsGlyphVertex *vertex = &path->vertices[path->n++];

    vertex->x = curve_at (p0.x, p1->x, p2->x, p3.x, s, t);
    vertex->y = curve_at (p0.y, p1->y, p2->y, p3.y, s, t);
    vertex->radius = (1 - t) * p1->pressure + t * p2->pressure;
    vertex->joined = TRUE;
  }
}

static void
append_strokes (EsGlyphPath *path, const Knot *knots, guint n_knots)
{
  for (guint i = 0; i < n_knots; i++) {
    gboolean starts = i == 0 || knots[i - 1].turn == ES_GLYPH_LAST;

    if (starts)
      path->vertices[path->n++] =
          (EsGlyphVertex){knots[i].x, knots[i].y, knots[i].pressure, FALSE};
    if (knots[i].turn != ES_GLYPH_LAST)
      append_span (path, knots, i, starts || knots[i].turn == ES_GLYPH_CORNER);
  }
}

/* Bends the plane smoothly, then slants, turns and stretches it. */
static void
transform (EsGlyphPath *path, const Style *style)
{
  const double (*m)[2] = style->affine;

  for (guint i = 0; i < path->n; i++) {
    EsGlyphVertex *vertex = &path->vertices[i];
    double u = vertex->x, v = vertex->y;
    double terms[N_BENDS] = {u * u,     u * v,     v * v,    u * u * u,
                             u * u * v, u * v * v, v * v * v};
    double x = u, y = v;

    for (guint k = 0; k < N_BENDS; k++) {
      x += style->bend[0][k] * terms[k];
      y += style->bend[1][k] * terms[k];
    }
    vertex->x = m[0][0] * x + m[0][1] * y;
    vertex->y = m[1][0] * x + m[1][1] * y;
  }
}

/* The box about the line: least and greatest coordinate in x and in y. */
static void
find_box (const EsGlyphPath *path, double box[2][2])
{
  const EsGlyphVertex *v = path->vertices;

  box[0][0] = box[0][1] = v->x;
  box[1][0] = box[1][1] = v->y;
  for (guint i = 1; i < path->n; i++) {
    box[0][0] = MIN (box[0][0], v[i].x);
    box[0][1] = MAX (box[0][1], v[i].x);
    box[1][0] = MIN (box[1][0], v[i].y);
    box[1][1] = MAX (box[1][1], v[i].y);
  }
}

/* Turns the pressures into radii: slower (vertical) strokes may be wider. */
static void
set_radii (EsGlyphPath *path, const Style *style)
{
  for (guint i = 0; i < path->n; i++) {
    EsGlyphVertex *v = &path->vertices[i];
    const EsGlyphVertex *from = v->joined ? v - 1 : v, *to = v->joined ? v : v + 1;
    double dx = to->x - from->x, dy = to->y - from->y;
    double upright = (dy * dy - dx * dx) / (dx * dx + dy * dy + 1e-12);

    v->radius *= style->width / 2 * (1 + style->nib * upright);
  }
}

/* Centre of mass of the line, weighted by its width. */
static void
find_centre (const EsGlyphPath *path, double centre[2])
{
  double mass = 0, x = 0, y = 0;

  for (guint i = 1; i < path->n; i++) {
    const EsGlyphVertex *a = &path->vertices[i - 1], *b = &path->vertices[i];
    double dx = b->x - a->x, dy = b->y - a->y, m;

    if (!b->joined)
      continue;
    m = sqrt (dx * dx + dy * dy) * (a->radius + b->radius);
    mass += m;
    x += m * (a->x + b->x) / 2;
    y += m * (a->y + b->y) / 2;
  }
  centre[0] = x / mass;
  centre[1] = y / mass;
}

/* Scales to the size of the image and moves the mass to its place, or as near as
   the ink stays on the paper. */
static void
fit (EsGlyphPath *path, const Style *style)
{
  double margin = style->width / 2, centre[2], box[2][2], scale, shift[2];

  set_radii (path, style);
  find_centre (path, centre);
  find_box (path, box);
  scale =
      (style->size - style->width) / MAX (box[0][1] - box[0][0], box[1][1] - box[1][0]);
  for (guint k = 0; k < 2; k++) {
    shift[k] = style->centre[k] - centre[k] * scale;
    shift[k] = MIN (shift[k], ES_GLYPH_SIDE - 1.5 - margin - box[k][1] * scale);
    shift[k] = MAX (shift[k], margin + 0.5 - box[k][0] * scale);
  }
  for (guint i = 0; i < path->n; i++) {
    path->vertices[i].x = path->vertices[i].x * scale + shift[0];
    path->vertices[i].y = path->vertices[i].y * scale + shift[1];
  }
}

void
es_glyph_write (EsGlyphPath *path, guint digit, EsRng *rng)
{
  const EsGlyphSkeleton *skeleton =
      es_glyph_skeleton_choose (digit, es_rng_uniform (rng));
  Knot knots[ES_GLYPH_MAX_POINTS];
  Style style;

  draw_style (&style, rng);
  place_knots (knots, skeleton, &style, rng);
  path->n = 0;
  path->edge = style.edge;
  path->ink = style.ink;
  append_strokes (path, knots, skeleton->n_points);
  transform (path, &style);
  fit (path, &style);
}
