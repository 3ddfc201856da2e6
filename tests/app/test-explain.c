/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-component-edit.h"
#include "es-component-panel.h"
#include "es-explain-page.h"
#include "es-factors.h"
#include "es-image-index.h"
#include "es-sample-browser.h"
#include "es-settings.h"
#include "es-work.h"
#include "es-number-list.h"
#include "es-plot-table.h"

#include <adwaita.h>
#include <math.h>

#define EXPLANATION "Explanation"

static void
show_page (Fixture *f)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", "explain");
}

static gboolean
has_explanation (Fixture *f)
{
  return plot (f, EXPLANATION) != NULL;
}

static EsSample *
sample (Fixture *f)
{
  return es_workspace_get_sample (f->workspace);
}

static GtkSpinButton *number_button;

/* Whether the images have been counted. */
static gboolean
takes_seven (Fixture *f)
{
  return gtk_adjustment_get_upper (gtk_spin_button_get_adjustment (number_button)) >= 7;
}

/* The first test image comes by itself; another number shows another image. */
static void
test_numbers (Fixture *f, gconstpointer unused)
{
  GtkWidget *number;
  EsPlot *first;

  start_small (f, 3);
  wait_for (f, is_finished);
  g_assert_null (sample (f));
  show_page (f);
  wait_for (f, has_explanation);
  g_assert_true (es_sample_is (sample (f), es_run_item_get_dataset (chosen (f)),
                               ES_SPLIT_TEST, 0));
  first = es_plot_ref (plot (f, EXPLANATION));
  number = find (GTK_WIDGET (f->window), GTK_TYPE_SPIN_BUTTON, "tooltip-text",
                 "Number of the Image, From 0");
  number_button = GTK_SPIN_BUTTON (number);
  wait_for (f, takes_seven);
  gtk_spin_button_set_value (number_button, 7);
  g_assert_true (es_sample_is (sample (f), es_run_item_get_dataset (chosen (f)),
                               ES_SPLIT_TEST, 7));
  g_assert_cmpstr (sample (f)->title, ==, "Test image 7");
  while (plot (f, EXPLANATION) == first)
    run_for (10);
  es_plot_unref (first);
  g_assert_cmpstr (es_plot_view_get_command (plot_view (f, EXPLANATION)), ==,
                   "eigenscope-cli figure explanation 'Run 1.safetensors' --index=7 "
                   "-o explanation.pdf");
}

static gboolean
shows_status (Fixture *f, const char *title)
{
  GtkWidget *page =
      find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL);
  GtkWidget *status = find (page, ADW_TYPE_STATUS_PAGE, "title", title);

  return status != NULL && gtk_widget_get_mapped (status);
}

static gboolean
says_no_image (Fixture *f)
{
  return shows_status (f, "No Image to Explain");
}

static gboolean
says_no_explanation (Fixture *f)
{
  return shows_status (f, "No Explanation");
}

static void
open_model (Fixture *f, const EsModelConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsModel) model = es_model_new (config, &error);
  g_autoptr (EsRunItem) item = NULL;

  g_assert_no_error (error);
  es_model_init (model, 1);
  item = es_run_item_new_opened (es_run_new ("Opened", model), NULL);
  es_workspace_add (f->workspace, item);
}

/* Untrained, of another size than the images, gated: each says what is the matter. */
static void
test_states (Fixture *f, gconstpointer unused)
{
  EsModelConfig config = {
      .rows = 8, .cols = 8, .hidden = 4, .outputs = 10, .layers = 1};

  act (f, "win.new");
  show_page (f);
  run_for (100);
  g_assert_true (shows_status (f, "Not Trained Yet"));
  open_model (f, &config);
  wait_for (f, says_no_image);
  config.rows = config.cols = 28;
  config.gate = ES_GATE_RELU;
  open_model (f, &config);
  wait_for (f, says_no_explanation);
  config.gate = ES_GATE_NONE;
  config.layers = 2;
  config.residual = TRUE;
  open_model (f, &config);
  wait_for (f, has_explanation);
}

/* One's own image stays from run to run of its size. */
static void
test_own_image (Fixture *f, gconstpointer unused)
{
  EsModelConfig config = {
      .rows = 28, .cols = 28, .hidden = 4, .outputs = 10, .layers = 1};
  g_autofree float *pixels = g_new0 (float, 784);
  g_autoptr (EsSample) own = NULL;

  pixels[400] = 2;
  own = es_sample_new_own (pixels, 28, 28, "Own");
  g_assert_cmpfloat (own->pixels[400], ==, 1);
  g_assert_cmpint (own->label, ==, -1);
  open_model (f, &config);
  es_workspace_set_sample (f->workspace, own);
  show_page (f);
  wait_for (f, has_explanation);
  g_assert_true (sample (f) == own);
  open_model (f, &config);
  wait_for (f, has_explanation);
  g_assert_true (sample (f) == own);
  config.rows = 8;
  open_model (f, &config);
  wait_for (f, says_no_image);
  g_assert_null (sample (f));
}

/* The list of the browser's grid. */
static GListModel *
listed (Fixture *f)
{
  GtkWidget *page =
      find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL);
  GtkWidget *grid = find (page, GTK_TYPE_GRID_VIEW, "tooltip-text", NULL);

  return G_LIST_MODEL (gtk_grid_view_get_model (GTK_GRID_VIEW (grid)));
}

static guint
number_at (Fixture *f, guint position)
{
  g_autoptr (EsNumberItem) item = g_list_model_get_item (listed (f), position);

  return es_number_item_get_number (item);
}

/* The list of choices of which @text is chosen. */
static void
choose_from (Fixture *f, const char *text, guint selected)
{
  GtkWidget *browser =
      find (GTK_WIDGET (f->window), ES_TYPE_SAMPLE_BROWSER, "tooltip-text", NULL);
  GtkWidget *label = find (browser, GTK_TYPE_LABEL, "label", text);
  GtkWidget *list = gtk_widget_get_ancestor (label, GTK_TYPE_DROP_DOWN);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (list), selected);
}

static gboolean
lists_all (Fixture *f)
{
  const EsDataset *dataset = es_run_item_get_dataset (chosen (f));

  return dataset != NULL && g_list_model_get_n_items (listed (f)) == dataset->test.N;
}

static gboolean
lists_some (Fixture *f)
{
  return !lists_all (f);
}

/* Below an image that is misread stand two names, each cut by itself if need be. */
static void
check_caption (Fixture *f)
{
  GtkWidget *page =
      find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL);
  GtkWidget *grid = find (page, GTK_TYPE_GRID_VIEW, "tooltip-text", NULL);
  GtkWidget *arrow = find (grid, GTK_TYPE_LABEL, "label", "\xe2\x86\x92");
  GtkWidget *names[2] = {gtk_widget_get_prev_sibling (arrow),
                         gtk_widget_get_next_sibling (arrow)};

  g_assert_true (gtk_widget_get_visible (arrow));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (names[0])), !=,
                   gtk_label_get_text (GTK_LABEL (names[1])));
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (names[i])), !=, "");
    g_assert_cmpint (gtk_label_get_ellipsize (GTK_LABEL (names[i])), ==,
                     PANGO_ELLIPSIZE_END);
  }
}

/* Filters and orders against an index made here. */
static void
test_browser (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsImageIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  guint n_wrong = 0, n, best = 0;

  start_small (f, 2);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, lists_all);
  index =
      es_image_index_new (es_run_item_get_model (chosen (f)),
                          &es_run_item_get_dataset (chosen (f))->test, NULL, &error);
  g_assert_no_error (error);
  choose_from (f, "Right and Wrong", 2);
  wait_for (f, lists_some);
  n = g_list_model_get_n_items (listed (f));
  for (guint i = 0; i < index->N; i++)
    n_wrong += index->read[i] != index->labels[i];
  g_assert_cmpuint (n, ==, n_wrong);
  check_caption (f);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (index->read[number_at (f, i)], !=,
                      index->labels[number_at (f, i)]);
  choose_from (f, "Wrong", 0);
  wait_for (f, lists_all);
  choose_from (f, "By Number", ES_IMAGES_BY_LOSS);
  for (guint i = 1; i < index->N; i++)
    if (index->loss[i] < index->loss[best])
      best = i;
  while (number_at (f, 0) != best)
    run_for (10);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (listed (f)), 0, TRUE);
  g_assert_true (es_sample_is (sample (f), es_run_item_get_dataset (chosen (f)),
                               ES_SPLIT_TEST, best));
  choose_from (f, "By Loss", ES_IMAGES_BY_VALUES);
  run_for (300);
  choose_from (f, "Test Images", 1);
  wait_for (f, lists_some);
}

static GtkWidget *
page_of (Fixture *f)
{
  return find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL);
}

static EsComponentPanel *
panel_of (Fixture *f)
{
  return ES_COMPONENT_PANEL (
      find (page_of (f), ES_TYPE_COMPONENT_PANEL, "tooltip-text", NULL));
}

static const float *
factors_of (Fixture *f)
{
  return es_component_panel_get_factors (panel_of (f), chosen (f), NULL);
}

/* The first row's switch. */
static GtkSwitch *
first_switch (Fixture *f)
{
  return GTK_SWITCH (
      find (GTK_WIDGET (panel_of (f)), GTK_TYPE_SWITCH, "tooltip-text", NULL));
}

static gboolean
has_rows (Fixture *f)
{
  return has_explanation (f) && find (GTK_WIDGET (panel_of (f)), GTK_TYPE_SWITCH,
                                      "tooltip-text", NULL) != NULL;
}

static guint
count_runs (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->workspace));
}

static gboolean
has_kept (Fixture *f)
{
  return count_runs (f) == 2;
}

/* The explanation that is shown as a table, to be compared. */
static double
sum_of_numbers (Fixture *f)
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot (f, EXPLANATION));
  double sum = 0;

  for (guint c = 0; c < table->n_columns; c++)
    for (gsize r = 0; table->columns[c].numbers != NULL && r < table->n_rows; r++)
      if (isfinite (table->columns[c].numbers[r]))
        sum += table->columns[c].numbers[r] * (double)(1 + r);
  return sum;
}

static void
wait_for_change (Fixture *f, double before)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (sum_of_numbers (f) == before && g_get_monotonic_time () < end)
    run_for (10);
  g_assert_cmpfloat (sum_of_numbers (f), !=, before);
}

static void
press (Fixture *f, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (panel_of (f)), action, NULL));
}

/* Switches the strongest component off: the explanation follows; undo brings all back;
   what is kept is a network of its own that reads the image as edited. */
static void
test_components (Fixture *f, gconstpointer unused)
{
  double before, off;

  start_small (f, 3);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_rows);
  before = sum_of_numbers (f);
  g_assert_null (factors_of (f));
  g_assert_true (leaves_wheel (
      find (GTK_WIDGET (panel_of (f)), GTK_TYPE_SPIN_BUTTON, "text", "1.00")));
  gtk_switch_set_active (first_switch (f), FALSE);
  g_assert_nonnull (factors_of (f));
  wait_for_change (f, before);
  off = sum_of_numbers (f);
  g_assert_true (g_str_has_suffix (es_plot_get_title (plot (f, EXPLANATION)),
                                   "edited: 1 component"));
  /* The command line knows nothing of that. */
  g_assert_null (es_plot_view_get_command (plot_view (f, EXPLANATION)));
  press (f, "components.undo");
  g_assert_null (factors_of (f));
  g_assert_true (gtk_switch_get_active (first_switch (f)));
  wait_for_change (f, off);
  g_assert_cmpfloat (sum_of_numbers (f), ==, before);
  g_assert_nonnull (es_plot_view_get_command (plot_view (f, EXPLANATION)));
  press (f, "components.redo");
  wait_for_change (f, before);
  g_assert_cmpfloat (sum_of_numbers (f), ==, off);
  press (f, "components.keep");
  wait_for (f, has_kept);
  g_assert_cmpuint (es_model_get_config (es_run_item_get_model (chosen (f)))->hidden, >,
                    16);
  g_assert_cmpstr (es_run_item_get_name (chosen (f)), ==, "Run 1, edited");
  wait_for (f, has_rows);
  g_assert_null (factors_of (f));
}

static gboolean
is_edited_kept (Fixture *f)
{
  return chosen (f) != NULL && es_run_item_is_kept (chosen (f)) &&
         es_run_item_get_model (chosen (f)) != NULL;
}

/* What the list says of the edited run, and its details. */
static void
check_edited (Fixture *f)
{
  const EsRunEntry *entry = es_run_item_get_entry (chosen (f));
  g_autofree char *status =
      g_strdup_printf ("Edited from Run 1 · %.1f %%", 100 * entry->accuracy);

  g_assert_cmpstr (es_run_item_get_name (chosen (f)), ==, "Run 1, edited");
  g_assert_cmpstr (es_run_item_get_status (chosen (f)), ==, status);
  g_assert_cmpstr (entry->edited_from, ==, "Run 1");
  g_assert_cmpuint (g_strv_length (entry->edited_parts), ==, 1);
  g_assert_true (g_str_has_suffix (entry->edited_parts[0], " \u00d7 0"));
  g_assert_null (es_run_item_get_origin (chosen (f)));
}

/* An edited network is a run of the library, which says what it is, also after a
   restart. */
static void
test_kept (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsModel) model = NULL;

  start_small (f, 3);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_rows);
  gtk_switch_set_active (first_switch (f), FALSE);
  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  press (f, "components.keep");
  wait_for (f, has_kept);
  wait_for (f, is_edited_kept);
  check_edited (f);
  model = es_model_ref (es_run_item_get_model (chosen (f)));
  tear_down (f, NULL);
  es_work_wait ();
  open_window (f);
  wait_for (f, is_edited_kept);
  g_assert_cmpuint (count_runs (f), ==, 1);
  check_edited (f);
  g_assert_cmpmem (
      es_model_get_params (es_run_item_get_model (chosen (f))),
      es_model_n_params (es_run_item_get_model (chosen (f))) * sizeof (float),
      es_model_get_params (model), es_model_n_params (model) * sizeof (float));
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
}

static gboolean
is_edited (Fixture *f)
{
  return has_rows (f) && factors_of (f) != NULL &&
         g_str_has_suffix (es_plot_get_title (plot (f, EXPLANATION)),
                           "edited: 1 component");
}

/* Each run has its own edits, with their history, when it is come back to. */
static void
test_runs (Fixture *f, gconstpointer unused)
{
  EsModelConfig config = {
      .rows = 28, .cols = 28, .hidden = 4, .outputs = 10, .layers = 1};
  g_autoptr (EsRunItem) first = NULL;
  g_autofree float *factors = NULL;
  EsSpectrum *of = NULL;
  gsize n;

  start_small (f, 3);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_rows);
  gtk_switch_set_active (first_switch (f), FALSE);
  wait_for (f, is_edited);
  first = g_object_ref (chosen (f));
  es_component_panel_get_factors (panel_of (f), first, &of);
  n = of->n * of->D;
  factors = g_memdup2 (factors_of (f), n * sizeof (float));
  open_model (f, &config);
  wait_for (f, has_rows);
  g_assert_null (factors_of (f));
  g_assert_false (es_component_panel_undo (panel_of (f)));
  es_workspace_set_run (f->workspace, first);
  wait_for (f, is_edited);
  g_assert_cmpmem (factors_of (f), n * sizeof (float), factors, n * sizeof (float));
  press (f, "components.undo");
  g_assert_null (factors_of (f));
  press (f, "components.redo");
  g_assert_cmpmem (factors_of (f), n * sizeof (float), factors, n * sizeof (float));
}

static guint
count_rows (Fixture *f)
{
  GtkWidget *list =
      gtk_widget_get_ancestor (GTK_WIDGET (first_switch (f)), GTK_TYPE_LIST_VIEW);

  return g_list_model_get_n_items (
      G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))));
}

/* Of many components the strongest are shown first, the others when asked for. */
static void
test_more_components (Fixture *f, gconstpointer unused)
{
  GtkWidget *more;

  act (f, "win.new");
  es_number_row_set_value (row (f, "Hidden Width"), 40);
  es_number_row_set_value (row (f, "Epochs"), 1);
  act (f, "win.train-start");
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_rows);
  g_assert_cmpuint (count_rows (f), ==, 24);
  more = find (GTK_WIDGET (panel_of (f)), GTK_TYPE_BUTTON, "label",
               "Show _More: 24 of 40 Shown");
  g_assert_true (more != NULL && gtk_widget_get_visible (more));
  g_signal_emit_by_name (more, "clicked");
  g_assert_cmpuint (count_rows (f), ==, 40);
  g_assert_false (gtk_widget_get_visible (more));
}

static gboolean
is_of_frame (Fixture *f)
{
  EsSpectrum *of = NULL;

  return es_component_panel_get_factors (panel_of (f), chosen (f), &of) != NULL &&
         es_workspace_get_model (f->workspace) != es_run_item_get_model (chosen (f)) &&
         es_workspace_get_frame (f->workspace) == 0 &&
         gtk_widget_get_visible (find (GTK_WIDGET (panel_of (f)), GTK_TYPE_LABEL,
                                       "label",
                                       "The edits were made on other weights of this "
                                       "run: components of the same rank have them "
                                       "now."));
}

/* Edits hold for other weights of the run too, by rank, and the page says so. */
static void
test_carried (Fixture *f, gconstpointer unused)
{
  EsSpectrum *before = NULL, *after = NULL;
  g_autofree float *expected = NULL;
  gsize n;

  start_small (f, 3);
  wait_for (f, is_finished);
  show_page (f);
  wait_for (f, has_rows);
  gtk_switch_set_active (first_switch (f), FALSE);
  es_component_panel_get_factors (panel_of (f), chosen (f), &before);
  g_assert_nonnull (before);
  es_spectrum_ref (before);
  n = before->n * before->D;
  expected = g_new (float, n);
  {
    g_autofree float *factors = g_memdup2 (factors_of (f), n * sizeof *expected);

    es_workspace_set_frame (f->workspace, 0);
    wait_for (f, is_of_frame);
    es_component_panel_get_factors (panel_of (f), chosen (f), &after);
    g_assert_true (after != before);
    g_assert_true (es_component_edit_carry (expected, after, factors, before));
  }
  g_assert_cmpmem (factors_of (f), n * sizeof *expected, expected,
                   n * sizeof *expected);
  press (f, "components.undo");
  g_assert_null (factors_of (f));
  es_spectrum_unref (before);
}

static const double *
numbers_of (const EsPlotTable *table, const char *name)
{
  for (guint c = 0; c < table->n_columns; c++)
    if (g_str_equal (table->columns[c].name, name))
      return table->columns[c].numbers;
  g_assert_not_reached ();
}

static gboolean
has_truncation (Fixture *f)
{
  return plot (f, "Truncation") != NULL;
}

/* The curve ends where the whole network is; the eigenvectors come in one by one. */
static void
test_truncation (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsPlotTable) table = NULL;
  const EsEpoch *last;
  const GArray *history;
  GtkWidget *rank;
  const double *values;

  start_small (f, 3);
  wait_for (f, is_finished);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", "spectrum");
  wait_for (f, has_truncation);
  table = es_plot_to_table (plot (f, "Truncation"));
  history = es_run_item_get_history (chosen (f));
  last = &g_array_index (history, EsEpoch, history->len - 1);
  values = numbers_of (table, "value");
  g_assert_cmpfloat_with_epsilon (values[table->n_rows - 1], last->val_acc, 1e-9);
  rank = gtk_widget_get_ancestor (
      GTK_WIDGET (plot_view (f, "Eigenvectors That Are Kept")), GTK_TYPE_BOX);
  rank = find (rank, GTK_TYPE_SCALE, "tooltip-text", NULL);
  g_assert_true (leaves_wheel (rank));
  for (guint n = 1; n <= 16; n += 5) {
    g_autoptr (EsPlotTable) kept = NULL;

    gtk_range_set_value (GTK_RANGE (rank), n);
    kept = es_plot_to_table (plot (f, "Eigenvectors That Are Kept"));
    g_assert_cmpuint (kept->n_rows, >=, n);
  }
}

/* Undoing everything ends where it began, redoing everything where it was. */
static void
test_factors (void)
{
  EsFactors *factors = es_factors_new (20);
  g_autofree float *last = NULL;
  guint n = 0;

  g_assert_false (es_factors_undo (factors));
  for (guint i = 0; i < 200; i++) {
    float all[20];

    switch (g_test_rand_int_range (0, 4)) {
    case 0:
      n += es_factors_undo (factors) ? -1 : 0;
      break;
    case 1:
      for (guint k = 0; k < 20; k++)
        all[k] = (float)g_test_rand_int_range (-100, 100) + 0.5f;
      es_factors_set_all (factors, all);
      n++;
      break;
    default:
      es_factors_set (factors, (gsize)g_test_rand_int_range (0, 20),
                      (float)i + 200.25f);
      n++;
    }
  }
  es_factors_set (factors, 0, 1000); /* nothing to redo from here */
  last = g_memdup2 (es_factors_get (factors), 20 * sizeof (float));
  for (n++; n > 0; n--)
    g_assert_true (es_factors_undo (factors));
  g_assert_false (es_factors_can_undo (factors));
  g_assert_cmpuint (es_factors_count_changed (factors), ==, 0);
  while (es_factors_redo (factors))
    ;
  g_assert_cmpmem (es_factors_get (factors), 20 * sizeof (float), last,
                   20 * sizeof (float));
  es_factors_free (factors);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *data_folder = g_dir_make_tmp ("explain-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", data_folder);
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_DATA_HOME", data_folder, TRUE);
  ADD ("/explain/numbers", test_numbers);
  ADD ("/explain/states", test_states);
  ADD ("/explain/own-image", test_own_image);
  ADD ("/explain/browser", test_browser);
  ADD ("/explain/components", test_components);
  ADD ("/explain/components/kept", test_kept);
  ADD ("/explain/components/runs", test_runs);
  ADD ("/explain/components/carried", test_carried);
  ADD ("/explain/components/more", test_more_components);
  ADD ("/explain/truncation", test_truncation);
  g_test_add_func ("/explain/factors", test_factors);
  status = g_test_run ();
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  return status;
}
