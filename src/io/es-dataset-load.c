/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-load.h"

#include "es-dataset-search.h"
#include "es-file.h"
#include "es-glyphs.h"
#include "es-idx.h"
#include "es-import.h"

#include <string.h>

#define MAX_CLASSES_BYTES (4 << 20)

#define N_FASHION 10

static const char *const fashion_names[] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress",      "Coat", "Sandal",
    "Shirt",       "Sneaker", "Bag",      "Ankle boot", NULL};

/* The last part of the path, also of "." and "data/". */
static char *
folder_name (const char *folder)
{
  g_autofree char *path = g_canonicalize_filename (folder, NULL);

  return g_path_get_basename (path);
}

/* "Fashion-MNIST", "fashion_mnist" and "FashionMNIST" are all in use. */
static gboolean
is_fashion (const char *folder)
{
  g_autofree char *name = folder_name (folder);
  gsize n = 0;

  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      name[n++] = g_ascii_tolower (*c);
  name[n] = '\0';
  return strcmp (name, "fashionmnist") == 0;
}

char **
es_dataset_read_classes_file (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_CLASSES_BYTES, error);
  g_autofree char *text = NULL;
  char **lines;
  guint n;

  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_utf8_validate_len (text, g_bytes_get_size (bytes), NULL)) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "is not valid UTF-8; expected a class name a line");
    return NULL;
  }
  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines);
  for (guint i = 0; i < n; i++)
    g_strstrip (lines[i]);
  while (n > 0 && *lines[n - 1] == '\0')
    g_clear_pointer (&lines[--n], g_free);
  return lines;
}

char **
es_dataset_read_class_names (const char *folder, guint n_labels, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ES_DATASET_CLASSES_FILE, NULL);
  g_auto (GStrv) names = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return n_labels <= N_FASHION && is_fashion (folder)
               ? g_strdupv ((char **)fashion_names)
               : NULL;
  names = es_dataset_read_classes_file (path, error);
  if (names == NULL)
    return NULL;
  if (g_strv_length (names) < n_labels) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "has %u class names; the labels go up to %u",
                     g_strv_length (names), n_labels - 1);
    return NULL;
  }
  return g_steal_pointer (&names);
}

static EsIdx *
open_file (const char *folder, EsDatasetFile file, GError **error)
{
  g_autofree char *path = es_dataset_find_file (folder, file, error);

  return path == NULL ? NULL : es_idx_open (path, error);
}

/* Loads the images file @file and the labels file behind it. */
static gboolean
load_split (EsSamples *samples,
            guint *rows,
            guint *cols,
            const char *folder,
            EsDatasetFile file,
            GError **error)
{
  g_autoptr (EsIdx) labels = open_file (folder, file + 1, error);
  g_autoptr (EsIdx) images = labels == NULL ? NULL : open_file (folder, file, error);

  if (images == NULL || !es_idx_get_images (images, &samples->N, rows, cols, error))
    return FALSE;
  samples->labels = es_idx_to_labels (labels, error);
  if (samples->labels == NULL)
    return FALSE;
  if (samples->N != labels->dims[0]) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, images->path,
                     "has %" G_GSIZE_FORMAT " images; %s has %" G_GSIZE_FORMAT
                     " labels",
                     samples->N, labels->path, labels->dims[0]);
    return FALSE;
  }
  if (samples->N == 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, images->path, "has no images");
    return FALSE;
  }
  samples->pixels = g_steal_pointer (&images->data);
  return TRUE;
}

static guint
count_labels (const EsSamples *samples)
{
  guint count = 0;

  for (gsize n = 0; n < samples->N; n++)
    count = MAX (count, samples->labels[n] + 1u);
  return count;
}

static EsDataset *
load_folder (const char *folder, const EsProgress *progress, GError **error)
{
  g_auto (EsSamples) train = {0}, test = {0};
  guint rows, cols, test_rows, test_cols;
  g_autofree char *name = folder_name (folder);
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) cause = NULL;
  EsDataset *dataset;

  if (!es_progress_report (progress, 0, "Reading the training images", error) ||
      !load_split (&train, &rows, &cols, folder, ES_DATASET_TRAIN_IMAGES, error) ||
      !es_progress_report (progress, 0.8, "Reading the test images", error) ||
      !load_split (&test, &test_rows, &test_cols, folder, ES_DATASET_TEST_IMAGES,
                   error) ||
      !es_progress_report (progress, 1, NULL, error))
    return NULL;
  if (rows != test_rows || cols != test_cols) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, folder,
                     "has training images of %u × %u pixels and test images of %u × %u",
                     rows, cols, test_rows, test_cols);
    return NULL;
  }
  names = es_dataset_read_class_names (
      folder, MAX (count_labels (&train), count_labels (&test)), &cause);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  dataset = es_dataset_new (name, rows, cols, (const char *const *)names, &train, &test,
                            error);
  if (dataset != NULL)
    dataset->path = g_canonicalize_filename (folder, NULL);
  return dataset;
}

static EsDataset *
load_task (const char *text, const EsProgress *progress, GError **error)
{
  g_auto (EsTask) task;
  g_autoptr (EsDataset) images = NULL;

  if (!es_task_parse (&task, text, error))
    return NULL;
  if (task.images != NULL) {
    images = es_dataset_load (task.images, progress, error);
    if (images == NULL)
      return NULL;
  }
  return es_task_make_dataset (&task, images, error);
}

EsDataset *
es_dataset_load (const char *name_or_folder, const EsProgress *progress, GError **error)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) cause = NULL;

  if (strcmp (name_or_folder, ES_DATASET_BUILTIN) == 0)
    return es_progress_report (progress, 0, "Drawing the glyphs", error)
               ? es_glyphs_new (ES_DATASET_BUILTIN_SEED, ES_DATASET_BUILTIN_TRAIN,
                                ES_DATASET_BUILTIN_TEST, error)
               : NULL;
  if (es_task_is_text (name_or_folder))
    return load_task (name_or_folder, progress, error);
  folder = es_dataset_find (name_or_folder, &cause);
  if (folder == NULL && g_file_test (name_or_folder, G_FILE_TEST_IS_REGULAR))
    return es_import_load (name_or_folder, NULL, progress, error);
  if (folder == NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  /* A dataset that was found by its name has IDX files or is damaged. */
  return strcmp (folder, name_or_folder) == 0 && !es_dataset_has_files (folder)
             ? es_import_load (folder, NULL, progress, error)
             : load_folder (folder, progress, error);
}
