/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-table.h"

#include "es-file.h"

#include <math.h>
#include <string.h>

/* Up to here every whole number is exact in a double. */
#define MAX_EXACT 9007199254740992.0

struct _EsTable
{
  char **columns;
  guint n_columns;
  GString *body; /* the rows, already as CSV */
  gsize n_cells;
};

EsTable *
es_table_new (const char *const *columns)
{
  EsTable *table = g_new0 (EsTable, 1);

  table->columns = g_strdupv ((char **)columns);
  table->n_columns = g_strv_length (table->columns);
  g_assert (table->n_columns > 0);
  table->body = g_string_new (NULL);
  return table;
}

void
es_table_free (EsTable *table)
{
  if (table == NULL)
    return;
  g_strfreev (table->columns);
  g_string_free (table->body, TRUE);
  g_free (table);
}

static void
append_quoted (GString *out, const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL) {
    g_string_append (out, text);
    return;
  }
  g_string_append_c (out, '"');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *c);
  }
  g_string_append_c (out, '"');
}

static void
append_cell (EsTable *table, const char *text)
{
  append_quoted (table->body, text);
  table->n_cells++;
  g_string_append (table->body, table->n_cells % table->n_columns == 0 ? "\r\n" : ",");
}

char *
es_table_format_number (double value, char *buffer)
{
  char format[] = "%.6g";

  if (isnan (value))
    return strcpy (buffer, "nan");
  if (isinf (value))
    return strcpy (buffer, value > 0 ? "inf" : "-inf");
  if (value == floor (value) && fabs (value) < MAX_EXACT)
    return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.0f", value);
  for (; format[2] < '9'; format[2]++) {
    g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, format, value);
    if ((float)g_ascii_strtod (buffer, NULL) == (float)value)
      return buffer;
  }
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.9g", value);
}

void
es_table_add_number (EsTable *table, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  append_cell (table, es_table_format_number (value, buffer));
}

void
es_table_add_text (EsTable *table, const char *text)
{
  append_cell (table, text);
}

gsize
es_table_get_rows (const EsTable *table)
{
  return table->n_cells / table->n_columns;
}

char *
es_table_to_csv (const EsTable *table)
{
  GString *csv = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++) {
    append_quoted (csv, table->columns[i]);
    g_string_append (csv, i + 1 == table->n_columns ? "\r\n" : ",");
  }
  g_string_append_len (csv, table->body->str, (gssize)table->body->len);
  return g_string_free (csv, FALSE);
}

gboolean
es_table_write_csv (const EsTable *table, const char *path, GError **error)
{
  g_autofree char *csv = es_table_to_csv (table);

  return es_file_write (path, csv, strlen (csv), error);
}
