/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-folder-writer.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

static EsFolderWriter *
new_writer (const char *path)
{
  g_autoptr (GError) error = NULL;
  EsFolderWriter *writer = es_folder_writer_new (path, &error);

  g_assert_no_error (error);
  return writer;
}

static void
add (EsFolderWriter *writer, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (es_folder_writer_add (writer, name, text, strlen (text), &error));
  g_assert_no_error (error);
}

/* Nothing of that name before the end, all of it then. */
static void
test_write (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autofree char *slashed = g_strconcat (path, "//", NULL);
  g_autofree char *file = g_build_filename (path, "b.txt", NULL);
  g_autoptr (EsFolderWriter) writer = new_writer (slashed);
  g_autoptr (GBytes) bytes = NULL;

  add (writer, "a.txt", "one");
  add (writer, "b.txt", "two");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (es_folder_writer_commit (writer, NULL));
  g_assert_cmpuint (io_test_count (path), ==, 2);
  bytes = io_test_read (file);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "two", 3);
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  g_unlink (file);
  g_free (g_steal_pointer (&file));
  file = g_build_filename (path, "a.txt", NULL);
  g_unlink (file);
  g_rmdir (path);
  io_test_remove (folder);
}

static void
test_abandoned (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  EsFolderWriter *writer = new_writer (path);

  add (writer, "a.txt", "one");
  es_folder_writer_free (writer);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  io_test_remove (folder);
}

static void
expect_refused (const char *path, const char *found)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_folder_writer_new (path, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, found));
}

/* An empty folder may be filled; files are never lost. */
static void
test_taken (void)
{
  char *folder = io_test_folder ();
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  g_autofree char *file = g_build_filename (empty, "file", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no", "film", NULL);
  EsFolderWriter *writer;

  g_assert_cmpint (g_mkdir (empty, 0755), ==, 0);
  writer = new_writer (empty);
  add (writer, "file", "one");
  g_assert_true (es_folder_writer_commit (writer, NULL));
  es_folder_writer_free (writer);
  expect_refused (empty, "a folder with files in it");
  expect_refused (file, "is there already");
  expect_refused (nowhere, "No such file");
  g_unlink (file);
  g_rmdir (empty);
  io_test_remove (folder);
}

static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFolderWriter) writer = new_writer (path);
  g_autofree char *much = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;

  add (writer, "a.txt", "one");
  io_test_limit_files (1000);
  g_assert_false (es_folder_writer_add (writer, "b.txt", much, strlen (much), &error));
  io_test_limit_files (RLIM_INFINITY);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_null (strstr (error->message, ".eigenscope-"));
  g_clear_pointer (&writer, es_folder_writer_free);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder-writer/write", test_write);
  g_test_add_func ("/folder-writer/abandoned", test_abandoned);
  g_test_add_func ("/folder-writer/taken", test_taken);
  g_test_add_func ("/folder-writer/full-disk", test_full_disk);
  return g_test_run ();
}
