/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* What the window's actions do with runs: open, save, rename, duplicate, delete. */

/* Installs them, "win.open" and so on. */
void es_window_install_actions (GtkWidgetClass *klass);

/* Enables what applies to the chosen run. */
void es_window_update_actions (EsWindow *self);

G_END_DECLS
