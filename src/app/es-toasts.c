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
  /* Of usual priority: libadwaita 1.2 aborts if a toast that had to make way for an
     urgent one comes back before it has faded. */
  adw_toast_set_timeout (toast, 10);
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

/* What can be undone */

/* Deletions that can be undone at most: each holds what was deleted. */
#define MAX_UNDOABLE 8

/* The toasts whose button was not pressed yet, the latest last; they outlive what is
   seen of them. */
static GPtrArray *
get_undoable (AdwToastOverlay *overlay)
{
  GPtrArray *toasts = g_object_get_data (G_OBJECT (overlay), "es-undoable");

  if (toasts == NULL) {
    toasts = g_ptr_array_new_with_free_func (g_object_unref);
    g_object_set_data_full (G_OBJECT (overlay), "es-undoable", toasts,
                            (GDestroyNotify)g_ptr_array_unref);
  }
  return toasts;
}

static void
update_undo_action (AdwToastOverlay *overlay)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (overlay));

  if (root != NULL)
    gtk_widget_action_set_enabled (GTK_WIDGET (root), "win.undo",
                                   get_undoable (overlay)->len > 0);
}

static void
undone_cb (AdwToastOverlay *overlay, AdwToast *toast)
{
  g_ptr_array_remove (get_undoable (overlay), toast);
  update_undo_action (overlay);
}

/* A toast that is fading away can still be pressed. */
static void
once_cb (AdwToast *toast)
{
  if (g_object_get_data (G_OBJECT (toast), "es-pressed") != NULL)
    g_signal_stop_emission_by_name (toast, "button-clicked");
  g_object_set_data (G_OBJECT (toast), "es-pressed", toast);
}

static AdwToast *
button_toast_new (const char *text,
                  const char *label,
                  GCallback act,
                  gpointer data,
                  GClosureNotify data_free)
{
  AdwToast *toast = toast_new (text);

  adw_toast_set_button_label (toast, label);
  adw_toast_set_timeout (toast, 10);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (once_cb), NULL);
  g_signal_connect_data (toast, "button-clicked", act, data, data_free, 0);
  return toast;
}

void
es_toast_offer (GtkWidget *widget,
                const char *text,
                const char *label,
                GCallback act,
                gpointer data,
                GClosureNotify data_free)
{
  AdwToast *toast = button_toast_new (text, label, act, data, data_free);

  adw_toast_set_timeout (toast, 30);
  show (widget, toast);
}

void
es_toast_undo (GtkWidget *widget,
               const char *text,
               GCallback undo,
               gpointer data,
               GClosureNotify data_free)
{
  AdwToastOverlay *overlay = find_overlay (widget);
  AdwToast *toast = button_toast_new (text, _ ("_Undo"), undo, data, data_free);

  if (overlay != NULL) {
    g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undone_cb), overlay,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    if (get_undoable (overlay)->len >= MAX_UNDOABLE)
      g_ptr_array_remove_index (get_undoable (overlay), 0);
    g_ptr_array_add (get_undoable (overlay), g_object_ref (toast));
    update_undo_action (overlay);
  }
  show (widget, toast);
}

void
es_toast_undo_last (GtkWidget *widget)
{
  AdwToastOverlay *overlay = find_overlay (widget);
  GPtrArray *toasts = overlay != NULL ? get_undoable (overlay) : NULL;
  g_autoptr (AdwToast) toast = NULL;

  if (toasts == NULL || toasts->len == 0)
    return;
  toast = g_object_ref (toasts->pdata[toasts->len - 1]);
  g_signal_emit_by_name (toast, "button-clicked");
  adw_toast_dismiss (toast);
}
