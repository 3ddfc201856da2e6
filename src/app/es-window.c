/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window.h"

#include "es-i18n.h"
#include "es-run-row.h"
#include "es-session.h"
#include "es-settings.h"
#include "es-spectrum-page.h"
#include "es-toasts.h"
#include "es-train-page.h"
#include "es-window-actions.h"

struct _EsWindow
{
  AdwApplicationWindow parent_instance;

  EsWorkspace *workspace;
  gboolean selecting; /* the list follows the workspace */

  AdwLeaflet *leaflet;
  GtkListBox *runs;
  GtkStack *side;
  GtkWidget *main;
  GtkStack *content;
  AdwViewStack *views;
  AdwViewSwitcherTitle *switcher;
  EsTrainPage *train;
  EsSpectrumPage *spectrum;
};

G_DEFINE_FINAL_TYPE (EsWindow, es_window, ADW_TYPE_APPLICATION_WINDOW)

/* The list of runs */

static GtkWidget *
create_row (gpointer item, gpointer unused)
{
  return es_run_row_new (item);
}

static void
failed_cb (EsWindow *self, const char *message)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  es_toast_error (GTK_WIDGET (self), error);
}

static void
update_actions_cb (EsWindow *self)
{
  es_window_update_actions (self);
}

static void
epoch_cb (EsWindow *self, EsRunItem *item)
{
  es_window_update_actions (self);
  es_session_keep (item);
}

static void
watch_run (EsWindow *self, EsRunItem *item)
{
  g_signal_handlers_disconnect_by_data (item, self);
  g_signal_connect_object (item, "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "epoch", G_CALLBACK (epoch_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::state", G_CALLBACK (update_actions_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
runs_changed_cb (EsWindow *self, guint position, guint removed, guint added)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) == 0;

  for (guint i = position; i < position + added; i++) {
    g_autoptr (EsRunItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->workspace), i);

    watch_run (self, item);
  }
  gtk_stack_set_visible_child_name (self->side, empty ? "empty" : "runs");
  gtk_stack_set_visible_child_name (self->content, empty ? "start" : "views");
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher, !empty);
  if (empty)
    adw_leaflet_set_visible_child (self->leaflet, self->main);
}

/* The row of the chosen run is the chosen row. */
static void
run_cb (EsWindow *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);
  GtkListBoxRow *row;

  self->selecting = TRUE;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->runs, i)) != NULL; i++)
    if (es_run_row_get_run (ES_RUN_ROW (row)) == run)
      gtk_list_box_select_row (self->runs, row);
  self->selecting = FALSE;
  adw_view_switcher_title_set_title (
      self->switcher, run != NULL ? es_run_item_get_name (run) : _ ("Eigenscope"));
  es_window_update_actions (self);
}

static void
row_selected_cb (EsWindow *self, GtkListBoxRow *row)
{
  if (row != NULL && !self->selecting)
    es_workspace_set_run (self->workspace, es_run_row_get_run (ES_RUN_ROW (row)));
}

static void
row_activated_cb (EsWindow *self, GtkListBoxRow *row)
{
  es_window_show_content (self);
}

/* Actions */

static void
commands_cb (EsWindow *self)
{
  EsTrainCommands commands = es_train_page_get_commands (self->train);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "win.train-start", commands & ES_TRAIN_START);
  gtk_widget_action_set_enabled (widget, "win.train-step", commands & ES_TRAIN_STEP);
  gtk_widget_action_set_enabled (widget, "win.train-stop", commands & ES_TRAIN_STOP);
  gtk_widget_action_set_enabled (widget, "win.play", commands & ES_TRAIN_PLAY);
}

static void
train_start (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_start (ES_WINDOW (widget)->train);
}

static void
train_step (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_step (ES_WINDOW (widget)->train);
}

static void
train_stop (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_stop (ES_WINDOW (widget)->train);
}

static void
play (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_play (ES_WINDOW (widget)->train);
}

static void
toggle_settings (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_toggle_settings (ES_WINDOW (widget)->train);
}

static void
toggle_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->views, "spectrum");
  es_spectrum_page_toggle_all (self->spectrum);
}

static void
go_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_leaflet_navigate (ES_WINDOW (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) == 0)
    return;
  es_window_show_content (self);
  adw_view_stack_set_visible_child_name (self->views,
                                         g_variant_get_string (parameter, NULL));
}

/* Moves the choice in the list of classes. */
static void
next_class (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWorkspace *workspace = ES_WINDOW (widget)->workspace;
  EsRunItem *run = es_workspace_get_run (workspace);
  char **names = run != NULL ? es_run_item_get_class_names (run) : NULL;
  int C = names != NULL ? (int)g_strv_length (names) : 0;
  int c = es_workspace_get_class (workspace);

  if (C > 0)
    es_workspace_set_class (workspace, (c + g_variant_get_int32 (parameter) + C) % C);
}

static void
next_component (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWorkspace *workspace = ES_WINDOW (widget)->workspace;

  es_workspace_set_component (workspace, es_workspace_get_component (workspace) +
                                             g_variant_get_int32 (parameter));
}

/* Drag and drop */

static gboolean
drop_cb (EsWindow *self, const GValue *value)
{
  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next) {
    g_autofree char *path = g_file_get_path (l->data);

    if (path != NULL)
      es_window_open_file (self, path);
  }
  return TRUE;
}

static void
add_drop_target (EsWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* Life */

/* Ends the trainings; that takes a step of the network at most. */
static gboolean
es_window_close_request (GtkWindow *window)
{
  es_workspace_shutdown (ES_WINDOW (window)->workspace);
  es_session_close (ES_WINDOW (window)->workspace);
  return GTK_WINDOW_CLASS (es_window_parent_class)->close_request (window);
}

static void
es_window_dispose (GObject *object)
{
  EsWindow *self = ES_WINDOW (object);

  if (self->workspace != NULL)
    es_workspace_shutdown (self->workspace);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.train-start", NULL, train_start);
  gtk_widget_class_install_action (klass, "win.train-step", NULL, train_step);
  gtk_widget_class_install_action (klass, "win.train-stop", NULL, train_stop);
  gtk_widget_class_install_action (klass, "win.play", NULL, play);
  gtk_widget_class_install_action (klass, "win.settings", NULL, toggle_settings);
  gtk_widget_class_install_action (klass, "win.all-classes", NULL, toggle_all);
  gtk_widget_class_install_action (klass, "win.back", NULL, go_back);
  gtk_widget_class_install_action (klass, "win.view", "s", show_view);
  gtk_widget_class_install_action (klass, "win.next-class", "i", next_class);
  gtk_widget_class_install_action (klass, "win.next-component", "i", next_component);
  es_window_install_actions (klass);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsWindow, name)

static void
es_window_class_init (EsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = es_window_close_request;
  g_type_ensure (ES_TYPE_TRAIN_PAGE);
  g_type_ensure (ES_TYPE_SPECTRUM_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-window.ui");
  BIND (leaflet);
  BIND (runs);
  BIND (side);
  BIND (main);
  BIND (content);
  BIND (views);
  BIND (switcher);
  BIND (train);
  BIND (spectrum);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, commands_cb);
  install_actions (widget_class);
}

static void
bind_state (EsWindow *self)
{
  GSettings *settings = es_settings_get ();

  g_settings_bind (settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
}

static void
es_window_init (EsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->workspace = es_workspace_new ();
  g_signal_connect_object (self->workspace, "items-changed",
                           G_CALLBACK (runs_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->runs, G_LIST_MODEL (self->workspace), create_row, NULL,
                           NULL);
  es_train_page_set_workspace (self->train, self->workspace);
  es_spectrum_page_set_workspace (self->spectrum, self->workspace);
  g_signal_connect_object (self->workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  add_drop_target (self);
  bind_state (self);
  runs_changed_cb (self, 0, 0, 0);
  run_cb (self);
  commands_cb (self);
  es_session_restore (self->workspace);
}

GtkWidget *
es_window_new (GtkApplication *application)
{
  return g_object_new (ES_TYPE_WINDOW, "application", application, NULL);
}

EsWorkspace *
es_window_get_workspace (EsWindow *self)
{
  g_return_val_if_fail (ES_IS_WINDOW (self), NULL);
  return self->workspace;
}

void
es_window_show_content (EsWindow *self)
{
  g_return_if_fail (ES_IS_WINDOW (self));
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

void
es_window_add_run (EsWindow *self, const EsPlan *plan, gboolean start)
{
  g_autoptr (EsRunItem) item = NULL;
  EsPlan copy;

  g_return_if_fail (ES_IS_WINDOW (self));
  if (plan != NULL)
    es_plan_copy (&copy, plan);
  else
    es_plan_init (&copy);
  g_free (copy.name);
  copy.name = es_workspace_new_name (self->workspace);
  item = es_run_item_new (&copy);
  es_plan_clear (&copy);
  es_workspace_add (self->workspace, item);
  es_window_show_content (self);
  adw_view_stack_set_visible_child_name (self->views, "train");
  if (start)
    es_workspace_start (self->workspace, item);
}
