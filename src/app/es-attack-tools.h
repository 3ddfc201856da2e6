/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-attack-kit.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * What layers are made with, and what holds the whole change: masks, controls, gradient
 * attacks, budget, searches. Works on an editor.
 *
 * "eigenvectors-changed" is emitted when another number of eigenvectors is wanted.
 */
#define ES_TYPE_ATTACK_TOOLS (es_attack_tools_get_type ())
G_DECLARE_FINAL_TYPE (EsAttackTools, es_attack_tools, ES, ATTACK_TOOLS, AdwBin)

void es_attack_tools_set_editor (EsAttackTools *self, EsAttackEditor *editor);

/* NULL: masks cannot be made, or not yet. */
void es_attack_tools_set_kit (EsAttackTools *self, EsAttackKit *kit);

/* The classes there are (nullable: none known yet). */
void es_attack_tools_set_names (EsAttackTools *self, char **names);

/* How many eigenvectors of each class masks are to tell apart. */
gsize es_attack_tools_get_k (EsAttackTools *self);

G_END_DECLS
