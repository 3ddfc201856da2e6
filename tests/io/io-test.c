/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

char *
io_test_folder (void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp ("eigenscope-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  GDir *dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
io_test_remove (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

guint
io_test_count (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;
  g_dir_close (dir);
  return count;
}

void
io_test_write (const char *path, gconstpointer data, gsize n_bytes)
{
  GError *error = NULL;

  g_file_set_contents (path, data, (gssize)n_bytes, &error);
  g_assert_no_error (error);
}

GBytes *
io_test_read (const char *path)
{
  GError *error = NULL;
  char *data;
  gsize n_bytes;

  g_file_get_contents (path, &data, &n_bytes, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, n_bytes);
}

char *
io_test_shared (const char *relative)
{
  const char *shared = g_getenv ("EIGENSCOPE_SHARED");
  g_autofree char *path =
      g_build_filename (shared != NULL ? shared : "shared", relative, NULL);
  g_autofree char *message = g_strdup_printf ("%s not found", path);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip (message);
  return NULL;
}

void
io_test_limit_files (guint64 bytes)
{
  struct rlimit limit;

  /* Without the signal, the write fails as on a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN ((rlim_t)bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

GBytes *
io_test_gzip (gconstpointer data, gsize n_bytes)
{
  g_autoptr (GConverter) zip =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, zip);
  GError *error = NULL;

  g_output_stream_write_all (stream, data, n_bytes, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (stream, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
io_test_idx (
    guint8 type, guint n_dims, const guint32 *dims, gconstpointer data, gsize n_bytes)
{
  GByteArray *file = g_byte_array_new ();
  const guint8 magic[4] = {0, 0, type, (guint8)n_dims};

  g_byte_array_append (file, magic, sizeof magic);
  for (guint i = 0; i < n_dims; i++) {
    guint32 size = GUINT32_TO_BE (dims[i]);

    g_byte_array_append (file, (const guint8 *)&size, sizeof size);
  }
  g_byte_array_append (file, data, (guint)n_bytes);
  return g_byte_array_free_to_bytes (file);
}
