/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-attack-page.h"
#include "es-layer-row.h"

#define PICTURES "Input, Change and Result"

static void
show_page (Fixture *f)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", "attack");
}

static EsAttackPage *
page (Fixture *f)
{
  return ES_ATTACK_PAGE (
      find (GTK_WIDGET (f->window), ES_TYPE_ATTACK_PAGE, "tooltip-text", NULL));
}

static EsAttackEditor *
editor (Fixture *f)
{
  return es_attack_page_get_editor (page (f));
}

static GtkWidget *
button (Fixture *f, const char *label)
{
  return find (GTK_WIDGET (page (f)), GTK_TYPE_BUTTON, "label", label);
}

static void
click (Fixture *f, const char *label)
{
  GtkWidget *widget = button (f, label);

  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_is_sensitive (widget));
  g_signal_emit_by_name (widget, "clicked");
}

static guint
n_layers (Fixture *f)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (editor (f));

  return stack != NULL ? es_attack_stack_get_n_layers (stack) : 0;
}

static const EsAttackLayer *
layer (Fixture *f, guint i)
{
  return es_attack_stack_get_layer (es_attack_editor_get_stack (editor (f)), i);
}

static gboolean
has_image (Fixture *f)
{
  return es_attack_editor_get_outcome (editor (f)) != NULL;
}

static gboolean
has_masks (Fixture *f)
{
  return has_image (f) && gtk_widget_is_sensitive (button (f, "Add _Mask"));
}

static gboolean
has_layer (Fixture *f)
{
  return n_layers (f) > 0;
}

static void
train (Fixture *f)
{
  start_small (f, 3);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_masks);
}

/* The row of layer @i. */
static GtkWidget *
layer_row (Fixture *f, guint i)
{
  return find (GTK_WIDGET (page (f)), ES_TYPE_LAYER_ROW, "tooltip-text", NULL) == NULL
             ? NULL
             : GTK_WIDGET (gtk_list_box_get_row_at_index (
                   GTK_LIST_BOX (gtk_widget_get_parent (find (GTK_WIDGET (page (f)),
                                                              ES_TYPE_LAYER_ROW,
                                                              "tooltip-text", NULL))),
                   (int)(n_layers (f) - 1 - i)));
}

static double
deviation (const float *pixels, gsize P)
{
  double mean = 0, squares = 0;

  for (gsize p = 0; p < P; p++)
    mean += (double)pixels[p] / (double)P;
  for (gsize p = 0; p < P; p++)
    squares += ((double)pixels[p] - mean) * ((double)pixels[p] - mean);
  return sqrt (squares / (double)(P - 1));
}

/* A mask has deviation 1 and the strength that was set; its control has its values. */
static void
test_mask (Fixture *f, gconstpointer unused)
{
  gsize P;

  train (f);
  P = es_attack_editor_get_outcome (editor (f))->P;
  es_number_row_set_value (row (f, "Component"), 1);
  click (f, "Add _Mask");
  g_assert_cmpuint (n_layers (f), ==, 1);
  g_assert_cmpint (layer (f, 0)->kind, ==, ES_ATTACK_LAYER_MASK);
  g_assert_cmpint (layer (f, 0)->component, ==, 1);
  g_assert_cmpfloat (layer (f, 0)->strength, ==, 0.3);
  g_assert_cmpfloat_with_epsilon (
      deviation (es_attack_layer_get_pixels (layer (f, 0)), P), 1, 1e-4);
  click (f, "Add _Control");
  g_assert_cmpuint (n_layers (f), ==, 2);
  g_assert_cmpint (layer (f, 1)->kind, ==, ES_ATTACK_LAYER_CONTROL);
  g_assert_cmpfloat_with_epsilon (
      deviation (es_attack_layer_get_pixels (layer (f, 1)), P), 1, 1e-4);
  es_number_row_set_value (row (f, "Only the Strongest Pixels"), 20);
  click (f, "Add _Mask");
  act (f, "win.undo");
  act (f, "win.undo");
  act (f, "win.undo");
  g_assert_cmpuint (n_layers (f), ==, 0);
  g_assert_cmpuint (es_attack_editor_get_outcome (editor (f))->norms.l0, ==, 0);
  act (f, "win.redo");
  g_assert_cmpuint (n_layers (f), ==, 1);
}

/* Rows: the uppermost layer first; hiding, strength and order by their widgets. */
static void
test_rows (Fixture *f, gconstpointer unused)
{
  GtkWidget *scale, *shown;

  train (f);
  click (f, "Add _Mask");
  click (f, "Add _Control");
  g_assert_cmpuint (es_layer_row_get_layer (ES_LAYER_ROW (layer_row (f, 1))), ==, 1);
  scale = find (layer_row (f, 0), GTK_TYPE_SCALE, "tooltip-text", NULL);
  gtk_range_set_value (GTK_RANGE (scale), -0.25);
  g_assert_cmpfloat (layer (f, 0)->strength, ==, -0.25);
  g_assert_cmpint (es_attack_editor_get_selected (editor (f)), ==, 0);
  shown = find (layer_row (f, 1), GTK_TYPE_TOGGLE_BUTTON, "tooltip-text",
                "Whether the Layer Counts");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (shown), FALSE);
  g_assert_true (layer (f, 1)->hidden);
  gtk_widget_activate_action (layer_row (f, 0), "layer.up", NULL);
  g_assert_cmpint (layer (f, 1)->kind, ==, ES_ATTACK_LAYER_MASK);
  gtk_widget_activate_action (layer_row (f, 1), "layer.down", NULL);
  g_assert_cmpint (layer (f, 0)->kind, ==, ES_ATTACK_LAYER_MASK);
  gtk_widget_activate_action (layer_row (f, 0), "layer.duplicate", NULL);
  g_assert_cmpuint (n_layers (f), ==, 3);
  gtk_widget_activate_action (layer_row (f, 0), "layer.remove", NULL);
  g_assert_cmpuint (n_layers (f), ==, 2);
}

static gboolean
is_flipped (Fixture *f)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (editor (f));

  return outcome->read_after != outcome->read_before;
}

/* Chooses the first test image that is read right. */
static void
choose_read_right (Fixture *f)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (editor (f));

  for (gsize n = 1; outcome->read_before != (guint)outcome->label; n++) {
    g_autoptr (EsSample) sample =
        es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TEST, n);

    es_workspace_set_sample (f->workspace, sample);
  }
}

/* Gradient: within its budget; and the smallest strength of it that still flips. */
static void
test_gradient (Fixture *f, gconstpointer unused)
{
  const EsAttackOutcome *outcome;
  EsNumberRow *budget;
  AdwComboRow *norm;
  double strength;

  train (f);
  choose_read_right (f);
  outcome = es_attack_editor_get_outcome (editor (f));
  budget =
      ES_NUMBER_ROW (find (GTK_WIDGET (page (f)), ES_TYPE_NUMBER_ROW, "tooltip-text",
                           "Of the whole change, in units of the data (0 to 1)"));
  norm = ADW_COMBO_ROW (find (GTK_WIDGET (page (f)), ADW_TYPE_COMBO_ROW, "tooltip-text",
                              "Of the budget and of a step"));
  g_assert_cmpfloat (es_number_row_get_value (budget), ==, 0.1);
  adw_combo_row_set_selected (norm, 0);
  g_assert_cmpfloat (es_number_row_get_value (budget), ==, 1.5);
  es_number_row_set_value (budget, 4);
  adw_combo_row_set_selected (norm, 1);
  g_assert_cmpfloat (es_number_row_get_value (budget), ==, 4);
  adw_combo_row_set_selected (norm, 0);
  click (f, "_Find");
  wait_for (f, has_layer);
  g_assert_cmpint (layer (f, 0)->kind, ==, ES_ATTACK_LAYER_GRADIENT);
  g_assert_cmpfloat (outcome->norms.l2, <=, 4.001);
  wait_for (f, is_flipped);
  click (f, "_Smallest Strength That Flips It");
  while (layer (f, 0)->strength == 1)
    run_for (10);
  strength = layer (f, 0)->strength;
  g_assert_true (is_flipped (f));
  es_attack_editor_set_strength (editor (f), 0, 0.98 * strength);
  g_assert_false (is_flipped (f));
}

/* Another image keeps the layers. */
static void
test_image (Fixture *f, gconstpointer unused)
{
  EsSample *sample;
  const EsAttackOutcome *outcome;

  train (f);
  click (f, "Add _Mask");
  sample = es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TEST, 5);
  es_workspace_set_sample (f->workspace, sample);
  outcome = es_attack_editor_get_outcome (editor (f));
  g_assert_cmpuint (n_layers (f), ==, 1);
  g_assert_cmpmem (outcome->input, outcome->P * sizeof (float), sample->pixels,
                   outcome->P * sizeof (float));
  g_assert_cmpint (outcome->label, ==, sample->label);
  g_assert_nonnull (plot (f, PICTURES));
  es_sample_unref (sample);
}

/* Untrained: a page that says so. */
static void
test_untrained (Fixture *f, gconstpointer unused)
{
  GtkWidget *status;

  act (f, "win.new");
  show_page (f);
  run_for (100);
  status =
      find (GTK_WIDGET (page (f)), ADW_TYPE_STATUS_PAGE, "title", "Not Trained Yet");
  g_assert_nonnull (status);
  g_assert_true (gtk_widget_get_mapped (status));
  act (f, "win.undo");
}

static gboolean
is_following (Fixture *f)
{
  return gtk_widget_get_visible (
      find (GTK_WIDGET (page (f)), GTK_TYPE_PROGRESS_BAR, "tooltip-text", NULL));
}

static gboolean
is_done (Fixture *f)
{
  return !is_following (f);
}

/* What was found for what is no longer there changes nothing. */
static void
test_late (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsSample) other = NULL;

  train (f);
  choose_read_right (f);
  click (f, "_Find");
  g_assert_true (is_following (f));
  other = es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TEST,
                         es_workspace_get_sample (f->workspace)->index + 1);
  es_workspace_set_sample (f->workspace, other);
  wait_for (f, is_done);
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (editor (f))), ==, 0);
  click (f, "_Find");
  wait_for (f, has_layer);
  click (f, "_Smallest Strength That Flips It");
  es_attack_editor_set_strength (editor (f), 0, 0.125);
  run_for (500);
  g_assert_cmpfloat (layer (f, 0)->strength, ==, 0.125);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/attack/mask", Fixture, NULL, set_up, test_mask, tear_down);
  g_test_add ("/attack/rows", Fixture, NULL, set_up, test_rows, tear_down);
  g_test_add ("/attack/gradient", Fixture, NULL, set_up, test_gradient, tear_down);
  g_test_add ("/attack/late", Fixture, NULL, set_up, test_late, tear_down);
  g_test_add ("/attack/image", Fixture, NULL, set_up, test_image, tear_down);
  g_test_add ("/attack/untrained", Fixture, NULL, set_up, test_untrained, tear_down);
  return g_test_run ();
}
