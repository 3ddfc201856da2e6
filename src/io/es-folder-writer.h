/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Writes a folder of files so that all of it is there at the end, or nothing: into a
 * temporary folder beside it, which takes the name when it is complete. All errors are
 * ES_IO_ERROR_WRITE.
 */
typedef struct _EsFolderWriter EsFolderWriter;

/* For the folder @path, which must not be there yet, or be empty; slashes at its end
   don't count. */
EsFolderWriter *es_folder_writer_new (const char *path,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the temporary folder unless the writer has committed. */
void es_folder_writer_free (EsFolderWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFolderWriter, es_folder_writer_free)

gboolean es_folder_writer_add (EsFolderWriter *writer,
                               const char *name,
                               gconstpointer data,
                               gsize n_bytes,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean es_folder_writer_commit (EsFolderWriter *writer,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
