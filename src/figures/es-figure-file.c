/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-file.h"

#include "es-file.h"
#include "es-npz.h"
#include "es-table.h"

#include <math.h>
#include <string.h>

#define MINUS "\u2212"

gboolean
es_figure_save (EsPlot *plot,
                const char *path,
                const EsExportOptions *options,
                GError **error)
{
  EsExportFormat format;
  g_autoptr (GBytes) bytes = NULL;

  if (!es_export_format_from_path (path, &format, error))
    return FALSE;
  bytes = es_plot_render (plot, format, options, error);
  if (bytes == NULL)
    return FALSE;
  return es_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                        error);
}

/* The number that @text is, written with a minus sign or a hyphen; FALSE if none. */
static gboolean
read_number (const char *text, double *number)
{
  gboolean minus = text != NULL && g_str_has_prefix (text, MINUS);
  char *end = NULL;

  if (text == NULL)
    return FALSE;
  if (minus)
    text += strlen (MINUS);
  if (!g_ascii_isdigit (*text) && (minus || *text != '-'))
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  if (minus)
    *number = -*number;
  return *end == '\0' && isfinite (*number);
}

/* A number has a hyphen in a file, so that programs read it. */
static void
add_text (EsTable *table, const char *text)
{
  double number;

  if (text == NULL)
    text = "";
  if (g_str_has_prefix (text, MINUS) && read_number (text, &number)) {
    g_autofree char *plain = g_strconcat ("-", text + strlen (MINUS), NULL);

    es_table_add_text (table, plain);
  } else {
    es_table_add_text (table, text);
  }
}

static EsTable *
to_table (const EsPlotTable *data)
{
  g_autofree const char **names = g_new0 (const char *, data->n_columns + 1);
  EsTable *table;

  for (guint j = 0; j < data->n_columns; j++)
    names[j] = data->columns[j].name;
  table = es_table_new (names);
  for (gsize i = 0; i < data->n_rows; i++)
    for (guint j = 0; j < data->n_columns; j++) {
      const EsPlotColumn *column = &data->columns[j];

      if (column->numbers != NULL)
        es_table_add_number (table, column->numbers[i]);
      else
        add_text (table, column->strings[i]);
    }
  return table;
}

/* The numbers that the texts of @column are, such as digits and components; NULL if one
   is not. */
static double *
read_numbers (const EsPlotColumn *column, gsize n)
{
  g_autofree double *numbers = g_new (double, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    if (!read_number (column->strings[i], &numbers[i]))
      return NULL;
  return g_steal_pointer (&numbers);
}

/* Numbers the distinct texts of @column in the order of their appearance. */
static double *
number_texts (const EsPlotColumn *column, gsize n)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  double *column_numbers = g_new (double, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    const char *text = column->strings[i] != NULL ? column->strings[i] : "";
    gpointer number;

    if (!g_hash_table_lookup_extended (numbers, text, NULL, &number)) {
      number = GUINT_TO_POINTER (g_hash_table_size (numbers));
      g_hash_table_insert (numbers, (gpointer)text, number);
    }
    column_numbers[i] = GPOINTER_TO_UINT (number);
  }
  return column_numbers;
}

static gboolean
save_npz (const EsPlotTable *data, const char *path, GError **error)
{
  g_autofree EsTensor *tensors = g_new (EsTensor, MAX (data->n_columns, 1));
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);

  for (guint j = 0; j < data->n_columns; j++) {
    const EsPlotColumn *column = &data->columns[j];
    const double *numbers = column->numbers;

    if (numbers == NULL) {
      double *read = read_numbers (column, data->n_rows);

      numbers = read != NULL ? read : number_texts (column, data->n_rows);
      g_ptr_array_add (owned, (gpointer)numbers);
    }
    tensors[j] = es_tensor_view (column->name, ES_DTYPE_F64, numbers, 1, &data->n_rows);
  }
  return es_npz_write (path, tensors, data->n_columns, NULL, error);
}

gboolean
es_figure_save_data (const EsPlot *plot, const char *path, GError **error)
{
  g_autoptr (EsPlotTable) data = es_plot_to_table (plot);
  g_autoptr (EsTable) table = NULL;

  if (g_str_has_suffix (path, ".npz"))
    return save_npz (data, path, error);
  if (!g_str_has_suffix (path, ".csv")) {
    g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT,
                 "%s: expected a name that ends in .csv or .npz", path);
    return FALSE;
  }
  table = to_table (data);
  return es_table_write_csv (table, path, error);
}
