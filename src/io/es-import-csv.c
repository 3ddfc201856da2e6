/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import-private.h"

#include "es-csv.h"
#include "es-dataset-load.h"
#include "es-gzip.h"

#include <math.h>
#include <string.h>

#define MAX_ROWS ((gsize)1 << 31)
#define REPORT_EVERY 1024
#define MAX_BYTES ((guint64)4 << 30) /* decompressed */
#define PROBE_BYTES ((gsize)1 << 20)
#define MAX_LABEL_BYTES 200

/* How the columns of a table are used. */
typedef struct
{
  gboolean has_heading;
  guint n_columns;
  guint label;    /* column of the labels */
  guint skipped;  /* column of row numbers; n_columns: none */
  gboolean names; /* labels are text */
  gsize P;        /* values an image */
} Columns;

/* Text labels in the order of their first appearance. */
typedef struct
{
  GHashTable *numbers; /* of text to number + 1 */
  GPtrArray *texts;
} Labels;

/* A table and what is read from it. */
typedef struct
{
  const char *path;
  GBytes *bytes;
  Columns columns;
  gsize N;
  double low;
  double high;
} Table;

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->bytes, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static void
labels_init (Labels *labels)
{
  labels->texts = g_ptr_array_new_with_free_func (g_free);
  labels->numbers = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
labels_clear (Labels *labels)
{
  g_clear_pointer (&labels->numbers, g_hash_table_unref);
  g_clear_pointer (&labels->texts, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Labels, labels_clear)

static const EsCsvCell *
get_cell (const EsCsv *csv, guint column)
{
  return &g_array_index (csv->cells, EsCsvCell, column);
}

static gboolean
is_number (const EsCsv *csv, guint column)
{
  double value;

  return es_csv_get_number (get_cell (csv, column), &value);
}

static gboolean
cell_is (const EsCsvCell *cell, const char *const *texts)
{
  for (; *texts != NULL; texts++)
    if (cell->n == strlen (*texts) &&
        g_ascii_strncasecmp (cell->text, *texts, cell->n) == 0)
      return TRUE;
  return FALSE;
}

/* A first row is the heading if most of it is text. */
static gboolean
looks_like_heading (const EsCsv *csv)
{
  guint n_text = 0;

  for (guint c = 0; c < csv->cells->len; c++)
    n_text += !is_number (csv, c);
  return n_text > 1 && 2 * n_text > csv->cells->len;
}

/* The column that is called @text or has this number, from 1. */
static gboolean
find_named_column (const EsCsv *csv,
                   const char *text,
                   gboolean has_heading,
                   guint *column,
                   GError **error)
{
  const char *const texts[] = {text, NULL};
  guint64 number;

  for (*column = 0; has_heading && *column < csv->cells->len; (*column)++)
    if (cell_is (get_cell (csv, *column), texts))
      return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 1, csv->cells->len, &number, NULL)) {
    *column = (guint)number - 1;
    return TRUE;
  }
  es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path,
                   "has no column “%s”; expected a heading or a number from 1 to %u",
                   text, csv->cells->len);
  return FALSE;
}

static void
find_columns_by_heading (Columns *columns, const EsCsv *csv)
{
  const char *const labels[] = {"label", "labels",   "class", "target",
                                "y",     "category", NULL};
  const char *const numbers[] = {"", "id", "index", "unnamed: 0", NULL};
  gboolean found = FALSE;

  for (guint c = 0; c < csv->cells->len; c++)
    if (!found && cell_is (get_cell (csv, c), labels)) {
      columns->label = c;
      found = TRUE;
    }
  if (columns->label != 0 && cell_is (get_cell (csv, 0), numbers))
    columns->skipped = 0;
}

/* Looks at the first rows; @csv is left behind the heading's row or the first. */
static gboolean
find_columns (Columns *columns,
              EsCsv *csv,
              const EsImportOptions *options,
              GError **error)
{
  g_autoptr (GError) cause = NULL;
  guint last;

  if (!es_csv_next (csv, &cause)) {
    if (cause != NULL)
      g_propagate_error (error, g_steal_pointer (&cause));
    else
      es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path, "holds no table");
    return FALSE;
  }
  *columns = (Columns){.n_columns = csv->cells->len, .skipped = csv->cells->len};
  columns->has_heading = looks_like_heading (csv);
  last = columns->n_columns - 1;
  if (columns->n_columns < 3) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path,
                     "line %" G_GSIZE_FORMAT
                     " has %u columns; expected a label and the pixels of an image",
                     csv->line, columns->n_columns);
    return FALSE;
  }
  if (columns->has_heading)
    find_columns_by_heading (columns, csv);
  else if (is_number (csv, 0) && !is_number (csv, last))
    columns->label = last;
  if (options->label_column != NULL &&
      !find_named_column (csv, options->label_column, columns->has_heading,
                          &columns->label, error))
    return FALSE;
  if (columns->skipped == columns->label)
    columns->skipped = columns->n_columns;
  columns->P = columns->n_columns - (columns->skipped < columns->n_columns ? 2 : 1);
  if (columns->has_heading && !es_csv_next (csv, &cause)) {
    if (cause != NULL)
      g_propagate_error (error, g_steal_pointer (&cause));
    else
      es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path, "ends after its heading");
    return FALSE;
  }
  columns->names = columns->label < csv->cells->len && !is_number (csv, columns->label);
  return TRUE;
}

static gboolean
refuse_cell (const EsCsv *csv, guint column, const char *expected, GError **error)
{
  const EsCsvCell *cell = get_cell (csv, column);
  g_autofree char *text = g_utf8_make_valid (cell->text, (gssize)MIN (cell->n, 30));

  es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path,
                   "line %" G_GSIZE_FORMAT ", column %u is “%s”; expected %s",
                   csv->line, column + 1, text, expected);
  return FALSE;
}

static gboolean
number_text (
    Labels *labels, const EsCsv *csv, guint column, gint64 *label, GError **error)
{
  const EsCsvCell *cell = get_cell (csv, column);
  g_autofree char *text = NULL;
  guint number;

  if (cell->n < 1 || cell->n > MAX_LABEL_BYTES ||
      !g_utf8_validate_len (cell->text, cell->n, NULL))
    return refuse_cell (csv, column, "the name of a class", error);
  text = g_strndup (cell->text, cell->n);
  number = GPOINTER_TO_UINT (g_hash_table_lookup (labels->numbers, text));
  if (number == 0) {
    if (labels->texts->len == ES_IMPORT_MAX_CLASSES)
      return refuse_cell (csv, column, "one of at most 1024 classes", error);
    g_ptr_array_add (labels->texts, text);
    number = labels->texts->len;
    g_hash_table_insert (labels->numbers, g_steal_pointer (&text),
                         GUINT_TO_POINTER (number));
  }
  *label = number - 1;
  return TRUE;
}

static gboolean
read_label (gint64 *label,
            const EsCsv *csv,
            const Columns *columns,
            Labels *labels,
            GError **error)
{
  double value;

  if (columns->names)
    return number_text (labels, csv, columns->label, label, error);
  if (!es_csv_get_number (get_cell (csv, columns->label), &value) ||
      !(fabs (value) <= 1e9) || value != floor (value))
    return refuse_cell (csv, columns->label, "a whole number as label", error);
  *label = (gint64)value;
  return TRUE;
}

/* The values of an image: @values (P). */
static gboolean
read_values (double *values, const EsCsv *csv, const Columns *columns, GError **error)
{
  gsize p = 0;

  if (csv->cells->len != columns->n_columns) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, csv->path,
                     "line %" G_GSIZE_FORMAT " has %u columns; expected %u as before",
                     csv->line, csv->cells->len, columns->n_columns);
    return FALSE;
  }
  for (guint c = 0; c < columns->n_columns; c++) {
    if (c == columns->label || c == columns->skipped)
      continue;
    if (!es_csv_get_number (get_cell (csv, c), &values[p]) || !isfinite (values[p]))
      return refuse_cell (csv, c, "a finite number", error);
    p++;
  }
  return TRUE;
}

/* What is done with each row. */
typedef struct
{
  Table *table;
  Labels *labels;
  EsImportPart *part; /* NULL: the rows are only counted */
  const EsImageFit *fit;
  EsImage *image; /* its pixels are @bytes */
  guint8 *bytes;
  EsImportRange range;
} Pass;

static gboolean
take_row (Pass *pass, gsize n, const EsCsv *csv, double *values, GError **error)
{
  Table *table = pass->table;
  gint64 label = 0;

  if (!read_values (values, csv, &table->columns, error) ||
      !read_label (&label, csv, &table->columns, pass->labels, error))
    return FALSE;
  if (pass->part == NULL) {
    for (gsize p = 0; p < table->columns.P; p++) {
      table->low = MIN (table->low, values[p]);
      table->high = MAX (table->high, values[p]);
    }
    return TRUE;
  }
  for (gsize p = 0; p < table->columns.P; p++)
    pass->bytes[p] = es_import_range_apply (&pass->range, values[p]);
  es_image_fit_apply (pass->part->pixels +
                          n * pass->fit->rows * es_image_fit_width (pass->fit),
                      pass->fit, pass->image);
  pass->part->labels[n] = label;
  return TRUE;
}

/* Goes over all rows of the table. */
static gboolean
run_pass (Pass *pass,
          const EsImportOptions *options,
          const EsProgress *progress,
          GError **error)
{
  Table *table = pass->table;
  gsize n_bytes, n = 0, limit = options->limit > 0 ? options->limit : MAX_ROWS;
  const char *data = g_bytes_get_data (table->bytes, &n_bytes);
  g_autofree double *values = g_new (double, table->columns.P);
  g_auto (EsCsv) csv = {0};
  g_autoptr (GError) cause = NULL;
  Columns same;

  es_csv_init (&csv, data, n_bytes, table->path);
  /* Stands on the first row of values afterwards. */
  if (!find_columns (&same, &csv, options, error))
    return FALSE;
  do {
    if (n % REPORT_EVERY == 0 &&
        !es_progress_report (
            progress, (double)(csv.next - data) / (double)n_bytes,
            pass->part == NULL ? "Checking the table" : "Reading the table", error))
      return FALSE;
    if (!take_row (pass, n, &csv, values, error))
      return FALSE;
    n++;
  } while (n < limit && es_csv_next (&csv, &cause));
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  table->N = n;
  return TRUE;
}

/* Opens and checks a table. */
static gboolean
scan_table (Table *table,
            Labels *labels,
            const char *path,
            const EsImportOptions *options,
            const EsProgress *progress,
            GError **error)
{
  Pass pass = {.table = table, .labels = labels};
  g_auto (EsCsv) csv = {0};

  table->path = path;
  table->low = G_MAXDOUBLE;
  table->high = -G_MAXDOUBLE;
  table->bytes = es_gzip_load (path, MAX_BYTES, error);
  if (table->bytes == NULL)
    return FALSE;
  es_csv_init (&csv, g_bytes_get_data (table->bytes, NULL),
               g_bytes_get_size (table->bytes), path);
  return find_columns (&table->columns, &csv, options, error) &&
         run_pass (&pass, options, progress, error);
}

static gboolean
fill_part (EsImportData *data,
           guint which,
           Table *table,
           Labels *labels,
           EsImportRange range,
           const EsImportOptions *options,
           const EsProgress *progress,
           GError **error)
{
  EsImage image = {0};
  EsImageFit fit;
  g_autofree guint8 *bytes = g_malloc (table->columns.P);
  Pass pass = {table, labels, &data->parts[which], &fit, &image, bytes, range};

  if (!es_import_shape (&image.rows, &image.cols, &image.channels, table->columns.P,
                        options, table->path, error) ||
      !es_import_fit_init (&fit, options, image.rows, image.cols, error))
    return FALSE;
  image.pixels = bytes;
  image.stride = (gsize)image.cols * image.channels;
  data->rows = fit.rows;
  data->width = es_image_fit_width (&fit);
  return es_import_part_allocate (&data->parts[which], table->N,
                                  (gsize)data->rows * data->width, table->path,
                                  error) &&
         run_pass (&pass, options, progress, error);
}

/* Puts the names in order and the labels with them. */
static void
sort_names (EsImportData *data, const Labels *labels)
{
  guint n = labels->texts->len;
  g_autofree gint64 *places = g_new (gint64, n + 1);

  data->names = g_new0 (char *, n + 1);
  for (guint c = 0; c < n; c++)
    data->names[c] = g_strdup (labels->texts->pdata[c]);
  qsort (data->names, n, sizeof (char *), es_import_compare_names);
  for (guint c = 0; c < n; c++)
    for (places[c] = 0; strcmp (data->names[places[c]], labels->texts->pdata[c]) != 0;)
      places[c]++;
  for (guint i = 0; i < ES_N_PARTS; i++)
    for (gsize k = 0; k < data->parts[i].N; k++)
      data->parts[i].labels[k] = places[data->parts[i].labels[k]];
}

/* The tables of a path: a file, or those of a folder that are called after their part.
   @files (ES_N_PARTS) are to be freed. */
static gboolean
find_files (char **files,
            const char *path,
            const EsImportOptions *options,
            GError **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  files[ES_PART_TEST] = g_strdup (options->test_path);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR)) {
    files[ES_PART_TRAIN] = g_strdup (path);
    return TRUE;
  }
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    EsNamedPart named = es_import_named_part (name);
    guint part = named == ES_NAMED_TEST ? ES_PART_TEST : ES_PART_TRAIN;
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (name[0] == '.' || strcmp (name, ES_DATASET_CLASSES_FILE) == 0 ||
        named == ES_NAMED_OTHER || !g_file_test (file, G_FILE_TEST_IS_REGULAR) ||
        (named == ES_NAMED_NONE && !es_import_is_table_name (name)))
      continue;
    if (files[part] != NULL) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                       "holds several tables; expected one for training and one whose "
                       "name says test");
      return FALSE;
    }
    files[part] = g_steal_pointer (&file);
  }
  if (files[ES_PART_TRAIN] != NULL)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "holds no table for training");
  return FALSE;
}

static gboolean
check_same (const Table *train, const Table *test, GError **error)
{
  if (train->columns.P == test->columns.P &&
      train->columns.names == test->columns.names)
    return TRUE;
  es_io_set_error (
      error, ES_IO_ERROR_FORMAT, test->path,
      "has %" G_GSIZE_FORMAT
      " values an image and %s as labels; %s has %" G_GSIZE_FORMAT " and %s",
      test->columns.P, test->columns.names ? "text" : "numbers", train->path,
      train->columns.P, train->columns.names ? "text" : "numbers");
  return FALSE;
}

static gboolean
read_files (EsImportData *data,
            char **files,
            const EsImportOptions *options,
            const EsProgress *progress,
            GError **error)
{
  g_auto (Table) train = {0}, test = {0};
  g_auto (Labels) labels = {0};
  EsImportRange range;
  gboolean has_test = files[ES_PART_TEST] != NULL;

  labels_init (&labels);
  if (!scan_table (&train, &labels, files[ES_PART_TRAIN], options, progress, error))
    return FALSE;
  if (has_test &&
      (!scan_table (&test, &labels, files[ES_PART_TEST], options, progress, error) ||
       !check_same (&train, &test, error)))
    return FALSE;
  range = es_import_range_choose (options, train.low, train.high);
  if (!fill_part (data, ES_PART_TRAIN, &train, &labels, range, options, progress,
                  error))
    return FALSE;
  if (has_test &&
      !fill_part (data, ES_PART_TEST, &test, &labels, range, options, progress, error))
    return FALSE;
  if (train.columns.names)
    sort_names (data, &labels);
  return TRUE;
}

gboolean
es_import_read_csv (EsImportData *data,
                    const char *path,
                    const EsImportOptions *options,
                    const EsProgress *progress,
                    GError **error)
{
  char *files[ES_N_PARTS + 1] = {NULL};
  g_autoptr (GError) cause = NULL;
  gboolean done = find_files (files, path, options, error) &&
                  read_files (data, files, options, progress, error);

  for (guint i = 0; i < ES_N_PARTS; i++)
    g_free (files[i]);
  if (!done || data->names != NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    return done;
  data->names = es_dataset_read_class_names (path, 0, &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* How many rows a file of this size has, if they are as long as its first ones. */
static gboolean
estimate_rows (gsize *n,
               Columns *columns,
               const char *path,
               const EsImportOptions *options,
               GError **error)
{
  g_autoptr (GBytes) bytes = es_gzip_load (path, MAX_BYTES, error);
  gsize n_bytes = bytes != NULL ? g_bytes_get_size (bytes) : 0, count = 1;
  const char *data, *first;
  g_autofree double *values = NULL;
  g_autoptr (GError) cause = NULL;
  g_auto (EsCsv) csv = {0};

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, NULL);
  es_csv_init (&csv, data, n_bytes, path);
  if (!find_columns (columns, &csv, options, error))
    return FALSE;
  first = csv.next;
  values = g_new (double, columns->P);
  while (read_values (values, &csv, columns, &cause)) {
    if ((gsize)(csv.next - data) >= PROBE_BYTES || !es_csv_next (&csv, &cause))
      break;
    count++;
  }
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  *n = count;
  if (csv.next < csv.end && csv.next > first)
    *n += (gsize)((double)(csv.end - csv.next) * (double)(count - 1) /
                  (double)(csv.next - first));
  return TRUE;
}

static gboolean
probe_files (EsImportInfo *info, char **files, GError **error)
{
  const EsImportOptions *options = &info->defaults;
  Columns columns, test;

  if (!find_files (files, info->path, options, error) ||
      !estimate_rows (&info->n_train, &columns, files[ES_PART_TRAIN], options, error))
    return FALSE;
  if (files[ES_PART_TEST] != NULL &&
      !estimate_rows (&info->n_test, &test, files[ES_PART_TEST], options, error))
    return FALSE;
  if (!es_import_shape (&info->rows, &info->cols, &info->channels, columns.P, options,
                        info->path, error))
    return FALSE;
  info->same_size = TRUE;
  es_import_add_note (info, "The labels are in column %u%s.", columns.label + 1,
                      columns.has_heading ? "; the first line is a heading" : "");
  return TRUE;
}

gboolean
es_import_probe_csv (EsImportInfo *info, GError **error)
{
  char *files[ES_N_PARTS + 1] = {NULL};
  gboolean done = probe_files (info, files, error);

  for (guint i = 0; i < ES_N_PARTS; i++)
    g_free (files[i]);
  return done;
}
