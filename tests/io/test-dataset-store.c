/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-dataset-store.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* Six images of 2 × 1 in each part; the last of @n_classes is among the labels. */
static EsDataset *
make (guint n_classes)
{
  g_auto (GStrv) names = g_new0 (char *, n_classes + 1);
  EsSamples parts[2] = {{0}};
  GError *error = NULL;
  EsDataset *dataset;

  for (guint c = 0; c < n_classes; c++)
    names[c] = g_strdup_printf ("class\n%u", c);
  for (guint i = 0; i < 2; i++) {
    parts[i] = (EsSamples){6, g_malloc (12), g_new0 (guint16, 6)};
    for (guint k = 0; k < 12; k++)
      parts[i].pixels[k] = (guint8)(k + 100 * i);
    parts[i].labels[5] = (guint16)(n_classes - 1);
  }
  dataset = es_dataset_new ("made", 2, 1, (const char *const *)names, &parts[0],
                            &parts[1], &error);
  g_assert_no_error (error);
  return dataset;
}

static void
assert_write_error (GError **error, const char *part)
{
  g_assert_error (*error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_nonnull (strstr ((*error)->message, part));
  g_clear_error (error);
}

static void
assert_store_fails (const EsDataset *dataset,
                    const char *name,
                    gboolean replace,
                    const char *part)
{
  GError *error = NULL;

  g_assert_null (es_dataset_store (dataset, name, NULL, replace, &error));
  assert_write_error (&error, part);
}

static void
assert_remove_fails (const char *name, const char *part)
{
  GError *error = NULL;

  g_assert_false (es_dataset_remove (name, &error));
  assert_write_error (&error, part);
}

static void
test_round_trip (void)
{
  const guint counts[] = {3, 300};

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    g_autoptr (EsDataset) dataset = make (counts[i]), loaded = NULL;
    g_autofree char *folder = NULL, *sum = NULL, *sum_loaded = NULL;
    g_auto (EsDatasetRecord) record = {NULL};
    GError *error = NULL;

    folder = es_dataset_store (dataset, "mine ü", "/from/é", i > 0, &error);
    g_assert_no_error (error);
    loaded = es_dataset_load ("mine ü", NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (loaded->name, ==, "mine ü");
    g_assert_cmpstr (loaded->path, ==, folder);
    g_assert_cmpstr (loaded->class_names[1], ==, "class 1");
    g_assert_cmpuint (loaded->n_classes, ==, counts[i]);
    sum = es_dataset_checksum (dataset);
    sum_loaded = es_dataset_checksum (loaded);
    g_assert_cmpstr (sum, ==, sum_loaded);
    g_assert_true (es_dataset_record_read (&record, folder, &error));
    g_assert_cmpstr (record.source, ==, "/from/é");
    g_assert_cmpstr (record.checksum, ==, sum);
  }
  g_assert_true (es_dataset_remove ("mine ü", NULL));
  g_assert_false (es_dataset_remove ("mine ü", NULL));
}

/* What is there already stays unless it was imported and is to be replaced. */
static void
test_guards (void)
{
  g_autoptr (EsDataset) dataset = make (3);
  g_autofree char *folder = es_dataset_store (dataset, "guarded", NULL, FALSE, NULL);
  g_autofree char *record = g_build_filename (folder, ES_DATASET_RECORD, NULL);
  g_autofree char *extra = g_build_filename (folder, "notes", NULL);
  g_autofree char *root = g_path_get_dirname (folder);

  assert_store_fails (dataset, "guarded", FALSE, "already");
  io_test_write (extra, "x", 1);
  assert_remove_fails ("guarded", "other files");
  assert_store_fails (dataset, "guarded", TRUE, "other files");
  g_assert_cmpint (g_remove (extra), ==, 0);
  g_assert_cmpint (g_remove (record), ==, 0);
  assert_remove_fails ("guarded", "was not imported");
  io_test_write (record, "{}", 2);
  g_assert_true (es_dataset_remove ("guarded", NULL));
  /* Nothing half made is left behind. */
  g_assert_cmpuint (io_test_count (root), ==, 0);
}

static void
test_names (void)
{
  const char *const bad[] = {"", ".", "..", ".hidden", "a/b", "glyphs", "a\nb", "\xff"};
  g_autofree char *longest = g_strnfill (101, 'a');

  g_assert_true (es_dataset_check_name ("Kana 49", NULL));
  g_assert_false (es_dataset_check_name (longest, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (es_dataset_check_name (bad[i], NULL));
    g_assert_false (es_dataset_remove (bad[i], NULL));
  }
}

/* A full disk leaves nothing behind. */
/* The next free name. */
static void
test_free_names (void)
{
  g_autoptr (EsDataset) dataset = make (3);
  g_autofree char *first = es_dataset_store (dataset, "twice", NULL, FALSE, NULL);
  g_autofree char *other = es_dataset_free_name ("twice");
  g_autofree char *second = es_dataset_store (dataset, other, NULL, FALSE, NULL);
  g_autofree char *third = es_dataset_free_name ("twice");
  g_autofree char *unused = es_dataset_free_name ("nobody has this");
  g_autofree char *built_in = es_dataset_free_name ("glyphs");

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (es_dataset_is_taken ("twice"));
  g_assert_cmpstr (other, ==, "twice 2");
  g_assert_cmpstr (third, ==, "twice 3");
  g_assert_cmpstr (unused, ==, "nobody has this");
  g_assert_cmpstr (built_in, ==, "glyphs 2");
  g_assert_true (es_dataset_remove ("twice", NULL));
  g_assert_true (es_dataset_remove ("twice 2", NULL));
}

static void
test_full (void)
{
  g_autoptr (EsDataset) dataset = make (3);
  g_autofree char *kept = es_dataset_store (dataset, "kept", NULL, FALSE, NULL);
  g_autofree char *root = g_path_get_dirname (kept);

  io_test_limit_files (10);
  assert_store_fails (dataset, "full", FALSE, "cannot write");
  io_test_limit_files (G_MAXUINT64);
  g_assert_cmpuint (io_test_count (root), ==, 1);
  g_assert_true (es_dataset_remove ("kept", NULL));
}

int
main (int argc, char **argv)
{
  char *home = io_test_folder ();
  int status;

  /* Before GLib asks for it; G_TEST_OPTION_ISOLATE_DIRS would leak. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_unsetenv ("EIGENSCOPE_DATA");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset-store/round-trip", test_round_trip);
  g_test_add_func ("/dataset-store/guards", test_guards);
  g_test_add_func ("/dataset-store/names", test_names);
  g_test_add_func ("/dataset-store/free-names", test_free_names);
  g_test_add_func ("/dataset-store/full", test_full);
  status = g_test_run ();
  io_test_remove (home);
  return status;
}
