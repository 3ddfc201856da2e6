/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-tensor.h"

G_BEGIN_DECLS

/*
 * The safetensors format: the length of the header (8 bytes, little-endian), the header
 * (JSON: name to dtype, shape and data_offsets; "__metadata__" holds strings), the
 * tensors' data one after another without gaps.
 */
typedef struct _EsSafetensors EsSafetensors;

/*
 * Opens @path. Everything the header says is checked against the file before anything
 * is allocated from it. Besides errors of opening: ES_IO_ERROR_TRUNCATED, _FORMAT,
 * _TOO_LARGE (a header above 100 MB) and _UNSUPPORTED (an unknown dtype, or more than
 * ES_TENSOR_MAX_DIMS dimensions).
 */
EsSafetensors *es_safetensors_open (const char *path,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @bytes in memory; @path is for messages. */
EsSafetensors *es_safetensors_parse (GBytes *bytes,
                                     const char *path,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

void es_safetensors_free (EsSafetensors *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSafetensors, es_safetensors_free)

const char *es_safetensors_get_path (const EsSafetensors *file);

/* The tensors in the order of their data; valid as long as @file. */
const EsTensor *es_safetensors_get_tensors (const EsSafetensors *file,
                                            gsize *n_tensors);

/* The tensor @name, or NULL. */
const EsTensor *es_safetensors_lookup (const EsSafetensors *file, const char *name);

/* The metadata string @key, or NULL. */
const char *es_safetensors_get_metadata (const EsSafetensors *file, const char *key);

/* The metadata keys, NULL-terminated, to be freed with g_strfreev(). */
char **
es_safetensors_list_metadata (const EsSafetensors *file) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The elements of tensor @name converted (g_free()). ES_IO_ERROR_NOT_FOUND, naming
 * the tensor, if there is none of that name.
 */
float *es_safetensors_to_float (const EsSafetensors *file,
                                const char *name,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
double *es_safetensors_to_double (const EsSafetensors *file,
                                  const char *name,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes @tensors (n_tensors; distinct names) atomically. @metadata (nullable) is a
 * NULL-terminated list of key, value, key, value in UTF-8. The data begins at a
 * multiple of 8 bytes, widest types first, so every tensor is aligned.
 */
gboolean es_safetensors_write (const char *path,
                               const EsTensor *tensors,
                               gsize n_tensors,
                               const char *const *metadata,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
