/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows the numbers of @plot as a table, in a window over @owner's. */
void es_table_window_present (GtkWidget *owner, const EsPlot *plot, const char *title);

G_END_DECLS
