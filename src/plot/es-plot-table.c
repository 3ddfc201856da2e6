/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-table.h"
#include "es-number.h"

#include <math.h>

EsPlotTable *
es_plot_table_new (gsize n_rows)
{
  EsPlotTable *table = g_new0 (EsPlotTable, 1);

  table->n_rows = n_rows;
  return table;
}

void
es_plot_table_free (EsPlotTable *table)
{
  if (table == NULL)
    return;
  for (guint c = 0; c < table->n_columns; c++) {
    EsPlotColumn *column = &table->columns[c];

    for (gsize row = 0; column->strings != NULL && row < table->n_rows; row++)
      g_free (column->strings[row]);
    g_free (column->strings);
    g_free (column->numbers);
    g_free (column->name);
    g_free (column->title);
  }
  g_free (table->columns);
  g_free (table);
}

static EsPlotColumn *
add_column (EsPlotTable *table, const char *name, const char *title)
{
  EsPlotColumn *column;

  table->columns = g_renew (EsPlotColumn, table->columns, table->n_columns + 1);
  column = &table->columns[table->n_columns++];
  *column = (EsPlotColumn){g_strdup (name), g_strdup (title), NULL, NULL};
  return column;
}

double *
es_plot_table_add_numbers (EsPlotTable *table, const char *name, const char *title)
{
  EsPlotColumn *column = add_column (table, name, title);

  column->numbers = g_new (double, MAX (table->n_rows, 1));
  for (gsize row = 0; row < table->n_rows; row++)
    column->numbers[row] = NAN;
  return column->numbers;
}

char **
es_plot_table_add_strings (EsPlotTable *table, const char *name, const char *title)
{
  EsPlotColumn *column = add_column (table, name, title);

  column->strings = g_new0 (char *, MAX (table->n_rows, 1));
  return column->strings;
}

char *
es_plot_table_dup_cell (const EsPlotTable *table,
                        gsize row,
                        guint column,
                        const char *point)
{
  const EsPlotColumn *c;

  g_return_val_if_fail (row < table->n_rows && column < table->n_columns, NULL);
  c = &table->columns[column];
  if (c->strings != NULL)
    return g_strdup (c->strings[row] != NULL ? c->strings[row] : "");
  if (isnan (c->numbers[row]))
    return g_strdup ("");
  return es_number_short (c->numbers[row], point);
}
