/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"

#include "es-later.h"
#include "es-settings.h"

static gboolean
wake (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;
  guint source = g_timeout_add (5, wake, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
}

void
wait_for (Fixture *f, Condition condition)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (!condition (f) && g_get_monotonic_time () < end)
    run_for (10);
  g_assert_true (condition (f));
}

void
act (Fixture *f, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL));
}

GtkWidget *
act_for (Fixture *f, const char *action, GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  act (f, action);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
      return window;
  }
  g_assert_not_reached ();
}

EsRunItem *
chosen (Fixture *f)
{
  return es_workspace_get_run (f->workspace);
}

GtkWidget *
find (GtkWidget *widget, GType type, const char *property, const char *text)
{
  g_autofree char *value = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)) {
    g_object_get (widget, property, &value, NULL);
    if (g_strcmp0 (value, text) == 0)
      return widget;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type, property, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

EsNumberRow *
row (Fixture *f, const char *title)
{
  return ES_NUMBER_ROW (
      find (GTK_WIDGET (f->window), ES_TYPE_NUMBER_ROW, "title", title));
}

EsPlotView *
plot_view (Fixture *f, const char *label)
{
  return ES_PLOT_VIEW (
      find (GTK_WIDGET (f->window), ES_TYPE_PLOT_VIEW, "label", label));
}

EsPlot *
plot (Fixture *f, const char *label)
{
  return es_plot_view_get_plot (plot_view (f, label));
}

gboolean
is_finished (Fixture *f)
{
  return es_run_item_get_state (chosen (f)) == ES_RUN_FINISHED;
}

static gboolean
is_whole (GtkWidget *widget)
{
  gboolean whole = !ES_IS_LATER (widget) || gtk_widget_get_first_child (widget) != NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && whole;
       child = gtk_widget_get_next_sibling (child))
    whole = is_whole (child);
  return whole;
}

static gboolean
window_is_whole (Fixture *f)
{
  return is_whole (GTK_WIDGET (f->window));
}

void
present_window (Fixture *f)
{
  f->application = es_application_new ();
  g_application_set_flags (G_APPLICATION (f->application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (f->application), NULL, NULL));
  g_application_activate (G_APPLICATION (f->application));
  f->window =
      ES_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (f->application)));
  f->workspace = es_window_get_workspace (f->window);
}

void
open_window (Fixture *f)
{
  present_window (f);
  run_for (100);
  wait_for (f, window_is_whole);
}

void
set_up (Fixture *f, gconstpointer unused)
{
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
  open_window (f);
}

void
tear_down (Fixture *f, gconstpointer unused)
{
  gtk_window_close (GTK_WINDOW (f->window));
  run_for (100);
  g_clear_object (&f->application);
}

gboolean
leaves_wheel (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (!GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
      continue;
    n++;
    if (gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_NONE)
      return FALSE;
  }
  return n > 0;
}

void
start_small (Fixture *f, guint epochs)
{
  act (f, "win.new");
  es_number_row_set_value (row (f, "Hidden Width"), 16);
  es_number_row_set_value (row (f, "Epochs"), epochs);
  g_assert_cmpuint (es_run_item_get_plan (chosen (f))->train.epochs, ==, epochs);
  act (f, "win.train-start");
}
