/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-tensor.h"

#include "es-error.h"

#include <math.h>

static double *
get_column (EsPlotTable *table, const char *title)
{
  for (guint c = 0; c < table->n_columns; c++)
    if (g_strcmp0 (table->columns[c].title, title) == 0)
      return table->columns[c].numbers;
  g_assert_not_reached ();
}

static gsize
count_rows (const EsPlot *plot)
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);

  return table->n_rows;
}

/* The sum of what is drawn. */
static double
sum (const EsPlot *plot)
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);
  double total = 0;

  for (gsize row = 0; row < table->n_rows; row++)
    total += get_column (table, "Value")[row];
  return total;
}

static void
test_matrix (void)
{
  static const float data[24] = {0};
  const EsTensor cube = es_tensor_view ("a", ES_DTYPE_F32, data, 3, (gsize[]){2, 3, 4});
  const EsTensor vector = es_tensor_view ("b", ES_DTYPE_F32, data, 1, (gsize[]){24});
  const EsTensor single = es_tensor_view ("c", ES_DTYPE_F32, data, 0, NULL);
  const EsTensor none = es_tensor_view ("d", ES_DTYPE_F32, data, 2, (gsize[]){0, 5});
  g_autoptr (GError) error = NULL;
  gsize rows, cols;

  es_tensor_get_matrix (&cube, &rows, &cols);
  g_assert_cmpuint (rows, ==, 2);
  g_assert_cmpuint (cols, ==, 12);
  es_tensor_get_matrix (&vector, &rows, &cols);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (cols, ==, 24);
  es_tensor_get_matrix (&single, &rows, &cols);
  g_assert_cmpuint (rows * cols, ==, 1);
  es_tensor_get_matrix (&none, &rows, &cols);
  g_assert_cmpuint (rows * cols, ==, 0);
  es_plot_unref (es_figure_tensor_map (&none, NULL, NULL));
  g_assert_null (es_figure_tensor_histogram (&none, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
}

/* A large matrix becomes means of neighbours: here of 2 by 3 elements. */
static void
test_map (void)
{
  const gsize R = 2 * ES_FIGURE_TENSOR_SIDE, C = 3 * ES_FIGURE_TENSOR_SIDE;
  g_autofree double *data = g_new (double, R *C);
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F64, data, 2, (gsize[]){R, C});
  g_autoptr (EsPlot) plot = NULL;
  double total = 0;

  for (gsize i = 0; i < R * C; i++) {
    data[i] = (double)(i % 7) + (double)(i / C);
    total += data[i];
  }
  plot = es_figure_tensor_map (&tensor, NULL, NULL);
  g_assert_cmpuint (count_rows (plot), ==,
                    ES_FIGURE_TENSOR_SIDE * ES_FIGURE_TENSOR_SIDE);
  g_assert_cmpfloat_with_epsilon (sum (plot), total / 6, 1e-4 * total);
}

static gboolean
stop_midway (double fraction, const char *message, gpointer n_reports)
{
  ++*(guint *)n_reports;
  return fraction < 0.5;
}

/* A large one can be stopped on the way, whatever is made of it. */
static void
test_stopped (void)
{
  const gsize n = (gsize)1 << 22;
  g_autofree float *data = g_new0 (float, n);
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, data, 1, &n);
  guint n_reports = 0;
  const EsProgress progress = {stop_midway, &n_reports};
  EsStatistics statistics;
  GError *errors[3] = {NULL};

  g_assert_false (es_tensor_measure (&statistics, &tensor, &progress, &errors[0]));
  g_assert_cmpuint (n_reports, >, 2);
  g_assert_null (es_figure_tensor_map (&tensor, &progress, &errors[1]));
  g_assert_null (es_figure_tensor_histogram (&tensor, &progress, &errors[2]));
  for (guint i = 0; i < 3; i++) {
    g_assert_error (errors[i], ES_ERROR, ES_ERROR_CANCELLED);
    g_clear_error (&errors[i]);
  }
}

static void
test_histogram (void)
{
  static const float data[] = {0, 1, 1, 1, 2, NAN, INFINITY, -INFINITY};
  static const float equal[] = {3, 3, 3};
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, data, 1, (gsize[]){8});
  const EsTensor same = es_tensor_view ("a", ES_DTYPE_F32, equal, 1, (gsize[]){3});
  g_autoptr (EsPlot) plot = es_figure_tensor_histogram (&tensor, NULL, NULL);
  g_autoptr (EsPlot) flat = es_figure_tensor_histogram (&same, NULL, NULL);

  g_assert_cmpfloat (sum (plot), ==, 5);
  g_assert_cmpfloat (sum (flat), ==, 3);
}

/* The singular values of a diagonal matrix are its magnitudes. */
static void
test_singular (void)
{
  static const float data[] = {3, 0, 0, 0, -5, 0};
  static const float odd[] = {3, NAN, 0, 1};
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, data, 2, (gsize[]){2, 3});
  const EsTensor bad = es_tensor_view ("a", ES_DTYPE_F32, odd, 2, (gsize[]){2, 2});
  EsTensor large = tensor;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsPlot) plot = es_figure_tensor_singular (&tensor, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (count_rows (plot), ==, 2);
  g_assert_cmpfloat_with_epsilon (sum (plot), 8, 1e-5);
  g_assert_null (es_figure_tensor_singular (&bad, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
  g_clear_error (&error);
  large.dims[0] = large.dims[1] = ES_FIGURE_TENSOR_MAX_SINGULAR + 1;
  large.n = large.dims[0] * large.dims[1];
  g_assert_null (es_figure_tensor_singular (&large, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure-tensor/matrix", test_matrix);
  g_test_add_func ("/figure-tensor/map", test_map);
  g_test_add_func ("/figure-tensor/histogram", test_histogram);
  g_test_add_func ("/figure-tensor/stopped", test_stopped);
  g_test_add_func ("/figure-tensor/singular", test_singular);
  return g_test_run ();
}
