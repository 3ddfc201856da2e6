/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-points-file.h"

#include "es-csv.h"
#include "es-file.h"

#include <math.h>
#include <string.h>

#define MAX_BYTES ((guint64)16 << 20)

/* Where points are put that lie beyond the square, at most. */
#define EXTENT 0.9

/* Of a line. */
#define N_COLUMNS 3

/* What reading goes by. The numbers are kept as they are until all are known. */
typedef struct
{
  const char *path;
  GArray *points;   /* of EsPoint, the places not yet filled */
  GArray *places;   /* of double, x and y in turn */
  GPtrArray *names; /* of the classes */
} Reader;

static void
reader_clear (Reader *reader)
{
  g_clear_pointer (&reader->points, g_array_unref);
  g_clear_pointer (&reader->places, g_array_unref);
  g_clear_pointer (&reader->names, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* @found: what stands there instead. */
static gboolean
refuse_line (const Reader *reader, gsize line, const char *found, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, reader->path,
                   "line %" G_GSIZE_FORMAT
                   ": expected two numbers and the name of a class, with commas, "
                   "semicolons, tabs or blanks between them; found %s",
                   line, found);
  return FALSE;
}

static gboolean
refuse_number (const Reader *reader, gsize line, const EsCsvCell *cell, GError **error)
{
  g_autofree char *text = g_utf8_make_valid (cell->text, (gssize)MIN (cell->n, 40));
  g_autofree char *found = g_strdup_printf ("“%s” for a number", text);

  return refuse_line (reader, line, found, error);
}

/* A number; with decimal comma too, where commas separate nothing. */
static gboolean
read_number (const EsCsv *csv, const EsCsvCell *cell, double *value)
{
  g_autofree char *text = NULL;

  if (es_csv_get_number (cell, value))
    return TRUE;
  if (csv->delimiter == ',')
    return FALSE;
  text = g_strdelimit (g_strndup (cell->text, cell->n), ",", '.');
  return es_csv_get_number (&(EsCsvCell){text, cell->n}, value);
}

/* The number of the class that @cell names, a new one if need be. */
static gboolean
find_class (Reader *reader, const EsCsvCell *cell, guint *class, GError **error)
{
  g_autofree char *name = g_strndup (cell->text, cell->n);

  g_strstrip (name);
  for (*class = 0; *class < reader->names->len; (*class)++)
    if (g_str_equal (reader->names->pdata[*class], name))
      return TRUE;
  if (reader->names->len == ES_PLAYGROUND_MAX_CLASSES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, reader->path,
                     "has more than %u classes", ES_PLAYGROUND_MAX_CLASSES);
    return FALSE;
  }
  g_ptr_array_add (reader->names, g_steal_pointer (&name));
  return TRUE;
}

static gboolean
read_row (Reader *reader, const EsCsv *csv, gboolean first, GError **error)
{
  const EsCsvCell *cells = (const EsCsvCell *)csv->cells->data;
  double place[2];
  EsPoint point = {0};

  if (csv->cells->len != N_COLUMNS) {
    g_autofree char *found = csv->cells->len == 1
                                 ? g_strdup ("one column")
                                 : g_strdup_printf ("%u columns", csv->cells->len);

    return refuse_line (reader, csv->line, found, error);
  }
  for (guint i = 0; i < 2; i++) {
    if (!read_number (csv, &cells[i], &place[i]))
      /* The first line may be of headings. */
      return first || refuse_number (reader, csv->line, &cells[i], error);
    if (!isfinite (place[i]))
      return refuse_number (reader, csv->line, &cells[i], error);
  }
  if (reader->points->len == ES_PLAYGROUND_MAX_POINTS) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, reader->path,
                     "has more than %u points", ES_PLAYGROUND_MAX_POINTS);
    return FALSE;
  }
  if (!find_class (reader, &cells[2], &point.class, error))
    return FALSE;
  g_array_append_val (reader->points, point);
  g_array_append_vals (reader->places, place, 2);
  return TRUE;
}

/* Both directions are scaled alike, so that shapes stay. */
static void
fit (const Reader *reader)
{
  const double *places = (const double *)reader->places->data;
  double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  double half;
  gboolean inside;

  for (guint i = 0; i < reader->places->len; i++) {
    low[i % 2] = MIN (low[i % 2], places[i]);
    high[i % 2] = MAX (high[i % 2], places[i]);
  }
  inside = MIN (low[0], low[1]) >= -1 && MAX (high[0], high[1]) <= 1;
  /* Halves first: their difference may be more than there are numbers for. */
  half = MAX (high[0] / 2 - low[0] / 2, high[1] / 2 - low[1] / 2);
  for (guint i = 0; i < reader->places->len; i++) {
    EsPoint *point = &g_array_index (reader->points, EsPoint, i / 2);
    double place = places[i];

    if (!inside) {
      /* By the distances from both ends, which are never more than half, also as
         rounded, however near the ends are to each other. */
      double from = place / 2 - low[i % 2] / 2, to = high[i % 2] / 2 - place / 2;

      place = half > 0 ? EXTENT * ((from - to) / half) : 0;
    }
    *(i % 2 == 0 ? &point->x : &point->y) = (float)place;
  }
}

/* How many columns @delimiter makes of the line, runs of blanks and tabs if it is a
   blank; nothing is counted between quotation marks. */
static guint
count_columns (const char *line, const char *end, char delimiter)
{
  gboolean quoted = FALSE, apart = TRUE;
  guint n = delimiter == ' ' ? 0 : 1;

  for (const char *c = line; c < end; c++) {
    gboolean blank = !quoted && (*c == ' ' || *c == '\t' || *c == '\r');

    quoted ^= *c == '"';
    if (delimiter != ' ')
      n += !quoted && *c == delimiter;
    else if (!blank && apart)
      n++;
    apart = blank;
  }
  return n;
}

/* What makes the columns of a point of the first line that is not empty, a blank for
   runs of blanks and tabs, or '\0' if nothing does. Commas come late: with other
   separators they are decimal. */
static char
find_delimiter (const char *text, gsize n)
{
  static const char delimiters[] = {';', '\t', ',', ' '};
  const char *line = text, *last = text + n, *end;

  while (line < last && g_ascii_isspace (*line))
    line++;
  end = line < last ? memchr (line, '\n', (gsize)(last - line)) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
    if (count_columns (line, end != NULL ? end : last, delimiters[i]) == N_COLUMNS)
      return delimiters[i];
  return '\0';
}

/* @bytes (taken) with a tab for each run of blanks that separates. */
static GBytes *
blanks_to_tabs (GBytes *bytes)
{
  gsize n;
  const char *text = g_bytes_get_data (bytes, &n);
  GString *out = g_string_sized_new (n);
  gboolean quoted = FALSE, pending = FALSE;

  for (gsize i = 0; i < n; i++) {
    gboolean begins = out->len == 0 || out->str[out->len - 1] == '\n';

    quoted ^= text[i] == '"';
    if (!quoted && (text[i] == ' ' || text[i] == '\t')) {
      pending = TRUE;
      continue;
    }
    if (pending && !begins && text[i] != '\n' && text[i] != '\r')
      g_string_append_c (out, '\t');
    pending = FALSE;
    g_string_append_c (out, text[i]);
  }
  g_bytes_unref (bytes);
  return g_string_free_to_bytes (out);
}

/* Begins to read *@bytes, which may be rewritten and has to outlive @csv. */
static void
open_table (EsCsv *csv, GBytes **bytes, const char *path)
{
  gsize n;
  const char *text = g_bytes_get_data (*bytes, &n);
  char delimiter = find_delimiter (text, n);

  if (delimiter == ' ') {
    *bytes = blanks_to_tabs (*bytes);
    text = g_bytes_get_data (*bytes, &n);
    delimiter = '\t';
  }
  es_csv_init (csv, text, n, path);
  if (delimiter != '\0')
    csv->delimiter = delimiter;
}

GArray *
es_points_load (const char *path, guint *n_classes, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_BYTES, error);
  g_auto (Reader) reader = {path, NULL, NULL, NULL};
  g_auto (EsCsv) csv = {0};
  g_autoptr (GError) problem = NULL;
  gboolean first = TRUE;

  if (bytes == NULL)
    return NULL;
  reader.points = g_array_new (FALSE, FALSE, sizeof (EsPoint));
  reader.places = g_array_new (FALSE, FALSE, sizeof (double));
  reader.names = g_ptr_array_new_with_free_func (g_free);
  open_table (&csv, &bytes, path);
  for (; es_csv_next (&csv, &problem); first = FALSE)
    if (!read_row (&reader, &csv, first, error))
      return NULL;
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (reader.names->len < 2) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "expected points of 2 to %u classes, found %u",
                     ES_PLAYGROUND_MAX_CLASSES, reader.names->len);
    return NULL;
  }
  fit (&reader);
  *n_classes = reader.names->len;
  return g_steal_pointer (&reader.points);
}
