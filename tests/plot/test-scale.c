/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-scale.h"
#include "es-text.h"

#include <math.h>

static void
check_ticks (EsScaleKind kind,
             double lo,
             double hi,
             guint most,
             gboolean whole,
             const char *expected)
{
  EsScale scale;
  EsTicks ticks;
  GString *text = g_string_new (NULL);

  es_scale_init (&scale, kind, lo, hi, 0, 100);
  es_ticks_find (&ticks, &scale, most, whole, NULL);
  for (guint i = 0; i < ticks.n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ticks.tick[i].label);
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

static void
test_ticks (void)
{
  check_ticks (ES_SCALE_LINEAR, 0, 1, 6, FALSE, "0.0 0.2 0.4 0.6 0.8 1.0");
  check_ticks (ES_SCALE_LINEAR, 0, 1, 3, FALSE, "0.0 0.5 1.0");
  check_ticks (ES_SCALE_LINEAR, 0.9, 1, 5, FALSE, "0.900 0.925 0.950 0.975 1.000");
  check_ticks (ES_SCALE_LINEAR, -0.1, 0.1, 5, FALSE, "−0.10 −0.05 0.00 0.05 0.10");
  check_ticks (ES_SCALE_LINEAR, 0.123, 0.987, 4, FALSE, "0.25 0.50 0.75");
  check_ticks (ES_SCALE_LINEAR, 1, 20, 5, TRUE, "5 10 15 20");
  check_ticks (ES_SCALE_LINEAR, 1, 2, 5, TRUE, "1 2");
  check_ticks (ES_SCALE_LINEAR, 1, 1000, 6, TRUE, "200 400 600 800 1000");
  check_ticks (ES_SCALE_LINEAR, 0, 5e6, 3, FALSE, "0 2×10⁶ 4×10⁶");
  check_ticks (ES_SCALE_LINEAR, 0, 4e-6, 3, FALSE, "0 2×10⁻⁶ 4×10⁻⁶");
  check_ticks (ES_SCALE_LINEAR, 1000, 1000.2, 3, FALSE, "1000.0 1000.1 1000.2");
  check_ticks (ES_SCALE_LOG, 0.01, 100, 6, FALSE, "0.01 0.1 1 10 100");
  check_ticks (ES_SCALE_LOG, 0.09, 1.1, 6, FALSE, "0.1 0.2 0.5 1");
  check_ticks (ES_SCALE_LOG, 1e-12, 1, 4, FALSE, "10⁻¹² 10⁻⁹ 10⁻⁶ 0.001 1");
  check_ticks (ES_SCALE_LOG, 0.0225, 0.31, 2, FALSE, "0.03 0.1 0.3");
  check_ticks (ES_SCALE_LOG, 0.21, 0.99, 2, FALSE, "0.4 0.8");
  check_ticks (ES_SCALE_LOG, 0.205, 0.65, 2, FALSE, "0.3 0.4 0.5 0.6");
  check_ticks (ES_SCALE_LOG, 0.5, 0.6, 3, FALSE, "0.50 0.55 0.60");
}

static void
check_maps_back (EsScaleKind kind, double lo, double hi)
{
  EsScale scale;

  es_scale_init (&scale, kind, lo, hi, 300, 20);
  g_assert_true (isfinite (scale.lo) && isfinite (scale.hi) && scale.lo < scale.hi);
  g_assert_true (kind == ES_SCALE_LINEAR || scale.lo > 0);
  g_assert_cmpfloat_with_epsilon (es_scale_map (&scale, scale.lo), 300, 1e-6);
  g_assert_cmpfloat_with_epsilon (es_scale_map (&scale, scale.hi), 20, 1e-6);
  for (double position = 20; position <= 300; position += 7) {
    double value = es_scale_unmap (&scale, position);

    g_assert_cmpfloat_with_epsilon (es_scale_map (&scale, value), position, 1e-4);
  }
}

static void
test_map (void)
{
  static const double ends[] = {0,      1,     -1,        5,   1e-300,   1e300,
                                -1e308, 1e308, 1 + 1e-15, NAN, INFINITY, -INFINITY};

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (ends); k++) {
      EsScale scale;
      EsTicks ticks;

      check_maps_back (ES_SCALE_LINEAR, ends[i], ends[k]);
      check_maps_back (ES_SCALE_LOG, ends[i], ends[k]);
      for (guint kind = 0; kind < 2; kind++) {
        es_scale_init (&scale, (EsScaleKind)kind, ends[i], ends[k], 0, 1);
        es_ticks_find (&ticks, &scale, 5, FALSE, NULL);
        g_assert_cmpuint (ticks.n, <=, 8);
        for (guint t = 0; t + 1 < ticks.n; t++) {
          g_assert_cmpfloat (ticks.tick[t].value, <, ticks.tick[t + 1].value);
          g_assert_cmpstr (ticks.tick[t].label, !=, ticks.tick[t + 1].label);
        }
      }
    }
  }
}

static void
test_degenerate (void)
{
  EsScale scale;
  double lo, hi;
  const double values[] = {NAN, -2, 0.5, INFINITY, 8};

  es_scale_init (&scale, ES_SCALE_LINEAR, 4, 4, 0, 1);
  g_assert_cmpfloat (scale.lo, ==, 2);
  g_assert_cmpfloat (scale.hi, ==, 6);
  es_scale_init (&scale, ES_SCALE_LINEAR, 0, 0, 0, 1);
  g_assert_cmpfloat (scale.hi, ==, 0.5);
  es_scale_init (&scale, ES_SCALE_LOG, 0, 10, 0, 1);
  g_assert_cmpfloat_with_epsilon (scale.lo, 1e-5, 1e-12);
  g_assert_true (isnan (es_scale_map (&scale, -1)));
  g_assert_cmpfloat (es_scale_map_clamped (&scale, -1), ==, 0);
  g_assert_cmpfloat_with_epsilon (es_scale_map_clamped (&scale, 1e9), 1, 1e-12);
  g_assert_true (isnan (es_scale_map_clamped (&scale, NAN)));
  g_assert_true (es_scale_range (ES_SCALE_LINEAR, values, 5, &lo, &hi));
  g_assert_cmpfloat (lo, ==, -2);
  g_assert_cmpfloat (hi, ==, 8);
  g_assert_true (es_scale_range (ES_SCALE_LOG, values, 5, &lo, &hi));
  g_assert_cmpfloat (lo, ==, 0.5);
  g_assert_false (es_scale_range (ES_SCALE_LINEAR, values, 1, &lo, &hi));
}

static void
test_spread (void)
{
  double y[4] = {10, 11, 12, 40};
  double full[2] = {0, 0};
  double low[2] = {99, 99.5};

  g_assert_true (es_text_spread (y, 4, 10, 0, 100));
  g_assert_cmpfloat_with_epsilon (y[0], 5, 1e-9); /* would be 1, but must fit */
  g_assert_cmpfloat_with_epsilon (y[1], 15, 1e-9);
  g_assert_cmpfloat_with_epsilon (y[2], 25, 1e-9);
  g_assert_cmpfloat_with_epsilon (y[3], 40, 1e-9);
  g_assert_false (es_text_spread (full, 2, 10, 0, 19));
  g_assert_true (es_text_spread (low, 2, 10, 0, 100));
  g_assert_cmpfloat_with_epsilon (low[0], 85, 1e-9);
  g_assert_cmpfloat_with_epsilon (low[1], 95, 1e-9);
}

static void
check_measure (const EsStyle *style, EsTextRole role, const char *string)
{
  g_autoptr (PangoLayout) text = es_text_new (style, role, string);
  double width, height;

  es_text_get_size (text, &width, &height);
  g_assert_cmpfloat (es_text_width (style, role, string), ==, width);
}

/* What is remembered of a text is of the same font, size and weight. */
static void
test_measure (void)
{
  const EsTextRole roles[] = {ES_TEXT_TITLE, ES_TEXT_HEADING, ES_TEXT_BODY,
                              ES_TEXT_SMALL};
  EsStyle style, large;

  es_style_light (&style);
  large = style;
  es_style_scale (&large, 1.5);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
      check_measure (&style, roles[i], "Eigenvalue");
      check_measure (&large, roles[i], "Eigenvalue");
      check_measure (&style, roles[i], "Eigenvalues");
    }
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    g_assert_cmpfloat (es_text_width (&style, ES_TEXT_BODY, number), >, 0);
  }
  check_measure (&style, ES_TEXT_BODY, "Eigenvalue");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/ticks", test_ticks);
  g_test_add_func ("/scale/map", test_map);
  g_test_add_func ("/scale/degenerate", test_degenerate);
  g_test_add_func ("/scale/spread", test_spread);
  g_test_add_func ("/scale/measure", test_measure);
  return g_test_run ();
}
