/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-tensor.h"

#include "es-blas.h"
#include "es-error.h"
#include "es-gallery-plot.h"
#include "es-i18n.h"
#include "es-panels-plot.h"

#include <math.h>

/* Elements converted at a time. */
#define PIECE 4096

#define N_BINS 60

/* So many pieces are between two reports. */
#define REPORT_PIECES 64

/* Converts piece after piece; @func gets the number of its first element. */
typedef void (*PieceFunc) (const double *x, gsize n, gsize first, gpointer data);

static gboolean
for_each_piece (const EsTensor *tensor,
                PieceFunc func,
                gpointer data,
                const EsProgress *progress,
                GError **error)
{
  g_autofree double *x = g_new (double, PIECE);
  gsize width = es_dtype_size (tensor->dtype);

  for (gsize i = 0; i < tensor->n; i += PIECE) {
    EsTensor piece = *tensor;

    if (i / PIECE % REPORT_PIECES == 0 &&
        !es_progress_report (progress, (double)i / (double)tensor->n, NULL, error))
      return FALSE;
    piece.n = MIN (PIECE, tensor->n - i);
    piece.n_bytes = piece.n * width;
    piece.data += i * width;
    es_tensor_copy_double (&piece, x);
    func (x, piece.n, i, data);
  }
  return TRUE;
}

static void
measure_piece (const double *x, gsize n, gsize first, gpointer statistics)
{
  es_statistics_add (statistics, x, n);
}

gboolean
es_tensor_measure (EsStatistics *statistics,
                   const EsTensor *tensor,
                   const EsProgress *progress,
                   GError **error)
{
  es_statistics_init (statistics);
  return for_each_piece (tensor, measure_piece, statistics, progress, error);
}

void
es_tensor_get_matrix (const EsTensor *tensor, gsize *rows, gsize *cols)
{
  *rows = tensor->n_dims > 1 ? tensor->dims[0] : 1;
  *cols = *rows > 0 ? tensor->n / *rows : 0;
}

/* The heat map */

typedef struct
{
  gsize R, C; /* of the matrix */
  gsize rows; /* of the picture */
  gsize cols;
  double *sums; /* (rows, cols) */
  guint32 *counts;
} Mean;

static void
mean_piece (const double *x, gsize n, gsize first, gpointer data)
{
  Mean *mean = data;

  for (gsize i = 0; i < n; i++) {
    gsize r = (first + i) / mean->C * mean->rows / mean->R;
    gsize c = (first + i) % mean->C * mean->cols / mean->C;

    mean->sums[r * mean->cols + c] += x[i];
    mean->counts[r * mean->cols + c]++;
  }
}

EsPlot *
es_figure_tensor_map (const EsTensor *tensor,
                      const EsProgress *progress,
                      GError **error)
{
  EsGalleryData data = ES_GALLERY_DATA_INIT;
  g_autofree float *values = NULL;
  g_autofree double *sums = NULL;
  g_autofree guint32 *counts = NULL;
  g_autofree char *heading = NULL;
  const char *classes[] = {""};
  const char *components[1];
  Mean mean;
  gsize n;

  es_tensor_get_matrix (tensor, &mean.R, &mean.C);
  mean.rows = MAX (1, MIN (mean.R, ES_FIGURE_TENSOR_SIDE));
  mean.cols = MAX (1, MIN (mean.C, ES_FIGURE_TENSOR_SIDE));
  n = mean.rows * mean.cols;
  mean.sums = sums = g_new0 (double, n);
  mean.counts = counts = g_new0 (guint32, n);
  values = g_new (float, n);
  if (!for_each_piece (tensor, mean_piece, &mean, progress, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    values[i] = counts[i] > 0 ? (float)(sums[i] / counts[i]) : NAN;
  if (mean.rows < mean.R || mean.cols < mean.C)
    heading = g_strdup_printf (_ ("%s, means of neighbours"), tensor->name);
  else
    heading = g_strdup (tensor->name);
  components[0] = heading;
  data.n_classes = data.n_components = 1;
  data.rows = (guint)mean.rows;
  data.cols = (guint)mean.cols;
  data.pictures = values;
  data.shared_scale = TRUE;
  data.classes = classes;
  data.components = components;
  return es_gallery_plot_new (&data);
}

/* Curves */

static EsPlot *
curve_plot (const EsPanel *look, const double *x, const double *y, gsize n)
{
  EsCurve curve = {.n = n, .x = x, .y = y};
  EsPanel panel = *look;
  EsPanelsData data = {.panels = &panel, .n_panels = 1};

  panel.curves = &curve;
  panel.n_curves = 1;
  return es_panels_plot_new (&data);
}

typedef struct
{
  guint64 counts[N_BINS];
  double low, high;
} Histogram;

static void
histogram_piece (const double *x, gsize n, gsize first, gpointer data)
{
  Histogram *histogram = data;

  es_statistics_histogram (histogram->counts, N_BINS, histogram->low, histogram->high,
                           x, n);
}

EsPlot *
es_figure_tensor_histogram (const EsTensor *tensor,
                            const EsProgress *progress,
                            GError **error)
{
  const EsPanel look = {.heading = _ ("Elements"), .x_name = _ ("value"), .zero = TRUE};
  Histogram histogram = {{0}, 0, 0};
  EsStatistics statistics;
  double x[N_BINS], y[N_BINS];

  if (!es_tensor_measure (&statistics, tensor, progress, error))
    return NULL;
  if (isnan (statistics.min)) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH, _ ("No element is finite"));
    return NULL;
  }
  histogram.low = statistics.min;
  histogram.high = statistics.max;
  /* All are equal: a stretch about the one value. */
  if (!(histogram.high > histogram.low)) {
    histogram.low -= 0.5 + fabs (histogram.low) / 2;
    histogram.high += 0.5 + fabs (histogram.high) / 2;
  }
  if (!for_each_piece (tensor, histogram_piece, &histogram, progress, error))
    return NULL;
  for (guint i = 0; i < N_BINS; i++) {
    double share = (i + 0.5) / N_BINS;

    x[i] = (1 - share) * histogram.low + share * histogram.high;
    y[i] = (double)histogram.counts[i];
  }
  return curve_plot (&look, x, y, N_BINS);
}

EsPlot *
es_figure_tensor_singular (const EsTensor *tensor, GError **error)
{
  const EsPanel look = {.heading = _ ("Singular Values"),
                        .x_name = _ ("rank"),
                        .log = TRUE,
                        .whole = TRUE};
  g_autofree float *a = NULL;
  g_autofree float *values = NULL;
  g_autofree double *x = NULL;
  g_autofree double *y = NULL;
  gsize R, C, n;

  es_tensor_get_matrix (tensor, &R, &C);
  n = MIN (R, C);
  if (n == 0 || n > ES_FIGURE_TENSOR_MAX_SINGULAR ||
      tensor->n > ES_FIGURE_TENSOR_MAX_ELEMENTS) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         _ ("Too many elements for singular values"));
    return NULL;
  }
  a = g_try_new (float, tensor->n);
  if (a == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         _ ("Too many elements for singular values"));
    return NULL;
  }
  values = g_new (float, n);
  es_tensor_copy_float (tensor, a);
  if (!es_blas_singular_values (a, values, R, C, error))
    return NULL;
  x = g_new (double, n);
  y = g_new (double, n);
  for (gsize i = 0; i < n; i++) {
    x[i] = (double)(i + 1);
    y[i] = (double)values[i];
  }
  return curve_plot (&look, x, y, n);
}
