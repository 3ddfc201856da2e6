/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-panels-private.h"
#include "es-tile-grid.h"

#include <math.h>

/* Lines of a caption, at most. */
#define CAPTION_LINES 4

/* @caption over as many lines as it needs in @width, or as it may have: of what is
   longer the last line shows the end. */
static PangoLayout *
new_caption (const char *caption, const EsStyle *style, double width)
{
  PangoLayout *text = es_text_new (style, ES_TEXT_SMALL, caption);

  if (es_text_width (style, ES_TEXT_SMALL, caption) <= width)
    return text;
  pango_layout_set_width (text, (int)(width * PANGO_SCALE));
  pango_layout_set_height (text, -CAPTION_LINES);
  pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_START);
  pango_layout_set_wrap (text, PANGO_WRAP_WORD_CHAR);
  return text;
}

/* The height of the highest caption of pictures of @width. */
static double
caption_height (const EsPanelsPlot *panels, const EsStyle *style, double tile_width)
{
  double highest = 0;

  for (gsize i = 0; i < panels->n_pictures; i++)
    if (panels->pictures[i].caption != NULL) {
      g_autoptr (PangoLayout) text =
          new_caption (panels->pictures[i].caption, style, tile_width);
      double width, height;

      es_text_get_size (text, &width, &height);
      highest = MAX (highest, height);
    }
  return highest;
}

/* The grid of pictures in @width and @height. Smaller pictures have higher captions:
   what they need is found step by step, from two lines on. */
static void
fit_grid (const EsPanelsPlot *panels,
          const EsStyle *style,
          const EsRect *rect,
          gsize n_cols,
          gsize n_rows,
          EsTileGrid *grid,
          EsTileSpec *spec)
{
  double lines = 2 * es_text_height (style, ES_TEXT_SMALL), last;

  *spec = (EsTileSpec){(double)panels->rows / panels->cols, style->gap, 0};
  do {
    last = lines;
    spec->caption = lines + style->gap / 4;
    es_tile_grid_fit (grid, spec, rect->width, rect->height, n_cols, n_rows);
    if (grid->tile_width >= 1)
      lines = MAX (lines, caption_height (panels, style, grid->tile_width));
  } while (lines > last + 0.01);
}

static void
place_caption (const char *caption,
               const EsRect *tile,
               const EsStyle *style,
               EsPlotLayout *layout)
{
  g_autoptr (PangoLayout) text = new_caption (caption, style, tile->width);
  double width, height;

  es_text_get_size (text, &width, &height);
  if (width <= tile->width + 1)
    es_plot_layout_add_text (layout, text, &style->text, tile->x,
                             es_rect_bottom (tile) + style->gap / 4, (EsAlign){0, 0});
}

static void
place_pictures (const EsPanelsPlot *panels,
                const EsRect *rect,
                gsize n_cols,
                gsize n_rows,
                const EsStyle *style,
                EsPlotLayout *layout)
{
  EsTileSpec spec;
  EsTileGrid grid;

  fit_grid (panels, style, rect, n_cols, n_rows, &grid, &spec);
  for (gsize i = 0; i < panels->n_pictures && grid.tile_width >= 1; i++) {
    const EsPanelsPicture *picture = &panels->pictures[i];
    EsRect tile = {ceil (rect->x) + (double)(i % n_cols) * grid.step_x,
                   ceil (rect->y) + (double)(i / n_cols) * grid.step_y, grid.tile_width,
                   grid.tile_height};
    EsColorScale scale = {style->ink, 0, 1};

    if (picture->is_signed)
      scale = es_color_scale_fit (style->diverging, TRUE, picture->values,
                                  (gsize)panels->rows * panels->cols);
    if (picture->is_signed && picture->limit > 0) {
      scale.lo = -picture->limit;
      scale.hi = picture->limit;
    }
    es_plot_layout_add_tile (layout, &tile,
                             (EsPlotId){(int)panels->n_panels, 0, (int)i, -1, -1},
                             picture->values, panels->rows, panels->cols, &scale);
    if (picture->caption != NULL)
      place_caption (picture->caption, &tile, style, layout);
  }
}

static gsize
grid_columns (const EsPanelsPlot *panels)
{
  gsize n_rows = MAX (panels->picture_rows, 1);

  return (panels->n_pictures + n_rows - 1) / n_rows;
}

double
es_panels_pictures_row_height (const EsPanelsPlot *panels,
                               const EsStyle *style,
                               double width)
{
  EsRect rect = {0, 0, width, 1e6};
  EsTileSpec spec;
  EsTileGrid grid;

  if (panels->n_pictures == 0)
    return 0;
  fit_grid (panels, style, &rect, MAX (panels->n_pictures, 4), 1, &grid, &spec);
  return es_tile_grid_height (&grid, &spec) + style->gap;
}

double
es_panels_pictures_grid_height (const EsPanelsPlot *panels,
                                const EsStyle *style,
                                double width)
{
  EsRect rect = {0, 0, width, 1e6};
  EsTileSpec spec;
  EsTileGrid grid;

  fit_grid (panels, style, &rect, grid_columns (panels), panels->picture_rows, &grid,
            &spec);
  return es_tile_grid_height (&grid, &spec) + style->gap;
}

void
es_panels_pictures_place_row (const EsPanelsPlot *panels,
                              const EsRect *rect,
                              const EsStyle *style,
                              EsPlotLayout *layout)
{
  place_pictures (panels, rect, panels->n_pictures, 1, style, layout);
}

void
es_panels_pictures_place_grid (const EsPanelsPlot *panels,
                               const EsRect *rect,
                               const EsStyle *style,
                               EsPlotLayout *layout)
{
  place_pictures (panels, rect, grid_columns (panels), panels->picture_rows, style,
                  layout);
}
