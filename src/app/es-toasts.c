/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-toasts.h"

#include "es-error.h"
#include "es-i18n.h"

#include <adwaita.h>

/* The overlay of the widget's window; of the window behind it if that has none. */
static AdwToastOverlay *
find_overlay (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  while (GTK_IS_WINDOW (root)) {
    GtkWidget *content =
        ADW_IS_APPLICATION_WINDOW (root)
            ? adw_application_window_get_content (ADW_APPLICATION_WINDOW (root))
            : NULL;

    if (ADW_IS_TOAST_OVERLAY (content))
      return ADW_TOAST_OVERLAY (content);
    root = GTK_ROOT (gtk_window_get_transient_for (GTK_WINDOW (root)));
  }
  return NULL;
}

/* Takes @toast. */
static void
show (GtkWidget *widget, AdwToast *toast)
{
  AdwToastOverlay *overlay = find_overlay (widget);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (overlay, toast);
  else
    g_object_unref (toast);
}

/* Toasts read their text as markup. */
static AdwToast *
toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

void
es_toast (GtkWidget *widget, const char *text)
{
  show (widget, toast_new (text));
}

void
es_toast_error (GtkWidget *widget, const GError *error)
{
  AdwToast *toast;

  if (g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  toast = toast_new (error->message);
  adw_toast_set_timeout (toast, 10);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  show (widget, toast);
}

static void
open_folder_cb (AdwToast *toast, const char *uri)
{
  gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

static void
free_uri (gpointer uri, GClosure *closure)
{
  g_free (uri);
}

void
es_toast_saved (GtkWidget *widget, const char *text, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  AdwToast *toast = toast_new (text);

  adw_toast_set_button_label (toast, _ ("Open Folder"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (open_folder_cb),
                         g_file_get_uri (file), free_uri, 0);
  show (widget, toast);
}

void
es_toast_undo (GtkWidget *widget,
               const char *text,
               GCallback undo,
               gpointer data,
               GClosureNotify data_free)
{
  AdwToast *toast = toast_new (text);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, 10);
  g_signal_connect_data (toast, "button-clicked", undo, data, data_free, 0);
  show (widget, toast);
}
