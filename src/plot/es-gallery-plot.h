/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

G_BEGIN_DECLS

/*
 * Eigenvectors of many classes at a glance: classes by components.
 * Element ids: panel 0; series the class; index the component's place.
 */

typedef enum {
  ES_GALLERY_BEST,   /* whichever gives larger pictures */
  ES_GALLERY_DOWN,   /* a row for every class */
  ES_GALLERY_ACROSS, /* a column for every class */
} EsGalleryOrder;

typedef struct
{
  guint n_classes;
  guint n_components;
  guint rows, cols;
  const float *pictures;         /* (n_classes, n_components, rows, cols) */
  const double *eigenvalues;     /* (n_classes, n_components), NaN for none; or NULL */
  const char *const *classes;    /* (n_classes) names; NULL for 0, 1, ... */
  const char *const *components; /* (n_components) headings; NULL for 1, 2, ... */
  EsGalleryOrder order;
  gboolean plain;        /* no eigenvectors: only the headings say what they are */
  gboolean shared_scale; /* one colour scale for all pictures */
  const char *basis;     /* e.g. "embedding basis", nullable */
  const char *title;     /* nullable */
  EsPlotId selected;
} EsGalleryData;

#define ES_GALLERY_DATA_INIT                                                           \
  {                                                                                    \
    .selected = { -1, -1, -1, -1, -1 }                                                 \
  }

EsPlot *es_gallery_plot_new (const EsGalleryData *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
