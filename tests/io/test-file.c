/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-file.h"
#include "io-test.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void
assert_content (const char *path, const char *expected)
{
  g_autoptr (GBytes) bytes = io_test_read (path);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_load (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) empty = NULL, bytes = NULL;

  io_test_write (path, "", 0);
  empty = es_file_load (path, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  io_test_write (path, "abc", 3);
  bytes = es_file_load (path, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "abc", 3);
  g_assert_null (es_file_load (path, 2, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, path));
  io_test_remove (folder);
}

static void
test_load_large (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize size = (gsize)65 << 20;

  io_test_write (path, "abc", 3);
  g_assert_cmpint (truncate (path, (off_t)size), ==, 0);
  bytes = es_file_load (path, G_MAXUINT64, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 4, "abc\0", 4);
  io_test_remove (folder);
}

static void
assert_load_fails (const char *path, EsIoError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_file_load (path, 100, &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_load_refusals (void)
{
  char *folder = io_test_folder ();
  g_autofree char *none = g_build_filename (folder, "none", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_load_fails (none, ES_IO_ERROR_NOT_FOUND);
  assert_load_fails (folder, ES_IO_ERROR_OPEN);
  assert_load_fails (pipe, ES_IO_ERROR_OPEN);
  assert_load_fails ("/dev/zero", ES_IO_ERROR_OPEN);
  io_test_remove (folder);
}

static void
test_write (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autoptr (GError) error = NULL;
  struct stat info;

  g_assert_true (es_file_write (path, "one", 3, &error));
  g_assert_no_error (error);
  assert_content (path, "one");
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_cmpint (symlink ("a", link), ==, 0);
  g_assert_true (es_file_write (link, "second", 6, &error));
  g_assert_no_error (error);
  assert_content (path, "second");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0640);
  g_assert_cmpuint (io_test_count (folder), ==, 2);
  io_test_remove (folder);
}

/* A link to a file that is not there yet stays a link, however many there are between.
 */
static void
test_dangling_link (void)
{
  char *folder = io_test_folder ();
  g_autofree char *below = g_build_filename (folder, "below", NULL);
  g_autofree char *target = g_build_filename (below, "target", NULL);
  g_autofree char *second = g_build_filename (below, "second", NULL);
  g_autofree char *first = g_build_filename (folder, "first", NULL);
  g_autofree char *circle = g_build_filename (folder, "circle", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  g_assert_cmpint (symlink ("target", second), ==, 0);
  g_assert_cmpint (symlink ("below/second", first), ==, 0);
  g_assert_cmpint (symlink ("circle", circle), ==, 0);
  g_assert_true (es_file_write (first, "one", 3, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (first, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_SYMLINK));
  assert_content (target, "one");
  g_assert_cmpuint (io_test_count (below), ==, 2);
  g_assert_false (es_file_write (circle, "one", 3, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_true (g_file_test (circle, G_FILE_TEST_IS_SYMLINK));
  io_test_remove (folder);
}

/* What is asked of the disk. The linker puts these in the place of the system's
   functions (see meson.build). */

int __wrap_fsync (int fd);
int __real_fsync (int fd);
int __wrap_rename (const char *from, const char *to);
int __real_rename (const char *from, const char *to);

static GString *calls;
static int fsync_error;

int
__wrap_fsync (int fd)
{
  struct stat info;

  g_assert_cmpint (fstat (fd, &info), ==, 0);
  if (calls != NULL && S_ISDIR (info.st_mode))
    g_string_append (calls, "sync folder;");
  else if (calls != NULL)
    g_string_append_printf (calls, "sync %d bytes;", (int)info.st_size);
  if (fsync_error != 0) {
    errno = fsync_error;
    return -1;
  }
  return __real_fsync (fd);
}

int
__wrap_rename (const char *from, const char *to)
{
  if (calls != NULL)
    g_string_append (calls, "rename;");
  return __real_rename (from, to);
}

/* The content is on the disk before the name is, and then the name. */
static void
test_synced (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autoptr (GError) error = NULL;

  io_test_write (path, "old", 3);
  calls = g_string_new (NULL);
  g_assert_true (es_file_write (path, "abcd", 4, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (calls->str, ==, "sync 4 bytes;rename;sync folder;");
  g_string_truncate (calls, 0);
  fsync_error = EIO;
  g_assert_false (es_file_write (path, "efg", 3, &error));
  fsync_error = 0;
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_cmpstr (calls->str, ==, "sync 3 bytes;");
  g_string_free (g_steal_pointer (&calls), TRUE);
  assert_content (path, "abcd");
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

static void
test_abandoned (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  EsFileWriter *writer;

  io_test_write (path, "old", 3);
  writer = es_file_writer_new (path, NULL);
  g_assert_true (es_file_writer_write (writer, "new", 3, NULL));
  g_assert_cmpuint (io_test_count (folder), ==, 2);
  es_file_writer_free (writer);
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  assert_content (path, "old");
  io_test_remove (folder);
}

static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autofree char *data = g_malloc0 (10000);
  g_autoptr (GError) error = NULL;
  gboolean written;

  io_test_write (path, "old", 3);
  io_test_limit_files (5000);
  written = es_file_write (path, data, 10000, &error);
  io_test_limit_files (RLIM_INFINITY);
  g_assert_false (written);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, path));
  assert_content (path, "old");
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

static void
assert_write_fails (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (es_file_write (path, "x", 1, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_write_refusals (void)
{
  char *folder = io_test_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "a", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "none", "a", NULL);

  io_test_write (file, "old", 3);
  assert_write_fails (folder);
  assert_write_fails (below);
  assert_write_fails (nowhere);
  assert_write_fails ("/dev/full");
  assert_write_fails ("");
  assert_write_fails ("/proc/eigenscope-test");
  assert_content (file, "old");
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

/* The superuser may write everywhere, so the test steps down for a moment. */
static void
test_write_protected (void)
{
  char *folder = io_test_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  gboolean is_root = geteuid () == 0;

  io_test_write (file, "old", 3);
  if (is_root) {
    g_assert_cmpint (chown (folder, 65534, 65534), ==, 0);
    g_assert_cmpint (chown (file, 65534, 65534), ==, 0);
    g_assert_cmpint (seteuid (65534), ==, 0);
  }
  g_assert_cmpint (g_chmod (file, 0444), ==, 0);
  assert_write_fails (file);
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  assert_write_fails (other);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  assert_content (file, "old");
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file/load", test_load);
  g_test_add_func ("/file/load-large", test_load_large);
  g_test_add_func ("/file/load-refusals", test_load_refusals);
  g_test_add_func ("/file/write", test_write);
  g_test_add_func ("/file/dangling-link", test_dangling_link);
  g_test_add_func ("/file/synced", test_synced);
  g_test_add_func ("/file/abandoned", test_abandoned);
  g_test_add_func ("/file/full-disk", test_full_disk);
  g_test_add_func ("/file/write-refusals", test_write_refusals);
  g_test_add_func ("/file/write-protected", test_write_protected);
  return g_test_run ();
}
