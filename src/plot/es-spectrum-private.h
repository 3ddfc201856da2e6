/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-number.h"
#include "es-plot-private.h"
#include "es-spectrum-plot.h"

G_BEGIN_DECLS

/* The eigenvalues of one sign, the leading one first. */
typedef struct
{
  gsize n;
  double *values;  /* (n) */
  guint *groups;   /* (n) */
  gsize n_shown;   /* of the values */
  gsize n_tiles;   /* pictures, at most n */
  float *pictures; /* (n_tiles, rows, cols) */
} EsSpectrumSide;

typedef struct
{
  EsPlot base;
  EsSpectrumSide sides[2]; /* positive, negative */
  gsize total;
  guint rows, cols;
  guint n_values, n_vectors;
  gboolean shared_scale;
  double value_limit;   /* 0: of the data */
  double picture_limit; /* 0: of the data */
  char *basis;
  double effective_rank;
  EsNumberFormat format; /* of the leading eigenvalues */
} EsSpectrumPlot;

/* How many values from @rank on belong to one group, at least 1. */
gsize es_spectrum_side_group_length (const EsSpectrumSide *side, gsize rank);

double
es_spectrum_plot_body_height (const EsPlot *plot, const EsStyle *style, double width);

/* Places the axes, positive first, the pictures and all text. */
void es_spectrum_plot_place (const EsPlot *plot,
                             const EsStyle *style,
                             EsPlotLayout *layout,
                             const EsRect *body);

/* What people call a component: "0", "1", ... or "−1", "−2", ... (g_free()). */
char *es_spectrum_component_name (guint series, gsize rank);

G_END_DECLS
