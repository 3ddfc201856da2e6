/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tensor-file.h"

#include "es-checkpoint.h"
#include "es-file.h"
#include "es-npz.h"
#include "es-json.h"
#include "es-safetensors.h"
#include "es-tensor-index.h"
#include "es-tame.h"

#include <string.h>

#define MAX_SETTINGS_DEPTH 4
#define MAX_CONFIG_BYTES (1u << 20)
#define MAX_CONFIG_DEPTH 16
#define MAX_INDEX_BYTES (64u << 20)

struct _EsTensorFile
{
  char *path;
  const char *format;
  GArray *tensors;     /* of EsTensor, names owned by the file below */
  GHashTable *by_name; /* name to number + 1 */
  GArray *unread;      /* of EsTensor, only their names */
  GPtrArray *problems; /* of GError, why each of those cannot be read */
  JsonObject *settings;
  GBytes *bytes; /* all of the file (nullable) */
  /* One of these. */
  EsSafetensors *safetensors;
  EsCheckpoint *checkpoint;
  EsNpz *npz;
  EsArray *npy;
  GPtrArray *files; /* of EsTensorFile, of a folder */
  GArray *homes;    /* of Home, of a folder's tensors */
};

/* Where a folder's tensor is. */
typedef struct
{
  EsTensorFile *file;
  const EsTensor *tensor;
} Home;

void
es_tensor_file_free (EsTensorFile *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_array_unref (file->tensors);
  g_hash_table_unref (file->by_name);
  g_array_unref (file->unread);
  g_ptr_array_unref (file->problems);
  g_clear_pointer (&file->settings, json_object_unref);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_clear_pointer (&file->files, g_ptr_array_unref);
  g_clear_pointer (&file->homes, g_array_unref);
  es_safetensors_free (file->safetensors);
  es_checkpoint_free (file->checkpoint);
  es_npz_free (file->npz);
  es_array_free (file->npy);
  g_free (file);
}

/* Names are shown to people, on terminals too. */
static gboolean
is_printable (const char *name)
{
  if (!g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (; *name != '\0'; name = g_utf8_next_char (name))
    if (es_tame_is_control (g_utf8_get_char (name)))
      return FALSE;
  return TRUE;
}

static gboolean
check_name (const EsTensorFile *file, const char *name, GError **error)
{
  if (is_printable (name))
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, file->path,
                   "a tensor's name has a control character");
  return FALSE;
}

static gboolean
add (EsTensorFile *file, const EsTensor *tensor, GError **error)
{
  gsize number = file->tensors->len + 1;

  if (!check_name (file, tensor->name, error))
    return FALSE;
  g_array_append_val (file->tensors, *tensor);
  g_array_index (file->tensors, EsTensor, number - 1).data = NULL;
  g_hash_table_insert (file->by_name, (gpointer)tensor->name,
                       GSIZE_TO_POINTER (number));
  return TRUE;
}

static gboolean
read_safetensors (EsTensorFile *file, GError **error)
{
  g_auto (GStrv) keys = NULL;
  const EsTensor *tensors;
  gsize n;

  file->format = "safetensors";
  file->safetensors = es_safetensors_parse (file->bytes, file->path, error);
  if (file->safetensors == NULL)
    return FALSE;
  tensors = es_safetensors_get_tensors (file->safetensors, &n);
  for (gsize i = 0; i < n; i++)
    if (!add (file, &tensors[i], error))
      return FALSE;
  keys = es_safetensors_list_metadata (file->safetensors);
  for (char **key = keys; *key != NULL; key++)
    json_object_set_string_member (
        file->settings, *key, es_safetensors_get_metadata (file->safetensors, *key));
  return TRUE;
}

static gboolean
read_npy (EsTensorFile *file, GError **error)
{
  g_autofree char *base = g_path_get_basename (file->path);
  g_autofree char *name = g_filename_display_name (base);
  char *point = strrchr (name, '.');

  if (point != NULL && point != name)
    *point = '\0';
  file->format = "npy";
  file->npy = es_npy_parse (file->bytes, name, file->path, error);
  return file->npy != NULL && add (file, &file->npy->tensor, error);
}

/* Leaves @name out if @problem (transfer full) is only that its elements are of no use
   here, such as text. */
static gboolean
leave_out (EsTensorFile *file, const char *name, GError *problem, GError **error)
{
  const EsTensor tensor = {.name = name};

  if (!g_error_matches (problem, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  g_array_append_val (file->unread, tensor);
  g_ptr_array_add (file->problems, problem);
  return check_name (file, name, error);
}

static gboolean
read_npz_array (EsTensorFile *file, const char *name, GError **error)
{
  GError *problem = NULL;
  EsTensor tensor;

  return es_npz_describe (file->npz, name, &tensor, &problem)
             ? add (file, &tensor, error)
             : leave_out (file, name, problem, error);
}

/* A file of nothing but what cannot be read is refused. */
static gboolean
read_npz (EsTensorFile *file, GError **error)
{
  const char *const *names;

  file->format = "npz";
  file->npz = es_npz_parse (file->bytes, file->path, error);
  if (file->npz == NULL)
    return FALSE;
  names = es_npz_get_names (file->npz);
  for (guint i = 0; names[i] != NULL; i++)
    if (!read_npz_array (file, names[i], error))
      return FALSE;
  if (file->tensors->len > 0 || file->problems->len == 0)
    return TRUE;
  g_propagate_error (error, g_error_copy (file->problems->pdata[0]));
  return FALSE;
}

/* A zip archive is a checkpoint or holds arrays. */
static gboolean
read_zip (EsTensorFile *file, GError **error)
{
  g_autoptr (EsZip) zip = es_zip_parse (file->bytes, file->path, error);
  gsize n;

  if (zip == NULL)
    return FALSE;
  if (!es_checkpoint_recognise (zip))
    return read_npz (file, error);
  file->format = "pytorch";
  file->checkpoint = es_checkpoint_parse (g_steal_pointer (&zip), file->path, error);
  if (file->checkpoint == NULL)
    return FALSE;
  json_object_unref (file->settings);
  file->settings = json_object_ref (es_checkpoint_get_settings (file->checkpoint));
  n = es_checkpoint_get_n_tensors (file->checkpoint);
  for (gsize i = 0; i < n; i++)
    if (!add (file, es_checkpoint_get_tensor (file->checkpoint, i), error))
      return FALSE;
  return TRUE;
}

/* What a file begins with. */
static gboolean
starts_with (const guint8 *data, gsize n, const char *magic, gsize n_magic)
{
  return n >= n_magic && memcmp (data, magic, n_magic) == 0;
}

static gboolean
refuse_unknown (const EsTensorFile *file, const guint8 *data, gsize n, GError **error)
{
  const char *what = "is of no known format";

  if (n > 14 && starts_with (data + 2, n - 2, "\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19", 12))
    what = "is a PyTorch file of the format before version 1.6; load it in PyTorch and "
           "save it again";
  else if (n > 262 && starts_with (data + 257, n - 257, "ustar", 5))
    what = "is a tar archive";
  else if (n > 2 && data[0] == 0x80 && data[1] <= 5)
    what = "is a bare Python pickle";
  else if (starts_with (data, n, "\x89HDF", 4))
    what = "is an HDF5 file";
  else if (n == 0)
    what = "is empty";
  es_io_set_error (
      error, n == 0 ? ES_IO_ERROR_TRUNCATED : ES_IO_ERROR_UNSUPPORTED, file->path,
      "%s; expected safetensors, a PyTorch checkpoint (zip format), .npz or "
      ".npy",
      what);
  return FALSE;
}

/* Whether a header's length and an opening brace can be what @data begins with. A
   truncated file is still one. */
static gboolean
is_safetensors (const guint8 *data, gsize n)
{
  return n > 0 && (n <= 8 || data[8] == '{');
}

static gboolean
read_any (EsTensorFile *file, GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (file->bytes, &n);

  if (es_zip_recognise (data, n))
    return read_zip (file, error);
  if (starts_with (data, n, "\x93NUMPY", 6))
    return read_npy (file, error);
  if (is_safetensors (data, n))
    return read_safetensors (file, error);
  return refuse_unknown (file, data, n, error);
}

static EsTensorFile *
new_file (const char *path)
{
  EsTensorFile *file = g_new0 (EsTensorFile, 1);

  file->path = g_strdup (path);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->unread = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  file->problems = g_ptr_array_new_with_free_func ((GDestroyNotify)g_error_free);
  file->settings = json_object_new ();
  return file;
}

EsTensorFile *
es_tensor_file_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (EsTensorFile) file = new_file (path);

  file->bytes = g_bytes_ref (bytes);
  return read_any (file, error) ? g_steal_pointer (&file) : NULL;
}

/* Opens the file @name of the folder. A folder within has no place there. */
static EsTensorFile *
open_part (EsTensorFile *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, error);
  EsTensorFile *part = bytes == NULL ? NULL : es_tensor_file_parse (bytes, path, error);

  if (part != NULL)
    g_ptr_array_add (folder->files, part);
  return part;
}

/* Adds the tensors of @part: all, or those that the index says are in its file. */
static gboolean
add_part (EsTensorFile *folder,
          EsTensorFile *part,
          const EsTensorIndex *index,
          const char *name,
          GError **error)
{
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (part, &n);

  for (gsize i = 0; i < n; i++) {
    Home home = {part, &tensors[i]};

    if (index != NULL &&
        g_strcmp0 (g_hash_table_lookup (index->names, tensors[i].name), name) != 0)
      continue;
    if (!add (folder, &tensors[i], error))
      return FALSE;
    g_array_append_val (folder->homes, home);
  }
  return TRUE;
}

static gboolean
read_index (EsTensorFile *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_INDEX_BYTES, error);
  g_autoptr (EsTensorIndex) index = NULL;
  GHashTableIter iter;
  gpointer tensor, home;

  if (bytes == NULL)
    return FALSE;
  index = es_tensor_index_parse (g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes), path, error);
  if (index == NULL)
    return FALSE;
  for (guint i = 0; i < index->files->len; i++) {
    EsTensorFile *part = open_part (folder, index->files->pdata[i], error);

    if (part == NULL || !add_part (folder, part, index, index->files->pdata[i], error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, index->names);
  while (g_hash_table_iter_next (&iter, &tensor, &home))
    if (es_tensor_file_lookup (folder, tensor) == NULL) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                       "says that “%.100s” holds “%.100s”, which it does not",
                       (const char *)home, (const char *)tensor);
      return FALSE;
    }
  return TRUE;
}

/* What "config.json" beside the weights says, if it is there. */
static gboolean
read_config (EsTensorFile *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, "config.json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *config;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  bytes = es_file_load (path, MAX_CONFIG_BYTES, error);
  config = bytes == NULL ? NULL
                         : es_json_parse (g_bytes_get_data (bytes, NULL),
                                          g_bytes_get_size (bytes), MAX_CONFIG_DEPTH,
                                          path, "the configuration", error);
  if (config != NULL)
    json_object_set_object_member (folder->settings, "config", config);
  return config != NULL;
}

static EsTensorFile *
open_folder (const char *path, GError **error)
{
  g_autoptr (EsTensorFile) folder = new_file (path);
  g_autofree char *name = es_tensor_index_find (path, error);
  EsTensorFile *part;

  folder->format = "folder";
  folder->files = g_ptr_array_new_with_free_func ((GDestroyNotify)es_tensor_file_free);
  folder->homes = g_array_new (FALSE, FALSE, sizeof (Home));
  if (name == NULL)
    return NULL;
  if (g_str_has_suffix (name, ".json")) {
    if (!read_index (folder, name, error))
      return NULL;
  } else {
    part = open_part (folder, name, error);
    if (part == NULL || !add_part (folder, part, NULL, name, error))
      return NULL;
    json_object_unref (folder->settings);
    folder->settings = json_object_ref (part->settings);
  }
  return read_config (folder, error) ? g_steal_pointer (&folder) : NULL;
}

EsTensorFile *
es_tensor_file_open (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return open_folder (path, error);
  if (g_str_has_suffix (path, ".json")) {
    g_autofree char *folder = g_path_get_dirname (path);

    return open_folder (folder, error);
  }
  bytes = es_file_load (path, G_MAXSIZE, error);
  return bytes == NULL ? NULL : es_tensor_file_parse (bytes, path, error);
}

const char *
es_tensor_file_get_path (const EsTensorFile *file)
{
  return file->path;
}

const char *
es_tensor_file_get_format (const EsTensorFile *file)
{
  return file->format;
}

const EsTensor *
es_tensor_file_get_tensors (const EsTensorFile *file, gsize *n_tensors)
{
  *n_tensors = file->tensors->len;
  return (const EsTensor *)file->tensors->data;
}

const EsTensor *
es_tensor_file_get_unread (const EsTensorFile *file, gsize *n_unread)
{
  *n_unread = file->unread->len;
  return (const EsTensor *)file->unread->data;
}

/* Why @tensor cannot be read, or NULL. */
static const GError *
find_problem (const EsTensorFile *file, const EsTensor *tensor)
{
  for (guint i = 0; i < file->unread->len; i++)
    if (tensor == &g_array_index (file->unread, EsTensor, i))
      return file->problems->pdata[i];
  return NULL;
}

const EsTensor *
es_tensor_file_lookup (const EsTensorFile *file, const char *name)
{
  gsize number = GPOINTER_TO_SIZE (g_hash_table_lookup (file->by_name, name));

  return number == 0 ? NULL : &g_array_index (file->tensors, EsTensor, number - 1);
}

EsArray *
es_tensor_file_read (EsTensorFile *file, const EsTensor *tensor, GError **error)
{
  const GError *problem = find_problem (file, tensor);
  gsize i = (gsize)(tensor - (const EsTensor *)file->tensors->data);

  if (problem != NULL) {
    g_propagate_error (error, g_error_copy (problem));
    return NULL;
  }
  g_assert (i < file->tensors->len);
  if (file->homes != NULL) {
    const Home *home = &g_array_index (file->homes, Home, i);

    return es_tensor_file_read (home->file, home->tensor, error);
  }
  if (file->checkpoint != NULL)
    return es_checkpoint_read (file->checkpoint, i, error);
  if (file->npz != NULL)
    return es_npz_read (file->npz, tensor->name, error);
  if (file->npy != NULL)
    return es_npy_parse (file->bytes, tensor->name, file->path, error);
  return es_array_new (es_safetensors_lookup (file->safetensors, tensor->name),
                       file->bytes);
}

JsonObject *
es_tensor_file_get_settings (const EsTensorFile *file)
{
  return file->settings;
}

/* Looks @depth levels below @object. */
static JsonNode *
find_at_depth (JsonObject *object, const char *name, guint depth)
{
  JsonNode *node = depth == 0 ? json_object_get_member (object, name) : NULL;
  JsonObjectIter iter;
  JsonNode *found = node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;

  if (depth == 0)
    return found;
  json_object_iter_init (&iter, object);
  while (found == NULL && json_object_iter_next (&iter, NULL, &node))
    if (JSON_NODE_HOLDS_OBJECT (node))
      found = find_at_depth (json_node_get_object (node), name, depth - 1);
  return found;
}

JsonNode *
es_tensor_file_find_setting (const EsTensorFile *file, const char *name)
{
  JsonNode *found = NULL;

  for (guint depth = 0; found == NULL && depth < MAX_SETTINGS_DEPTH; depth++)
    found = find_at_depth (file->settings, name, depth);
  return found;
}
