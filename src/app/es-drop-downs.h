/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Lets all drop-downs of strings below @widget be narrower than what is chosen in them,
 * which then ends in an ellipsis: large text must fit on a narrow screen. Their lists
 * keep their looks.
 */
void es_drop_downs_shrink (GtkWidget *widget);

G_END_DECLS
