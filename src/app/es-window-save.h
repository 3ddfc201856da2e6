/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* Files that the window makes of the chosen run; for EsWindow itself. */

/* Installs the actions: "win.save", "win.save-copy", "win.export-weights",
   "win.export-film", "win.keep". */
void es_window_install_save_actions (GtkWidgetClass *klass);

/* Enables what applies to the chosen run. */
void es_window_update_save_actions (EsWindow *self);

/* Whether the window is to stay: there is a run that could not be kept and is in memory
   only. Asks the person, whose word closes the window all the same. */
gboolean es_window_hold_unsaved (EsWindow *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
