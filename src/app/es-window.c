/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window.h"

#include "es-attack-sections.h"
#include "es-columns.h"
#include "es-explain-page.h"
#include "es-gallery.h"
#include "es-i18n.h"
#include "es-later.h"
#include "es-memory.h"
#include "es-origin-bar.h"
#include "es-panes.h"
#include "es-run-list.h"
#include "es-session.h"
#include "es-settings.h"
#include "es-shortcuts.h"
#include "es-shrink.h"
#include "es-spectrum-page.h"
#include "es-task-page.h"
#include "es-toasts.h"
#include "es-train-page.h"
#include "es-trouble-bar.h"
#include "es-window-actions.h"
#include "es-window-image.h"
#include "es-window-open.h"
#include "es-window-save.h"
#include "es-window-tasks.h"

struct _EsWindow
{
  AdwApplicationWindow parent_instance;

  EsWorkspace *workspace;

  AdwLeaflet *leaflet;
  EsRunList *runs;
  GtkStack *side;
  GtkWidget *main;
  GtkStack *content;
  AdwViewStack *views;
  AdwViewSwitcherTitle *switcher;
  EsOriginBar *origin;
  EsTroubleBar *trouble;
  GMenu *recent;
  EsTrainPage *train;
  EsSpectrumPage *spectrum;
  EsExplainPage *explain;
  EsLater *attack;
  EsLater *task;
};

G_DEFINE_FINAL_TYPE (EsWindow, es_window, ADW_TYPE_APPLICATION_WINDOW)

/* The list of runs */

static void
failed_cb (EsWindow *self, const char *message)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  es_toast_error (GTK_WIDGET (self), error);
}

static void
trouble_cb (EsWindow *self, GParamSpec *pspec, EsRunItem *item)
{
  g_autofree char *text = NULL;

  es_window_update_actions (self);
  if (es_run_item_get_trouble (item) != NULL ||
      es_run_item_get_state (item) == ES_RUN_DRAFT)
    return;
  text = g_strdup_printf (_ ("“%s” is saved again"), es_run_item_get_name (item));
  es_toast (GTK_WIDGET (self), text);
}

static void
update_actions_cb (EsWindow *self)
{
  es_window_update_actions (self);
  es_window_update_task_pages (self, self->views);
}

static void
epoch_cb (EsWindow *self, EsRunItem *item)
{
  es_window_update_actions (self);
}

static void
watch_run (EsWindow *self, EsRunItem *item)
{
  g_signal_handlers_disconnect_by_data (item, self);
  g_signal_connect_object (item, "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "epoch", G_CALLBACK (epoch_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::trouble", G_CALLBACK (trouble_cb), self,
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

static void
run_cb (EsWindow *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (run != NULL)
    es_session_bring (run);
  adw_view_switcher_title_set_title (
      self->switcher, run != NULL ? es_run_item_get_name (run) : _ ("Eigenscope"));
  es_window_update_actions (self);
  es_window_update_task_pages (self, self->views);
}

static void
interrupted_cb (const GPtrArray *runs, gpointer owner)
{
  es_window_offer_resume (ES_WINDOW (owner), runs);
}

/* What other programs have done while this one was not looked at. */
static void
active_cb (EsWindow *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (!gtk_window_is_active (GTK_WINDOW (self)))
    return;
  es_session_refresh (self->workspace);
  if (run != NULL)
    es_gallery_refresh (es_gallery_of (run));
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
show_shortcuts (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_shortcuts_show (GTK_APPLICATION_WINDOW (widget));
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
toggle_logarithmic (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_train_page_toggle_logarithmic (ES_WINDOW (widget)->train);
}

/* FALSE if there are no runs, or the page says nothing of the chosen one. */
static gboolean
show_page (EsWindow *self, const char *name)
{
  GtkWidget *child = adw_view_stack_get_child_by_name (self->views, name);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) == 0 || child == NULL ||
      !adw_view_stack_page_get_visible (adw_view_stack_get_page (self->views, child)))
    return FALSE;
  es_window_show_content (self);
  adw_view_stack_set_visible_child (self->views, child);
  return TRUE;
}

static void
toggle_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->views, "spectrum");
  es_spectrum_page_toggle_all (self->spectrum);
}

/* The page, even if nobody has seen it yet. */
static EsAttackSections *
get_attack (EsWindow *self)
{
  return ES_ATTACK_SECTIONS (es_later_get_page (self->attack));
}

static EsTaskPage *
get_task (EsWindow *self)
{
  return ES_TASK_PAGE (es_later_get_page (self->task));
}

static void
toggle_symmetric (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "task") == 0)
    es_task_page_toggle_symmetric (get_task (self));
}

static void
choose_target (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "task") == 0)
    es_task_page_choose_target (get_task (self));
}

static void
train_another_cb (EsWindow *self, const EsPlan *plan)
{
  es_window_add_run (self, plan, TRUE);
  adw_view_stack_set_visible_child_name (self->views, "task");
}

static void
attack_made_cb (EsWindow *self, EsAttackSections *attack)
{
  es_attack_sections_set_workspace (attack, self->workspace);
}

static void
task_made_cb (EsWindow *self, EsTaskPage *task)
{
  es_task_page_set_workspace (task, self->workspace);
  g_signal_connect_object (task, "train", G_CALLBACK (train_another_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) == 0)
    return;
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  es_run_list_search (self->runs);
}

static void
go_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_leaflet_navigate (ES_WINDOW (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static gboolean
next_pane (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsWindow *self = ES_WINDOW (widget);
  gboolean runs = g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) > 0;

  es_panes_move_focus (GTK_WIDGET (self->side),
                       runs ? adw_view_stack_get_visible_child (self->views)
                            : gtk_stack_get_visible_child (self->content),
                       g_variant_get_boolean (parameter));
  return GDK_EVENT_STOP;
}

static gboolean
visible_is_attack (EsWindow *self)
{
  return adw_view_stack_get_visible_child (self->views) == GTK_WIDGET (self->attack);
}

/* Undo and redo are the page's that is looked at. */
static EsAttackEditor *
visible_editor (EsWindow *self)
{
  return visible_is_attack (self) ? es_attack_sections_get_editor (get_attack (self))
                                  : NULL;
}

gboolean
es_window_undo_edit (EsWindow *self)
{
  EsAttackEditor *editor;

  g_return_val_if_fail (ES_IS_WINDOW (self), FALSE);
  editor = visible_editor (self);
  if (editor == NULL || !es_attack_editor_can_undo (editor))
    return FALSE;
  es_attack_editor_undo (editor);
  return TRUE;
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsAttackEditor *editor = visible_editor (ES_WINDOW (widget));

  if (editor != NULL)
    es_attack_editor_redo (editor);
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_page (ES_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

void
es_window_show_sample (EsWindow *self)
{
  g_return_if_fail (ES_IS_WINDOW (self));
  es_window_show_content (self);
  if (visible_is_attack (self))
    es_attack_sections_act (get_attack (self), "image");
  else
    show_page (self, "explain");
}

static void
draw (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->workspace)) == 0)
    return;
  es_window_show_sample (self);
  if (visible_is_attack (self))
    es_attack_sections_act (get_attack (self), "draw");
  else
    gtk_widget_activate_action (GTK_WIDGET (self->explain), "explain.draw", NULL);
}

/* Something of the Attack view, which comes into sight. */
static void
act_on_attack (EsWindow *self, const char *what)
{
  if (!show_page (self, "attack"))
    return;
  es_attack_sections_act (get_attack (self), what);
}

void
es_window_take_attacks (EsWindow *self, const GPtrArray *records)
{
  g_return_if_fail (ES_IS_WINDOW (self));
  if (es_workspace_get_model (self->workspace) == NULL) {
    es_toast (GTK_WIDGET (self),
              _ ("An attack needs a network: open or train one first"));
    return;
  }
  act_on_attack (self, "image");
  es_attack_sections_take (get_attack (self), records);
}

static void
attack (GtkWidget *widget, const char *name, GVariant *parameter)
{
  act_on_attack (ES_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
paint (GtkWidget *widget, const char *name, GVariant *parameter)
{
  act_on_attack (ES_WINDOW (widget), "paint");
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

/* Life */

/* Ends the trainings; that takes a step of the network at most. */
static gboolean
es_window_close_request (GtkWindow *window)
{
  EsWindow *self = ES_WINDOW (window);

  if (es_window_hold_unsaved (self))
    return GDK_EVENT_STOP;
  es_workspace_shutdown (self->workspace);
  es_session_finish_deleting ();
  /* The last saves may have failed. */
  if (es_window_hold_unsaved (self))
    return GDK_EVENT_STOP;
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
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL,
                                   show_shortcuts);
  gtk_widget_class_install_action (klass, "win.settings", NULL, toggle_settings);
  gtk_widget_class_install_action (klass, "win.logarithmic", NULL, toggle_logarithmic);
  gtk_widget_class_install_action (klass, "win.all-classes", NULL, toggle_all);
  gtk_widget_class_install_action (klass, "win.back", NULL, go_back);
  gtk_widget_class_install_action (klass, "win.search", NULL, search);
  gtk_widget_class_install_action (klass, "win.view", "s", show_view);
  gtk_widget_class_install_action (klass, "win.paint", NULL, paint);
  gtk_widget_class_install_action (klass, "win.attack", "s", attack);
  gtk_widget_class_install_action (klass, "win.draw", NULL, draw);
  gtk_widget_class_install_action (klass, "win.redo", NULL, redo);
  gtk_widget_class_add_binding_action (
      klass, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo", NULL);
  gtk_widget_class_install_action (klass, "win.next-class", "i", next_class);
  gtk_widget_class_install_action (klass, "win.next-component", "i", next_component);
  es_window_install_actions (klass);
  es_window_install_open_actions (klass);
  es_window_install_image_actions (klass);
  es_window_install_save_actions (klass);
  es_window_install_task_actions (klass);
  gtk_widget_class_install_action (klass, "win.symmetric", NULL, toggle_symmetric);
  gtk_widget_class_install_action (klass, "win.choose-target", NULL, choose_target);
  /* After what has the focus: there these may be text. */
  gtk_widget_class_add_binding_action (klass, GDK_KEY_period, 0, "win.train-step",
                                       NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_space, 0, "win.train-start",
                                       NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_F6, 0, next_pane, "b", FALSE);
  gtk_widget_class_add_binding (klass, GDK_KEY_F6, GDK_SHIFT_MASK, next_pane, "b",
                                TRUE);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsWindow, name)

static void
es_window_class_init (EsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = es_window_close_request;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_LATER);
  g_type_ensure (ES_TYPE_ORIGIN_BAR);
  g_type_ensure (ES_TYPE_RUN_LIST);
  g_type_ensure (ES_TYPE_TRAIN_PAGE);
  g_type_ensure (ES_TYPE_SPECTRUM_PAGE);
  g_type_ensure (ES_TYPE_EXPLAIN_PAGE);
  g_type_ensure (ES_TYPE_ATTACK_SECTIONS);
  g_type_ensure (ES_TYPE_TROUBLE_BAR);
  g_type_ensure (ES_TYPE_TASK_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-window.ui");
  BIND (leaflet);
  BIND (runs);
  BIND (side);
  BIND (main);
  BIND (content);
  BIND (views);
  BIND (switcher);
  BIND (origin);
  BIND (trouble);
  BIND (recent);
  BIND (train);
  BIND (spectrum);
  BIND (explain);
  BIND (attack);
  BIND (task);
  gtk_widget_class_bind_template_callback (widget_class, es_window_show_content);
  gtk_widget_class_bind_template_callback (widget_class, commands_cb);
  gtk_widget_class_bind_template_callback (widget_class, attack_made_cb);
  gtk_widget_class_bind_template_callback (widget_class, task_made_cb);
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

/* When the first frame is there and nothing else to do: the pages that were left out,
   one at a time, and memory to paint on while they are first shown, three times the
   window in four bytes a pixel. */
static gboolean
complete_cb (gpointer data)
{
  EsWindow *self = data;
  GtkWidget *window = data;
  EsLater *places[] = {self->attack, self->task};
  gsize scale = (gsize)gtk_widget_get_scale_factor (window);

  if (!gtk_widget_get_mapped (window))
    return G_SOURCE_REMOVE;
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (adw_bin_get_child (ADW_BIN (places[i])) == NULL) {
      es_later_get_page (places[i]);
      return G_SOURCE_CONTINUE;
    }
  es_memory_keep_ready (3 * 4 * scale * scale * (gsize)gtk_widget_get_width (window) *
                        (gsize)gtk_widget_get_height (window));
  return G_SOURCE_REMOVE;
}

static void
painted_cb (GdkFrameClock *clock, EsWindow *self)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  g_idle_add_full (G_PRIORITY_LOW, complete_cb, g_object_ref (self), g_object_unref);
}

static void
map_cb (EsWindow *self)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self)),
                           "after-paint", G_CALLBACK (painted_cb), self, 0);
}

static void
es_window_init (EsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_shrink (GTK_WIDGET (self));
  self->workspace = es_workspace_new ();
  g_signal_connect_object (self->workspace, "items-changed",
                           G_CALLBACK (runs_changed_cb), self, G_CONNECT_SWAPPED);
  es_run_list_set_workspace (self->runs, self->workspace);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "runs",
                                  es_run_list_get_actions (self->runs));
  es_train_page_set_workspace (self->train, self->workspace);
  es_spectrum_page_set_workspace (self->spectrum, self->workspace);
  es_explain_page_set_workspace (self->explain, self->workspace);
  g_signal_connect_object (self->workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  es_origin_bar_set_workspace (self->origin, self->workspace);
  es_trouble_bar_set_workspace (self->trouble, self->workspace);
  es_window_accept_drops (
      self, adw_application_window_get_content (ADW_APPLICATION_WINDOW (self)));
  es_window_list_recent (self, self->recent);
  bind_state (self);
  runs_changed_cb (self, 0, 0, 0);
  run_cb (self);
  commands_cb (self);
  es_session_restore (self->workspace, interrupted_cb, G_OBJECT (self));
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
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
es_window_commit (EsWindow *self)
{
  g_return_if_fail (ES_IS_WINDOW (self));
  es_train_page_commit (self->train);
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
  es_session_adopt (item);
  es_plan_clear (&copy);
  es_workspace_add (self->workspace, item);
  es_window_show_content (self);
  adw_view_stack_set_visible_child_name (self->views, "train");
  if (start)
    es_workspace_start (self->workspace, item);
  es_train_page_focus (self->train);
}
