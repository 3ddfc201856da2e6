/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-attack-record.h"
#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The adversarial editor: the chosen image, changed in layers, read by the chosen
   network. Its actions "attack.undo" and "attack.redo" go through every edit. */
#define ES_TYPE_ATTACK_PAGE (es_attack_page_get_type ())
G_DECLARE_FINAL_TYPE (EsAttackPage, es_attack_page, ES, ATTACK_PAGE, AdwBin)

void es_attack_page_set_workspace (EsAttackPage *self, EsWorkspace *workspace);

EsAttackEditor *es_attack_page_get_editor (EsAttackPage *self);

/* The attack as it stands (nullable: there is no image). */
EsAttackRecord *
es_attack_page_dup_record (EsAttackPage *self) G_GNUC_WARN_UNUSED_RESULT;

/* Goes back to @record, which is an edit that can be undone; its image becomes the
   chosen one. Fails, saying what is needed, if the network cannot be given it. */
gboolean es_attack_page_restore (EsAttackPage *self,
                                 EsAttackRecord *record,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
