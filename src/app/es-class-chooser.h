/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Chooses what is looked at: a class from a list, or a direction that is typed, such as
 * "3 - 8". Follows and sets the workspace's direction.
 *
 * "typed" (boolean): whether there is an entry for directions.
 */
#define ES_TYPE_CLASS_CHOOSER (es_class_chooser_get_type ())
G_DECLARE_FINAL_TYPE (EsClassChooser, es_class_chooser, ES, CLASS_CHOOSER, GtkBox)

void es_class_chooser_set_workspace (EsClassChooser *self, EsWorkspace *workspace);

/* The classes there are (nullable: none known yet). */
void es_class_chooser_set_names (EsClassChooser *self, char **names);

G_END_DECLS
