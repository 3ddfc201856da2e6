/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A mapped file that somebody else shortens kills its reader, so only what
   is too big to hold twice is mapped. */
#define MAP_FROM (64u << 20)

/* As many as Linux follows. */
#define MAX_LINKS 40

struct _EsFileWriter
{
  char *path;      /* as the caller named it, for messages */
  char *target;    /* with links resolved */
  char *temporary; /* NULL once committed */
  int fd;
};

static gboolean
check_ordinary (const struct stat *info,
                EsIoError code,
                const char *path,
                GError **error)
{
  if (S_ISREG (info->st_mode))
    return TRUE;
  es_io_set_error (error, code, path, "is %s; expected an ordinary file",
                   S_ISDIR (info->st_mode) ? "a folder" : "a device or a pipe");
  return FALSE;
}

int
es_file_open (const char *path, guint64 *size, GError **error)
{
  struct stat info;
  /* Without O_NONBLOCK a pipe that nobody writes to would hang the program. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0) {
    es_io_set_errno (error, ES_IO_ERROR_OPEN, path, "open", errno);
    return -1;
  }
  if (fstat (fd, &info) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_OPEN, path, "examine", errno);
    close (fd);
    return -1;
  }
  if (!check_ordinary (&info, ES_IO_ERROR_OPEN, path, error)) {
    close (fd);
    return -1;
  }
  *size = (guint64)info.st_size;
  return fd;
}

/* Reads @size bytes, or says that there are fewer. */
static GBytes *
read_all (int fd, gsize size, const char *path, GError **error)
{
  g_autofree char *data = g_try_malloc (size);
  gsize done = 0;

  if (data == NULL && size > 0) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "no memory for its %" G_GSIZE_FORMAT " bytes", size);
    return NULL;
  }
  while (done < size) {
    gssize n = read (fd, data + done, size - done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      es_io_set_errno (error, ES_IO_ERROR_OPEN, path, "read", errno);
      return NULL;
    }
    if (n == 0) {
      es_io_set_error (error, ES_IO_ERROR_TRUNCATED, path,
                       "became shorter while it was read");
      return NULL;
    }
    done += (gsize)n;
  }
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

static GBytes *
map_all (int fd, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GMappedFile) map = g_mapped_file_new_from_fd (fd, FALSE, &cause);

  if (map == NULL) {
    es_io_set_error (error, ES_IO_ERROR_OPEN, path, "cannot map: %s", cause->message);
    return NULL;
  }
  return g_mapped_file_get_bytes (map);
}

GBytes *
es_file_load (const char *path, guint64 max_size, GError **error)
{
  GBytes *bytes = NULL;
  guint64 size;
  int fd = es_file_open (path, &size, error);

  if (fd < 0)
    return NULL;
  if (size > max_size)
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "has %" G_GUINT64_FORMAT
                     " bytes; expected at most %" G_GUINT64_FORMAT,
                     size, max_size);
  else if (size >= MAP_FROM)
    bytes = map_all (fd, path, error);
  else
    bytes = read_all (fd, (gsize)size, path, error);
  close (fd);
  return bytes;
}

void
es_file_writer_free (EsFileWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->fd >= 0)
    close (writer->fd);
  if (writer->temporary != NULL)
    g_unlink (writer->temporary);
  g_free (writer->path);
  g_free (writer->target);
  g_free (writer->temporary);
  g_free (writer);
}

/* What stands under the name now: nothing, or an ordinary file that may be replaced. */
static gboolean
check_target (const char *path, mode_t *mode, GError **error)
{
  struct stat info;

  *mode = 0;
  if (stat (path, &info) != 0) {
    if (errno == ENOENT && *path != '\0')
      return TRUE;
    es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "write", errno);
    return FALSE;
  }
  if (!check_ordinary (&info, ES_IO_ERROR_WRITE, path, error))
    return FALSE;
  if (eaccess (path, W_OK) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "write", errno);
    return FALSE;
  }
  *mode = info.st_mode & 0777;
  return TRUE;
}

/* The file that @path leads to, so that a link stays a link. It need not be there: a
   link may lead to a name that is still free. Links that lead round in a circle have
   been refused before. */
static char *
resolve (const char *path)
{
  char *target = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS; i++) {
    g_autofree char *link = g_file_read_link (target, NULL);
    g_autofree char *folder = NULL;

    if (link == NULL)
      break;
    folder = g_path_get_dirname (target);
    g_free (target);
    target = g_path_is_absolute (link) ? g_strdup (link)
                                       : g_build_filename (folder, link, NULL);
  }
  return target;
}

EsFileWriter *
es_file_writer_new (const char *path, GError **error)
{
  g_autoptr (EsFileWriter) writer = g_new0 (EsFileWriter, 1);
  g_autofree char *folder = NULL, *temporary = NULL;
  mode_t mode;

  writer->fd = -1;
  if (!check_target (path, &mode, error))
    return NULL;
  writer->path = g_strdup (path);
  writer->target = resolve (path);
  folder = g_path_get_dirname (writer->target);
  /* Not made from the name: a name of full length would have no room left. */
  temporary = g_build_filename (folder, ES_FILE_TEMPORARY_PREFIX "XXXXXX", NULL);
  writer->fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  if (writer->fd < 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "create in its folder", errno);
    return NULL;
  }
  writer->temporary = g_steal_pointer (&temporary);
  if (mode != 0 && fchmod (writer->fd, mode) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "keep the permissions", errno);
    return NULL;
  }
  return g_steal_pointer (&writer);
}

gboolean
es_file_writer_write (EsFileWriter *writer,
                      gconstpointer data,
                      gsize n_bytes,
                      GError **error)
{
  const char *next = data;

  while (n_bytes > 0) {
    gssize n = write (writer->fd, next, n_bytes);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "write", errno);
      return FALSE;
    }
    next += n;
    n_bytes -= (gsize)n;
  }
  return TRUE;
}

/* Makes the new name survive a power cut. The content is safe by now, and there
   are file systems whose folders cannot be synchronised, so nothing is reported. */
static void
sync_folder (const char *target)
{
  g_autofree char *folder = g_path_get_dirname (target);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0) {
    fsync (fd);
    close (fd);
  }
}

gboolean
es_file_writer_commit (EsFileWriter *writer, GError **error)
{
  int fd = writer->fd;

  if (fsync (fd) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "write to the disk",
                     errno);
    return FALSE;
  }
  writer->fd = -1;
  if (close (fd) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "write to the disk",
                     errno);
    return FALSE;
  }
  if (g_rename (writer->temporary, writer->target) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "put in place", errno);
    return FALSE;
  }
  g_clear_pointer (&writer->temporary, g_free);
  sync_folder (writer->target);
  return TRUE;
}

gboolean
es_file_write (const char *path, gconstpointer data, gsize n_bytes, GError **error)
{
  g_autoptr (EsFileWriter) writer = es_file_writer_new (path, error);

  return writer != NULL && es_file_writer_write (writer, data, n_bytes, error) &&
         es_file_writer_commit (writer, error);
}

gboolean
es_file_check_target (const char *path, GError **error)
{
  g_autoptr (EsFileWriter) writer = es_file_writer_new (path, error);

  return writer != NULL;
}
