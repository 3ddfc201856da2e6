/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-shrink.h"

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gpointer chosen = gtk_list_item_get_item (item);

  if (GTK_IS_STRING_OBJECT (chosen))
    gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                         gtk_string_object_get_string (chosen));
}

/* The usual factory goes on making the list, with its check marks. */
static void
shrink (GtkDropDown *drop_down)
{
  g_autoptr (GtkListItemFactory) usual =
      g_object_ref (gtk_drop_down_get_factory (drop_down));
  g_autoptr (GtkListItemFactory) factory = NULL;

  if (gtk_drop_down_get_list_factory (drop_down) != NULL)
    return;
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_drop_down_set_list_factory (drop_down, usual);
  gtk_drop_down_set_factory (drop_down, factory);
}

static void
shrink_button (GtkWidget *button)
{
  GtkWidget *label = gtk_widget_get_first_child (button);

  if (GTK_IS_LABEL (label))
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
}

void
es_shrink (GtkWidget *widget)
{
  if (GTK_IS_DROP_DOWN (widget)) {
    shrink (GTK_DROP_DOWN (widget));
    return;
  }
  if (GTK_IS_TOGGLE_BUTTON (widget)) {
    shrink_button (widget);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    es_shrink (child);
}
