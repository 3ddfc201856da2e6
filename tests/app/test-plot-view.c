/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-view.h"

#include "es-history-plot.h"
#include "es-panels-plot.h"

#include <adwaita.h>

typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  int panel, series, index, n_selected;
} Fixture;

static EsPlot *
plot_new (gsize n)
{
  static const double loss[] = {2, 1, 0.5, 0.25, 0.125};
  static const double accuracy[] = {0.2, 0.5, 0.7, 0.8, 0.9};
  EsHistoryData data = ES_HISTORY_DATA_INIT;

  data.n = n;
  data.test_loss = loss;
  data.test_accuracy = accuracy;
  return es_history_plot_new (&data);
}

static void
selected_cb (Fixture *f, int panel, int series, int index)
{
  f->panel = panel;
  f->series = series;
  f->index = index;
  f->n_selected++;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
settle (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (150, quit_cb, loop);
  g_main_loop_run (loop);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsPlot) plot = plot_new (4);

  f->window = adw_window_new ();
  f->view = es_plot_view_new ();
  es_plot_view_set_plot (ES_PLOT_VIEW (f->view), plot);
  es_plot_view_set_label (ES_PLOT_VIEW (f->view), "Curves");
  g_signal_connect_swapped (f->view, "selected", G_CALLBACK (selected_cb), f);
  adw_window_set_content (ADW_WINDOW (f->window), f->view);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 600, 300);
  gtk_window_present (GTK_WINDOW (f->window));
  settle ();
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  settle ();
}

/* Does what the widget's own shortcut for @key does. */
static gboolean
press (GtkWidget *view, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    for (guint s = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) &&
                      s < g_list_model_get_n_items (G_LIST_MODEL (controller));
         s++) {
      g_autoptr (GtkShortcut) shortcut =
          g_list_model_get_item (G_LIST_MODEL (controller), s);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (GTK_IS_KEYVAL_TRIGGER (trigger) &&
          gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key &&
          gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == 0)
        return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0,
                                             view,
                                             gtk_shortcut_get_arguments (shortcut));
    }
  }
  g_assert_not_reached ();
}

/* The text of the read-out, or NULL if there is none. */
static const char *
read_out (GtkWidget *view)
{
  GtkWidget *child = gtk_widget_get_first_child (view);

  while (child != NULL && !GTK_IS_LABEL (child))
    child = gtk_widget_get_next_sibling (child);
  g_assert_nonnull (child);
  return gtk_widget_get_child_visible (child) ? gtk_label_get_text (GTK_LABEL (child))
                                              : NULL;
}

/* The keys lead to an element, say what it is, and select it. */
static void
test_keys (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = NULL;

  g_assert_null (read_out (f->view));
  press (f->view, GDK_KEY_space);
  g_assert_cmpint (f->n_selected, ==, 0);
  g_assert_true (press (f->view, GDK_KEY_Home));
  g_assert_nonnull (read_out (f->view));
  first = g_strdup (read_out (f->view));
  press (f->view, GDK_KEY_Right);
  g_assert_cmpstr (read_out (f->view), !=, first);
  press (f->view, GDK_KEY_space);
  g_assert_cmpint (f->n_selected, ==, 1);
  g_assert_cmpint (f->panel, ==, 0);
  g_assert_cmpint (f->series, ==, 1);
  g_assert_cmpint (f->index, ==, 1);
  g_assert_true (press (f->view, GDK_KEY_Escape));
  g_assert_null (read_out (f->view));
}

/* The cursor stays where it is when the figure grows, and goes when its element has. */
static void
test_cursor_follows (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsPlot) longer = plot_new (5);
  g_autoptr (EsPlot) shorter = plot_new (2);

  press (f->view, GDK_KEY_Home);
  press (f->view, GDK_KEY_Right);
  press (f->view, GDK_KEY_Right);
  press (f->view, GDK_KEY_space);
  g_assert_cmpint (f->index, ==, 2);
  es_plot_view_set_plot (ES_PLOT_VIEW (f->view), longer);
  press (f->view, GDK_KEY_space);
  g_assert_cmpint (f->index, ==, 2);
  es_plot_view_set_plot (ES_PLOT_VIEW (f->view), shorter);
  g_assert_null (read_out (f->view));
}

/* Without a figure there is nothing to draw, to point at or to export. */
static void
test_empty (Fixture *f, gconstpointer unused)
{
  es_plot_view_set_plot (ES_PLOT_VIEW (f->view), NULL);
  settle ();
  press (f->view, GDK_KEY_Home);
  press (f->view, GDK_KEY_space);
  g_assert_cmpint (f->n_selected, ==, 0);
  g_assert_null (read_out (f->view));
  gtk_widget_activate_action (f->view, "plot.copy", NULL);
  settle ();
}

static void
clipboard_cb (GObject *clipboard, GAsyncResult *result, gpointer text)
{
  *(char **)text =
      gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

/* Copied is a picture, and a table that starts with the columns' names. */
static void
test_copy (Fixture *f, gconstpointer unused)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (f->view);
  g_autofree char *text = NULL;

  gtk_widget_activate_action (f->view, "plot.copy", NULL);
  for (guint i = 0; i < 50 && gdk_clipboard_get_content (clipboard) == NULL; i++)
    settle ();
  g_assert_true (gdk_content_formats_contain_mime_type (
      gdk_clipboard_get_formats (clipboard), "image/png"));
  gdk_clipboard_read_text_async (clipboard, NULL, clipboard_cb, &text);
  for (guint i = 0; i < 50 && text == NULL; i++)
    settle ();
  g_assert_true (g_str_has_prefix (text, "epoch\t"));
}

static guint
count_windows (void)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ());
}

static void
test_table (Fixture *f, gconstpointer unused)
{
  g_autoptr (GtkWindow) window = NULL;

  gtk_widget_activate_action (f->view, "plot.table", NULL);
  settle ();
  g_assert_cmpuint (count_windows (), ==, 2);
  window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  if (GTK_WIDGET (window) == f->window)
    g_set_object (&window, g_list_model_get_item (gtk_window_get_toplevels (), 1));
  g_assert_cmpstr (gtk_window_get_title (window), ==, "Curves");
  gtk_window_destroy (window);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

static EsPlot *
panels_new (void)
{
  static const double x[] = {1, 2}, y[] = {0.5, 1};
  EsCurve curve = {"curve", 2, x, y, NULL};
  EsPanel panels[2] = {{.heading = "One", .curves = &curve, .n_curves = 1},
                       {.heading = "Two", .curves = &curve, .n_curves = 1}};
  EsPanelsData data = {.order = ES_PANELS_ROW, .panels = panels, .n_panels = 2};

  return es_panels_plot_new (&data);
}

static int
least_height (GtkWidget *view, int width)
{
  int minimum;

  gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL,
                      NULL);
  return minimum;
}

/* In a narrow window panels stand on top of each other and need more height than in a
   wide one. GTK asks in any order, and takes for granted that more width never needs
   more height. */
static void
test_narrow (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsPlot) plot = panels_new ();
  int last = G_MAXINT;

  g_object_set (f->view, "min-height", 300, NULL);
  es_plot_view_set_plot (ES_PLOT_VIEW (f->view), plot);
  g_assert_cmpint (least_height (f->view, 500), ==, 300);
  g_assert_cmpint (least_height (f->view, 430), <, 350);
  g_assert_cmpint (least_height (f->view, 120), >, 350);
  g_assert_cmpint (least_height (f->view, 320), >, 350);
  for (int width = 120; width < 600; width += 30) {
    int height = least_height (f->view, width);

    g_assert_cmpint (height, <=, last);
    last = height;
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/plot-view/keys", test_keys);
  ADD ("/plot-view/narrow", test_narrow);
  ADD ("/plot-view/cursor-follows", test_cursor_follows);
  ADD ("/plot-view/empty", test_empty);
  ADD ("/plot-view/copy", test_copy);
  ADD ("/plot-view/table", test_table);
  return g_test_run ();
}
