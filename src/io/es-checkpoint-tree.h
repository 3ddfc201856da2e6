/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-pickle.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is found in a checkpoint's tree of values. */

/* A tensor as the pickle describes it: the function that would build it and its
   arguments. */
typedef gboolean (*EsCheckpointFound) (const char *name,
                                       const char *function,
                                       const EsPickleValue *args,
                                       gpointer data,
                                       GError **error);

/*
 * Calls @found for every tensor below @root with the way to it as its name: keys,
 * attributes and list positions, joined by points; what PyTorch's modules keep their
 * parts in ("_modules", "_parameters", "_buffers") is left out of it. Returns FALSE
 * with the error of @found, or ES_IO_ERROR_TOO_LARGE (names over 1000 bytes, values
 * that refer to each other millions of times) or _FORMAT (names that are not
 * printable).
 */
gboolean es_checkpoint_tree_find_tensors (const EsPickleValue *root,
                                          const char *path,
                                          EsCheckpointFound found,
                                          gpointer data,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The plain values below @root (transfer full): see es_checkpoint_get_settings(). */
JsonObject *
es_checkpoint_tree_get_settings (const EsPickleValue *root) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
