/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"
#include "es-scale.h"
#include "es-style.h"

G_BEGIN_DECLS

/* A rectangle with two scales, in which data is drawn. */
typedef struct
{
  EsRect plot;
  EsScale x, y;
  EsTicks x_ticks, y_ticks;
  gboolean grid;   /* lines across at the y ticks */
  double base;     /* where the horizontal axis lies */
  double tick;     /* length of its ticks, downwards; negative for upwards */
  gboolean y_line; /* whether the vertical axis is drawn, with ticks */
} EsAxes;

/* Draws grid, axes and ticks; labels are text of the layout. */
void es_axes_draw (const EsAxes *axes, const EsStyle *style, cairo_t *cr);

/* Moves a horizontal or vertical hairline to where it is sharp at 96 dots per inch. */
static inline double
es_axes_crisp (double position)
{
  return (double)(gint64)position + 0.5;
}

G_END_DECLS
