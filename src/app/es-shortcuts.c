/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-shortcuts.h"

#include "es-settings.h"

/* Letters on a line. */
#define SHORTCUT_CHARS 16

/* Makes the window fit on a narrow screen: what they do may wrap, and the
   search entry is as short as it can be. */
static void
narrow_shortcuts (GtkWidget *widget, gboolean in_shortcut)
{
  in_shortcut |= GTK_IS_SHORTCUTS_SHORTCUT (widget);
  if (GTK_IS_SHORTCUT_LABEL (widget))
    return;
  if (in_shortcut && GTK_IS_LABEL (widget)) {
    gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
    gtk_label_set_max_width_chars (GTK_LABEL (widget), SHORTCUT_CHARS);
    gtk_label_set_xalign (GTK_LABEL (widget), 0);
  }
  if (GTK_IS_SEARCH_ENTRY (widget))
    gtk_editable_set_width_chars (GTK_EDITABLE (widget), SHORTCUT_CHARS);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    narrow_shortcuts (child, in_shortcut);
}

static GtkShortcutsWindow *
make (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource (ES_RESOURCE_PATH "/es-shortcuts.ui");
  GtkWidget *shortcuts = GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));

  narrow_shortcuts (shortcuts, FALSE);
  return GTK_SHORTCUTS_WINDOW (shortcuts);
}

void
es_shortcuts_show (GtkApplicationWindow *window)
{
  g_return_if_fail (GTK_IS_APPLICATION_WINDOW (window));
  if (gtk_application_window_get_help_overlay (window) == NULL)
    gtk_application_window_set_help_overlay (window, make ());
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}
