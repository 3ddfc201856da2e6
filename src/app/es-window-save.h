/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* Files that the window makes of the chosen run; for EsWindow itself. */

/* Installs the actions: "win.save", "win.save-copy", "win.export-weights",
   "win.export-film". */
void es_window_install_save_actions (GtkWidgetClass *klass);

/* Enables what applies to the chosen run. */
void es_window_update_save_actions (EsWindow *self);

G_END_DECLS
