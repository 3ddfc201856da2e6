/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Sets whether @widget is sensitive. What goes insensitive gives the focus away first,
   if it is within: an entry that has it would never be told that it lost it. */
void es_focus_set_sensitive (GtkWidget *widget, gboolean sensitive);

G_END_DECLS
