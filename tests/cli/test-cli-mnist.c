/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include <math.h>
#include <string.h>

/* The published trainings on MNIST: accuracy and mean effective rank as PyTorch's. */
static void
check_training (const char *options, double accuracy, double tolerance, double rank)
{
  g_autofree char *folder =
      g_build_filename (g_getenv ("EIGENSCOPE_SHARED"), "data", "mnist", NULL);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("MNIST not found");
    return;
  }
  {
    g_auto (CliResult) train =
        cli_expect (0, "train image --data %s %s --noise 0.4 -o mnist.safetensors",
                    folder, options);
    g_auto (CliResult) evaluate = cli_expect (0, "evaluate mnist.safetensors --json");
    g_auto (CliResult) spectrum =
        cli_expect (0, "spectrum mnist.safetensors -o mnist.csv --json");
    g_autoptr (GPtrArray) a = cli_json_lines (evaluate.out);
    g_autoptr (GPtrArray) b = cli_json_lines (spectrum.out);

    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (a->pdata[0], "accuracy"), accuracy, tolerance);
    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (b->pdata[0], "mean_effective_rank"), rank, 8);
  }
}

static void
test_256 (void)
{
  check_training ("--hidden 256 --epochs 20 --weight-decay 0.5", 0.968, 0.004, 52);
}

static void
test_512 (void)
{
  check_training ("--hidden 512 --epochs 30 --weight-decay 1.0", 0.979, 0.003, 48);
}

/* The largest number that follows @word in @text. */
static double
largest_after (const char *text, const char *word)
{
  double largest = 0;

  for (const char *at = text; (at = strstr (at, word)) != NULL;) {
    at += strlen (word);
    largest = MAX (largest, g_ascii_strtod (at, NULL));
  }
  return largest;
}

/* The published challenge: the labels alone bring the hidden target back. Only the
   components' captions begin with an eigenvalue, the linear picture's does not. */
static void
test_challenge (void)
{
  g_autofree char *folder =
      g_build_filename (g_getenv ("EIGENSCOPE_SHARED"), "data", "mnist", NULL);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("MNIST not found");
    return;
  }
  {
    g_auto (CliResult) train =
        cli_expect (0,
                    "train challenge --data %s --target 6 --threshold 0.4 --hidden 64 "
                    "--weight-decay 2 --noise 0.1 --epochs 60 -o hidden.safetensors",
                    folder);
    g_auto (CliResult) evaluate = cli_expect (0, "evaluate hidden.safetensors --json");
    g_auto (CliResult) figure =
        cli_expect (0, "figure challenge hidden.safetensors -o hidden.svg");
    g_autoptr (GPtrArray) lines = cli_json_lines (evaluate.out);
    const char *linear = strstr (figure.out, "linear, ");
    g_autofree char *components = NULL;

    g_assert_nonnull (linear);
    components = g_strndup (figure.out, (gsize)(linear - figure.out));
    g_assert_cmpfloat (json_object_get_double_member (lines->pdata[0], "accuracy"), >=,
                       0.955);
    g_assert_cmpfloat (largest_after (components, "cosine "), >=, 0.88);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/mnist/256", test_256);
  g_test_add_func ("/cli/mnist/512", test_512);
  g_test_add_func ("/cli/mnist/challenge", test_challenge);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
