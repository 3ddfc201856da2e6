/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-film.h"
#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * A film on the disk. Frames are appended as a training goes; only when the film has
 * thinned out is the file written anew. All numbers are little-endian:
 *
 *   "eigenscope film1"                                       16 bytes
 *   number of parameters                                      8 bytes
 *   for each frame: epoch (8 bytes), checksum (8 bytes), the parameters (float32)
 *
 * What a crash left of a frame is no frame: its checksum tells.
 */
typedef struct _EsFilmFile EsFilmFile;

/* Weights that a film on disk takes at most, in bytes. */
#define ES_FILM_FILE_MAX_BYTES ((gsize)64 << 20)

/* The film at @path, of networks with the settings @config (copied), which need not be
   there yet. Touches nothing. */
EsFilmFile *es_film_file_new (const char *path,
                              const EsModelConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void es_film_file_free (EsFilmFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFilmFile, es_film_file_free)

/*
 * Reads the frames up to and including @last_epoch into @film; those behind it, and
 * what is damaged, will be written over. No file gives no frames. Errors are those of
 * reading, and ES_IO_ERROR_FORMAT if it is the film of another network.
 */
gboolean es_film_file_read (EsFilmFile *file,
                            EsFilm *film,
                            guint last_epoch,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Brings the file up to date with @film: appends what is new, on the disk when it
   returns. ES_IO_ERROR_WRITE; the frames before are safe. */
gboolean es_film_file_write (EsFilmFile *file,
                             const EsFilm *film,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
