/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-row.h"

#include "es-thumbnail.h"

struct _EsRunRow
{
  GtkListBoxRow parent_instance;

  EsRunItem *run;
  GtkPicture *picture;
  GtkLabel *name;
  GtkLabel *status;
  GtkPopover *menu;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (EsRunRow, es_run_row, GTK_TYPE_LIST_BOX_ROW)

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsRunRow *self = data;
  g_autoptr (GdkTexture) texture = es_thumbnail_finish (result);

  if (texture != NULL)
    gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  g_object_unref (self);
}

/* The picture follows the training from rest to rest, not from step to step. */
static void
update_thumbnail (EsRunRow *self)
{
  EsModel *model = es_run_item_get_model (self->run);

  if (model == NULL || es_run_item_is_active (self->run))
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  es_thumbnail_async (model, self->cancellable, thumbnail_cb, g_object_ref (self));
}

static void
show_menu (EsRunRow *self, double x, double y)
{
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){(int)x, (int)y, 1, 1});
  gtk_popover_popup (self->menu);
}

static void
pressed_cb (EsRunRow *self, int n_press, double x, double y)
{
  gtk_widget_activate (GTK_WIDGET (self));
  show_menu (self, x, y);
}

static gboolean
menu_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  gtk_widget_activate (widget);
  show_menu (ES_RUN_ROW (widget), gtk_widget_get_width (widget) / 2.0,
             gtk_widget_get_height (widget) / 2.0);
  return GDK_EVENT_STOP;
}

static void
es_run_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (es_run_row_parent_class)
      ->size_allocate (widget, width, height, baseline);
  gtk_popover_present (ES_RUN_ROW (widget)->menu);
}

static void
es_run_row_dispose (GObject *object)
{
  EsRunRow *self = ES_RUN_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->menu)));
  g_clear_object (&self->run);
  G_OBJECT_CLASS (es_run_row_parent_class)->dispose (object);
}

static void
es_run_row_class_init (EsRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_run_row_dispose;
  widget_class->size_allocate = es_run_row_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-run-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, picture);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, name);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, status);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key,
                                NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key, NULL);
}

static void
es_run_row_init (EsRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

/* Screen readers hear the row's name and state in one. */
static void
label_cb (EsRunRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  es_run_item_get_name (self->run),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  es_run_item_get_status (self->run), -1);
}

GtkWidget *
es_run_row_new (EsRunItem *run)
{
  EsRunRow *self = g_object_new (ES_TYPE_RUN_ROW, NULL);

  self->run = g_object_ref (run);
  g_object_bind_property (run, "name", self->name, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (run, "status", self->status, "label", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (update_thumbnail), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::name", G_CALLBACK (label_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::status", G_CALLBACK (label_cb), self,
                           G_CONNECT_SWAPPED);
  label_cb (self);
  update_thumbnail (self);
  return GTK_WIDGET (self);
}

EsRunItem *
es_run_row_get_run (EsRunRow *self)
{
  g_return_val_if_fail (ES_IS_RUN_ROW (self), NULL);
  return self->run;
}
