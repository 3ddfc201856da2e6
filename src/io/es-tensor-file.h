/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-array.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Any file of named tensors: safetensors, PyTorch checkpoints (zip format), .npz and
 * .npy, told apart by their content. Headers are read first; elements only when they
 * are asked for. Not for use by several threads at a time.
 */
typedef struct _EsTensorFile EsTensorFile;

/*
 * Opens @path, a file or a folder: of one file of weights, or of several and an index
 * ("model.safetensors.index.json", which may be named as well); with a "config.json",
 * that becomes the setting "config". Besides errors of opening and of the formats:
 * ES_IO_ERROR_UNSUPPORTED for content that is none of them, and ES_IO_ERROR_FORMAT for
 * a tensor's name that has control characters.
 */
EsTensorFile *es_tensor_file_open (const char *path,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @bytes in memory; @path is for messages. */
EsTensorFile *es_tensor_file_parse (GBytes *bytes,
                                    const char *path,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

void es_tensor_file_free (EsTensorFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTensorFile, es_tensor_file_free)

const char *es_tensor_file_get_path (const EsTensorFile *file);

/* "safetensors", "pytorch", "npz", "npy" or "folder". */
const char *es_tensor_file_get_format (const EsTensorFile *file);

/* Names, types and sizes in the order of the file; without data. Owned by @file. */
const EsTensor *es_tensor_file_get_tensors (const EsTensorFile *file, gsize *n_tensors);

/* Arrays of the archive that are left out because their elements are of no use here
   (text, complex numbers, objects): only their names. Owned by @file. */
const EsTensor *es_tensor_file_get_unread (const EsTensorFile *file, gsize *n_unread);

/* The tensor @name, or NULL. */
const EsTensor *es_tensor_file_lookup (const EsTensorFile *file, const char *name);

/* @tensor, one of @file's, with its elements; it may outlive @file. Of those that are
   left out, ES_IO_ERROR_UNSUPPORTED saying why. */
EsArray *es_tensor_file_read (EsTensorFile *file,
                              const EsTensor *tensor,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What the file says besides its tensors: a safetensors file's metadata (texts), a
 * checkpoint's plain values. Never NULL; owned by @file.
 */
JsonObject *es_tensor_file_get_settings (const EsTensorFile *file);

/*
 * The setting @name wherever it stands: in the settings themselves or, nearest first,
 * in objects within them ("config"). NULL if it is nowhere, or null.
 */
JsonNode *es_tensor_file_find_setting (const EsTensorFile *file, const char *name);

G_END_DECLS
