/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-origin.h"
#include "es-run.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Says which tensors of a file are which part of a network, with the test accuracy as
   the judge. */
#define ES_TYPE_MAPPING_WINDOW (es_mapping_window_get_type ())
G_DECLARE_FINAL_TYPE (EsMappingWindow, es_mapping_window, ES, MAPPING_WINDOW, AdwWindow)

/* Called with the network as the person wants it; takes @run and @origin. */
typedef void (*EsMappingChosen) (EsRun *run, EsOrigin *origin, gpointer data);

/*
 * Opens the file of @origin (copied) off the main thread and shows a window over that
 * of @owner, filled in with the best guess and what @origin says. @data is freed with
 * @data_free (nullable) when the window is gone.
 */
void es_mapping_window_present (GtkWidget *owner,
                                const EsOrigin *origin,
                                EsMappingChosen chosen,
                                gpointer data,
                                GDestroyNotify data_free);

G_END_DECLS
