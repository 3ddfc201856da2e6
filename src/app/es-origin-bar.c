/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-origin-bar.h"

struct _EsOriginBar
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsRunItem *closed; /* the run for which the bar was closed; only compared */
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (EsOriginBar, es_origin_bar, ADW_TYPE_BIN)

static void
update (EsOriginBar *self)
{
  const EsOrigin *origin =
      self->run != NULL ? es_run_item_get_origin (self->run) : NULL;
  g_autofree char *text = NULL;

  if (origin != NULL && self->run != self->closed)
    text =
        es_origin_describe (origin, es_run_item_get_plan (self->run)->model.residual);
  if (text != NULL)
    gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}

static void
run_cb (EsOriginBar *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, es_workspace_get_run (self->workspace));
  if (self->run != NULL)
    g_signal_connect_object (self->run, "notify::status", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  update (self);
}

static void
close_cb (EsOriginBar *self)
{
  self->closed = self->run;
  update (self);
}

static void
es_origin_bar_dispose (GObject *object)
{
  EsOriginBar *self = ES_ORIGIN_BAR (object);

  g_clear_object (&self->workspace);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (es_origin_bar_parent_class)->dispose (object);
}

static void
es_origin_bar_class_init (EsOriginBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_origin_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-origin-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EsOriginBar, label);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
es_origin_bar_init (EsOriginBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
es_origin_bar_set_workspace (EsOriginBar *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_ORIGIN_BAR (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}
