/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"

G_BEGIN_DECLS

/* One column: numbers or strings. */
typedef struct
{
  char *name;      /* for files: ASCII, lower case, e.g. "train_loss" */
  char *title;     /* for people, translated */
  double *numbers; /* (n_rows), NaN where there is none; or NULL */
  char **strings;  /* (n_rows); or NULL */
} EsPlotColumn;

/* The numbers of a figure, for CSV files and for reading as a table. The fields are
   for reading. */
struct _EsPlotTable
{
  gsize n_rows;
  guint n_columns;
  EsPlotColumn *columns; /* (n_columns) */
};

EsPlotTable *es_plot_table_new (gsize n_rows) G_GNUC_WARN_UNUSED_RESULT;
void es_plot_table_free (EsPlotTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPlotTable, es_plot_table_free)

/* Appends a column and returns its cells, to be filled: NaN or NULL until then. Strings
   are owned by the table. */
double *
es_plot_table_add_numbers (EsPlotTable *table, const char *name, const char *title);
char **
es_plot_table_add_strings (EsPlotTable *table, const char *name, const char *title);

/* A cell as people read it: six digits, empty where there is nothing; @point as for
   es_number_write(). */
char *es_plot_table_dup_cell (const EsPlotTable *table,
                              gsize row,
                              guint column,
                              const char *point) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
