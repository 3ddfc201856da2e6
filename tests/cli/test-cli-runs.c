/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-library.h"
#include "es-run-file.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* The runs that the list shows with @options. */
static GPtrArray *
list_runs (const char *options)
{
  g_auto (CliResult) result = cli_expect (0, "runs --json %s", options);

  return cli_json_lines (result.out);
}

static void
expect_listed (const char *options, guint n)
{
  g_autoptr (GPtrArray) lines = list_runs (options);

  g_assert_cmpuint (lines->len, ==, n);
}

static void
act (const char *command_line)
{
  g_auto (CliResult) result = cli_expect (0, "runs %s", command_line);

  g_assert_cmpstr (result.out, ==, "");
}

static void
test_keeps (void)
{
  g_auto (CliResult) none = cli_expect (0, "runs");
  g_auto (CliResult) first =
      cli_expect (0, "train image --hidden 8 --epochs 2 --keep 'My first' --json");
  g_auto (CliResult) both = cli_expect (
      0, "train image --hidden 8 --epochs 2 --keep Second -o second.safetensors");
  g_auto (CliResult) text = cli_expect (0, "runs --sort name");
  g_autoptr (GPtrArray) said = cli_json_lines (first.out);
  g_autoptr (GPtrArray) lines = list_runs ("--sort name");
  JsonObject *run = lines->pdata[0];

  g_assert_cmpstr (none.out, ==, "");
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpstr (json_object_get_string_member (run, "name"), ==, "My first");
  g_assert_cmpstr (json_object_get_string_member (run, "id"), ==,
                   json_object_get_string_member (said->pdata[2], "id"));
  g_assert_cmpint (json_object_get_int_member (run, "epochs_done"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (run, "dataset"), ==, "glyphs");
  g_assert_false (json_object_get_boolean_member (run, "unfinished"));
  g_assert_false (json_object_get_boolean_member (run, "training"));
  g_assert_true (g_file_test ("second.safetensors", G_FILE_TEST_EXISTS));
  g_assert_nonnull (strstr (text.out, "2 epochs"));
}

static void
test_actions (void)
{
  g_auto (CliResult) show = {0};
  g_autoptr (EsRun) run = NULL;

  act ("rename 'My first' Renamed");
  act ("tag Renamed paper");
  act ("tag Renamed draft");
  act ("untag Renamed draft");
  act ("note Renamed 'for the talk'");
  act ("star Renamed");
  show = cli_expect (0, "runs show Renamed");
  g_assert_nonnull (strstr (show.out, "#paper"));
  g_assert_nonnull (strstr (show.out, "for the talk"));
  expect_listed ("--starred", 1);
  expect_listed ("TALK", 1);
  expect_listed ("'#draft'", 0);
  act ("unstar Renamed");
  expect_listed ("--starred", 0);
  act ("archive Renamed");
  expect_listed ("", 1);
  expect_listed ("--archived", 1);
  act ("unarchive Renamed");
  act ("delete Renamed");
  expect_listed ("", 1);
  expect_listed ("--deleted", 1);
  act ("restore Renamed");
  expect_listed ("", 2);
  act ("export Renamed out.safetensors");
  run = es_run_open ("out.safetensors", NULL, NULL);
  g_assert_cmpstr (run->name, ==, "Renamed");
}

/* A run of the library stands wherever a file may, under the name that it has there. */
static void
test_named (void)
{
  const char *const commands[] = {
      "evaluate",
      "truncate --ranks 1,2",
      "spectrum --class 3 -o spectrum.npz",
      "figure history -o history.svg",
      "explain --index 0 -o why.npz",
  };
  g_auto (CliResult) renamed =
      cli_expect (1, "spectrum Renamed --class none -o spectrum.npz");
  g_auto (CliResult) unknown = cli_expect (1, "evaluate Nobody");

  g_assert_nonnull (strstr (renamed.err, "Renamed has no class"));
  g_assert_nonnull (strstr (unknown.err, "No file is called “Nobody”"));
  g_assert_nonnull (strstr (unknown.err, "has no run “Nobody”"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (CliResult) result = cli_expect (0, "%s Second", commands[i]);
  }
}

/* Killed and resumed is the same as never killed, to the last bit. */
static void
test_resumes (void)
{
  const char *argv[] = {g_getenv ("EIGENSCOPE_CLI"),
                        "train",
                        "image",
                        "--keep",
                        "Killed",
                        "--hidden",
                        "8",
                        "--epochs",
                        "30",
                        "--threads",
                        "2",
                        NULL};
  g_autoptr (EsLibrary) library = es_library_new (NULL);
  g_autofree char *id = NULL;
  g_autoptr (EsRun) resumed = NULL;
  g_autoptr (EsRun) whole = NULL;
  GPid child;
  int status;

  g_assert_true (g_spawn_async (NULL, (char **)argv, NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                                NULL, NULL, &child, NULL));
  while ((id = es_library_find (library, ES_LIBRARY_KEPT, "Killed", NULL)) == NULL)
    g_usleep (10000);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  {
    g_auto (CliResult) a = cli_expect (0, "train image --resume Killed --threads 2");
    g_auto (CliResult) b = cli_expect (
        0, "train image --hidden 8 --epochs 30 --threads 2 -o whole.safetensors");
  }
  resumed = es_library_open_run (library, id, NULL);
  whole = es_run_open ("whole.safetensors", NULL, NULL);
  g_assert_cmpuint (es_run_get_epochs (resumed), ==, 30);
  g_assert_cmpmem (es_model_get_params (resumed->model),
                   es_model_n_params (resumed->model) * sizeof (float),
                   es_model_get_params (whole->model),
                   es_model_n_params (whole->model) * sizeof (float));
}

static void
test_refusals (void)
{
  const char *const misuses[] = {
      "runs rename Second",
      "runs star",
      "runs star Second again",
      "runs paint Second",
      "runs --sort colour",
      "train image --keep ''",
      "train image --resume second.safetensors",
  };

  for (guint i = 0; i < G_N_ELEMENTS (misuses); i++) {
    g_auto (CliResult) result = cli_expect (2, "%s", misuses[i]);
  }
  {
    g_auto (CliResult) missing = cli_expect (1, "runs star Nobody");
    g_auto (CliResult) unknown = cli_expect (1, "train image --resume Nobody");

    g_assert_nonnull (strstr (missing.err, "Nobody"));
    g_assert_nonnull (strstr (unknown.err, "Nobody"));
  }
}

int
main (int argc, char **argv)
{
  int status;
  g_autofree char *data = NULL;

  cli_test_enter_folder ();
  data = g_get_current_dir ();
  /* Before anybody asks for the folder: it is remembered. */
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/runs/keeps", test_keeps);
  g_test_add_func ("/cli/runs/actions", test_actions);
  g_test_add_func ("/cli/runs/named", test_named);
  g_test_add_func ("/cli/runs/resumes", test_resumes);
  g_test_add_func ("/cli/runs/refusals", test_refusals);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
