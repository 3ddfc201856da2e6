/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-history-private.h"
#include "es-i18n.h"
#include "es-number.h"

#include <math.h>
#include <string.h>

/* Side by side when the figure is this much wider than high. */
#define WIDE 1.3

/* Scales */

void
es_history_accuracy_range (const double *values, gsize n, double *lo, double *hi)
{
  static const double floors[] = {0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5, 0};
  gsize n_known = 0;
  double best = -INFINITY, worst = INFINITY;

  for (gsize i = 0; i < n; i++) {
    if (!isfinite (values[i]))
      continue;
    n_known++;
    best = MAX (best, values[i]);
    worst = MIN (worst, values[i]);
  }
  *lo = MIN (0, n_known > 0 ? worst : 0);
  *hi = n_known == 0 || best > 0.5 ? MAX (1, best) : best;
  for (guint f = 0; f < G_N_ELEMENTS (floors) && best > 0.5; f++) {
    gsize below = 0;

    for (gsize i = 0; i < n; i++)
      below += isfinite (values[i]) && values[i] < floors[f];
    if (below <= n_known / 10 && floors[f] < best) {
      *lo = MAX (*lo, floors[f]);
      return;
    }
  }
}

static void
value_range (const EsHistoryPlot *history, guint panel, double *lo, double *hi)
{
  EsScaleKind kind = history->log[panel] ? ES_SCALE_LOG : ES_SCALE_LINEAR;
  gsize n = history->n;
  g_autofree double *all = g_new (double, ES_HISTORY_SERIES *n);

  for (guint s = 0; s < ES_HISTORY_SERIES; s++)
    memcpy (all + s * n, history->values[panel][s], n * sizeof (double));
  if (panel == 1 && !history->show_error) {
    es_history_accuracy_range (all, ES_HISTORY_SERIES * n, lo, hi);
    return;
  }
  es_scale_range (kind, all, ES_HISTORY_SERIES * n, lo, hi);
  if (kind == ES_SCALE_LOG) {
    *lo /= 1.1;
    *hi *= 1.1;
  } else {
    *lo = MIN (*lo, 0);
    *hi += 0.04 * (*hi - *lo);
  }
}

static void
init_y_scale (const EsHistoryPlot *history,
              guint panel,
              const EsRect *plot,
              EsScale *scale)
{
  double lo, hi;

  value_range (history, panel, &lo, &hi);
  es_scale_init (scale, history->log[panel] ? ES_SCALE_LOG : ES_SCALE_LINEAR, lo, hi,
                 es_rect_bottom (plot), plot->y);
}

static void
init_x_scale (const EsHistoryPlot *history, const EsRect *plot, EsScale *scale)
{
  double first = history->epochs[0];
  double last = MAX (history->epochs[history->n - 1], history->last_epoch);

  /* A single epoch stands in the middle. */
  if (last <= first) {
    first -= 0.5;
    last += 0.5;
  }
  es_scale_init (scale, ES_SCALE_LINEAR, first, last, plot->x, es_rect_right (plot));
}

/* Layout */

/* How a panel's lines are named at their ends. */
typedef struct
{
  char *text[ES_HISTORY_SERIES]; /* NULL where there is no line */
  double width, height;          /* of the largest */
} EndLabels;

static void
end_labels_clear (EndLabels *labels)
{
  for (guint s = 0; s < ES_HISTORY_SERIES; s++)
    g_clear_pointer (&labels->text[s], g_free);
}

static void
end_labels_init (EndLabels *labels,
                 const EsHistoryPlot *history,
                 guint panel,
                 gboolean with_values,
                 const EsStyle *style)
{
  double last[ES_HISTORY_SERIES];
  EsNumberFormat format;

  *labels = (EndLabels){0};
  for (guint s = 0; s < ES_HISTORY_SERIES; s++)
    last[s] = es_history_plot_last_value (history, panel, s);
  format = es_number_format_for (last, ES_HISTORY_SERIES, 3);
  for (guint s = 0; s < ES_HISTORY_SERIES; s++) {
    g_autofree char *number = es_number_write (&format, last[s], style->point);
    g_autoptr (PangoLayout) text = NULL;
    double width, height;

    if (isnan (last[s]))
      continue;
    labels->text[s] =
        with_values ? g_strdup_printf ("%s %s", es_history_plot_series_name (s), number)
                    : g_strdup (es_history_plot_series_name (s));
    text = es_text_new (style, ES_TEXT_BODY, labels->text[s]);
    es_text_get_size (text, &width, &height);
    labels->width = MAX (labels->width, width);
    /* Raised digits may come from a taller font. */
    labels->height = MAX (labels->height, height);
  }
}

static void
place_end_labels (const EsHistoryPlot *history,
                  guint panel,
                  const EndLabels *labels,
                  const EsAxes *axes,
                  const EsStyle *style,
                  EsPlotLayout *layout)
{
  double height = labels->height;
  double x = es_rect_right (&axes->plot) + style->gap;
  double y[ES_HISTORY_SERIES];
  guint order[ES_HISTORY_SERIES], n = 0;

  for (guint s = 0; s < ES_HISTORY_SERIES; s++) {
    double at =
        es_scale_map_clamped (&axes->y, es_history_plot_last_value (history, panel, s));

    if (labels->text[s] == NULL || !isfinite (at))
      continue;
    /* Ascending positions; of equal ones test comes first. */
    if (n == 1 && at <= y[0]) {
      y[1] = y[0];
      order[1] = order[0];
      y[0] = at;
      order[0] = s;
    } else {
      y[n] = at;
      order[n] = s;
    }
    n++;
  }
  if (!es_text_spread (y, n, height, axes->plot.y - height / 2,
                       es_rect_bottom (&axes->plot)))
    return;
  for (guint i = 0; i < n; i++) {
    g_autoptr (PangoLayout) text =
        es_text_new (style, ES_TEXT_BODY, labels->text[order[i]]);

    es_plot_layout_add_text (layout, text, &style->series[order[i]], x, y[i],
                             (EsAlign){0, 0.5});
  }
}

static double
widest_label (const EsTicks *ticks, const EsStyle *style)
{
  double widest = 0;

  for (guint i = 0; i < ticks->n; i++)
    widest = MAX (widest, es_text_width (style, ES_TEXT_SMALL, ticks->tick[i].label));
  return widest;
}

static void
place_y_labels (const EsAxes *axes, const EsStyle *style, EsPlotLayout *layout)
{
  for (guint i = 0; i < axes->y_ticks.n; i++) {
    g_autoptr (PangoLayout) text =
        es_text_new (style, ES_TEXT_SMALL, axes->y_ticks.tick[i].label);

    es_plot_layout_add_text (layout, text, &style->dim, axes->plot.x - style->gap / 2,
                             es_scale_map (&axes->y, axes->y_ticks.tick[i].value),
                             (EsAlign){1, 0.5});
  }
}

/* The cursor's epoch, then ticks, then the name of the axis; what would collide
   with an earlier one is left out. */
static void
place_x_labels (const EsHistoryPlot *history,
                const EsAxes *axes,
                const EsStyle *style,
                EsPlotLayout *layout)
{
  double y = es_rect_bottom (&axes->plot) + axes->tick + style->gap / 4;
  g_autoptr (PangoLayout) name = es_text_new (style, ES_TEXT_SMALL, _ ("Epoch"));

  if (isfinite (history->cursor)) {
    g_autofree char *label = es_number_short (history->cursor, style->point);
    g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, label);

    es_plot_layout_add_text (layout, text, &style->text,
                             es_scale_map_clamped (&axes->x, history->cursor), y,
                             (EsAlign){0.5, 0});
  }
  for (guint i = 0; i < axes->x_ticks.n; i++) {
    g_autoptr (PangoLayout) text =
        es_text_new (style, ES_TEXT_SMALL, axes->x_ticks.tick[i].label);

    es_plot_layout_add_text (layout, text, &style->dim,
                             es_scale_map (&axes->x, axes->x_ticks.tick[i].value), y,
                             (EsAlign){0.5, 0});
  }
  /* Clear of the last tick label, which may stand half beyond the axis. */
  es_plot_layout_add_text (
      layout, name, &style->dim,
      es_rect_right (&axes->plot) + style->gap / 2 +
          MAX (widest_label (&axes->x_ticks, style) / 2, style->gap / 2),
      y, (EsAlign){0, 0});
}

static void
place_heading (const EsHistoryPlot *history,
               guint panel,
               const EsRect *cell,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) name =
      es_text_new (style, ES_TEXT_HEADING, es_history_plot_panel_name (history, panel));
  g_autoptr (PangoLayout) kind = NULL;
  double width, height;

  es_text_get_size (name, &width, &height);
  if (!es_plot_layout_add_text (layout, name, &style->text, cell->x, cell->y,
                                (EsAlign){0, 0}) ||
      !history->log[panel])
    return;
  kind = es_text_new (style, ES_TEXT_SMALL, _ ("log scale"));
  es_plot_layout_add_text (layout, kind, &style->dim, cell->x + width + style->gap,
                           cell->y + height, (EsAlign){0, 1});
}

/* Names of the changes stand above the first panel, each beside its line, on the right
   if there is room. Where they are too close the latest ones count. */
static void
place_marks (const EsHistoryPlot *history,
             const EsAxes *axes,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  double y = axes->plot.y - style->gap / 2;

  for (gsize i = history->n_marks; i-- > 0;) {
    double x = es_scale_map (&axes->x, history->marks[i].epoch);
    g_autofree char *number = es_number_short (history->marks[i].value, style->point);
    g_autofree char *label = g_strdup_printf ("%s %s", history->marks[i].text, number);
    g_autoptr (PangoLayout) text = NULL;

    if (!(x >= axes->plot.x && x <= es_rect_right (&axes->plot)))
      continue;
    text = es_text_new (style, ES_TEXT_SMALL, label);
    if (!es_plot_layout_add_text (layout, text, &style->dim, x, y, (EsAlign){0, 1}))
      es_plot_layout_add_text (layout, text, &style->dim, x, y, (EsAlign){1, 1});
  }
}

/* A panel while it is being placed. */
typedef struct
{
  EsRect cell;
  EsAxes axes;
  EndLabels labels;
  double left; /* what the tick labels take */
} Panel;

/* The height of the plot gives the ticks, and their labels what they take on the left.
 */
static void
fit_height (const EsHistoryPlot *history, guint p, Panel *panel, const EsStyle *style)
{
  EsAxes *axes = &panel->axes;
  double small = es_text_height (style, ES_TEXT_SMALL);
  double above =
      es_text_height (style, ES_TEXT_HEADING) + MAX (style->gap, 0.8 * small);
  double below = style->gap / 2 + style->gap / 4 + small;

  if (history->n_marks > 0)
    above += small;
  axes->tick = style->gap / 2;
  axes->plot.y = es_axes_crisp (panel->cell.y + above);
  axes->plot.height = floor (panel->cell.height - above - below);
  if (axes->plot.height <= 0)
    return;
  init_y_scale (history, p, &axes->plot, &axes->y);
  es_ticks_find (&axes->y_ticks, &axes->y,
                 (guint)CLAMP (axes->plot.height / (2.2 * small), 2, 6), FALSE,
                 style->point);
  axes->grid = TRUE;
  axes->base = es_rect_bottom (&axes->plot);
  panel->left = widest_label (&axes->y_ticks, style) + style->gap / 2;
}

static void
fit_width (const EsHistoryPlot *history,
           Panel *panel,
           double left,
           double right,
           const EsStyle *style)
{
  EsAxes *axes = &panel->axes;
  double label;

  axes->plot.x = es_axes_crisp (panel->cell.x + left);
  axes->plot.width = floor (es_rect_right (&panel->cell) - axes->plot.x - right);
  if (axes->plot.width <= 0)
    return;
  init_x_scale (history, &axes->plot, &axes->x);
  /* Room for the longest number and as much again between two. */
  es_ticks_find (&axes->x_ticks, &axes->x, 2, TRUE, style->point);
  label = 2 * widest_label (&axes->x_ticks, style) + style->gap;
  es_ticks_find (&axes->x_ticks, &axes->x,
                 (guint)CLAMP (axes->plot.width / label, 2, 10), TRUE, style->point);
}

/* Values at the ends of the lines, or names only, or neither, as there is room. */
static void
fit_end_labels (const EsHistoryPlot *history,
                guint p,
                Panel *panel,
                const EsStyle *style)
{
  end_labels_init (&panel->labels, history, p, TRUE, style);
  if (panel->labels.width > panel->cell.width / 3) {
    end_labels_clear (&panel->labels);
    end_labels_init (&panel->labels, history, p, FALSE, style);
  }
  if (panel->labels.width > panel->cell.width / 3) {
    end_labels_clear (&panel->labels);
    panel->labels.width = 0;
  }
}

/* A line that begins outside the frame would look broken: it says from where it comes,
   beside the place at which it enters. */
static void
place_entries (const EsHistoryPlot *history,
               guint p,
               const EsAxes *axes,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  double top = axes->plot.y, bottom = es_rect_bottom (&axes->plot);

  /* In a low frame the label would cover the lines. */
  if (axes->plot.height < 5 * es_text_height (style, ES_TEXT_SMALL))
    return;
  for (guint s = 0; s < ES_HISTORY_SERIES; s++) {
    const double *values = history->values[p][s];
    double first = es_scale_map (&axes->y, values[0]);
    gboolean below = first > bottom + 1;
    g_autofree char *number = NULL;
    g_autofree char *label = NULL;
    g_autoptr (PangoLayout) text = NULL;
    gsize i = 1;

    if (!isfinite (first) || (!below && first >= top - 1))
      continue;
    while (i < history->n && es_scale_map (&axes->y, values[i]) > bottom)
      i++;
    if (i == history->n || !isfinite (values[i]))
      continue;
    number = es_number_text (values[0], 3, style->point);
    label = g_strdup_printf (_ ("from %s"), number);
    text = es_text_new (style, ES_TEXT_SMALL, label);
    es_plot_layout_add_text (
        layout, text, &style->series[s],
        es_scale_map (&axes->x, history->epochs[i]) + style->gap / 2,
        below ? bottom - style->gap / 4 : top, (EsAlign){0, below ? 1 : 0});
  }
}

static void
place_panel (const EsHistoryPlot *history,
             guint p,
             Panel *panel,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  EsAxes *axes = &panel->axes;

  if (axes->plot.width >= 4 && axes->plot.height >= 4) {
    place_heading (history, p, &panel->cell, style, layout);
    place_end_labels (history, p, &panel->labels, axes, style, layout);
    place_y_labels (axes, style, layout);
    place_x_labels (history, axes, style, layout);
    place_entries (history, p, axes, style, layout);
    if (p == 0)
      place_marks (history, axes, style, layout);
  } else {
    axes->plot.width = axes->plot.height = 0;
  }
  g_array_append_val (layout->axes, *axes);
  end_labels_clear (&panel->labels);
}

void
es_history_plot_place (const EsPlot *plot,
                       const EsStyle *style,
                       EsPlotLayout *layout,
                       const EsRect *body)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;
  gboolean wide = body->width > WIDE * body->height;
  double between = wide ? 2 * style->gap : 1.5 * style->gap;
  Panel panels[ES_HISTORY_PANELS] = {0};
  double left = 0, right = 0;
  EsRect cell = *body;

  if (wide)
    cell.width = floor ((body->width - between) / 2);
  else
    cell.height = floor ((body->height - between) / 2);
  for (guint p = 0; p < ES_HISTORY_PANELS; p++) {
    panels[p].cell = cell;
    fit_end_labels (history, p, &panels[p], style);
    fit_height (history, p, &panels[p], style);
    /* Both plots get the same width: their axes align, above each other too. */
    left = MAX (left, panels[p].left);
    right = MAX (right, panels[p].labels.width + style->gap + style->dot);
    if (wide)
      cell.x += cell.width + between;
    else
      cell.y += cell.height + between;
  }
  for (guint p = 0; p < ES_HISTORY_PANELS; p++) {
    fit_width (history, &panels[p], left, right, style);
    place_panel (history, p, &panels[p], style, layout);
  }
}
