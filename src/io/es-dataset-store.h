/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * The datasets that a person has imported: folders of IDX files with classes.txt in
 * $XDG_DATA_HOME/eigenscope/datasets, where es_dataset_find() finds them by name. A
 * file dataset.json in each says that it was imported, and from what.
 */

#define ES_DATASET_RECORD "dataset.json"

/* Whether @name can be that of an imported dataset; ES_IO_ERROR_FORMAT saying why not:
   empty, long, beginning with a dot, with a slash or a control character, built in. */
gboolean es_dataset_check_name (const char *name,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether there is a dataset called @name, imported or not, which one more of that name
   would stand beside. */
gboolean es_dataset_is_taken (const char *name);

/* @name if it is not taken, else the first of "NAME 2", "NAME 3", ... that is not
   (g_free()). */
char *es_dataset_free_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Keeps @dataset under @name; @source (nullable) is what it was made from. Either all
 * of it appears under the name or nothing. ES_IO_ERROR_WRITE, also if there is one of
 * that name already and @replace is FALSE, or if that one was not imported. Returns its
 * folder (g_free()).
 */
char *es_dataset_store (const EsDataset *dataset,
                        const char *name,
                        const char *source,
                        gboolean replace,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Deletes the imported dataset @name. ES_IO_ERROR_NOT_FOUND; ES_IO_ERROR_WRITE, with
   nothing deleted, if it was not imported or other files lie in its folder. */
gboolean es_dataset_remove (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What dataset.json says. */
typedef struct
{
  char *source;   /* (nullable) */
  char *checksum; /* es_dataset_checksum() (nullable) */
} EsDatasetRecord;

/* Reads that of @folder. ES_IO_ERROR_NOT_FOUND if it has none: it was not imported. */
gboolean es_dataset_record_read (EsDatasetRecord *record,
                                 const char *folder,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_dataset_record_clear (EsDatasetRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsDatasetRecord, es_dataset_record_clear)

G_END_DECLS
