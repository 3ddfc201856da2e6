/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"

#include <string.h>

#define LIVE "Spectrum and Leading Eigenvectors"

/* Draws @plot as the program exports it. */
static cairo_surface_t *
draw (EsPlot *plot)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 600, 400);
  cairo_t *cr = cairo_create (surface);
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;

  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 600, 400);
  es_plot_draw (plot, layout, &style, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static gboolean
looks_the_same (EsPlot *a, EsPlot *b)
{
  cairo_surface_t *of_a = draw (a), *of_b = draw (b);
  gsize size = (gsize)cairo_image_surface_get_stride (of_a) * 400;
  gboolean same = memcmp (cairo_image_surface_get_data (of_a),
                          cairo_image_surface_get_data (of_b), size) == 0;

  cairo_surface_destroy (of_a);
  cairo_surface_destroy (of_b);
  return same;
}

/* While it trains the signs follow; at rest they are those that the rule gives. */
static void
test_at_rest (Fixture *f, gconstpointer unused)
{
  EsPlotView *view = plot_view (f, LIVE);

  start_small (f, 40);
  wait_for (f, is_finished);
  run_for (500);
  g_assert_true (
      looks_the_same (es_plot_view_get_plot (view), es_plot_view_get_file_plot (view)));
  for (int epoch = 0; epoch < 40; epoch += 2) {
    es_workspace_set_frame (f->workspace, epoch);
    run_for (30);
  }
  es_workspace_set_frame (f->workspace, -1);
  run_for (500);
  g_assert_true (
      looks_the_same (es_plot_view_get_plot (view), es_plot_view_get_file_plot (view)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/signs/at-rest", Fixture, NULL, set_up, test_at_rest, tear_down);
  return g_test_run ();
}
