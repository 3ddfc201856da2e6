/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Where a person draws an image of their own, for the network that is chosen, which
 * reads it with every move. What is drawn is the workspace's sample.
 */
#define ES_TYPE_DRAWING_PAD (es_drawing_pad_get_type ())
G_DECLARE_FINAL_TYPE (EsDrawingPad, es_drawing_pad, ES, DRAWING_PAD, AdwBin)

void es_drawing_pad_set_workspace (EsDrawingPad *self, EsWorkspace *workspace);

G_END_DECLS
