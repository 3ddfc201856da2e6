/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-history-private.h"
#include "es-i18n.h"
#include "es-number.h"

#include <math.h>

/* Fewer epochs than this also get dots. */
#define DOTS_BELOW 12
/* How far from the plot's rectangle the pointer still picks, in units. */
#define PICK_MARGIN 8

static void
finalize (EsPlot *plot)
{
  EsHistoryPlot *history = (EsHistoryPlot *)plot;

  g_free (history->epochs);
  for (guint p = 0; p < ES_HISTORY_PANELS; p++)
    for (guint s = 0; s < ES_HISTORY_SERIES; s++)
      g_free (history->values[p][s]);
  for (gsize i = 0; i < history->n_marks; i++)
    g_free (history->marks[i].text);
  g_free (history->marks);
}

static gboolean
is_empty (const EsPlot *plot)
{
  return ((const EsHistoryPlot *)plot)->n == 0;
}

const char *
es_history_plot_panel_name (const EsHistoryPlot *history, guint panel)
{
  if (panel == 0)
    return _ ("Loss");
  return history->show_error ? _ ("Error") : _ ("Accuracy");
}

const char *
es_history_plot_series_name (guint series)
{
  return series == 0 ? _ ("train") : _ ("test");
}

double
es_history_plot_last_value (const EsHistoryPlot *history, guint panel, guint series)
{
  for (gsize i = history->n; i-- > 0;)
    if (isfinite (history->values[panel][series][i]))
      return history->values[panel][series][i];
  return NAN;
}

static double
body_height (const EsPlot *plot, const EsStyle *style, double width)
{
  /* Two panels side by side, each somewhat wider than high; on a narrow column one
     above the other. */
  return width > 34 * style->size ? width * 0.36 : width * 0.9;
}

/* Drawing */

/* Appends a point to the path, lifting the pen after a gap. */
static void
trace_to (const EsAxes *axes, double x, double y, gboolean *pen_down, cairo_t *cr)
{
  /* Far outside, cairo's fixed-point numbers would wrap around. */
  y = CLAMP (y, axes->plot.y - 1e4, es_rect_bottom (&axes->plot) + 1e4);
  if (*pen_down)
    cairo_line_to (cr, x, y);
  else
    cairo_move_to (cr, x, y);
  *pen_down = TRUE;
}

/* The end of the run of known values from @first that fall into one column, a unit wide
   and so narrower than a line, and its lowest and highest. */
static gsize
find_column (const EsHistoryPlot *history,
             const double *values,
             const EsAxes *axes,
             gsize first,
             gsize *lowest,
             gsize *highest)
{
  double column = floor (es_scale_map (&axes->x, history->epochs[first]));
  gsize i;

  *lowest = *highest = first;
  for (i = first + 1; i < history->n; i++) {
    double x = es_scale_map (&axes->x, history->epochs[i]);

    if (!isfinite (es_scale_map (&axes->y, values[i])) || floor (x) != column)
      break;
    if (values[i] < values[*lowest])
      *lowest = i;
    if (values[i] > values[*highest])
      *highest = i;
  }
  return i;
}

/* Where epochs are denser than the picture, only the extremes of a column count: the
   line looks the same and costs the same however long the training was. */
static void
trace_line (const EsHistoryPlot *history,
            const double *values,
            const EsAxes *axes,
            cairo_t *cr)
{
  gboolean pen_down = FALSE;
  gsize next;

  for (gsize i = 0; i < history->n; i = next) {
    gsize ends[2];

    next = i + 1;
    if (!isfinite (es_scale_map (&axes->y, values[i])) ||
        !isfinite (history->epochs[i])) {
      pen_down = FALSE;
      continue;
    }
    next = find_column (history, values, axes, i, &ends[0], &ends[1]);
    if (ends[0] > ends[1]) {
      gsize swap = ends[0];

      ends[0] = ends[1];
      ends[1] = swap;
    }
    for (guint k = 0; k < 2; k++)
      if (k == 0 || ends[1] != ends[0])
        trace_to (axes, es_scale_map (&axes->x, history->epochs[ends[k]]),
                  es_scale_map (&axes->y, values[ends[k]]), &pen_down, cr);
  }
}

/* Dots where there are few epochs, and on single ones between gaps. */
static void
draw_dots (const EsHistoryPlot *history,
           const double *values,
           const EsAxes *axes,
           double radius,
           cairo_t *cr)
{
  for (gsize i = 0; i < history->n; i++) {
    double x = es_scale_map (&axes->x, history->epochs[i]);
    double y = es_scale_map (&axes->y, values[i]);
    gboolean alone = (i == 0 || !isfinite (values[i - 1])) &&
                     (i + 1 == history->n || !isfinite (values[i + 1]));

    if (!isfinite (y) || y > es_rect_bottom (&axes->plot) + 1 ||
        (history->n >= DOTS_BELOW && !alone))
      continue;
    cairo_new_sub_path (cr);
    cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  }
  cairo_fill (cr);
}

static void
draw_series (const EsHistoryPlot *history,
             guint panel,
             guint series,
             const EsAxes *axes,
             const EsStyle *style,
             cairo_t *cr)
{
  const double *values = history->values[panel][series];
  double width = series == 0 ? style->line_minor : style->line;
  double dash[2] = {3 * width, 2 * width};

  cairo_save (cr);
  cairo_rectangle (cr, axes->plot.x - style->dot, axes->plot.y - style->dot,
                   axes->plot.width + 2 * style->dot,
                   axes->plot.height + style->dot + style->frame / 2);
  cairo_clip (cr);
  es_color_set (cr, &style->series[series]);
  cairo_set_line_width (cr, width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  /* Train and test differ by dash and width too, not by colour only. */
  if (series == 0)
    cairo_set_dash (cr, dash, 2, 0);
  trace_line (history, values, axes, cr);
  cairo_stroke (cr);
  draw_dots (history, values, axes, 1.3 * width, cr);
  cairo_restore (cr);
}

static void
draw_vertical (const EsAxes *axes, double epoch, cairo_t *cr)
{
  double x = es_scale_map (&axes->x, epoch);

  if (!(x >= axes->plot.x - 0.5 && x <= es_rect_right (&axes->plot) + 0.5))
    return;
  x = es_axes_crisp (x);
  cairo_move_to (cr, x, axes->plot.y);
  cairo_line_to (cr, x, es_rect_bottom (&axes->plot));
  cairo_stroke (cr);
}

static void
draw_verticals (const EsHistoryPlot *history,
                const EsAxes *axes,
                const EsStyle *style,
                cairo_t *cr)
{
  double dots[2] = {style->frame, 2 * style->frame};

  cairo_save (cr);
  cairo_set_line_width (cr, style->frame);
  cairo_set_dash (cr, dots, 2, 0);
  es_color_set (cr, &style->dim);
  for (gsize i = 0; i < history->n_marks; i++)
    draw_vertical (axes, history->marks[i].epoch, cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_width (cr, style->line_minor);
  es_color_set (cr, &style->accent);
  if (isfinite (history->cursor))
    draw_vertical (axes, history->cursor, cr);
  cairo_restore (cr);
}

static void
draw (const EsPlot *plot, const EsPlotLayout *layout, const EsStyle *style, cairo_t *cr)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;

  for (guint panel = 0; panel < ES_HISTORY_PANELS; panel++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, panel);

    if (axes == NULL || axes->plot.width <= 0)
      continue;
    draw_verticals (history, axes, style, cr);
    for (guint series = 0; series < ES_HISTORY_SERIES; series++)
      draw_series (history, panel, series, axes, style, cr);
  }
}

/* Elements */

static gboolean
is_known (const EsHistoryPlot *history, EsPlotId id)
{
  return id.panel >= 0 && id.panel < ES_HISTORY_PANELS && id.series >= 0 &&
         id.series < ES_HISTORY_SERIES && id.index >= 0 &&
         (gsize)id.index < history->n && id.row == -1 && id.col == -1 &&
         isfinite (history->values[id.panel][id.series][id.index]);
}

static gboolean
locate_point (const EsPlot *plot, const EsPlotLayout *layout, EsPlotHit *hit)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;
  const EsAxes *axes;
  double x, y;

  if (!is_known (history, hit->id))
    return FALSE;
  axes = es_plot_layout_get_axes (layout, (guint)hit->id.panel);
  if (axes == NULL || axes->plot.width <= 0)
    return FALSE;
  hit->x = history->epochs[hit->id.index];
  hit->value = history->values[hit->id.panel][hit->id.series][hit->id.index];
  hit->context = axes->plot;
  x = es_scale_map (&axes->x, hit->x);
  y = es_scale_map_clamped (&axes->y, hit->value);
  hit->rect = (EsRect){x - 2, y - 2, 4, 4};
  return TRUE;
}

/* The epoch nearest to @x, then the series nearest to @y. */
static gboolean
pick_in_panel (const EsHistoryPlot *history,
               guint panel,
               const EsAxes *axes,
               double x,
               double y,
               EsPlotId *id)
{
  double nearest_x = INFINITY, nearest_y = INFINITY;

  for (gsize i = 0; i < history->n; i++) {
    double dx = fabs (es_scale_map (&axes->x, history->epochs[i]) - x);

    if (dx > nearest_x)
      break;
    if (!isfinite (history->values[panel][0][i]) &&
        !isfinite (history->values[panel][1][i]))
      continue;
    nearest_x = dx;
    id->index = (int)i;
  }
  if (nearest_x == INFINITY)
    return FALSE;
  id->panel = (int)panel;
  for (guint s = ES_HISTORY_SERIES; s-- > 0;) {
    double value = history->values[panel][s][id->index];
    double dy = fabs (es_scale_map_clamped (&axes->y, value) - y);

    if (dy < nearest_y) {
      nearest_y = dy;
      id->series = (int)s;
    }
  }
  return nearest_y < INFINITY;
}

static gboolean
pick_point (
    const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotId *id)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;

  for (guint panel = 0; panel < ES_HISTORY_PANELS; panel++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, panel);
    EsRect near;

    if (axes == NULL || axes->plot.width <= 0)
      continue;
    near = (EsRect){axes->plot.x - PICK_MARGIN, axes->plot.y - PICK_MARGIN,
                    axes->plot.width + 2 * PICK_MARGIN,
                    axes->plot.height + 2 * PICK_MARGIN};
    if (es_rect_contains (&near, x, y))
      return pick_in_panel (history, panel, axes, x, y, id);
  }
  return FALSE;
}

/* The next epoch in steps of @step whose value is known. */
static gboolean
step_epoch (const EsHistoryPlot *history, EsPlotId *id, int start, int step)
{
  for (id->index = start; id->index >= 0 && (gsize)id->index < history->n;
       id->index += step)
    if (is_known (history, *id))
      return TRUE;
  return FALSE;
}

/* Up and down go through test and train of the first panel, then of the second. */
static gboolean
step_series (const EsHistoryPlot *history, EsPlotId *id, int step)
{
  int at = 2 * id->panel + (1 - id->series);

  for (at += step; at >= 0 && at < ES_HISTORY_PANELS * ES_HISTORY_SERIES; at += step) {
    id->panel = at / 2;
    id->series = 1 - at % 2;
    if (is_known (history, *id))
      return TRUE;
  }
  return FALSE;
}

static gboolean
move_point (const EsPlot *plot, EsPlotId *id, EsPlotDirection direction)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;

  if (id->index < 0) {
    for (int at = 0; at < ES_HISTORY_PANELS * ES_HISTORY_SERIES; at++) {
      *id = (EsPlotId){at / 2, 1 - at % 2, 0, -1, -1};
      if (step_epoch (history, id, 0, 1))
        return TRUE;
    }
    return FALSE;
  }
  switch (direction) {
  case ES_PLOT_LEFT:
    return step_epoch (history, id, id->index - 1, -1);
  case ES_PLOT_RIGHT:
    return step_epoch (history, id, id->index + 1, 1);
  case ES_PLOT_FIRST:
    return step_epoch (history, id, 0, 1);
  case ES_PLOT_LAST:
    return step_epoch (history, id, (int)history->n - 1, -1);
  case ES_PLOT_UP:
    return step_series (history, id, -1);
  case ES_PLOT_DOWN:
    return step_series (history, id, 1);
  case ES_PLOT_IN:
  case ES_PLOT_OUT:
  default:
    return FALSE;
  }
}

/* Words */

/* What a series of a panel shows, for files and for people. */
typedef struct
{
  const char *name, *title, *phrase;
} Quantity;

static const Quantity *
quantity_of (const EsHistoryPlot *history, guint panel, guint series)
{
  static const Quantity quantities[3][ES_HISTORY_SERIES] = {
      {{"train_loss", N_ ("Train loss"), N_ ("train loss")},
       {"test_loss", N_ ("Test loss"), N_ ("test loss")}},
      {{"train_accuracy", N_ ("Train accuracy"), N_ ("train accuracy")},
       {"test_accuracy", N_ ("Test accuracy"), N_ ("test accuracy")}},
      {{"train_error", N_ ("Train error"), N_ ("train error")},
       {"test_error", N_ ("Test error"), N_ ("test error")}},
  };

  return &quantities[panel == 0 ? 0 : history->show_error ? 2 : 1][series];
}

static char *
read_out (const EsPlot *plot, const EsPlotHit *hit, const char *point)
{
  const Quantity *quantity = quantity_of ((const EsHistoryPlot *)plot,
                                          (guint)hit->id.panel, (guint)hit->id.series);
  g_autofree char *epoch = es_number_short (hit->x, point);
  g_autofree char *value = es_number_text (hit->value, 3, point);

  /* Translators: "Epoch 7, test accuracy 0.968" */
  return g_strdup_printf (_ ("Epoch %s, %s %s"), epoch, _ (quantity->phrase), value);
}

static char *
describe (const EsPlot *plot, const char *point)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;
  GString *out;
  g_autofree char *last = NULL;

  if (history->n == 0)
    return g_strdup (_ ("Training history: no data yet."));
  last = es_number_short (history->epochs[history->n - 1], point);
  out = g_string_new (NULL);
  g_string_printf (out, _ ("Training history up to epoch %s"), last);
  for (guint panel = ES_HISTORY_PANELS; panel-- > 0;) {
    for (guint s = ES_HISTORY_SERIES; s-- > 0;) {
      double value = es_history_plot_last_value (history, panel, s);
      g_autofree char *number = es_number_text (value, 3, point);

      if (!isnan (value))
        g_string_append_printf (out, ", %s %s",
                                _ (quantity_of (history, panel, s)->phrase), number);
    }
  }
  g_string_append_c (out, '.');
  return g_string_free (out, FALSE);
}

static EsPlotTable *
to_table (const EsPlot *plot)
{
  const EsHistoryPlot *history = (const EsHistoryPlot *)plot;
  EsPlotTable *table = es_plot_table_new (history->n);
  double *cells = es_plot_table_add_numbers (table, "epoch", _ ("Epoch"));

  for (gsize i = 0; i < history->n; i++)
    cells[i] = history->epochs[i];
  for (guint panel = 0; panel < ES_HISTORY_PANELS; panel++) {
    for (guint s = 0; s < ES_HISTORY_SERIES; s++) {
      const Quantity *quantity = quantity_of (history, panel, s);

      cells = es_plot_table_add_numbers (table, quantity->name, _ (quantity->title));
      for (gsize i = 0; i < history->n; i++)
        cells[i] = history->values[panel][s][i];
    }
  }
  return table;
}

static const EsPlotClass history_class = {
    .finalize = finalize,
    .is_empty = is_empty,
    .body_height = body_height,
    .place = es_history_plot_place,
    .draw = draw,
    .pick_point = pick_point,
    .locate_point = locate_point,
    .move_point = move_point,
    .read_out = read_out,
    .describe = describe,
    .to_table = to_table,
};

static double *
copy_values (const double *values, gsize n, gboolean complement)
{
  double *copy = g_new (double, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    copy[i] = values == NULL ? NAN : complement ? 1 - values[i] : values[i];
  return copy;
}

EsPlot *
es_history_plot_new (const EsHistoryData *data)
{
  EsHistoryPlot *history = g_new0 (EsHistoryPlot, 1);
  const double *const values[ES_HISTORY_PANELS][ES_HISTORY_SERIES] = {
      {data->train_loss, data->test_loss},
      {data->train_accuracy, data->test_accuracy},
  };

  es_plot_init (&history->base, &history_class, data->title, data->selected);
  history->n = data->n;
  history->epochs = copy_values (data->epochs, data->n, FALSE);
  for (gsize i = 0; data->epochs == NULL && i < data->n; i++)
    history->epochs[i] = (double)i + 1;
  for (guint p = 0; p < ES_HISTORY_PANELS; p++)
    for (guint s = 0; s < ES_HISTORY_SERIES; s++)
      history->values[p][s] =
          copy_values (values[p][s], data->n, p == 1 && data->show_error);
  history->marks = g_new0 (EsHistoryOwnMark, MAX (data->n_marks, 1));
  history->n_marks = data->n_marks;
  for (gsize i = 0; i < data->n_marks; i++) {
    history->marks[i].epoch = data->marks[i].epoch;
    history->marks[i].text = g_strdup (data->marks[i].text);
    history->marks[i].value = data->marks[i].value;
  }
  history->last_epoch = data->last_epoch;
  history->cursor = data->cursor;
  history->log[0] = data->log_loss;
  history->log[1] = data->show_error && data->log_error;
  history->show_error = data->show_error;
  return &history->base;
}
