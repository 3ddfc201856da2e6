/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-private.h"
#include "es-samples-plot.h"
#include "es-tile-grid.h"

#include <math.h>
#include <string.h>

/* Smaller images say nothing: then fewer are shown, and the sheet says so. */
#define SMALLEST 16
/* At this size, in body text sizes, a sheet is drawn when the height is free. */
#define NATURAL 4.5
/* Captions up to this width, in body text sizes, are shown whole. */
#define CAPTION_WIDTH 4
/* As many a sentence reads out. */
#define CAPTIONS_MOST 30

typedef struct
{
  EsPlot base;
  gsize n;
  guint rows, cols;
  float *pixels;
  char **captions; /* (n) or NULL */
  gsize *numbers;  /* (n) */
  EsSamplesColors colors;
} Samples;

static void
finalize (EsPlot *plot)
{
  Samples *samples = (Samples *)plot;

  g_free (samples->pixels);
  g_strfreev (samples->captions);
  g_free (samples->numbers);
}

static gboolean
is_empty (const EsPlot *plot)
{
  const Samples *samples = (const Samples *)plot;

  return samples->n == 0 || samples->rows == 0 || samples->cols == 0;
}

static gsize
cells (const Samples *samples)
{
  return (gsize)samples->rows * samples->cols;
}

/* Between an image and what stands below it. */
static double
caption_gap (const EsStyle *style)
{
  return style->gap / 4;
}

static EsTileSpec
tile_spec (const Samples *samples, const EsStyle *style)
{
  EsTileSpec spec = {(double)samples->rows / samples->cols, style->gap / 2, 0};

  if (samples->captions != NULL)
    spec.caption = es_text_height (style, ES_TEXT_SMALL) + caption_gap (style);
  return spec;
}

static const EsBarSpec *
bar_spec (const Samples *samples, const EsStyle *style, EsBarSpec *spec)
{
  if (samples->colors != ES_SAMPLES_VIRIDIS)
    return NULL;
  *spec = (EsBarSpec){style->sequential, FALSE, TRUE, 0, 1};
  return spec;
}

/* The least width of an image: its caption's, unless some are long and cut anyway. */
static double
least_width (const Samples *samples, const EsStyle *style)
{
  double width = SMALLEST;

  for (gsize i = 0; samples->captions != NULL && i < samples->n; i++) {
    double wanted = ceil (es_text_width (style, ES_TEXT_SMALL, samples->captions[i]));

    if (wanted > CAPTION_WIDTH * style->size)
      return SMALLEST;
    width = MAX (width, wanted);
  }
  return width;
}

/* The grid for all images or, where they would be too small, for as many as fit. */
static gsize
arrange (const Samples *samples,
         const EsStyle *style,
         const EsTileSpec *spec,
         double width,
         double height,
         EsTileGrid *grid)
{
  gsize n = samples->n, n_cols = es_tile_grid_best_columns (spec, width, height, n);
  gsize n_rows = (n + n_cols - 1) / n_cols;
  double least;

  es_tile_grid_fit (grid, spec, width, height, n_cols, n_rows);
  least = least_width (samples, style);
  if (grid->tile_width >= least)
    return n;
  n_cols = (gsize)MAX ((width + spec->gap) / (least + spec->gap), 1);
  n_rows = (gsize)MAX (
      (height + spec->gap) / (least * spec->aspect + spec->caption + spec->gap), 1);
  n_cols = MIN (n_cols, n);
  n_rows = MIN (n_rows, (n + n_cols - 1) / n_cols);
  es_tile_grid_fit (grid, spec, width, height, n_cols, n_rows);
  return MIN (n, n_cols * n_rows);
}

static double
body_height (const EsPlot *plot, const EsStyle *style, double width)
{
  const Samples *samples = (const Samples *)plot;
  EsTileSpec spec;
  EsTileGrid grid;
  EsBarSpec bar;
  double height;
  gsize n_cols;

  if (is_empty (plot))
    return width / 2;
  spec = tile_spec (samples, style);
  if (bar_spec (samples, style, &bar) != NULL)
    width -= es_plot_layout_bar_width (&bar, style);
  n_cols = (gsize)MAX (width / (NATURAL * style->size), 1);
  n_cols = MIN (n_cols, samples->n);
  es_tile_grid_fit (&grid, &spec, width, 1e6, n_cols,
                    (samples->n + n_cols - 1) / n_cols);
  /* A page, at most; and of the grid that such a height leads to. */
  height = MIN (es_tile_grid_height (&grid, &spec), 1.4 * width);
  if (arrange (samples, style, &spec, width, height, &grid) < samples->n)
    return height;
  return es_tile_grid_height (&grid, &spec);
}

static void
place_caption (const char *caption,
               const EsRect *tile,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, caption);
  double width, height;

  es_text_get_size (text, &width, &height);
  if (width > tile->width) {
    pango_layout_set_width (text, (int)(tile->width * PANGO_SCALE));
    pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
    es_text_get_size (text, &width, &height);
  }
  if (width <= tile->width)
    es_plot_layout_add_text (layout, text, &style->text, tile->x + tile->width / 2,
                             es_rect_bottom (tile) + caption_gap (style),
                             (EsAlign){0.5, 0});
}

/* Reserves a line at the bottom that says how many are shown. */
static void
place_rest (gsize n_shown,
            gsize n,
            const EsRect *body,
            const EsStyle *style,
            EsPlotLayout *layout)
{
  g_autofree char *string =
      g_strdup_printf (_ ("the first %u of %u"), (guint)n_shown, (guint)n);
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, string);

  es_plot_layout_add_text (layout, text, &style->dim, body->x, es_rect_bottom (body),
                           (EsAlign){0, 1});
}

static void
place (const EsPlot *plot,
       const EsStyle *style,
       EsPlotLayout *layout,
       const EsRect *body)
{
  const Samples *samples = (const Samples *)plot;
  EsTileSpec spec = tile_spec (samples, style);
  EsBarSpec bar;
  gboolean with_bar = bar_spec (samples, style, &bar) != NULL;
  double bar_width = with_bar ? es_plot_layout_bar_width (&bar, style) : 0;
  double x = ceil (body->x), y = ceil (body->y);
  double line = es_text_height (style, ES_TEXT_SMALL) + style->gap / 2;
  EsColorScale scale = {with_bar ? style->sequential : style->ink, 0, 1};
  EsTileGrid grid;
  gsize n_shown =
      arrange (samples, style, &spec, body->width - bar_width, body->height, &grid);

  if (n_shown < samples->n) {
    n_shown = arrange (samples, style, &spec, body->width - bar_width,
                       body->height - line, &grid);
    place_rest (n_shown, samples->n, body, style, layout);
  }
  for (gsize i = 0; i < n_shown && grid.tile_width >= 1; i++) {
    EsRect rect = {x + (i % grid.n_cols) * grid.step_x,
                   y + (i / grid.n_cols) * grid.step_y, grid.tile_width,
                   grid.tile_height};

    es_plot_layout_add_tile (layout, &rect, (EsPlotId){0, 0, (int)i, -1, -1},
                             samples->pixels + i * cells (samples), samples->rows,
                             samples->cols, &scale);
    if (samples->captions != NULL)
      place_caption (samples->captions[i], &rect, style, layout);
  }
  if (with_bar && grid.tile_width >= 1)
    es_plot_layout_add_bar (
        layout, &bar, style,
        &(EsRect){x + es_tile_grid_width (&grid, &spec), y, bar_width,
                  es_tile_grid_height (&grid, &spec) - spec.caption});
}

static char *
read_out (const EsPlot *plot, const EsPlotHit *hit, const char *point)
{
  const Samples *samples = (const Samples *)plot;
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, _ ("Image %u"), (guint)samples->numbers[hit->id.index]);
  if (samples->captions != NULL)
    g_string_append_printf (out, " (%s)", samples->captions[hit->id.index]);
  if (hit->id.row >= 0) {
    g_autofree char *value = es_number_text (hit->value, 3, point);

    g_string_append (out, ", ");
    g_string_append_printf (out, _ ("row %d, column %d: %s"), hit->id.row + 1,
                            hit->id.col + 1, value);
  }
  return g_string_free (out, FALSE);
}

static char *
describe (const EsPlot *plot, const char *point)
{
  const Samples *samples = (const Samples *)plot;

  if (is_empty (plot))
    return g_strdup (_ ("Images: no data yet."));
  if (samples->captions != NULL && samples->n <= CAPTIONS_MOST) {
    g_autofree char *captions = g_strjoinv (", ", samples->captions);

    return g_strdup_printf (
        g_dngettext (ES_TEXT_DOMAIN, "%u image of %u by %u pixels: %s.",
                     "%u images of %u by %u pixels: %s.", samples->n),
        (guint)samples->n, samples->cols, samples->rows, captions);
  }
  return g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u image of %u by %u pixels.",
                                       "%u images of %u by %u pixels.", samples->n),
                          (guint)samples->n, samples->cols, samples->rows);
}

static EsPlotTable *
to_table (const EsPlot *plot)
{
  const Samples *samples = (const Samples *)plot;
  EsPlotTable *table =
      es_plot_table_new (is_empty (plot) ? 0 : samples->n * cells (samples));
  double *number = es_plot_table_add_numbers (table, "image", _ ("Image"));
  char **caption = es_plot_table_add_strings (table, "caption", _ ("Caption"));
  double *row = es_plot_table_add_numbers (table, "row", _ ("Row"));
  double *col = es_plot_table_add_numbers (table, "column", _ ("Column"));
  double *value = es_plot_table_add_numbers (table, "value", _ ("Value"));

  for (gsize i = 0; i < table->n_rows; i++) {
    gsize at = i / cells (samples), cell = i % cells (samples);

    number[i] = (double)samples->numbers[at];
    if (samples->captions != NULL)
      caption[i] = g_strdup (samples->captions[at]);
    row[i] = (double)(cell / samples->cols) + 1;
    col[i] = (double)(cell % samples->cols) + 1;
    value[i] = samples->pixels[i];
  }
  return table;
}

static const EsPlotClass samples_class = {
    .finalize = finalize,
    .is_empty = is_empty,
    .body_height = body_height,
    .place = place,
    .read_out = read_out,
    .describe = describe,
    .to_table = to_table,
};

EsPlot *
es_samples_plot_new (const EsSamplesData *data)
{
  Samples *samples = g_new0 (Samples, 1);
  gsize size = data->n * data->rows * data->cols;

  es_plot_init (&samples->base, &samples_class, data->title, data->selected);
  samples->n = data->n;
  samples->rows = data->rows;
  samples->cols = data->cols;
  samples->colors = data->colors;
  samples->pixels = g_new (float, MAX (size, 1));
  if (size > 0)
    memcpy (samples->pixels, data->pixels, size * sizeof (float));
  samples->numbers = g_new (gsize, MAX (data->n, 1));
  for (gsize i = 0; i < data->n; i++)
    samples->numbers[i] = data->numbers != NULL ? data->numbers[i] : i;
  if (data->captions != NULL) {
    samples->captions = g_new0 (char *, data->n + 1);
    for (gsize i = 0; i < data->n; i++)
      samples->captions[i] =
          g_strdup (data->captions[i] != NULL ? data->captions[i] : "");
  }
  return &samples->base;
}
