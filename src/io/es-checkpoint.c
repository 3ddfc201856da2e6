/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-checkpoint.h"

#include "es-checkpoint-tree.h"
#include "es-pickle.h"

#include <string.h>

#define PICKLE "data.pkl"
#define MAX_PICKLE ((gsize)64 << 20)
#define MAX_TENSORS 100000
/* A view may repeat its storage's elements, but not without limit. */
#define MAX_REPEATED ((gsize)1 << 24)

/* A tensor as a view of a storage. Offset and strides are in elements. */
typedef struct
{
  EsTensor tensor;
  char *name;
  gsize entry;
  gsize offset;
  gsize strides[ES_TENSOR_MAX_DIMS];
  gsize n_storage; /* bytes */
} View;

struct _EsCheckpoint
{
  char *path;
  EsZip *zip;
  GHashTable *entries; /* name to number + 1 */
  char *prefix;        /* of the entries' names */
  gboolean is_big_endian;
  GArray *views;
  GHashTable *names; /* of the tensors */
  JsonObject *settings;
  /* The storage read last, if tensors share it. */
  GBytes *storage;
  gsize storage_entry;
};

static void
view_clear (gpointer data)
{
  g_free (((View *)data)->name);
}

void
es_checkpoint_free (EsCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  g_free (checkpoint->path);
  es_zip_free (checkpoint->zip);
  g_hash_table_unref (checkpoint->entries);
  g_hash_table_unref (checkpoint->names);
  g_free (checkpoint->prefix);
  g_array_unref (checkpoint->views);
  g_clear_pointer (&checkpoint->settings, json_object_unref);
  g_clear_pointer (&checkpoint->storage, g_bytes_unref);
  g_free (checkpoint);
}

static gboolean G_GNUC_PRINTF (4, 5) refuse (
    EsCheckpoint *checkpoint, GError **error, EsIoError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  es_io_set_error (error, code, checkpoint->path, "%s", message);
  return FALSE;
}

/* What stands before "data.pkl" in an entry's name: one folder or nothing. */
static char *
pickle_prefix (const char *name)
{
  const char *slash = name == NULL ? NULL : strchr (name, '/');

  if (name == NULL || strcmp (slash == NULL ? name : slash + 1, PICKLE) != 0)
    return NULL;
  return g_strndup (name, strlen (name) - strlen (PICKLE));
}

static char *
find_prefix (const EsZip *zip)
{
  for (gsize i = 0; i < es_zip_get_n_entries (zip); i++) {
    char *prefix = pickle_prefix (es_zip_get_name (zip, i));

    if (prefix != NULL)
      return prefix;
  }
  return NULL;
}

gboolean
es_checkpoint_recognise (const EsZip *zip)
{
  g_autofree char *prefix = find_prefix (zip);

  return prefix != NULL;
}

static gboolean
list_entries (EsCheckpoint *checkpoint, GError **error)
{
  for (gsize i = 0; i < es_zip_get_n_entries (checkpoint->zip); i++) {
    const char *name = es_zip_get_name (checkpoint->zip, i);

    if (name != NULL && !g_hash_table_insert (checkpoint->entries, g_strdup (name),
                                              GSIZE_TO_POINTER (i + 1)))
      return refuse (checkpoint, error, ES_IO_ERROR_FORMAT,
                     "holds two files of the name “%.100s”", name);
  }
  return TRUE;
}

/* The number of the entry PREFIX @name. */
static gboolean
find_entry (EsCheckpoint *checkpoint, const char *name, gsize *entry)
{
  g_autofree char *full = g_strconcat (checkpoint->prefix, name, NULL);
  gsize found = GPOINTER_TO_SIZE (g_hash_table_lookup (checkpoint->entries, full));

  *entry = found - 1;
  return found != 0;
}

/* Files without the entry are older than any that is not little-endian. */
static gboolean
read_byte_order (EsCheckpoint *checkpoint, GError **error)
{
  guint8 text[8] = {0};
  gsize entry, n;

  if (!find_entry (checkpoint, "byteorder", &entry))
    return TRUE;
  if (!es_zip_read_start (checkpoint->zip, entry, text, sizeof text, &n, error))
    return FALSE;
  checkpoint->is_big_endian = n == 3 && memcmp (text, "big", 3) == 0;
  return checkpoint->is_big_endian || (n == 6 && memcmp (text, "little", 6) == 0) ||
         refuse (checkpoint, error, ES_IO_ERROR_UNSUPPORTED,
                 "has an unknown byte order; expected “little” or “big”");
}

/* PyTorch's name of a type of elements, of a storage or of the type itself. */
static gboolean
dtype_from_name (const char *name, EsDtype *dtype)
{
  static const struct
  {
    const char *storage, *type;
    EsDtype dtype;
  } types[] = {
      {"torch.DoubleStorage", "torch.float64", ES_DTYPE_F64},
      {"torch.FloatStorage", "torch.float32", ES_DTYPE_F32},
      {"torch.HalfStorage", "torch.float16", ES_DTYPE_F16},
      {"torch.BFloat16Storage", "torch.bfloat16", ES_DTYPE_BF16},
      {"torch.LongStorage", "torch.int64", ES_DTYPE_I64},
      {"torch.IntStorage", "torch.int32", ES_DTYPE_I32},
      {"torch.ShortStorage", "torch.int16", ES_DTYPE_I16},
      {"torch.CharStorage", "torch.int8", ES_DTYPE_I8},
      {"torch.ByteStorage", "torch.uint8", ES_DTYPE_U8},
      {"torch.BoolStorage", "torch.bool", ES_DTYPE_BOOL},
      {"torch.UInt16Storage", "torch.uint16", ES_DTYPE_U16},
      {"torch.UInt32Storage", "torch.uint32", ES_DTYPE_U32},
      {"torch.UInt64Storage", "torch.uint64", ES_DTYPE_U64},
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (name, types[i].storage) == 0 || strcmp (name, types[i].type) == 0) {
      *dtype = types[i].dtype;
      return TRUE;
    }
  return FALSE;
}

/* The whole number, not negative, that @args has at @i. */
static gboolean
get_size (const EsPickleValue *args, guint i, gsize *size)
{
  const EsPickleValue *value = es_pickle_value_get_item (args, i);

  if (value == NULL || value->kind != ES_PICKLE_INT || value->integer < 0)
    return FALSE;
  *size = (gsize)value->integer;
  return TRUE;
}

/* The type of the elements: the storage's, or for bytes the one given at last. */
static gboolean
read_dtype (EsCheckpoint *checkpoint,
            View *view,
            const EsPickleValue *storage,
            const EsPickleValue *args,
            GError **error)
{
  const EsPickleValue *type = es_pickle_value_get_item (storage, 1);
  const char *name;

  if (es_pickle_value_is_named (type, "torch.storage.UntypedStorage") ||
      es_pickle_value_is_named (type, "torch.UntypedStorage"))
    type = es_pickle_value_get_item (args, 6);
  name = type == NULL ? NULL : type->name;
  if (name != NULL && dtype_from_name (name, &view->tensor.dtype))
    return TRUE;
  return refuse (checkpoint, error, ES_IO_ERROR_UNSUPPORTED,
                 "tensor “%.100s” has the type “%.60s”, which is not supported",
                 view->name, name == NULL ? "?" : name);
}

/* Finds the storage: ("storage", type, key, device, elements). */
static gboolean
read_storage (EsCheckpoint *checkpoint,
              View *view,
              const EsPickleValue *args,
              GError **error)
{
  const EsPickleValue *reference = es_pickle_value_get_item (args, 0);
  const EsPickleValue *storage =
      reference == NULL || reference->kind != ES_PICKLE_PERSISTENT ? NULL
                                                                   : reference->args;
  const EsPickleValue *key = es_pickle_value_get_item (storage, 2);
  g_autofree char *entry = NULL;

  if (key == NULL || key->kind != ES_PICKLE_TEXT || key->n_text > 100 ||
      !es_pickle_value_is_text (es_pickle_value_get_item (storage, 0), "storage"))
    return refuse (checkpoint, error, ES_IO_ERROR_FORMAT,
                   "tensor “%.100s” has no storage", view->name);
  if (!read_dtype (checkpoint, view, storage, args, error))
    return FALSE;
  entry = g_strdup_printf ("data/%.*s", (int)key->n_text, key->text);
  if (!find_entry (checkpoint, entry, &view->entry))
    return refuse (checkpoint, error, ES_IO_ERROR_FORMAT,
                   "has no “%s%s”, where tensor “%.100s” should be", checkpoint->prefix,
                   entry, view->name);
  return es_zip_get_size (checkpoint->zip, view->entry, &view->n_storage, error);
}

static gboolean
read_sizes (EsCheckpoint *checkpoint,
            View *view,
            const EsPickleValue *args,
            GError **error)
{
  const EsPickleValue *sizes = es_pickle_value_get_item (args, 2);
  const EsPickleValue *strides = es_pickle_value_get_item (args, 3);
  guint n = es_pickle_value_get_n_items (sizes);
  gboolean ok = sizes != NULL && strides != NULL && sizes->kind == ES_PICKLE_TUPLE &&
                n == es_pickle_value_get_n_items (strides) &&
                get_size (args, 1, &view->offset);

  if (n > ES_TENSOR_MAX_DIMS)
    return refuse (checkpoint, error, ES_IO_ERROR_UNSUPPORTED,
                   "tensor “%.100s” has %u dimensions; at most %d are supported",
                   view->name, n, ES_TENSOR_MAX_DIMS);
  view->tensor.n_dims = n;
  for (guint i = 0; ok && i < n; i++)
    ok = get_size (sizes, i, &view->tensor.dims[i]) &&
         get_size (strides, i, &view->strides[i]);
  return (ok && es_tensor_count (&view->tensor)) ||
         refuse (checkpoint, error, ES_IO_ERROR_FORMAT,
                 "tensor “%.100s” has no sizes and strides that can be counted",
                 view->name);
}

/* Whether every element lies in the storage. */
static gboolean
check_extent (EsCheckpoint *checkpoint, const View *view, GError **error)
{
  gsize last = view->offset, n_bytes, step;
  gboolean ok = TRUE;

  if (view->tensor.n == 0)
    return TRUE;
  for (guint i = 0; ok && i < view->tensor.n_dims; i++)
    ok = g_size_checked_mul (&step, view->tensor.dims[i] - 1, view->strides[i]) &&
         g_size_checked_add (&last, last, step);
  ok = ok && g_size_checked_add (&last, last, 1) &&
       g_size_checked_mul (&n_bytes, last, es_dtype_size (view->tensor.dtype)) &&
       n_bytes <= view->n_storage;
  if (!ok)
    return refuse (checkpoint, error, ES_IO_ERROR_TRUNCATED,
                   "tensor “%.100s” reaches beyond its storage of %" G_GSIZE_FORMAT
                   " bytes",
                   view->name, view->n_storage);
  return view->tensor.n_bytes <= view->n_storage || view->tensor.n <= MAX_REPEATED ||
         refuse (checkpoint, error, ES_IO_ERROR_TOO_LARGE,
                 "tensor “%.100s” repeats its storage to %" G_GSIZE_FORMAT " elements",
                 view->name, view->tensor.n);
}

static gboolean
add_tensor (const char *name,
            const char *function,
            const EsPickleValue *args,
            gpointer data,
            GError **error)
{
  EsCheckpoint *checkpoint = data;
  View view = {.name = g_strdup (name)};

  if (checkpoint->views->len == MAX_TENSORS) {
    view_clear (&view);
    return refuse (checkpoint, error, ES_IO_ERROR_TOO_LARGE, "has over %d tensors",
                   MAX_TENSORS);
  }
  if (!g_str_has_prefix (function, "torch._utils._rebuild_tensor")) {
    view_clear (&view);
    return refuse (checkpoint, error, ES_IO_ERROR_UNSUPPORTED,
                   "tensor “%.100s” is of a kind that is not supported", name);
  }
  if (!read_storage (checkpoint, &view, args, error) ||
      !read_sizes (checkpoint, &view, args, error) ||
      !check_extent (checkpoint, &view, error)) {
    view_clear (&view);
    return FALSE;
  }
  view.tensor.name = view.name;
  g_array_append_val (checkpoint->views, view);
  return g_hash_table_add (checkpoint->names, view.name) ||
         refuse (checkpoint, error, ES_IO_ERROR_FORMAT,
                 "holds two tensors of the name “%.100s”", name);
}

static gboolean
read_pickle (EsCheckpoint *checkpoint, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EsPickle) pickle = NULL;
  const EsPickleValue *root;
  gsize entry, size;

  if (!find_entry (checkpoint, PICKLE, &entry))
    return refuse (checkpoint, error, ES_IO_ERROR_FORMAT, "has no " PICKLE);
  if (!es_zip_get_size (checkpoint->zip, entry, &size, error))
    return FALSE;
  if (size > MAX_PICKLE)
    return refuse (checkpoint, error, ES_IO_ERROR_TOO_LARGE,
                   "has a pickle of %" G_GSIZE_FORMAT
                   " bytes; the limit is %" G_GSIZE_FORMAT,
                   size, MAX_PICKLE);
  bytes = es_zip_read (checkpoint->zip, entry, error);
  pickle = bytes == NULL ? NULL : es_pickle_parse (bytes, checkpoint->path, error);
  if (pickle == NULL)
    return FALSE;
  root = es_pickle_get_root (pickle);
  checkpoint->settings = es_checkpoint_tree_get_settings (root);
  return es_checkpoint_tree_find_tensors (root, checkpoint->path, add_tensor,
                                          checkpoint, error);
}

EsCheckpoint *
es_checkpoint_parse (EsZip *zip, const char *path, GError **error)
{
  g_autoptr (EsCheckpoint) checkpoint = g_new0 (EsCheckpoint, 1);

  checkpoint->path = g_strdup (path);
  checkpoint->zip = zip;
  checkpoint->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  checkpoint->names = g_hash_table_new (g_str_hash, g_str_equal);
  checkpoint->views = g_array_new (FALSE, FALSE, sizeof (View));
  g_array_set_clear_func (checkpoint->views, view_clear);
  checkpoint->prefix = find_prefix (zip);
  if (checkpoint->prefix == NULL) {
    refuse (checkpoint, error, ES_IO_ERROR_FORMAT, "has no " PICKLE);
    return NULL;
  }
  if (!list_entries (checkpoint, error) || !read_byte_order (checkpoint, error) ||
      !read_pickle (checkpoint, error))
    return NULL;
  return g_steal_pointer (&checkpoint);
}

gsize
es_checkpoint_get_n_tensors (const EsCheckpoint *checkpoint)
{
  return checkpoint->views->len;
}

const EsTensor *
es_checkpoint_get_tensor (const EsCheckpoint *checkpoint, gsize i)
{
  return &g_array_index (checkpoint->views, View, i).tensor;
}

JsonObject *
es_checkpoint_get_settings (const EsCheckpoint *checkpoint)
{
  return checkpoint->settings;
}

/* The storage of @view; kept for the next view if there is more in it. */
static GBytes *
read_bytes (EsCheckpoint *checkpoint, const View *view, GError **error)
{
  GBytes *bytes;

  if (checkpoint->storage != NULL && checkpoint->storage_entry == view->entry)
    return g_bytes_ref (checkpoint->storage);
  g_clear_pointer (&checkpoint->storage, g_bytes_unref);
  bytes = es_zip_read (checkpoint->zip, view->entry, error);
  if (bytes != NULL && view->n_storage > view->tensor.n_bytes) {
    checkpoint->storage = g_bytes_ref (bytes);
    checkpoint->storage_entry = view->entry;
  }
  return bytes;
}

static gboolean
is_contiguous (const View *view)
{
  gsize stride = 1;

  for (guint d = view->tensor.n_dims; d-- > 0;) {
    if (view->tensor.dims[d] != 1 && view->strides[d] != stride)
      return FALSE;
    stride *= view->tensor.dims[d];
  }
  return TRUE;
}

EsArray *
es_checkpoint_read (EsCheckpoint *checkpoint, gsize i, GError **error)
{
  const View *view = &g_array_index (checkpoint->views, View, i);
  g_autoptr (GBytes) bytes = read_bytes (checkpoint, view, error);
  g_autoptr (EsArray) array = NULL;
  gboolean swap = checkpoint->is_big_endian && es_dtype_size (view->tensor.dtype) > 1;
  const guint8 *data;

  if (bytes == NULL)
    return NULL;
  array = es_array_new (&view->tensor, bytes);
  if (view->tensor.n == 0)
    return g_steal_pointer (&array);
  data = (const guint8 *)g_bytes_get_data (bytes, NULL) +
         view->offset * es_dtype_size (view->tensor.dtype);
  array->tensor.data = data;
  if ((is_contiguous (view) && !swap) ||
      es_array_gather (array, data, view->strides, swap, checkpoint->path, error))
    return g_steal_pointer (&array);
  return NULL;
}
