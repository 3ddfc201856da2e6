/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"
#include "es-panels-private.h"

#include <math.h>

/* Height over width of a panel, and of a picture's share of the width in a row. */
#define PANEL_ASPECT 0.62
/* Share of the width that panels get beside pictures. */
#define PANELS_SHARE 0.42
/* The same for panels in two columns, beside pictures in one. */
#define PANELS_SHARE_WIDE 0.72
/* Panels that stand in two columns in a grid. */
#define PANELS_WIDE 4
/* Distance of a point's label from the point, in heights of small text. */
#define LABEL_DISTANCE 0.8
/* Share of all panels' height that those with high names get before the others, at
   most. */
#define EXTRA_SHARE 0.2

EsColor
es_panels_plot_color (const EsStyle *style, gsize i, gsize n)
{
  gboolean dark = style->text.r > 0.5;
  EsPixel pixel;

  if (n == 1)
    return style->series[1];
  if (n <= 3)
    return i == 0 ? style->series[1] : i == 1 ? style->series[0] : style->dim;
  /* The map's ends that would vanish on the background are left out. */
  pixel = es_color_map_lookup (style->sequential,
                               (dark ? 0.3 : 0) + 0.7 * (double)i / (double)(n - 1));
  return (EsColor){(pixel >> 16 & 255) / 255.0, (pixel >> 8 & 255) / 255.0,
                   (pixel & 255) / 255.0, 1};
}

gboolean
es_panels_panel_has_bars (const EsPanel *panel)
{
  return panel->stems || panel->groups;
}

double
es_panels_bar_width (const EsPanel *panel, const EsAxes *axes)
{
  double place = axes->plot.width / (axes->x.hi - axes->x.lo);

  return 0.8 * place / (double)MAX (panel->n_curves, 1);
}

double
es_panels_point_x (const EsPanel *panel, const EsAxes *axes, gsize c, gsize i)
{
  double x = es_scale_map (&axes->x, panel->curves[c].x[i]);

  if (!panel->groups)
    return x;
  return x + ((double)c - ((double)panel->n_curves - 1) / 2) *
                 es_panels_bar_width (panel, axes);
}

/* Scales */

static void
widen (const EsPanel *panel, double value, double *lo, double *hi)
{
  if (!isfinite (value) || (panel->log && value <= 0))
    return;
  *lo = MIN (*lo, value);
  *hi = MAX (*hi, value);
}

static void
value_range (const EsPanel *panel, double *lo, double *hi)
{
  double margin;

  *lo = INFINITY;
  *hi = -INFINITY;
  for (gsize c = 0; c < panel->n_curves; c++) {
    const EsCurve *curve = &panel->curves[c];

    for (gsize i = 0; i < curve->n; i++) {
      double half = curve->half != NULL ? curve->half[i] : 0;

      widen (panel, curve->y[i], lo, hi);
      /* On a log scale a wide interval would go down without end. */
      if (!panel->log && isfinite (half))
        widen (panel, curve->y[i] - half, lo, hi);
      if (isfinite (half))
        widen (panel, curve->y[i] + half, lo, hi);
    }
  }
  if (panel->zero && !panel->log)
    widen (panel, 0, lo, hi);
  margin = panel->log ? 0 : 0.05 * (*hi - *lo);
  *lo = panel->log ? *lo / 1.15 : *lo - margin;
  *hi = panel->log ? *hi * 1.15 : *hi + margin;
  if (panel->share) {
    *lo = MAX (*lo, 0);
    *hi = MIN (*hi, 1);
  }
}

static void
x_range (const EsPanel *panel, double *lo, double *hi)
{
  *lo = INFINITY;
  *hi = -INFINITY;
  for (gsize c = 0; c < panel->n_curves; c++)
    for (gsize i = 0; i < panel->curves[c].n; i++)
      if (isfinite (panel->curves[c].x[i])) {
        *lo = MIN (*lo, panel->curves[c].x[i]);
        *hi = MAX (*hi, panel->curves[c].x[i]);
      }
  if (es_panels_panel_has_bars (panel) || *hi <= *lo) {
    *lo -= 0.5;
    *hi += 0.5;
  }
}

/* Text */

static double
widest_label (const EsTicks *ticks, const EsStyle *style)
{
  double widest = 0;

  for (guint i = 0; i < ticks->n; i++)
    widest = MAX (widest, es_text_width (style, ES_TEXT_SMALL, ticks->tick[i].label));
  return widest;
}

static void
place_small (EsPlotLayout *layout,
             const EsStyle *style,
             const EsColor *color,
             const char *string,
             double x,
             double y,
             EsAlign align)
{
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, string);

  es_plot_layout_add_text (layout, text, color, x, y, align);
}

static void
place_ticks (const EsPanel *panel,
             const EsRect *cell,
             const EsAxes *axes,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  double below = es_rect_bottom (&axes->plot) + style->gap / 2 + style->gap / 4;

  for (guint i = 0; i < axes->y_ticks.n; i++)
    place_small (layout, style, &style->dim, axes->y_ticks.tick[i].label,
                 axes->plot.x - style->gap / 2,
                 es_scale_map (&axes->y, axes->y_ticks.tick[i].value),
                 (EsAlign){1, 0.5});
  for (guint i = 0; i < axes->x_ticks.n; i++)
    place_small (layout, style, &style->dim, axes->x_ticks.tick[i].label,
                 es_scale_map (&axes->x, axes->x_ticks.tick[i].value), below,
                 (EsAlign){0.5, 0});
  if (panel->x_name != NULL)
    place_small (
        layout, style, &style->dim, panel->x_name, axes->plot.x + axes->plot.width / 2,
        below + es_panels_names_below (panel, style, cell->width, cell->height),
        (EsAlign){0.5, 0});
}

static void
place_heading (const EsPanel *panel,
               const EsRect *cell,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) name = es_text_new (style, ES_TEXT_HEADING, panel->heading);
  double width, height;

  es_text_get_size (name, &width, &height);
  if (width > cell->width) {
    pango_layout_set_width (name, (int)(cell->width * PANGO_SCALE));
    pango_layout_set_ellipsize (name, PANGO_ELLIPSIZE_END);
  }
  if (es_plot_layout_add_text (layout, name, &style->text, cell->x, cell->y,
                               (EsAlign){0, 0}) &&
      panel->log)
    place_small (layout, style, &style->dim, _ ("log scale"),
                 cell->x + width + style->gap, cell->y + height, (EsAlign){0, 1});
}

/* Planes */

double
es_panels_plane_radius (const EsCurve *curve)
{
  double sum = 0;
  gsize n = 0;

  for (gsize i = 0; i < curve->n; i++)
    if (isfinite (curve->x[i]) && isfinite (curve->y[i])) {
      sum += curve->x[i] * curve->x[i] + curve->y[i] * curve->y[i];
      n++;
    }
  return n > 0 ? sqrt (sum / (double)n) : 0;
}

/* A square with 0 in the middle, and room for labels around the points. */
static void
fit_plane (const EsPanel *panel, const EsRect *cell, EsAxes *axes, const EsStyle *style)
{
  double side = floor (MIN (axes->plot.height, cell->width));
  double room = side / 2 - 1.6 * es_text_height (style, ES_TEXT_SMALL);
  double limit = 0;

  for (gsize c = 0; c < panel->n_curves; c++)
    for (gsize i = 0; i < panel->curves[c].n; i++) {
      double distance = hypot (panel->curves[c].x[i], panel->curves[c].y[i]);

      if (isfinite (distance))
        limit = MAX (limit, distance);
    }
  limit *= room > side / 4 ? side / 2 / room : 1.1;
  axes->plot.x = es_axes_crisp (cell->x);
  axes->plot.width = axes->plot.height = side;
  es_scale_init (&axes->x, ES_SCALE_LINEAR, -limit, limit, axes->plot.x,
                 es_rect_right (&axes->plot));
  es_scale_init (&axes->y, ES_SCALE_LINEAR, -limit, limit, es_rect_bottom (&axes->plot),
                 axes->plot.y);
}

/* Outwards of their points and of the circle, those that there is room for. */
static void
place_labels (const EsPanel *panel,
              const EsAxes *axes,
              const EsStyle *style,
              EsPlotLayout *layout)
{
  double away = LABEL_DISTANCE * es_text_height (style, ES_TEXT_SMALL);
  double x0 = es_scale_map (&axes->x, 0), y0 = es_scale_map (&axes->y, 0);

  for (gsize c = 0; c < panel->n_curves; c++) {
    const EsCurve *curve = &panel->curves[c];
    double radius = es_scale_map (&axes->x, es_panels_plane_radius (curve)) - x0;

    for (gsize i = 0; curve->labels != NULL && i < curve->n; i++) {
      double x = es_scale_map (&axes->x, curve->x[i]) - x0;
      double y = es_scale_map (&axes->y, curve->y[i]) - y0, distance = hypot (x, y);
      double share = (MAX (distance, radius) + away) / distance;

      if (isfinite (share) && distance > away)
        place_small (layout, style, &style->dim, curve->labels[i], x0 + share * x,
                     y0 + share * y, (EsAlign){0.5, 0.5});
    }
  }
}

/* Panels */

static void
fit_scales (const EsPanel *panel,
            const EsRect *cell,
            EsAxes *axes,
            const EsStyle *style)
{
  double small = es_text_height (style, ES_TEXT_SMALL);
  double names = es_panels_names_beside (panel, style, cell->width);
  double lo, hi, left;

  value_range (panel, &lo, &hi);
  es_scale_init (&axes->y, panel->log ? ES_SCALE_LOG : ES_SCALE_LINEAR, lo, hi,
                 es_rect_bottom (&axes->plot), axes->plot.y);
  es_ticks_find (&axes->y_ticks, &axes->y,
                 (guint)CLAMP (axes->plot.height / (2 * small), 2, 8), FALSE,
                 style->point);
  left = widest_label (&axes->y_ticks, style) + style->gap / 2;
  names = names > 0 ? names + style->gap : style->dot;
  axes->plot.x = es_axes_crisp (cell->x + left);
  axes->plot.width = floor (es_rect_right (cell) - axes->plot.x - names);
  if (axes->plot.width < 4)
    return;
  x_range (panel, &lo, &hi);
  es_scale_init (&axes->x, ES_SCALE_LINEAR, lo, hi, axes->plot.x,
                 es_rect_right (&axes->plot));
  if (es_panels_panel_has_bars (panel))
    return;
  es_ticks_find (&axes->x_ticks, &axes->x, 2, panel->whole, style->point);
  es_ticks_find (
      &axes->x_ticks, &axes->x,
      (guint)CLAMP (axes->plot.width /
                        (2.5 * widest_label (&axes->x_ticks, style) + style->gap),
                    2, 8),
      panel->whole, style->point);
}

static void
place_panel (const EsPanel *panel,
             const EsRect *cell,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  double small = es_text_height (style, ES_TEXT_SMALL);
  double above = es_text_height (style, ES_TEXT_HEADING) + 0.8 * small;
  double below = panel->plane ? 0
                              : style->gap / 2 + style->gap / 4 +
                                    es_panels_names_below (panel, style, cell->width,
                                                           cell->height) +
                                    (panel->x_name != NULL ? small : 0);
  EsAxes axes = {.grid = !panel->plane,
                 .tick = es_panels_panel_has_bars (panel) ? 0 : style->gap / 2};

  axes.plot.y = es_axes_crisp (cell->y + above);
  axes.plot.height = floor (cell->height - above - below);
  if (axes.plot.height >= 4 && panel->plane)
    fit_plane (panel, cell, &axes, style);
  else if (axes.plot.height >= 4)
    fit_scales (panel, cell, &axes, style);
  if (axes.plot.height < 4 || axes.plot.width < 4) {
    axes.plot = (EsRect){0};
    axes.y_ticks.n = axes.x_ticks.n = 0;
    g_array_append_val (layout->axes, axes);
    return;
  }
  axes.base = panel->zero || panel->plane ? es_scale_map_clamped (&axes.y, 0)
                                          : es_rect_bottom (&axes.plot);
  if (panel->zero && !es_panels_panel_has_bars (panel))
    axes.tick = 0;
  place_heading (panel, cell, style, layout);
  if (es_panels_panel_has_bars (panel))
    es_panels_names_place_below (panel, &axes, style, cell, layout);
  if (panel->plane)
    place_labels (panel, &axes, style, layout);
  else if (!panel->stems)
    es_panels_names_place_beside (panel, &axes, style,
                                  es_panels_names_beside (panel, style, cell->width),
                                  layout);
  if (!panel->plane)
    place_ticks (panel, cell, &axes, style, layout);
  g_array_append_val (layout->axes, axes);
}

/* Beside each other panels and pictures would both be too small. */
static gboolean
is_stacked (const EsPanelsPlot *panels, const EsStyle *style, double width)
{
  return panels->n_pictures > 0 && width <= 30 * style->size;
}

static gsize
panel_columns (const EsPanelsPlot *panels, const EsStyle *style, double width)
{
  if (panels->order == ES_PANELS_GRID)
    return panels->n_panels >= PANELS_WIDE && !is_stacked (panels, style, width) ? 2
                                                                                 : 1;
  return width > 30 * style->size ? panels->n_panels : 1;
}

/* What of @width the panels of a grid take. */
static double
panels_width (const EsPanelsPlot *panels, const EsStyle *style, double width)
{
  if (panels->n_pictures == 0 || is_stacked (panels, style, width))
    return width;
  return floor (
      (panel_columns (panels, style, width) > 1 ? PANELS_SHARE_WIDE : PANELS_SHARE) *
      width);
}

/* What row @r of panels of @width is higher than others, for the names below. */
static double
row_extra (const EsPanelsPlot *panels,
           const EsStyle *style,
           gsize r,
           gsize n_cols,
           double width)
{
  double small = es_text_height (style, ES_TEXT_SMALL), extra = 0;

  for (gsize p = r * n_cols; p < MIN ((r + 1) * n_cols, panels->n_panels); p++)
    extra =
        MAX (extra, es_panels_names_below (&panels->panels[p], style, width, INFINITY) -
                        small);
  return extra;
}

static double
panel_width (const EsStyle *style, gsize n_cols, double width)
{
  return (width + 2 * style->gap) / (double)MAX (n_cols, 1) - 2 * style->gap;
}

static double
all_extra (const EsPanelsPlot *panels, const EsStyle *style, gsize n_cols, double width)
{
  gsize n_rows = (panels->n_panels + n_cols - 1) / MAX (n_cols, 1);
  double extra = 0;

  for (gsize r = 0; r < n_rows; r++)
    extra += row_extra (panels, style, r, n_cols, panel_width (style, n_cols, width));
  return extra;
}

/* Panels in rows of @n_cols. */
static void
place_panels (const EsPanelsPlot *panels,
              const EsRect *rect,
              gsize n_cols,
              const EsStyle *style,
              EsPlotLayout *layout)
{
  gsize n_rows = (panels->n_panels + n_cols - 1) / MAX (n_cols, 1);
  double between = 2 * style->gap, width = panel_width (style, n_cols, rect->width);
  double wanted = all_extra (panels, style, n_cols, rect->width);
  double extra = MIN (wanted, EXTRA_SHARE * rect->height);
  double height = (rect->height - extra + between) / (double)MAX (n_rows, 1) - between;
  double y = rect->y;

  for (gsize r = 0; r < n_rows; r++) {
    double share = wanted > 0 ? extra / wanted : 0;
    double high = height + share * row_extra (panels, style, r, n_cols, width);

    for (gsize p = r * n_cols; p < MIN ((r + 1) * n_cols, panels->n_panels); p++) {
      EsRect cell = {floor (rect->x + (double)(p % n_cols) * (width + between)),
                     floor (y), floor (width), floor (high)};

      place_panel (&panels->panels[p], &cell, style, layout);
    }
    y += high + between;
  }
}

double
es_panels_plot_body_height (const EsPlot *plot, const EsStyle *style, double width)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  gsize n_cols = MAX (panel_columns (panels, style, width), 1);
  gsize n_rows = (panels->n_panels + n_cols - 1) / n_cols;
  double panel, extra;

  extra = all_extra (
      panels, style, n_cols,
      panels->order == ES_PANELS_GRID ? panels_width (panels, style, width) : width);
  if (panels->order == ES_PANELS_GRID && is_stacked (panels, style, width))
    return es_panels_pictures_grid_height (panels, style, width) +
           (double)panels->n_panels * PANEL_ASPECT * width + extra;
  if (panels->order == ES_PANELS_GRID)
    return MAX (0.5 * width, 26 * style->size) + extra;
  panel = PANEL_ASPECT * width / (double)n_cols;
  /* One panel by itself need not be as high as it could. */
  if (panels->n_panels == 1)
    panel = MIN (panel, 0.5 * width);
  return es_panels_pictures_row_height (panels, style, width) + (double)n_rows * panel +
         extra;
}

static void
place_row (const EsPanelsPlot *panels,
           const EsRect *body,
           const EsStyle *style,
           EsPlotLayout *layout)
{
  EsRect upper = *body, lower = *body;

  upper.height = MIN (es_panels_pictures_row_height (panels, style, body->width),
                      0.5 * body->height);
  lower.y += upper.height;
  lower.height -= upper.height;
  /* Captions end above the headings. */
  upper.height -= style->gap;
  if (panels->n_pictures > 0 && upper.height > 0)
    es_panels_pictures_place_row (panels, &upper, style, layout);
  place_panels (panels, &lower, panel_columns (panels, style, body->width), style,
                layout);
}

void
es_panels_plot_place (const EsPlot *plot,
                      const EsStyle *style,
                      EsPlotLayout *layout,
                      const EsRect *body)
{
  const EsPanelsPlot *panels = (const EsPanelsPlot *)plot;
  EsRect left = *body, right = *body;

  if (panels->order == ES_PANELS_ROW) {
    place_row (panels, body, style, layout);
    return;
  }
  if (is_stacked (panels, style, body->width)) {
    right.height = MIN (es_panels_pictures_grid_height (panels, style, body->width),
                        0.5 * body->height);
    left.y += right.height;
    left.height -= right.height;
  } else if (panels->n_pictures > 0) {
    left.width = panels_width (panels, style, body->width);
    right.x += left.width + 2 * style->gap;
    right.width -= left.width + 2 * style->gap;
  }
  place_panels (panels, &left, panel_columns (panels, style, body->width), style,
                layout);
  if (panels->n_pictures > 0 && right.width > 0)
    es_panels_pictures_place_grid (panels, &right, style, layout);
}
