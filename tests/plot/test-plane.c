/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-examples.h"
#include "es-plot-private.h"

#include <math.h>
#include <string.h>

/* Points of a plane are equally far from its middle if they are so in the data, all
   have labels where there is room, and the nearest one is picked. */
static void
test_plane (void)
{
  EsStyle style;
  g_autoptr (EsPlot) plot = es_example_plane (31);
  g_autoptr (EsPlotLayout) layout = NULL;
  g_autofree char *words = es_plot_describe (plot, NULL);
  const EsAxes *axes;
  double x0, y0;
  guint n_labels = 0;

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 900, 600);
  axes = es_plot_layout_get_axes (layout, 1);
  x0 = axes->plot.x + axes->plot.width / 2;
  y0 = axes->plot.y + axes->plot.height / 2;
  for (int k = 0; k < 31; k++) {
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
    double angle = 2 * G_PI * k / 31, radius = axes->plot.width / 2;
    g_autofree char *start = g_strdup_printf ("Residue %d: ", k);

    g_assert_true (es_plot_pick (plot, layout, x0 + 0.6 * radius * cos (angle),
                                 y0 - 0.6 * radius * sin (angle), &hit));
    g_assert_true (g_str_has_prefix (hit.text, start));
    g_assert_cmpint (hit.id.panel, ==, 1);
    radius = hypot (hit.rect.x + 2 - x0, hit.rect.y + 2 - y0);
    g_assert_cmpfloat_with_epsilon (radius / axes->plot.width,
                                    0.2 / (axes->x.hi - axes->x.lo), 1e-6);
  }
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    n_labels += g_ascii_isdigit (pango_layout_get_text (text->text)[0]);
  }
  g_assert_cmpuint (n_labels, ==, 4 * 31);
  g_assert_nonnull (strstr (words, "One against the other: 31 points"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plane/circle", test_plane);
  return g_test_run ();
}
