/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Short messages at the bottom of the window that @widget is in. */

void es_toast (GtkWidget *widget, const char *text);

/* Says what failed; nothing if it was cancelled. */
void es_toast_error (GtkWidget *widget, const GError *error);

/* Says that @path was written, with a button that opens its folder. */
void es_toast_saved (GtkWidget *widget, const char *text, const char *path);

/* With a button @label that calls @act (toast, data), for half a minute. */
void es_toast_offer (GtkWidget *widget,
                     const char *text,
                     const char *label,
                     GCallback act,
                     gpointer data,
                     GClosureNotify data_free);

/* With a button that calls @undo (toast, data), and so does the action "win.undo", also
   when the message has gone. */
void es_toast_undo (GtkWidget *widget,
                    const char *text,
                    GCallback undo,
                    gpointer data,
                    GClosureNotify data_free);

/* Undoes the latest that can be undone; its message goes. */
void es_toast_undo_last (GtkWidget *widget);

G_END_DECLS
