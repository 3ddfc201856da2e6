/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a person can do to a widget, found out from the widget itself: whatever is added
 * to the program is touched without being named here.
 */

/* Does one thing, by @rand, to a widget of @root that is shown and sensitive. Returns
   what was done, "" if @root offers nothing of the kind that was drawn. */
char *walk_touch (GtkWidget *root, GRand *rand);

/* Activates one of the actions of @widget's class, if it is enabled: see walk_touch().
 */
char *walk_act (GtkWidget *widget, GRand *rand);

/* Whether @action, "group.name", ends the program or leads out of it. */
gboolean walk_is_way_out (const char *action);

/* How often each action has been activated: of char *, to be freed. */
GPtrArray *walk_list_reached (void);

G_END_DECLS
