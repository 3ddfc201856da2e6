/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-gallery-plot.h"
#include "es-history-plot.h"
#include "es-panels-plot.h"
#include "es-samples-plot.h"
#include "es-spectrum-plot.h"

G_BEGIN_DECLS

/* Figures of made-up but plausible data, for tests and for looking at. */

/* One history of @n epochs with two marks and a cursor once there are enough. */
EsPlot *es_example_history (gsize n, gboolean log_error);

/* A spectrum with four vectors; @grouped makes the second and third positive
   eigenvalues nearly equal. */
EsPlot *es_example_spectrum (gboolean grouped, gboolean shared_scale);

EsPlot *es_example_gallery (guint n_classes, guint n_components, EsGalleryOrder order);

EsPlot *es_example_samples (gsize n, EsSamplesColors colors, gboolean with_captions);

/* Two panels of @n_curves curves of ten points with bands, one panel of stems, and
   eight pictures. */
EsPlot *es_example_panels (EsPanelsOrder order, gsize n_curves);

/* Four panels of @n points on a circle of radius 0.2, labelled 0, 1, ... */
EsPlot *es_example_plane (gsize n);

/* A smooth picture (rows, cols): strokes like a digit's, with a signed surround. */
void es_example_picture (float *picture, guint rows, guint cols, guint seed);

G_END_DECLS
