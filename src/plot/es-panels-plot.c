/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"
#include "es-number.h"
#include "es-panels-private.h"

#include <math.h>
#include <string.h>

/* How far from the plot's rectangle the pointer still picks, in units. */
#define PICK_MARGIN 8
/* Fewer points than this get dots. */
#define DOTS_BELOW 40
/* Pictures whose captions are spoken, at most. */
#define SPOKEN_PICTURES 4

static void
finalize (EsPlot *plot)
{
  EsPanelsPlot *panels = (EsPanelsPlot *)plot;

  for (gsize p = 0; p < panels->n_panels; p++) {
    EsPanel *panel = &panels->panels[p];

    for (gsize c = 0; c < panel->n_curves; c++) {
      g_free ((char *)panel->curves[c].name);
      g_free ((double *)panel->curves[c].x);
      g_free ((double *)panel->curves[c].y);
      g_free ((double *)panel->curves[c].half);
      g_strfreev (panel->curves[c].labels);
    }
    g_free ((EsCurve *)panel->curves);
    g_free ((char *)panel->heading);
    g_free ((char *)panel->x_name);
  }
  for (gsize i = 0; i < panels->n_pictures; i++) {
    g_free ((float *)panels->pictures[i].values);
    g_free ((char *)panels->pictures[i].caption);
  }
  g_free (panels->panels);
  g_free (panels->pictures);
  g_free (panels->note);
}

static gboolean
is_known (double value)
{
  return isfinite (value);
}

static gboolean
is_empty (const EsPlot *plot)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;

  for (gsize p = 0; p < panels->n_panels; p++)
    for (gsize c = 0; c < panels->panels[p].n_curves; c++)
      if (panels->panels[p].curves[c].n > 0)
        return FALSE;
  return TRUE;
}

static char *
note (const EsPlot *plot, const char *point)
{
  return g_strdup (((const EsPanelsPlot *)plot)->note);
}

/* Drawing */

static void
set_alpha (cairo_t *cr, EsColor color, double alpha)
{
  cairo_set_source_rgba (cr, color.r, color.g, color.b, alpha);
}

/* The place of point @i; FALSE if it has none. */
static gboolean
point_at (
    const EsAxes *axes, const EsCurve *curve, gsize i, double off, double *x, double *y)
{
  *x = es_scale_map (&axes->x, curve->x[i]);
  *y = es_scale_map_clamped (&axes->y, curve->y[i] + off);
  return is_known (es_scale_map (&axes->y, curve->y[i])) && is_known (*x) &&
         is_known (*y);
}

static void
draw_band (const EsAxes *axes, const EsCurve *curve, const EsColor *color, cairo_t *cr)
{
  double x, y;
  gboolean started = FALSE;

  for (gsize i = 0; i < curve->n; i++)
    if (point_at (axes, curve, i, curve->half[i], &x, &y)) {
      if (started)
        cairo_line_to (cr, x, y);
      else
        cairo_move_to (cr, x, y);
      started = TRUE;
    }
  for (gsize i = curve->n; started && i-- > 0;)
    if (point_at (axes, curve, i, -curve->half[i], &x, &y))
      cairo_line_to (cr, x, y);
  set_alpha (cr, *color, 0.2);
  cairo_fill (cr);
}

static void
draw_bars (const EsAxes *axes, const EsCurve *curve, const EsStyle *style, cairo_t *cr)
{
  double cap = 1.2 * style->line, x, top, bottom;

  cairo_set_line_width (cr, style->frame);
  for (gsize i = 0; i < curve->n; i++) {
    if (!point_at (axes, curve, i, curve->half[i], &x, &top) ||
        !point_at (axes, curve, i, -curve->half[i], &x, &bottom))
      continue;
    cairo_move_to (cr, x, top);
    cairo_line_to (cr, x, bottom);
    cairo_move_to (cr, x - cap, top);
    cairo_line_to (cr, x + cap, top);
    cairo_move_to (cr, x - cap, bottom);
    cairo_line_to (cr, x + cap, bottom);
  }
  cairo_stroke (cr);
}

static void
draw_line (const EsAxes *axes, const EsCurve *curve, cairo_t *cr)
{
  gboolean pen_down = FALSE;

  for (gsize i = 0; i < curve->n; i++) {
    double x, y;

    if (!point_at (axes, curve, i, 0, &x, &y)) {
      pen_down = FALSE;
      continue;
    }
    if (pen_down)
      cairo_line_to (cr, x, y);
    else
      cairo_move_to (cr, x, y);
    pen_down = TRUE;
  }
  cairo_stroke (cr);
}

static void
draw_dots (const EsAxes *axes, const EsCurve *curve, double radius, cairo_t *cr)
{
  for (gsize i = 0; i < curve->n; i++) {
    double x, y;

    if (!point_at (axes, curve, i, 0, &x, &y))
      continue;
    cairo_new_sub_path (cr);
    cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  }
  cairo_fill (cr);
}

static void
draw_curve (const EsPanel *panel,
            gsize c,
            const EsAxes *axes,
            const EsStyle *style,
            cairo_t *cr)
{
  const EsCurve *curve = &panel->curves[c];
  EsColor color = es_panels_plot_color (style, c, panel->n_curves);
  double dash[2] = {(double)(4 - c % 3) * style->line, 2 * style->line};

  if (curve->half != NULL && panel->bands)
    draw_band (axes, curve, &color, cr);
  es_color_set (cr, &color);
  if (curve->half != NULL && !panel->bands)
    draw_bars (axes, curve, style, cr);
  cairo_set_line_width (cr, style->line);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  /* Neighbours differ by dash too, not by colour only. */
  if (c % 3 != 0)
    cairo_set_dash (cr, dash, 2, 0);
  draw_line (axes, curve, cr);
  cairo_set_dash (cr, NULL, 0, 0);
  if (curve->n < DOTS_BELOW)
    draw_dots (axes, curve, 1.3 * style->line, cr);
}

/* From the base line to @y, about @x. */
static void
add_bar (const EsAxes *axes, double x, double y, double width, cairo_t *cr)
{
  cairo_rectangle (cr, x - width / 2, MIN (y, axes->base), width,
                   fabs (y - axes->base));
}

static void
draw_stem (const EsPanel *panel,
           gsize c,
           const EsAxes *axes,
           const EsStyle *style,
           cairo_t *cr)
{
  const EsCurve *curve = &panel->curves[c];
  double width =
      MIN (0.7 * axes->plot.width / (double)panel->n_curves, 2 * style->size);

  for (gsize i = 0; i < curve->n; i++) {
    double x, y;

    if (!point_at (axes, curve, i, 0, &x, &y))
      continue;
    es_color_set (cr, curve->y[i] >= 0 ? &style->positive : &style->negative);
    add_bar (axes, x, y, width, cr);
    cairo_fill (cr);
  }
}

static void
draw_groups (const EsPanel *panel,
             gsize c,
             const EsAxes *axes,
             const EsStyle *style,
             cairo_t *cr)
{
  const EsCurve *curve = &panel->curves[c];
  EsColor color = es_panels_plot_color (style, c, panel->n_curves);
  double width = es_panels_bar_width (panel, axes);

  es_color_set (cr, &color);
  for (gsize i = 0; i < curve->n; i++) {
    double x, y;

    if (!point_at (axes, curve, i, 0, &x, &y))
      continue;
    x = es_panels_point_x (panel, axes, c, i);
    add_bar (axes, x, y, width, cr);
  }
  cairo_fill (cr);
}

/* Points, and how far from the middle they lie: on a circle all lie so far. */
static void
draw_plane (const EsPanel *panel,
            gsize c,
            const EsAxes *axes,
            const EsStyle *style,
            cairo_t *cr)
{
  const EsCurve *curve = &panel->curves[c];
  EsColor color = es_panels_plot_color (style, c, panel->n_curves);
  double radius = es_panels_plane_radius (curve);
  double x = es_scale_map (&axes->x, 0), y = es_scale_map (&axes->y, 0);

  cairo_set_line_width (cr, style->frame);
  es_color_set (cr, &style->axis);
  cairo_move_to (cr, x, axes->plot.y);
  cairo_line_to (cr, x, es_rect_bottom (&axes->plot));
  cairo_stroke (cr);
  if (is_known (radius)) {
    cairo_arc (cr, x, y, es_scale_map (&axes->x, radius) - x, 0, 2 * G_PI);
    cairo_stroke (cr);
  }
  es_color_set (cr, &color);
  draw_dots (axes, curve, 1.3 * style->line, cr);
}

static void
draw (const EsPlot *plot, const EsPlotLayout *layout, const EsStyle *style, cairo_t *cr)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;

  for (guint p = 0; p < panels->n_panels; p++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, p);
    const EsPanel *panel = &panels->panels[p];

    if (axes == NULL || axes->plot.width <= 0)
      continue;
    cairo_save (cr);
    for (gsize c = panel->n_curves; c-- > 0;)
      if (panel->stems)
        draw_stem (panel, c, axes, style, cr);
      else if (panel->groups)
        draw_groups (panel, c, axes, style, cr);
      else if (panel->plane)
        draw_plane (panel, c, axes, style, cr);
      else
        draw_curve (panel, c, axes, style, cr);
    cairo_restore (cr);
  }
}

/* Elements */

static const EsCurve *
curve_of (const EsPanelsPlot *panels, EsPlotId id)
{
  if (id.panel < 0 || (gsize)id.panel >= panels->n_panels || id.series < 0 ||
      (gsize)id.series >= panels->panels[id.panel].n_curves)
    return NULL;
  return &panels->panels[id.panel].curves[id.series];
}

/* Whether @id is a point that is drawn. */
static gboolean
has_point (const EsPanelsPlot *panels, EsPlotId id)
{
  const EsCurve *curve = curve_of (panels, id);

  return curve != NULL && id.row == -1 && id.col == -1 && id.index >= 0 &&
         (gsize)id.index < curve->n && is_known (curve->x[id.index]) &&
         is_known (curve->y[id.index]) &&
         (!panels->panels[id.panel].log || curve->y[id.index] > 0);
}

static gboolean
locate_point (const EsPlot *plot, const EsPlotLayout *layout, EsPlotHit *hit)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  const EsCurve *curve = curve_of (panels, hit->id);
  const EsAxes *axes;
  double x, y;

  if (!has_point (panels, hit->id))
    return FALSE;
  axes = es_plot_layout_get_axes (layout, (guint)hit->id.panel);
  if (axes == NULL || axes->plot.width <= 0)
    return FALSE;
  hit->x = curve->x[hit->id.index];
  hit->value = curve->y[hit->id.index];
  hit->context = axes->plot;
  x = es_panels_point_x (&panels->panels[hit->id.panel], axes, (gsize)hit->id.series,
                         (gsize)hit->id.index);
  y = es_scale_map_clamped (&axes->y, hit->value);
  hit->rect = (EsRect){x - 2, y - 2, 4, 4};
  return TRUE;
}

/* The point nearest to @x, of all curves; of equally near ones, nearest to @y. */
static gboolean
pick_in_panel (const EsPanelsPlot *panels,
               guint p,
               const EsAxes *axes,
               double x,
               double y,
               EsPlotId *id)
{
  const EsPanel *panel = &panels->panels[p];
  double nearest_x = INFINITY, nearest_y = INFINITY;

  for (gsize c = 0; c < panel->n_curves; c++)
    for (gsize i = 0; i < panel->curves[c].n; i++) {
      EsPlotId at = {(int)p, (int)c, (int)i, -1, -1};
      double dx, dy;

      if (!has_point (panels, at))
        continue;
      dx = fabs (es_panels_point_x (panel, axes, c, i) - x);
      dy = fabs (es_scale_map_clamped (&axes->y, panel->curves[c].y[i]) - y);
      if (panel->plane)
        dy = hypot (dx, dy);
      if ((!panel->plane && dx < nearest_x - 0.01) ||
          ((panel->plane || dx < nearest_x + 0.01) && dy < nearest_y)) {
        nearest_x = dx;
        nearest_y = dy;
        *id = at;
      }
    }
  return nearest_y < INFINITY;
}

static gboolean
pick_point (
    const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotId *id)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;

  for (guint p = 0; p < panels->n_panels; p++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, p);
    EsRect near;

    if (axes == NULL || axes->plot.width <= 0)
      continue;
    near = (EsRect){axes->plot.x - PICK_MARGIN, axes->plot.y - PICK_MARGIN,
                    axes->plot.width + 2 * PICK_MARGIN,
                    axes->plot.height + 2 * PICK_MARGIN};
    if (es_rect_contains (&near, x, y))
      return pick_in_panel (panels, p, axes, x, y, id);
  }
  return FALSE;
}

/* From @start on in steps of @step along a curve. */
static gboolean
step_point (const EsPanelsPlot *panels, EsPlotId *id, int start, int step)
{
  const EsCurve *curve = curve_of (panels, *id);

  for (id->index = start;
       curve != NULL && id->index >= 0 && (gsize)id->index < curve->n;
       id->index += step)
    if (has_point (panels, *id))
      return TRUE;
  return FALSE;
}

/* The next curve up or down, on into the next panel, with a point near this one. */
static gboolean
step_curve (const EsPanelsPlot *panels, EsPlotId *id, int step)
{
  int index = id->index;

  for (;;) {
    const EsCurve *curve;

    id->series += step;
    if (id->series < 0 || (gsize)id->series >= panels->panels[id->panel].n_curves) {
      id->panel += step;
      if (id->panel < 0 || (gsize)id->panel >= panels->n_panels)
        return FALSE;
      id->series = step > 0 ? 0 : (int)panels->panels[id->panel].n_curves - 1;
    }
    curve = curve_of (panels, *id);
    if (curve == NULL || curve->n == 0)
      continue;
    if (step_point (panels, id, MIN (index, (int)curve->n - 1), -1) ||
        step_point (panels, id, 0, 1))
      return TRUE;
  }
}

static gboolean
move_point (const EsPlot *plot, EsPlotId *id, EsPlotDirection direction)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  const EsCurve *curve;

  if (id->index < 0) {
    *id = (EsPlotId){0, -1, 0, -1, -1};
    return panels->n_panels > 0 && step_curve (panels, id, 1);
  }
  curve = curve_of (panels, *id);
  switch (direction) {
  case ES_PLOT_LEFT:
    return step_point (panels, id, id->index - 1, -1);
  case ES_PLOT_RIGHT:
    return step_point (panels, id, id->index + 1, 1);
  case ES_PLOT_FIRST:
    return step_point (panels, id, 0, 1);
  case ES_PLOT_LAST:
    return curve != NULL && step_point (panels, id, (int)curve->n - 1, -1);
  case ES_PLOT_UP:
    return step_curve (panels, id, -1);
  case ES_PLOT_DOWN:
    return step_curve (panels, id, 1);
  case ES_PLOT_IN:
  case ES_PLOT_OUT:
  default:
    return FALSE;
  }
}

/* Words */

static char *
read_picture (const EsPanelsPlot *panels, const EsPlotHit *hit, const char *point)
{
  const char *caption = panels->pictures[hit->id.index].caption;
  g_autofree char *value = NULL;
  g_autofree char *cell = NULL;

  if (hit->id.row < 0)
    return g_strdup (caption != NULL ? caption : "");
  value = es_number_signed (hit->value, 2, point);
  cell = g_strdup_printf (_ ("row %d, column %d: %s"), hit->id.row + 1, hit->id.col + 1,
                          value);
  return caption != NULL ? g_strdup_printf ("%s, %s", caption, cell)
                         : g_steal_pointer (&cell);
}

/* "Residue 3: 0.12, -0.30" */
static char *
read_plane (const EsPanel *panel,
            const EsCurve *curve,
            const EsPlotHit *hit,
            const char *point)
{
  g_autofree char *x = es_number_signed (hit->x, 2, point);
  g_autofree char *y = es_number_signed (hit->value, 2, point);

  return g_strdup_printf (
      "%s %s: %s, %s", panel->x_name != NULL ? panel->x_name : panel->heading,
      curve->labels != NULL ? curve->labels[hit->id.index] : "", x, y);
}

static char *
read_out (const EsPlot *plot, const EsPlotHit *hit, const char *point)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  const EsCurve *curve = curve_of (panels, hit->id);
  const EsPanel *panel;
  GString *out = g_string_new (NULL);
  g_autofree char *value = NULL;

  if (curve == NULL) {
    g_string_free (out, TRUE);
    return read_picture (panels, hit, point);
  }
  panel = &panels->panels[hit->id.panel];
  if (panel->plane) {
    g_string_free (out, TRUE);
    return read_plane (panel, curve, hit, point);
  }
  value = es_number_text (hit->value, 3, point);
  g_string_append_printf (out, "%s", panel->heading);
  if (curve->name != NULL)
    g_string_append_printf (out, ", %s", curve->name);
  if (panel->x_name != NULL) {
    g_autofree char *x = panel->groups && curve->labels != NULL
                             ? g_strdup (curve->labels[hit->id.index])
                             : es_number_short (hit->x, point);

    g_string_append_printf (out, ", %s %s", panel->x_name, x);
  }
  g_string_append_printf (out, ": %s", value);
  if (curve->half != NULL && curve->half[hit->id.index] > 0) {
    g_autofree char *half = es_number_text (curve->half[hit->id.index], 2, point);

    g_string_append_printf (out, " \u00b1 %s", half);
  }
  return g_string_free (out, FALSE);
}

/* "masked from 0.98 at 0.025 to 0.60 at 0.3" */
static void
describe_curve (GString *out, const EsCurve *curve, const char *point)
{
  gsize first = 0, last = curve->n;
  g_autofree char *y0 = NULL, *x0 = NULL, *y1 = NULL, *x1 = NULL;

  while (first < curve->n && !is_known (curve->y[first]))
    first++;
  while (last > 0 && !is_known (curve->y[last - 1]))
    last--;
  if (first >= last)
    return;
  y0 = es_number_text (curve->y[first], 3, point);
  x0 = es_number_short (curve->x[first], point);
  y1 = es_number_text (curve->y[last - 1], 3, point);
  x1 = es_number_short (curve->x[last - 1], point);
  if (curve->name != NULL)
    g_string_append_printf (out, " %s", curve->name);
  if (last - first == 1)
    g_string_append_printf (out, " %s", y0);
  else
    /* Translators: a curve's values at its ends, "from 0.98 at 0.025 to 0.6 at 0.3" */
    g_string_append_printf (out, _ (" from %s at %s to %s at %s"), y0, x0, y1, x1);
}

/* " before T-shirt/top 0.36, Trouser −1.2": places have no order. */
static void
describe_group (GString *out, const EsCurve *curve, const char *point)
{
  if (curve->name != NULL)
    g_string_append_printf (out, " %s", curve->name);
  for (gsize i = 0; i < curve->n; i++) {
    g_autofree char *y = es_number_text (curve->y[i], 3, point);

    g_string_append_printf (out, "%s %s %s", i > 0 ? "," : "",
                            curve->labels != NULL ? curve->labels[i] : "", y);
  }
}

/* What stands below the pictures, if they are few enough to be listened to. */
static void
describe_pictures (GString *out, const EsPanelsPlot *panels)
{
  for (gsize i = 0; panels->n_pictures <= SPOKEN_PICTURES && i < panels->n_pictures;
       i++)
    if (panels->pictures[i].caption != NULL)
      g_string_append_printf (out, "; %s", panels->pictures[i].caption);
}

static char *
describe (const EsPlot *plot, const char *point)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  const char *title = es_plot_get_title (plot);
  GString *out = g_string_new (title);

  for (gsize p = 0; p < panels->n_panels && !is_empty (plot); p++) {
    const EsPanel *panel = &panels->panels[p];

    g_string_append_printf (out, "%s%s:",
                            p > 0           ? "; "
                            : title[0] != 0 ? ". "
                                            : "",
                            panel->heading);
    for (gsize c = 0; c < panel->n_curves; c++) {
      if (c > 0)
        g_string_append_c (out, panel->groups ? ';' : ',');
      if (panel->plane)
        g_string_append_printf (
            out,
            g_dngettext (ES_TEXT_DOMAIN, " %u point", " %u points", panel->curves[c].n),
            (guint)panel->curves[c].n);
      else if (panel->groups)
        describe_group (out, &panel->curves[c], point);
      else
        describe_curve (out, &panel->curves[c], point);
    }
  }
  if (!is_empty (plot))
    describe_pictures (out, panels);
  else
    g_string_append_printf (out, "%s%s", title[0] != 0 ? ": " : "", _ ("no data yet"));
  g_string_append_c (out, '.');
  return g_string_free (out, FALSE);
}

/* What the table calls point @i of @curve: by curve and place in groups. */
static char *
table_name (const EsPanel *panel, const EsCurve *curve, gsize i)
{
  const char *name = curve->name != NULL ? curve->name : "";

  if (curve->labels == NULL)
    return g_strdup (name);
  return panel->groups ? g_strdup_printf ("%s, %s", name, curve->labels[i])
                       : g_strdup (curve->labels[i]);
}

static EsPlotTable *
to_table (const EsPlot *plot)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  gsize n = 0, row = 0;
  EsPlotTable *table;
  char **quantity, **curve_name;
  double *x, *value, *half;

  for (gsize p = 0; p < panels->n_panels; p++)
    for (gsize c = 0; c < panels->panels[p].n_curves; c++)
      n += panels->panels[p].curves[c].n;
  table = es_plot_table_new (n);
  quantity = es_plot_table_add_strings (table, "quantity", _ ("Quantity"));
  curve_name = es_plot_table_add_strings (table, "curve", _ ("Curve"));
  x = es_plot_table_add_numbers (table, "x", _ ("Position"));
  value = es_plot_table_add_numbers (table, "value", _ ("Value"));
  half = es_plot_table_add_numbers (table, "half_width", _ ("Half width"));
  for (gsize p = 0; p < panels->n_panels; p++)
    for (gsize c = 0; c < panels->panels[p].n_curves; c++) {
      const EsCurve *curve = &panels->panels[p].curves[c];

      for (gsize i = 0; i < curve->n; i++, row++) {
        quantity[row] = g_strdup (panels->panels[p].heading);
        curve_name[row] = table_name (&panels->panels[p], curve, i);
        x[row] = curve->x[i];
        value[row] = curve->y[i];
        if (curve->half != NULL)
          half[row] = curve->half[i];
      }
    }
  return table;
}

static const EsPlotClass panels_class = {
    .finalize = finalize,
    .is_empty = is_empty,
    .note = note,
    .body_height = es_panels_plot_body_height,
    .place = es_panels_plot_place,
    .draw = draw,
    .pick_point = pick_point,
    .locate_point = locate_point,
    .move_point = move_point,
    .read_out = read_out,
    .describe = describe,
    .to_table = to_table,
};

/* Text from files may be no UTF-8. */
static char *
copy_text (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static void
copy_panel (EsPanel *copy, const EsPanel *panel)
{
  EsCurve *curves = g_new0 (EsCurve, MAX (panel->n_curves, 1));

  *copy = *panel;
  copy->heading = copy_text (panel->heading);
  copy->x_name = copy_text (panel->x_name);
  for (gsize c = 0; c < panel->n_curves; c++) {
    const EsCurve *curve = &panel->curves[c];
    gsize bytes = curve->n * sizeof (double);

    curves[c].name = copy_text (curve->name);
    curves[c].n = curve->n;
    curves[c].x = g_memdup2 (curve->x, bytes);
    curves[c].y = g_memdup2 (curve->y, bytes);
    curves[c].half = curve->half != NULL ? g_memdup2 (curve->half, bytes) : NULL;
    curves[c].labels = g_strdupv (curve->labels);
  }
  copy->curves = curves;
}

EsPlot *
es_panels_plot_new (const EsPanelsData *data)
{
  EsPanelsPlot *panels = g_new0 (EsPanelsPlot, 1);
  gsize n = (gsize)data->rows * data->cols;

  es_plot_init (&panels->base, &panels_class, data->title, ES_PLOT_ID_NONE);
  panels->order = data->order;
  panels->n_panels = MIN (data->n_panels, ES_PANELS_MAX);
  panels->panels = g_new0 (EsPanel, MAX (panels->n_panels, 1));
  for (gsize p = 0; p < panels->n_panels; p++)
    copy_panel (&panels->panels[p], &data->panels[p]);
  panels->rows = data->rows;
  panels->cols = data->cols;
  panels->n_pictures = n > 0 ? data->n_pictures : 0;
  panels->pictures = g_new0 (EsPanelsPicture, MAX (panels->n_pictures, 1));
  for (gsize i = 0; i < panels->n_pictures; i++) {
    panels->pictures[i] = data->pictures[i];
    panels->pictures[i].values =
        g_memdup2 (data->pictures[i].values, n * sizeof (float));
    panels->pictures[i].caption = copy_text (data->pictures[i].caption);
  }
  panels->picture_rows = MAX (data->picture_rows, 1);
  panels->note = copy_text (data->note);
  return &panels->base;
}
