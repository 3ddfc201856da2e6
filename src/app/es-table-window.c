/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-table-window.h"

#include "es-i18n.h"
#include "es-theme.h"

#include <adwaita.h>

/* The table belongs to the model's strings: each item is the number of a row. */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer is_number)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_number != NULL ? 1 : 0);
  if (is_number != NULL)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  const EsPlotTable *table = g_object_get_data (G_OBJECT (factory), "table");
  g_autofree char *text =
      es_plot_table_dup_cell (table, gtk_list_item_get_position (item),
                              GPOINTER_TO_UINT (column), es_theme_get_point ());

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
add_column (GtkColumnView *view, EsPlotTable *table, guint c)
{
  const EsPlotColumn *column = &table->columns[c];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *shown;

  g_object_set_data (G_OBJECT (factory), "table", table);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb),
                    GINT_TO_POINTER (column->numbers != NULL));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (c));
  shown = gtk_column_view_column_new (column->title, factory);
  gtk_column_view_column_set_resizable (shown, TRUE);
  gtk_column_view_column_set_expand (shown, TRUE);
  gtk_column_view_append_column (view, shown);
  g_object_unref (shown);
}

static GtkWidget *
create_view (EsPlotTable *table)
{
  GtkStringList *rows = gtk_string_list_new (NULL);
  GtkWidget *view;

  for (gsize row = 0; row < table->n_rows; row++)
    gtk_string_list_append (rows, "");
  view = gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (rows))));
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (view), TRUE);
  for (guint c = 0; c < table->n_columns; c++)
    add_column (GTK_COLUMN_VIEW (view), table, c);
  return view;
}

void
es_table_window_present (GtkWidget *owner, const EsPlot *plot, const char *title)
{
  EsPlotTable *table = es_plot_to_table (plot);
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 480);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (owner)));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  g_object_set_data_full (G_OBJECT (window), "table", table,
                          (GDestroyNotify)es_plot_table_free);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), create_view (table));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}
