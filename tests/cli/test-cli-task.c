/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include <string.h>

/* The last number that @result says of @member. */
static double
last_number (const CliResult *result, const char *member)
{
  g_autofree char *key = g_strdup_printf ("\"%s\":", member);
  const char *at = g_strrstr (result->out, key);

  g_assert_nonnull (at);
  return g_ascii_strtod (at + strlen (key), NULL);
}

/* A run of each task opens again with its task, and its dataset is made again. */
static void
test_tasks (void)
{
  const struct
  {
    const char *kind, *command, *task;
    double loss, accuracy; /* at most, at least */
  } tasks[] = {
      {"toy", "toy --task xor", "\"toy:xor=1,inputs=4,sparsity=0.7\"", 1e-4, 1},
      {"toy", "toy --mix and=3,or=2 --inputs 3 --bias",
       "\"toy:and=3,or=2,inputs=3,sparsity=0.7\"", 1e-2, 1},
      {"modular",
       "modular --modulus 7 --operation subtract --fraction 0.9 --epochs 50 --seed 3",
       "\"modular:subtract,modulus=7,fraction=0.9,seed=3\"", 10, 0},
      {"challenge", "challenge --epochs 4 --hidden 16",
       "\"challenge:target=6,threshold=0.4,images=glyphs\"", 0.6, 0.7},
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    g_auto (CliResult) trained =
        cli_expect (0, "train %s --json -o task.safetensors", tasks[i].command);
    g_auto (CliResult) info = cli_expect (0, "info task.safetensors --json");
    g_auto (CliResult) spectrum = {0};
    g_auto (CliResult) figure =
        cli_expect (0, "figure %s task.safetensors -o task.png", tasks[i].kind);
    g_auto (CliResult) evaluated = cli_expect (0, "evaluate task.safetensors --json");

    cli_result_clear (&figure);
    figure = cli_expect (0, "figure %s task.safetensors --class 1 -o task.svg",
                         tasks[i].kind);
    spectrum = cli_expect (0, "spectrum task.safetensors -o task.npz");
    if (strstr (info.out, tasks[i].task) == NULL)
      g_error ("%s: no task %s in %s", tasks[i].command, tasks[i].task, info.out);
    g_assert_cmpfloat (last_number (&evaluated, "loss"), <, tasks[i].loss);
    g_assert_cmpfloat (last_number (&evaluated, "accuracy"), >=, tasks[i].accuracy);
    g_assert_cmpfloat_with_epsilon (last_number (&evaluated, "loss"),
                                    last_number (&trained, "val_loss"), 1e-6);
    g_assert_nonnull (strstr (evaluated.out, "\"same_data\":true"));
  }
}

static void
test_resumed (void)
{
  g_auto (CliResult) first =
      cli_expect (0, "train toy --epochs 30 -o half.safetensors --decay coupled "
                     "--weight-decay 0.1");
  g_auto (CliResult) second =
      cli_expect (0, "train toy --resume half.safetensors --epochs 40 --json -o "
                     "whole.safetensors");

  g_assert_null (strstr (second.out, "\"epoch\":29,"));
  g_assert_nonnull (strstr (second.out, "\"epoch\":39,"));
}

/* A picture from a file takes the place of a training image. */
static void
test_target_image (void)
{
  g_auto (CliResult) picture =
      cli_expect (0, "figure samples --data glyphs --images 1 --style dark --no-title "
                     "--size 60x60px -o target.png");
  g_auto (CliResult) trained =
      cli_expect (0, "train challenge --target-image target.png --threshold 0.3 "
                     "--one-sided --epochs 1 --hidden 8 -o drawn.safetensors");
  g_auto (CliResult) info = cli_expect (0, "info drawn.safetensors --json");
  g_auto (CliResult) figure =
      cli_expect (0, "figure challenge drawn.safetensors -o drawn.svg");
  g_auto (CliResult) missing =
      cli_expect (1, "train challenge --target-image nowhere.png -o x.safetensors");
  g_auto (CliResult) other =
      cli_expect (1, "train challenge --target-image drawn.svg -o x.safetensors");

  g_assert_nonnull (strstr (info.out, "\"challenge:drawn="));
  g_assert_nonnull (strstr (missing.err, "nowhere.png"));
  g_assert_nonnull (strstr (other.err, "drawn.svg"));
}

/* Side by side: without anything that holds it back, training and test lie further
   apart. Runs of other images are refused. */
static void
test_overfitting (void)
{
  g_auto (CliResult) one =
      cli_expect (0, "train image --hidden 32 --epochs 3 --weight-decay 0 --noise 0 -o "
                     "one.safetensors");
  g_auto (CliResult) two = cli_expect (
      0, "train image --hidden 32 --epochs 3 --noise 0.5 -o two.safetensors");
  g_auto (CliResult) toy = cli_expect (0, "train toy --epochs 2 -o toy.safetensors");
  g_auto (CliResult) figure = cli_expect (
      0, "figure overfitting one.safetensors two.safetensors -o both.svg --numbers "
         "both.csv");
  g_auto (CliResult) other =
      cli_expect (1, "figure overfitting one.safetensors toy.safetensors -o x.svg");
  g_autofree char *numbers = NULL;

  g_assert_true (g_file_get_contents ("both.csv", &numbers, NULL, NULL));
  g_assert_nonnull (strstr (numbers, "one"));
  g_assert_nonnull (strstr (numbers, "two"));
  g_assert_nonnull (strstr (other.err, "toy"));
}

static void
test_misused (void)
{
  const char *const commands[] = {
      "train toy",
      "train toy --task maybe -o x.safetensors",
      "train toy --mix and=1,and -o x.safetensors",
      "train toy --task and --mix or=1 -o x.safetensors",
      "train toy --inputs 2 -o x.safetensors",
      "train toy --inputs -3 -o x.safetensors",
      "train toy --sparsity 1 -o x.safetensors",
      "train toy --decay none -o x.safetensors",
      "train modular --modulus 2 -o x.safetensors",
      "train modular --operation divide -o x.safetensors",
      "train modular --fraction 1 -o x.safetensors",
      "train challenge --threshold 2 -o x.safetensors",
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (CliResult) result = cli_expect (2, "%s", commands[i]);
  }
}

static void
test_refused (void)
{
  g_auto (CliResult) target =
      cli_expect (1, "train challenge --target 99999 -o x.safetensors");
  g_auto (CliResult) images =
      cli_expect (1, "train challenge --data nowhere -o x.safetensors");
  g_auto (CliResult) other = {0};
  g_auto (CliResult) toy = cli_expect (0, "train toy --epochs 2 -o toy.safetensors");
  g_auto (CliResult) explained = cli_expect (1, "explain toy.safetensors --index 0");

  g_assert_nonnull (strstr (target.err, "99999"));
  g_assert_nonnull (strstr (images.err, "nowhere"));
  other = cli_expect (1, "figure modular toy.safetensors -o x.png");
  g_assert_nonnull (strstr (other.err, "toy:and"));
  g_assert_nonnull (strstr (explained.err, "numbers"));
}

int
main (int argc, char **argv)
{
  int status;

  cli_test_enter_folder ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/task/tasks", test_tasks);
  g_test_add_func ("/cli/task/resumed", test_resumed);
  g_test_add_func ("/cli/task/target-image", test_target_image);
  g_test_add_func ("/cli/task/overfitting", test_overfitting);
  g_test_add_func ("/cli/task/misused", test_misused);
  g_test_add_func ("/cli/task/refused", test_refused);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
