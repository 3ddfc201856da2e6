/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-examples.h"
#include "es-plot-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *name;
  EsPlot *plot;
} Example;

static Example examples[17];
static guint n_examples;

static const struct
{
  double width, height;
} sizes[] = {{1, 1},     {0, 0},      {5, 5},     {24, 24},   {90, 60},   {400, 250},
             {730, 300}, {1200, 800}, {60, 2000}, {3000, 60}, {320, 640}, {NAN, 100}};

static void
add_example (const char *name, EsPlot *plot)
{
  g_assert_cmpuint (n_examples, <, G_N_ELEMENTS (examples));
  examples[n_examples++] = (Example){name, plot};
}

static void
make_examples (void)
{
  add_example ("history", es_example_history (20, FALSE));
  add_example ("history 0", es_example_history (0, FALSE));
  add_example ("history 1", es_example_history (1, FALSE));
  add_example ("history 2", es_example_history (2, TRUE));
  add_example ("history 1000", es_example_history (1000, TRUE));
  add_example ("spectrum", es_example_spectrum (FALSE, FALSE));
  add_example ("spectrum grouped", es_example_spectrum (TRUE, TRUE));
  add_example ("gallery", es_example_gallery (10, 4, ES_GALLERY_BEST));
  add_example ("gallery down", es_example_gallery (6, 5, ES_GALLERY_DOWN));
  add_example ("gallery 0", es_example_gallery (0, 5, ES_GALLERY_DOWN));
  add_example ("samples", es_example_samples (33, ES_SAMPLES_INK, TRUE));
  add_example ("samples 500", es_example_samples (500, ES_SAMPLES_VIRIDIS, FALSE));
  add_example ("panels row", es_example_panels (ES_PANELS_ROW, 3));
  add_example ("panels grid", es_example_panels (ES_PANELS_GRID, 5));
  add_example ("panels 0", es_example_panels (ES_PANELS_ROW, 0));
  add_example ("samples 0", es_example_samples (0, ES_SAMPLES_INK, TRUE));
  add_example ("plane", es_example_plane (31));
}

static void
set_style (EsStyle *style, guint number)
{
  void (*const styles[]) (EsStyle *) = {es_style_light, es_style_dark,
                                        es_style_high_contrast, es_style_print};

  styles[number % G_N_ELEMENTS (styles)](style);
}

static cairo_surface_t *
draw (EsPlot *plot, const EsPlotLayout *layout, const EsStyle *style)
{
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, (int)MAX (layout->width, 1), (int)MAX (layout->height, 1));
  cairo_t *cr = cairo_create (surface);

  es_plot_draw (plot, layout, style, cr);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static EsPixel
probe (cairo_surface_t *surface, double x, double y)
{
  EsPixel pixel;

  memcpy (&pixel,
          cairo_image_surface_get_data (surface) +
              (int)y * cairo_image_surface_get_stride (surface) + 4 * (int)x,
          sizeof pixel);
  return pixel & 0xffffff;
}

static EsPixel
color_pixel (const EsColor *color)
{
  return (EsPixel)lrint (color->r * 255) << 16 | (EsPixel)lrint (color->g * 255) << 8 |
         (EsPixel)lrint (color->b * 255);
}

/* No text leaves the figure, covers other text, a picture or the colour bar. */
static void
check_texts (const EsPlotLayout *layout, const char *name)
{
  EsRect figure = {0, 0, layout->width, layout->height};

  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);
    const char *string = pango_layout_get_text (text->text);

    if (text->rect.x < figure.x - 0.1 || text->rect.y < figure.y - 0.1 ||
        es_rect_right (&text->rect) > figure.width + 0.1 ||
        es_rect_bottom (&text->rect) > figure.height + 0.1)
      g_error ("%s, %g x %g: \"%s\" leaves the figure", name, layout->width,
               layout->height, string);
    for (guint k = 0; k < i; k++)
      if (es_rect_overlaps (&text->rect,
                            &g_array_index (layout->texts, EsPlacedText, k).rect))
        g_error ("%s, %g x %g: \"%s\" covers text", name, layout->width, layout->height,
                 string);
    for (guint k = 0; k < layout->tiles->len; k++)
      if (es_rect_overlaps (&text->rect,
                            &g_array_index (layout->tiles, EsTile, k).rect))
        g_error ("%s, %g x %g: \"%s\" covers a picture", name, layout->width,
                 layout->height, string);
    if (layout->bar != NULL && es_rect_overlaps (&text->rect, &layout->bar_rect))
      g_error ("%s, %g x %g: \"%s\" covers the colour bar", name, layout->width,
               layout->height, string);
  }
}

/* Pictures don't cover each other or the axes, and all is within the figure. */
static void
check_rectangles (const EsPlotLayout *layout)
{
  const EsTile *tiles = (const EsTile *)(void *)layout->tiles->data;

  for (guint i = 0; i < layout->tiles->len; i++) {
    g_assert_cmpfloat (tiles[i].rect.x, >=, 0);
    g_assert_cmpfloat (tiles[i].rect.y, >=, 0);
    g_assert_cmpfloat (es_rect_right (&tiles[i].rect), <=, layout->width);
    g_assert_cmpfloat (es_rect_bottom (&tiles[i].rect), <=, layout->height);
    for (guint k = 0; k < i; k++)
      g_assert_false (es_rect_overlaps (&tiles[i].rect, &tiles[k].rect));
    for (guint k = 0; k < layout->axes->len; k++)
      g_assert_false (es_rect_overlaps (&tiles[i].rect,
                                        &g_array_index (layout->axes, EsAxes, k).plot));
  }
}

static void
test_any_size (void)
{
  for (guint e = 0; e < n_examples; e++) {
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
      EsStyle style;
      g_autoptr (EsPlotLayout) layout = NULL;

      set_style (&style, e + s);
      layout =
          es_plot_layout (examples[e].plot, &style, sizes[s].width, sizes[s].height);
      check_texts (layout, examples[e].name);
      check_rectangles (layout);
      cairo_surface_destroy (draw (examples[e].plot, layout, &style));
    }
  }
}

/* At its natural height a figure leaves nothing out and wastes little. */
static void
test_natural_height (void)
{
  for (guint e = 0; e < n_examples; e++) {
    for (double width = 300; width < 1000; width += 170) {
      EsStyle style;
      g_autoptr (EsPlotLayout) layout = NULL;
      double height;

      es_style_print (&style);
      height = es_plot_natural_height (examples[e].plot, &style, width);
      g_assert_cmpfloat (height, >, 20);
      g_assert_cmpfloat (height, <, 4 * width);
      layout = es_plot_layout (examples[e].plot, &style, width, height);
      check_texts (layout, examples[e].name);
      if (strstr (examples[e].name, "spectrum") != NULL)
        g_assert_cmpuint (layout->tiles->len, ==, 8);
    }
  }
}

static void
check_round_trip (EsPlot *plot, const EsPlotLayout *layout, EsPlotId id)
{
  g_auto (EsPlotHit) named = ES_PLOT_HIT_INIT;
  g_auto (EsPlotHit) picked = ES_PLOT_HIT_INIT;

  g_assert_true (es_plot_find (plot, layout, id, &named));
  g_assert_nonnull (named.text);
  g_assert_true (g_utf8_validate (named.text, -1, NULL));
  g_assert_true (es_plot_pick (plot, layout, named.rect.x + named.rect.width / 2,
                               named.rect.y + named.rect.height / 2, &picked));
  g_assert_true (es_plot_id_equal (picked.id, id));
  g_assert_cmpstr (picked.text, ==, named.text);
}

static void
test_pick_pictures (void)
{
  for (guint e = 0; e < n_examples; e++) {
    for (guint s = 5; s < 8; s++) {
      EsStyle style;
      g_autoptr (EsPlotLayout) layout = NULL;

      set_style (&style, e);
      layout =
          es_plot_layout (examples[e].plot, &style, sizes[s].width, sizes[s].height);
      for (guint t = 0; t < layout->tiles->len; t += 3) {
        const EsTile *tile = &g_array_index (layout->tiles, EsTile, t);
        EsPlotId id = tile->id;

        for (id.row = 0; id.row < (int)tile->rows; id.row += 9)
          for (id.col = 0; id.col < (int)tile->cols; id.col += 9)
            check_round_trip (examples[e].plot, layout, id);
      }
    }
  }
}

static void
test_pick_points (void)
{
  g_autoptr (EsPlot) history = es_example_history (300, FALSE);
  g_autoptr (EsPlot) spectrum = es_example_spectrum (FALSE, FALSE);
  EsStyle style;
  g_autoptr (EsPlotLayout) lines = NULL;
  g_autoptr (EsPlotLayout) dots = NULL;

  es_style_light (&style);
  lines = es_plot_layout (history, &style, 1200, 500);
  dots = es_plot_layout (spectrum, &style, 730, 300);
  for (int panel = 0; panel < 2; panel++)
    for (int series = 0; series < 2; series++)
      for (int index = 60; index < 300; index += 17)
        check_round_trip (history, lines, (EsPlotId){panel, series, index, -1, -1});
  for (int series = 0; series < 2; series++)
    for (int index = 0; index < 20; index++)
      check_round_trip (spectrum, dots, (EsPlotId){0, series, index, -1, -1});
}

/* What is named is what was drawn: its colour is there. */
static void
test_drawn_where_picked (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  cairo_surface_t *surface;

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 730, 300);
  surface = draw (plot, layout, &style);
  for (int s = 0; s < 2; s++) {
    EsColor color = s == 0 ? style.positive : style.negative;
    g_auto (EsPlotHit) dot = ES_PLOT_HIT_INIT;
    g_auto (EsPlotHit) cell = ES_PLOT_HIT_INIT;

    g_assert_true (es_plot_find (plot, layout, (EsPlotId){0, s, 2, -1, -1}, &dot));
    g_assert_cmphex (probe (surface, dot.rect.x + 2, dot.rect.y + 2), ==,
                     color_pixel (&color));
    for (int row = 2; row < 28; row += 5) {
      const EsTile *tile =
          es_plot_layout_find_tile (layout, (EsPlotId){1, s, 0, -1, -1});
      EsColorScale scale =
          es_color_scale_fit (style.diverging, TRUE, tile->values, 784);

      g_assert_true (es_plot_find (plot, layout, (EsPlotId){1, s, 0, row, 9}, &cell));
      g_assert_cmphex (probe (surface, cell.rect.x + cell.rect.width / 2,
                              cell.rect.y + cell.rect.height / 2),
                       ==, es_color_scale_pixel (&scale, cell.value));
    }
  }
  cairo_surface_destroy (surface);
}

static void
test_read_out (void)
{
  static const struct
  {
    guint example;
    EsPlotId id;
    const char *text;
  } cases[] = {
      {0, {1, 1, 6, -1, -1}, "Epoch 7, test accuracy 0.969"},
      {5, {0, 0, 2, -1, -1}, "Component 2, eigenvalue 3 of 256: +0.114"},
      {5, {0, 1, 0, -1, -1}, "Component −1, eigenvalue 256 of 256: −0.181"},
      {5, {1, 1, 1, -1, -1}, "Component −2, eigenvector 255 of 256 (−0.172)"},
      {7, {0, 9, 0, -1, -1}, "ankle boot, eigenvector 1 (+0.180)"},
      {10, {0, 0, 3, -1, -1}, "Image 3 (3)"},
  };
  EsStyle style;

  es_style_light (&style);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EsPlot *plot = examples[cases[i].example].plot;
    g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &style, 800, 500);
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

    g_assert_true (es_plot_find (plot, layout, cases[i].id, &hit));
    g_assert_cmpstr (hit.text, ==, cases[i].text);
  }
}

static void
test_cell_read_out (void)
{
  float picture[6] = {0, 0, 0, 0, 0, -0.031f};
  double eigenvalue = 0.134;
  const char *const name[] = {"digit 5"};
  EsGalleryData data = ES_GALLERY_DATA_INIT;
  g_autoptr (EsPlot) plot = NULL;
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  data.n_classes = data.n_components = 1;
  data.rows = 2;
  data.cols = 3;
  data.pictures = picture;
  data.eigenvalues = &eigenvalue;
  data.classes = name;
  plot = es_gallery_plot_new (&data);
  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 300, 200);
  g_assert_true (es_plot_find (plot, layout, (EsPlotId){0, 0, 0, 1, 2}, &hit));
  g_assert_cmpstr (hit.text, ==,
                   "digit 5, eigenvector 1 (+0.134), row 2, column 3: −0.031");
  g_assert_false (es_plot_find (plot, layout, (EsPlotId){0, 0, 0, 2, 0}, &hit));
  g_assert_false (es_plot_find (plot, layout, (EsPlotId){0, 0, 0, 1, -1}, &hit));
  g_assert_false (es_plot_find (plot, layout, (EsPlotId){0, 0, 1, -1, -1}, &hit));
  g_assert_null (hit.text);
}

static void
check_move (EsPlot *plot,
            const EsPlotLayout *layout,
            EsPlotHit *hit,
            EsPlotDirection direction,
            EsPlotId expected)
{
  g_assert_true (es_plot_move (plot, layout, hit, direction));
  g_assert_true (es_plot_id_equal (hit->id, expected));
}

static void
test_move_spectrum (void)
{
  EsPlot *plot = examples[5].plot;
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 730, 300);
  check_move (plot, layout, &hit, ES_PLOT_RIGHT, (EsPlotId){0, 0, 0, -1, -1});
  g_assert_false (es_plot_move (plot, layout, &hit, ES_PLOT_LEFT));
  check_move (plot, layout, &hit, ES_PLOT_RIGHT, (EsPlotId){0, 0, 1, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_DOWN, (EsPlotId){0, 1, 1, -1, -1});
  g_assert_false (es_plot_move (plot, layout, &hit, ES_PLOT_DOWN));
  check_move (plot, layout, &hit, ES_PLOT_IN, (EsPlotId){1, 1, 1, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_RIGHT, (EsPlotId){1, 1, 2, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_UP, (EsPlotId){1, 0, 2, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_IN, (EsPlotId){1, 0, 2, 14, 14});
  check_move (plot, layout, &hit, ES_PLOT_UP, (EsPlotId){1, 0, 2, 13, 14});
  check_move (plot, layout, &hit, ES_PLOT_LAST, (EsPlotId){1, 0, 2, 27, 27});
  g_assert_false (es_plot_move (plot, layout, &hit, ES_PLOT_RIGHT));
  check_move (plot, layout, &hit, ES_PLOT_OUT, (EsPlotId){1, 0, 2, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_OUT, (EsPlotId){0, 0, 2, -1, -1});
  check_move (plot, layout, &hit, ES_PLOT_LAST, (EsPlotId){0, 0, 19, -1, -1});
  g_assert_false (es_plot_move (plot, layout, &hit, ES_PLOT_IN));
}

static void
test_move_others (void)
{
  EsStyle style;
  g_autoptr (EsPlotLayout) lines = NULL;
  g_autoptr (EsPlotLayout) sheet = NULL;
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
  guint steps = 1;

  es_style_light (&style);
  lines = es_plot_layout (examples[0].plot, &style, 730, 300);
  check_move (examples[0].plot, lines, &hit, ES_PLOT_UP, (EsPlotId){0, 1, 0, -1, -1});
  check_move (examples[0].plot, lines, &hit, ES_PLOT_DOWN, (EsPlotId){0, 0, 0, -1, -1});
  check_move (examples[0].plot, lines, &hit, ES_PLOT_DOWN, (EsPlotId){1, 1, 0, -1, -1});
  check_move (examples[0].plot, lines, &hit, ES_PLOT_LAST,
              (EsPlotId){1, 1, 19, -1, -1});
  es_plot_hit_clear (&hit);
  /* Every image is reached row by row. */
  sheet = es_plot_layout (examples[10].plot, &style, 730, 300);
  g_assert_true (es_plot_move (examples[10].plot, sheet, &hit, ES_PLOT_RIGHT));
  for (;;) {
    if (es_plot_move (examples[10].plot, sheet, &hit, ES_PLOT_RIGHT)) {
      steps++;
      continue;
    }
    while (es_plot_move (examples[10].plot, sheet, &hit, ES_PLOT_LEFT))
      ;
    if (!es_plot_move (examples[10].plot, sheet, &hit, ES_PLOT_DOWN))
      break;
    steps++;
  }
  g_assert_cmpuint (steps, ==, 33);
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

/* A line that starts below the accuracy axis says where. */
static void
test_entry (void)
{
  double accuracy[20];
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotLayout) layout = NULL;
  const EsAxes *axes;
  const EsPlacedText *text;
  EsStyle style;

  for (guint i = 0; i < 20; i++)
    accuracy[i] = i < 2 ? 0.41 : 0.96 + 0.001 * i;
  data.n = 20;
  data.train_accuracy = accuracy;
  plot = es_history_plot_new (&data);
  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 528, 200);
  axes = es_plot_layout_get_axes (layout, 1);
  text = find_text (layout, "from 0.410");
  g_assert_nonnull (text);
  g_assert_cmpfloat (text->rect.x, >, es_scale_map (&axes->x, 2));
  g_assert_cmpfloat (es_rect_bottom (&text->rect), <=, es_rect_bottom (&axes->plot));
  es_plot_layout_free (g_steal_pointer (&layout));
  layout = es_plot_layout (plot, &style, 528, 80);
  g_assert_null (find_text (layout, "from 0.410"));
}

/* Raised digits make a label taller than others; both ends are labelled still. */
static void
test_tall_labels (void)
{
  const double train[] = {0.5, 4e-6}, test[] = {0.4, 6e-8};
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotLayout) layout = NULL;
  guint n = 0;
  EsStyle style;

  data.n = 2;
  data.train_loss = train;
  data.test_loss = test;
  plot = es_history_plot_new (&data);
  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 528, 200);
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    n += strstr (pango_layout_get_text (text->text), "×10") != NULL;
  }
  g_assert_cmpuint (n, ==, 2);
}

/* Either all pictures of a spectrum are named or none; both headings on one line. */
static void
test_spectrum_captions (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  EsStyle style;

  es_style_print (&style);
  for (double width = 200; width < 900; width += 7) {
    g_autoptr (EsPlotLayout) layout = es_plot_layout (
        plot, &style, width, es_plot_natural_height (plot, &style, width));
    const EsPlacedText *left = find_text (layout, "Eigenvalues");
    const EsPlacedText *right = find_text (layout, "Eigenvectors");

    g_assert_true ((find_text (layout, "3") != NULL) ==
                   (find_text (layout, "\u22124") != NULL));
    if (left != NULL && right != NULL && right->rect.x > es_rect_right (&left->rect))
      g_assert_cmpfloat (left->rect.y, ==, right->rect.y);
  }
}

/* Captions stand clear of the images, and a sheet fills its natural height. */
static void
test_samples_sheet (void)
{
  EsStyle style;

  es_style_print (&style);
  for (gsize n = 5; n < 300; n += 39) {
    g_autoptr (EsPlot) plot = es_example_samples (n, ES_SAMPLES_INK, TRUE);
    double height = es_plot_natural_height (plot, &style, 528), bottom = 0;
    g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &style, 528, height);
    const EsTile *tile = &g_array_index (layout->tiles, EsTile, 0);

    for (guint i = 0; i < layout->texts->len; i++) {
      const EsRect *rect = &g_array_index (layout->texts, EsPlacedText, i).rect;

      bottom = MAX (bottom, es_rect_bottom (rect));
      if (i == 1)
        g_assert_cmpfloat (rect->y, >=, es_rect_bottom (&tile->rect) + 1);
    }
    g_assert_cmpfloat (bottom, >=, height - style.margin - 10);
  }
}

/* Words below images are whole, if need be below fewer of them. */
static void
test_sample_captions (void)
{
  const char *captions[20];
  g_autofree float *pixels = g_new0 (float, 20 * 4);
  EsSamplesData data = {.n = 20, .rows = 2, .cols = 2, .pixels = pixels};
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotLayout) layout = NULL;
  EsStyle style;

  for (guint i = 0; i < 20; i++)
    captions[i] = i % 2 == 0 ? "alike" : "unlike";
  data.captions = captions;
  plot = es_samples_plot_new (&data);
  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 220, 100);
  g_assert_cmpuint (layout->tiles->len, >, 6);
  for (guint i = 0; i < layout->texts->len; i++)
    g_assert_false (pango_layout_is_ellipsized (
        g_array_index (layout->texts, EsPlacedText, i).text));
}

static void
test_accuracy_range (void)
{
  double values[40], lo, hi;

  for (guint i = 0; i < 40; i++)
    values[i] = i < 3 ? 0.3 : 0.93 + 0.001 * i;
  es_history_accuracy_range (values, 40, &lo, &hi);
  g_assert_cmpfloat (lo, ==, 0.9);
  g_assert_cmpfloat (hi, ==, 1);
  /* Few values are all shown. */
  es_history_accuracy_range (values, 4, &lo, &hi);
  g_assert_cmpfloat (lo, ==, 0);
  values[0] = 1;
  es_history_accuracy_range (values, 1, &lo, &hi);
  g_assert_cmpfloat (lo, ==, 0.995);
  values[0] = NAN;
  es_history_accuracy_range (values, 1, &lo, &hi);
  g_assert_cmpfloat (lo, ==, 0);
  g_assert_cmpfloat (hi, ==, 1);
}

static void
test_words_and_tables (void)
{
  static const gsize rows[] = {20,  0,        1,        2, 1000,     256,
                               256, 40 * 784, 30 * 784, 0, 33 * 784, 500 * 784,
                               63,  105,      0,        0, 124};
  g_autofree char *history = es_plot_describe (examples[0].plot, NULL);
  g_autofree char *spectrum = es_plot_describe (examples[5].plot, NULL);

  for (guint e = 0; e < n_examples; e++) {
    g_autofree char *words = es_plot_describe (examples[e].plot, NULL);
    g_autoptr (EsPlotTable) table = es_plot_to_table (examples[e].plot);

    g_assert_true (g_str_has_suffix (words, "."));
    g_assert_cmpuint (table->n_rows, ==, rows[e]);
    g_assert_cmpuint (table->n_columns, >=, 4);
  }
  g_assert_true (
      g_str_has_prefix (history, "Training history up to epoch 20, test accuracy 0.9"));
  g_assert_cmpstr (
      spectrum, ==,
      "Spectrum of digit 5: 256 eigenvalues, largest +0.146, most negative "
      "−0.181, effective rank 52.6.");
}

/* Few pictures are named one by one; one picture has its extremes said. */
static void
test_pictures_in_words (void)
{
  g_autoptr (EsPlot) one = es_example_gallery (1, 1, ES_GALLERY_BEST);
  g_autoptr (EsPlot) row = es_example_gallery (1, 3, ES_GALLERY_BEST);
  g_autoptr (EsPlot) images = es_example_samples (3, ES_SAMPLES_INK, TRUE);
  g_autofree char *of_one = es_plot_describe (one, NULL);
  g_autofree char *of_row = es_plot_describe (row, NULL);
  g_autofree char *of_images = es_plot_describe (images, NULL);

  g_assert_true (g_str_has_prefix (of_one, "t-shirt/top, eigenvector 1 (+0.180): a "
                                           "picture of 28 by 28 pixels, from −"));
  g_assert_nonnull (strstr (of_one, " to +"));
  g_assert_cmpstr (
      of_row, ==,
      "Pictures of 28 by 28 pixels: t-shirt/top, eigenvector 1 (+0.180); t-shirt/top, "
      "eigenvector 2 (+0.090); t-shirt/top, eigenvector 3 (+0.060).");
  g_assert_cmpstr (of_images, ==, "3 images of 28 by 28 pixels: 0, 1, 2.");
}

/* Whether a point, or a comma, stands between two digits somewhere in @text. */
static gboolean
has_between_digits (const char *text, char point)
{
  for (const char *p = strchr (text, point); p != NULL; p = strchr (p + 1, point))
    if (p > text && g_ascii_isdigit (p[-1]) && g_ascii_isdigit (p[1]))
      return TRUE;
  return FALSE;
}

/* With a comma in the style no number in the figure, its read-outs or its sentence
   keeps a point; in print none gets a comma. */
static void
test_decimal_comma (void)
{
  EsStyle styles[2];
  guint found[2] = {0};

  es_style_print (&styles[0]);
  es_style_light (&styles[1]);
  g_strlcpy (styles[1].point, ",", sizeof styles[1].point);
  for (guint e = 0; e < n_examples; e++) {
    for (guint s = 0; s < 2; s++) {
      EsPlot *plot = examples[e].plot;
      g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &styles[s], 900, 600);
      g_autofree char *words = es_plot_describe (plot, styles[s].point);
      g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
      const char wrong = s == 0 ? ',' : '.', right = s == 0 ? '.' : ',';

      g_assert_false (has_between_digits (words, wrong));
      for (guint i = 0; i < layout->texts->len; i++) {
        PangoLayout *text = g_array_index (layout->texts, EsPlacedText, i).text;

        g_assert_false (has_between_digits (pango_layout_get_text (text), wrong));
        found[s] += has_between_digits (pango_layout_get_text (text), right);
      }
      if (es_plot_move (plot, layout, &hit, ES_PLOT_FIRST))
        g_assert_false (has_between_digits (hit.text, wrong));
    }
  }
  g_assert_cmpuint (found[0], >, 10);
  g_assert_cmpuint (found[1], >, 10);
}

/* Values outside a log scale or unknown are no elements; curves are, end to end. */
static void
test_panels_keyboard (void)
{
  EsStyle style;
  EsPlot *plot = examples[12].plot;
  g_autoptr (EsPlotLayout) layout = NULL;
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
  guint n = 1;

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 900, 600);
  g_assert_true (es_plot_move (plot, layout, &hit, ES_PLOT_FIRST));
  g_assert_cmpstr (hit.text, ==, "Accuracy, clean, Strength 1: 0.970 \u00b1 0.0040");
  while (es_plot_move (plot, layout, &hit, ES_PLOT_RIGHT))
    n++;
  g_assert_cmpuint (n, ==, 10);
  for (n = 1; es_plot_move (plot, layout, &hit, ES_PLOT_DOWN); n++)
    check_round_trip (plot, layout, hit.id);
  /* Three curves in two panels, three stems. */
  g_assert_cmpuint (n, ==, 9);
  while (es_plot_move (plot, layout, &hit, ES_PLOT_UP))
    ;
  g_assert_cmpint (hit.id.panel, ==, 0);
}

/* On a slide the charts take the height that the pictures leave, in a squarer figure
   they stand above them over the full width. */
static void
test_spectrum_fills (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  g_autoptr (EsPlotLayout) slide = NULL, square = NULL;
  EsStyle style;

  es_style_light (&style);
  slide = es_plot_layout (plot, &style, 960, 540);
  square = es_plot_layout (plot, &style, 520, 440);
  g_assert_cmpfloat (es_rect_bottom (&es_plot_layout_get_axes (slide, 1)->plot), >,
                     0.8 * 540);
  g_assert_cmpfloat (es_plot_layout_get_axes (square, 0)->plot.width, >, 0.7 * 520);
}

static void
test_no_data (void)
{
  static const guint empty[] = {1, 9, 14, 15};
  EsStyle style;

  es_style_light (&style);
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++) {
    EsPlot *plot = examples[empty[i]].plot;
    g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &style, 400, 300);
    const EsPlacedText *last =
        &g_array_index (layout->texts, EsPlacedText, layout->texts->len - 1);
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

    g_assert_cmpstr (pango_layout_get_text (last->text), ==, "No data yet");
    g_assert_false (es_plot_pick (plot, layout, 200, 150, &hit));
    g_assert_false (es_plot_move (plot, layout, &hit, ES_PLOT_FIRST));
  }
}

static void
check_odd (EsPlot *plot)
{
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  g_autofree char *words = es_plot_describe (plot, NULL);
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);

  es_style_light (&style);
  layout = es_plot_layout (plot, &style, 500, 300);
  check_texts (layout, "odd values");
  cairo_surface_destroy (draw (plot, layout, &style));
  for (double x = 0; x < 500; x += 13) {
    for (double y = 0; y < 300; y += 13) {
      g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

      if (es_plot_pick (plot, layout, x, y, &hit))
        g_assert_true (isfinite (hit.rect.x) && isfinite (hit.rect.y));
    }
  }
  es_plot_unref (plot);
}

static void
test_odd_values (void)
{
  const double odd[][4] = {{NAN, NAN, NAN, NAN},
                           {INFINITY, -INFINITY, NAN, 1},
                           {0, 0, 0, 0},
                           {1e308, -1e308, 1e308, -1e308},
                           {5e-324, 1e-310, 0, -1}};
  float pictures[16];

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    for (gboolean log = FALSE; log <= TRUE; log++) {
      EsHistoryData data = ES_HISTORY_DATA_INIT;

      data.n = 4;
      data.train_loss = data.test_loss = data.train_accuracy = odd[i];
      data.log_loss = data.show_error = data.log_error = log;
      check_odd (es_history_plot_new (&data));
    }
    for (gboolean plane = FALSE; plane <= TRUE; plane++) {
      g_auto (GStrv) labels = g_strsplit ("1 2 3 4", " ", 0);
      EsCurve curve = {NULL, 4, odd[i], odd[i], NULL, labels};
      EsPanel panel = {
          .heading = "Odd", .plane = plane, .curves = &curve, .n_curves = 1};

      check_odd (es_panels_plot_new (&(EsPanelsData){.panels = &panel, .n_panels = 1}));
    }
    for (guint k = 0; k < 16; k++)
      pictures[k] = (float)odd[i][k % 4];
    for (gboolean shared = FALSE; shared <= TRUE; shared++) {
      EsSpectrumData spectrum = ES_SPECTRUM_DATA_INIT;
      EsGalleryData gallery = ES_GALLERY_DATA_INIT;
      EsSamplesData samples = ES_SAMPLES_DATA_INIT;

      spectrum.eigenvalues = gallery.eigenvalues = odd[i];
      spectrum.n = 4;
      spectrum.positive = spectrum.negative = gallery.pictures = samples.pixels =
          pictures;
      spectrum.n_positive = spectrum.n_negative = samples.n = 4;
      gallery.n_classes = gallery.n_components = 2;
      spectrum.rows = spectrum.cols = gallery.rows = gallery.cols = samples.rows =
          samples.cols = 2;
      spectrum.shared_scale = gallery.shared_scale = shared;
      check_odd (es_spectrum_plot_new (&spectrum));
      check_odd (es_gallery_plot_new (&gallery));
      check_odd (es_samples_plot_new (&samples));
    }
  }
}

static void
test_selected (void)
{
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  const EsTile *tile;
  cairo_surface_t *surface;

  es_style_light (&style);
  layout = es_plot_layout (examples[6].plot, &style, 730, 300);
  surface = draw (examples[6].plot, layout, &style);
  tile = es_plot_layout_find_tile (layout, (EsPlotId){1, 0, 1, -1, -1});
  g_assert_cmphex (probe (surface, tile->rect.x - 2, tile->rect.y + 20), ==,
                   color_pixel (&style.accent));
  tile = es_plot_layout_find_tile (layout, (EsPlotId){1, 0, 3, -1, -1});
  g_assert_cmphex (probe (surface, tile->rect.x - 2, tile->rect.y + 20), ==, 0xffffff);
  cairo_surface_destroy (surface);
}

static void
test_highlight (void)
{
  EsStyle style;

  es_style_dark (&style);
  for (guint e = 0; e < n_examples; e++) {
    g_autoptr (EsPlotLayout) layout =
        es_plot_layout (examples[e].plot, &style, 400, 250);
    cairo_surface_t *before = draw (examples[e].plot, layout, &style);
    cairo_surface_t *after = draw (examples[e].plot, layout, &style);
    gsize bytes = (gsize)cairo_image_surface_get_stride (before) * 250;
    cairo_t *cr = cairo_create (after);
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;
    gboolean any = es_plot_move (examples[e].plot, layout, &hit, ES_PLOT_FIRST);

    es_plot_draw_highlight (examples[e].plot, layout, &style, &hit, cr);
    cairo_surface_flush (after);
    g_assert_true ((memcmp (cairo_image_surface_get_data (before),
                            cairo_image_surface_get_data (after), bytes) != 0) == any);
    cairo_destroy (cr);
    cairo_surface_destroy (before);
    cairo_surface_destroy (after);
  }
}

/* Every component has a group, be it its own. */
static void
test_groups (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (TRUE, TRUE);
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);
  const EsPlotColumn *group = &table->columns[3];
  guint n_shared = 0;

  g_assert_cmpstr (group->name, ==, "group");
  for (gsize row = 0; row < table->n_rows; row++) {
    g_assert_false (isnan (group->numbers[row]));
    n_shared += row > 0 && group->numbers[row] == group->numbers[row - 1];
  }
  g_assert_cmpuint (n_shared, >, 0);
  g_assert_cmpuint (n_shared, <, table->n_rows - 1);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_examples ();
  g_test_add_func ("/plot/groups", test_groups);
  g_test_add_func ("/plot/any-size", test_any_size);
  g_test_add_func ("/plot/natural-height", test_natural_height);
  g_test_add_func ("/plot/pick-pictures", test_pick_pictures);
  g_test_add_func ("/plot/pick-points", test_pick_points);
  g_test_add_func ("/plot/drawn-where-picked", test_drawn_where_picked);
  g_test_add_func ("/plot/read-out", test_read_out);
  g_test_add_func ("/plot/cell-read-out", test_cell_read_out);
  g_test_add_func ("/plot/move-spectrum", test_move_spectrum);
  g_test_add_func ("/plot/move-others", test_move_others);
  g_test_add_func ("/plot/entry", test_entry);
  g_test_add_func ("/plot/tall-labels", test_tall_labels);
  g_test_add_func ("/plot/spectrum-captions", test_spectrum_captions);
  g_test_add_func ("/plot/samples-sheet", test_samples_sheet);
  g_test_add_func ("/plot/sample-captions", test_sample_captions);
  g_test_add_func ("/plot/accuracy-range", test_accuracy_range);
  g_test_add_func ("/plot/words-and-tables", test_words_and_tables);
  g_test_add_func ("/plot/pictures-in-words", test_pictures_in_words);
  g_test_add_func ("/plot/decimal-comma", test_decimal_comma);
  g_test_add_func ("/plot/spectrum-fills", test_spectrum_fills);
  g_test_add_func ("/plot/no-data", test_no_data);
  g_test_add_func ("/plot/panels-keyboard", test_panels_keyboard);
  g_test_add_func ("/plot/odd-values", test_odd_values);
  g_test_add_func ("/plot/selected", test_selected);
  g_test_add_func ("/plot/highlight", test_highlight);
  status = g_test_run ();
  for (guint e = 0; e < n_examples; e++)
    es_plot_unref (examples[e].plot);
  return status;
}
