/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-npz.h"
#include "es-run-file.h"

#include <math.h>
#include <string.h>

static float *
read_array (const char *path, const char *name, guint n_dims, const gsize *dims)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsNpz) npz = es_npz_open (path, &error);
  g_autoptr (EsArray) array = NULL;

  g_assert_no_error (error);
  array = es_npz_read (npz, name, &error);
  g_assert_no_error (error);
  g_assert_true (es_tensor_has_shape (&array->tensor, n_dims, dims));
  return es_tensor_to_float (&array->tensor, path, NULL);
}

static JsonObject *
only_line (const CliResult *result)
{
  g_autoptr (GPtrArray) lines = cli_json_lines (result->out);

  g_assert_cmpuint (lines->len, ==, 1);
  return json_object_ref (lines->pdata[0]);
}

static void
test_evaluate (void)
{
  g_auto (CliResult) plain = cli_expect (0, "evaluate %s --json", cli_small_run ());
  g_auto (CliResult) all =
      cli_expect (0, "evaluate %s --rank 99 --json", cli_small_run ());
  g_auto (CliResult) none =
      cli_expect (0, "evaluate %s --rank 0 --json", cli_small_run ());
  g_auto (CliResult) train =
      cli_expect (0, "evaluate %s --split train --json", cli_small_run ());
  g_autoptr (JsonObject) a = only_line (&plain);
  g_autoptr (JsonObject) b = only_line (&all);
  g_autoptr (JsonObject) c = only_line (&none);
  g_autoptr (JsonObject) d = only_line (&train);
  g_autoptr (EsRun) run = es_run_open (cli_small_run (), NULL, NULL);

  g_assert_cmpint (json_object_get_int_member (a, "images"), ==, 2000);
  g_assert_cmpfloat (json_object_get_double_member (a, "accuracy"), ==,
                     es_run_get_last (run)->val_acc);
  /* All components are the whole network; none leave class 0 for everything. */
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (b, "loss"),
                                  json_object_get_double_member (a, "loss"), 1e-4);
  g_assert_cmpfloat (json_object_get_double_member (c, "accuracy"), ==, 0.1);
  g_assert_cmpint (json_object_get_int_member (d, "images"), ==, 12000);
}

static void
test_info (void)
{
  g_auto (CliResult) result = cli_expect (0, "info %s --json", cli_small_run ());
  g_auto (CliResult) text = cli_expect (0, "info %s", cli_small_run ());
  g_autoptr (JsonObject) object = only_line (&result);
  JsonArray *tensors = json_object_get_array_member (object, "tensors");
  JsonObject *config = json_object_get_object_member (object, "config");
  JsonObject *first = json_array_get_object_element (tensors, 0);
  guint n_embed = 0;

  g_assert_cmpstr (json_object_get_string_member (object, "format"), ==, "safetensors");
  g_assert_cmpuint (json_array_get_length (tensors), ==, 3);
  for (guint i = 0; i < 3; i++) {
    JsonObject *tensor = json_array_get_object_element (tensors, i);
    JsonArray *shape = json_object_get_array_member (tensor, "shape");

    g_assert_cmpstr (json_object_get_string_member (tensor, "dtype"), ==, "F32");
    if (strcmp (json_object_get_string_member (tensor, "name"), "embed.weight") == 0) {
      n_embed++;
      g_assert_cmpint (json_array_get_int_element (shape, 0), ==, 16);
      g_assert_cmpint (json_array_get_int_element (shape, 1), ==, 784);
    }
  }
  g_assert_cmpuint (n_embed, ==, 1);
  g_assert_nonnull (first);
  g_assert_cmpint (json_object_get_int_member (config, "hidden"), ==, 16);
  g_assert_cmpstr (json_object_get_string_member (config, "seed"), ==, "42");
  g_assert_nonnull (strstr (text.out, "hidden width 16"));
}

static void
test_spectrum_npz (void)
{
  g_auto (CliResult) whole =
      cli_expect (0, "spectrum %s -o whole.npz --json", cli_small_run ());
  g_auto (CliResult) top =
      cli_expect (0, "spectrum %s --top 3 -o top.npz", cli_small_run ());
  const gsize dims[3] = {10, 16, 784}, top_dims[3] = {10, 6, 784};
  g_autofree float *values = read_array ("whole.npz", "eigenvalues", 2, dims);
  g_autofree float *vectors = read_array ("whole.npz", "eigenvectors", 3, dims);
  g_autofree float *rank = read_array ("whole.npz", "effective_rank", 1, dims);
  g_autofree float *top_values = read_array ("top.npz", "eigenvalues", 2, top_dims);
  g_autofree float *top_vectors = read_array ("top.npz", "eigenvectors", 3, top_dims);
  g_autoptr (JsonObject) object = only_line (&whole);

  g_assert_cmpint (json_object_get_int_member (object, "components"), ==, 16);
  for (gsize c = 0; c < 10; c++) {
    double sum = 0, squares = 0;

    for (gsize k = 0; k < 16; k++) {
      const float *picture = vectors + (c * 16 + k) * 784;
      float largest = 0;

      g_assert_true (k == 0 || values[c * 16 + k] >= values[c * 16 + k - 1]);
      sum += fabs (values[c * 16 + k]);
      squares += values[c * 16 + k] * values[c * 16 + k];
      for (gsize p = 0; p < 784; p++)
        if (fabsf (picture[p]) > fabsf (largest))
          largest = picture[p];
      g_assert_cmpfloat (largest, >, 0);
    }
    g_assert_cmpfloat_with_epsilon (rank[c], sum * sum / squares, 1e-3);
    for (gsize k = 0; k < 6; k++) {
      gsize index = k < 3 ? k : 16 - 6 + k;

      g_assert_cmpfloat (top_values[c * 6 + k], ==, values[c * 16 + index]);
      /* Products of other shapes round otherwise. */
      for (gsize p = 0; p < 784; p++)
        g_assert_cmpfloat_with_epsilon (top_vectors[(c * 6 + k) * 784 + p],
                                        vectors[(c * 16 + index) * 784 + p], 1e-5);
    }
  }
}

/* A direction by name and the same numbers from a file; the pixel basis differs. */
static void
test_spectrum_directions (void)
{
  const float u[10] = {0, 0, 0, 1, 0, 0, 0, 0, -1, 0};
  const gsize shape[1] = {10}, dims[2] = {1, 16};
  EsTensor tensor = es_tensor_view ("u", ES_DTYPE_F32, u, 1, shape);
  g_autofree float *text = NULL, *file = NULL, *class = NULL, *pixels = NULL;

  g_assert_true (es_npy_write ("u.npy", &tensor, NULL));
  {
    const char *run = cli_small_run ();
    g_auto (CliResult) a =
        cli_expect (0, "spectrum %s --direction '3 - 8' -o text.npz", run);
    g_auto (CliResult) b =
        cli_expect (0, "spectrum %s --direction u.npy -o file.npz", run);
    g_auto (CliResult) c = cli_expect (0, "spectrum %s --class 3 -o class.npz", run);
    g_auto (CliResult) d =
        cli_expect (0, "spectrum %s --class 3 --basis pixels -o pixels.npz", run);
  }
  text = read_array ("text.npz", "eigenvalues", 2, dims);
  file = read_array ("file.npz", "eigenvalues", 2, dims);
  class = read_array ("class.npz", "eigenvalues", 2, dims);
  pixels = read_array ("pixels.npz", "eigenvalues", 2, dims);
  g_assert_cmpmem (text, 16 * sizeof (float), file, 16 * sizeof (float));
  g_assert_cmpfloat (fabsf (text[15] - class[15]), >, 1e-4);
  g_assert_cmpfloat (fabsf (pixels[15] - class[15]), >, 1e-4);
}

static void
test_spectrum_csv (void)
{
  g_auto (CliResult) result =
      cli_expect (0, "spectrum %s --class 7 -o seven.csv", cli_small_run ());
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents ("seven.csv", &text, NULL, NULL));
  lines = g_strsplit (text, "\r\n", 0);
  g_assert_cmpstr (lines[0], ==,
                   "form,component,index,eigenvalue,share,group,effective_rank");
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 16 + 1);
  g_assert_true (g_str_has_prefix (lines[1], "7,-1,0,-"));
  g_assert_true (g_str_has_prefix (lines[16], "7,0,15,"));
}

/* A network of two layers has spectra with linearised pictures; a gated one has none.
 */
static void
test_other_networks (void)
{
  g_auto (CliResult) deep = cli_expect (
      0, "train image --hidden 8 --layers 2 --bias --epochs 1 -o deep.safetensors");
  g_auto (CliResult) gated = cli_expect (
      0, "train image --hidden 8 --gate relu --epochs 1 -o gated.safetensors");
  g_auto (CliResult) spectrum =
      cli_expect (0, "spectrum deep.safetensors -o deep.npz --json");
  g_auto (CliResult) refused =
      cli_expect (1, "spectrum gated.safetensors -o gated.npz");
  g_auto (CliResult) rank = cli_expect (0, "evaluate deep.safetensors --rank 9 --json");
  g_auto (CliResult) whole = cli_expect (0, "evaluate deep.safetensors --json");
  g_autoptr (JsonObject) object = only_line (&spectrum);
  g_autoptr (JsonObject) a = only_line (&rank);
  g_autoptr (JsonObject) b = only_line (&whole);

  g_assert_true (json_object_get_boolean_member (object, "linearised"));
  g_assert_nonnull (strstr (refused.err, "gate"));
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (a, "loss"),
                                  json_object_get_double_member (b, "loss"), 1e-4);
}

static void
test_datasets (void)
{
  g_auto (CliResult) result = cli_expect (0, "datasets --json");
  g_auto (CliResult) text = cli_expect (0, "datasets");
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);
  JsonObject *glyphs = lines->pdata[0];

  g_assert_cmpstr (json_object_get_string_member (glyphs, "name"), ==, "glyphs");
  g_assert_true (json_object_get_boolean_member (glyphs, "found"));
  g_assert_cmpint (json_object_get_int_member (glyphs, "train_images"), ==, 12000);
  g_assert_nonnull (strstr (text.out, "not found; looked in"));
}

static void
test_bench (void)
{
  g_auto (CliResult) result = cli_expect (0, "bench --hidden 16 --repeats 1 --json");
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);

  g_assert_cmpuint (lines->len, ==, 10);
  for (guint i = 1; i < 9; i++)
    g_assert_cmpfloat (
        json_object_get_double_member (lines->pdata[i], "median_seconds"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (lines->pdata[9], "share_of_epoch"),
                     >, 0);
  g_assert_cmpfloat (json_object_get_double_member (lines->pdata[9], "gflops_alone"), >,
                     0);
}

/* Files that are not what they should be: one line that names them. */
static void
test_bad_files (void)
{
  g_autofree char *bytes = NULL;
  gsize length;
  const char *const commands[] = {"evaluate", "info", "spectrum -o x.npz",
                                  "figure history -o x.pdf"};
  const char *const files[] = {"missing", "empty", "cut", "text", "."};

  g_assert_true (g_file_get_contents (cli_small_run (), &bytes, &length, NULL));
  g_assert_true (g_file_set_contents ("cut", bytes, (gssize)length / 2, NULL));
  g_assert_true (g_file_set_contents ("empty", "", 0, NULL));
  g_assert_true (
      g_file_set_contents ("text", "Dear reader, this is no run.", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    for (guint k = 0; k < G_N_ELEMENTS (files); k++) {
      g_auto (CliResult) result = cli_expect (1, "%s %s", commands[i], files[k]);

      if (strstr (result.err, files[k]) == NULL)
        g_error ("%s %s does not name the file: %s", commands[i], files[k], result.err);
    }
}

static void
test_help (void)
{
  const char *const commands[] = {
      "train image", "train toy", "train modular",   "train challenge", "evaluate",
      "info",        "spectrum",  "truncate",        "explain",         "attack",
      "figure",      "datasets",  "datasets import", "datasets remove", "demo",
      "bench"};
  g_auto (CliResult) all = cli_expect (0, "--help");
  g_auto (CliResult) version = cli_expect (0, "--version");

  g_assert_true (g_str_has_prefix (version.out, "Eigenscope "));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (CliResult) result = cli_expect (0, "%s --help", commands[i]);

    g_assert_nonnull (strstr (all.out, commands[i]));
    g_assert_nonnull (strstr (result.out, "--json"));
  }
}

/* Every option that a command's help names stands in the manual page. */
static void
test_manual (void)
{
  const char *const commands[] = {
      "train image", "train toy", "train modular",   "train challenge", "evaluate",
      "info",        "spectrum",  "truncate",        "explain",         "attack",
      "figure",      "datasets",  "datasets import", "datasets remove", "demo",
      "bench"};
  g_autofree char *path = g_build_filename (g_getenv ("EIGENSCOPE_TEST_SOURCE"), "data",
                                            "eigenscope-cli.1", NULL);
  g_autoptr (GRegex) option = g_regex_new ("--[a-z][a-z-]+", 0, 0, NULL);
  g_autofree char *page = NULL;
  g_autoptr (GString) plain = NULL;

  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  plain = g_string_new (page);
  g_string_replace (plain, "\\-", "-", 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (CliResult) help = cli_expect (0, "%s --help", commands[i]);
    g_autoptr (GMatchInfo) match = NULL;

    g_assert_nonnull (strstr (plain->str, commands[i]));
    g_regex_match (option, help.out, 0, &match);
    for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
      g_autofree char *name = g_match_info_fetch (match, 0);

      if (strstr (plain->str, name) == NULL)
        g_error ("%s %s is not in the manual page", commands[i], name);
    }
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/evaluate", test_evaluate);
  g_test_add_func ("/cli/info", test_info);
  g_test_add_func ("/cli/spectrum/npz", test_spectrum_npz);
  g_test_add_func ("/cli/spectrum/directions", test_spectrum_directions);
  g_test_add_func ("/cli/spectrum/csv", test_spectrum_csv);
  g_test_add_func ("/cli/other-networks", test_other_networks);
  g_test_add_func ("/cli/datasets", test_datasets);
  g_test_add_func ("/cli/bench", test_bench);
  g_test_add_func ("/cli/bad-files", test_bad_files);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/manual", test_manual);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
