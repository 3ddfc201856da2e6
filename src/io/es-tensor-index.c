/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tensor-index.h"

#include "es-json.h"

#include <string.h>

#define MAX_FILES 4096
/* Root, metadata, and what some put into that. */
#define MAX_DEPTH 8

void
es_tensor_index_free (EsTensorIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref (index->names);
  g_ptr_array_unref (index->files);
  g_free (index);
}

/* A file beside the index and nowhere else. */
static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0 &&
         strchr (name, '/') == NULL;
}

/* The one copy of @name in the list of files. */
static const char *
intern (EsTensorIndex *index, GHashTable *seen, const char *name)
{
  char *file = g_hash_table_lookup (seen, name);

  if (file == NULL) {
    file = g_strdup (name);
    g_ptr_array_add (index->files, file);
    g_hash_table_add (seen, file);
  }
  return file;
}

static gboolean
read_map (EsTensorIndex *index, JsonObject *map, const char *path, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, map);
  while (json_object_iter_next (&iter, &name, NULL)) {
    const char *file = es_json_get_string (map, name, NULL);

    if (file == NULL || !is_plain_name (file)) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                       "has no file of its own folder for tensor “%.100s”", name);
      return FALSE;
    }
    g_hash_table_insert (index->names, g_strdup (name),
                         (gpointer)intern (index, seen, file));
    if (index->files->len > MAX_FILES) {
      es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path, "names over %d files",
                       MAX_FILES);
      return FALSE;
    }
  }
  return TRUE;
}

EsTensorIndex *
es_tensor_index_parse (const char *text,
                       gsize n_bytes,
                       const char *path,
                       GError **error)
{
  g_autoptr (EsTensorIndex) index = NULL;
  g_autoptr (JsonObject) root =
      es_json_parse (text, n_bytes, MAX_DEPTH, path, "the index", error);
  JsonObject *map;

  if (root == NULL)
    return NULL;
  map = es_json_get_object (root, "weight_map");
  if (map == NULL) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "has no weight_map; expected an index of weights");
    return NULL;
  }
  index = g_new0 (EsTensorIndex, 1);
  index->files = g_ptr_array_new_with_free_func (g_free);
  index->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return read_map (index, map, path, error) ? g_steal_pointer (&index) : NULL;
}

char *
es_tensor_index_find (const char *folder, GError **error)
{
  static const char *const usual[] = {"model.safetensors.index.json",
                                      "pytorch_model.bin.index.json",
                                      "model.safetensors", "pytorch_model.bin"};
  static const char *const suffixes[] = {".safetensors", ".pt", ".pth", ".npz", ".bin"};
  g_autoptr (GDir) dir = NULL;
  g_autofree char *found = NULL;
  const char *name;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    g_autofree char *path = g_build_filename (folder, usual[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return g_strdup (usual[i]);
  }
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
      if (g_str_has_suffix (name, suffixes[i])) {
        n++;
        g_free (found);
        found = g_strdup (name);
      }
  if (n == 1)
    return g_steal_pointer (&found);
  es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, folder,
                   n == 0 ? "is a folder without weights; expected model.safetensors "
                            "or an index of such"
                          : "is a folder with several files of weights and no index; "
                            "open one of them");
  return NULL;
}
