/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-run-file.h"

#include <glib/gstdio.h>
#include <string.h>

/* Forty images of 4 × 4 in two classes by name; @shift tells tables apart. */
static void
write_table (const char *path, guint shift)
{
  GString *text = g_string_new ("label");

  for (guint p = 0; p < 16; p++)
    g_string_append_printf (text, ",p%u", p);
  for (guint n = 0; n < 40; n++) {
    g_string_append (text, n % 2 == 0 ? "\nlight" : "\ndark");
    for (guint p = 0; p < 16; p++)
      g_string_append_printf (text, ",%u",
                              (n % 2 == 0 ? 200 : 10) + (n + p + shift) % 9);
  }
  g_assert_true (g_file_set_contents (path, text->str, (gssize)text->len, NULL));
  g_string_free (text, TRUE);
}

static void
test_import (void)
{
  g_auto (CliResult) dry = {0}, done = {0}, again = {0}, listed = {0}, trained = {0};
  g_auto (CliResult) removed = {0}, gone = {0};
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (EsRun) run = NULL;

  write_table ("table.csv", 0);
  dry = cli_expect (0, "datasets import table.csv --dry-run --json");
  lines = cli_json_lines (dry.out);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (lines->pdata[0], "format"), ==,
                   "CSV");
  g_assert_cmpint (json_object_get_int_member (lines->pdata[0], "train_images"), ==,
                   40);
  done = cli_expect (0, "datasets import table.csv --name lamps --size 6x5 --invert "
                        "--test-fraction 0.25");
  g_assert_nonnull (
      strstr (done.out, "30 training and 10 test images of 6 x 5 pixels"));
  again = cli_expect (1, "datasets import table.csv --name lamps");
  g_assert_nonnull (strstr (again.err, "already"));
  listed = cli_expect (0, "datasets");
  g_assert_nonnull (strstr (listed.out, "lamps\n  30 training and 10 test images"));
  g_assert_nonnull (strstr (listed.out, "  dark, light\n  imported from "));
  trained =
      cli_expect (0, "train image --data lamps --hidden 4 --epochs 1 -o l.safetensors");
  run = es_run_open ("l.safetensors", NULL, NULL);
  g_assert_cmpstr (run->dataset, ==, "lamps");
  g_assert_cmpstr (run->class_names[0], ==, "dark");
  g_assert_nonnull (run->dataset_checksum);
  removed = cli_expect (0, "datasets remove lamps");
  gone = cli_expect (1, "datasets remove lamps");
}

/* Training on the files as they are; evaluating says when they have changed. */
static void
test_changed (void)
{
  g_auto (CliResult) trained = {0}, same = {0}, same_text = {0}, changed = {0};

  write_table ("changing.csv", 0);
  trained = cli_expect (
      0, "train image --data changing.csv --hidden 4 --epochs 1 -o c.safetensors");
  same_text = cli_expect (0, "evaluate c.safetensors");
  g_assert_cmpstr (same_text.err, ==, "");
  same = cli_expect (0, "evaluate c.safetensors --json");
  g_assert_nonnull (strstr (same.out, "\"same_data\":true"));
  write_table ("changing.csv", 1);
  changed = cli_expect (0, "evaluate c.safetensors --json");
  g_assert_nonnull (strstr (changed.out, "\"same_data\":false"));
  g_assert_nonnull (strstr (changed.err, "not those that c was trained on"));
}

static void
test_usage (void)
{
  const char *const wrong[] = {"--size 0x4",  "--size 28",     "--fit middle",
                               "--range 5:1", "--range a:b",   "--colors blue",
                               "--seed -1",   "--shape 1x1x1", "--test-fraction 1"};

  write_table ("usage.csv", 0);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_auto (CliResult) result =
        cli_expect (2, "datasets import usage.csv %s", wrong[i]);

    g_assert_nonnull (strstr (result.err, "expected "));
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/import/import", test_import);
  g_test_add_func ("/cli/import/changed", test_changed);
  g_test_add_func ("/cli/import/usage", test_usage);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}
