/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-json.h"
#include "es-npz.h"
#include "es-output.h"
#include "es-safetensors.h"

/* The tensors on their way from one file to another. */
typedef struct
{
  GPtrArray *arrays;   /* of EsArray, which hold the data */
  GArray *tensors;     /* of EsTensor */
  GPtrArray *widened;  /* of float *, what NumPy has no type for */
  GPtrArray *metadata; /* key, value, ..., NULL */
} Load;

static void
load_init (Load *load)
{
  load->arrays = g_ptr_array_new_with_free_func ((GDestroyNotify)es_array_free);
  load->tensors = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  load->widened = g_ptr_array_new_with_free_func (g_free);
  load->metadata = g_ptr_array_new_with_free_func (g_free);
}

static void
load_clear (Load *load)
{
  g_clear_pointer (&load->arrays, g_ptr_array_unref);
  g_clear_pointer (&load->tensors, g_array_unref);
  g_clear_pointer (&load->widened, g_ptr_array_unref);
  g_clear_pointer (&load->metadata, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Load, load_clear)

static gboolean
add_tensor (Load *load,
            EsTensorFile *file,
            const EsTensor *tensor,
            gboolean for_numpy,
            GError **error)
{
  EsArray *array = es_tensor_file_read (file, tensor, error);
  EsTensor view;

  if (array == NULL)
    return FALSE;
  g_ptr_array_add (load->arrays, array);
  view = array->tensor;
  if (for_numpy && view.dtype == ES_DTYPE_BF16) {
    float *wide = es_tensor_to_float (&view, es_tensor_file_get_path (file), error);

    if (wide == NULL)
      return FALSE;
    g_ptr_array_add (load->widened, wide);
    view = es_tensor_view (array->name, ES_DTYPE_F32, wide, view.n_dims, view.dims);
  }
  g_array_append_val (load->tensors, view);
  return TRUE;
}

/* What a safetensors file may hold as metadata: texts as they are, the rest as JSON. */
static void
add_metadata (Load *load, EsTensorFile *file)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, es_tensor_file_get_settings (file));
  while (json_object_iter_next (&iter, &name, &node)) {
    gboolean is_text = JSON_NODE_HOLDS_VALUE (node) &&
                       json_node_get_value_type (node) == G_TYPE_STRING;

    g_ptr_array_add (load->metadata, g_strdup (name));
    g_ptr_array_add (load->metadata, is_text ? g_strdup (json_node_get_string (node))
                                             : es_json_node_to_text (node));
  }
  g_ptr_array_add (load->metadata, NULL);
}

static gboolean
write_load (const Load *load, const char *path, GError **error)
{
  const EsTensor *tensors = (const EsTensor *)load->tensors->data;

  if (g_str_has_suffix (path, ".npy"))
    return es_npy_write (path, tensors, error);
  if (g_str_has_suffix (path, ".npz"))
    return es_npz_write (path, tensors, load->tensors->len, NULL, error);
  return es_safetensors_write (
      path, tensors, load->tensors->len,
      load->metadata->len > 1 ? (const char *const *)load->metadata->pdata : NULL,
      error);
}

static void
tell_unread (EsTensorFile *file)
{
  gsize n;
  const EsTensor *unread = es_tensor_file_get_unread (file, &n);

  for (gsize i = 0; i < n; i++)
    g_printerr ("eigenscope-cli: “%s” cannot be read and is left out\n",
                unread[i].name);
}

/* The tensors that go to @out: all, or the one called @only. */
static gboolean
collect (
    Load *load, EsTensorFile *file, const char *only, const char *out, GError **error)
{
  gboolean for_numpy = !g_str_has_suffix (out, ".safetensors");
  const char *path = es_tensor_file_get_path (file);
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (file, &n);

  if (only != NULL && es_tensor_file_lookup (file, only) == NULL) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, path, "has no tensor “%s”", only);
    return FALSE;
  }
  if (n == 0 || (only == NULL && n > 1 && g_str_has_suffix (out, ".npy"))) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     n == 0
                         ? "holds no tensors"
                         : "holds several tensors and an .npy file one; name it with "
                           "--tensor");
    return FALSE;
  }
  for (gsize i = 0; i < n; i++)
    if ((only == NULL || g_strcmp0 (tensors[i].name, only) == 0) &&
        !add_tensor (load, file, &tensors[i], for_numpy, error))
      return FALSE;
  add_metadata (load, file);
  if (only == NULL)
    tell_unread (file);
  return TRUE;
}

static gboolean
convert (Load *load, const char *in, const char *out, const char *only, GError **error)
{
  g_autoptr (EsTensorFile) file = NULL;

  if (!g_str_has_suffix (out, ".safetensors") && !g_str_has_suffix (out, ".npz") &&
      !g_str_has_suffix (out, ".npy")) {
    g_set_error (error, ES_USAGE_ERROR, 0,
                 "%s: expected a name that ends in .safetensors, .npz or .npy", out);
    return FALSE;
  }
  file = es_tensor_file_open (in, error);
  return file != NULL && collect (load, file, only, out, error) &&
         write_load (load, out, error);
}

static void
report (const Load *load, const char *out, gboolean json)
{
  JsonBuilder *object;

  if (!json) {
    g_print ("Saved %s: %u tensor%s\n", out, load->tensors->len,
             load->tensors->len == 1 ? "" : "s");
    if (load->widened->len > 0)
      g_print ("%u of them were BF16, which NumPy does not know, and are F32 now\n",
               load->widened->len);
    return;
  }
  object = es_output_object ();
  es_output_boolean (object, "done", TRUE);
  es_output_string (object, "out", out);
  es_output_int (object, "tensors", load->tensors->len);
  es_output_int (object, "widened", load->widened->len);
  es_output_json (object);
}

static EsExit
run_convert (int argc, char **argv)
{
  g_autofree char *only = NULL;
  const GOptionEntry entries[] = {
      {"tensor", 't', 0, G_OPTION_ARG_FILENAME, &only, "Only this tensor", "NAME"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (Load) load = {NULL};
  GError *error = NULL;

  if (!es_command_parse (&es_command_convert, entries,
                         "IN may be safetensors, a PyTorch checkpoint, .npz or .npy. "
                         "Metadata go along from safetensors to safetensors only, and "
                         "a checkpoint's settings become such.",
                         &common, 2, 2, &argc, &argv))
    return ES_EXIT_USAGE;
  load_init (&load);
  if (!convert (&load, argv[1], argv[2], only, &error))
    return es_command_failed (error);
  report (&load, argv[2], common.json);
  return ES_EXIT_DONE;
}

const EsCommand es_command_convert = {
    .name = "convert",
    .arguments = "IN OUT.safetensors|OUT.npz|OUT.npy",
    .summary = "Write the tensors of a file in another format",
    .run = run_convert,
};
