/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

G_BEGIN_DECLS

/*
 * A sheet of images. Element ids: panel 0, series 0, index the image's place.
 */

typedef enum {
  ES_SAMPLES_INK, /* 0 paper, 1 ink */
  ES_SAMPLES_VIRIDIS,
} EsSamplesColors;

typedef struct
{
  gsize n;
  guint rows, cols;
  const float *pixels;         /* (n, rows, cols), 0 to 1 */
  const char *const *captions; /* (n), below the images, e.g. labels; nullable */
  const gsize *numbers;        /* (n) places in the dataset; NULL for 0, 1, ... */
  EsSamplesColors colors;
  const char *title; /* nullable */
  EsPlotId selected;
} EsSamplesData;

#define ES_SAMPLES_DATA_INIT                                                           \
  {                                                                                    \
    .selected = { -1, -1, -1, -1, -1 }                                                 \
  }

EsPlot *es_samples_plot_new (const EsSamplesData *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
