/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-panels-plot.h"
#include "es-plot-private.h"

#include <string.h>

#define N_CLASSES 10
#define N_SHOWN 3
#define N_PICTURES 8
#define N_POINTS 5
#define SIDE 8

static const char *const clothes[N_CLASSES] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
static const char *const wordy[N_CLASSES] = {"Ankle boot with a zip",
                                             "T-shirt/top, short sleeves",
                                             "Pullover, long sleeves",
                                             "Dress below the knee",
                                             "Coat for rain and wind",
                                             "Sandal without a heel",
                                             "Shirt with a stand-up collar",
                                             "Sneaker",
                                             "Bag",
                                             "Hat"};

/* The widths of a journal's column, of a page and of a window, in units. */
static const double widths[] = {280, 335, 530, 700, 960, 1200};

/* The shape of an explanation: two panels of curves for three classes, a stem for each
   class, and pictures with the classes in their captions, which are put into
   @captions. */
static EsPlot *
make_plot (const char *const *names, char *captions[N_PICTURES])
{
  static const float picture[SIDE * SIDE] = {1, -1};
  double x[N_CLASSES], y[N_CLASSES];
  EsCurve curves[N_SHOWN], stems[N_CLASSES];
  EsPanelsPicture pictures[N_PICTURES];
  EsPanel panels[] = {{.heading = "Largest contributions",
                       .zero = TRUE,
                       .whole = TRUE,
                       .curves = curves,
                       .n_curves = N_SHOWN},
                      {.heading = "Most negative contributions",
                       .zero = TRUE,
                       .whole = TRUE,
                       .curves = curves,
                       .n_curves = N_SHOWN},
                      {.heading = "Logits",
                       .zero = TRUE,
                       .stems = TRUE,
                       .curves = stems,
                       .n_curves = N_CLASSES}};
  EsPanelsData data = {.order = ES_PANELS_GRID,
                       .panels = panels,
                       .n_panels = 3,
                       .rows = SIDE,
                       .cols = SIDE,
                       .pictures = pictures,
                       .n_pictures = N_PICTURES,
                       .picture_rows = 2,
                       .title = "An explanation"};

  for (guint i = 0; i < N_CLASSES; i++) {
    x[i] = i;
    y[i] = i % 2 == 0 ? 10.0 - i : -0.5 * i;
  }
  for (guint c = 0; c < N_SHOWN; c++)
    curves[c] = (EsCurve){names[c], N_POINTS, x, y, NULL};
  for (guint c = 0; c < N_CLASSES; c++)
    stems[c] = (EsCurve){names[c], 1, &x[c], &y[c], NULL};
  for (guint i = 0; i < N_PICTURES; i++) {
    captions[i] = g_strdup_printf ("%s, comp.\u00a0%u", names[i % 3], i);
    pictures[i] = (EsPanelsPicture){picture, TRUE, 0, captions[i]};
  }
  return es_panels_plot_new (&data);
}

static guint
count (const EsPlotLayout *layout, const char *string)
{
  guint n = 0;

  for (guint i = 0; i < layout->texts->len; i++) {
    PangoLayout *text = g_array_index (layout->texts, EsPlacedText, i).text;

    n += g_str_equal (pango_layout_get_text (text), string);
  }
  return n;
}

static void
check_clear (const EsPlotLayout *layout)
{
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    for (guint k = 0; k < layout->tiles->len; k++)
      if (es_rect_overlaps (&text->rect,
                            &g_array_index (layout->tiles, EsTile, k).rect))
        g_error ("width %g: \"%s\" covers a picture", layout->width,
                 pango_layout_get_text (text->text));
    for (guint k = 0; k < layout->axes->len; k++)
      if (es_rect_overlaps (&text->rect, &g_array_index (layout->axes, EsAxes, k).plot))
        g_error ("width %g: \"%s\" covers a panel", layout->width,
                 pango_layout_get_text (text->text));
  }
}

/* Every curve, stem and picture has its name, in the figure's own height and in less;
   names cover neither pictures nor panels. */
static void
check_names (const char *const *names, void (*set_style) (EsStyle *))
{
  char *captions[N_PICTURES];
  g_autoptr (EsPlot) plot = make_plot (names, captions);
  EsStyle style;

  set_style (&style);
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    for (guint low = 0; low < 2; low++) {
      double height = es_plot_natural_height (plot, &style, widths[w]);
      g_autoptr (EsPlotLayout) layout =
          es_plot_layout (plot, &style, widths[w], (low ? 0.85 : 1) * height);

      check_clear (layout);
      for (guint c = 0; c < N_CLASSES; c++)
        if (count (layout, names[c]) != (c < N_SHOWN ? 3 : 1))
          g_error ("%g x %g: \"%s\" %u times", widths[w], layout->height, names[c],
                   count (layout, names[c]));
      for (guint i = 0; i < N_PICTURES; i++)
        if (count (layout, captions[i]) != 1)
          g_error ("%g x %g: no \"%s\"", widths[w], layout->height, captions[i]);
    }
  for (guint i = 0; i < N_PICTURES; i++)
    g_free (captions[i]);
}

static void
test_clothes (void)
{
  check_names (clothes, es_style_print);
  check_names (clothes, es_style_light);
}

static void
test_wordy (void)
{
  check_names (wordy, es_style_print);
  check_names (wordy, es_style_light);
}

/* Names of ordinary length are whole: no letter is cut from them, nor from captions. */
static void
test_whole (void)
{
  char *captions[N_PICTURES];
  g_autoptr (EsPlot) plot = make_plot (clothes, captions);
  EsStyle style;

  es_style_print (&style);
  for (guint w = 1; w < G_N_ELEMENTS (widths); w++) {
    double height = es_plot_natural_height (plot, &style, widths[w]);
    g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &style, widths[w], height);

    for (guint i = 0; i < layout->texts->len; i++) {
      PangoLayout *text = g_array_index (layout->texts, EsPlacedText, i).text;
      const char *string = pango_layout_get_text (text);

      if (pango_layout_is_ellipsized (text) && !g_str_has_prefix (string, "Most "))
        g_error ("width %g: \"%s\" is cut", widths[w], string);
    }
  }
  for (guint i = 0; i < N_PICTURES; i++)
    g_free (captions[i]);
}

/* In a low figure the captions of a row of pictures leave the headings alone. */
static void
test_headings (void)
{
  static const float picture[SIDE * SIDE] = {1, -1};
  const double x[] = {1, 2, 3}, y[] = {0.1, 0.3, 0.2};
  const EsCurve curve = {"clean", 3, x, y, NULL};
  const EsPanel panels[] = {
      {.heading = "Accuracy", .curves = &curve, .n_curves = 1},
      {.heading = "Read as the mask's class", .curves = &curve, .n_curves = 1}};
  const EsPanelsPicture pictures[] = {
      {picture, TRUE, 0, "0, component 0"},
      {picture, TRUE, 0, "mask, a quarter of a deviation"},
      {picture, TRUE, 0, "with the mask: 8, read as 0"},
      {picture, TRUE, 0, "with the control: 8, read as 8"}};
  const EsPanelsData data = {.order = ES_PANELS_ROW,
                             .panels = panels,
                             .n_panels = 2,
                             .rows = SIDE,
                             .cols = SIDE,
                             .pictures = pictures,
                             .n_pictures = 4,
                             .title = "Adversarial masks"};
  g_autoptr (EsPlot) plot = es_panels_plot_new (&data);
  EsStyle style;

  es_style_light (&style);
  for (double height = 300; height < 420; height += 1.5) {
    g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &style, 784, height);

    check_clear (layout);
    for (guint p = 0; p < 2; p++)
      if (count (layout, panels[p].heading) != 1)
        g_error ("height %g: no \"%s\"", height, panels[p].heading);
    for (guint i = 0; i < 4; i++)
      g_assert_cmpuint (count (layout, pictures[i].caption), ==, 1);
  }
}

/* Bars of one place stand side by side over its name, which they are read out with. */
static void
test_groups (void)
{
  const double x[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const double y[2][N_CLASSES] = {{1, -2, 3}, {2, -3, 4}};
  char *labels[N_CLASSES + 1] = {NULL};
  EsCurve curves[2] = {{"before", N_CLASSES, x, y[0], .labels = labels},
                       {"after", N_CLASSES, x, y[1], .labels = labels}};
  const EsPanel panel = {.heading = "Logits",
                         .x_name = "Class",
                         .zero = TRUE,
                         .groups = TRUE,
                         .curves = curves,
                         .n_curves = 2};
  const EsPanelsData data = {.panels = &panel, .n_panels = 1};
  g_autoptr (EsPlot) plot = NULL;
  g_autofree char *words = NULL;
  EsStyle style;

  memcpy (labels, clothes, sizeof clothes);
  plot = es_panels_plot_new (&data);
  words = es_plot_describe (plot, NULL);
  g_assert_true (g_str_has_prefix (
      words, "Logits: before T-shirt/top 1.00, Trouser \u22122.00, Pullover 3.00, "));
  g_assert_nonnull (strstr (words, "; after T-shirt/top 2.00, "));
  es_style_light (&style);
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++) {
    g_autoptr (EsPlotLayout) layout = es_plot_layout (
        plot, &style, widths[w], es_plot_natural_height (plot, &style, widths[w]));
    double right = 0;

    check_clear (layout);
    g_assert_cmpuint (count (layout, "before") + count (layout, "after"), ==, 2);
    for (int i = 0; i < N_CLASSES; i++) {
      g_assert_cmpuint (count (layout, clothes[i]), ==, 1);
      for (int c = 0; c < 2; c++) {
        g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT, picked = ES_PLOT_HIT_INIT;

        g_assert_true (es_plot_find (plot, layout, (EsPlotId){0, c, i, -1, -1}, &hit));
        g_assert_nonnull (strstr (hit.text, clothes[i]));
        g_assert_cmpfloat (hit.rect.x, >, right);
        right = hit.rect.x;
        g_assert_true (
            es_plot_pick (plot, layout, hit.rect.x + 2, hit.rect.y + 2, &picked));
        g_assert_cmpint (picked.id.series, ==, c);
        g_assert_cmpint (picked.id.index, ==, i);
      }
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/clothes", test_clothes);
  g_test_add_func ("/names/wordy", test_wordy);
  g_test_add_func ("/names/whole", test_whole);
  g_test_add_func ("/names/headings", test_headings);
  g_test_add_func ("/names/groups", test_groups);
  return g_test_run ();
}
