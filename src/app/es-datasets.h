/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Datasets for the window: loaded off the main thread, and kept so that several runs
 * share them. Main thread only.
 */

/* Loads the dataset @data (name or folder), at once if it is kept already. */
void es_datasets_load_async (const char *data,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
EsDataset *es_datasets_load_finish (GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keeps one that somebody else has loaded. */
void es_datasets_keep (const char *data, EsDataset *dataset);

/* NULL if it is not kept. */
EsDataset *es_datasets_peek (const char *data);

/* Loads the images of @run if it has none yet and hands them to it. When they are
   needed for a view: those of a run that was opened are looked for only then. */
void es_datasets_bring_async (EsRunItem *run,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean es_datasets_bring_finish (GAsyncResult *result,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The name or path of the images that tell classes apart and that @run (nullable) is
   about: its dataset, or the one that its hidden target is in; else the built-in digits
   (g_free()). */
char *es_datasets_choose_images (EsRunItem *run) G_GNUC_WARN_UNUSED_RESULT;

/* Finds out which datasets there are (of EsDatasetInfo). */
void es_datasets_list_async (GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GPtrArray *es_datasets_list_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
