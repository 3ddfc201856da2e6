/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

#include <math.h>

G_BEGIN_DECLS

/*
 * The spectrum of one interaction matrix: the leading positive and negative
 * eigenvalues, and the pictures of the leading eigenvectors beside them.
 * Element ids: panel 0 eigenvalues, 1 pictures; series 0 positive, 1 negative; index
 * the rank from the most positive or the most negative one, from 0.
 */

typedef struct
{
  const double *eigenvalues; /* (n) ascending; those in the middle may be absent */
  gsize n;
  gsize total; /* D, how many there are in all; 0 if all are given */
  /* (n) nullable; equal numbers mark neighbours that are nearly equal, whose vectors
     are therefore arbitrary within their span. */
  const guint *groups;
  const float *positive; /* (n_positive, rows, cols), most positive first */
  gsize n_positive;
  const float *negative; /* (n_negative, rows, cols), most negative first */
  gsize n_negative;
  guint rows, cols;
  guint n_values;        /* eigenvalues shown of each sign */
  guint n_vectors;       /* pictures shown of each sign */
  gboolean shared_scale; /* one colour scale for all pictures */
  /* For pictures that follow one another, which are to have the same layout and scales
     whatever they show: the largest magnitude of an eigenvalue and of a pixel. 0: as
     the data has them. */
  double value_limit;
  double picture_limit;  /* then all pictures share it */
  const char *basis;     /* e.g. "embedding basis", nullable */
  double effective_rank; /* NaN if unknown */
  const char *title;     /* e.g. "digit 5", nullable */
  EsPlotId selected;
} EsSpectrumData;

#define ES_SPECTRUM_DATA_INIT                                                          \
  {                                                                                    \
    .n_values = 20, .n_vectors = 4, .effective_rank = NAN,                             \
    .selected = {-1, -1, -1, -1, -1},                                                  \
  }

EsPlot *es_spectrum_plot_new (const EsSpectrumData *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
