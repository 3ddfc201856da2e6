/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>

/*
 * Another program for the tests in a real X server: a small window from which the files
 * named on the command line can be dragged, as from a file manager.
 */

static void
closed_cb (GtkWindow *window, gpointer done)
{
  *(gboolean *)done = TRUE;
}

int
main (int argc, char **argv)
{
  GSList *files = NULL;
  GtkDragSource *source;
  GdkContentProvider *content;
  GtkWidget *window, *label;
  GValue value = G_VALUE_INIT;
  gboolean done = FALSE;

  gtk_init ();
  for (int i = argc - 1; i > 0; i--)
    files = g_slist_prepend (files, g_file_new_for_path (argv[i]));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, files);
  content = gdk_content_provider_new_for_value (&value);
  source = gtk_drag_source_new ();
  gtk_drag_source_set_content (source, content);
  label = gtk_label_new ("Drag");
  gtk_widget_set_size_request (label, 100, 60);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "Files");
  gtk_window_set_child (GTK_WINDOW (window), label);
  g_signal_connect (window, "destroy", G_CALLBACK (closed_cb), &done);
  gtk_window_present (GTK_WINDOW (window));
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (content);
  g_value_unset (&value);
  return 0;
}
