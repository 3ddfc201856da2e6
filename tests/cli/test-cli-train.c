/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-run-file.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static EsRun *
open_run (const char *path)
{
  g_autoptr (GError) error = NULL;
  EsRun *run = es_run_open (path, NULL, &error);

  g_assert_no_error (error);
  return run;
}

static gboolean
same_weights (const EsRun *a, const EsRun *b)
{
  gsize n = es_model_n_params (a->model);

  return n == es_model_n_params (b->model) &&
         memcmp (es_model_get_params (a->model), es_model_get_params (b->model),
                 n * sizeof (float)) == 0;
}

static void
test_json (void)
{
  g_auto (CliResult) result = cli_expect (
      0, "train image --data glyphs --hidden 16 --epochs 3 --json -o a.safetensors");
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);
  g_autoptr (EsRun) run = open_run ("a.safetensors");
  const char *const members[] = {"epoch",     "seconds",  "train_loss",
                                 "train_acc", "val_loss", "val_acc"};

  g_assert_cmpuint (lines->len, ==, 4);
  for (guint i = 0; i < 3; i++) {
    for (guint k = 0; k < G_N_ELEMENTS (members); k++)
      g_assert_true (json_object_has_member (lines->pdata[i], members[k]));
    g_assert_cmpint (json_object_get_int_member (lines->pdata[i], "epoch"), ==, i);
    g_assert_cmpfloat (json_object_get_double_member (lines->pdata[i], "val_acc"), ==,
                       g_array_index (run->history, EsEpoch, i).val_acc);
  }
  g_assert_true (json_object_get_boolean_member (lines->pdata[3], "done"));
  g_assert_cmpstr (json_object_get_string_member (lines->pdata[3], "out"), ==,
                   "a.safetensors");
  g_assert_cmpstr (run->name, ==, "a");
  g_assert_cmpstr (run->dataset, ==, "glyphs");
  g_assert_cmpuint (run->train.batch, ==, 256);
  g_assert_cmpfloat (es_run_get_last (run)->val_acc, >, 0.6);
}

/* Every option arrives in the run's recipe or network. */
static void
test_options (void)
{
  g_auto (CliResult) result = cli_expect (
      0, "train image --hidden 12 --layers 2 --bias --residual --gate silu --epochs 1 "
         "--batch 500 --lr 0.002 --weight-decay 0.25 --noise 0.1 --rotate 8 "
         "--translate 0.05 "
         "--blur 0.4 --seed 18446744073709551615 --threads 1 -o options.safetensors");
  g_autoptr (EsRun) run = open_run ("options.safetensors");
  const EsModelConfig *model = es_model_get_config (run->model);

  g_assert_cmpuint (model->hidden, ==, 12);
  g_assert_cmpuint (model->layers, ==, 2);
  g_assert_true (model->bias && model->residual);
  g_assert_cmpint (model->gate, ==, ES_GATE_SILU);
  g_assert_cmpuint (run->train.batch, ==, 500);
  g_assert_cmpfloat (run->train.lr, ==, 0.002);
  g_assert_cmpfloat (run->train.weight_decay, ==, 0.25);
  g_assert_cmpfloat (run->train.noise, ==, 0.1);
  g_assert_cmpfloat (run->train.rotate, ==, 8);
  g_assert_cmpfloat (run->train.translate, ==, 0.05);
  g_assert_cmpfloat (run->train.blur, ==, 0.4);
  g_assert_cmpuint (run->train.seed, ==, G_MAXUINT64);
}

static void
test_repeats (void)
{
#define LINE "train image --hidden 16 --epochs 2 --threads 2 --seed %d -o %s"
  g_auto (CliResult) a = cli_expect (0, LINE, 1, "r1.safetensors");
  g_auto (CliResult) b = cli_expect (0, LINE, 1, "r2.safetensors");
  g_auto (CliResult) c = cli_expect (0, LINE, 2, "r3.safetensors");
  g_autoptr (EsRun) first = open_run ("r1.safetensors");
  g_autoptr (EsRun) second = open_run ("r2.safetensors");
  g_autoptr (EsRun) other = open_run ("r3.safetensors");

  g_assert_true (same_weights (first, second));
  g_assert_false (same_weights (first, other));
}

/* What a person does while a training runs. */
typedef void (*DisturbFunc) (GPid pid);

/* Trains 40 epochs into @out, calls @disturb after the second and waits for the end.
   Returns the exit status. */
static int
train_disturbed (const char *out, DisturbFunc disturb)
{
  g_autofree char *line = g_strdup_printf (
      "%s train image --hidden 16 --epochs 40 --threads 2 --json -o %s",
      g_getenv ("EIGENSCOPE_CLI"), out);
  g_auto (GStrv) argv = NULL;
  GPid pid;
  int lines_fd, wait_status;
  char byte;
  guint lines = 0;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_assert_true (g_spawn_async_with_pipes (
      NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
      NULL, &pid, NULL, &lines_fd, NULL, NULL));
  while (lines < 2 && read (lines_fd, &byte, 1) == 1)
    lines += byte == '\n';
  disturb (pid);
  while (read (lines_fd, &byte, 1) == 1)
    continue;
  g_assert_cmpint (waitpid (pid, &wait_status, 0), ==, pid);
  close (lines_fd);
  return WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -1;
}

static void
press_ctrl_c (GPid pid)
{
  kill (pid, SIGINT);
}

static void
remove_target (GPid pid)
{
  g_assert_cmpint (g_rmdir ("gone"), ==, 0);
}

/* Where the run was to go is gone at the end: it is kept in the temporary folder. */
static void
test_rescue (void)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;
  guint n_rescued = 0;

  g_assert_cmpint (g_mkdir ("gone", 0777), ==, 0);
  g_assert_cmpint (g_mkdir ("temporary", 0777), ==, 0);
  g_setenv ("TMPDIR", "temporary", TRUE);
  g_assert_cmpint (train_disturbed ("gone/lost.safetensors", remove_target), ==, 1);
  g_unsetenv ("TMPDIR");
  folder = g_dir_open ("temporary", 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename ("temporary", name, NULL);
    g_autoptr (EsRun) run = open_run (path);

    g_assert_true (g_str_has_prefix (name, "lost-rescued-"));
    g_assert_cmpuint (es_run_get_epochs (run), ==, 40);
    n_rescued++;
  }
  g_assert_cmpuint (n_rescued, ==, 1);
}

/* Stopped and resumed is the same as never stopped, to the last bit. */
static void
test_interrupt_resume (void)
{
  g_autoptr (EsRun) stopped = NULL;
  g_autoptr (EsRun) resumed = NULL;
  g_autoptr (EsRun) whole = NULL;

  g_assert_cmpint (train_disturbed ("stopped.safetensors", press_ctrl_c), ==, 1);
  stopped = open_run ("stopped.safetensors");
  g_assert_cmpuint (es_run_get_epochs (stopped), >=, 2);
  g_assert_cmpuint (es_run_get_epochs (stopped), <, 40);
  {
    g_auto (CliResult) a = cli_expect (
        0,
        "train image --resume stopped.safetensors --threads 2 -o resumed.safetensors");
    g_auto (CliResult) b = cli_expect (
        0, "train image --hidden 16 --epochs 40 --threads 2 -o whole.safetensors");
  }
  resumed = open_run ("resumed.safetensors");
  whole = open_run ("whole.safetensors");
  g_assert_true (same_weights (resumed, whole));
  g_assert_cmpuint (es_run_get_epochs (resumed), ==, 40);
}

static void
test_resume_further (void)
{
  g_auto (CliResult) none =
      cli_expect (1, "train image --resume %s -o more.safetensors", cli_small_run ());
  g_auto (CliResult) more = cli_expect (
      0, "train image --resume %s --epochs 3 -o more.safetensors", cli_small_run ());
  g_auto (CliResult) other = cli_expect (
      2, "train image --resume %s --hidden 8 -o more.safetensors", cli_small_run ());
  g_autoptr (EsRun) run = open_run ("more.safetensors");

  g_assert_nonnull (strstr (none.err, "larger --epochs"));
  g_assert_nonnull (strstr (other.err, "--hidden"));
  g_assert_cmpuint (es_run_get_epochs (run), ==, 3);
}

/* Settings are changed on the way as asked, and that is in the file. */
static void
test_changes (void)
{
  g_auto (CliResult) result =
      cli_expect (0, "train image --hidden 8 --epochs 2 -o changed.safetensors "
                     "--change 1.5:weight-decay=0.25 --change 1:lr=1e-4");
  g_autoptr (GError) error = NULL;
  g_autoptr (EsRun) run = es_run_open ("changed.safetensors", NULL, &error);
  g_auto (CliResult) info = cli_expect (0, "info changed.safetensors");
  const EsRateChange *changes;

  g_assert_no_error (error);
  g_assert_cmpuint (run->changes->len, ==, 2);
  changes = (const EsRateChange *)(void *)run->changes->data;
  g_assert_cmpfloat (changes[0].epoch, ==, 1);
  g_assert_cmpint (changes[0].rate, ==, ES_RATE_LEARNING);
  g_assert_cmpfloat (changes[0].before, ==, 0.001);
  g_assert_cmpfloat (changes[1].epoch, >=, 1.5);
  g_assert_cmpfloat (changes[1].epoch, <, 1.7);
  g_assert_cmpfloat (run->train.weight_decay, ==, 0.25);
  g_assert_nonnull (
      strstr (info.out, "Changed after 1 epochs: lr 0.0001, before 0.001"));
}

static void
test_diverges (void)
{
  g_auto (CliResult) result = cli_run ("train image --hidden 16 --layers 4 --residual "
                                       "--lr 100 --epochs 40 -o diverged.safetensors");

  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.err, "Lower the learning rate (now 100)"));
}

static void
test_usage (void)
{
  const char *const lines[] = {
      "",
      "paint",
      "train",
      "train sculpture",
      "train image",
      "train image --hidden -o x",
      "train image --hidden ten -o x",
      "train image --colour -o x",
      "train image -o x y",
      "train image --threads -1 -o x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (CliResult) result = cli_expect (2, "%s", lines[i]);

    g_assert_nonnull (strstr (result.err, "--help"));
  }
}

static void
test_bad_settings (void)
{
  const struct
  {
    const char *option, *said;
    int status; /* 2: never a value; 1: not for these data */
  } cases[] = {
      {"--hidden 0", "--hidden is 0", 2},
      {"--layers 5", "1 to 4", 2},
      {"--gate tanh", "none, relu, gelu or silu", 2},
      {"--batch 100000", "12000 training images", 1},
      {"--lr nan", "learning rate", 2},
      {"--noise -1", "noise", 2},
      {"--seed -3", "--seed is -3", 2},
      {"--seed 1.5", "--seed is 1.5", 2},
      {"--change lr=1", "EPOCH:SETTING=VALUE", 2},
      {"--change 1:epochs=3", "lr, weight-decay or noise", 2},
      {"--change 1:lr=-1", "learning rate", 2},
      {"--data nowhere", "nowhere", 1},
      {"--resume missing.safetensors", "missing.safetensors", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (CliResult) result = cli_expect (
        cases[i].status, "train image %s -o x.safetensors", cases[i].option);

    if (strstr (result.err, cases[i].said) == NULL)
      g_error ("%s: expected '%s' in: %s", cases[i].option, cases[i].said, result.err);
    g_assert_false (g_file_test ("x.safetensors", G_FILE_TEST_EXISTS));
  }
}

/* A target that cannot be written is noticed before the training, not after. */
static void
test_bad_target (void)
{
  g_auto (CliResult) missing =
      cli_expect (1, "train image --epochs 100000 -o nowhere/x.safetensors");
  g_auto (CliResult) is_folder = cli_expect (1, "train image --epochs 100000 -o /tmp");

  g_assert_nonnull (strstr (missing.err, "nowhere/x.safetensors"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/train/json", test_json);
  g_test_add_func ("/cli/train/options", test_options);
  g_test_add_func ("/cli/train/repeats", test_repeats);
  g_test_add_func ("/cli/train/interrupt-resume", test_interrupt_resume);
  g_test_add_func ("/cli/train/resume-further", test_resume_further);
  g_test_add_func ("/cli/train/changes", test_changes);
  g_test_add_func ("/cli/train/diverges", test_diverges);
  g_test_add_func ("/cli/train/usage", test_usage);
  g_test_add_func ("/cli/train/bad-settings", test_bad_settings);
  g_test_add_func ("/cli/train/bad-target", test_bad_target);
  g_test_add_func ("/cli/train/rescue", test_rescue);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
