/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-axes.h"

static void
draw_grid (const EsAxes *axes, const EsStyle *style, cairo_t *cr)
{
  es_color_set (cr, &style->grid);
  for (guint i = 0; i < axes->y_ticks.n; i++) {
    double y = es_axes_crisp (es_scale_map (&axes->y, axes->y_ticks.tick[i].value));

    cairo_move_to (cr, axes->plot.x, y);
    cairo_line_to (cr, es_rect_right (&axes->plot), y);
  }
  cairo_stroke (cr);
}

static void
draw_lines (const EsAxes *axes, const EsStyle *style, cairo_t *cr)
{
  double base = es_axes_crisp (axes->base);
  double left = es_axes_crisp (axes->plot.x);

  es_color_set (cr, &style->axis);
  cairo_move_to (cr, axes->plot.x, base);
  cairo_line_to (cr, es_rect_right (&axes->plot), base);
  for (guint i = 0; i < axes->x_ticks.n; i++) {
    double x = es_axes_crisp (es_scale_map (&axes->x, axes->x_ticks.tick[i].value));

    cairo_move_to (cr, x, base);
    cairo_rel_line_to (cr, 0, axes->tick);
  }
  if (axes->y_line) {
    cairo_move_to (cr, left, axes->plot.y);
    cairo_line_to (cr, left, es_rect_bottom (&axes->plot));
  }
  cairo_stroke (cr);
}

void
es_axes_draw (const EsAxes *axes, const EsStyle *style, cairo_t *cr)
{
  if (axes->plot.width <= 0 || axes->plot.height <= 0)
    return;
  cairo_save (cr);
  cairo_set_line_width (cr, style->frame);
  if (axes->grid)
    draw_grid (axes, style, cr);
  draw_lines (axes, style, cr);
  cairo_restore (cr);
}
