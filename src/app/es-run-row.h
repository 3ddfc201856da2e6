/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A run in the list: its picture, name and state. Rows are used for one run after the
   other. */
#define ES_TYPE_RUN_ROW (es_run_row_get_type ())
G_DECLARE_FINAL_TYPE (EsRunRow, es_run_row, ES, RUN_ROW, GtkBox)

GtkWidget *es_run_row_new (void) G_GNUC_WARN_UNUSED_RESULT;

EsRunItem *es_run_row_get_run (EsRunRow *self);

/* NULL: none. */
void es_run_row_set_run (EsRunRow *self, EsRunItem *run);

G_END_DECLS
