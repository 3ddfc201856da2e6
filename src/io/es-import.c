/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import-private.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-file.h"
#include "es-gzip.h"
#include "es-image-file.h"
#include "es-rng.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES ((guint64)16 << 30)
#define MAX_ENTRIES 10000
#define SNIFF_BYTES 16

/* What the first bytes of a file show; text may be compressed. */
typedef enum {
  KIND_OTHER,
  KIND_NPY,
  KIND_ZIP,
  KIND_PICTURE,
  KIND_IDX,
  KIND_GZIP,
  KIND_TEXT,
} Kind;

const char *
es_import_format_to_string (EsImportFormat format)
{
  const char *const names[] = {"IDX files", "NumPy arrays", "pictures", "CSV"};

  return names[format];
}

void
es_import_options_init (EsImportOptions *options)
{
  *options = (EsImportOptions){.test_fraction = 0.2, .seed = 42};
}

void
es_import_info_free (EsImportInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->path);
  g_free (info->name);
  g_free (info->labels_path);
  g_strfreev (info->class_names);
  g_ptr_array_unref (info->notes);
  g_free (info);
}

void
es_import_add_note (EsImportInfo *info, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (info->notes, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
data_clear (EsImportData *data)
{
  for (guint i = 0; i < ES_N_PARTS; i++) {
    g_clear_pointer (&data->parts[i].pixels, g_free);
    g_clear_pointer (&data->parts[i].exact, g_free);
    g_clear_pointer (&data->parts[i].labels, g_free);
    g_clear_pointer (&data->parts[i].path, g_free);
  }
  g_clear_pointer (&data->names, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsImportData, data_clear)

gboolean
es_import_part_allocate (
    EsImportPart *part, gsize N, gsize P, const char *path, GError **error)
{
  gsize n_bytes;

  part->path = g_strdup (path);
  if (N == 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "has no images");
    return FALSE;
  }
  if (g_size_checked_mul (&n_bytes, N, P) && n_bytes <= MAX_BYTES) {
    part->pixels = g_try_malloc (n_bytes);
    part->labels = g_try_new (gint64, N);
  }
  part->N = N;
  if (part->pixels != NULL && part->labels != NULL)
    return TRUE;
  es_io_set_error (
      error, ES_IO_ERROR_TOO_LARGE, path,
      "no memory for %" G_GSIZE_FORMAT " images of %" G_GSIZE_FORMAT " pixels", N, P);
  return FALSE;
}

static gboolean
refuse_setting (GError **error, const char *problem)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING, problem);
  return FALSE;
}

gboolean
es_import_fit_init (EsImageFit *fit,
                    const EsImportOptions *options,
                    guint rows,
                    guint cols,
                    GError **error)
{
  *fit = (EsImageFit){
      .rows = options->rows > 0 ? options->rows : rows,
      .cols = options->cols > 0 ? options->cols : cols,
      .fit = options->fit,
      .colors = options->colors,
      .invert = options->invert,
  };
  if (fit->rows >= 1 && fit->cols >= 1 && fit->rows <= ES_IMPORT_MAX_SIDE &&
      (fit->cols <= ES_IMPORT_MAX_SIDE || fit->rows == 1))
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "Images would have %u × %u pixels; expected a size of 1 to %d each way",
               fit->cols, fit->rows, ES_IMPORT_MAX_SIDE);
  return FALSE;
}

/* The side of the square of @P pixels, or 0. */
static guint
square_side (gsize P)
{
  guint side = (guint)lround (sqrt ((double)P));

  return (gsize)side * side == P ? side : 0;
}

gboolean
es_import_shape (guint *rows,
                 guint *cols,
                 guint *channels,
                 gsize P,
                 const EsImportOptions *options,
                 const char *path,
                 GError **error)
{
  gsize plane = (gsize)options->shape_rows * options->shape_cols;
  guint side = square_side (P);

  *channels = 1;
  if (plane > 0 && (P == plane || P == 3 * plane || P == 4 * plane)) {
    *rows = options->shape_rows;
    *cols = options->shape_cols;
    *channels = (guint)(P / plane);
  } else if (plane > 0 || P < 1 || P > (1 << 24)) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "has %" G_GSIZE_FORMAT
                     " values an image; expected %" G_GSIZE_FORMAT
                     " or three or four times as many",
                     P, MAX (plane, 1));
    return FALSE;
  } else if (side == 0 && P % 3 == 0 && square_side (P / 3) > 1) {
    *rows = *cols = square_side (P / 3);
    *channels = 3;
  } else {
    *rows = side > 0 ? side : 1;
    *cols = side > 0 ? side : (guint)P;
  }
  return TRUE;
}

EsImportRange
es_import_range_guess (double low, double high)
{
  if (low >= 0 && high <= 1)
    return (EsImportRange){0, 1};
  if (low >= -1 && high <= 1)
    return (EsImportRange){-1, 1};
  if (low >= 0 && high > 127 && high <= 255)
    return (EsImportRange){0, 255};
  return (EsImportRange){MIN (low, 0), high > low ? high : low + 1};
}

EsImportRange
es_import_range_choose (const EsImportOptions *options, double low, double high)
{
  if (options->low != options->high)
    return (EsImportRange){options->low, options->high};
  return es_import_range_guess (low, high);
}

int
es_import_compare_names (gconstpointer a, gconstpointer b)
{
  const char *first = *(const char *const *)a, *second = *(const char *const *)b;
  gint64 m, n;

  if (g_ascii_string_to_signed (first, 10, G_MININT64, G_MAXINT64, &m, NULL) &&
      g_ascii_string_to_signed (second, 10, G_MININT64, G_MAXINT64, &n, NULL) && m != n)
    return m < n ? -1 : 1;
  return strcmp (first, second);
}

EsNamedPart
es_import_named_part (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (strstr (lower, "test") != NULL || strstr (lower, "t10k") != NULL)
    return ES_NAMED_TEST;
  if (strstr (lower, "train") != NULL)
    return ES_NAMED_TRAIN;
  if (strcmp (lower, "dev") == 0 || g_str_has_prefix (lower, "val") ||
      strstr (lower, "_val") != NULL)
    return ES_NAMED_OTHER;
  return ES_NAMED_NONE;
}

gboolean
es_import_is_table_name (const char *name)
{
  return g_str_has_suffix (name, "csv") || g_str_has_suffix (name, "csv.gz");
}

static Kind
classify (const guint8 *data, gsize n)
{
  if (n >= 6 && memcmp (data, "\x93NUMPY", 6) == 0)
    return KIND_NPY;
  if (n >= 4 && memcmp (data, "PK\3\4", 4) == 0)
    return KIND_ZIP;
  if (es_image_is_known (data, n))
    return KIND_PICTURE;
  if (n >= 4 && data[0] == 0 && data[1] == 0 && data[2] >= 8 && data[2] <= 0x0e)
    return KIND_IDX;
  if (n >= 2 && data[0] == 0x1f && data[1] == 0x8b)
    return KIND_GZIP;
  for (gsize i = 0; i < n; i++)
    if (data[i] < ' ' && !g_ascii_isspace ((char)data[i]))
      return KIND_OTHER;
  return n > 0 ? KIND_TEXT : KIND_OTHER;
}

static Kind
sniff (const char *path)
{
  guint8 data[SNIFF_BYTES];
  guint64 size;
  int fd = es_file_open (path, &size, NULL);
  gssize n;
  Kind kind;

  if (fd < 0)
    return KIND_OTHER;
  n = pread (fd, data, sizeof data, 0);
  close (fd);
  kind = classify (data, (gsize)MAX (n, 0));
  if (kind == KIND_GZIP &&
      classify (data, es_gzip_peek (path, data, sizeof data)) == KIND_TEXT)
    kind = KIND_TEXT;
  return kind;
}

static gboolean
refuse_path (const char *path, const char *found, GError **error)
{
  es_io_set_error (
      error, ES_IO_ERROR_UNSUPPORTED, path,
      "%s; expected a dataset: IDX files, NumPy arrays, a folder of PNG or "
      "JPEG pictures for each class, or CSV",
      found);
  return FALSE;
}

static gboolean
recognise_folder (const char *path, EsImportFormat *format, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gboolean has_folder = FALSE, has_text = FALSE;
  const char *name;

  if (es_dataset_has_files (path)) {
    *format = ES_IMPORT_IDX;
    return TRUE;
  }
  for (guint i = 0; dir != NULL && i < MAX_ENTRIES && (name = g_dir_read_name (dir));
       i++) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    Kind kind;

    if (name[0] == '.')
      continue;
    if (g_file_test (child, G_FILE_TEST_IS_DIR)) {
      has_folder = TRUE;
      continue;
    }
    kind = sniff (child);
    if (kind == KIND_NPY || kind == KIND_ZIP) {
      *format = ES_IMPORT_ARRAYS;
      return TRUE;
    }
    has_text |= kind == KIND_TEXT && strcmp (name, "classes.txt") != 0 &&
                (es_import_is_table_name (name) || es_import_named_part (name) != 0);
  }
  *format = has_text ? ES_IMPORT_CSV : ES_IMPORT_PICTURES;
  return has_text || has_folder || refuse_path (path, "holds none of these", error);
}

static gboolean
recognise_file (EsImportInfo *info, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (info->path);
  Kind kind = sniff (info->path);
  guint64 size;
  int fd = es_file_open (info->path, &size, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  if ((kind == KIND_IDX || kind == KIND_GZIP) && es_dataset_has_files (folder)) {
    info->format = ES_IMPORT_IDX;
    g_free (info->path);
    info->path = g_steal_pointer (&folder);
    return TRUE;
  }
  info->format = kind == KIND_TEXT ? ES_IMPORT_CSV : ES_IMPORT_ARRAYS;
  if (kind == KIND_TEXT || kind == KIND_NPY || kind == KIND_ZIP)
    return TRUE;
  return refuse_path (info->path,
                      size == 0              ? "is empty"
                      : kind == KIND_PICTURE ? "is a single picture"
                      : kind == KIND_IDX     ? "is without the other three IDX files"
                      : kind == KIND_GZIP    ? "is compressed"
                                             : "is of an unknown kind",
                      error);
}

/* The last part of the path without its suffix. */
static char *
suggest_name (const char *path)
{
  char *name = g_path_get_basename (path);
  char *dot;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return name;
  if (g_str_has_suffix (name, ".gz"))
    name[strlen (name) - strlen (".gz")] = '\0';
  dot = strrchr (name, '.');
  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

static EsImportInfo *
recognise (const char *path, GError **error)
{
  g_autoptr (EsImportInfo) info = g_new0 (EsImportInfo, 1);

  info->notes = g_ptr_array_new_with_free_func (g_free);
  info->path = g_canonicalize_filename (path, NULL);
  es_import_options_init (&info->defaults);
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, path,
                     "there is no such file or folder");
    return NULL;
  }
  if (g_file_test (path, G_FILE_TEST_IS_DIR)
          ? !recognise_folder (path, &info->format, error)
          : !recognise_file (info, error))
    return NULL;
  info->name = suggest_name (info->path);
  return g_steal_pointer (&info);
}

static gboolean
probe_idx (EsImportInfo *info, GError **error)
{
  g_autoptr (EsDatasetInfo) found = es_dataset_examine (info->path, error);

  if (found == NULL)
    return FALSE;
  info->n_train = found->n_train;
  info->n_test = found->n_test;
  info->rows = found->rows;
  info->cols = found->cols;
  info->channels = 1;
  info->same_size = TRUE;
  info->class_names = es_dataset_read_class_names (info->path, found->n_classes, error);
  return TRUE;
}

static gboolean
probe (EsImportInfo *info, GError **error)
{
  switch (info->format) {
  case ES_IMPORT_IDX:
    return probe_idx (info, error);
  case ES_IMPORT_ARRAYS:
    return es_import_probe_arrays (info, error);
  case ES_IMPORT_PICTURES:
    return es_import_probe_pictures (info, error);
  case ES_IMPORT_CSV:
    return es_import_probe_csv (info, error);
  }
  g_assert_not_reached ();
}

EsImportInfo *
es_import_probe (const char *path, const char *labels_path, GError **error)
{
  g_autoptr (EsImportInfo) info = recognise (path, error);

  if (info == NULL)
    return NULL;
  info->labels_path = g_strdup (labels_path);
  if (!probe (info, error))
    return NULL;
  info->defaults.labels_path = info->labels_path;
  if (info->format != ES_IMPORT_PICTURES && info->cols <= ES_IMPORT_MAX_SIDE &&
      info->rows <= ES_IMPORT_MAX_SIDE) {
    info->defaults.rows = info->rows;
    info->defaults.cols = info->cols;
  }
  if (info->channels >= 3)
    es_import_add_note (info, "The images are in color; they become gray.");
  if (info->n_test == 0)
    es_import_add_note (info,
                        "There are no test images; some of each class are taken.");
  return g_steal_pointer (&info);
}

/* A dataset that is in memory already, fitted. */
static gboolean
refit (EsImportData *data,
       const EsDataset *dataset,
       const EsImportOptions *options,
       GError **error)
{
  gsize P = (gsize)dataset->rows * dataset->cols;
  EsImageFit fit;

  if (!es_import_fit_init (&fit, options, dataset->rows, dataset->cols, error))
    return FALSE;
  data->rows = fit.rows;
  data->width = es_image_fit_width (&fit);
  data->names = g_strdupv (dataset->class_names);
  for (guint i = 0; i < ES_N_PARTS; i++) {
    const EsSamples *samples = es_dataset_get_split (dataset, (EsSplit)i);
    gsize size = (gsize)data->rows * data->width, N = samples->N;
    EsImportPart *part = &data->parts[i];

    if (options->limit > 0)
      N = MIN (N, options->limit);
    if (!es_import_part_allocate (part, N, size, dataset->path, error))
      return FALSE;
    for (gsize n = 0; n < N; n++) {
      EsImage image = {samples->pixels + n * P, dataset->rows, dataset->cols, 1,
                       dataset->cols,           NULL};

      es_image_fit_apply (part->pixels + n * size, &fit, &image);
      part->labels[n] = samples->labels[n];
    }
  }
  return TRUE;
}

static gboolean
read_idx (EsImportData *data,
          const char *path,
          const EsImportOptions *options,
          const EsProgress *progress,
          GError **error)
{
  g_autoptr (EsDataset) dataset = es_dataset_load (path, progress, error);

  return dataset != NULL && refit (data, dataset, options, error);
}

static gboolean
read_data (EsImportData *data,
           const EsImportInfo *info,
           const EsImportOptions *options,
           const EsProgress *progress,
           GError **error)
{
  switch (info->format) {
  case ES_IMPORT_IDX:
    return read_idx (data, info->path, options, progress, error);
  case ES_IMPORT_ARRAYS:
    return es_import_read_arrays (data, info->path, options, progress, error);
  case ES_IMPORT_PICTURES:
    return es_import_read_pictures (data, info->path, options, progress, error);
  case ES_IMPORT_CSV:
    return es_import_read_csv (data, info->path, options, progress, error);
  }
  g_assert_not_reached ();
}

/* Whether every label has a name. */
static gboolean
check_labels (const EsImportPart *part, guint n_names, GError **error)
{
  for (gsize n = 0; n < part->N; n++)
    if (part->labels[n] < 0 || part->labels[n] >= (gint64)n_names) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, part->path,
                       "label %" G_GSIZE_FORMAT " is %" G_GINT64_FORMAT
                       "; there are %u class names, so expected 0 to %u",
                       n, part->labels[n], n_names, n_names - 1);
      return FALSE;
    }
  return TRUE;
}

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return (first > second) - (first < second);
}

/* The labels that occur, in ascending order, each once. */
static GArray *
list_labels (const EsImportData *data, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < ES_N_PARTS; i++)
    for (gsize n = 0; n < data->parts[i].N; n++)
      if (g_hash_table_add (seen, &data->parts[i].labels[n])) {
        g_array_append_val (list, data->parts[i].labels[n]);
        if (list->len > ES_IMPORT_MAX_CLASSES) {
          es_io_set_error (error, ES_IO_ERROR_FORMAT, data->parts[i].path,
                           "has more than %d different labels; are they the labels?",
                           ES_IMPORT_MAX_CLASSES);
          return NULL;
        }
      }
  g_array_sort (list, compare_labels);
  return g_steal_pointer (&list);
}

/* Numbers the labels from 0 and calls them by what they were. */
static gboolean
compact_labels (EsImportData *data, GError **error)
{
  g_autoptr (GArray) list = list_labels (data, error);

  if (list == NULL)
    return FALSE;
  data->names = g_new0 (char *, list->len + 1);
  for (guint c = 0; c < list->len; c++)
    data->names[c] =
        g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (list, gint64, c));
  for (guint i = 0; i < ES_N_PARTS; i++)
    for (gsize n = 0; n < data->parts[i].N; n++) {
      guint c;

      g_array_binary_search (list, &data->parts[i].labels[n], compare_labels, &c);
      data->parts[i].labels[n] = c;
    }
  return TRUE;
}

static gboolean
name_classes (EsImportData *data, const char *const *given, GError **error)
{
  if (given != NULL) {
    g_strfreev (data->names);
    data->names = g_strdupv ((char **)given);
  }
  if (data->names == NULL)
    return compact_labels (data, error);
  if (g_strv_length (data->names) > ES_IMPORT_MAX_CLASSES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, data->parts[0].path,
                     "has more than %d classes", ES_IMPORT_MAX_CLASSES);
    return FALSE;
  }
  for (guint i = 0; i < ES_N_PARTS; i++)
    if (!check_labels (&data->parts[i], g_strv_length (data->names), error))
      return FALSE;
  return TRUE;
}

/* Marks which training images become test images: the same share of each class. */
static gboolean *
choose_test (const EsImportPart *part, guint n_classes, const EsImportOptions *options)
{
  gboolean *chosen = g_new0 (gboolean, part->N);
  g_autofree guint32 *order = g_new (guint32, part->N);
  g_autofree gsize *counts = g_new0 (gsize, n_classes),
                   *taken = g_new0 (gsize, n_classes);
  EsRng rng;

  es_rng_init (&rng, options->seed, ES_RNG_SPLIT, 0, 0);
  es_rng_shuffle (&rng, order, part->N);
  for (gsize n = 0; n < part->N; n++)
    counts[part->labels[n]]++;
  for (gsize i = 0; i < part->N; i++) {
    gsize n = order[i], c = (gsize)part->labels[n];
    gsize wanted = (gsize)lround (options->test_fraction * (double)counts[c]);

    /* A class of two images or more is in both parts. */
    wanted = counts[c] < 2 ? 0 : CLAMP (wanted, 1, counts[c] - 1);
    if (taken[c] < wanted) {
      chosen[n] = TRUE;
      taken[c]++;
    }
  }
  return chosen;
}

static gboolean
split_off_test (EsImportData *data, const EsImportOptions *options, GError **error)
{
  EsImportPart *train = &data->parts[ES_PART_TRAIN], *test = &data->parts[ES_PART_TEST];
  gsize P = (gsize)data->rows * data->width, n_test = 0, kept = 0, moved = 0;
  g_autofree gboolean *chosen =
      choose_test (train, g_strv_length (data->names), options);

  for (gsize n = 0; n < train->N; n++)
    n_test += chosen[n] != FALSE;
  if (n_test == 0)
    return refuse_setting (error, "No class has two images, one for testing");
  if (!es_import_part_allocate (test, n_test, P, train->path, error))
    return FALSE;
  for (gsize n = 0; n < train->N; n++) {
    EsImportPart *to = chosen[n] ? test : train;
    gsize i = chosen[n] ? moved++ : kept++;

    memmove (to->pixels + i * P, train->pixels + n * P, P);
    to->labels[i] = train->labels[n];
  }
  train->N = kept;
  g_clear_pointer (&train->exact, g_free);
  return TRUE;
}

static EsSamples
take_samples (EsImportPart *part)
{
  EsSamples samples = {.N = part->N,
                       .pixels = g_steal_pointer (&part->pixels),
                       .exact = g_steal_pointer (&part->exact)};

  samples.labels = g_new (guint16, MAX (part->N, 1));
  for (gsize n = 0; n < part->N; n++)
    samples.labels[n] = (guint16)part->labels[n];
  return samples;
}

static gboolean
check_options (const EsImportOptions *options, GError **error)
{
  if (options->rows > ES_IMPORT_MAX_SIDE || options->cols > ES_IMPORT_MAX_SIDE ||
      options->shape_rows > ES_IMPORT_MAX_SIDE ||
      options->shape_cols > ES_IMPORT_MAX_SIDE)
    return refuse_setting (error, "Images are at most 1024 pixels wide and high");
  if (!(options->test_fraction > 0 && options->test_fraction < 1))
    return refuse_setting (error, "The share of test images lies between 0 and 1");
  if (!isfinite (options->low) || !isfinite (options->high) ||
      options->low > options->high)
    return refuse_setting (error, "The range of values rises from low to high");
  return TRUE;
}

EsDataset *
es_import_load (const char *path,
                const EsImportOptions *options,
                const EsProgress *progress,
                GError **error)
{
  g_autoptr (EsImportInfo) info = NULL;
  g_auto (EsImportData) data = {0};
  EsSamples train, test;
  EsDataset *dataset;

  /* The defaults need the look. */
  info =
      options == NULL ? es_import_probe (path, NULL, error) : recognise (path, error);
  if (info == NULL)
    return NULL;
  if (options == NULL)
    options = &info->defaults;
  if (!check_options (options, error) ||
      !es_progress_report (progress, 0, "Reading the images", error) ||
      !read_data (&data, info, options, progress, error) ||
      !name_classes (&data, options->class_names, error))
    return NULL;
  if (data.parts[ES_PART_TEST].N == 0 && !split_off_test (&data, options, error))
    return NULL;
  train = take_samples (&data.parts[ES_PART_TRAIN]);
  test = take_samples (&data.parts[ES_PART_TEST]);
  dataset = es_dataset_new (info->name, data.rows, data.width,
                            (const char *const *)data.names, &train, &test, error);
  if (dataset != NULL)
    dataset->path = g_strdup (info->path);
  return dataset;
}
