/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-target-window.h"

#include "es-sample-browser.h"

struct _EsTargetWindow
{
  AdwWindow parent_instance;

  EsWorkspace *workspace;
  EsTargetChosen chosen;
  GtkWidget *owner;

  EsSampleBrowser *browser;
  GtkLabel *title;
};

G_DEFINE_FINAL_TYPE (EsTargetWindow, es_target_window, ADW_TYPE_WINDOW)

static void
sample_cb (EsTargetWindow *self)
{
  const EsSample *sample = es_workspace_get_sample (self->workspace);

  gtk_label_set_text (self->title, sample != NULL ? sample->title : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "target.use", sample != NULL);
}

static void
use (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsTargetWindow *self = ES_TARGET_WINDOW (widget);

  self->chosen (es_workspace_get_sample (self->workspace), self->owner);
  gtk_window_close (GTK_WINDOW (self));
}

static void
es_target_window_dispose (GObject *object)
{
  EsTargetWindow *self = ES_TARGET_WINDOW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (es_target_window_parent_class)->dispose (object);
}

static void
es_target_window_class_init (EsTargetWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_target_window_dispose;
  g_type_ensure (ES_TYPE_SAMPLE_BROWSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-target-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EsTargetWindow, browser);
  gtk_widget_class_bind_template_child (widget_class, EsTargetWindow, title);
  gtk_widget_class_install_action (widget_class, "target.use", NULL, use);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "target.use", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
}

static void
es_target_window_init (EsTargetWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
es_target_window_present (GtkWidget *owner,
                          EsWorkspace *workspace,
                          EsTargetChosen chosen)
{
  EsTargetWindow *self = g_object_new (ES_TYPE_TARGET_WINDOW, "transient-for",
                                       gtk_widget_get_root (owner), NULL);

  self->owner = g_object_ref (owner);
  self->workspace = g_object_ref (workspace);
  self->chosen = chosen;
  es_workspace_ensure_sample (workspace);
  es_sample_browser_set_workspace (self->browser, workspace);
  g_signal_connect_swapped (workspace, "notify::sample", G_CALLBACK (sample_cb), self);
  sample_cb (self);
  gtk_window_present (GTK_WINDOW (self));
}
