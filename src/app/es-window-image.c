/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-image.h"

#include "es-i18n.h"
#include "es-own-image.h"
#include "es-toasts.h"

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsOwnImage) image = es_own_image_finish (result, &error);
  EsWorkspace *workspace = es_window_get_workspace (self);
  EsDrawing *drawing = workspace != NULL ? es_workspace_get_drawing (workspace) : NULL;

  if (image == NULL) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  /* Another run may have been chosen meanwhile. */
  if (drawing == NULL || es_drawing_get_rows (drawing) != image->rows ||
      es_drawing_get_cols (drawing) != image->cols)
    return;
  es_window_show_sample (self);
  es_drawing_set_pixels (drawing, image->pixels);
  es_workspace_show_drawing (workspace);
  es_toast (GTK_WIDGET (self),
            image->inverted
                ? _ ("Image taken as own drawing; light and dark were exchanged")
                : _ ("Image taken as own drawing"));
}

void
es_window_take_image (EsWindow *self,
                      GBytes *bytes,
                      GdkTexture *texture,
                      const char *name)
{
  EsWorkspace *workspace = es_window_get_workspace (self);
  EsRunItem *run = es_workspace_get_run (workspace);
  EsModel *model = es_workspace_get_model (workspace);

  if (model == NULL) {
    es_toast (GTK_WIDGET (self), _ ("An image needs a trained network that reads it"));
    return;
  }
  es_own_image_async (bytes, texture, name, es_model_get_config (model),
                      es_run_item_get_dataset (run), NULL, read_cb,
                      g_object_ref (self));
}

/* The clipboard: files first, which programs offer beside pictures of them. */

static void
pasted_texture_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture =
      gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, &error);

  if (texture != NULL)
    es_window_take_image (self, NULL, texture, _ ("The pasted image"));
  else
    es_toast_error (GTK_WIDGET (self), error);
}

static void
pasted_files_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsWindow) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value =
      gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value == NULL) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next) {
    g_autofree char *path = g_file_get_path (l->data);

    if (path != NULL)
      es_window_open_file (self, path);
  }
}

static void
paste (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT,
                                    NULL, pasted_files_cb, g_object_ref (widget));
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE))
    gdk_clipboard_read_texture_async (clipboard, NULL, pasted_texture_cb,
                                      g_object_ref (widget));
  else
    es_toast (widget, _ ("There is no image to paste"));
}

void
es_window_install_image_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.paste", NULL, paste);
  /* After what has the focus: text goes into entries. */
  gtk_widget_class_add_binding_action (klass, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste",
                                       NULL);
}
