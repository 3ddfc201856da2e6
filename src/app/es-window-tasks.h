/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* Tasks whose answer is known; for EsWindow itself. */

/* Installs the action "win.task" with "toy", "modular" or "challenge": trains a network
   on it. And "win.playground": points of one's own; "win.overfitting": a network that
   memorises beside one that does not. */
void es_window_install_task_actions (GtkWidgetClass *klass);

/* Shows the pages of @views that say something of the chosen run: "task" for tasks, and
   "explain" and "attack" for networks that tell classes apart. */
void es_window_update_task_pages (EsWindow *self, AdwViewStack *views);

G_END_DECLS
