/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include <math.h>

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

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/mnist/256", test_256);
  g_test_add_func ("/cli/mnist/512", test_512);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
