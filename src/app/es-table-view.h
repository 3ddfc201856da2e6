/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-table.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A table that can be read, and sorted by any column: at the head of a column, or with
 * the list above, which the keyboard reaches too.
 */
#define ES_TYPE_TABLE_VIEW (es_table_view_get_type ())
G_DECLARE_FINAL_TYPE (EsTableView, es_table_view, ES, TABLE_VIEW, AdwBin)

GtkWidget *es_table_view_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Takes @table. With the columns of the table before, order and widths stay. */
void es_table_view_set_table (EsTableView *self, EsPlotTable *table);

/* As tall as its rows, for a page that is scrolled; else it scrolls itself. */
void es_table_view_set_whole (EsTableView *self, gboolean whole);

/* Its name for screen readers. */
void es_table_view_set_label (EsTableView *self, const char *label);

G_END_DECLS
