/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-file-lock.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
expect_busy (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (es_file_lock_is_held (path));
  g_assert_null (es_file_lock_take (path, 20, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_BUSY);
}

static void
expect_free (const char *path)
{
  g_autoptr (EsFileLock) lock = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (es_file_lock_is_held (path));
  lock = es_file_lock_take (path, 0, &error);
  g_assert_no_error (error);
}

/* Within one program too: two windows are two holders. */
static void
test_excludes (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  EsFileLock *lock;

  g_assert_false (es_file_lock_is_held (path));
  lock = es_file_lock_take (path, 0, NULL);
  g_assert_nonnull (lock);
  expect_busy (path);
  es_file_lock_free (lock);
  expect_free (path);
  io_test_remove (folder);
}

/* A holder that is killed holds no more. */
static void
test_killed (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  int ready[2];
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0) {
    EsFileLock *lock = es_file_lock_take (path, 0, NULL);

    if (write (ready[1], "1", 1) == 1 && lock != NULL)
      pause ();
    _exit (1);
  }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  expect_busy (path);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  expect_free (path);
  close (ready[0]);
  close (ready[1]);
  io_test_remove (folder);
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_file_lock_take ("/dev/null/lock", 0, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_false (es_file_lock_is_held ("/dev/null/lock"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-lock/excludes", test_excludes);
  g_test_add_func ("/file-lock/killed", test_killed);
  g_test_add_func ("/file-lock/no-folder", test_no_folder);
  return g_test_run ();
}
