/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-live.h"

#include <string.h>

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 60

/* A network of two pixels whose first output is ((1, second) . x)^2: its one
   eigenvector is in that direction. */
static EsModel *
model_new (float second)
{
  const EsModelConfig config = {
      .rows = 1, .cols = 2, .hidden = 2, .outputs = 2, .layers = 1};
  const float embed[] = {1, 0, 0, 1};
  const float block[] = {1, second, 0, 0, 1, second, 0, 0};
  const float head[] = {1, 0, 0, 1};
  g_autoptr (GError) error = NULL;
  EsModel *model = es_model_new (&config, &error);
  float *params;

  g_assert_no_error (error);
  params = es_model_params (model);
  memcpy (params, embed, sizeof embed);
  memcpy (params + 4, block, sizeof block);
  memcpy (params + 12, head, sizeof head);
  return model;
}

static void
changed_cb (gboolean *changed)
{
  *changed = TRUE;
}

static gboolean
wake (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
look (EsLive *live, float second)
{
  g_autoptr (EsModel) model = model_new (second);
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint source = g_timeout_add (5, wake, NULL);
  gboolean changed = FALSE;
  gulong handler =
      g_signal_connect_swapped (live, "changed", G_CALLBACK (changed_cb), &changed);

  es_live_request (live, "subject", model, "0", NULL, NULL);
  while (!changed && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (changed);
  g_assert_cmpstr (es_live_get_problem (live), ==, NULL);
  g_signal_handler_disconnect (live, handler);
  g_source_remove (source);
}

/* The first pixel of the leading eigenvector's picture, as a person can point at it. */
static double
first_pixel (EsLive *live, gboolean by_rule)
{
  const EsPlotId id = {.panel = 1, .series = 0, .index = 0, .row = 0, .col = 0};
  g_autoptr (EsPlot) plot = es_live_dup_plot (live, by_rule);
  g_autoptr (EsPlotLayout) layout = NULL;
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
  EsStyle style;

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 600, 400);
  g_assert_true (es_plot_find (plot, layout, id, &hit));
  return hit.value;
}

/* On screen a picture keeps its sign while it changes; in files the entry of largest
   magnitude is positive, and on screen too when what was shown is forgotten. */
static void
test_signs (void)
{
  g_autoptr (EsLive) live = es_live_new ();

  look (live, -0.9f);
  g_assert_cmpfloat (first_pixel (live, FALSE), >, 0);
  g_assert_cmpfloat (first_pixel (live, TRUE), >, 0);
  look (live, -1.1f);
  g_assert_cmpfloat (first_pixel (live, FALSE), >, 0);
  g_assert_cmpfloat (first_pixel (live, TRUE), <, 0);
  es_live_forget (live);
  look (live, -1.1f);
  g_assert_cmpfloat (first_pixel (live, FALSE), <, 0);
  g_assert_cmpfloat (first_pixel (live, TRUE), <, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/signs", test_signs);
  return g_test_run ();
}
