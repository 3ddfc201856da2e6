/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-private.h"
#include "es-heatmap.h"

#include <math.h>

void
es_plot_init (EsPlot *plot,
              const EsPlotClass *klass,
              const char *title,
              EsPlotId selected)
{
  g_atomic_ref_count_init (&plot->refs);
  plot->klass = klass;
  /* Titles may be file names, which may be no UTF-8. */
  plot->title = title != NULL ? g_utf8_make_valid (title, -1) : NULL;
  plot->selected = selected;
}

EsPlot *
es_plot_ref (EsPlot *plot)
{
  g_return_val_if_fail (plot != NULL, NULL);
  g_atomic_ref_count_inc (&plot->refs);
  return plot;
}

void
es_plot_unref (EsPlot *plot)
{
  if (plot == NULL || !g_atomic_ref_count_dec (&plot->refs))
    return;
  plot->klass->finalize (plot);
  g_free (plot->title);
  g_free (plot);
}

const char *
es_plot_get_title (const EsPlot *plot)
{
  return plot->title != NULL ? plot->title : "";
}

char *
es_plot_describe (const EsPlot *plot, const char *point)
{
  return plot->klass->describe (plot, point);
}

EsPlotTable *
es_plot_to_table (const EsPlot *plot)
{
  return plot->klass->to_table (plot);
}

void
es_plot_hit_clear (EsPlotHit *hit)
{
  g_free (hit->text);
  *hit = (EsPlotHit)ES_PLOT_HIT_INIT;
}

/* Drawing */

static void
draw_tiles (const EsPlotLayout *layout, const EsStyle *style, cairo_t *cr)
{
  cairo_set_line_width (cr, style->frame);
  for (guint i = 0; i < layout->tiles->len; i++) {
    const EsTile *tile = &g_array_index (layout->tiles, EsTile, i);
    double out = style->frame / 2;

    es_heatmap_draw (cr, tile->image, &tile->rect);
    es_color_set (cr, &style->grid);
    cairo_rectangle (cr, tile->rect.x - out, tile->rect.y - out,
                     tile->rect.width + 2 * out, tile->rect.height + 2 * out);
    cairo_stroke (cr);
  }
  if (layout->bar != NULL) {
    es_heatmap_draw (cr, layout->bar, &layout->bar_rect);
    es_color_set (cr, &style->axis);
    cairo_rectangle (cr, layout->bar_rect.x, layout->bar_rect.y, layout->bar_rect.width,
                     layout->bar_rect.height);
    cairo_stroke (cr);
  }
}

static void
draw_strokes (const EsPlotLayout *layout, const EsStyle *style, cairo_t *cr)
{
  cairo_set_line_width (cr, style->frame);
  for (guint i = 0; i < layout->strokes->len; i++) {
    const EsStroke *stroke = &g_array_index (layout->strokes, EsStroke, i);

    es_color_set (cr, &stroke->color);
    cairo_move_to (cr, stroke->x0, stroke->y0);
    cairo_line_to (cr, stroke->x1, stroke->y1);
    cairo_stroke (cr);
  }
}

/* A line on a rim, so that it shows on light and on dark. Keeps the path's shape. */
static void
stroke_rimmed (cairo_t *cr, const EsStyle *style, double width)
{
  es_color_set (cr, &style->accent_rim);
  cairo_set_line_width (cr, width + 1.2 * style->frame);
  cairo_stroke_preserve (cr);
  es_color_set (cr, &style->accent);
  cairo_set_line_width (cr, width);
  cairo_stroke (cr);
}

static void
draw_frame (cairo_t *cr, const EsStyle *style, const EsRect *rect)
{
  double width = 1.5 * style->line;
  double out = width / 2 + 0.6 * style->frame;

  cairo_rectangle (cr, rect->x - out, rect->y - out, rect->width + 2 * out,
                   rect->height + 2 * out);
  stroke_rimmed (cr, style, width);
}

static void
draw_ring (cairo_t *cr, const EsStyle *style, const EsRect *rect)
{
  cairo_new_path (cr);
  cairo_arc (cr, rect->x + rect->width / 2, rect->y + rect->height / 2,
             style->dot + 1.2 * style->line, 0, 2 * G_PI);
  stroke_rimmed (cr, style, style->line);
}

static void
draw_selected (const EsPlot *plot,
               const EsPlotLayout *layout,
               const EsStyle *style,
               cairo_t *cr)
{
  EsPlotId id = plot->selected;

  if (id.index < 0)
    return;
  id.row = id.col = -1;
  for (id.panel = 0; id.panel < 2; id.panel++) {
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

    if (!es_plot_find (plot, layout, id, &hit))
      continue;
    if (hit.shape == ES_PLOT_AREA)
      draw_frame (cr, style, &hit.rect);
    else
      draw_ring (cr, style, &hit.rect);
  }
}

static void
draw_text (const EsPlacedText *text, cairo_t *cr)
{
  cairo_save (cr);
  cairo_translate (cr, text->rect.x,
                   text->turned ? es_rect_bottom (&text->rect) : text->rect.y);
  if (text->turned)
    cairo_rotate (cr, -G_PI / 2);
  es_text_draw (cr, text->text, &text->color, 0, 0);
  cairo_restore (cr);
}

void
es_plot_draw (const EsPlot *plot,
              const EsPlotLayout *layout,
              const EsStyle *style,
              cairo_t *cr)
{
  g_return_if_fail (layout->plot == plot);

  if (layout->width <= 0)
    return;
  cairo_save (cr);
  if (style->background.a > 0) {
    es_color_set (cr, &style->background);
    cairo_rectangle (cr, 0, 0, layout->width, layout->height);
    cairo_fill (cr);
  }
  for (guint i = 0; i < layout->axes->len; i++)
    es_axes_draw (&g_array_index (layout->axes, EsAxes, i), style, cr);
  draw_tiles (layout, style, cr);
  draw_strokes (layout, style, cr);
  if (plot->klass->draw != NULL && layout->axes->len > 0) {
    cairo_save (cr);
    plot->klass->draw (plot, layout, style, cr);
    cairo_restore (cr);
  }
  for (guint i = 0; i < layout->texts->len; i++)
    draw_text (&g_array_index (layout->texts, EsPlacedText, i), cr);
  draw_selected (plot, layout, style, cr);
  cairo_restore (cr);
}

void
es_plot_draw_highlight (const EsPlot *plot,
                        const EsPlotLayout *layout,
                        const EsStyle *style,
                        const EsPlotHit *hit,
                        cairo_t *cr)
{
  double x = es_axes_crisp (hit->rect.x + hit->rect.width / 2);

  g_return_if_fail (layout->plot == plot);
  if (hit->id.index < 0)
    return;
  cairo_save (cr);
  if (hit->shape == ES_PLOT_AREA) {
    draw_frame (cr, style, hit->id.row >= 0 ? &hit->context : &hit->rect);
    if (hit->id.row >= 0)
      draw_frame (cr, style, &hit->rect);
  } else {
    es_color_set (cr, &style->dim);
    cairo_set_line_width (cr, style->frame);
    cairo_move_to (cr, x, hit->context.y);
    cairo_line_to (cr, x, es_rect_bottom (&hit->context));
    cairo_stroke (cr);
    draw_ring (cr, style, &hit->rect);
  }
  cairo_restore (cr);
}

/* Elements */

static void
locate_in_tile (const EsTile *tile, EsPlotHit *hit)
{
  EsRect *rect = &hit->rect;

  hit->shape = ES_PLOT_AREA;
  hit->context = tile->rect;
  *rect = tile->rect;
  hit->x = hit->value = NAN;
  if (hit->id.row < 0)
    return;
  rect->width = tile->rect.width / tile->cols;
  rect->height = tile->rect.height / tile->rows;
  rect->x += hit->id.col * rect->width;
  rect->y += hit->id.row * rect->height;
  hit->value = tile->values[(gsize)hit->id.row * tile->cols + (gsize)hit->id.col];
}

/* A cell's row and column are both in range, or both -1. */
static gboolean
cell_fits (const EsTile *tile, EsPlotId id)
{
  if (id.row < 0 || id.col < 0)
    return id.row == -1 && id.col == -1;
  return (guint)id.row < tile->rows && (guint)id.col < tile->cols;
}

gboolean
es_plot_find (const EsPlot *plot,
              const EsPlotLayout *layout,
              EsPlotId id,
              EsPlotHit *hit)
{
  const EsTile *tile;

  g_return_val_if_fail (layout->plot == plot, FALSE);
  es_plot_hit_clear (hit);
  if (id.index < 0)
    return FALSE;
  hit->id = id;
  tile = es_plot_layout_find_tile (layout, id);
  if (tile != NULL && cell_fits (tile, id)) {
    locate_in_tile (tile, hit);
  } else if (tile == NULL && plot->klass->locate_point != NULL &&
             plot->klass->locate_point (plot, layout, hit)) {
    hit->shape = ES_PLOT_POINT;
  } else {
    es_plot_hit_clear (hit);
    return FALSE;
  }
  hit->text = plot->klass->read_out (plot, hit, layout->point);
  return TRUE;
}

gboolean
es_plot_pick (
    const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotHit *hit)
{
  EsPlotId id = ES_PLOT_ID_NONE;

  g_return_val_if_fail (layout->plot == plot, FALSE);
  for (guint i = 0; i < layout->tiles->len; i++) {
    const EsTile *tile = &g_array_index (layout->tiles, EsTile, i);

    if (!es_rect_contains (&tile->rect, x, y))
      continue;
    id = tile->id;
    id.row = (int)((y - tile->rect.y) / tile->rect.height * tile->rows);
    id.col = (int)((x - tile->rect.x) / tile->rect.width * tile->cols);
    id.row = MIN (id.row, (int)tile->rows - 1);
    id.col = MIN (id.col, (int)tile->cols - 1);
    return es_plot_find (plot, layout, id, hit);
  }
  if (plot->klass->pick_point != NULL &&
      plot->klass->pick_point (plot, layout, x, y, &id))
    return es_plot_find (plot, layout, id, hit);
  es_plot_hit_clear (hit);
  return FALSE;
}

/* Keyboard */

static gboolean
move_cell (const EsTile *tile, EsPlotId *id, EsPlotDirection direction)
{
  int row = id->row, col = id->col;

  switch (direction) {
  case ES_PLOT_LEFT:
    col--;
    break;
  case ES_PLOT_RIGHT:
    col++;
    break;
  case ES_PLOT_UP:
    row--;
    break;
  case ES_PLOT_DOWN:
    row++;
    break;
  case ES_PLOT_FIRST:
    row = col = 0;
    break;
  case ES_PLOT_LAST:
    row = (int)tile->rows - 1;
    col = (int)tile->cols - 1;
    break;
  case ES_PLOT_OUT:
    id->row = id->col = -1;
    return TRUE;
  case ES_PLOT_IN:
  default:
    return FALSE;
  }
  if (row < 0 || col < 0 || row >= (int)tile->rows || col >= (int)tile->cols)
    return FALSE;
  id->row = row;
  id->col = col;
  return TRUE;
}

/* How far @to lies from @from in a direction, along it first; infinite if not on
   that side. */
static double
tile_distance (const EsTile *from, const EsTile *to, EsPlotDirection direction)
{
  double dx = to->rect.x - from->rect.x, dy = to->rect.y - from->rect.y;
  gboolean sideways = direction == ES_PLOT_LEFT || direction == ES_PLOT_RIGHT;
  double along = sideways ? dx : dy, across = sideways ? dy : dx;

  if (direction == ES_PLOT_LEFT || direction == ES_PLOT_UP)
    along = -along;
  if (along < 1 || (sideways && fabs (across) > from->rect.height / 2))
    return INFINITY;
  return along * 1000 + fabs (across);
}

static gboolean
move_tile (const EsPlotLayout *layout,
           const EsTile *from,
           EsPlotId *id,
           EsPlotDirection direction)
{
  double nearest = INFINITY;
  const EsTile *tiles = (const EsTile *)(void *)layout->tiles->data;

  if (direction == ES_PLOT_FIRST || direction == ES_PLOT_LAST) {
    *id = tiles[direction == ES_PLOT_FIRST ? 0 : layout->tiles->len - 1].id;
    return TRUE;
  }
  if (direction == ES_PLOT_IN) {
    id->row = (int)from->rows / 2;
    id->col = (int)from->cols / 2;
    return TRUE;
  }
  if (direction == ES_PLOT_OUT) {
    id->panel--;
    return id->panel >= 0;
  }
  for (guint i = 0; i < layout->tiles->len; i++) {
    double distance = tile_distance (from, &tiles[i], direction);

    if (distance < nearest) {
      nearest = distance;
      *id = tiles[i].id;
    }
  }
  return nearest < INFINITY;
}

static gboolean
move_from_none (const EsPlot *plot, const EsPlotLayout *layout, EsPlotId *id)
{
  if (plot->klass->move_point != NULL && layout->axes->len > 0 &&
      plot->klass->move_point (plot, id, ES_PLOT_FIRST))
    return TRUE;
  if (layout->tiles->len == 0)
    return FALSE;
  *id = g_array_index (layout->tiles, EsTile, 0).id;
  return TRUE;
}

gboolean
es_plot_move (const EsPlot *plot,
              const EsPlotLayout *layout,
              EsPlotHit *hit,
              EsPlotDirection direction)
{
  EsPlotId id = hit->id;
  const EsTile *tile = es_plot_layout_find_tile (layout, id);
  g_auto (EsPlotHit) found = ES_PLOT_HIT_INIT;
  gboolean moved;

  g_return_val_if_fail (layout->plot == plot, FALSE);
  if (id.index < 0)
    moved = move_from_none (plot, layout, &id);
  else if (tile != NULL && id.row >= 0)
    moved = move_cell (tile, &id, direction);
  else if (tile != NULL)
    moved = move_tile (layout, tile, &id, direction);
  else if (direction == ES_PLOT_IN)
    moved = (id.panel++, es_plot_layout_find_tile (layout, id) != NULL);
  else
    moved = plot->klass->move_point != NULL &&
            plot->klass->move_point (plot, &id, direction);
  if (!moved || !es_plot_find (plot, layout, id, &found))
    return FALSE;
  es_plot_hit_clear (hit);
  *hit = found;
  found.text = NULL;
  return TRUE;
}
