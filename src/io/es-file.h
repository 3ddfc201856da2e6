/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Opens the ordinary file @path for reading. Returns its descriptor and its @size in
 * bytes, or -1 with ES_IO_ERROR_NOT_FOUND or _OPEN; folders, pipes and devices
 * are refused rather than waited for.
 */
int es_file_open (const char *path,
                  guint64 *size,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The whole content of @path. Files above some megabytes are mapped, not copied.
 * ES_IO_ERROR_TOO_LARGE beyond @max_size bytes.
 */
GBytes *es_file_load (const char *path,
                      guint64 max_size,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes a file so that at every moment, a crash or a full disk included, either
 * the previous file or the complete new one is there: into a temporary file in the
 * same folder, which takes the name at the end. A link is followed, also to a file that
 * is not there yet; an existing file's permissions stay. All errors are
 * ES_IO_ERROR_WRITE.
 */
typedef struct _EsFileWriter EsFileWriter;

/* How the names of temporary files begin: a program that was killed may leave one. */
#define ES_FILE_TEMPORARY_PREFIX ".eigenscope-"

EsFileWriter *es_file_writer_new (const char *path,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the temporary file unless the writer has committed. */
void es_file_writer_free (EsFileWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFileWriter, es_file_writer_free)

gboolean es_file_writer_write (EsFileWriter *writer,
                               gconstpointer data,
                               gsize n_bytes,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the file in place, on the disk and under its name. */
gboolean es_file_writer_commit (EsFileWriter *writer,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @path can be written, tried with an empty temporary file beside it: to be
   asked before long work whose result goes there. */
gboolean es_file_check_target (const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of the above for content that is in memory. */
gboolean es_file_write (const char *path,
                        gconstpointer data,
                        gsize n_bytes,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
