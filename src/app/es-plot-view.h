/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Shows any plot: drawing, hover read-out, keyboard cursor, context menu, and for
 * screen readers a name and a sentence kept up to date.
 *
 * Keys while it has the focus: arrows, Home and End move the cursor; Enter goes into a
 * picture, Escape out again; Space selects what is under the cursor.
 *
 * Sizes, as properties: "min-height", "natural-width", "max-height" (of the natural
 * height), and "narrow-width", below which the minimum is all the height that the plot
 * wants, because a narrow window is scrolled.
 *
 * "selected" (panel, series, index: int) is emitted when a person selects an element.
 */
#define ES_TYPE_PLOT_VIEW (es_plot_view_get_type ())
G_DECLARE_FINAL_TYPE (EsPlotView, es_plot_view, ES, PLOT_VIEW, GtkWidget)

GtkWidget *es_plot_view_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* The plot shown (nullable). A cursor stays on the element of the same name. */
EsPlot *es_plot_view_get_plot (EsPlotView *self);
void es_plot_view_set_plot (EsPlotView *self, EsPlot *plot);

/* What is copied and written to files: the plot shown, unless another one was set after
   it (nullable), which must not differ in more than conventions. */
EsPlot *es_plot_view_get_file_plot (EsPlotView *self);
void es_plot_view_set_file_plot (EsPlotView *self, EsPlot *plot);

/* The element that is shown as selected; panel, row and col are ignored. */
void es_plot_view_set_selected (EsPlotView *self, EsPlotId id);

/* What the figure is, in a few words: its name for screen readers and for files. */
const char *es_plot_view_get_label (EsPlotView *self);
void es_plot_view_set_label (EsPlotView *self, const char *label);

/* The eigenscope-cli command that makes the same figure (nullable: there is none). */
const char *es_plot_view_get_command (EsPlotView *self);
void es_plot_view_set_command (EsPlotView *self, const char *command);

G_END_DECLS
