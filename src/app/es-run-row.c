/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-row.h"

#include "es-i18n.h"
#include "es-style.h"
#include "es-theme.h"
#include "es-thumbnail.h"
#include "es-work.h"

struct _EsRunRow
{
  GtkBox parent_instance;

  EsRunItem *run; /* nullable */
  GtkPicture *picture;
  GtkLabel *name;
  GtkLabel *status;
  GtkWidget *star;
  GtkImage *mark;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (EsRunRow, es_run_row, GTK_TYPE_BOX)

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsRunRow *self = data;
  g_autoptr (GdkTexture) texture = es_thumbnail_finish (result);

  if (texture != NULL)
    gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  g_object_unref (self);
}

static void
forget_thumbnail (EsRunRow *self)
{
  es_work_drop (&self->cancellable);
}

/* The picture follows the training from rest to rest, not from step to step. */
static void
update_thumbnail (EsRunRow *self)
{
  EsModel *model = self->run != NULL ? es_run_item_get_model (self->run) : NULL;
  EsStyle style;

  if (model == NULL || es_run_item_is_active (self->run))
    return;
  es_theme_get_style (&style, GTK_WIDGET (self));
  forget_thumbnail (self);
  self->cancellable = g_cancellable_new ();
  es_thumbnail_async (model, style.diverging, self->cancellable, thumbnail_cb,
                      g_object_ref (self));
}

/* What a mark beside the name says, most important first; NULL for none. */
static const char *
find_mark (EsRunItem *run, const char **icon)
{
  const EsRunEntry *entry = es_run_item_get_entry (run);

  *icon = NULL;
  if (entry->problem != NULL) {
    *icon = "dialog-warning-symbolic";
    return _ ("Cannot be read");
  }
  if (es_run_item_is_elsewhere (run)) {
    *icon = "changes-prevent-symbolic";
    return _ ("Training in another program");
  }
  if (entry->archived) {
    *icon = "folder-symbolic";
    return _ ("Archived");
  }
  return NULL;
}

/* Screen readers hear the row's name and state in one; the item of the list has them.
 */
static void
label_item (EsRunRow *self)
{
  const EsRunEntry *entry = es_run_item_get_entry (self->run);
  const char *icon;
  const char *mark = find_mark (self->run, &icon);
  g_autofree char *text =
      g_strjoin (", ", es_run_item_get_status (self->run),
                 entry->starred ? _ ("Starred") : (mark != NULL ? mark : NULL),
                 entry->starred ? mark : NULL, NULL);
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    es_run_item_get_name (self->run),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
update (EsRunRow *self)
{
  const EsRunEntry *entry = es_run_item_get_entry (self->run);
  const char *icon;
  const char *mark = find_mark (self->run, &icon);

  gtk_label_set_text (self->name, es_run_item_get_name (self->run));
  gtk_label_set_text (self->status, es_run_item_get_status (self->run));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->status),
                               entry->problem != NULL ? entry->problem : NULL);
  gtk_widget_set_visible (self->star, entry->starred);
  gtk_image_set_from_icon_name (self->mark, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mark), mark);
  gtk_widget_set_visible (GTK_WIDGET (self->mark), mark != NULL);
  label_item (self);
}

static void
es_run_row_dispose (GObject *object)
{
  es_run_row_set_run (ES_RUN_ROW (object), NULL);
  G_OBJECT_CLASS (es_run_row_parent_class)->dispose (object);
}

static void
es_run_row_class_init (EsRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_run_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-run-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, picture);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, name);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, status);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, star);
  gtk_widget_class_bind_template_child (widget_class, EsRunRow, mark);
}

static void
es_run_row_init (EsRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (es_theme_get_default (), "changed",
                           G_CALLBACK (update_thumbnail), self, G_CONNECT_SWAPPED);
}

GtkWidget *
es_run_row_new (void)
{
  return g_object_new (ES_TYPE_RUN_ROW, NULL);
}

EsRunItem *
es_run_row_get_run (EsRunRow *self)
{
  g_return_val_if_fail (ES_IS_RUN_ROW (self), NULL);
  return self->run;
}

void
es_run_row_set_run (EsRunRow *self, EsRunItem *run)
{
  g_return_if_fail (ES_IS_RUN_ROW (self));
  if (run == self->run)
    return;
  forget_thumbnail (self);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  if (!g_set_object (&self->run, run) || run == NULL)
    return;
  gtk_picture_set_paintable (self->picture, NULL);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (update_thumbnail), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::name", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::status", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "described", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  update_thumbnail (self);
}
