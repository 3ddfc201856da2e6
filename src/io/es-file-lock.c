/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-file-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRY_EVERY_MS 5

struct _EsFileLock
{
  int fd;
};

/* Whether @path is still the file that @fd has open: its folder may have been renamed
   in between. */
static gboolean
is_same_file (int fd, const char *path)
{
  struct stat opened, named;

  return fstat (fd, &opened) == 0 && stat (path, &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* A lock of the open file rather than of the process, so that two windows of one
   program exclude each other too. */
static int
try_lock (int fd)
{
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

  if (fcntl (fd, F_OFD_SETLK, &whole) == 0)
    return 0;
  return errno == EAGAIN || errno == EACCES || errno == EINTR ? EAGAIN : 0;
}

EsFileLock *
es_file_lock_take (const char *path, guint wait_ms, GError **error)
{
  g_autoptr (EsFileLock) lock = g_new0 (EsFileLock, 1);

  lock->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
  if (lock->fd < 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "write", errno);
    return NULL;
  }
  for (guint waited = 0; try_lock (lock->fd) != 0; waited += TRY_EVERY_MS) {
    if (waited >= wait_ms) {
      es_io_set_error (error, ES_IO_ERROR_BUSY, path,
                       "is in use by another window or program");
      return NULL;
    }
    g_usleep (TRY_EVERY_MS * 1000);
  }
  if (!is_same_file (lock->fd, path)) {
    es_io_set_error (error, ES_IO_ERROR_BUSY, path, "was moved away");
    return NULL;
  }
  return g_steal_pointer (&lock);
}

void
es_file_lock_free (EsFileLock *lock)
{
  if (lock == NULL)
    return;
  if (lock->fd >= 0)
    close (lock->fd);
  g_free (lock);
}

gboolean
es_file_lock_is_held (const char *path)
{
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gboolean held;

  if (fd < 0)
    return FALSE;
  held = fcntl (fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  close (fd);
  return held;
}
