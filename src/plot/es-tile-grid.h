/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"

G_BEGIN_DECLS

/* Equal pictures in rows and columns, with a gap between and a line below each. */
typedef struct
{
  gsize n_cols, n_rows;
  double tile_width, tile_height; /* whole units */
  double step_x, step_y;
} EsTileGrid;

/* What pictures are like: height over width, distance, height of what is below. */
typedef struct
{
  double aspect, gap, caption;
} EsTileSpec;

/* The largest tiles with which @n_cols by @n_rows fit into a rectangle; 0 in size if
   none do. */
void es_tile_grid_fit (EsTileGrid *grid,
                       const EsTileSpec *spec,
                       double width,
                       double height,
                       gsize n_cols,
                       gsize n_rows);

/* The number of columns that gives @n tiles in a rectangle the largest size. */
gsize es_tile_grid_best_columns (const EsTileSpec *spec,
                                 double width,
                                 double height,
                                 gsize n);

/* Size of the whole grid, the last captions included. */
double es_tile_grid_width (const EsTileGrid *grid, const EsTileSpec *spec);
double es_tile_grid_height (const EsTileGrid *grid, const EsTileSpec *spec);

G_END_DECLS
