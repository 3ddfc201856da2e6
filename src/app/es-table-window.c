/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-table-window.h"

#include "es-table-view.h"

/* It belongs to no application, so it has its keys itself. */
static void
add_keys (GtkWidget *window)
{
  static const char *const keys[] = {"Escape", "<Control>w"};
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i]),
                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, controller);
}

void
es_table_window_present (GtkWidget *owner, const EsPlot *plot, const char *title)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *view = es_table_view_new ();

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 480);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (owner)));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  es_table_view_set_table (ES_TABLE_VIEW (view), es_plot_to_table (plot));
  es_table_view_set_label (ES_TABLE_VIEW (view), title);
  gtk_widget_set_vexpand (view, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), view);
  adw_window_set_content (ADW_WINDOW (window), box);
  add_keys (window);
  gtk_window_present (GTK_WINDOW (window));
}
