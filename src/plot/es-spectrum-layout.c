/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"
#include "es-spectrum-private.h"

#include <math.h>

/* The least share of the width for the eigenvalues when they stand beside the
   pictures, and the share of the height when they stand above. */
#define CHART_SHARE 0.26
#define CHART_SHARE_ABOVE 0.42
/* Pictures must gain this much before the eigenvalues move above them. */
#define WORTH_STACKING 1.15
/* A chart beside the pictures is at most so many times as high as they are. */
#define TALLEST_CHART 1.5

/*
 * Both arrangements align by rows: the axis of the positive eigenvalues ends where that
 * of the negative begins, and beside each other the charts are as high as the pictures.
 */
typedef struct
{
  gboolean stacked;
  double heading;  /* height of the headings' line */
  double caption;  /* below each picture */
  double bracket;  /* part of it, for brackets */
  double band;     /* between the charts, for their common axis */
  double bar;      /* width of the colour bar */
  double captions; /* width of the widest name and value of a picture, as written */
  gsize columns;
  double tile_width, tile_height;
  double chart_width, chart_height; /* of one, labels included */
  double step;                      /* from a row of pictures to the next */
} Geometry;

static gsize
n_columns (const EsSpectrumPlot *spectrum)
{
  if (spectrum->picture_limit > 0)
    return spectrum->n_vectors;
  return MAX (spectrum->sides[0].n_tiles, spectrum->sides[1].n_tiles);
}

static gboolean
has_brackets (const EsSpectrumPlot *spectrum)
{
  for (guint s = 0; s < 2; s++)
    for (gsize rank = 0; rank < spectrum->sides[s].n_tiles; rank++)
      if (es_spectrum_side_group_length (&spectrum->sides[s], rank) > 1)
        return TRUE;
  return FALSE;
}

static EsColorScale
shared_scale (const EsSpectrumPlot *spectrum, const EsStyle *style)
{
  EsColorScale scale = {style->diverging, 0, spectrum->picture_limit};

  for (guint s = 0; s < 2 && spectrum->picture_limit == 0; s++) {
    const EsSpectrumSide *side = &spectrum->sides[s];
    EsColorScale one =
        es_color_scale_fit (style->diverging, TRUE, side->pictures,
                            side->n_tiles * spectrum->rows * spectrum->cols);

    scale.hi = MAX (scale.hi, one.hi);
  }
  scale.lo = -scale.hi;
  return scale;
}

static EsBarSpec
bar_spec (const EsSpectrumPlot *spectrum, const EsStyle *style)
{
  EsColorScale scale = shared_scale (spectrum, style);

  return (EsBarSpec){style->diverging, TRUE, spectrum->shared_scale, scale.lo,
                     scale.hi};
}

/* @value, or where layouts must not differ the one that takes the most room. */
static double
extreme_or (const EsSpectrumPlot *spectrum, double value)
{
  return spectrum->value_limit > 0 ? -spectrum->value_limit : value;
}

/* What the longest caption takes with its name and a gap. */
static double
captions_width (const EsSpectrumPlot *spectrum, const EsStyle *style)
{
  double widest = 0;

  for (guint s = 0; s < 2; s++) {
    for (gsize rank = 0; rank < spectrum->sides[s].n_tiles; rank++) {
      g_autofree char *value = es_number_write (
          &spectrum->format, extreme_or (spectrum, spectrum->sides[s].values[rank]),
          style->point);
      g_autofree char *name = es_spectrum_component_name (s, rank);

      widest = MAX (widest, es_text_width (style, ES_TEXT_SMALL, value) +
                                es_text_width (style, ES_TEXT_SMALL, name));
    }
  }
  return widest + style->gap / 2;
}

/* What does not depend on the arrangement. */
static void
geometry_init (Geometry *g, const EsSpectrumPlot *spectrum, const EsStyle *style)
{
  double small = es_text_height (style, ES_TEXT_SMALL);
  EsBarSpec spec = bar_spec (spectrum, style);

  *g = (Geometry){0};
  g->columns = n_columns (spectrum);
  g->heading = es_text_height (style, ES_TEXT_HEADING) + 0.75 * style->gap;
  g->bracket = has_brackets (spectrum) ? 0.75 * style->gap : 0;
  g->caption = small + style->gap / 4 + g->bracket;
  g->band = g->caption + style->gap;
  g->bar = g->columns > 0 ? es_plot_layout_bar_width (&spec, style) : 0;
  g->captions = captions_width (spectrum, style);
}

static double
row_width (const Geometry *g, const EsStyle *style)
{
  return g->columns * (g->tile_width + style->gap) - style->gap;
}

static double
tile_width_in (
    const Geometry *g, const EsStyle *style, double width, double height, double aspect)
{
  double by_width = (width + style->gap) / g->columns - style->gap;

  return floor (MAX (MIN (by_width, height / aspect), 0));
}

/* Charts to the left, as high as the pictures. */
static void
arrange_beside (Geometry *g, const EsStyle *style, const EsRect *body, double aspect)
{
  double chart = MAX (CHART_SHARE * body->width, 9 * style->size);
  double height = (body->height - g->heading - g->band - g->caption) / 2;

  if (g->columns == 0) {
    g->chart_width = body->width;
    g->chart_height = floor ((body->height - g->heading - g->band) / 2);
    return;
  }
  g->tile_width = tile_width_in (
      g, style, body->width - chart - 2 * style->gap - g->bar, height, aspect);
  g->tile_height = floor (g->tile_width * aspect);
  g->chart_width = body->width - row_width (g, style) - 2 * style->gap - g->bar;
  g->chart_height = g->tile_height;
}

static void
arrange_stacked (Geometry *g, const EsStyle *style, const EsRect *body, double aspect)
{
  double charts = CHART_SHARE_ABOVE * body->height;
  double height =
      (body->height - charts - g->heading - 2 * g->caption - 3 * style->gap) / 2;

  if (g->columns == 0)
    return;
  g->stacked = TRUE;
  g->tile_width = tile_width_in (g, style, body->width - g->bar, height, aspect);
  g->tile_height = floor (g->tile_width * aspect);
  /* What the pictures leave over goes to the charts, unless they grow too tall. */
  charts = body->height - 2 * g->heading - 2 * (g->tile_height + g->caption) -
           3 * style->gap - g->band;
  g->chart_width = body->width;
  g->chart_height = floor (MIN (charts / 2, 0.45 * body->width));
}

/* Height to spare, as on a slide, goes to the charts, unless they grow too tall. */
static void
fill_beside (Geometry *g, const EsRect *body)
{
  double height = (body->height - g->heading - g->band - g->caption) / 2;

  if (g->columns > 0 && height > g->chart_height)
    g->chart_height = floor (MIN (height, TALLEST_CHART * g->tile_height));
}

/* What the data takes up. */
static double
used_area (const Geometry *g)
{
  return 2 * (g->chart_width * g->chart_height +
              g->columns * g->tile_width * g->tile_height);
}

/* Stacked where that makes the pictures larger, or where it fills more of the figure
   with hardly smaller ones. */
static gboolean
stacks_better (const Geometry *stacked, const Geometry *beside)
{
  double gain = stacked->tile_width / MAX (beside->tile_width, 1);

  return gain > WORTH_STACKING ||
         (gain > 1 / WORTH_STACKING && used_area (stacked) > 1.2 * used_area (beside));
}

static void
arrange (Geometry *g,
         const EsSpectrumPlot *spectrum,
         const EsStyle *style,
         const EsRect *body)
{
  double aspect = (double)spectrum->rows / MAX (spectrum->cols, 1);
  Geometry stacked;

  geometry_init (g, spectrum, style);
  stacked = *g;
  arrange_beside (g, style, body, aspect);
  fill_beside (g, body);
  arrange_stacked (&stacked, style, body, aspect);
  if (stacked.chart_height > 3 * style->size && stacks_better (&stacked, g))
    *g = stacked;
  g->step = ceil (g->band) + (g->stacked ? g->tile_height : g->chart_height);
}

double
es_spectrum_plot_body_height (const EsPlot *plot, const EsStyle *style, double width)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  double aspect = (double)spectrum->rows / MAX (spectrum->cols, 1);
  EsRect body = {0, 0, width, 1e6};
  Geometry g;

  geometry_init (&g, spectrum, style);
  if (g.columns == 0)
    return 0.6 * width;
  if (width > 30 * style->size) {
    arrange_beside (&g, style, &body, aspect);
    return g.heading + 2 * g.tile_height + g.band + g.caption;
  }
  arrange_stacked (&g, style, &body, aspect);
  return 2 * g.heading + 2 * (g.tile_height + g.caption) + 3 * style->gap + g.band +
         0.5 * width;
}

/* The charts */

static double
largest_shown (const EsSpectrumPlot *spectrum)
{
  double largest = spectrum->value_limit;

  for (guint s = 0; s < 2 && spectrum->value_limit == 0; s++)
    if (spectrum->sides[s].n_shown > 0)
      largest = MAX (largest, fabs (spectrum->sides[s].values[0]));
  return largest;
}

static void
find_rank_ticks (EsTicks *ticks, guint n_values, double width, const EsStyle *style)
{
  static const guint steps[] = {5, 10, 20, 50, 100, 200, 500, 1000};
  guint step = 1;

  if (n_values > 6)
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
      step = steps[i];
      if (n_values / step * 2.2 * style->size_small <= width &&
          n_values / step < ES_TICKS_MAX)
        break;
    }
  ticks->n = 0;
  for (guint rank = 1; rank <= n_values && ticks->n < ES_TICKS_MAX;
       rank = rank == 1 ? MAX (step, 2) : rank + step) {
    EsTick *tick = &ticks->tick[ticks->n++];

    tick->value = rank;
    g_snprintf (tick->label, sizeof tick->label, "%u", rank);
  }
}

/* The values of the pictured components stand at the axis, moved apart where they
   are close, each joined to its place. */
static void
place_value_labels (const EsSpectrumPlot *spectrum,
                    guint s,
                    const EsAxes *axes,
                    const EsStyle *style,
                    EsPlotLayout *layout)
{
  const EsSpectrumSide *side = &spectrum->sides[s];
  const EsColor *color = s == 0 ? &style->positive : &style->negative;
  double height = es_text_height (style, ES_TEXT_SMALL);
  double right = axes->plot.x - 1.5 * style->gap;
  double zero = es_scale_map (&axes->y, 0);
  gsize n = MIN (side->n_tiles > 0 ? side->n_tiles : 4, side->n_shown);
  g_autofree double *y = g_new (double, n + 1);

  for (;; n--) {
    double lo = s == 0 ? axes->plot.y - height / 2 : zero + height / 2;
    double hi = s == 0 ? zero - height / 2 : es_rect_bottom (&axes->plot) + height / 2;

    /* Ascending positions: of the negative ones the leading is the lowest. */
    for (gsize i = 0; i < n; i++)
      y[i] = es_scale_map (&axes->y, side->values[s == 0 ? i : n - 1 - i]);
    if (n == 0 || es_text_spread (y, (guint)n, height, lo, hi))
      break;
  }
  for (gsize i = 0; i < n; i++) {
    gsize rank = s == 0 ? i : n - 1 - i;
    double at = es_axes_crisp (es_scale_map (&axes->y, side->values[rank]));
    double dot = es_scale_map (&axes->x, (double)rank + 1);
    g_autofree char *label =
        es_number_write (&spectrum->format, side->values[rank], style->point);
    g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, label);

    if (!es_plot_layout_add_text (layout, text, color, right, y[i], (EsAlign){1, 0.5}))
      continue;
    es_plot_layout_add_stroke (layout, &style->axis, right + style->gap / 4, y[i],
                               axes->plot.x - style->gap / 4, at);
    es_plot_layout_add_stroke (layout, &style->axis, axes->plot.x - style->gap / 4, at,
                               axes->plot.x, at);
    es_plot_layout_add_stroke (layout, &style->grid, axes->plot.x, at, dot, at);
  }
}

static void
place_zero_label (const EsAxes *axes, const EsStyle *style, EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, "0");

  es_plot_layout_add_text (layout, text, &style->dim, axes->plot.x - 1.5 * style->gap,
                           es_scale_map (&axes->y, 0), (EsAlign){1, 0.5});
}

static void
place_chart_brackets (const EsSpectrumSide *side,
                      guint s,
                      const EsAxes *axes,
                      const EsStyle *style,
                      EsPlotLayout *layout)
{
  double away = s == 0 ? -1 : 1;
  gsize length;

  for (gsize rank = 0; rank < side->n_shown; rank += length) {
    double y = es_scale_map (&axes->y, side->values[rank]);

    length = es_spectrum_side_group_length (side, rank);
    if (length < 2)
      continue;
    length = MIN (length, side->n_shown - rank);
    es_plot_layout_add_bracket (layout, &style->dim,
                                es_scale_map (&axes->x, (double)rank + 0.75),
                                es_scale_map (&axes->x, (double)(rank + length) + 0.25),
                                y + away * 2.6 * style->dot, away * style->dot);
  }
}

/* The ranks stand once, between the charts, for both. */
static void
place_rank_labels (const EsAxes *axes,
                   const Geometry *g,
                   const EsStyle *style,
                   EsPlotLayout *layout)
{
  double y = es_rect_bottom (&axes->plot) + g->band / 2;

  for (guint i = 0; i < axes->x_ticks.n; i++) {
    g_autoptr (PangoLayout) text =
        es_text_new (style, ES_TEXT_SMALL, axes->x_ticks.tick[i].label);

    es_plot_layout_add_text (layout, text, &style->dim,
                             es_scale_map (&axes->x, axes->x_ticks.tick[i].value), y,
                             (EsAlign){0.5, 0.5});
  }
}

/* Room for the value labels and their leaders. */
static double
labels_width (const EsSpectrumPlot *spectrum, const EsStyle *style)
{
  double widest = 0;

  for (guint s = 0; s < 2; s++) {
    if (spectrum->sides[s].n_shown > 0) {
      g_autofree char *label = es_number_write (
          &spectrum->format, extreme_or (spectrum, spectrum->sides[s].values[0]),
          style->point);

      widest = MAX (widest, es_text_width (style, ES_TEXT_SMALL, label));
    }
  }
  return widest + 1.5 * style->gap;
}

static void
place_chart (const EsSpectrumPlot *spectrum,
             guint s,
             const EsRect *rect,
             const Geometry *g,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  EsAxes axes = {0};
  double labels = labels_width (spectrum, style);
  double largest = 1.02 * largest_shown (spectrum);
  guint n_values = MAX (spectrum->n_values, 1);

  axes.plot.x = es_axes_crisp (rect->x + labels);
  axes.plot.y = es_axes_crisp (rect->y) - 0.5;
  axes.plot.width = floor (es_rect_right (rect) - axes.plot.x);
  axes.plot.height = rect->height;
  if (axes.plot.width < 4 || axes.plot.height < 4) {
    axes.plot.width = axes.plot.height = 0;
    g_array_append_val (layout->axes, axes);
    return;
  }
  es_scale_init (&axes.x, ES_SCALE_LINEAR, 0.25, n_values + 0.75, axes.plot.x,
                 es_rect_right (&axes.plot));
  es_scale_init (&axes.y, ES_SCALE_LINEAR, s == 0 ? 0 : -largest, s == 0 ? largest : 0,
                 es_rect_bottom (&axes.plot), axes.plot.y);
  find_rank_ticks (&axes.x_ticks, n_values, axes.plot.width, style);
  axes.base = es_scale_map (&axes.y, 0);
  axes.tick = (s == 0 ? 1 : -1) * style->gap / 3;
  axes.y_line = TRUE;
  g_array_append_val (layout->axes, axes);
  if (largest > 0)
    place_zero_label (&axes, style, layout);
  place_value_labels (spectrum, s, &axes, style, layout);
  place_chart_brackets (&spectrum->sides[s], s, &axes, style, layout);
  if (s == 0)
    place_rank_labels (&axes, g, style, layout);
  if (spectrum->sides[s].n == 0) {
    g_autoptr (PangoLayout) text = es_text_new (
        style, ES_TEXT_SMALL, s == 0 ? _ ("none positive") : _ ("none negative"));

    es_plot_layout_add_text (layout, text, &style->dim,
                             axes.plot.x + axes.plot.width / 2,
                             axes.plot.y + axes.plot.height / 2, (EsAlign){0.5, 0.5});
  }
}

/* The pictures */

/* Name on the left and value on the right of the line below a picture; the value
   alone, below all pictures, where one has no room for both. */
static void
place_tile_caption (const EsSpectrumPlot *spectrum,
                    guint s,
                    gsize rank,
                    const EsRect *tile,
                    gboolean named,
                    const EsStyle *style,
                    EsPlotLayout *layout)
{
  g_autofree char *value = es_number_write (
      &spectrum->format, spectrum->sides[s].values[rank], style->point);
  g_autofree char *number = es_spectrum_component_name (s, rank);
  g_autoptr (PangoLayout) value_text = es_text_new (style, ES_TEXT_SMALL, value);
  g_autoptr (PangoLayout) number_text = es_text_new (style, ES_TEXT_SMALL, number);
  const EsColor *color = s == 0 ? &style->positive : &style->negative;
  double y = es_rect_bottom (tile) + style->gap / 4;
  double width, height;

  es_text_get_size (value_text, &width, &height);
  if (width > tile->width + style->gap / 2)
    return;
  if (!named) {
    es_plot_layout_add_text (layout, value_text, color, tile->x + tile->width / 2, y,
                             (EsAlign){0.5, 0});
    return;
  }
  es_plot_layout_add_text (layout, number_text, &style->dim, tile->x, y,
                           (EsAlign){0, 0});
  es_plot_layout_add_text (layout, value_text, color, es_rect_right (tile), y,
                           (EsAlign){1, 0});
}

static void
place_tiles (const EsSpectrumPlot *spectrum,
             guint s,
             double x,
             double y,
             const Geometry *g,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  const EsSpectrumSide *side = &spectrum->sides[s];
  EsColorScale scale = shared_scale (spectrum, style);
  gsize cells = (gsize)spectrum->rows * spectrum->cols;
  double step = g->tile_width + style->gap;

  for (gsize rank = 0; rank < side->n_tiles; rank++) {
    EsRect rect = {x + rank * step, y, g->tile_width, g->tile_height};
    const float *picture = side->pictures + rank * cells;
    gsize length = es_spectrum_side_group_length (side, rank);

    if (!spectrum->shared_scale)
      scale = es_color_scale_fit (style->diverging, TRUE, picture, cells);
    es_plot_layout_add_tile (layout, &rect, (EsPlotId){1, (int)s, (int)rank, -1, -1},
                             picture, spectrum->rows, spectrum->cols, &scale);
    place_tile_caption (spectrum, s, rank, &rect, g->captions <= g->tile_width, style,
                        layout);
    length = MIN (length, side->n_tiles - rank);
    if (length > 1 && (rank == 0 || side->groups[rank] != side->groups[rank - 1]))
      es_plot_layout_add_bracket (layout, &style->dim, rect.x,
                                  rect.x + (length - 1) * step + rect.width,
                                  es_rect_bottom (&rect) + g->caption - 1, style->dot);
  }
}

static void
place_heading (const char *string,
               double x,
               double y,
               double width,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_HEADING, string);
  double w, h;

  es_text_get_size (text, &w, &h);
  if (w <= width)
    es_plot_layout_add_text (layout, text, &style->text, x, y, (EsAlign){0, 0});
}

/* Says what the horizontal axis is, after the heading of the charts. */
static void
place_kind (const char *string,
            double x,
            double y,
            double width,
            const EsStyle *style,
            EsPlotLayout *layout)
{
  double heading = es_text_width (style, ES_TEXT_HEADING, _ ("Eigenvalues"));
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, string);
  double w, h;

  es_text_get_size (text, &w, &h);
  if (heading + style->gap + w <= width)
    es_plot_layout_add_text (layout, text, &style->dim, x + heading + style->gap,
                             y + es_text_height (style, ES_TEXT_HEADING),
                             (EsAlign){0, 1});
}

void
es_spectrum_plot_place (const EsPlot *plot,
                        const EsStyle *style,
                        EsPlotLayout *layout,
                        const EsRect *body)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  Geometry g;
  double x = floor (body->x), y, bottom;
  EsBarSpec spec = bar_spec (spectrum, style);

  arrange (&g, spectrum, style, body);
  y = ceil (body->y + g.heading);
  place_heading (_ ("Eigenvalues"), x, body->y, g.chart_width, style, layout);
  place_kind (_ ("by rank"), x, body->y, g.chart_width, style, layout);
  for (guint s = 0; s < 2; s++) {
    EsRect chart = {x, y + s * (g.chart_height + ceil (g.band)), g.chart_width,
                    g.chart_height};

    place_chart (spectrum, s, &chart, &g, style, layout);
  }
  if (g.columns == 0)
    return;
  if (g.stacked)
    y += 2 * g.chart_height + ceil (g.band) + 2 * style->gap + ceil (g.heading);
  else
    x = ceil (x + g.chart_width + 2 * style->gap);
  place_heading (_ ("Eigenvectors"), x, g.stacked ? y - g.heading : body->y,
                 row_width (&g, style), style, layout);
  for (guint s = 0; s < 2; s++)
    place_tiles (spectrum, s, x, y + s * g.step, &g, style, layout);
  bottom = y + g.step + g.tile_height;
  es_plot_layout_add_bar (layout, &spec, style,
                          &(EsRect){x + row_width (&g, style), y, g.bar, bottom - y});
}
