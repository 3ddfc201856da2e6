/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-safetensors.h"

#include "es-file.h"
#include "es-json.h"

#include <string.h>

#define LENGTH_BYTES 8
#define MAX_HEADER 100000000
#define METADATA "__metadata__"
/* Root, tensor, list of sizes. */
#define MAX_DEPTH 3

struct _EsSafetensors
{
  char *path;
  GBytes *bytes;
  JsonObject *header;   /* owns the names and the metadata */
  JsonObject *metadata; /* (nullable), belongs to header */
  GArray *tensors;      /* of EsTensor, by offset */
  GHashTable *by_name;  /* name to EsTensor */
};

/* A tensor whose header is read, and where it says that its data lies. */
typedef struct
{
  EsTensor tensor;
  guint64 begin;
  guint64 end;
} Claim;

void
es_safetensors_free (EsSafetensors *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_bytes_unref (file->bytes);
  g_clear_pointer (&file->header, json_object_unref);
  g_clear_pointer (&file->tensors, g_array_unref);
  g_clear_pointer (&file->by_name, g_hash_table_unref);
  g_free (file);
}

static gboolean G_GNUC_PRINTF (3, 4)
    refuse (const EsSafetensors *file, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  es_io_set_error (error, ES_IO_ERROR_FORMAT, file->path, "%s", message);
  return FALSE;
}

/* The length of the header, once it is known to lie in the file. */
static gboolean
read_length (const EsSafetensors *file, gsize *length, GError **error)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (file->bytes, &n_bytes);
  guint64 claimed;

  if (n_bytes < LENGTH_BYTES) {
    es_io_set_error (
        error, ES_IO_ERROR_TRUNCATED, file->path,
        "has %" G_GSIZE_FORMAT " bytes; a safetensors file has at least 10", n_bytes);
    return FALSE;
  }
  memcpy (&claimed, data, sizeof claimed);
  claimed = GUINT64_FROM_LE (claimed);
  if (n_bytes > LENGTH_BYTES && data[LENGTH_BYTES] != '{')
    return refuse (file, error, "is not a safetensors file: no “{” begins the header");
  if (claimed > MAX_HEADER) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, file->path,
                     "claims a header of %" G_GUINT64_FORMAT " bytes; the limit is %d",
                     claimed, MAX_HEADER);
    return FALSE;
  }
  if (claimed > n_bytes - LENGTH_BYTES) {
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, file->path,
                     "claims a header of %" G_GUINT64_FORMAT
                     " bytes; the file has %" G_GSIZE_FORMAT " bytes in all",
                     claimed, n_bytes);
    return FALSE;
  }
  *length = (gsize)claimed;
  return TRUE;
}

/* The whole number @i of @list; FALSE if it is none or negative. */
static gboolean
get_size (JsonArray *list, guint i, guint64 *value)
{
  JsonNode *node = json_array_get_element (list, i);

  if (!JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return FALSE;
  *value = (guint64)json_node_get_int (node);
  return TRUE;
}

static gboolean
read_dtype (const EsSafetensors *file,
            JsonObject *entry,
            EsTensor *tensor,
            GError **error)
{
  const char *name = es_json_get_string (entry, "dtype", NULL);

  if (name == NULL)
    return refuse (file, error, "tensor “%.100s” has no dtype", tensor->name);
  for (guint i = 0; i < ES_N_DTYPES; i++)
    if (strcmp (name, es_dtype_to_string ((EsDtype)i)) == 0) {
      tensor->dtype = (EsDtype)i;
      return TRUE;
    }
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, file->path,
                   "tensor “%.100s” has the type “%.20s”, which is not supported",
                   tensor->name, name);
  return FALSE;
}

static gboolean
read_shape (const EsSafetensors *file,
            JsonObject *entry,
            EsTensor *tensor,
            GError **error)
{
  JsonArray *shape = es_json_get_array (entry, "shape");

  if (shape == NULL)
    return refuse (file, error, "tensor “%.100s” has no shape", tensor->name);
  tensor->n_dims = json_array_get_length (shape);
  if (tensor->n_dims > ES_TENSOR_MAX_DIMS) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, file->path,
                     "tensor “%.100s” has %u dimensions; at most %d are supported",
                     tensor->name, tensor->n_dims, ES_TENSOR_MAX_DIMS);
    return FALSE;
  }
  for (guint i = 0; i < tensor->n_dims; i++) {
    guint64 size;

    if (!get_size (shape, i, &size))
      return refuse (file, error,
                     "tensor “%.100s” has a shape that is not of whole "
                     "numbers from 0",
                     tensor->name);
    tensor->dims[i] = (gsize)size;
  }
  if (!es_tensor_count (tensor))
    return refuse (file, error, "tensor “%.100s” claims more bytes than can be counted",
                   tensor->name);
  return TRUE;
}

static gboolean
read_offsets (const EsSafetensors *file,
              JsonObject *entry,
              Claim *claim,
              GError **error)
{
  JsonArray *offsets = es_json_get_array (entry, "data_offsets");
  const EsTensor *tensor = &claim->tensor;

  if (offsets == NULL || json_array_get_length (offsets) != 2 ||
      !get_size (offsets, 0, &claim->begin) || !get_size (offsets, 1, &claim->end) ||
      claim->begin > claim->end)
    return refuse (file, error,
                   "tensor “%.100s” has no data_offsets [begin, end] from 0",
                   tensor->name);
  if (claim->end - claim->begin != tensor->n_bytes) {
    g_autofree char *shape = es_tensor_shape (tensor);

    return refuse (file, error,
                   "tensor “%.100s” (%s, %s) needs %" G_GSIZE_FORMAT
                   " bytes; its offsets give %" G_GUINT64_FORMAT,
                   tensor->name, es_dtype_to_string (tensor->dtype), shape,
                   tensor->n_bytes, claim->end - claim->begin);
  }
  return TRUE;
}

static gboolean
check_name (const EsSafetensors *file, const char *name, GError **error)
{
  for (const char *c = name; *c != '\0'; c++)
    if ((guchar)*c < 0x20 || *c == 0x7f)
      return refuse (file, error, "a tensor's name has a control character");
  return TRUE;
}

/* Reads all entries of the header into @claims. */
static gboolean
read_entries (EsSafetensors *file, GArray *claims, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, file->header);
  while (json_object_iter_next (&iter, &name, &node)) {
    Claim claim = {.tensor.name = name};
    JsonObject *entry;

    if (strcmp (name, METADATA) == 0)
      continue;
    if (!check_name (file, name, error))
      return FALSE;
    if (!JSON_NODE_HOLDS_OBJECT (node))
      return refuse (file, error, "the header's entry “%.100s” is no tensor", name);
    entry = json_node_get_object (node);
    if (!read_dtype (file, entry, &claim.tensor, error) ||
        !read_shape (file, entry, &claim.tensor, error) ||
        !read_offsets (file, entry, &claim, error))
      return FALSE;
    g_array_append_val (claims, claim);
  }
  return TRUE;
}

static gint
compare_claims (gconstpointer a, gconstpointer b)
{
  const Claim *p = a, *q = b;

  if (p->begin != q->begin)
    return p->begin < q->begin ? -1 : 1;
  return p->end == q->end ? 0 : p->end < q->end ? -1 : 1;
}

/* Lays the claims over the data: one behind the other, from its beginning to its end.
 */
static gboolean
place (EsSafetensors *file, GArray *claims, gsize data_begin, GError **error)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (file->bytes, &n_bytes);
  guint64 next = 0, n_data = n_bytes - data_begin;

  g_array_sort (claims, compare_claims);
  for (guint i = 0; i < claims->len; i++) {
    Claim *claim = &g_array_index (claims, Claim, i);

    if (claim->begin != next)
      return refuse (file, error,
                     "tensor “%.100s” begins at byte %" G_GUINT64_FORMAT
                     " of the data; expected %" G_GUINT64_FORMAT " (%s)",
                     claim->tensor.name, claim->begin, next,
                     claim->begin < next ? "an overlap" : "a gap");
    if (claim->end > n_data) {
      es_io_set_error (error, ES_IO_ERROR_TRUNCATED, file->path,
                       "tensor “%.100s” ends at byte %" G_GUINT64_FORMAT
                       " of the data; there are %" G_GUINT64_FORMAT,
                       claim->tensor.name, claim->end, n_data);
      return FALSE;
    }
    claim->tensor.data = data + data_begin + claim->begin;
    next = claim->end;
    g_array_append_val (file->tensors, claim->tensor);
  }
  if (next != n_data)
    return refuse (file, error,
                   "has %" G_GUINT64_FORMAT
                   " bytes of data; its tensors use %" G_GUINT64_FORMAT,
                   n_data, next);
  return TRUE;
}

static gboolean
read_metadata (EsSafetensors *file, GError **error)
{
  JsonObjectIter iter;
  JsonNode *node;

  if (!json_object_has_member (file->header, METADATA))
    return TRUE;
  file->metadata = es_json_get_object (file->header, METADATA);
  if (file->metadata == NULL)
    return refuse (file, error, METADATA " is not an object");
  json_object_iter_init (&iter, file->metadata);
  while (json_object_iter_next (&iter, NULL, &node))
    if (!JSON_NODE_HOLDS_VALUE (node) ||
        json_node_get_value_type (node) != G_TYPE_STRING)
      return refuse (file, error, METADATA " holds something else than strings");
  return TRUE;
}

static void
index_names (EsSafetensors *file)
{
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < file->tensors->len; i++) {
    EsTensor *tensor = &g_array_index (file->tensors, EsTensor, i);

    g_hash_table_insert (file->by_name, (gpointer)tensor->name, tensor);
  }
}

EsSafetensors *
es_safetensors_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (EsSafetensors) file = g_new0 (EsSafetensors, 1);
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (Claim));
  gsize length = 0;

  file->path = g_strdup (path);
  file->bytes = g_bytes_ref (bytes);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  if (!read_length (file, &length, error))
    return NULL;
  file->header =
      es_json_parse ((const char *)g_bytes_get_data (bytes, NULL) + LENGTH_BYTES,
                     length, MAX_DEPTH, path, "the safetensors header", error);
  if (file->header == NULL || !read_metadata (file, error) ||
      !read_entries (file, claims, error) ||
      !place (file, claims, LENGTH_BYTES + length, error))
    return NULL;
  index_names (file);
  return g_steal_pointer (&file);
}

EsSafetensors *
es_safetensors_open (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, error);

  return bytes == NULL ? NULL : es_safetensors_parse (bytes, path, error);
}

const char *
es_safetensors_get_path (const EsSafetensors *file)
{
  return file->path;
}

const EsTensor *
es_safetensors_get_tensors (const EsSafetensors *file, gsize *n_tensors)
{
  *n_tensors = file->tensors->len;
  return (const EsTensor *)file->tensors->data;
}

const EsTensor *
es_safetensors_lookup (const EsSafetensors *file, const char *name)
{
  return g_hash_table_lookup (file->by_name, name);
}

const char *
es_safetensors_get_metadata (const EsSafetensors *file, const char *key)
{
  return file->metadata == NULL ? NULL : es_json_get_string (file->metadata, key, NULL);
}

char **
es_safetensors_list_metadata (const EsSafetensors *file)
{
  GPtrArray *keys = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *key;

  if (file->metadata != NULL) {
    json_object_iter_init (&iter, file->metadata);
    while (json_object_iter_next (&iter, &key, NULL))
      g_ptr_array_add (keys, g_strdup (key));
  }
  g_ptr_array_add (keys, NULL);
  return (char **)g_ptr_array_free (keys, FALSE);
}

static const EsTensor *
require (const EsSafetensors *file, const char *name, GError **error)
{
  const EsTensor *tensor = es_safetensors_lookup (file, name);

  if (tensor == NULL)
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, file->path, "has no tensor “%s”",
                     name);
  return tensor;
}

float *
es_safetensors_to_float (const EsSafetensors *file, const char *name, GError **error)
{
  const EsTensor *tensor = require (file, name, error);

  return tensor == NULL ? NULL : es_tensor_to_float (tensor, file->path, error);
}

double *
es_safetensors_to_double (const EsSafetensors *file, const char *name, GError **error)
{
  const EsTensor *tensor = require (file, name, error);

  return tensor == NULL ? NULL : es_tensor_to_double (tensor, file->path, error);
}
