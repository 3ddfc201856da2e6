/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-panes.h"

#include <adwaita.h>

static void
add_pane (GPtrArray *panes, GtkWidget *widget)
{
  if (widget != NULL && gtk_widget_get_mapped (widget))
    g_ptr_array_add (panes, widget);
}

static AdwFlap *
find_flap (GtkWidget *widget)
{
  AdwFlap *found = ADW_IS_FLAP (widget) ? ADW_FLAP (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child))
      found = find_flap (child);
  return found;
}

static GPtrArray *
list_panes (GtkWidget *side, GtkWidget *page)
{
  GPtrArray *panes = g_ptr_array_new ();
  AdwFlap *flap = page != NULL ? find_flap (page) : NULL;

  add_pane (panes, side);
  if (flap == NULL) {
    add_pane (panes, page);
    return panes;
  }
  if (adw_flap_get_reveal_flap (flap))
    add_pane (panes, adw_flap_get_flap (flap));
  add_pane (panes, adw_flap_get_content (flap));
  return panes;
}

void
es_panes_move_focus (GtkWidget *side, GtkWidget *page, gboolean back)
{
  g_autoptr (GPtrArray) panes = list_panes (side, page);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (side));
  guint n = panes->len, at = back ? 0 : n - 1;

  if (n == 0)
    return;
  for (guint i = 0; i < n && focus != NULL; i++)
    if (gtk_widget_is_ancestor (focus, panes->pdata[i]))
      at = i;
  /* A pane may have nothing that takes the focus. */
  for (guint i = 0; i + 1 < n; i++) {
    at = (at + (back ? n - 1 : 1)) % n;
    if (gtk_widget_child_focus (panes->pdata[at], GTK_DIR_TAB_FORWARD))
      return;
  }
}
