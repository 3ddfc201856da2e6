/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-array.h"
#include "es-plot.h"
#include "es-progress.h"
#include "es-statistics.h"

G_BEGIN_DECLS

/*
 * Figures of any array that a file holds, whatever it means. @tensor has its elements.
 * It is looked at piece by piece, and as a matrix: the first size by all others, a
 * vector as one row. @progress (nullable) hears of every piece; stopped, they end with
 * ES_ERROR_CANCELLED.
 */

/* The statistics of @tensor. */
gboolean es_tensor_measure (EsStatistics *statistics,
                            const EsTensor *tensor,
                            const EsProgress *progress,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows and columns of @tensor as a matrix. */
void es_tensor_get_matrix (const EsTensor *tensor, gsize *rows, gsize *cols);

/* A heat map, symmetric about 0. Beyond ES_FIGURE_TENSOR_SIDE rows or columns, means of
   neighbours, which its title says. */
#define ES_FIGURE_TENSOR_SIDE 512
EsPlot *es_figure_tensor_map (const EsTensor *tensor,
                              const EsProgress *progress,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many elements lie in each of equal stretches between the least and the largest.
   ES_ERROR_MATH if no element is finite. */
EsPlot *es_figure_tensor_histogram (const EsTensor *tensor,
                                    const EsProgress *progress,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The singular values of the matrix, on a logarithmic axis. ES_ERROR_MATH if an element
 * is not finite, ES_ERROR_SETTING if both sides are above
 * ES_FIGURE_TENSOR_MAX_SINGULAR or there are over
 * ES_FIGURE_TENSOR_MAX_ELEMENTS.
 */
#define ES_FIGURE_TENSOR_MAX_SINGULAR 2048
#define ES_FIGURE_TENSOR_MAX_ELEMENTS (1u << 25)
EsPlot *es_figure_tensor_singular (const EsTensor *tensor,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
