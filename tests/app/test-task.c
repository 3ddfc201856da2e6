/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-plot-table.h"
#include "es-run-file.h"
#include "es-target-window.h"
#include "es-task-page.h"
#include "es-task-settings.h"

#include <glib/gstdio.h>
#include <string.h>

static const char figure[] = "What the Network Found";
static const char matrices[] = "Interaction Matrices";

static void
start (Fixture *f, const char *kind)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (f->window), "win.task", "s", kind));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), >=, 1);
}

static void
show (Fixture *f, const char *view)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", view));
}

static gboolean
has_figure (Fixture *f)
{
  return plot (f, figure) != NULL && plot (f, "Learning Curves") != NULL;
}

static gboolean
is_visible (Fixture *f, const char *label)
{
  return gtk_widget_get_mapped (GTK_WIDGET (plot_view (f, label)));
}

/* The label with @text in it, or NULL. */
static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_text (child, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
has_words (Fixture *f)
{
  return find_text (GTK_WIDGET (f->window), "x1 AND x2 = 1.00 x1 x2") != NULL;
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static double
largest_asymmetry (Fixture *f)
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot (f, matrices));
  const double *value = NULL;
  double largest = 0;

  for (guint i = 0; i < table->n_columns; i++)
    if (g_strcmp0 (table->columns[i].name, "value") == 0)
      value = table->columns[i].numbers;
  g_assert_nonnull (value);
  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < i; j++)
      largest = MAX (largest, ABS (value[4 * i + j] - value[4 * j + i]));
  return largest;
}

static gboolean
is_symmetric (Fixture *f)
{
  return largest_asymmetry (f) < 1e-6;
}

/* From the start page by one action: the answers in words, the matrices turned, one
   output with its truth table. */
static void
test_toy (Fixture *f, gconstpointer unused)
{
  GtkWidget *outputs;

  start (f, "toy");
  wait_for (f, is_finished);
  g_assert_cmpfloat (
      g_array_index (es_run_item_get_history (chosen (f)), EsEpoch, 999).val_loss, <,
      1e-4);
  show (f, "task");
  wait_for (f, has_figure);
  wait_for (f, has_words);
  g_assert_true (is_visible (f, matrices));
  g_assert_null (find_text (GTK_WIDGET (f->window), "Truth Table"));
  g_assert_cmpfloat (largest_asymmetry (f), >, 0.01);
  act (f, "win.symmetric");
  wait_for (f, is_symmetric);
  outputs = find_type (
      gtk_widget_get_ancestor (GTK_WIDGET (plot_view (f, figure)), ES_TYPE_TASK_PAGE),
      GTK_TYPE_DROP_DOWN);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (outputs), 3);
  while (find_text (GTK_WIDGET (f->window), "Truth Table") == NULL)
    run_for (10);
  g_assert_nonnull (find_text (GTK_WIDGET (f->window), "x1 AND x4 = 1.00 x1 x4"));
  g_assert_cmpstr (es_plot_get_title (plot (f, figure)), ==, "x1 AND x4");
}

static int
get_left (Fixture *f, GtkWidget *widget)
{
  graphene_rect_t box;

  g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (f->window), &box));
  return (int)box.origin.x;
}

/* Where things stand depends on the window, not on what is said in it, and another run
   begins at the top. */
static void
test_layout (Fixture *f, gconstpointer unused)
{
  GtkAdjustment *scroll;
  GtkWidget *settings;
  int left, side;

  gtk_window_set_default_size (GTK_WINDOW (f->window), 1158, 678);
  start (f, "toy");
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_figure);
  wait_for (f, has_words);
  settings = find_type (GTK_WIDGET (f->window), ES_TYPE_TASK_SETTINGS);
  scroll = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (
      gtk_widget_get_ancestor (settings, GTK_TYPE_SCROLLED_WINDOW)));
  run_for (300);
  left = get_left (f, settings);
  side = get_left (f, gtk_widget_get_ancestor (settings, ES_TYPE_TASK_PAGE));
  g_assert_cmpint (left, >, side + 300);
  es_workspace_set_frame (f->workspace, 1);
  while (has_words (f))
    run_for (10);
  run_for (300);
  g_assert_cmpint (get_left (f, settings), ==, left);
  gtk_adjustment_set_value (scroll, 100);
  start (f, "toy");
  wait_for (f, is_finished);
  es_run_item_set_name (chosen (f), "A name that wants much more room than there is");
  show (f, "task");
  wait_for (f, has_words);
  run_for (300);
  g_assert_cmpfloat (gtk_adjustment_get_value (scroll), ==, 0);
  g_assert_cmpint (get_left (f, settings), ==, left);
  g_assert_cmpint (get_left (f, gtk_widget_get_ancestor (settings, ES_TYPE_TASK_PAGE)),
                   ==, side);
}

/* Epochs and accuracy are to be read beside the buttons of a narrow window, too. */
static void
test_narrow (Fixture *f, gconstpointer unused)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *status;
  int dpi;

  start (f, "toy");
  wait_for (f, is_finished);
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 96 * 1024 * 5 / 4, NULL);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 360, 600);
  run_for (500);
  status = find (GTK_WIDGET (f->window), GTK_TYPE_LABEL, "tooltip-text",
                 "Finished epochs, and the accuracy on the test images");
  g_assert_false (
      pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (status))));
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
}

/* A run of the library is chosen before its weights are here. */
static void
test_kept (Fixture *f, gconstpointer unused)
{
  static const char id[] = "20260101-000000-00000000";
  g_autofree char *folder = g_dir_make_tmp ("eigenscope-test-XXXXXX", NULL);
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *run_folder = es_library_run_folder (library, id);
  g_autofree char *path = es_library_run_path (library, id);
  g_autoptr (EsRunItem) kept = NULL;
  g_autoptr (EsRunEntry) entry = NULL;
  g_autoptr (EsRun) run = NULL;

  start (f, "toy");
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_words);
  entry = es_run_entry_copy (es_run_item_get_entry (chosen (f)));
  g_free (entry->id);
  entry->id = g_strdup (id);
  run = es_run_item_dup_run (chosen (f));
  g_assert_cmpint (g_mkdir_with_parents (run_folder, 0700), ==, 0);
  g_assert_true (es_run_save (run, path, NULL));
  kept = es_run_item_new_kept (entry, library);
  es_workspace_add (f->workspace, kept);
  es_workspace_set_run (f->workspace, kept);
  g_assert_false (has_words (f));
  wait_for (f, has_words);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (run_folder), ==, 0);
  g_assert_cmpint (g_rmdir (es_library_get_folder (library)), ==, 0);
  g_rmdir (folder);
}

/* Trains on @text for a few epochs and shows the page. */
static void
train_toy (Fixture *f, const char *text, guint units, gboolean bias)
{
  EsPlan plan = {.data = g_strdup (text)};
  g_auto (EsTask) task = {0};

  g_assert_true (es_task_parse (&task, text, NULL));
  es_train_config_plan_task (&plan.train, &plan.model, &task, 0);
  es_model_config_set_units (&plan.model, units);
  plan.model.bias = bias;
  plan.train.epochs = 5;
  es_window_add_run (f->window, &plan, TRUE);
  es_plan_clear (&plan);
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_figure);
}

static const char no_constant[] = "should be 1.0, but without bias it is 0";
static const char superposition[] = "5 units share 6 pairs, in superposition.";

static gboolean
lacks_constant (Fixture *f)
{
  return find_text (GTK_WIDGET (f->window), no_constant) != NULL;
}

static gboolean
has_superposition (Fixture *f)
{
  return find_text (GTK_WIDGET (f->window), superposition) != NULL;
}

/* A constant that cannot be made is told apart from units that are shared. */
static void
test_loss (Fixture *f, gconstpointer unused)
{
  train_toy (f, "toy:xnor=1,inputs=4,sparsity=0.7", 6, FALSE);
  wait_for (f, lacks_constant);
  g_assert_false (has_superposition (f));
  train_toy (f, "toy:xnor=1,inputs=4,sparsity=0.7", 5, TRUE);
  wait_for (f, has_superposition);
  g_assert_false (lacks_constant (f));
}

/* What the page says while there is nothing to show is true, and follows the run. */
static void
test_waiting (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);

  start (f, "toy");
  show (f, "task");
  g_assert_null (find_text (window, "Loading the images"));
  g_assert_nonnull (find_text (window, "Preparing the task"));
  start (f, "toy");
  show (f, "task");
  g_assert_nonnull (find_text (window, "Waiting for its turn"));
  g_assert_cmpint (es_run_item_get_state (chosen (f)), ==, ES_RUN_QUEUED);
  act (f, "win.train-stop");
  g_assert_cmpint (es_run_item_get_state (chosen (f)), ==, ES_RUN_DRAFT);
  g_assert_nonnull (find_text (window, "Train the network first."));
}

/* Pages that speak of classes are not there for outputs that are numbers, and the
   task's is there for tasks only. */
static void
test_pages (Fixture *f, gconstpointer unused)
{
  start (f, "toy");
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_figure);
  show (f, "attack");
  g_assert_true (is_visible (f, figure));
  act (f, "win.new");
  run_for (50);
  g_assert_false (is_visible (f, figure));
  show (f, "task");
  g_assert_false (is_visible (f, figure));
  show (f, "attack");
  run_for (20);
  g_assert_null (find_text (GTK_WIDGET (f->window), "Interaction Matrices"));
}

/* The settings start from the run's and make another run. */
static void
test_another (Fixture *f, gconstpointer unused)
{
  GtkWidget *page, *gate;
  EsNumberRow *inputs = NULL;

  start (f, "toy");
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_figure);
  page =
      gtk_widget_get_ancestor (GTK_WIDGET (plot_view (f, figure)), ES_TYPE_TASK_PAGE);
  gate = find (page, ADW_TYPE_COMBO_ROW, "title", "Logic Gate");
  inputs = ES_NUMBER_ROW (find (page, ES_TYPE_NUMBER_ROW, "title", "Inputs"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (gate), 2);
  es_number_row_set_value (inputs, 5);
  es_number_row_set_value (
      ES_NUMBER_ROW (find (page, ES_TYPE_NUMBER_ROW, "title", "Width")), 9);
  es_number_row_set_value (
      ES_NUMBER_ROW (find (page, ES_TYPE_NUMBER_ROW, "title", "Epochs")), 50);
  g_assert_true (gtk_widget_activate_action (gate, "task.train", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), ==, 2);
  g_assert_cmpstr (es_run_item_get_plan (chosen (f))->data, ==,
                   "toy:xor=1,inputs=5,sparsity=0.7");
  g_assert_cmpuint (es_run_item_get_plan (chosen (f))->model.units, ==, 9);
  wait_for (f, is_finished);
  wait_for (f, has_figure);
  g_assert_cmpuint (es_model_get_config (es_run_item_get_model (chosen (f)))->units, ==,
                    9);
}

static void
test_modular (Fixture *f, gconstpointer unused)
{
  EsPlan plan;
  g_auto (EsTask) task;

  /* The action's own takes seconds. */
  start (f, "modular");
  act (f, "win.train-stop");
  es_task_init (&task, ES_TASK_MODULAR);
  es_plan_copy (&plan, es_run_item_get_plan (chosen (f)));
  g_free (plan.data);
  task.modulus = 7;
  plan.data = es_task_to_text (&task);
  es_train_config_plan_task (&plan.train, &plan.model, &task, 0);
  plan.train.epochs = 200;
  es_window_add_run (f->window, &plan, TRUE);
  es_plan_clear (&plan);
  wait_for (f, is_finished);
  show (f, "task");
  wait_for (f, has_figure);
  g_assert_false (is_visible (f, matrices));
  g_assert_nonnull (strstr (es_plot_get_title (plot (f, figure)), "frequency"));
}

static gboolean
has_epochs (Fixture *f)
{
  return es_run_item_get_history (chosen (f))->len >= 1;
}

/* It tells alike from unlike, far better than by guessing. */
static gboolean
is_good (Fixture *f)
{
  const GArray *history = es_run_item_get_history (chosen (f));

  return history->len > 0 &&
         g_array_index (history, EsEpoch, history->len - 1).val_acc > 0.9;
}

static void
test_challenge (Fixture *f, gconstpointer unused)
{
  start (f, "challenge");
  g_assert_cmpuint (es_run_item_get_plan (chosen (f))->train.batch, ==, 256);
  show (f, "task");
  wait_for (f, is_good);
  wait_for (f, has_figure);
  g_assert_false (is_visible (f, matrices));
  act (f, "win.train-stop");
}

/* No image is asked for that there is none of. */
static void
test_too_far (Fixture *f, gconstpointer unused)
{
  EsNumberRow *target;
  g_auto (EsTask) task = {0};

  start (f, "challenge");
  wait_for (f, has_epochs);
  act (f, "win.train-stop");
  show (f, "task");
  wait_for (f, has_figure);
  target = row (f, "Target");
  es_number_row_set_value (target, 59999);
  g_assert_cmpuint (es_number_row_get_whole (target), ==,
                    es_run_item_get_dataset (chosen (f))->train.N - 1);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (target), "task.train", NULL));
  g_assert_true (es_task_parse (&task, es_run_item_get_plan (chosen (f))->data, NULL));
  g_assert_cmpuint (task.target, ==, es_number_row_get_whole (target));
  wait_for (f, has_epochs);
  act (f, "win.train-stop");
}

static GtkWidget *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
      return window;
  }
  return NULL;
}

/* Chooses @sample in the window for it, and trains another network for one epoch. */
static void
train_on (Fixture *f, EsSample *sample)
{
  GtkWidget *page =
      gtk_widget_get_ancestor (GTK_WIDGET (plot_view (f, figure)), ES_TYPE_TASK_PAGE);
  GtkWidget *window;

  act (f, "win.choose-target");
  window = find_window (ES_TYPE_TARGET_WINDOW);
  g_assert_nonnull (window);
  es_workspace_set_sample (f->workspace, sample);
  g_assert_true (gtk_widget_activate_action (window, "target.use", NULL));
  run_for (100);
  g_assert_null (find_window (ES_TYPE_TARGET_WINDOW));
  es_number_row_set_value (
      ES_NUMBER_ROW (find (page, ES_TYPE_NUMBER_ROW, "title", "Epochs")), 1);
  g_assert_true (gtk_widget_activate_action (
      find (page, ES_TYPE_NUMBER_ROW, "title", "Epochs"), "task.train", NULL));
  wait_for (f, is_finished);
  wait_for (f, has_figure);
}

/* The target is an image of the dataset, chosen or typed by number, or drawn. */
static void
test_target (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsSample) chosen_image = NULL, own = NULL;
  float pixels[784] = {0};
  g_auto (EsTask) task = {0}, drawn = {0};

  start (f, "challenge");
  wait_for (f, has_epochs);
  act (f, "win.train-stop");
  show (f, "task");
  wait_for (f, has_figure);
  chosen_image =
      es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TRAIN, 17);
  train_on (f, chosen_image);
  g_assert_true (es_task_parse (&task, es_run_item_get_plan (chosen (f))->data, NULL));
  g_assert_cmpuint (task.target, ==, 17);
  g_assert_null (task.drawn);
  for (guint i = 0; i < 784; i++)
    pixels[i] = i % 28 > 12 && i % 28 < 16 ? 1 : 0;
  own = es_sample_new_own (pixels, 28, 28, "A bar");
  train_on (f, own);
  g_assert_true (es_task_parse (&drawn, es_run_item_get_plan (chosen (f))->data, NULL));
  g_assert_cmpuint (drawn.n_drawn, ==, 784);
  g_assert_cmpuint (drawn.drawn[13], ==, 255);
  g_assert_cmpuint (drawn.drawn[12], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/task/toy", Fixture, NULL, set_up, test_toy, tear_down);
  g_test_add ("/task/layout", Fixture, NULL, set_up, test_layout, tear_down);
  g_test_add ("/task/narrow", Fixture, NULL, set_up, test_narrow, tear_down);
  g_test_add ("/task/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/task/loss", Fixture, NULL, set_up, test_loss, tear_down);
  g_test_add ("/task/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
  g_test_add ("/task/pages", Fixture, NULL, set_up, test_pages, tear_down);
  g_test_add ("/task/another", Fixture, NULL, set_up, test_another, tear_down);
  g_test_add ("/task/modular", Fixture, NULL, set_up, test_modular, tear_down);
  g_test_add ("/task/challenge", Fixture, NULL, set_up, test_challenge, tear_down);
  g_test_add ("/task/too-far", Fixture, NULL, set_up, test_too_far, tear_down);
  g_test_add ("/task/target", Fixture, NULL, set_up, test_target, tear_down);
  return g_test_run ();
}
