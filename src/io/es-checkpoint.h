/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-array.h"
#include "es-zip.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * PyTorch's checkpoints since version 1.6: a zip archive of "NAME/data.pkl", a pickle
 * of any containers with tensors in them, and "NAME/data/KEY", the storages that the
 * tensors are views of.
 */
typedef struct _EsCheckpoint EsCheckpoint;

/* Whether @zip holds a pickle where a checkpoint has it. */
gboolean es_checkpoint_recognise (const EsZip *zip);

/*
 * Reads the pickle in @zip (transfer full); the storages stay unread. Every tensor is
 * checked against its storage. Besides the errors of the pickle and the archive:
 * ES_IO_ERROR_FORMAT, _TRUNCATED, _UNSUPPORTED (other types of elements), _TOO_LARGE.
 */
EsCheckpoint *es_checkpoint_parse (EsZip *zip,
                                   const char *path,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_checkpoint_free (EsCheckpoint *checkpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsCheckpoint, es_checkpoint_free)

gsize es_checkpoint_get_n_tensors (const EsCheckpoint *checkpoint);

/* Name, type and sizes of tensor @i; the name is the way to it ("model.embed.weight").
   Without data. */
const EsTensor *es_checkpoint_get_tensor (const EsCheckpoint *checkpoint, gsize i);

/* Tensor @i with its elements, in row-major order. */
EsArray *es_checkpoint_read (EsCheckpoint *checkpoint,
                             gsize i,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What plain values stand beside the tensors: numbers, texts, short lists, and the
   attributes of objects. Owned by @checkpoint. */
JsonObject *es_checkpoint_get_settings (const EsCheckpoint *checkpoint);

G_END_DECLS
