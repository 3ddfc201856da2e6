/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-store.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-file.h"
#include "es-idx.h"
#include "es-json.h"
#include "es-tame.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_NAME 100
#define MAX_RECORD_BYTES (1 << 20)
#define MAX_DEPTH 8

/* The files of an imported dataset. */
static const char *const file_names[] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",  ES_DATASET_CLASSES_FILE,   ES_DATASET_RECORD};

gboolean
es_dataset_check_name (const char *name, GError **error)
{
  gsize n = strlen (name);
  const char *problem = NULL;

  if (n < 1 || n > MAX_NAME)
    problem = "has not 1 to 100 bytes";
  else if (!g_utf8_validate (name, -1, NULL))
    problem = "is not valid UTF-8";
  else if (name[0] == '.' || strchr (name, G_DIR_SEPARATOR) != NULL)
    problem = "begins with a dot or holds a slash";
  else if (strcmp (name, ES_DATASET_BUILTIN) == 0)
    problem = "is that of the built-in digits";
  for (const char *c = name; problem == NULL && *c != '\0'; c = g_utf8_next_char (c))
    if (es_tame_is_control (g_utf8_get_char (c)))
      problem = "holds a control character";
  if (problem == NULL)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, name,
                   "cannot be the name of a dataset: it %s", problem);
  return FALSE;
}

gboolean
es_dataset_is_taken (const char *name)
{
  g_auto (GStrv) places = es_dataset_places (name);

  if (strcmp (name, ES_DATASET_BUILTIN) == 0)
    return TRUE;
  for (guint i = 0; places[i] != NULL; i++)
    if (g_file_test (places[i], G_FILE_TEST_EXISTS))
      return TRUE;
  return FALSE;
}

char *
es_dataset_free_name (const char *name)
{
  char *other = g_strdup (name);

  for (guint i = 2; es_dataset_is_taken (other); i++) {
    g_free (other);
    other = g_strdup_printf ("%s %u", name, i);
  }
  return other;
}

static char *
own_folder (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), "eigenscope", "datasets", name,
                           NULL);
}

static gboolean
was_imported (const char *folder)
{
  g_autofree char *record = g_build_filename (folder, ES_DATASET_RECORD, NULL);

  return g_file_test (record, G_FILE_TEST_IS_REGULAR);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *text = g_utf8_make_valid (value, -1);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static gboolean
write_record (const EsDataset *dataset,
              const char *name,
              const char *source,
              const char *path,
              GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *checksum = es_dataset_checksum (dataset);
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "name", name);
  add_string (builder, "program", "eigenscope " ES_VERSION);
  if (source != NULL)
    add_string (builder, "source", source);
  add_string (builder, "sha256", checksum);
  json_builder_end_object (builder);
  text = es_json_to_text (builder);
  return es_file_write (path, text, strlen (text), error);
}

/* A name a line. */
static gboolean
write_classes (const EsDataset *dataset, const char *path, GError **error)
{
  GString *text = g_string_new (NULL);
  gboolean done;

  for (guint c = 0; c < dataset->n_classes; c++) {
    g_autofree char *name = g_utf8_make_valid (dataset->class_names[c], -1);

    g_strdelimit (name, "\r\n", ' ');
    g_strstrip (name);
    /* Empty lines at the end would be overlooked. */
    g_string_append_printf (text, "%s\n", *name != '\0' ? name : "?");
  }
  done = es_file_write (path, text->str, text->len, error);
  g_string_free (text, TRUE);
  return done;
}

static gboolean
write_file (const EsDataset *dataset,
            guint file,
            const char *name,
            const char *source,
            const char *folder,
            GError **error)
{
  g_autofree char *path = g_build_filename (folder, file_names[file], NULL);
  const EsSamples *samples =
      file < ES_DATASET_TEST_IMAGES ? &dataset->train : &dataset->test;

  if (strcmp (file_names[file], ES_DATASET_RECORD) == 0)
    return write_record (dataset, name, source, path, error);
  if (strcmp (file_names[file], ES_DATASET_CLASSES_FILE) == 0)
    return write_classes (dataset, path, error);
  return file % 2 == 0 ? es_idx_write_images (path, samples->pixels, samples->N,
                                              dataset->rows, dataset->cols, error)
                       : es_idx_write_labels (path, samples->labels, samples->N, error);
}

/* Removes the files of a dataset and then the folder itself. */
static void
delete_folder (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_names); i++) {
    g_autofree char *path = g_build_filename (folder, file_names[i], NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

static gboolean
has_other_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    gboolean known = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (file_names); i++)
      known |= strcmp (file_names[i], name) == 0;
    if (!known)
      return TRUE;
  }
  return FALSE;
}

/* Whether what stands under the name may go. */
static gboolean
check_removable (const char *folder, GError **error)
{
  const char *problem = NULL;

  if (!was_imported (folder))
    problem = "was not imported; it is left alone";
  else if (has_other_files (folder))
    problem = "holds other files, too; it is left alone";
  if (problem == NULL)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_WRITE, folder, "%s", problem);
  return FALSE;
}

/* Moves @folder to a new name beside it, hidden (g_free()). */
static char *
move_aside (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *aside = g_build_filename (parent, ".removed-XXXXXX", NULL);

  if (g_mkdtemp (aside) != NULL) {
    if (g_rename (folder, aside) == 0)
      return g_steal_pointer (&aside);
    g_rmdir (aside);
  }
  es_io_set_errno (error, ES_IO_ERROR_WRITE, folder, "remove", errno);
  return NULL;
}

static gboolean
check_free (const char *folder, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_WRITE, folder,
                   "there is a dataset of this name already");
  return FALSE;
}

/* Gives the folder @made its name; the one before goes only when that is done. */
static gboolean
put_in_place (const char *made, const char *folder, gboolean replace, GError **error)
{
  g_autofree char *aside = NULL;

  if (!replace && !check_free (folder, error))
    return FALSE;
  if (g_file_test (folder, G_FILE_TEST_EXISTS)) {
    aside = check_removable (folder, error) ? move_aside (folder, error) : NULL;
    if (aside == NULL)
      return FALSE;
  }
  if (g_rename (made, folder) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, folder, "put in place", errno);
    if (aside != NULL)
      g_rename (aside, folder);
    return FALSE;
  }
  if (aside != NULL)
    delete_folder (aside);
  return TRUE;
}

char *
es_dataset_store (const EsDataset *dataset,
                  const char *name,
                  const char *source,
                  gboolean replace,
                  GError **error)
{
  g_autofree char *folder = own_folder (name);
  g_autofree char *root = own_folder (NULL);
  g_autofree char *made = g_build_filename (root, ".import-XXXXXX", NULL);
  gboolean done = TRUE;

  if (!es_dataset_check_name (name, error))
    return NULL;
  /* Before the work rather than after it; put_in_place() looks again. */
  if (!replace && !check_free (folder, error))
    return NULL;
  if (g_mkdir_with_parents (root, 0777) != 0 || g_mkdtemp_full (made, 0777) == NULL) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, root, "create", errno);
    return NULL;
  }
  for (guint i = 0; done && i < G_N_ELEMENTS (file_names); i++)
    done = write_file (dataset, i, name, source, made, error);
  done = done && put_in_place (made, folder, replace, error);
  if (!done) {
    delete_folder (made);
    return NULL;
  }
  return g_steal_pointer (&folder);
}

gboolean
es_dataset_remove (const char *name, GError **error)
{
  g_autofree char *folder = own_folder (name);
  g_autofree char *aside = NULL;

  if (!es_dataset_check_name (name, error))
    return FALSE;
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, folder,
                     "there is no imported dataset of this name");
    return FALSE;
  }
  aside = check_removable (folder, error) ? move_aside (folder, error) : NULL;
  if (aside == NULL)
    return FALSE;
  delete_folder (aside);
  return TRUE;
}

void
es_dataset_record_clear (EsDatasetRecord *record)
{
  g_clear_pointer (&record->source, g_free);
  g_clear_pointer (&record->checksum, g_free);
}

gboolean
es_dataset_record_read (EsDatasetRecord *record, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ES_DATASET_RECORD, NULL);
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_RECORD_BYTES, error);
  JsonObject *root;

  *record = (EsDatasetRecord){NULL};
  if (bytes == NULL)
    return FALSE;
  root = es_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                        MAX_DEPTH, path, "the record", error);
  if (root == NULL)
    return FALSE;
  record->source = g_strdup (es_json_get_string (root, "source", NULL));
  record->checksum = g_strdup (es_json_get_string (root, "sha256", NULL));
  json_object_unref (root);
  return TRUE;
}
