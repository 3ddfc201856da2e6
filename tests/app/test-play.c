/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-play-pad.h"
#include "es-play-window.h"

#include <string.h>

/* The window of points, made by the action that the start page has. */
static GtkWidget *
open_play (Fixture *f)
{
  return act_for (f, "win.playground", ES_TYPE_PLAY_WINDOW);
}

static GtkWidget *
find_pad (GtkWidget *widget)
{
  if (ES_IS_PLAY_PAD (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_pad (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Whether a label has @text. */
static gboolean
has_text (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_text (child, text))
      return TRUE;
  return FALSE;
}

/* The label of the conic. */
static GtkWidget *
find_conic (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && has_text (widget, "Its axes are"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_conic (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
wait_for_text (GtkWidget *window, const char *text)
{
  for (guint i = 0; !has_text (window, text); i++) {
    if (i == PATIENCE * 20)
      g_error ("“%s” does not come", text);
    run_for (50);
  }
}

static void
play (GtkWidget *window, const char *action)
{
  g_assert_true (gtk_widget_activate_action (window, action, NULL));
}

static AdwComboRow *
combo (GtkWidget *window, const char *title)
{
  return ADW_COMBO_ROW (find (window, ADW_TYPE_COMBO_ROW, "title", title));
}

/* It starts by itself, and a circle has an ellipse. */
static void
test_learns (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_play (f);

  wait_for_text (window, "100 % right");
  wait_for_text (window, "are even on an ellipse");
  adw_combo_row_set_selected (combo (window, "Pattern"), 1);
  g_assert_false (has_text (window, "% right"));
  wait_for_text (window, "are even on a hyperbola");
  wait_for_text (window, "100 % right");
  adw_combo_row_set_selected (combo (window, "Classes"), 2);
  wait_for_text (window, "Step");
  es_number_row_set_value (
      ES_NUMBER_ROW (find (window, ES_TYPE_NUMBER_ROW, "title", "Layers")), 2);
  wait_for_text (window, "has no axes");
  gtk_window_close (GTK_WINDOW (window));
}

/* Step by step, points placed and taken away, and all of it undone. */
static void
test_points (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_play (f), *pad = find_pad (window);

  play (window, "play.step");
  play (window, "play.restart");
  g_assert_true (has_text (window, "No step yet"));
  play (window, "play.step");
  g_assert_true (has_text (window, "Step 1 ·"));
  run_for (100);
  g_assert_true (has_text (window, "Step 1 ·"));
  play (window, "play.clear");
  g_assert_true (has_text (window, "Click to place points"));
  g_signal_emit_by_name (pad, "place", -0.5, 0.5);
  g_assert_cmpuint (adw_combo_row_get_selected (combo (window, "Pattern")), ==, 4);
  play (window, "play.step");
  g_assert_true (has_text (window, "Step 2 ·"));
  g_signal_emit_by_name (pad, "remove", 0.0, 0.0);
  g_assert_true (has_text (window, "Click to place points"));
  /* The point comes back, goes, and then all that were cleared are there again. */
  for (guint i = 0; i < 3; i++)
    play (window, "play.undo");
  play (window, "play.step");
  g_assert_true (has_text (window, "Step 3 ·"));
  play (window, "play.redo");
  g_assert_true (has_text (window, "Click to place points"));
  gtk_window_close (GTK_WINDOW (window));
}

static void
assert_chosen (GtkWidget *window, guint pattern, guint n_classes)
{
  g_assert_cmpuint (adw_combo_row_get_selected (combo (window, "Pattern")), ==,
                    pattern);
  g_assert_cmpuint (adw_combo_row_get_selected (combo (window, "Classes")) + 2, ==,
                    n_classes);
}

/* There are never points of classes that the network does not have. */
static void
test_fewer_classes (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_play (f);
  GtkDropDown *class = GTK_DROP_DOWN (find (window, GTK_TYPE_DROP_DOWN, "tooltip-text",
                                            "The class of new points, whose conic is "
                                            "shown"));

  play (window, "play.step");
  adw_combo_row_set_selected (combo (window, "Classes"), 2);
  play (window, "play.clear");
  gtk_drop_down_set_selected (class, 3);
  g_signal_emit_by_name (find_pad (window), "place", 0.1, 0.2);
  play (window, "play.step");
  g_assert_true (has_text (window, "Step 1 ·"));
  g_assert_true (has_text (window, "Class 4 and the others"));
  adw_combo_row_set_selected (combo (window, "Classes"), 0);
  g_assert_true (has_text (window, "Click to place points"));
  g_assert_true (has_text (window, "Class 1 and the others"));
  play (window, "play.undo");
  assert_chosen (window, 4, 4);
  play (window, "play.step");
  g_assert_true (has_text (window, "Step 1 ·"));
  play (window, "play.redo");
  assert_chosen (window, 4, 2);
  g_assert_true (has_text (window, "Click to place points"));
  gtk_window_close (GTK_WINDOW (window));
}

/* All that is said of the conic is to be seen at first. */
static void
test_first_size (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_play (f), *conic;
  graphene_rect_t box;

  play (window, "play.step");
  wait_for_text (window, "Its axes are");
  conic = find_conic (window);
  /* What is left of the default height on a display 800 pixels high. */
  gtk_window_set_default_size (GTK_WINDOW (window), 960, 678);
  run_for (300);
  g_assert_true (gtk_widget_compute_bounds (conic, window, &box));
  g_assert_cmpfloat (box.origin.y + box.size.height, <=, 678);
  gtk_window_close (GTK_WINDOW (window));
}

/* With the points comes back what made them. */
static void
test_undo (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_play (f);
  EsNumberRow *scatter =
      ES_NUMBER_ROW (find (window, ES_TYPE_NUMBER_ROW, "title", "Scatter"));

  play (window, "play.step");
  adw_combo_row_set_selected (combo (window, "Pattern"), 2);
  adw_combo_row_set_selected (combo (window, "Classes"), 2);
  es_number_row_set_value (scatter, 0.2);
  play (window, "play.clear");
  assert_chosen (window, 4, 4);
  play (window, "play.undo");
  assert_chosen (window, 2, 4);
  g_assert_cmpfloat (es_number_row_get_value (scatter), ==, 0.2);
  play (window, "play.undo");
  g_assert_cmpfloat (es_number_row_get_value (scatter), ==, 0.03);
  play (window, "play.undo");
  assert_chosen (window, 2, 2);
  play (window, "play.undo");
  assert_chosen (window, 0, 2);
  play (window, "play.undo");
  assert_chosen (window, 0, 2);
  for (guint i = 0; i < 3; i++)
    play (window, "play.redo");
  assert_chosen (window, 2, 4);
  g_assert_cmpfloat (es_number_row_get_value (scatter), ==, 0.2);
  gtk_window_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/play/learns", Fixture, NULL, set_up, test_learns, tear_down);
  g_test_add ("/play/points", Fixture, NULL, set_up, test_points, tear_down);
  g_test_add ("/play/fewer-classes", Fixture, NULL, set_up, test_fewer_classes,
              tear_down);
  g_test_add ("/play/first-size", Fixture, NULL, set_up, test_first_size, tear_down);
  g_test_add ("/play/undo", Fixture, NULL, set_up, test_undo, tear_down);
  return g_test_run ();
}
