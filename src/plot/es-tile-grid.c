/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tile-grid.h"

#include <math.h>

void
es_tile_grid_fit (EsTileGrid *grid,
                  const EsTileSpec *spec,
                  double width,
                  double height,
                  gsize n_cols,
                  gsize n_rows)
{
  double by_width, by_height;

  *grid = (EsTileGrid){n_cols, n_rows, 0, 0, 0, 0};
  if (n_cols == 0 || n_rows == 0)
    return;
  by_width = (width + spec->gap) / n_cols - spec->gap;
  by_height = (height + spec->gap) / n_rows - spec->gap - spec->caption;
  grid->tile_width = floor (MAX (MIN (by_width, by_height / spec->aspect), 0));
  grid->tile_height = floor (grid->tile_width * spec->aspect);
  if (grid->tile_height < 1)
    grid->tile_width = grid->tile_height = 0;
  grid->step_x = grid->tile_width + spec->gap;
  grid->step_y = grid->tile_height + spec->gap + spec->caption;
}

gsize
es_tile_grid_best_columns (const EsTileSpec *spec, double width, double height, gsize n)
{
  gsize best = MAX (n, 1);
  double largest = -1;
  /* More columns than units of width cannot help. */
  gsize most = MIN (n, (gsize)CLAMP (width, 1, 1e4));

  for (gsize n_cols = 1; n_cols <= most; n_cols++) {
    EsTileGrid grid;

    es_tile_grid_fit (&grid, spec, width, height, n_cols, (n + n_cols - 1) / n_cols);
    if (grid.tile_width > largest) {
      largest = grid.tile_width;
      best = n_cols;
    }
  }
  return best;
}

double
es_tile_grid_width (const EsTileGrid *grid, const EsTileSpec *spec)
{
  return grid->n_cols * grid->step_x - spec->gap;
}

double
es_tile_grid_height (const EsTileGrid *grid, const EsTileSpec *spec)
{
  return grid->n_rows * grid->step_y - spec->gap;
}
