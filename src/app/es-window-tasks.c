/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-tasks.h"

#include "es-datasets.h"
#include "es-overfit-window.h"
#include "es-play-window.h"
#include "es-task-settings.h"

#include <string.h>

static void
train_task (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *kind = g_variant_get_string (parameter, NULL);
  g_auto (EsTask) task;
  EsPlan plan;

  es_task_init (&task, strcmp (kind, "modular") == 0     ? ES_TASK_MODULAR
                       : strcmp (kind, "challenge") == 0 ? ES_TASK_CHALLENGE
                                                         : ES_TASK_TOY);
  if (task.kind == ES_TASK_CHALLENGE) {
    EsWorkspace *workspace = es_window_get_workspace (ES_WINDOW (widget));

    g_free (task.images);
    task.images = es_datasets_choose_images (es_workspace_get_run (workspace));
  }
  es_task_plan_init (&plan, &task);
  es_window_add_run (ES_WINDOW (widget), &plan, TRUE);
  es_plan_clear (&plan);
}

static void
play (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_play_window_present (GTK_WINDOW (widget));
}

static void
overfitting (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_overfit_window_present (GTK_WINDOW (widget),
                             es_window_get_workspace (ES_WINDOW (widget)));
}

void
es_window_install_task_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.overfitting", NULL, overfitting);
  gtk_widget_class_install_action (klass, "win.playground", NULL, play);
  gtk_widget_class_install_action (klass, "win.task", "s", train_task);
}

static void
set_visible (AdwViewStack *views, const char *name, gboolean visible)
{
  GtkWidget *child = adw_view_stack_get_child_by_name (views, name);

  adw_view_stack_page_set_visible (adw_view_stack_get_page (views, child), visible);
}

void
es_window_update_task_pages (EsWindow *self, AdwViewStack *views)
{
  EsRunItem *run = es_workspace_get_run (es_window_get_workspace (self));
  const char *data = run != NULL ? es_run_item_get_plan (run)->data : NULL;
  const char *shown = adw_view_stack_get_visible_child_name (views);
  gboolean toy = data != NULL && g_str_has_prefix (data, "toy:");
  gboolean task = es_task_is_text (data);

  if ((!task && g_strcmp0 (shown, "task") == 0) ||
      (toy && (g_strcmp0 (shown, "explain") == 0 || g_strcmp0 (shown, "attack") == 0)))
    adw_view_stack_set_visible_child_name (views, "train");
  set_visible (views, "task", task);
  set_visible (views, "explain", !toy);
  set_visible (views, "attack", !toy);
}
