/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-run-file.h"
#include "es-safetensors.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs "eigenscope-cli ..." by the shell, "$CLI" in it; the exit status. */
static int
shell (const char *script)
{
  const char *const argv[] = {"/bin/sh", "-c", script, NULL};
  int wait_status;

  g_setenv ("CLI", g_getenv ("EIGENSCOPE_CLI"), TRUE);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL,
                               G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                               NULL, NULL, NULL, NULL, &wait_status, NULL));
  return WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -1;
}

/* A name that would turn what stands behind it does not on a terminal. */
static void
test_turning_name (void)
{
  g_assert_cmpint (shell ("$CLI info 'a\u202eb' 2>&1 | grep -q 'a???b'"), ==, 0);
}

static guint
count_temporaries (void)
{
  g_autoptr (GDir) dir = g_dir_open (".", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, ".eigenscope-");
  return n;
}

/* What cannot be printed is reported; the run is kept nevertheless. */
static void
test_stdout (void)
{
  g_autofree char *evaluate =
      g_strdup_printf ("$CLI evaluate %s > /dev/full", cli_small_run ());

  g_assert_cmpint (shell (evaluate), ==, 1);
  g_assert_cmpint (shell ("$CLI --help > /dev/full"), ==, 1);
  /* Without a reader it would go on for an hour. */
  g_assert_cmpint (shell ("$CLI bench --repeats 1000 > /dev/full"), ==, 1);
  g_assert_cmpint (
      shell ("$CLI train image --hidden 8 --epochs 9 -o p.safetensors | head -n 1"), ==,
      0);
  /* The pipe's status is that of head, which does not wait for the training. */
  for (guint i = 0; i < 600 && !g_file_test ("p.safetensors", G_FILE_TEST_EXISTS); i++)
    g_usleep (G_USEC_PER_SEC / 20);
  {
    g_autoptr (EsRun) run = es_run_open ("p.safetensors", NULL, NULL);

    g_assert_nonnull (run);
    g_assert_cmpuint (es_run_get_epochs (run), ==, 9);
  }
}

/* A closed standard stream does not become the file that is written. */
static void
test_closed_streams (void)
{
  g_autoptr (EsRun) run = NULL;

  g_assert_cmpint (
      shell ("$CLI train image --hidden 8 --epochs 2 -o c.safetensors <&- >&- 2>&-"),
      ==, 0);
  run = es_run_open ("c.safetensors", NULL, NULL);
  g_assert_nonnull (run);
}

/* A file that may not grow so far is an error like a full disk. */
static void
test_file_limit (void)
{
  g_autofree char *script = g_strdup_printf (
      "TMPDIR=. && export TMPDIR && ulimit -f 8 && $CLI spectrum %s -o limit.npz",
      cli_small_run ());

  g_assert_cmpint (shell (script), ==, 1);
  g_assert_false (g_file_test ("limit.npz", G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_temporaries (), ==, 0);
}

/* kill is as good as Ctrl+C: what was learned is kept. */
static void
test_terminate (void)
{
  g_autofree char *line = g_strdup_printf (
      "%s train image --hidden 16 --epochs 100000 --json -o t.safetensors",
      g_getenv ("EIGENSCOPE_CLI"));
  g_auto (GStrv) argv = g_strsplit (line, " ", 0);
  g_autoptr (EsRun) run = NULL;
  GPid pid;
  int out, wait_status;
  char byte;
  guint lines = 0;

  g_assert_true (g_spawn_async_with_pipes (
      NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
      NULL, &pid, NULL, &out, NULL, NULL));
  while (lines < 2 && read (out, &byte, 1) == 1)
    lines += byte == '\n';
  kill (pid, SIGTERM);
  while (read (out, &byte, 1) == 1)
    continue;
  close (out);
  waitpid (pid, &wait_status, 0);
  g_assert_true (WIFEXITED (wait_status));
  g_assert_cmpint (WEXITSTATUS (wait_status), ==, 1);
  run = es_run_open ("t.safetensors", NULL, NULL);
  g_assert_nonnull (run);
  g_assert_cmpuint (es_run_get_epochs (run), >=, 2);
}

/* Weights that are no numbers are refused by everything that computes with them. */
static void
test_not_finite (void)
{
  g_autoptr (EsRun) run = es_run_open (cli_small_run (), NULL, NULL);
  const char *const commands[] = {"evaluate nan.safetensors",
                                  "spectrum nan.safetensors -o n.npz",
                                  "figure eigenvectors nan.safetensors -o n.pdf",
                                  "train image --resume nan.safetensors --epochs 9 "
                                  "-o n.safetensors"};

  es_model_params (run->model)[7] = NAN;
  g_assert_true (es_run_save (run, "nan.safetensors", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (CliResult) result = cli_expect (1, "%s", commands[i]);

    g_assert_nonnull (strstr (result.err, "nan.safetensors: 1 of its"));
  }
}

/* A dataset that has moved is found by its name. */
static void
test_moved_dataset (void)
{
  g_autoptr (EsRun) run = es_run_open (cli_small_run (), NULL, NULL);

  g_free (run->dataset);
  run->dataset = g_strdup ("mine");
  run->dataset_path = g_strdup ("/nowhere/mine");
  g_assert_true (es_run_save (run, "moved.safetensors", NULL));
  {
    g_auto (CliResult) lost = cli_expect (1, "evaluate moved.safetensors");

    g_assert_nonnull (strstr (lost.err, "/nowhere/mine"));
  }
  g_assert_cmpint (g_mkdir_with_parents ("eigenscope/datasets/mine", 0777), ==, 0);
  {
    g_auto (CliResult) found = cli_expect (1, "evaluate moved.safetensors");

    g_assert_nonnull (strstr (found.err, "eigenscope/datasets/mine: has no "));
  }
}

static void
test_values (void)
{
  const struct
  {
    int status;
    const char *line, *said;
  } cases[] = {
      {1, "spectrum small.safetensors --class -1 -o v.npz", "no class '-1'"},
      {1, "spectrum small.safetensors --class 10 -o v.npz", "no class '10'"},
      {1, "spectrum small.safetensors --class \xc3\x9f -o v.npz", "no class"},
      {2, "train image --hidden -1 -o v.safetensors", "--hidden is -1"},
      {1, "train image -o ''", "cannot"},
      {2, "figure history small.safetensors -o v.pdf --numbers v.txt", "v.txt"},
      {2, "figure history small.safetensors -o v.png --dpi 0", "--dpi"},
      {2, "figure history small.safetensors -o v.png --dpi nan", "--dpi"},
  };

  cli_small_run ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (CliResult) result = cli_expect (cases[i].status, "%s", cases[i].line);

    if (strstr (result.err, cases[i].said) == NULL)
      g_error ("%s: expected '%s' in: %s", cases[i].line, cases[i].said, result.err);
  }
  g_assert_false (g_file_test ("v.pdf", G_FILE_TEST_EXISTS));
}

/* File names are bytes; what is said about them is UTF-8. */
static void
test_bytes_in_names (void)
{
  g_auto (CliResult) history =
      cli_expect (0, "figure history %s -o 'n\xff.pdf' --json", cli_small_run ());
  g_auto (CliResult) samples = cli_expect (
      0, "figure samples %s -o n.svg --numbers 'n\xff.csv' --json", cli_small_run ());

  g_assert_true (g_utf8_validate (history.out, -1, NULL));
  g_assert_true (g_utf8_validate (samples.out, -1, NULL));
  g_assert_true (g_file_test ("n\xff.pdf", G_FILE_TEST_EXISTS));
}

/* What a file says of itself gives the terminal no commands. */
static void
test_terminal (void)
{
  static const float numbers[1] = {1};
  static const gsize one = 1;
  const char *const metadata[] = {"key\x1b[31m\r", "value", "\xc2\x9bk", "v", NULL};
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, numbers, 1, &one);
  g_autoptr (GError) error = NULL;
  g_auto (CliResult) info = {0};

  g_assert_true (
      es_safetensors_write ("terminal.safetensors", &tensor, 1, metadata, &error));
  g_assert_no_error (error);
  info = cli_expect (0, "info terminal.safetensors");
  g_assert_nonnull (strstr (info.out, "Setting key?[31m?:"));
  g_assert_nonnull (strstr (info.out, "Setting ??k:"));
}

/* The demo's folder is tried before the training. */
static void
test_demo_target (void)
{
  g_assert_cmpint (g_mkdir_with_parents ("taken/run.safetensors", 0777), ==, 0);
  {
    g_auto (CliResult) result = cli_run ("demo -o taken");

    g_assert_cmpint (result.status, ==, 1);
    g_assert_null (strstr (result.out, "Right on"));
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/hostile/turning-name", test_turning_name);
  g_test_add_func ("/cli/hostile/stdout", test_stdout);
  g_test_add_func ("/cli/hostile/closed-streams", test_closed_streams);
  g_test_add_func ("/cli/hostile/file-limit", test_file_limit);
  g_test_add_func ("/cli/hostile/terminate", test_terminate);
  g_test_add_func ("/cli/hostile/not-finite", test_not_finite);
  g_test_add_func ("/cli/hostile/moved-dataset", test_moved_dataset);
  g_test_add_func ("/cli/hostile/values", test_values);
  g_test_add_func ("/cli/hostile/bytes-in-names", test_bytes_in_names);
  g_test_add_func ("/cli/hostile/terminal", test_terminal);
  g_test_add_func ("/cli/hostile/demo-target", test_demo_target);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
