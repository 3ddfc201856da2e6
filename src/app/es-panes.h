/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Moves the focus to the next pane that is shown, or with @back to the one before, and
 * round at the end. Panes are @side and what is on @page: both sides of a flap, or the
 * page as a whole.
 */
void es_panes_move_focus (GtkWidget *side, GtkWidget *page, gboolean back);

G_END_DECLS
