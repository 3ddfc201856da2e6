/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-npz.h"
#include "es-safetensors.h"

#include <string.h>

/* A checkpoint of the fuzz targets' corpus: P 6, H 4, C 3, saved as PyTorch does. */
static char *
sample (const char *name)
{
  return g_build_filename (g_getenv ("EIGENSCOPE_TEST_SOURCE"), "tests", "fuzz",
                           "corpus", "tensor-file", name, NULL);
}

/* Runs what has nothing to say; @argument stands for "%s" in @line. */
static void
succeed (const char *line, const char *argument)
{
  g_auto (GStrv) parts = g_strsplit (line, "%s", 2);
  g_autofree char *full = g_strjoinv (argument == NULL ? "" : argument, parts);
  g_auto (CliResult) result = cli_expect (0, "%s", full);

  g_assert_nonnull (strstr (result.out, "Saved"));
}

static JsonObject *
json_of (const char *line)
{
  g_auto (CliResult) result = cli_expect (0, "%s --json", line);
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);

  g_assert_cmpuint (lines->len, ==, 1);
  return json_object_ref (lines->pdata[0]);
}

static void
assert_same_tensors (const char *a, const char *b)
{
  g_autoptr (EsSafetensors) p = es_safetensors_open (a, NULL);
  g_autoptr (EsSafetensors) q = es_safetensors_open (b, NULL);
  const EsTensor *tensors;
  gsize n, n_other;

  g_assert_true (p != NULL && q != NULL);
  es_safetensors_get_tensors (q, &n_other);
  tensors = es_safetensors_get_tensors (p, &n);
  g_assert_cmpuint (n, ==, n_other);
  for (gsize i = 0; i < n; i++) {
    const EsTensor *other = es_safetensors_lookup (q, tensors[i].name);

    g_assert_nonnull (other);
    g_assert_cmpint (tensors[i].dtype, ==, other->dtype);
    g_assert_true (es_tensor_has_shape (other, tensors[i].n_dims, tensors[i].dims));
    g_assert_cmpmem (tensors[i].data, tensors[i].n_bytes, other->data, other->n_bytes);
  }
}

/* Every type that NumPy knows comes back as it went. */
static void
test_round_trip (void)
{
  guint8 data[6 * 8];
  EsTensor tensors[ES_N_DTYPES];
  guint n = 0;

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8)(i % 2);
  for (guint i = 0; i < ES_N_DTYPES; i++)
    if (i != ES_DTYPE_BF16)
      tensors[n++] =
          es_tensor_view (es_dtype_to_string (i), i, data, 2, (gsize[]){2, 3});
  g_assert_true (es_safetensors_write ("all.safetensors", tensors, n, NULL, NULL));
  succeed ("convert all.safetensors all.npz", NULL);
  succeed ("convert all.npz back.safetensors", NULL);
  assert_same_tensors ("all.safetensors", "back.safetensors");
  succeed ("convert %s run.npz", cli_small_run ());
  succeed ("convert run.npz run-back.safetensors", NULL);
  assert_same_tensors (cli_small_run (), "run-back.safetensors");
}

/* NumPy has no BF16: the values stay, the type does not, and that is said. */
static void
test_bf16 (void)
{
  const guint16 data[2] = {0x3f80, 0xc000};
  EsTensor tensor = es_tensor_view ("t", ES_DTYPE_BF16, data, 1, (gsize[]){2});
  g_autoptr (EsNpz) npz = NULL;
  g_autoptr (EsArray) array = NULL;

  g_assert_true (es_safetensors_write ("bf16.safetensors", &tensor, 1, NULL, NULL));
  {
    g_autoptr (JsonObject) said = json_of ("convert bf16.safetensors bf16.npz");

    g_assert_cmpint (json_object_get_int_member (said, "widened"), ==, 1);
  }
  npz = es_npz_open ("bf16.npz", NULL);
  array = es_npz_read (npz, "t", NULL);
  g_assert_cmpint (array->tensor.dtype, ==, ES_DTYPE_F32);
  g_assert_cmpmem (array->tensor.data, 8, ((const float[]){1, -2}), 8);
}

/* One tensor as an .npy file, transposed where the checkpoint's view is. */
static void
test_tensor (void)
{
  g_autofree char *views = sample ("views");
  g_auto (CliResult) several = cli_expect (1, "convert %s x.npy", views);
  g_auto (CliResult) missing = cli_expect (1, "convert %s x.npy --tensor none", views);
  g_auto (CliResult) suffix = cli_expect (2, "convert %s x.pt", views);
  g_autoptr (EsArray) array = NULL;

  g_assert_nonnull (strstr (several.err, "--tensor"));
  g_assert_nonnull (strstr (missing.err, "has no tensor “none”"));
  g_assert_nonnull (strstr (suffix.err, ".safetensors, .npz or .npy"));
  succeed ("convert %s x.npy --tensor transposed", views);
  array = es_npy_open ("x.npy", NULL);
  g_assert_cmpuint (array->tensor.dims[0], ==, 6);
  g_assert_cmpfloat (((const float *)(gconstpointer)array->tensor.data)[1], ==,
                     (float)(6 / 7.0));
}

static void
test_info (void)
{
  g_autofree char *path = sample ("config");
  g_autofree char *line = g_strconcat ("info ", path, NULL);
  g_autofree char *overridden = g_strconcat (line, " --no-residual", NULL);
  g_autoptr (JsonObject) said = json_of (line);
  g_autoptr (JsonObject) other = json_of (overridden);
  JsonObject *config = json_object_get_object_member (said, "config");
  JsonObject *settings = json_object_get_object_member (said, "settings");

  g_assert_cmpstr (json_object_get_string_member (said, "format"), ==, "pytorch");
  g_assert_true (json_object_get_boolean_member (config, "residual"));
  g_assert_false (json_object_get_boolean_member (said, "residual_assumed"));
  g_assert_cmpint (json_object_get_int_member (settings, "epoch"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (
                       json_object_get_object_member (said, "parts"), "embed"),
                   ==, "model.embed.weight");
  config = json_object_get_object_member (other, "config");
  g_assert_false (json_object_get_boolean_member (config, "residual"));
}

static void
test_stats (void)
{
  g_autofree char *path = sample ("only-tensor");
  g_autofree char *line = g_strconcat ("info --stats ", path, NULL);
  g_autoptr (JsonObject) said = json_of (line);
  JsonObject *tensor =
      json_array_get_object_element (json_object_get_array_member (said, "tensors"), 0);

  g_assert_cmpfloat (json_object_get_double_member (tensor, "min"), ==, 0);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (tensor, "mean"),
                                  0.5 / 7, 1e-8);
  g_assert_cmpint (json_object_get_int_member (tensor, "zeros"), ==, 1);
}

static void
test_refused (void)
{
  g_autofree char *system = sample ("call-system");
  g_autofree char *legacy = sample ("legacy");
  g_autofree char *config = sample ("config");
  const struct
  {
    int status;
    const char *path, *options, *part;
  } cases[] = {
      {1, system, "", "“posix.system” is not executed"},
      {1, legacy, "", "before version 1.6"},
      {1, config, "--map head=model.embed.weight", "expected 4 × 4"},
      {1, config, "--map head=none", "has no tensor “none”"},
      {2, config, "--map tail=x", "--map is 'tail=x'"},
      {2, config, "--residual --no-residual", "exclude each other"},
      {1, cli_small_run (), "--residual", "was written by Eigenscope"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (CliResult) result =
        cli_expect (cases[i].status, "evaluate %s %s --data glyphs", cases[i].path,
                    cases[i].options);

    if (strstr (result.err, cases[i].part) == NULL)
      g_error ("expected '%s' in: %s", cases[i].part, result.err);
  }
}

/* A network is as good in any file, and what was assumed of it is said. */
static void
test_evaluate (void)
{
  g_autofree char *line = g_strconcat ("evaluate ", cli_small_run (), NULL);
  g_autoptr (JsonObject) own = json_of (line);
  g_autoptr (JsonObject) npz = NULL;
  g_auto (CliResult) convert = cli_expect (0, "convert %s e.npz", cli_small_run ());

  npz = json_of ("evaluate e.npz --data glyphs");
  g_assert_cmpfloat (json_object_get_double_member (own, "accuracy"), ==,
                     json_object_get_double_member (npz, "accuracy"));
  g_assert_true (json_object_get_boolean_member (npz, "residual_assumed"));
}

/* One output has a spectrum, and no classes. */
static void
test_one_output (void)
{
  static const gsize embed[] = {2, 784}, block[] = {4, 2}, head[] = {1, 2};
  g_autofree float *numbers = g_new (float, 2 * 784);
  g_auto (CliResult) spectrum = {0}, evaluate = {0}, direction = {0};
  g_autoptr (GError) error = NULL;
  EsTensor tensors[3];

  for (guint i = 0; i < 2 * 784; i++)
    numbers[i] = (float)(i % 7) / 7;
  tensors[0] = es_tensor_view ("embed.weight", ES_DTYPE_F32, numbers, 2, embed);
  tensors[1] = es_tensor_view ("blocks.0.weight", ES_DTYPE_F32, numbers, 2, block);
  tensors[2] = es_tensor_view ("head.weight", ES_DTYPE_F32, numbers + 1, 2, head);
  g_assert_true (es_safetensors_write ("one.safetensors", tensors, 3, NULL, &error));
  g_assert_no_error (error);
  spectrum = cli_expect (0, "spectrum one.safetensors -o one.npz");
  g_assert_nonnull (strstr (spectrum.out, "1 form, 2 of 2 components"));
  evaluate = cli_expect (1, "evaluate one.safetensors --data glyphs");
  g_assert_nonnull (strstr (evaluate.err, "has a single output"));
  direction = cli_expect (1, "spectrum one.safetensors --direction '0 - 1' -o x.npz");
  g_assert_nonnull (strstr (direction.err, "The classes are: 0 alone"));
}

/* The checkpoint that others trained and saved. */
static void
test_shared (void)
{
  g_autofree char *data =
      g_build_filename (g_getenv ("EIGENSCOPE_SHARED"), "data", NULL);
  g_autofree char *line = g_strdup_printf (
      "evaluate %s/checkpoints/mnist-residual-h512-noise0.15.pt --data %s/mnist", data,
      data);
  g_autoptr (JsonObject) said = NULL;

  if (!g_file_test (data, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("shared data not found");
    return;
  }
  said = json_of (line);
  g_assert_cmpfloat (json_object_get_double_member (said, "accuracy"), ==, 0.9817);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/files/round-trip", test_round_trip);
  g_test_add_func ("/cli/files/bf16", test_bf16);
  g_test_add_func ("/cli/files/tensor", test_tensor);
  g_test_add_func ("/cli/files/info", test_info);
  g_test_add_func ("/cli/files/stats", test_stats);
  g_test_add_func ("/cli/files/refused", test_refused);
  g_test_add_func ("/cli/files/evaluate", test_evaluate);
  g_test_add_func ("/cli/files/one-output", test_one_output);
  g_test_add_func ("/cli/files/shared", test_shared);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
