/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-layout.h"
#include "es-heatmap.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-private.h"

#include <math.h>

/* The most of the height that title and note may take each. */
#define CHROME_SHARE (1 / 3.0)
#define BAR_COLORS 255 /* odd, so that zero has a row of its own */

static void
clear_text (gpointer data)
{
  g_object_unref (((EsPlacedText *)data)->text);
}

static void
clear_tile (gpointer data)
{
  cairo_surface_destroy (((EsTile *)data)->image);
}

static EsPlotLayout *
layout_new (EsPlot *plot, const EsStyle *style, double width, double height)
{
  EsPlotLayout *layout = g_new0 (EsPlotLayout, 1);

  layout->plot = es_plot_ref (plot);
  layout->width = width;
  g_strlcpy (layout->point, style->point, sizeof layout->point);
  layout->height = height;
  layout->axes = g_array_new (FALSE, TRUE, sizeof (EsAxes));
  layout->tiles = g_array_new (FALSE, TRUE, sizeof (EsTile));
  layout->strokes = g_array_new (FALSE, TRUE, sizeof (EsStroke));
  layout->texts = g_array_new (FALSE, TRUE, sizeof (EsPlacedText));
  g_array_set_clear_func (layout->tiles, clear_tile);
  g_array_set_clear_func (layout->texts, clear_text);
  return layout;
}

void
es_plot_layout_free (EsPlotLayout *layout)
{
  if (layout == NULL)
    return;
  g_array_unref (layout->axes);
  g_array_unref (layout->tiles);
  g_array_unref (layout->strokes);
  g_array_unref (layout->texts);
  g_clear_pointer (&layout->bar, cairo_surface_destroy);
  es_plot_unref (layout->plot);
  g_free (layout);
}

/* Moves @placed, whose size is known, to its anchor and adds it if it has room. */
static gboolean
add_placed (
    EsPlotLayout *layout, EsPlacedText placed, double x, double y, EsAlign align)
{
  EsRect *rect = &placed.rect;

  rect->x = x - align.x * rect->width;
  rect->y = y - align.y * rect->height;
  if (rect->width <= 0 || rect->x < -0.01 || rect->y < -0.01 ||
      es_rect_right (rect) > layout->width + 0.01 ||
      es_rect_bottom (rect) > layout->height + 0.01)
    return FALSE;
  for (guint i = 0; i < layout->texts->len; i++)
    if (es_rect_overlaps (rect, &g_array_index (layout->texts, EsPlacedText, i).rect))
      return FALSE;
  g_object_ref (placed.text);
  g_array_append_val (layout->texts, placed);
  return TRUE;
}

gboolean
es_plot_layout_add_text (EsPlotLayout *layout,
                         PangoLayout *text,
                         const EsColor *color,
                         double x,
                         double y,
                         EsAlign align)
{
  EsPlacedText placed = {.color = *color, .text = text};

  es_text_get_size (text, &placed.rect.width, &placed.rect.height);
  return add_placed (layout, placed, x, y, align);
}

gboolean
es_plot_layout_add_turned_text (EsPlotLayout *layout,
                                PangoLayout *text,
                                const EsColor *color,
                                double x,
                                double y,
                                EsAlign align)
{
  EsPlacedText placed = {.color = *color, .text = text, .turned = TRUE};

  es_text_get_size (text, &placed.rect.height, &placed.rect.width);
  return add_placed (layout, placed, x, y, align);
}

void
es_plot_layout_add_tile (EsPlotLayout *layout,
                         const EsRect *rect,
                         EsPlotId id,
                         const float *values,
                         guint rows,
                         guint cols,
                         const EsColorScale *scale)
{
  EsTile tile = {.id = id, .values = values, .rows = rows, .cols = cols};

  tile.rect.x = ceil (rect->x - 0.01);
  tile.rect.y = ceil (rect->y - 0.01);
  tile.rect.width = floor (es_rect_right (rect) + 0.01) - tile.rect.x;
  tile.rect.height = floor (es_rect_bottom (rect) + 0.01) - tile.rect.y;
  if (tile.rect.width < 1 || tile.rect.height < 1)
    return;
  tile.image = es_heatmap_new_image (values, rows, cols, scale);
  g_array_append_val (layout->tiles, tile);
}

void
es_plot_layout_add_stroke (EsPlotLayout *layout,
                           const EsColor *color,
                           double x0,
                           double y0,
                           double x1,
                           double y1)
{
  EsStroke stroke = {x0, y0, x1, y1, *color};

  g_array_append_val (layout->strokes, stroke);
}

void
es_plot_layout_add_bracket (EsPlotLayout *layout,
                            const EsColor *color,
                            double x0,
                            double x1,
                            double y,
                            double depth)
{
  double line = es_axes_crisp (y);

  x0 = es_axes_crisp (x0);
  x1 = es_axes_crisp (x1);
  es_plot_layout_add_stroke (layout, color, x0, line, x1, line);
  es_plot_layout_add_stroke (layout, color, x0, line, x0, line - depth);
  es_plot_layout_add_stroke (layout, color, x1, line, x1, line - depth);
}

static void
bar_labels (const EsBarSpec *spec, const EsStyle *style, char *labels[3])
{
  if (spec->shared && spec->is_signed) {
    labels[0] = es_number_signed (spec->hi, 2, style->point);
    labels[2] = es_number_text (spec->lo, 2, style->point);
  } else if (spec->shared) {
    labels[0] = es_number_short (spec->hi, style->point);
    labels[2] = es_number_short (spec->lo, style->point);
  } else {
    labels[0] = g_strdup (spec->is_signed ? _ ("+max") : _ ("max"));
    labels[2] = g_strdup (spec->is_signed ? _ ("\u2212max") : _ ("min"));
  }
  labels[1] = g_strdup (spec->is_signed ? "0" : "");
}

static double
bar_strip (const EsStyle *style)
{
  return rint (style->size * 0.7);
}

double
es_plot_layout_bar_width (const EsBarSpec *spec, const EsStyle *style)
{
  char *labels[3];
  double widest = 0;

  bar_labels (spec, style, labels);
  for (guint i = 0; i < 3; i++) {
    widest = MAX (widest, es_text_width (style, ES_TEXT_SMALL, labels[i]));
    g_free (labels[i]);
  }
  return 1.5 * style->gap + bar_strip (style) + style->gap / 2 + ceil (widest);
}

void
es_plot_layout_add_bar (EsPlotLayout *layout,
                        const EsBarSpec *spec,
                        const EsStyle *style,
                        const EsRect *rect)
{
  char *labels[3];
  double x, strip = bar_strip (style);

  if (rect->height < 2 || layout->bar != NULL)
    return;
  layout->bar_rect = (EsRect){rint (rect->x + 1.5 * style->gap), rint (rect->y), strip,
                              floor (rect->height)};
  layout->bar = es_heatmap_new_strip (spec->map, BAR_COLORS);
  x = es_rect_right (&layout->bar_rect) + style->gap / 2;
  bar_labels (spec, style, labels);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, labels[i]);

    es_plot_layout_add_text (layout, text, &style->dim, x,
                             layout->bar_rect.y + i * layout->bar_rect.height / 2,
                             (EsAlign){0, i / 2.0});
    g_free (labels[i]);
  }
}

const EsTile *
es_plot_layout_find_tile (const EsPlotLayout *layout, EsPlotId id)
{
  id.row = id.col = -1;
  for (guint i = 0; i < layout->tiles->len; i++) {
    const EsTile *tile = &g_array_index (layout->tiles, EsTile, i);

    if (es_plot_id_equal (tile->id, id))
      return tile;
  }
  return NULL;
}

static void
place_title (EsPlotLayout *layout, const EsStyle *style, EsRect *body)
{
  const char *title = layout->plot->title;
  g_autoptr (PangoLayout) text = NULL;
  double width, height;

  if (!style->show_title || title == NULL || title[0] == '\0')
    return;
  text = es_text_new (style, ES_TEXT_TITLE, title);
  pango_layout_set_width (text, (int)(body->width * PANGO_SCALE));
  pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
  es_text_get_size (text, &width, &height);
  if (height > CHROME_SHARE * layout->height || width > body->width ||
      !es_plot_layout_add_text (layout, text, &style->text, body->x, body->y,
                                (EsAlign){0, 0}))
    return;
  body->y += height + style->gap;
  body->height -= height + style->gap;
}

/* The note, with its height taken off @body; NULL if there is none or no room. */
static PangoLayout *
reserve_note (const EsPlotLayout *layout, const EsStyle *style, EsRect *body)
{
  const EsPlot *plot = layout->plot;
  g_autofree char *note =
      plot->klass->note != NULL ? plot->klass->note (plot, style->point) : NULL;
  g_autoptr (PangoLayout) text = NULL;
  double width, height;

  if (note == NULL)
    return NULL;
  text = es_text_new (style, ES_TEXT_SMALL, note);
  pango_layout_set_width (text, (int)(body->width * PANGO_SCALE));
  es_text_get_size (text, &width, &height);
  if (height > CHROME_SHARE * layout->height || width > body->width)
    return NULL;
  body->height -= height + style->gap;
  return g_steal_pointer (&text);
}

/* Where the lowest of pictures, axes and text ends. */
static double
content_bottom (const EsPlotLayout *layout)
{
  double bottom = 0;

  for (guint i = 0; i < layout->tiles->len; i++)
    bottom =
        MAX (bottom, es_rect_bottom (&g_array_index (layout->tiles, EsTile, i).rect));
  for (guint i = 0; i < layout->texts->len; i++)
    bottom = MAX (
        bottom, es_rect_bottom (&g_array_index (layout->texts, EsPlacedText, i).rect));
  for (guint i = 0; i < layout->strokes->len; i++)
    bottom = MAX (bottom, g_array_index (layout->strokes, EsStroke, i).y1);
  for (guint i = 0; i < layout->axes->len; i++)
    bottom =
        MAX (bottom, es_rect_bottom (&g_array_index (layout->axes, EsAxes, i).plot));
  return bottom;
}

EsPlotLayout *
es_plot_layout (EsPlot *plot, const EsStyle *style, double width, double height)
{
  EsPlotLayout *layout;
  g_autoptr (PangoLayout) note = NULL;
  EsRect body;

  g_return_val_if_fail (plot != NULL && style != NULL, NULL);
  if (!(width > 0 && height > 0 && isfinite (width) && isfinite (height)))
    width = height = 0;
  layout = layout_new (plot, style, width, height);
  body = (EsRect){style->margin, style->margin, width - 2 * style->margin,
                  height - 2 * style->margin};
  if (body.width < 1 || body.height < 1)
    return layout;
  place_title (layout, style, &body);
  if (plot->klass->is_empty (plot)) {
    g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_BODY, _ ("No data yet"));

    es_plot_layout_add_text (layout, text, &style->dim, body.x + body.width / 2,
                             body.y + body.height / 2, (EsAlign){0.5, 0.5});
    return layout;
  }
  note = reserve_note (layout, style, &body);
  plot->klass->place (plot, style, layout, &body);
  if (note != NULL)
    es_plot_layout_add_text (layout, note, &style->dim, body.x,
                             MIN (content_bottom (layout), es_rect_bottom (&body)) +
                                 style->gap,
                             (EsAlign){0, 0});
  return layout;
}

double
es_plot_natural_height (const EsPlot *plot, const EsStyle *style, double width)
{
  double body = MAX (width - 2 * style->margin, 1);
  double height = 2 * style->margin;
  double w, h;

  g_return_val_if_fail (plot != NULL && style != NULL, 0);
  if (style->show_title && plot->title != NULL && plot->title[0] != '\0')
    height += es_text_height (style, ES_TEXT_TITLE) + style->gap;
  if (plot->klass->note != NULL) {
    g_autofree char *note = plot->klass->note (plot, style->point);

    if (note != NULL) {
      g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, note);

      pango_layout_set_width (text, (int)(body * PANGO_SCALE));
      es_text_get_size (text, &w, &h);
      height += h + style->gap;
    }
  }
  return ceil (height + plot->klass->body_height (plot, style, body));
}
