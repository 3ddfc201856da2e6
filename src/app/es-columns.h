/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Its children in two columns where both have the width that they want, else in one, in
 * reading order. What is left of the width is shared; "homogeneous" columns are equally
 * wide. "spacing" is in pixels, between columns and between rows.
 *
 * "first-width" and "second-width" say in pixels what a column wants in place of its
 * children: the layout then depends on the width that there is, and not on texts that
 * come and go.
 *
 * A GtkFlowBox would do as well, but GTK 4.8 never returns from moving the focus up in
 * one that has not had its size yet.
 */
#define ES_TYPE_COLUMNS (es_columns_get_type ())
G_DECLARE_FINAL_TYPE (EsColumns, es_columns, ES, COLUMNS, GtkWidget)

G_END_DECLS
