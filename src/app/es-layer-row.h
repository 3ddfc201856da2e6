/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One layer of an attack in the list: hidden or not, strength, order. It edits at
   once, and shows what the editor has when it is told to. */
#define ES_TYPE_LAYER_ROW (es_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (EsLayerRow, es_layer_row, ES, LAYER_ROW, GtkListBoxRow)

GtkWidget *es_layer_row_new (EsAttackEditor *editor) G_GNUC_WARN_UNUSED_RESULT;

/* Shows layer @i. */
void es_layer_row_show (EsLayerRow *self, guint i);
guint es_layer_row_get_layer (EsLayerRow *self);

G_END_DECLS
