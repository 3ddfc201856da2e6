/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-brush.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

#define ROWS 12
#define COLS 15
#define N (ROWS * COLS)

static float
at (const EsStroke *stroke, guint row, guint col)
{
  return es_stroke_get_pixels (stroke)[row * COLS + col];
}

static EsStroke *
stroke_new (const EsBrush *brush)
{
  static const float zero[N];

  return es_stroke_new (brush, zero, ROWS, COLS);
}

static void
fill_random (float *pixels, EsRng *rng)
{
  for (guint p = 0; p < N; p++)
    pixels[p] = (float)es_rng_range (rng, -1, 1);
}

/* A dab of one pixel in its centre fills it, and half of it when between two. */
static void
test_dab (void)
{
  EsBrush brush;
  g_autoptr (EsStroke) middle = NULL;
  g_autoptr (EsStroke) between = NULL;

  es_brush_init (&brush);
  brush.size = 1;
  brush.strength = 0.6;
  middle = stroke_new (&brush);
  g_assert_true (es_stroke_to (middle, 4.5, 3.5, 1));
  for (guint p = 0; p < N; p++)
    g_assert_cmpfloat_with_epsilon (es_stroke_get_pixels (middle)[p],
                                    p == 3 * COLS + 4 ? 0.6 : 0, 1e-6);
  between = stroke_new (&brush);
  es_stroke_to (between, 5, 3.5, 1);
  g_assert_cmpfloat_with_epsilon (at (between, 3, 4), 0.3, 1e-6);
  g_assert_cmpfloat_with_epsilon (at (between, 3, 5), 0.3, 1e-6);
  g_assert_cmpfloat (at (between, 3, 6), ==, 0);
}

/* Size, hardness, and pressure, which is width. */
static void
test_shape (void)
{
  EsBrush brush;
  g_autoptr (EsStroke) hard = NULL;
  g_autoptr (EsStroke) soft = NULL;
  g_autoptr (EsStroke) light = NULL;

  es_brush_init (&brush);
  brush.size = 6;
  hard = stroke_new (&brush);
  es_stroke_to (hard, 7.5, 6.5, 1);
  g_assert_cmpfloat (at (hard, 6, 9), ==, 1);
  g_assert_cmpfloat_with_epsilon (at (hard, 6, 10), 0.5, 1e-6);
  g_assert_cmpfloat (at (hard, 6, 11), ==, 0);
  brush.hardness = 0;
  soft = stroke_new (&brush);
  es_stroke_to (soft, 7.5, 6.5, 1);
  g_assert_cmpfloat (at (soft, 6, 7), ==, 1);
  g_assert_cmpfloat_with_epsilon (at (soft, 6, 9), 1.5 / 3.5, 1e-6);
  brush.hardness = 1;
  light = stroke_new (&brush);
  es_stroke_to (light, 7.5, 6.5, 0);
  g_assert_cmpfloat (at (light, 6, 7), ==, 1);
  g_assert_cmpfloat_with_epsilon (at (light, 6, 8), 0.25, 1e-6);
  g_assert_cmpfloat (at (light, 6, 9), ==, 0);
}

/* The same way in one move, in many, and there and back again: the same picture. */
static void
test_way (void)
{
  EsBrush brush;
  g_autoptr (EsStroke) once = NULL;
  g_autoptr (EsStroke) often = NULL;

  es_brush_init (&brush);
  brush.hardness = 0.4;
  brush.strength = 0.7;
  once = stroke_new (&brush);
  often = stroke_new (&brush);
  es_stroke_to (once, 2, 2, 1);
  es_stroke_to (once, 10, 6, 1);
  for (guint i = 0; i <= 16; i++)
    es_stroke_to (often, 2 + i * 0.5, 2 + i * 0.25, 1);
  g_assert_false (es_stroke_to (often, 6, 4, 1));
  g_assert_false (es_stroke_to (often, 10, 6, 1));
  for (guint p = 0; p < N; p++)
    g_assert_cmpfloat_with_epsilon (es_stroke_get_pixels (once)[p],
                                    es_stroke_get_pixels (often)[p], 1e-6);
  g_assert_cmpfloat_with_epsilon (at (once, 4, 6), 0.7, 0.15);
}

/* Every pixel from its distance to every point of the way, slowly. */
static void
test_slow (void)
{
  EsRng rng;

  es_rng_init (&rng, 5, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 20; round++) {
    double x0 = es_rng_range (&rng, -3, COLS + 3), y0 = es_rng_range (&rng, -3, ROWS);
    double x1 = es_rng_range (&rng, -3, COLS + 3),
           y1 = es_rng_range (&rng, 0, ROWS + 3);
    EsBrush brush;
    g_autoptr (EsStroke) stroke = NULL;
    float base[N];

    es_brush_init (&brush);
    brush.size = es_rng_range (&rng, 0.5, 7);
    brush.hardness = es_rng_range (&rng, 0, 1);
    brush.strength = es_rng_range (&rng, 0, 1);
    brush.negative = es_rng_below (&rng, 2) == 1;
    fill_random (base, &rng);
    stroke = es_stroke_new (&brush, base, ROWS, COLS);
    es_stroke_to (stroke, x0, y0, 1);
    es_stroke_to (stroke, x1, y1, 1);
    for (guint p = 0; p < N; p++) {
      double least = INFINITY, outer = brush.size / 2 + 0.5, cover;
      double target = brush.negative ? -brush.strength : brush.strength;

      for (guint i = 0; i <= 4000; i++)
        least = MIN (least, hypot (x0 + (x1 - x0) * i / 4000 - (p % COLS + 0.5),
                                   y0 + (y1 - y0) * i / 4000 - (p / COLS + 0.5)));
      cover = CLAMP ((outer - least) / MAX (1, (1 - brush.hardness) * outer), 0, 1);
      g_assert_cmpfloat_with_epsilon (
          es_stroke_get_pixels (stroke)[p],
          (double)base[p] + cover * (target - (double)base[p]), 1e-3);
    }
  }
}

static void
test_symmetry (void)
{
  static const struct
  {
    EsSymmetry symmetry;
    gboolean left_right, top_bottom;
  } cases[] = {{ES_SYMMETRY_NONE, FALSE, FALSE},
               {ES_SYMMETRY_LEFT_RIGHT, TRUE, FALSE},
               {ES_SYMMETRY_TOP_BOTTOM, FALSE, TRUE},
               {ES_SYMMETRY_BOTH, TRUE, TRUE}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EsBrush brush;
    g_autoptr (EsStroke) stroke = NULL;

    es_brush_init (&brush);
    brush.symmetry = cases[i].symmetry;
    stroke = stroke_new (&brush);
    es_stroke_to (stroke, 2.5, 1.5, 1);
    es_stroke_to (stroke, 4.5, 3.5, 1);
    for (guint r = 0; r < ROWS; r++)
      for (guint c = 0; c < COLS; c++) {
        if (cases[i].left_right)
          g_assert_cmpfloat (at (stroke, r, c), ==, at (stroke, r, COLS - 1 - c));
        if (cases[i].top_bottom)
          g_assert_cmpfloat (at (stroke, r, c), ==, at (stroke, ROWS - 1 - r, c));
      }
    g_assert_cmpfloat (at (stroke, 1, 2), ==, 1);
    g_assert_true ((at (stroke, 1, COLS - 3) > 0) == cases[i].left_right);
    g_assert_true ((at (stroke, ROWS - 2, 2) > 0) == cases[i].top_bottom);
    g_assert_true ((at (stroke, ROWS - 2, COLS - 3) > 0) ==
                   (cases[i].left_right && cases[i].top_bottom));
  }
}

/* Erasing leads to zero by its strength, smoothing to the mean of the neighbours, once
   a stroke; constant pictures stay. */
static void
test_modes (void)
{
  EsBrush brush;
  EsRng rng;
  float base[N], flat[N];
  g_autoptr (EsStroke) erase = NULL;
  g_autoptr (EsStroke) smooth = NULL;
  g_autoptr (EsStroke) same = NULL;
  double mean = 0;

  es_rng_init (&rng, 6, ES_RNG_TEST, 0, 0);
  fill_random (base, &rng);
  es_brush_init (&brush);
  brush.mode = ES_BRUSH_ERASE;
  brush.size = 3;
  brush.strength = 0.75;
  erase = es_stroke_new (&brush, base, ROWS, COLS);
  es_stroke_to (erase, 5.5, 5.5, 1);
  g_assert_cmpfloat_with_epsilon (at (erase, 5, 5), 0.25 * (double)base[5 * COLS + 5],
                                  1e-6);
  g_assert_cmpfloat (at (erase, 9, 9), ==, base[9 * COLS + 9]);

  brush.mode = ES_BRUSH_SMOOTH;
  brush.strength = 1;
  smooth = es_stroke_new (&brush, base, ROWS, COLS);
  for (guint i = 0; i < 3; i++)
    es_stroke_to (smooth, 5.5, 5.5, 1);
  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++)
      mean += (2 - ABS (i)) * (2 - ABS (j)) * (double)base[(5 + i) * COLS + 5 + j] / 16;
  g_assert_cmpfloat_with_epsilon (at (smooth, 5, 5), mean, 1e-6);
  for (guint p = 0; p < N; p++)
    flat[p] = 0.5f;
  brush.size = 100;
  same = es_stroke_new (&brush, flat, ROWS, COLS);
  g_assert_false (es_stroke_to (same, 0, 0, 1));
}

/* Far away and without size: nothing, and no harm. */
static void
test_outside (void)
{
  EsBrush brush;
  g_autoptr (EsStroke) stroke = NULL;

  es_brush_init (&brush);
  stroke = stroke_new (&brush);
  g_assert_false (es_stroke_to (stroke, -1e12, 1e15, 1));
  g_assert_false (es_stroke_to (stroke, -1e12, -1e15, 1));
  /* Through the picture, from far to far. */
  es_stroke_free (stroke);
  stroke = stroke_new (&brush);
  es_stroke_to (stroke, -1e6, 6.5, 1);
  g_assert_true (es_stroke_to (stroke, 1e6, 6.5, 1));
  for (guint c = 0; c < COLS; c++)
    g_assert_cmpfloat_with_epsilon (at (stroke, 6, c), 1, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/brush/dab", test_dab);
  g_test_add_func ("/brush/shape", test_shape);
  g_test_add_func ("/brush/way", test_way);
  g_test_add_func ("/brush/slow", test_slow);
  g_test_add_func ("/brush/symmetry", test_symmetry);
  g_test_add_func ("/brush/modes", test_modes);
  g_test_add_func ("/brush/outside", test_outside);
  return g_test_run ();
}
