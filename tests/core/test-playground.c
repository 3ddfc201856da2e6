/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-playground.h"

#include <math.h>

/* Points of every shape are in the square, as many of each class. */
static void
test_shapes (void)
{
  for (guint shape = ES_SHAPE_CIRCLE; shape <= ES_SHAPE_LINES; shape++)
    for (guint C = 2; C <= 4; C++) {
      EsPoint points[240];
      guint counts[4] = {0};

      es_shape_fill ((EsShape)shape, points, 240, C, 0.02, 1);
      for (guint i = 0; i < 240; i++) {
        g_assert_cmpfloat (fabsf (points[i].x), <=, 1);
        g_assert_cmpfloat (fabsf (points[i].y), <=, 1);
        counts[points[i].class]++;
      }
      for (guint c = 0; c < C; c++)
        g_assert_cmpuint (counts[c], ==, 240 / C);
    }
}

static double
train (EsPlayground *playground, const EsPoint *points, gsize n, guint steps)
{
  double accuracy = 0;

  for (guint i = 0; i < steps; i++)
    g_assert_true (
        isfinite (es_playground_step (playground, points, n, 0.03, 0, &accuracy)));
  return accuracy;
}

/* A conic is enough for circle and exclusive or; spirals want more than that. */
static void
test_learns (void)
{
  const struct
  {
    EsShape shape;
    guint classes, layers, hidden, steps;
    double accuracy;
  } cases[] = {
      {ES_SHAPE_CIRCLE, 2, 1, 8, 400, 0.98},  {ES_SHAPE_CIRCLE, 3, 1, 8, 600, 0.9},
      {ES_SHAPE_XOR, 2, 1, 8, 400, 0.99},     {ES_SHAPE_XOR, 4, 1, 8, 400, 0.99},
      {ES_SHAPE_LINES, 2, 2, 16, 1500, 0.95},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EsPlayground) playground =
        es_playground_new (cases[i].hidden, cases[i].layers, cases[i].classes, 1);
    EsPoint points[200];
    double accuracy;

    es_shape_fill (cases[i].shape, points, 200, cases[i].classes, 0, 1);
    accuracy = train (playground, points, 200, cases[i].steps);
    g_test_message ("case %u: %.3f", i, accuracy);
    g_assert_cmpfloat (accuracy, >=, cases[i].accuracy);
    g_assert_cmpuint (es_playground_get_steps (playground), ==, cases[i].steps);
  }
}

/* The surface is what the network says at the cells' centres: where the points are, it
   has their class; and probabilities add up. */
static void
test_surface (void)
{
  g_autoptr (EsPlayground) playground = es_playground_new (8, 1, 2, 1);
  EsPoint points[200];
  g_autofree float *p = g_new (float, 40 * 40 * 2);

  es_shape_fill (ES_SHAPE_XOR, points, 200, 2, 0, 1);
  train (playground, points, 200, 400);
  es_playground_fill_surface (playground, p, 40);
  for (guint i = 0; i < 1600; i++)
    g_assert_cmpfloat_with_epsilon (p[2 * i] + p[2 * i + 1], 1, 1e-5);
  /* Class 0 has upper right and lower left. */
  g_assert_cmpfloat (p[2 * (5 * 40 + 35)], >, 0.9);
  g_assert_cmpfloat (p[2 * (35 * 40 + 5)], >, 0.9);
  g_assert_cmpfloat (p[2 * (5 * 40 + 5)], <, 0.1);
  g_assert_cmpfloat (p[2 * (35 * 40 + 35)], <, 0.1);
}

static void
test_odd (void)
{
  g_autoptr (EsPlayground) playground = es_playground_new (4, 2, 2, 1);
  EsPoint points[3] = {{0, 0, 3}, {0.5f, 0.5f, 0}, {0.5f, 0.5f, 1}};
  double accuracy;
  gboolean diverged = FALSE;

  g_assert_true (isnan (es_playground_step (playground, points, 0, 0.1, 0, &accuracy)));
  g_assert_true (isnan (es_playground_step (playground, points, 1, 0.1, 0, &accuracy)));
  g_assert_true (isnan (accuracy));
  es_playground_step (playground, points, 3, 0.01, 0, &accuracy);
  g_assert_cmpfloat (accuracy, ==, 0.5);
  /* A rate that no network stands: it stays finite. */
  for (guint i = 0; i < 50; i++)
    diverged |= isinf (es_playground_step (playground, points, 3, 1e30, 0, &accuracy));
  g_assert_true (diverged);
  for (gsize i = 0; i < es_model_n_params (es_playground_get_model (playground)); i++)
    g_assert_true (
        isfinite (es_model_get_params (es_playground_get_model (playground))[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/playground/shapes", test_shapes);
  g_test_add_func ("/playground/learns", test_learns);
  g_test_add_func ("/playground/surface", test_surface);
  g_test_add_func ("/playground/odd", test_odd);
  return g_test_run ();
}
