/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Lets all drop-downs of strings and all toggle buttons below @widget be narrower than
 * their text, which then ends in an ellipsis: large text must fit on a narrow screen.
 * The lists of drop-downs keep their looks.
 */
void es_shrink (GtkWidget *widget);

G_END_DECLS
