/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-attack-page.h"
#include "es-number-list.h"
#include "es-plot-table.h"
#include "es-run-trial.h"
#include "es-sweep-panel.h"
#include "es-table-view.h"

static EsSweepPanel *
panel (Fixture *f)
{
  return ES_SWEEP_PANEL (
      find (GTK_WIDGET (f->window), ES_TYPE_SWEEP_PANEL, "tooltip-text", NULL));
}

static EsAttackEditor *
editor (Fixture *f)
{
  return es_attack_page_get_editor (ES_ATTACK_PAGE (
      find (GTK_WIDGET (f->window), ES_TYPE_ATTACK_PAGE, "tooltip-text", NULL)));
}

static void
attack (Fixture *f, const char *what)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (f->window), "win.attack", "s", what));
}

static GtkWidget *
in_panel (Fixture *f, GType type, const char *property, const char *text)
{
  return find (GTK_WIDGET (panel (f)), type, property, text);
}

/* Other sections have rows of the same titles. */
static void
set_number (Fixture *f, const char *title, double value)
{
  es_number_row_set_value (
      ES_NUMBER_ROW (in_panel (f, ES_TYPE_NUMBER_ROW, "title", title)), value);
}

static gboolean
can_try (Fixture *f)
{
  return gtk_widget_is_sensitive (in_panel (f, GTK_TYPE_BUTTON, "label", "_Try"));
}

static gboolean
is_tried (Fixture *f)
{
  return !es_sweep_panel_is_busy (panel (f));
}

static void
train (Fixture *f)
{
  start_small (f, 3);
  wait_for (f, is_finished);
  attack (f, "set");
  wait_for (f, can_try);
}

static const EsAttack *
tried (Fixture *f)
{
  return es_sweep_panel_get_study (panel (f))->trial->attack;
}

static GtkColumnView *
table (Fixture *f)
{
  return GTK_COLUMN_VIEW (in_panel (f, GTK_TYPE_COLUMN_VIEW, "tooltip-text", NULL));
}

/* What is in the first row of column @c, through the view's own cells. */
static gboolean
shows (Fixture *f, const char *text)
{
  return find (GTK_WIDGET (table (f)), GTK_TYPE_LABEL, "label", text) != NULL;
}

/* All percentages of the sentence have a tenth, at whatever strength. */
static void
check_percents (const EsTrialStudy *study)
{
  for (gsize i = 0; i < study->trial->attack->n_strengths; i++) {
    g_autofree char *sentence = es_trial_study_sentence (study, i, NULL);

    if (g_regex_match_simple ("(^|[^.\\d])\\d+ %", sentence, 0, 0))
      g_error ("%s", sentence);
    g_assert_true (g_regex_match_simple ("\\d\\.\\d % masked", sentence, 0, 0));
  }
}

/* The figure's curves are the trial's means, and the trial is that of the choices. */
static void
test_finish (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsPlotTable) numbers = NULL;
  EsAttackPlan plan;
  g_autoptr (EsAttackTrial) again = NULL;
  const EsTrialStudy *study;
  double strengths[4];

  train (f);
  set_number (f, "Leading Components", 2);
  set_number (f, "Steps", 4);
  set_number (f, "Largest Strength", 0.2);
  attack (f, "try");
  g_assert_true (es_sweep_panel_is_busy (panel (f)));
  wait_for (f, is_tried);
  study = es_sweep_panel_get_study (panel (f));
  g_assert_nonnull (study);
  g_assert_cmpuint (tried (f)->n_masks, ==, 20);
  g_assert_cmpuint (tried (f)->sweep->N, ==, study->dataset->test.N);
  check_percents (study);
  es_attack_plan_init (&plan);
  plan.n_components = 2;
  plan.strengths = strengths;
  plan.n_strengths = 4;
  es_attack_fill_strengths (strengths, 4, 0.2);
  again = es_attack_trial_new (study->run, study->dataset, ES_SPLIT_TEST, &plan,
                               ES_MASKS_DEFAULT_K, NULL, NULL, NULL);
  numbers = es_plot_to_table (plot (f, "Attack on All Test Images"));
  g_assert_cmpuint (numbers->n_rows, ==, 2 * 3 * 4);
  for (guint i = 0; i < 24; i++) {
    double mean, half;

    es_attack_average (again->attack, i / 4 % 3, i / 12, i % 4, &mean, &half);
    g_assert_cmpfloat (numbers->columns[3].numbers[i], ==, mean);
    g_assert_cmpfloat (numbers->columns[4].numbers[i], ==, half);
  }
  g_assert_true (g_str_has_suffix (
      es_plot_view_get_command (plot_view (f, "Attack on All Test Images")),
      "--strength=0.2 --steps=4 --components=2 -o attack.pdf"));
}

/* Whether the rows are in the order of the accuracy with masks, the least first. */
static gboolean
is_sorted (Fixture *f)
{
  g_autoptr (EsPlotTable) numbers =
      es_trial_study_classes (es_sweep_panel_get_study (panel (f)), 11);
  GListModel *rows = G_LIST_MODEL (gtk_column_view_get_model (table (f)));
  double before = -1;

  g_assert_cmpstr (numbers->columns[3].name, ==, "masked");
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (rows, i);
    double value =
        numbers->columns[3].numbers[es_number_item_get_number ((EsNumberItem *)item)];

    if (value < before)
      return FALSE;
    before = value;
  }
  return TRUE;
}

/* The table has a row for each class, and is sorted by any column. */
static void
test_table (Fixture *f, gconstpointer unused)
{
  GtkDropDown *order;
  GtkSelectionModel *rows;

  train (f);
  set_number (f, "Leading Components", 1);
  attack (f, "try");
  wait_for (f, is_tried);
  rows = gtk_column_view_get_model (table (f));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, 10);
  g_assert_false (is_sorted (f));
  order = GTK_DROP_DOWN (
      in_panel (f, GTK_TYPE_DROP_DOWN, "tooltip-text",
                "The column that orders the rows; the heads of the columns do the "
                "same"));
  gtk_drop_down_set_selected (order, 4);
  wait_for (f, is_sorted);
  g_assert_true (shows (f, "0"));
}

/* So much to try that it is still under way when it is looked for. */
static void
try_long (Fixture *f)
{
  gtk_switch_set_active (
      GTK_SWITCH (in_panel (f, GTK_TYPE_SWITCH, "tooltip-text", NULL)), TRUE);
  set_number (f, "Steps", 100);
  attack (f, "try");
  g_assert_true (es_sweep_panel_is_busy (panel (f)));
}

/* A trial that is cancelled leaves what was there before. */
static void
test_cancel (Fixture *f, gconstpointer unused)
{
  const EsTrialStudy *study;

  train (f);
  attack (f, "try");
  wait_for (f, is_tried);
  study = es_sweep_panel_get_study (panel (f));
  g_assert_nonnull (study);
  try_long (f);
  attack (f, "cancel");
  wait_for (f, is_tried);
  g_assert_true (es_sweep_panel_get_study (panel (f)) == study);
  /* And one can be tried after it. */
  gtk_switch_set_active (
      GTK_SWITCH (in_panel (f, GTK_TYPE_SWITCH, "tooltip-text", NULL)), FALSE);
  set_number (f, "Steps", 2);
  attack (f, "try");
  wait_for (f, is_tried);
  g_assert_cmpuint (tried (f)->n_strengths, ==, 2);
}

/* Waits for the trial of a run that is not the chosen one. */
static void
wait_for_trial (EsRunTrial *trial)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (es_run_trial_is_busy (trial) && g_get_monotonic_time () < end)
    run_for (10);
  g_assert_false (es_run_trial_is_busy (trial));
}

/* A result stays with its run, and a trial goes on, while another run is looked at. */
static void
test_runs (Fixture *f, gconstpointer unused)
{
  const EsTrialStudy *study;
  EsRunItem *first, *second;

  train (f);
  first = chosen (f);
  set_number (f, "Steps", 2);
  attack (f, "try");
  wait_for (f, is_tried);
  study = es_sweep_panel_get_study (panel (f));
  g_assert_nonnull (study);
  set_number (f, "Steps", 3);
  attack (f, "try");
  train (f);
  second = chosen (f);
  g_assert_true (second != first);
  g_assert_false (es_sweep_panel_is_busy (panel (f)));
  g_assert_null (es_sweep_panel_get_study (panel (f)));
  g_assert_null (plot (f, "Attack on All Test Images"));
  wait_for_trial (es_run_trial_of (first));
  g_assert_null (plot (f, "Attack on All Test Images"));
  es_workspace_set_run (f->workspace, first);
  g_assert_cmpuint (tried (f)->n_strengths, ==, 3);
  g_assert_true (plot (f, "Attack on All Test Images") ==
                 es_sweep_panel_get_study (panel (f))->plot);
  try_long (f);
  es_workspace_set_run (f->workspace, second);
  g_assert_false (es_sweep_panel_is_busy (panel (f)));
  g_assert_true (can_try (f));
  es_workspace_set_run (f->workspace, first);
  g_assert_true (es_sweep_panel_is_busy (panel (f)));
  g_assert_true (
      gtk_widget_get_visible (in_panel (f, GTK_TYPE_BUTTON, "label", "_Cancel")));
  attack (f, "cancel");
  wait_for (f, is_tried);
  g_assert_cmpuint (tried (f)->n_strengths, ==, 3);
}

/* Nobody waits for the trial of a run that is gone. */
static void
test_removed (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsRunTrial) trial = NULL;

  train (f);
  try_long (f);
  trial = g_object_ref (es_run_trial_of (chosen (f)));
  es_workspace_remove (f->workspace, chosen (f));
  wait_for_trial (trial);
  g_assert_null (es_run_trial_get_study (trial));
  g_assert_finalize_object (g_steal_pointer (&trial));
}

/* Nor for any when the window is closed, whichever run is looked at. */
static void
test_closed (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsRunTrial) trial = NULL;

  train (f);
  try_long (f);
  trial = g_object_ref (es_run_trial_of (chosen (f)));
  train (f);
  g_assert_true (es_run_trial_is_busy (trial));
  tear_down (f, NULL);
  wait_for_trial (trial);
  g_assert_null (es_run_trial_get_study (trial));
  g_assert_finalize_object (g_steal_pointer (&trial));
  open_window (f);
}

static gboolean
has_image (Fixture *f)
{
  return es_attack_editor_get_outcome (editor (f)) != NULL;
}

/* Any layer can be tried; without one there is nothing to try. */
static void
test_layer (Fixture *f, gconstpointer unused)
{
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_BRUSH,
                         .name = (char *)"Corner",
                         .strength = 1,
                         .class_index = -1,
                         .component = -1};
  g_autofree float *pixels = g_new0 (float, 784);

  train (f);
  attack (f, "image");
  wait_for (f, has_image);
  attack (f, "set");
  adw_combo_row_set_selected (
      ADW_COMBO_ROW (in_panel (f, ADW_TYPE_COMBO_ROW, "title", "Masks")), 2);
  g_assert_false (can_try (f));
  attack (f, "try");
  g_assert_false (es_sweep_panel_is_busy (panel (f)));
  for (guint p = 0; p < 784; p++)
    pixels[p] = p % 28 < 14;
  es_attack_editor_add (editor (f), &layer, pixels);
  g_assert_true (can_try (f));
  set_number (f, "Largest Strength", 2);
  attack (f, "try");
  wait_for (f, is_tried);
  g_assert_true (tried (f)->is_change);
  g_assert_cmpuint (tried (f)->classes[0], ==,
                    es_attack_editor_get_outcome (editor (f))->read_after);
  g_assert_cmpmem (es_attack_get_mask (tried (f), ES_ATTACK_MASKED, 0),
                   784 * sizeof (float), pixels, 784 * sizeof (float));
  g_assert_null (es_plot_view_get_command (plot_view (f, "Attack on All Test Images")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                \
  g_test_add ("/window/attack/set/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("finish", test_finish);
  ADD ("table", test_table);
  ADD ("cancel", test_cancel);
  ADD ("layer", test_layer);
  ADD ("runs", test_runs);
  ADD ("removed", test_removed);
  ADD ("closed", test_closed);
  return g_test_run ();
}
