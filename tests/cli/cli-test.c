/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

static char *folder;

void
cli_result_clear (CliResult *result)
{
  g_free (result->out);
  g_free (result->err);
}

void
cli_test_enter_folder (void)
{
  folder = g_dir_make_tmp ("eigenscope-cli-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_unsetenv ("EIGENSCOPE_DATA");
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

void
cli_test_leave_folder (void)
{
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  remove_tree (folder);
  g_clear_pointer (&folder, g_free);
}

static CliResult
run_line (const char *line)
{
  g_autofree char *whole = g_strdup_printf ("%s %s", g_getenv ("EIGENSCOPE_CLI"), line);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  CliResult result = {0};
  int wait_status;

  g_shell_parse_argv (whole, NULL, &argv, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &result.out, &result.err,
                &wait_status, &error);
  g_assert_no_error (error);
  result.status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -1;
  return result;
}

CliResult
cli_run (const char *command_line, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, command_line);
  line = g_strdup_vprintf (command_line, args);
  va_end (args);
  return run_line (line);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

CliResult
cli_expect (int status, const char *command_line, ...)
{
  g_autofree char *line = NULL;
  va_list args;
  CliResult result;

  va_start (args, command_line);
  line = g_strdup_vprintf (command_line, args);
  va_end (args);
  result = run_line (line);
  if (result.status != status)
    g_error ("%s: status %d, expected %d; it said: %s%s", line, result.status, status,
             result.out, result.err);
  if (status != 0 && (count_lines (result.err) != 1 || result.out[0] != '\0'))
    g_error ("%s: expected one line of error and nothing else, found: %s%s", line,
             result.out, result.err);
  return result;
}

GPtrArray *
cli_json_lines (const char *out)
{
  g_auto (GStrv) lines = g_strsplit (out, "\n", 0);
  GPtrArray *objects =
      g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GError) error = NULL;

    if (lines[i][0] == '\0')
      continue;
    json_parser_load_from_data (parser, lines[i], -1, &error);
    g_assert_no_error (error);
    g_ptr_array_add (objects, json_object_ref (json_node_get_object (
                                  json_parser_get_root (parser))));
  }
  return objects;
}

const char *
cli_small_run (void)
{
  if (!g_file_test ("small.safetensors", G_FILE_TEST_EXISTS)) {
    g_auto (CliResult) result = cli_expect (
        0, "train image --hidden 16 --epochs 2 --noise 0.2 -o small.safetensors");
  }
  return "small.safetensors";
}
