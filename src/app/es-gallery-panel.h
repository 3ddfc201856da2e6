/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-record.h"
#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The gallery of the chosen run: what was found, as pictures. "opened" (EsAttackRecord,
 * as a pointer) is emitted when a person wants to go back to one.
 */
#define ES_TYPE_GALLERY_PANEL (es_gallery_panel_get_type ())
G_DECLARE_FINAL_TYPE (EsGalleryPanel, es_gallery_panel, ES, GALLERY_PANEL, AdwBin)

void es_gallery_panel_set_workspace (EsGalleryPanel *self, EsWorkspace *workspace);

/* Keeps @record with the chosen run; says so. */
void es_gallery_panel_keep (EsGalleryPanel *self, EsAttackRecord *record);

G_END_DECLS
