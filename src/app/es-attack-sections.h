/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-attack-save.h"
#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The sections of the Attack view: one image, all test images, and what was kept. */
#define ES_TYPE_ATTACK_SECTIONS (es_attack_sections_get_type ())
G_DECLARE_FINAL_TYPE (EsAttackSections, es_attack_sections, ES, ATTACK_SECTIONS, AdwBin)

void es_attack_sections_set_workspace (EsAttackSections *self, EsWorkspace *workspace);

/* The editor, if the section of one image is looked at; else NULL. */
EsAttackEditor *es_attack_sections_get_editor (EsAttackSections *self);

/* Writes the file @what of the attack on the image to @path, and says so. That of a
   whole dataset shows how far it is, and can be cancelled: "cancel" below. */
void
es_attack_sections_save (EsAttackSections *self, EsAttackSave what, const char *path);

/* Does what is called @name: "image", "set" and "gallery" show a section; "paint" and
   "draw" are of one image, "try" is of all, "cancel" stops that or else the saving of
   them; others are actions, such as
   "keep" and "save-image". */
void es_attack_sections_act (EsAttackSections *self, const char *name);

/* Takes @records (of EsAttackRecord, at least one) that were opened: goes back to a
   single one, puts several into the gallery. */
void es_attack_sections_take (EsAttackSections *self, const GPtrArray *records);

G_END_DECLS
