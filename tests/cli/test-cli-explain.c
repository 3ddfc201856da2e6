/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-npz.h"
#include "es-safetensors.h"

#include <math.h>
#include <string.h>

#define C 10

static double *
read_array (const char *path, const char *name, gsize *n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsNpz) npz = es_npz_open (path, &error);
  g_autoptr (EsArray) array = NULL;

  g_assert_no_error (error);
  array = es_npz_read (npz, name, &error);
  g_assert_no_error (error);
  *n = array->tensor.n;
  return es_tensor_to_double (&array->tensor, path, NULL);
}

/* Contributions and direct part add up to the logits, in the file and on the line. */
static void
check_explanation (const char *run, const char *more, gboolean residual)
{
  g_auto (CliResult) result =
      cli_expect (0, "explain %s --index 3 %s -o explain.npz --json", run, more);
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);
  JsonObject *object = lines->pdata[0];
  JsonArray *rows = json_object_get_array_member (object, "contributions");
  gsize n, D, n_logits;
  g_autofree double *logits = read_array ("explain.npz", "logits", &n_logits);
  g_autofree double *direct = read_array ("explain.npz", "direct", &n);
  g_autofree double *parts = read_array ("explain.npz", "contributions", &n);
  gsize best = 0;

  D = n / C;
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpuint (n_logits, ==, C);
  for (gsize c = 0; c < C; c++) {
    JsonArray *row = json_array_get_array_element (rows, (guint)c);
    double sum = direct[c];

    for (gsize k = 0; k < D; k++) {
      sum += parts[c * D + k];
      g_assert_cmpfloat_with_epsilon (json_array_get_double_element (row, (guint)k),
                                      parts[c * D + k], 1e-12);
    }
    g_assert_cmpfloat_with_epsilon (sum, logits[c], 1e-4);
    g_assert_true (residual || direct[c] == 0);
    if (logits[c] > logits[best])
      best = c;
  }
  g_assert_cmpint (json_object_get_int_member (object, "predicted"), ==, (gint64)best);
}

static void
test_explain (void)
{
  g_auto (CliResult) text =
      cli_expect (0, "explain %s --index 0 --split train", cli_small_run ());
  g_auto (CliResult) deep = cli_expect (
      0, "train image --hidden 8 --layers 2 --residual --epochs 1 -o two.safetensors");

  g_assert_nonnull (strstr (text.out, "logit"));
  check_explanation (cli_small_run (), "", FALSE);
  check_explanation ("two.safetensors", "--split train", TRUE);
}

static void
test_truncate (void)
{
  g_auto (CliResult) all = cli_expect (0, "truncate %s --json", cli_small_run ());
  g_auto (CliResult) some =
      cli_expect (0, "truncate %s --ranks '16, 0' --json", cli_small_run ());
  g_auto (CliResult) positive =
      cli_expect (0, "truncate %s --ranks 16 --keep positive --json", cli_small_run ());
  g_auto (CliResult) whole = cli_expect (0, "evaluate %s --json", cli_small_run ());
  g_autoptr (GPtrArray) a = cli_json_lines (all.out);
  g_autoptr (GPtrArray) b = cli_json_lines (some.out);
  g_autoptr (GPtrArray) c = cli_json_lines (positive.out);
  g_autoptr (GPtrArray) d = cli_json_lines (whole.out);
  const gint64 ranks[] = {0, 1, 2, 5, 10, 20};

  g_assert_cmpuint (a->len, ==, 6);
  for (guint r = 0; r < 6; r++)
    g_assert_cmpint (json_object_get_int_member (a->pdata[r], "rank"), ==, ranks[r]);
  g_assert_cmpuint (b->len, ==, 2);
  g_assert_cmpint (json_object_get_int_member (b->pdata[0], "rank"), ==, 16);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (b->pdata[0], "loss"),
                                  json_object_get_double_member (d->pdata[0], "loss"),
                                  1e-4);
  g_assert_cmpfloat (json_object_get_double_member (b->pdata[1], "accuracy"), ==, 0.1);
  g_assert_cmpfloat (json_object_get_double_member (c->pdata[0], "loss"), !=,
                     json_object_get_double_member (b->pdata[0], "loss"));
}

static JsonObject *
attack_line (const char *arguments)
{
  g_auto (CliResult) result =
      cli_expect (0, "attack %s --json %s", cli_small_run (), arguments);
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);

  g_assert_cmpuint (lines->len, ==, 1);
  return json_object_ref (lines->pdata[0]);
}

static double
attacked (JsonObject *line, const char *input, const char *quantity)
{
  return json_object_get_double_member (json_object_get_object_member (line, input),
                                        quantity);
}

static void
test_attack (void)
{
  g_auto (CliResult) text =
      cli_expect (0, "attack %s --class 3 --component 0", cli_small_run ());
  g_auto (CliResult) clean = cli_expect (0, "evaluate %s --json", cli_small_run ());
  g_autoptr (GPtrArray) a = cli_json_lines (clean.out);
  g_autoptr (JsonObject) none = attack_line ("--class 3 --component 0 --strength 0");
  g_autoptr (JsonObject) some =
      attack_line ("--class 3 --component 0 --strength 0.1 -o mask.npz");
  g_autoptr (JsonObject) clipped =
      attack_line ("--class 3 --component 0 --strength 0.1 --clip");
  gsize n;
  g_autofree double *mask = read_array ("mask.npz", "mask", &n);
  double sum = 0, squares = 0;

  g_assert_nonnull (strstr (text.out, "random"));
  g_assert_cmpfloat_with_epsilon (
      attacked (none, "clean", "accuracy"),
      json_object_get_double_member (a->pdata[0], "accuracy"), 1e-3);
  g_assert_cmpfloat (attacked (none, "masked", "accuracy"), ==,
                     attacked (none, "clean", "accuracy"));
  g_assert_cmpfloat (attacked (some, "masked", "accuracy"), <,
                     attacked (some, "clean", "accuracy"));
  g_assert_cmpfloat (attacked (some, "masked", "misclassified_as"), >,
                     attacked (some, "random", "misclassified_as"));
  g_assert_cmpfloat (attacked (some, "masked", "accuracy"), !=,
                     attacked (clipped, "masked", "accuracy"));
  /* The mask as it was added: a tenth of a deviation. */
  g_assert_cmpuint (n, ==, 784);
  for (gsize p = 0; p < n; p++) {
    sum += mask[p];
    squares += mask[p] * mask[p];
  }
  g_assert_cmpfloat_with_epsilon (
      sqrt ((squares - sum * sum / (double)n) / (double)(n - 1)), 0.1, 1e-5);
}

/* The figure's numbers are those of the command, with the same choices. */
static void
test_attack_figure (void)
{
  static const char *const choices[] = {"", " --clip", " --strongest=40",
                                        " --control=noise --eigenvectors=4"};

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autofree char *arguments =
        g_strdup_printf ("--class 3 --component 0 --strength 0.1%s", choices[i]);
    g_autoptr (JsonObject) line = attack_line (arguments);
    g_auto (CliResult) figure =
        cli_expect (0,
                    "figure attack %s --class 3 --components 1 --strength 0.1 --steps 2"
                    "%s -o attack.svg --numbers attack.npz",
                    cli_small_run (), choices[i]);
    gsize n;
    g_autofree double *values = read_array ("attack.npz", "value", &n);
    static const char *const inputs[] = {"clean", "masked", "random"};

    g_assert_cmpuint (n, ==, 12);
    for (guint input = 0; input < 3; input++) {
      g_assert_cmpfloat_with_epsilon (values[2 * input + 1],
                                      attacked (line, inputs[input], "accuracy"), 1e-9);
      g_assert_cmpfloat_with_epsilon (
          values[6 + 2 * input + 1], attacked (line, inputs[input], "misclassified_as"),
          1e-9);
    }
  }
}

/* The commands against reference values of a network that others trained. */
static void
test_golden (void)
{
  g_autofree char *golden =
      g_build_filename (g_getenv ("EIGENSCOPE_SHARED"), "golden", NULL);
  g_autofree char *mnist =
      g_build_filename (g_getenv ("EIGENSCOPE_SHARED"), "data", "mnist", NULL);
  g_autofree char *path =
      g_build_filename (golden, "mnist-plain.expected.safetensors", NULL);
  g_autofree double *k = NULL, *accuracy = NULL, *masked = NULL, *taken = NULL;
  g_autoptr (EsSafetensors) expected = NULL;
  g_autoptr (GString) ranks = g_string_new (NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) ||
      !g_file_test (mnist, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("reference values or MNIST not found");
    return;
  }
  expected = es_safetensors_open (path, NULL);
  k = es_safetensors_to_double (expected, "truncation_k", NULL);
  accuracy = es_safetensors_to_double (expected, "truncation_accuracy", NULL);
  masked = es_safetensors_to_double (expected, "adversarial_accuracy", NULL);
  taken = es_safetensors_to_double (expected, "adversarial_misclassified_as", NULL);
  for (guint r = 0; r < 23; r++)
    g_string_append_printf (ranks, "%s%.0f", r > 0 ? "," : "", k[r]);
  {
    g_auto (CliResult) truncate = cli_expect (
        0, "truncate %s/mnist-plain.safetensors --data %s --ranks %s --json", golden,
        mnist, ranks->str);
    g_auto (CliResult) attack = cli_expect (
        0,
        "attack %s/mnist-plain.safetensors --data %s --class 7 --component 2 "
        "--strength 0.15 --json",
        golden, mnist);
    g_autoptr (GPtrArray) lines = cli_json_lines (truncate.out);
    g_autoptr (GPtrArray) line = cli_json_lines (attack.out);
    gsize at = (7 * 3 + 2) * 12 + 5;

    g_assert_cmpuint (lines->len, ==, 23);
    for (guint r = 0; r < 23; r++)
      g_assert_cmpfloat_with_epsilon (
          json_object_get_double_member (lines->pdata[r], "accuracy"), accuracy[r],
          0.001);
    g_assert_cmpfloat_with_epsilon (attacked (line->pdata[0], "masked", "accuracy"),
                                    masked[at], 0.001);
    g_assert_cmpfloat_with_epsilon (
        attacked (line->pdata[0], "masked", "misclassified_as"), taken[at], 0.001);
  }
}

static void
test_usage (void)
{
  const char *run = cli_small_run ();
  const struct
  {
    int status;
    const char *arguments, *said;
  } cases[] = {
      {2, "truncate %s --ranks 1,x", "'x'"},
      {2, "truncate %s --ranks ''", "empty"},
      {2, "truncate %s --keep all", "absolute, positive or negative"},
      {2, "truncate %s --split both", "both"},
      {2, "explain %s", "--index"},
      {2, "explain %s --index 0 -o explain.txt", "explain.txt"},
      {2, "attack %s --component 0", "--class"},
      {2, "attack %s --class 1 --component -1", "largest eigenvalues"},
      {2, "attack %s --class 1 --component 0 --control none", "none"},
      {2, "attack %s --class 1 --component 0 --rare 2", "--rare"},
      {2, "attack %s --class 1 --component 0 -o mask.txt", "mask.txt"},
      {2, "figure attack %s --steps 0 -o a.pdf", "--steps"},
      {2, "figure attack %s --components 0 -o a.pdf", "--components"},
      {2, "figure attack %s --strength inf -o a.pdf", "--strength"},
      {2, "figure attack %s --strongest -1 -o a.pdf", "--strongest"},
      {2, "figure attack %s --control none -o a.pdf", "none"},
      {1, "attack %s --class ten --component 0", "ten"},
      {1, "attack %s --class 1 --component 10", "10 largest eigenvalues"},
      {1, "explain %s --index 2000", "0 to 1999"},
      {1, "explain %s --index 0 -o nowhere/explain.npz", "nowhere"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) halves = g_strsplit (cases[i].arguments, "%s", 2);
    g_auto (CliResult) result =
        cli_expect (cases[i].status, "%s%s%s", halves[0], run, halves[1]);

    if (strstr (result.err, cases[i].said) == NULL)
      g_error ("%s: '%s' is not in: %s", cases[i].arguments, cases[i].said, result.err);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/explain", test_explain);
  g_test_add_func ("/cli/truncate", test_truncate);
  g_test_add_func ("/cli/attack", test_attack);
  g_test_add_func ("/cli/attack/figure", test_attack_figure);
  g_test_add_func ("/cli/explain/golden", test_golden);
  g_test_add_func ("/cli/explain/usage", test_usage);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
