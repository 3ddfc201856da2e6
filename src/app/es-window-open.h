/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-opening.h"
#include "es-window.h"

G_BEGIN_DECLS

/* Files and folders on their way into the window; for EsWindow itself. */

/* Installs the actions that open something. */
void es_window_install_open_actions (GtkWidgetClass *klass);

/* Enables what applies to the chosen run. */
void es_window_update_open_actions (EsWindow *self);

/* Opens what is dropped on @widget, the window's content. */
void es_window_accept_drops (EsWindow *self, GtkWidget *widget);

/* Keeps @menu filled with the files that were opened last. */
void es_window_list_recent (EsWindow *self, GMenu *menu);

G_END_DECLS
