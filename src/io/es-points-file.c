/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-points-file.h"

#include "es-csv.h"
#include "es-file.h"

#include <math.h>

#define MAX_BYTES ((guint64)16 << 20)

/* Where points are put that lie beyond the square, at most. */
#define EXTENT 0.9

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

static gboolean
refuse_line (const Reader *reader, gsize line, GError **error)
{
  es_io_set_error (
      error, ES_IO_ERROR_FORMAT, reader->path,
      "line %" G_GSIZE_FORMAT ": expected two numbers and the name of a class", line);
  return FALSE;
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

  if (csv->cells->len != 3)
    return refuse_line (reader, csv->line, error);
  if (!es_csv_get_number (&cells[0], &place[0]) ||
      !es_csv_get_number (&cells[1], &place[1]))
    /* The first line may be of headings. */
    return first || refuse_line (reader, csv->line, error);
  if (!isfinite (place[0]) || !isfinite (place[1]))
    return refuse_line (reader, csv->line, error);
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
  es_csv_init (&csv, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), path);
  for (; es_csv_next (&csv, &problem); first = FALSE)
    if (!read_row (&reader, &csv, first, error))
      return NULL;
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (reader.names->len < 2) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "has %u classes of points; expected 2 to %u", reader.names->len,
                     ES_PLAYGROUND_MAX_CLASSES);
    return NULL;
  }
  fit (&reader);
  *n_classes = reader.names->len;
  return g_steal_pointer (&reader.points);
}
