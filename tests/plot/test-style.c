/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-examples.h"
#include "es-plot-private.h"

#include <math.h>

static double
luminance (const EsColor *color)
{
  const double parts[] = {color->r, color->g, color->b};
  const double weights[] = {0.2126, 0.7152, 0.0722};
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    sum += weights[i] * (parts[i] <= 0.04045 ? parts[i] / 12.92
                                             : pow ((parts[i] + 0.055) / 1.055, 2.4));
  return sum;
}

/* As WCAG defines it: 4.5 for text, 7 where contrast is asked for. */
static void
test_contrast (void)
{
  static const struct
  {
    void (*init) (EsStyle *);
    double least;
  } styles[] = {{es_style_light, 4.5},
                {es_style_dark, 4.5},
                {es_style_print, 4.5},
                {es_style_high_contrast, 7},
                {es_style_high_contrast_dark, 7}};

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++) {
    EsStyle style;
    const EsColor *const colors[] = {&style.text, &style.dim, &style.series[0],
                                     &style.series[1]};

    styles[i].init (&style);
    for (guint c = 0; c < G_N_ELEMENTS (colors); c++) {
      double a = luminance (colors[c]) + 0.05;
      double b = luminance (&style.background) + 0.05;

      g_assert_cmpfloat (MAX (a, b) / MIN (a, b), >=, styles[i].least);
    }
  }
}

/* The text that is placed and reads @string; NULL if there is none. */
static const EsPlacedText *
find_text (const EsPlotLayout *layout, const char *string)
{
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    if (g_str_equal (pango_layout_get_text (text->text), string))
      return text;
  }
  return NULL;
}

/* Of changes that follow each other closely the latest is named, if need be on the left
   of its line. */
static void
test_close_marks (void)
{
  const EsHistoryMark marks[] = {
      {1000, "rate", 0.0005}, {1001, "rate", 0.0006}, {4999, "noise", 0.2}};
  double loss[2] = {0.5, 0.4};
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotLayout) layout = NULL;
  const EsPlacedText *early, *late;
  EsStyle style;

  data.n = 2;
  data.train_loss = loss;
  data.marks = marks;
  data.n_marks = G_N_ELEMENTS (marks);
  data.last_epoch = 5000;
  plot = es_history_plot_new (&data);
  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 528, 200);
  early = find_text (layout, "rate 0.0005");
  late = find_text (layout, "rate 0.0006");
  g_assert_nonnull (late);
  g_assert_nonnull (find_text (layout, "noise 0.2"));
  if (early != NULL)
    g_assert_cmpfloat (es_rect_right (&early->rect), <=, late->rect.x);
}

static void
test_plural (void)
{
  g_autoptr (EsPlot) plot = es_example_gallery (1, 9, ES_GALLERY_BEST);
  g_autofree char *words = es_plot_describe (plot, NULL);

  g_assert_true (g_str_has_prefix (words, "Eigenvectors of 1 class, "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/style/contrast", test_contrast);
  g_test_add_func ("/style/close-marks", test_close_marks);
  g_test_add_func ("/style/plural", test_plural);
  return g_test_run ();
}
