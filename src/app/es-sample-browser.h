/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The images of the chosen run's dataset as a grid: filtered and sorted by what the
 * network makes of them; and beside them a pad for one's own. Follows and sets the
 * workspace's sample. What the network makes of them is found out anew for other
 * weights, but while it is being trained only when the browser comes on screen or
 * something is asked of it.
 */
#define ES_TYPE_SAMPLE_BROWSER (es_sample_browser_get_type ())
G_DECLARE_FINAL_TYPE (EsSampleBrowser, es_sample_browser, ES, SAMPLE_BROWSER, GtkBox)

void es_sample_browser_set_workspace (EsSampleBrowser *self, EsWorkspace *workspace);

/* Reveals the flap that the browser is in and shows the drawing pad, which gets the
   focus; once there has been a layout. */
void es_sample_browser_draw (EsSampleBrowser *self);

G_END_DECLS
