/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-brush.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The settings of a brush: what it does, size, hardness, strength, sign, symmetry. A
 * simple one has only the first two, for drawing with ink of full strength.
 *
 * Properties: "simple". "changed" is emitted when a setting is.
 */
#define ES_TYPE_BRUSH_BAR (es_brush_bar_get_type ())
G_DECLARE_FINAL_TYPE (EsBrushBar, es_brush_bar, ES, BRUSH_BAR, GtkBox)

void es_brush_bar_get_brush (EsBrushBar *self, EsBrush *brush);

/* Sets what the brush does. */
void es_brush_bar_set_mode (EsBrushBar *self, EsBrushMode mode);

/* One step larger or smaller. */
void es_brush_bar_step_size (EsBrushBar *self, gboolean larger);

G_END_DECLS
