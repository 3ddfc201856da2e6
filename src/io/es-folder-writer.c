/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-folder-writer.h"

#include "es-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

struct _EsFolderWriter
{
  char *path;
  char *temporary; /* NULL once committed */
};

/* What stands under the name now: nothing, or an empty folder. */
static gboolean
check_free (const char *path, GError **error)
{
  g_autoptr (GDir) dir = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  dir = g_dir_open (path, 0, NULL);
  if (dir != NULL && g_dir_read_name (dir) == NULL)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_WRITE, path,
                   dir != NULL ? "is a folder with files in it; expected a new name or "
                                 "an empty folder"
                               : "is there already; expected a new name or an empty "
                                 "folder");
  return FALSE;
}

EsFolderWriter *
es_folder_writer_new (const char *path, GError **error)
{
  g_autoptr (EsFolderWriter) writer = g_new0 (EsFolderWriter, 1);
  g_autofree char *parent = NULL, *temporary = NULL;
  gsize length = strlen (path);

  while (length > 1 && path[length - 1] == G_DIR_SEPARATOR)
    length--;
  writer->path = g_strndup (path, length);
  if (!check_free (writer->path, error))
    return NULL;
  parent = g_path_get_dirname (writer->path);
  temporary = g_build_filename (parent, ES_FILE_TEMPORARY_PREFIX "XXXXXX", NULL);
  if (g_mkdtemp_full (temporary, 0777) == NULL) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "create in its folder",
                     errno);
    return NULL;
  }
  writer->temporary = g_steal_pointer (&temporary);
  return g_steal_pointer (&writer);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

void
es_folder_writer_free (EsFolderWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->temporary != NULL)
    remove_folder (writer->temporary);
  g_free (writer->path);
  g_free (writer->temporary);
  g_free (writer);
}

gboolean
es_folder_writer_add (EsFolderWriter *writer,
                      const char *name,
                      gconstpointer data,
                      gsize n_bytes,
                      GError **error)
{
  g_autofree char *path = g_build_filename (writer->temporary, name, NULL);
  g_autoptr (GError) cause = NULL;

  if (es_file_write (path, data, n_bytes, &cause))
    return TRUE;
  /* The folder's own name says more than that of the temporary one. */
  g_set_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE, "%s%s", writer->path,
               g_str_has_prefix (cause->message, path) ? cause->message + strlen (path)
                                                       : cause->message);
  return FALSE;
}

gboolean
es_folder_writer_commit (EsFolderWriter *writer, GError **error)
{
  if (g_rename (writer->temporary, writer->path) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, writer->path, "put in place", errno);
    return FALSE;
  }
  g_clear_pointer (&writer->temporary, g_free);
  return TRUE;
}
