/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-search.h"

#include "es-dataset-load.h"
#include "es-idx.h"

#include <string.h>

#define SYSTEM_FOLDER "/usr/share/eigenscope/datasets"

static const char *const known_names[] = {ES_DATASET_BUILTIN, "mnist", "fashion-mnist",
                                          "kmnist"};

/* With a dash and with a dot, as some mirrors have them. */
static const char *const file_names[ES_DATASET_N_FILES][2] = {
    {"train-images-idx3-ubyte", "train-images.idx3-ubyte"},
    {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte"},
    {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"},
    {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"},
};

/* The folders that hold datasets, in the order in which they are searched. */
static GPtrArray *
list_roots (void)
{
  GPtrArray *roots = g_ptr_array_new_with_free_func (g_free);
  const char *own = g_getenv ("EIGENSCOPE_DATA");

  if (own != NULL && *own != '\0')
    g_ptr_array_add (roots, g_strdup (own));
  g_ptr_array_add (
      roots, g_build_filename (g_get_user_data_dir (), "eigenscope", "datasets", NULL));
  g_ptr_array_add (roots, g_strdup (SYSTEM_FOLDER));
  return roots;
}

char **
es_dataset_places (const char *name)
{
  g_autoptr (GPtrArray) roots = list_roots ();
  GPtrArray *places = g_ptr_array_new ();

  for (guint i = 0; i < roots->len; i++)
    g_ptr_array_add (places, g_build_filename (roots->pdata[i], name, NULL));
  g_ptr_array_add (places, NULL);
  return (char **)g_ptr_array_free (places, FALSE);
}

/* Whether @text may be the name of a dataset rather than a path. */
static gboolean
is_name (const char *text)
{
  return *text != '\0' && *text != '.' && strchr (text, G_DIR_SEPARATOR) == NULL;
}

static char *
find_by_name (const char *name)
{
  g_auto (GStrv) places = es_dataset_places (name);

  for (guint i = 0; places[i] != NULL; i++)
    if (g_file_test (places[i], G_FILE_TEST_IS_DIR))
      return g_strdup (places[i]);
  return NULL;
}

char *
es_dataset_find (const char *name_or_folder, GError **error)
{
  gboolean by_name = is_name (name_or_folder);
  char *folder = by_name ? find_by_name (name_or_folder) : NULL;
  g_auto (GStrv) places = NULL;
  g_autofree char *tried = NULL;

  if (folder != NULL)
    return folder;
  if (g_file_test (name_or_folder, G_FILE_TEST_IS_DIR))
    return g_strdup (name_or_folder);
  if (!by_name) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, name_or_folder,
                     "there is no such folder");
    return NULL;
  }
  places = es_dataset_places (name_or_folder);
  tried = g_strjoinv (", ", places);
  es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, name_or_folder,
                   "there is no such dataset; looked for the folders %s", tried);
  return NULL;
}

char *
es_dataset_find_file (const char *folder, EsDatasetFile file, GError **error)
{
  for (guint i = 0; i < 2; i++)
    for (guint zipped = 0; zipped < 2; zipped++) {
      g_autofree char *name =
          g_strconcat (file_names[file][i], zipped ? ".gz" : NULL, NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, folder,
                   "has no %s, neither plain nor .gz", file_names[file][0]);
  return NULL;
}

void
es_dataset_info_free (EsDatasetInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info->folder);
  g_strfreev (info->places);
  g_free (info->problem);
  g_free (info);
}

static gboolean
read_image_header (const char *folder,
                   EsDatasetFile file,
                   gsize *n,
                   EsDatasetInfo *info,
                   GError **error)
{
  g_autofree char *path = es_dataset_find_file (folder, file, error);
  g_autoptr (EsIdx) idx = path == NULL ? NULL : es_idx_open_header (path, error);

  return idx != NULL && es_idx_get_images (idx, n, &info->rows, &info->cols, error);
}

/* The largest label of one file plus one; label files are small. */
static gboolean
count_labels (const char *folder, EsDatasetFile file, guint *n_labels, GError **error)
{
  g_autofree char *path = es_dataset_find_file (folder, file, error);
  g_autoptr (EsIdx) idx = path == NULL ? NULL : es_idx_open (path, error);
  g_autofree guint16 *labels = idx == NULL ? NULL : es_idx_to_labels (idx, error);

  if (labels == NULL)
    return FALSE;
  for (gsize i = 0; i < idx->dims[0]; i++)
    *n_labels = MAX (*n_labels, labels[i] + 1u);
  return TRUE;
}

static gboolean
examine (EsDatasetInfo *info, GError **error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) cause = NULL;
  EsDatasetInfo found = {0};

  if (!read_image_header (info->folder, ES_DATASET_TRAIN_IMAGES, &found.n_train, &found,
                          error) ||
      !read_image_header (info->folder, ES_DATASET_TEST_IMAGES, &found.n_test, &found,
                          error) ||
      !count_labels (info->folder, ES_DATASET_TRAIN_LABELS, &found.n_classes, error) ||
      !count_labels (info->folder, ES_DATASET_TEST_LABELS, &found.n_classes, error))
    return FALSE;
  names = es_dataset_read_class_names (info->folder, found.n_classes, &cause);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  info->n_train = found.n_train;
  info->n_test = found.n_test;
  info->rows = found.rows;
  info->cols = found.cols;
  info->n_classes = names == NULL ? found.n_classes : g_strv_length (names);
  return TRUE;
}

EsDatasetInfo *
es_dataset_examine (const char *folder, GError **error)
{
  g_autoptr (EsDatasetInfo) info = g_new0 (EsDatasetInfo, 1);

  info->name = g_path_get_basename (folder);
  info->folder = g_strdup (folder);
  info->places = g_new0 (char *, 1);
  return examine (info, error) ? g_steal_pointer (&info) : NULL;
}

static EsDatasetInfo *
make_builtin_info (void)
{
  EsDatasetInfo *info = g_new0 (EsDatasetInfo, 1);

  *info = (EsDatasetInfo){
      .name = g_strdup (ES_DATASET_BUILTIN),
      .is_builtin = TRUE,
      .places = g_new0 (char *, 1),
      .n_train = ES_DATASET_BUILTIN_TRAIN,
      .n_test = ES_DATASET_BUILTIN_TEST,
      .rows = 28,
      .cols = 28,
      .n_classes = 10,
  };
  return info;
}

static void
add_info (GPtrArray *list, const char *name)
{
  EsDatasetInfo *info;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < list->len; i++)
    if (strcmp (((EsDatasetInfo *)list->pdata[i])->name, name) == 0)
      return;
  if (strcmp (name, ES_DATASET_BUILTIN) == 0) {
    g_ptr_array_add (list, make_builtin_info ());
    return;
  }
  info = g_new0 (EsDatasetInfo, 1);
  info->name = g_strdup (name);
  info->places = es_dataset_places (name);
  info->folder = find_by_name (name);
  if (info->folder != NULL && !examine (info, &error))
    info->problem = g_strdup (error->message);
  g_ptr_array_add (list, info);
}

gboolean
es_dataset_has_files (const char *folder)
{
  for (guint file = 0; file < ES_DATASET_N_FILES; file++) {
    g_autofree char *path = es_dataset_find_file (folder, (EsDatasetFile)file, NULL);

    if (path != NULL)
      return TRUE;
  }
  return FALSE;
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The names of the datasets directly below @root, sorted. */
static GPtrArray *
list_names (const char *root)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (root, name, NULL);

    if (is_name (name) && es_dataset_has_files (folder))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (names, compare_strings);
  return names;
}

GPtrArray *
es_dataset_list (void)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_dataset_info_free);
  g_autoptr (GPtrArray) roots = list_roots ();

  for (guint i = 0; i < G_N_ELEMENTS (known_names); i++)
    add_info (list, known_names[i]);
  for (guint i = 0; i < roots->len; i++) {
    g_autoptr (GPtrArray) names = list_names (roots->pdata[i]);

    for (guint j = 0; j < names->len; j++)
      add_info (list, names->pdata[j]);
  }
  return list;
}
