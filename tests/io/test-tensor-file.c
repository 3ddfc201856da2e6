/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-file.h"
#include "es-safetensors.h"
#include "io-test.h"

#include <string.h>

/* A file of the fuzz targets' corpus. Its floats are k / 7, k counting through. */
static EsTensorFile *
open_sample (const char *name, GError **error)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("EIGENSCOPE_TEST_SOURCE"), "tests", "fuzz", "corpus",
                        "tensor-file", name, NULL);

  return es_tensor_file_open (path, error);
}

static float *
read_floats (EsTensorFile *file, const char *name, gsize *n)
{
  const EsTensor *tensor = es_tensor_file_lookup (file, name);
  g_autoptr (EsArray) array = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (tensor);
  g_assert_null (tensor->data);
  array = es_tensor_file_read (file, tensor, &error);
  g_assert_no_error (error);
  *n = array->tensor.n;
  return es_tensor_to_float (&array->tensor, name, NULL);
}

/* That tensor @name holds k / 7 for the @n numbers k of @numbers. */
static void
assert_sevenths (EsTensorFile *file, const char *name, const guint *numbers, gsize n)
{
  gsize n_found;
  g_autofree float *values = read_floats (file, name, &n_found);

  g_assert_cmpuint (n_found, ==, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, (float)(numbers[i] / 7.0));
}

/* Checks the network that all of @name's kind hold: P 6, H 4, C 3. */
static void
assert_network (const char *name, gboolean bias, gboolean residual, gboolean assumed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsTensorFile) file = open_sample (name, &error);
  g_autoptr (EsRun) run = NULL;
  const EsModelConfig *config;
  EsRunNotes notes;

  g_assert_no_error (error);
  run = es_run_from_tensor_file (file, NULL, &notes, &error);
  g_assert_no_error (error);
  config = es_model_get_config (run->model);
  g_assert_cmpuint (config->hidden, ==, 4);
  g_assert_cmpuint (config->outputs, ==, 3);
  g_assert_cmpint (config->bias, ==, bias);
  g_assert_cmpint (config->residual, ==, residual);
  g_assert_cmpint (notes.residual_assumed, ==, assumed);
  g_assert_cmpfloat (es_model_get_embed (run->model)[23], ==, (float)(23 / 7.0));
  if (bias)
    g_assert_cmpfloat (es_model_get_right (run->model, 0)[15], ==, (float)(55 / 7.0));
}

static void
test_networks (void)
{
  assert_network ("state", TRUE, FALSE, TRUE);
  assert_network ("config", TRUE, TRUE, FALSE);
  assert_network ("config-5", TRUE, TRUE, FALSE);
  assert_network ("no-folder", TRUE, TRUE, FALSE);
  assert_network ("deflated", TRUE, TRUE, FALSE);
  assert_network ("compiled", TRUE, FALSE, TRUE);
  assert_network ("module", TRUE, FALSE, TRUE);
  assert_network ("npz-network", FALSE, FALSE, TRUE);
  assert_network ("safetensors", TRUE, TRUE, FALSE);
}

static void
test_views (void)
{
  g_autoptr (EsTensorFile) file = open_sample ("views", NULL);
  const guint transposed[] = {0, 6, 12, 18, 1, 7,  13, 19, 2, 8,  14, 20,
                              3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23};

  g_assert_cmpstr (es_tensor_file_get_format (file), ==, "pytorch");
  assert_sevenths (file, "transposed", transposed, 24);
  assert_sevenths (file, "column", (guint[]){5, 11, 17, 23}, 4);
  assert_sevenths (file, "row", (guint[]){12, 13, 14, 15, 16, 17}, 6);
  assert_sevenths (file, "every_second", (guint[]){1, 3, 5, 13, 15, 17}, 6);
  assert_sevenths (file, "expanded", (guint[]){0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}, 12);
  assert_sevenths (file, "single", (guint[]){23}, 1);
  assert_sevenths (file, "empty", NULL, 0);
}

static void
test_kinds (void)
{
  const guint sixth[] = {0, 1, 2, 3, 4, 5};
  g_autoptr (EsTensorFile) big = open_sample ("big-endian", NULL);
  g_autoptr (EsTensorFile) untyped = open_sample ("untyped", NULL);
  g_autoptr (EsTensorFile) list = open_sample ("list", NULL);
  g_autoptr (EsTensorFile) only = open_sample ("only-tensor", NULL);
  g_autoptr (EsTensorFile) npy = open_sample ("npy", NULL);
  g_autoptr (EsTensorFile) fortran = open_sample ("npz-fortran-big", NULL);
  g_autoptr (EsTensorFile) types = open_sample ("types", NULL);
  const EsTensor *tensors;
  gsize n;

  assert_sevenths (big, "t", sixth, 6);
  assert_sevenths (untyped, "t", sixth, 6);
  assert_sevenths (list, "0", sixth, 2);
  assert_sevenths (only, "tensor", sixth, 2);
  assert_sevenths (npy, "npy", sixth, 6);
  assert_sevenths (fortran, "a", (guint[]){0, 2, 4, 1, 3, 5}, 6);
  tensors = es_tensor_file_get_tensors (types, &n);
  g_assert_cmpuint (n, ==, 10);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (tensors[i].n, ==, 2);
  g_assert_cmpint (es_tensor_file_lookup (types, "BFloat16")->dtype, ==, ES_DTYPE_BF16);
  g_assert_cmpint (es_tensor_file_lookup (types, "Bool")->dtype, ==, ES_DTYPE_BOOL);
}

static void
test_refused (void)
{
  const struct
  {
    const char *name;
    EsIoError code;
    const char *part;
  } cases[] = {
      {"complex", ES_IO_ERROR_UNSUPPORTED, "“torch.ComplexFloatStorage”"},
      {"beyond-storage", ES_IO_ERROR_TRUNCATED, "“t” reaches beyond its storage of 24"},
      {"offset-beyond", ES_IO_ERROR_TRUNCATED, "reaches beyond"},
      {"stride-overflow", ES_IO_ERROR_TRUNCATED, "reaches beyond"},
      {"shape-overflow", ES_IO_ERROR_FORMAT, "be counted"},
      {"expanded-huge", ES_IO_ERROR_TOO_LARGE, "repeats its storage"},
      {"negative-size", ES_IO_ERROR_FORMAT, "sizes and strides"},
      {"negative-stride", ES_IO_ERROR_FORMAT, "sizes and strides"},
      {"negative-offset", ES_IO_ERROR_FORMAT, "sizes and strides"},
      {"nine-dims", ES_IO_ERROR_UNSUPPORTED, "9 dimensions"},
      {"outside", ES_IO_ERROR_FORMAT, "has no “archive/data/../../etc/passwd”"},
      {"same-name", ES_IO_ERROR_FORMAT, "two tensors of the name “a.b”"},
      {"control-name", ES_IO_ERROR_FORMAT, "control character"},
      {"long-name", ES_IO_ERROR_TOO_LARGE, "over 1000 bytes"},
      {"two-entries", ES_IO_ERROR_FORMAT, "two files of the name"},
      {"call-system", ES_IO_ERROR_UNSUPPORTED, "“posix.system” is not executed"},
      {"no-storage", ES_IO_ERROR_FORMAT, "has no storage"},
      {"byte-order", ES_IO_ERROR_UNSUPPORTED, "byte order"},
      {"legacy", ES_IO_ERROR_UNSUPPORTED, "before version 1.6"},
      {"bare-pickle", ES_IO_ERROR_UNSUPPORTED, "a bare Python pickle"},
      {"npz-objects", ES_IO_ERROR_UNSUPPORTED, "Python objects"},
      {"npz-short", ES_IO_ERROR_TRUNCATED, "needs 72"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (open_sample (cases[i].name, &error));
    g_assert_error (error, ES_IO_ERROR, (int)cases[i].code);
    if (strstr (error->message, cases[i].part) == NULL)
      g_error ("“%s” does not contain “%s”", error->message, cases[i].part);
  }
}

/* A name that turns the direction of writing is refused, like other controls. */
static void
test_turning_name (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "t.safetensors", NULL);
  static const float data[2];
  const EsTensor tensor =
      es_tensor_view ("a\u202eb", ES_DTYPE_F32, data, 1, (gsize[]){2});
  g_autoptr (GError) error = NULL;

  g_assert_true (es_safetensors_write (path, &tensor, 1, NULL, NULL));
  g_assert_null (es_tensor_file_open (path, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "control character"));
  io_test_remove (root);
}

/* Text, complex numbers and objects are left out and said to be; the rest is read. */
static void
test_unread (void)
{
  g_autoptr (GError) error = NULL, problem = NULL;
  g_autoptr (EsTensorFile) file = open_sample ("npz-unread", &error);
  g_autoptr (EsArray) array = NULL;
  const EsTensor *unread;
  gsize n;

  g_assert_no_error (error);
  es_tensor_file_get_tensors (file, &n);
  g_assert_cmpuint (n, ==, 3);
  unread = es_tensor_file_get_unread (file, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (unread[0].name, ==, "class_names");
  g_assert_null (es_tensor_file_lookup (file, "class_names"));
  array = es_tensor_file_read (file, &unread[1], &problem);
  g_assert_null (array);
  g_assert_error (problem, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (problem->message, "c16"));
  assert_network ("npz-unread", FALSE, FALSE, TRUE);
}

/* What stands beside the state dictionary is found by its name. */
static void
test_settings (void)
{
  g_autoptr (EsTensorFile) file = open_sample ("config", NULL);
  JsonNode *node = es_tensor_file_find_setting (file, "d_hidden");

  g_assert_nonnull (node);
  g_assert_cmpint (json_node_get_int (node), ==, 4);
  g_assert_cmpint (json_node_get_int (es_tensor_file_find_setting (file, "epoch")), ==,
                   3);
  g_assert_null (es_tensor_file_find_setting (file, "gate"));
  g_assert_null (es_tensor_file_find_setting (file, "nothing"));
}

/* Writes the network of P 6, H 4, C 3 as two files. */
static void
write_shards (const char *folder)
{
  static const float data[32] = {1, 2, 3};
  g_autofree char *one = g_build_filename (folder, "one.safetensors", NULL);
  g_autofree char *two = g_build_filename (folder, "two.safetensors", NULL);
  const EsTensor first[] = {
      es_tensor_view ("embed.weight", ES_DTYPE_F32, data, 2, (gsize[]){4, 6}),
      es_tensor_view ("head.weight", ES_DTYPE_F32, data + 1, 2, (gsize[]){3, 4})};
  const EsTensor second =
      es_tensor_view ("blocks.0.weight", ES_DTYPE_F32, data, 2, (gsize[]){8, 4});

  g_assert_true (es_safetensors_write (one, first, 2, NULL, NULL));
  g_assert_true (es_safetensors_write (two, &second, 1, NULL, NULL));
}

static void
write_text (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  io_test_write (path, text, strlen (text));
}

static void
assert_folder_refused (const char *folder, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_tensor_file_open (folder, &error));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

static void
test_folder (void)
{
  char *folder = io_test_folder ();
  const char *index = "model.safetensors.index.json";
  g_autofree char *path = g_build_filename (folder, index, NULL);
  g_autoptr (EsRun) run = NULL, by_index = NULL;
  g_autoptr (GError) error = NULL;

  assert_folder_refused (folder, "without weights");
  write_shards (folder);
  assert_folder_refused (folder, "several files");
  write_text (folder, index,
              "{\"weight_map\":{\"embed.weight\":\"one.safetensors\","
              "\"blocks.0.weight\":\"two.safetensors\","
              "\"head.weight\":\"one.safetensors\"}}");
  write_text (folder, "config.json", "{\"residual\":true,\"rows\":2,\"cols\":3}");
  run = es_run_open (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (es_model_get_config (run->model)->residual);
  g_assert_cmpuint (es_model_get_config (run->model)->rows, ==, 2);
  g_assert_cmpfloat (es_model_get_head (run->model)[1], ==, 3);
  by_index = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  write_text (folder, index, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
  assert_folder_refused (folder, "holds “a”, which it does not");
  write_text (folder, index, "{\"weight_map\":{\"a\":\"../one.safetensors\"}}");
  assert_folder_refused (folder, "of its own folder");
  write_text (folder, index, "{\"weight_map\":{\"a\":\"three.safetensors\"}}");
  assert_folder_refused (folder, "three.safetensors");
  io_test_remove (folder);
}

/* A checkpoint that others trained and saved. */
static void
test_shared (void)
{
  g_autofree char *path =
      io_test_shared ("data/checkpoints/mnist-residual-h512-noise0.15.pt");
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;
  const EsModelConfig *config;

  if (path == NULL)
    return;
  run = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  config = es_model_get_config (run->model);
  g_assert_cmpuint (config->rows, ==, 28);
  g_assert_cmpuint (config->hidden, ==, 512);
  g_assert_cmpuint (config->outputs, ==, 10);
  g_assert_true (config->residual);
  g_assert_false (config->bias);
  g_assert_cmpuint (es_run_count_not_finite (run), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor-file/networks", test_networks);
  g_test_add_func ("/tensor-file/views", test_views);
  g_test_add_func ("/tensor-file/kinds", test_kinds);
  g_test_add_func ("/tensor-file/refused", test_refused);
  g_test_add_func ("/tensor-file/turning-name", test_turning_name);
  g_test_add_func ("/tensor-file/unread", test_unread);
  g_test_add_func ("/tensor-file/settings", test_settings);
  g_test_add_func ("/tensor-file/folder", test_folder);
  g_test_add_func ("/tensor-file/shared", test_shared);
  return g_test_run ();
}
