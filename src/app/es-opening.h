/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-import.h"
#include "es-origin.h"
#include "es-run-file.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What a file or folder is, told by its content: attacks that were kept, if it says so;
 * a network, if its tensors are those of one; else images with labels; else any file of
 * tensors. A single PNG or JPEG picture is an image.
 */
typedef enum {
  ES_OPENED_RUN,
  ES_OPENED_DATASET,
  ES_OPENED_TENSORS,
  ES_OPENED_IMAGE,
  ES_OPENED_ATTACKS,
} EsOpenedKind;

typedef struct
{
  EsOpenedKind kind;
  char *path;
  EsRun *run;           /* of a network */
  EsOrigin *origin;     /* of one that others saved (nullable) */
  EsImportInfo *import; /* of a dataset */
  EsTensorFile *file;   /* of tensors */
  GBytes *image;        /* of a single picture: its file */
  GPtrArray *attacks;   /* of EsAttackRecord, at least one */
} EsOpened;

/* Errors of the readers; for something that is nothing of these,
   ES_IO_ERROR_UNSUPPORTED saying what was expected. Blocks. */
EsOpened *es_opened_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_opened_free (EsOpened *opened);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsOpened, es_opened_free)

/* The same off the main thread; @source (nullable) as of a GTask. */
void es_opening_start (gpointer source,
                       const char *path,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
EsOpened *es_opening_finish (GAsyncResult *result,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
