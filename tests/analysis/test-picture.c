/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-picture.h"

#include <math.h>

static void
test_project (void)
{
  const float vectors[] = {1, 2, 100, 0, -1, 100}; /* the third is the constant's */
  const float map[] = {1, 0, 2, 0, 3, 1};
  const float expected[] = {1, 6, 4, 0, -3, -1};
  float pictures[6];

  es_picture_project (pictures, vectors, map, 2, 3, 2, 3);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (pictures[i], ==, expected[i]);
}

/* Applies the rule to a picture of three pixels with the vector (1, 2). */
static void
assert_sign (float a, float b, float c, float sign)
{
  float vector[] = {1, 2}, picture[] = {a, b, c};

  es_picture_fix_sign (vector, picture, 2, 3);
  g_assert_cmpfloat (vector[0], ==, sign);
  g_assert_cmpfloat (vector[1], ==, 2 * sign);
  g_assert_cmpfloat (picture[0], ==, sign * a);
  g_assert_cmpfloat (picture[1], ==, sign * b);
  g_assert_cmpfloat (picture[2], ==, sign * c);
}

static void
test_sign (void)
{
  assert_sign (1, -2, 0.5f, -1);
  assert_sign (-1, 2, 0.5f, 1);
  assert_sign (0, 0, -1e-30f, -1);
}

/* Of equal magnitudes the first decides. */
static void
test_ties (void)
{
  assert_sign (2, -2, 1, 1);
  assert_sign (-2, 2, 1, -1);
  assert_sign (1, -2, 2, -1);
  assert_sign (1, 2, -2, 1);
}

/* A zero picture leaves the decision to the vector. */
static void
test_zero_picture (void)
{
  float vector[] = {1, -3}, picture[] = {0, 0};

  es_picture_fix_sign (vector, picture, 2, 2);
  g_assert_cmpfloat (vector[0], ==, -1);
  g_assert_cmpfloat (vector[1], ==, 3);
  g_assert_false (signbit (picture[0]));
  es_picture_fix_sign (vector, picture, 2, 2);
  g_assert_cmpfloat (vector[1], ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/project", test_project);
  g_test_add_func ("/picture/sign", test_sign);
  g_test_add_func ("/picture/sign/ties", test_ties);
  g_test_add_func ("/picture/sign/zero", test_zero_picture);
  return g_test_run ();
}
