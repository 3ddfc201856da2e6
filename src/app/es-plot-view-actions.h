/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-view.h"

G_BEGIN_DECLS

/* What can be done with any figure: copying, exporting, its numbers. */

/* Installs the actions "plot.copy", "plot.export", "plot.save-data", "plot.table" and
   "plot.copy-command", with their keys. */
void es_plot_view_install_actions (GtkWidgetClass *klass);

GMenuModel *es_plot_view_create_menu (void) G_GNUC_WARN_UNUSED_RESULT;

/* Enables what applies to the plot shown. */
void es_plot_view_update_actions (EsPlotView *self);

G_END_DECLS
