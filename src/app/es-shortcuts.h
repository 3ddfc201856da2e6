/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows the window of all keyboard shortcuts, which is made when it is first wanted. */
void es_shortcuts_show (GtkApplicationWindow *window);

G_END_DECLS
