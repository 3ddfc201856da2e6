/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-import.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Turns files into a dataset: says what was recognised, offers how the images are made
 * of it, shows some of them, and keeps the dataset under a name.
 *
 * "imported" (name: text) is emitted when it is kept.
 */
#define ES_TYPE_IMPORT_WINDOW (es_import_window_get_type ())
G_DECLARE_FINAL_TYPE (EsImportWindow, es_import_window, ES, IMPORT_WINDOW, AdwWindow)

/* Takes @info, what a probe has found. */
GtkWidget *es_import_window_new (GtkWindow *parent,
                                 EsImportInfo *info) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
