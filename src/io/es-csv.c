/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-csv.h"

#include <string.h>

#define MAX_NUMBER 63
#define MAX_QUOTED (1 << 16)

static char
guess_delimiter (const char *data, const char *end)
{
  const char candidates[] = {',', ';', '\t'};
  gsize counts[3] = {0};
  guint best = 0;

  for (const char *c = data; c < end && *c != '\n'; c++)
    for (guint i = 0; i < 3; i++)
      counts[i] += *c == candidates[i];
  for (guint i = 1; i < 3; i++)
    if (counts[i] > counts[best])
      best = i;
  return candidates[best];
}

void
es_csv_init (EsCsv *csv, const char *data, gsize n_bytes, const char *path)
{
  if (n_bytes >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0) {
    data += 3;
    n_bytes -= 3;
  }
  *csv = (EsCsv){
      .path = path,
      .next = data,
      .end = data + n_bytes,
      .delimiter = guess_delimiter (data, data + n_bytes),
      .cells = g_array_new (FALSE, FALSE, sizeof (EsCsvCell)),
      .unquoted = g_string_new (NULL),
  };
}

void
es_csv_clear (EsCsv *csv)
{
  g_clear_pointer (&csv->cells, g_array_unref);
  if (csv->unquoted != NULL)
    g_string_free (csv->unquoted, TRUE);
  csv->unquoted = NULL;
}

static gboolean
refuse (const EsCsv *csv, EsIoError code, const char *problem, GError **error)
{
  es_io_set_error (error, code, csv->path, "line %" G_GSIZE_FORMAT " %s", csv->line,
                   problem);
  return FALSE;
}

/* The text between quotation marks, of which two stand for one. It is kept in
   csv->unquoted, so its place is known only when the row is complete. */
static gboolean
read_quoted (EsCsv *csv, EsCsvCell *cell, GError **error)
{
  gsize begin = csv->unquoted->len;

  for (csv->next++; csv->next < csv->end; csv->next++) {
    if (*csv->next == '"') {
      if (csv->next + 1 == csv->end || csv->next[1] != '"')
        break;
      csv->next++;
    }
    csv->n_lines += *csv->next == '\n';
    g_string_append_c (csv->unquoted, *csv->next);
    if (csv->unquoted->len > MAX_QUOTED)
      return refuse (csv, ES_IO_ERROR_TOO_LARGE,
                     "has more than 65536 quoted characters", error);
  }
  if (csv->next == csv->end)
    return refuse (csv, ES_IO_ERROR_FORMAT, "opens a quotation that never closes",
                   error);
  csv->next++;
  cell->text = NULL;
  cell->n = csv->unquoted->len - begin;
  return TRUE;
}

static void
read_plain (EsCsv *csv, EsCsvCell *cell)
{
  const char *c = csv->next;

  while (c < csv->end && *c != csv->delimiter && *c != '\n')
    c++;
  cell->text = csv->next;
  csv->next = c;
  if (c > cell->text && (c == csv->end || *c == '\n') && c[-1] == '\r')
    c--;
  while (c > cell->text && (c[-1] == ' ' || c[-1] == '\t'))
    c--;
  while (cell->text < c && (*cell->text == ' ' || *cell->text == '\t'))
    cell->text++;
  cell->n = (gsize)(c - cell->text);
}

/* Whether the row goes on. */
static gboolean
read_separator (EsCsv *csv, gboolean *goes_on, GError **error)
{
  *goes_on = FALSE;
  if (csv->next < csv->end && *csv->next == '\r')
    csv->next++;
  if (csv->next == csv->end)
    return TRUE;
  if (*csv->next != csv->delimiter && *csv->next != '\n')
    return refuse (csv, ES_IO_ERROR_FORMAT, "has text behind a quotation", error);
  *goes_on = *csv->next++ == csv->delimiter;
  return TRUE;
}

static void
settle_quoted (EsCsv *csv)
{
  gsize at = 0;

  for (guint i = 0; i < csv->cells->len; i++) {
    EsCsvCell *cell = &g_array_index (csv->cells, EsCsvCell, i);

    if (cell->text != NULL)
      continue;
    cell->text = csv->unquoted->str + at;
    at += cell->n;
  }
}

static gboolean
read_row (EsCsv *csv, GError **error)
{
  gboolean goes_on = TRUE;

  csv->line = ++csv->n_lines;
  g_array_set_size (csv->cells, 0);
  g_string_truncate (csv->unquoted, 0);
  while (goes_on) {
    EsCsvCell cell;

    if (csv->cells->len == ES_CSV_MAX_CELLS)
      return refuse (csv, ES_IO_ERROR_TOO_LARGE, "has more than a million cells",
                     error);
    if (csv->next == csv->end || *csv->next != '"')
      read_plain (csv, &cell);
    else if (!read_quoted (csv, &cell, error))
      return FALSE;
    g_array_append_val (csv->cells, cell);
    if (!read_separator (csv, &goes_on, error))
      return FALSE;
  }
  settle_quoted (csv);
  return TRUE;
}

gboolean
es_csv_next (EsCsv *csv, GError **error)
{
  while (csv->next < csv->end) {
    if (!read_row (csv, error))
      return FALSE;
    if (csv->cells->len > 1 || g_array_index (csv->cells, EsCsvCell, 0).n > 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
es_csv_get_number (const EsCsvCell *cell, double *value)
{
  char copy[MAX_NUMBER + 1], *end;
  guint whole = 0;
  gsize i;

  /* Pixels are mostly short whole numbers. */
  for (i = 0; i < cell->n && i < 9 && g_ascii_isdigit (cell->text[i]); i++)
    whole = 10 * whole + (guint)(cell->text[i] - '0');
  if (i == cell->n && i > 0) {
    *value = whole;
    return TRUE;
  }
  if (cell->n == 0 || cell->n > MAX_NUMBER)
    return FALSE;
  memcpy (copy, cell->text, cell->n);
  copy[cell->n] = '\0';
  *value = g_ascii_strtod (copy, &end);
  return end == copy + cell->n && !g_ascii_isspace (copy[0]);
}
