/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* What the window's actions do with runs: rename, describe, copy,
   delete, go on. */

/* Installs them, "win.open" and so on. */
void es_window_install_actions (GtkWidgetClass *klass);

/* Says which trainings (of EsRunItem) ended with their program, and offers to go on. */
void es_window_offer_resume (EsWindow *self, const GPtrArray *runs);

/* Enables what applies to the chosen run. */
void es_window_update_actions (EsWindow *self);

G_END_DECLS
