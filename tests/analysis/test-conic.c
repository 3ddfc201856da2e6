/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-conic.h"

#include <math.h>

static double
value_at (const float *f, double x, double y)
{
  return f[0] * x * x + 2 * f[1] * x * y + f[4] * y * y + 2 * f[2] * x + 2 * f[5] * y +
         f[8];
}

/* Where an axis meets the conic the form is 0, whatever its angle and centre. */
static void
test_axes (void)
{
  for (guint i = 0; i < 48; i++) {
    double angle = 0.13 + i * 0.37, c = cos (angle), s = sin (angle);
    double first = i % 2 == 0 ? 3 : -3, second = i % 3 == 0 ? 0.5 : -0.5;
    double cx = 0.3, cy = -0.6, height = i % 5 == 0 ? -1 : 1;
    double a = first * c * c + second * s * s, b = (first - second) * c * s;
    double d = first * s * s + second * c * c;
    double l = -(a * cx + b * cy), m = -(b * cx + d * cy);
    double k = height + a * cx * cx + 2 * b * cx * cy + d * cy * cy;
    float f[9] = {(float)a, (float)b, (float)l, (float)b, (float)d,
                  (float)m, (float)l, (float)m, (float)k};
    EsConic conic;

    es_conic_init (&conic, f);
    g_assert_cmpint (conic.kind, ==,
                     first * second > 0 ? ES_CONIC_ELLIPSE : ES_CONIC_HYPERBOLA);
    g_assert_cmpfloat_with_epsilon (conic.eigenvalues[0], first, 1e-5);
    g_assert_cmpfloat_with_epsilon (conic.eigenvalues[1], second, 1e-5);
    g_assert_cmpfloat_with_epsilon (conic.centre[0], cx, 1e-5);
    g_assert_cmpfloat_with_epsilon (conic.centre[1], cy, 1e-5);
    g_assert_cmpfloat_with_epsilon (conic.height, height, 1e-5);
    g_assert_cmpfloat_with_epsilon (fabs (conic.axes[0][0] * c + conic.axes[0][1] * s),
                                    1, 1e-6);
    for (guint n = 0; n < 2; n++) {
      g_assert_cmpint (isnan (conic.half[n]), ==, height / conic.eigenvalues[n] > 0);
      if (!isnan (conic.half[n]))
        g_assert_cmpfloat_with_epsilon (
            value_at (f, cx + conic.half[n] * conic.axes[n][0],
                      cy + conic.half[n] * conic.axes[n][1]),
            0, 1e-4);
    }
  }
}

static void
test_degenerate (void)
{
  const float parabola[9] = {1, 0, 0, 0, 0, -1, 0, -1, 0};
  const float line[9] = {0, 0, 1, 0, 0, 1, 1, 1, 0.5f};
  const float nothing[9] = {0};
  EsConic conic;

  es_conic_init (&conic, parabola);
  g_assert_cmpint (conic.kind, ==, ES_CONIC_PARABOLA);
  g_assert_true (isnan (conic.centre[0]) && isnan (conic.half[0]));
  es_conic_init (&conic, line);
  g_assert_cmpint (conic.kind, ==, ES_CONIC_LINE);
  es_conic_init (&conic, nothing);
  g_assert_cmpint (conic.kind, ==, ES_CONIC_LINE);
}

/* An axis ends at the edge of the square where it goes off it. */
static void
test_clip_axis (void)
{
  const double right[2] = {1, 0}, slanted[2] = {0.6, 0.8};
  const double inside[2] = {0.2, -0.1}, below[2] = {0, -2};
  double end[2];

  g_assert_true (es_conic_clip_axis (end, inside, right, 0.3));
  g_assert_cmpfloat_with_epsilon (end[0], 0.5, 1e-12);
  g_assert_true (es_conic_clip_axis (end, inside, right, 3));
  g_assert_cmpfloat_with_epsilon (end[0], 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (end[1], -0.1, 1e-12);
  g_assert_true (es_conic_clip_axis (end, below, slanted, 3));
  g_assert_cmpfloat_with_epsilon (end[0], 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (end[1], -2 + 0.8 / 0.6, 1e-12);
  g_assert_false (es_conic_clip_axis (end, below, right, 3));
  g_assert_false (es_conic_clip_axis (end, below, slanted, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conic/axes", test_axes);
  g_test_add_func ("/conic/degenerate", test_degenerate);
  g_test_add_func ("/conic/clip-axis", test_clip_axis);
  return g_test_run ();
}
