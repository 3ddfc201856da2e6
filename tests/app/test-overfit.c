/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-overfit-window.h"
#include "es-plot-table.h"

#include <string.h>

/* The comparison, made by the action that the start page has. */
static GtkWidget *
open_overfit (Fixture *f)
{
  return act_for (f, "win.overfitting", ES_TYPE_OVERFIT_WINDOW);
}

/* How many labels begin with @text. */
static guint
count_text (GtkWidget *widget, const char *text)
{
  guint n = GTK_IS_LABEL (widget) &&
            g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), text);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_text (child, text);
  return n;
}

static void
wait_for_text (GtkWidget *window, const char *text, guint n)
{
  for (guint i = 0; count_text (window, text) < n; i++) {
    if (i == PATIENCE * 20)
      g_error ("“%s” does not come", text);
    run_for (50);
  }
}

static void
set (GtkWidget *window, const char *title, double value)
{
  es_number_row_set_value (
      ES_NUMBER_ROW (find (window, ES_TYPE_NUMBER_ROW, "title", title)), value);
}

static EsPlot *
get_plot (GtkWidget *window)
{
  return es_plot_view_get_plot (
      ES_PLOT_VIEW (find (window, ES_TYPE_PLOT_VIEW, "label", "Both Networks")));
}

/* What the figure says of @quantity, without and with. */
static void
read_figure (GtkWidget *window, const char *quantity, double values[2])
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (get_plot (window));
  char **names = table->columns[0].strings, **curves = table->columns[1].strings;

  for (gsize row = 0; row < table->n_rows; row++)
    if (g_str_equal (names[row], quantity))
      values[g_str_equal (curves[row], "with")] = table->columns[3].numbers[row];
}

static const char *
get_command (GtkWidget *window)
{
  return es_plot_view_get_command (
      ES_PLOT_VIEW (find (window, ES_TYPE_PLOT_VIEW, "label", "Both Networks")));
}

static void
train_short (GtkWidget *window, guint epochs)
{
  wait_for_text (window, "1 of ", 1);
  set (window, "Width", 64);
  set (window, "Epochs", epochs);
  g_assert_true (gtk_widget_activate_action (window, "overfit.train", NULL));
}

/* Both learn side by side; what is compared tells them apart, in the figure and in
   words; and both can be kept as runs. */
static void
test_compared (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_overfit (f);
  const EsPlan *plan;
  double pixels[2] = {0, 0}, rank[2] = {0, 0};

  train_short (window, 14);
  g_assert_true (gtk_widget_get_visible (window));
  wait_for_text (window, "14 of 14", 2);
  wait_for_text (window, "Without regularisation", 1);
  /* The last weights are looked at after the last epoch. */
  do {
    run_for (100);
    read_figure (window, "Effective pixels of an eigenvector", pixels);
    read_figure (window, "Effective rank of the eigenvalues", rank);
  } while (pixels[0] < 1.1 * pixels[1]);
  g_assert_cmpfloat (rank[0], >, rank[1]);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), ==, 0);
  g_assert_cmpstr (get_command (window), ==,
                   "eigenscope-cli figure overfitting 'without.safetensors' "
                   "'with.safetensors' -o overfitting.pdf");
  g_assert_true (gtk_widget_activate_action (window, "overfit.keep", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), ==, 2);
  g_assert_nonnull (strstr (get_command (window), "'Run 1, without.safetensors'"));
  plan = es_run_item_get_plan (chosen (f));
  g_assert_cmpfloat (plan->train.noise, ==, 0.4);
  g_assert_cmpfloat (plan->train.weight_decay, ==, 1);
  g_assert_nonnull (es_run_item_get_model (chosen (f)));
  /* Once is enough. */
  gtk_widget_activate_action (window, "overfit.keep", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), ==, 2);
  gtk_window_close (GTK_WINDOW (window));
}

/* Settings are taken from the rows, of what is stopped the part that there is. */
static void
test_stopped (Fixture *f, gconstpointer unused)
{
  GtkWidget *window;
  g_autoptr (EsRunItem) plain = NULL;
  const EsTrainConfig *train;

  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.task", "s", "toy");
  wait_for (f, is_finished);
  window = open_overfit (f);
  wait_for_text (window, "1 of ", 1);
  set (window, "Input Noise", 0.1);
  set (window, "Weight Decay", 0.2);
  set (window, "Rotation", 5);
  set (window, "Shift", 10);
  set (window, "Blur", 0.5);
  set (window, "Epochs", 5000);
  g_assert_true (gtk_widget_activate_action (window, "overfit.train", NULL));
  wait_for_text (window, "3 of 5000", 1);
  g_assert_true (gtk_widget_activate_action (window, "overfit.stop", NULL));
  run_for (500);
  g_assert_true (gtk_widget_activate_action (window, "overfit.keep", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->workspace)), ==, 3);
  train = &es_run_item_get_plan (chosen (f))->train;
  g_assert_cmpfloat (train->noise, ==, 0.1);
  g_assert_cmpfloat (train->weight_decay, ==, 0.2);
  g_assert_cmpfloat (train->rotate, ==, 5);
  g_assert_cmpfloat (train->translate, ==, 0.1);
  g_assert_cmpfloat (train->blur, ==, 0.5);
  plain = g_list_model_get_item (G_LIST_MODEL (f->workspace), 1);
  train = &es_run_item_get_plan (plain)->train;
  g_assert_cmpfloat (
      train->noise + train->weight_decay + train->rotate + train->translate, ==, 0);
  g_assert_cmpstr (es_run_item_get_plan (plain)->data, ==, "glyphs");
  gtk_window_close (GTK_WINDOW (window));
}

/* Closed with its parent while both train. */
static void
test_closed (Fixture *f, gconstpointer unused)
{
  GtkWidget *window = open_overfit (f);

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  wait_for_text (window, "1 of ", 1);
  gtk_window_close (GTK_WINDOW (f->window));
  for (guint i = 0; window != NULL && i < PATIENCE * 20; i++)
    run_for (50);
  g_assert_null (window);
  open_window (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/overfit/compared", Fixture, NULL, set_up, test_compared, tear_down);
  g_test_add ("/overfit/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
  g_test_add ("/overfit/closed", Fixture, NULL, set_up, test_closed, tear_down);
  return g_test_run ();
}
