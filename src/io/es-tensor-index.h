/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/* Which file of a folder holds which tensor: "model.safetensors.index.json" and its
   like, {"weight_map": {"NAME": "FILE", ...}}. */
typedef struct
{
  GPtrArray *files;  /* of char *, each once */
  GHashTable *names; /* tensor to its file, a string of the above */
} EsTensorIndex;

/*
 * Reads @text (n_bytes); @path is for messages. ES_IO_ERROR_FORMAT if it is no such
 * index, or names a file outside the folder; ES_IO_ERROR_TOO_LARGE above 4096 files.
 */
EsTensorIndex *es_tensor_index_parse (const char *text,
                                      gsize n_bytes,
                                      const char *path,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_tensor_index_free (EsTensorIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTensorIndex, es_tensor_index_free)

/* The name of the index or the weights in @folder (g_free()): the usual ones first,
   else the only file with a suffix of weights. ES_IO_ERROR_NOT_FOUND if there is none
   or more than one. */
char *es_tensor_index_find (const char *folder,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
