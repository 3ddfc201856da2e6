/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-trouble-bar.h"

#include "es-i18n.h"
#include "es-run-status.h"

struct _EsTroubleBar
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (EsTroubleBar, es_trouble_bar, ADW_TYPE_BIN)

static void
update (EsTroubleBar *self)
{
  const char *trouble = self->run != NULL ? es_run_item_get_trouble (self->run) : NULL;
  g_autofree char *text = NULL;

  if (trouble != NULL)
    text = g_strdup_printf (
        es_run_item_is_active (self->run)
            ? _ ("Not saved: %s. The training goes on in memory, and saving is tried "
                 "again.")
            : _ ("Not saved: %s. The run is in memory only, and saving is tried "
                 "again."),
        es_run_status_get_reason (self->run));
  gtk_label_set_label (self->label, text != NULL ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), trouble);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}

static void
run_cb (EsTroubleBar *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, es_workspace_get_run (self->workspace));
  if (self->run != NULL) {
    g_signal_connect_object (self->run, "notify::trouble", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->run, "notify::state", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  }
  update (self);
}

static void
es_trouble_bar_dispose (GObject *object)
{
  EsTroubleBar *self = ES_TROUBLE_BAR (object);

  g_clear_object (&self->workspace);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (es_trouble_bar_parent_class)->dispose (object);
}

static void
es_trouble_bar_class_init (EsTroubleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_trouble_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-trouble-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EsTroubleBar, label);
}

static void
es_trouble_bar_init (EsTroubleBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
es_trouble_bar_set_workspace (EsTroubleBar *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_TROUBLE_BAR (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}
