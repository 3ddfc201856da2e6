/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-npy.h"
#include "es-progress.h"

G_BEGIN_DECLS

/* NumPy's archives: a zip file with one "NAME.npy" per array. */
typedef struct _EsNpz EsNpz;

/*
 * Opens the archive @path without reading its arrays. Besides errors of opening:
 * ES_IO_ERROR_FORMAT (no zip archive, a name twice) and _TOO_LARGE (over 65535 files).
 */
EsNpz *es_npz_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @bytes in memory; @path is for messages. */
EsNpz *es_npz_parse (GBytes *bytes,
                     const char *path,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

void es_npz_free (EsNpz *npz);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsNpz, es_npz_free)

/* The names of the arrays in the order of the archive, NULL-terminated; owned by @npz.
 */
const char *const *es_npz_get_names (const EsNpz *npz);

/* Type and sizes of the array @name, without its elements. Errors as below. */
gboolean es_npz_describe (EsNpz *npz,
                          const char *name,
                          EsTensor *tensor,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Reads the array @name. What the archive claims of its size is checked against what is
 * stored, and memory is taken as data arrives. ES_IO_ERROR_NOT_FOUND if there is
 * none of that name, else as es_npy_parse().
 */
EsArray *
es_npz_read (EsNpz *npz, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for an array of text, as es_npy_parse_strings(). */
char **es_npz_read_strings (EsNpz *npz,
                            const char *name,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes @tensors (n_tensors, at least one; distinct names) compressed and atomically.
 * Equal content gives equal files: the time stamps are fixed. ES_IO_ERROR_WRITE, or
 * ES_IO_ERROR_UNSUPPORTED for BF16; ES_ERROR_CANCELLED if @progress (nullable) says so,
 * and then @path is as it was.
 */
gboolean es_npz_write (const char *path,
                       const EsTensor *tensors,
                       gsize n_tensors,
                       const EsProgress *progress,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
