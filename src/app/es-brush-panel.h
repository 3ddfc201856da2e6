/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Paints on the change of an attack: a large picture of the result or of the change
 * itself, and the brush's settings. A stroke goes to the selected layer if that is
 * painted and counts, else to a new one on top; each is one step of the history.
 *
 * Properties: "painting", whether there is all this, and "header", a widget beside or
 * below the picture that is always there, so that nothing moves the picture about.
 */
#define ES_TYPE_BRUSH_PANEL (es_brush_panel_get_type ())
G_DECLARE_FINAL_TYPE (EsBrushPanel, es_brush_panel, ES, BRUSH_PANEL, AdwBin)

void es_brush_panel_set_editor (EsBrushPanel *self, EsAttackEditor *editor);

G_END_DECLS
