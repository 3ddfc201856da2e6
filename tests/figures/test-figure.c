/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-trial.h"
#include "es-figure-file.h"
#include "es-figure.h"
#include "es-npz.h"
#include "es-plot-private.h"
#include "figure-test.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_CLASSES 4
#define N_EPOCHS 3

static char *names[] = {(char *)"coat", (char *)"bag, small", (char *)"shoe",
                        (char *)"3", NULL};
static FigureTest test;

static const EsPlotColumn *
column (const EsPlotTable *table, const char *name)
{
  for (guint j = 0; j < table->n_columns; j++)
    if (g_str_equal (table->columns[j].name, name))
      return &table->columns[j];
  g_error ("no column %s", name);
}

/* The text below the figure: the last that is placed. */
static char *
dup_note (EsPlot *plot)
{
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;

  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 900, 600);
  return g_strdup (pango_layout_get_text (
      g_array_index (layout->texts, EsPlacedText, layout->texts->len - 1).text));
}

static void
test_history (void)
{
  g_autoptr (EsPlot) plot = es_figure_history (test.run, FALSE, FALSE);
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);

  g_assert_cmpstr (es_plot_get_title (plot), ==, "A small run");
  g_assert_cmpuint (table->n_rows, ==, N_EPOCHS);
  for (guint i = 0; i < N_EPOCHS; i++) {
    const EsEpoch *epoch = &g_array_index (test.run->history, EsEpoch, i);

    g_assert_cmpfloat (column (table, "epoch")->numbers[i], ==, i + 1);
    g_assert_cmpfloat (column (table, "train_loss")->numbers[i], ==, epoch->train_loss);
    g_assert_cmpfloat (column (table, "test_loss")->numbers[i], ==, epoch->val_loss);
    g_assert_cmpfloat (column (table, "train_accuracy")->numbers[i], ==,
                       epoch->train_acc);
    g_assert_cmpfloat (column (table, "test_accuracy")->numbers[i], ==, epoch->val_acc);
  }
}

static void
test_spectrum (void)
{
  const gsize i = 1;
  const float *eigenvalues = es_spectrum_get_eigenvalues (test.spectrum, i);
  gsize D = test.spectrum->D;
  g_autoptr (EsPlot) plot = es_figure_spectrum (test.run, test.spectrum, i, NULL, 5, 2);
  g_autoptr (EsPlot) named =
      es_figure_spectrum (test.run, test.spectrum, i, "Digit 1", 5, 2);
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);
  const double *component = column (table, "component")->numbers;

  g_assert_cmpstr (es_plot_get_title (plot), ==, "Class bag, small");
  g_assert_cmpstr (es_plot_get_title (named), ==, "Digit 1");
  g_assert_cmpuint (table->n_rows, ==, D);
  for (gsize k = 0; k < D; k++) {
    gsize at =
        component[k] >= 0 ? D - 1 - (gsize)component[k] : (gsize)(-component[k]) - 1;

    g_assert_cmpfloat (column (table, "rank")->numbers[k], ==, k + 1);
    g_assert_cmpfloat (column (table, "eigenvalue")->numbers[k], ==, eigenvalues[at]);
    if (k > 0)
      g_assert_cmpfloat (eigenvalues[at], <=,
                         column (table, "eigenvalue")->numbers[k - 1]);
  }
}

/* Components 0, 1, -1, -2 of each form: eigenvalue and every pixel. */
static void
check_gallery (const EsPlotTable *table, gsize n_forms)
{
  static const char *const components[] = {"0", "1", "\u22121", "\u22122"};
  gsize P = test.spectrum->P, D = test.spectrum->D;

  g_assert_cmpuint (table->n_rows, ==, n_forms * 4 * P);
  for (gsize row = 0; row < table->n_rows; row++) {
    gsize i = row / (4 * P), k = row / P % 4;
    gsize index = k < 2 ? D - 1 - k : k - 2;

    g_assert_cmpstr (column (table, "class")->strings[row], ==, names[i]);
    g_assert_cmpstr (column (table, "component")->strings[row], ==, components[k]);
    g_assert_cmpfloat (column (table, "eigenvalue")->numbers[row], ==,
                       es_spectrum_get_eigenvalues (test.spectrum, i)[index]);
    g_assert_cmpfloat (column (table, "value")->numbers[row], ==,
                       es_spectrum_get_picture (test.spectrum, i, index)[row % P]);
  }
}

static void
test_eigenvectors (void)
{
  g_autoptr (EsPlot) all = es_figure_eigenvectors (test.run, test.spectrum, NULL, 2);
  g_autoptr (EsPlot) first =
      es_figure_eigenvectors_first (test.run, test.spectrum, NULL, 2, 2);
  /* More than there are. */
  g_autoptr (EsPlot) most =
      es_figure_eigenvectors_first (test.run, test.spectrum, NULL, 99, 99);
  g_autoptr (EsPlotTable) all_table = es_plot_to_table (all);
  g_autoptr (EsPlotTable) first_table = es_plot_to_table (first);
  g_autoptr (EsPlotTable) most_table = es_plot_to_table (most);

  g_assert_cmpstr (es_plot_get_title (all), ==, "A small run");
  check_gallery (all_table, N_CLASSES);
  check_gallery (first_table, 2);
  g_assert_cmpuint (most_table->n_rows, ==,
                    N_CLASSES * 2 * test.spectrum->D * test.spectrum->P);
}

static void
test_samples (void)
{
  g_autoptr (EsPlot) plot = es_figure_samples (test.dataset, ES_SPLIT_TEST, 5);
  g_autoptr (EsPlot) train = es_figure_samples (test.dataset, ES_SPLIT_TRAIN, 1000);
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);
  g_autoptr (EsPlotTable) all = es_plot_to_table (train);
  gsize P = test.spectrum->P;

  g_assert_cmpstr (es_plot_get_title (plot), ==, "patterns, test images");
  g_assert_cmpstr (es_plot_get_title (train), ==, "patterns, training images");
  g_assert_cmpuint (table->n_rows, ==, 5 * P);
  g_assert_cmpuint (all->n_rows, ==, test.dataset->train.N * P);
  for (gsize row = 0; row < table->n_rows; row++) {
    g_assert_cmpstr (column (table, "caption")->strings[row], ==,
                     names[test.dataset->test.labels[row / P]]);
    g_assert_cmpfloat_with_epsilon (column (table, "value")->numbers[row],
                                    test.dataset->test.pixels[row] / 255.0, 1e-6);
  }
}

/* What is drawn of an explanation: the largest contributions of the likeliest classes.
 */
static void
test_explanation (void)
{
  gsize P = test.spectrum->P, D = test.spectrum->D;
  g_autofree float *x = g_new (float, P);
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (test.run->model, NULL, NULL, NULL, NULL);
  g_autoptr (EsExplanation) explanation = NULL;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotTable) table = NULL;
  double largest = -INFINITY;

  for (gsize p = 0; p < P; p++)
    x[p] = test.dataset->test.pixels[p] / 255.0f;
  explanation = es_explanation_new (test.run->model, spectrum, x, NULL);
  plot = es_figure_explanation (test.run, spectrum, explanation, x, 0);
  table = es_plot_to_table (plot);
  g_assert_cmpuint (table->n_rows, ==, 2 * 3 * MIN (D, 12) + N_CLASSES);
  g_assert_true (g_str_has_prefix (es_plot_get_title (plot), "coat, read as "));
  for (gsize c = 0; c < N_CLASSES; c++) {
    gsize row = table->n_rows - N_CLASSES + c;

    g_assert_cmpstr (column (table, "curve")->strings[row], ==, names[c]);
    g_assert_cmpfloat (column (table, "value")->numbers[row], ==,
                       explanation->values[c]);
  }
  for (gsize c = 0; c < N_CLASSES; c++)
    if (strcmp (names[c], column (table, "curve")->strings[0]) == 0)
      for (gsize k = 0; k < D; k++)
        largest = fmax (largest, explanation->contributions[c * D + k]);
  g_assert_cmpfloat (column (table, "value")->numbers[0], ==, largest);
}

/* That components were edited is said, in words too. */
static void
test_edited (void)
{
  gsize n = test.spectrum->n * test.spectrum->D;
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (test.run->model, NULL, NULL, NULL, NULL);
  g_autofree float *x = g_new0 (float, spectrum->P);
  g_autofree float *factors = g_new (float, n);
  g_autoptr (EsExplanation) explanation = NULL;

  explanation = es_explanation_new (test.run->model, spectrum, x, NULL);
  for (gsize i = 0; i < n; i++)
    factors[i] = 1;
  for (guint n_edited = 0; n_edited < 3; n_edited++) {
    g_autoptr (EsExplanation) edited = es_explanation_edit (explanation, factors);
    g_autoptr (EsPlot) plot = es_figure_explanation (test.run, spectrum, edited, x, -1);
    g_autofree char *words = es_plot_describe (plot, ".");
    const char *const said[] = {NULL, " · edited: 1 component. ",
                                " · edited: 2 components. "};

    if (n_edited == 0)
      g_assert_null (strstr (words, "edited"));
    else
      g_assert_nonnull (strstr (words, said[n_edited]));
    factors[n_edited * 3] = -0.5f * (float)n_edited;
  }
}

/* Two seeds become their mean with an interval; another width stays by itself. */
static void
test_truncation (void)
{
  const gsize ranks[] = {1, 5};
  const double accuracy[3][2] = {{0.5, 0.9}, {0.7, 0.92}, {0.3, 0.4}};
  EsModelConfig config = *es_model_get_config (test.run->model);
  g_autoptr (EsRun) second = es_run_new ("second", test.run->model);
  g_autoptr (EsRun) third = NULL;
  g_autoptr (EsModel) wider = NULL;
  EsTruncated truncated[3] = {
      {test.run, accuracy[0]}, {second, accuracy[1]}, {NULL, accuracy[2]}};
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotTable) table = NULL;
  const double *value, *half;

  config.hidden++;
  wider = es_model_new (&config, NULL);
  third = es_run_new ("third", wider);
  truncated[2].run = third;
  second->has_recipe = third->has_recipe = TRUE;
  second->train = third->train = test.run->train;
  second->dataset = g_strdup (test.run->dataset);
  third->dataset = g_strdup (test.run->dataset);
  second->train.seed = third->train.seed = test.run->train.seed + 1;
  plot = es_figure_truncation (truncated, 3, ranks, 2, ES_TRUNCATION_ABSOLUTE, TRUE);
  table = es_plot_to_table (plot);
  value = column (table, "value")->numbers;
  half = column (table, "half_width")->numbers;
  g_assert_cmpuint (table->n_rows, ==, 4);
  g_assert_cmpfloat_with_epsilon (value[0], 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (value[1], 0.09, 1e-12);
  g_assert_cmpfloat_with_epsilon (half[0], 6.314 * 0.1, 1e-9);
  g_assert_cmpfloat_with_epsilon (value[2], 0.7, 1e-12);
  g_assert_true (isnan (half[2]));
  g_assert_cmpstr (column (table, "curve")->strings[2], ==, "third");
}

/* The curves are the attack's averages. */
static void
test_attack (void)
{
  g_autoptr (EsMasks) masks =
      es_masks_new (test.run->model, test.spectrum, NULL, &test.dataset->test, 3, NULL);
  g_autoptr (EsAttack) attack = NULL;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotTable) table = NULL;
  EsAttackPlan plan;

  es_attack_plan_init (&plan);
  attack = es_attack_new (test.run->model, masks, NULL, &plan, &test.dataset->test,
                          NULL, NULL);
  plot = es_figure_attack (test.run, masks, attack, &test.dataset->test, -1, NULL);
  table = es_plot_to_table (plot);
  g_assert_cmpuint (table->n_rows, ==, 2 * 3 * 12);
  for (gsize row = 0; row < table->n_rows; row++) {
    double mean, half;

    es_attack_average (attack, row / 12 % 3, row / 36, row % 12, &mean, &half);
    g_assert_cmpfloat (column (table, "value")->numbers[row], ==, mean);
    g_assert_cmpfloat (column (table, "half_width")->numbers[row], ==, half);
    g_assert_cmpfloat (column (table, "x")->numbers[row], ==,
                       es_attack_strengths[row % 12]);
  }
}

/* A change of one's own has a figure too, without masks, and says what the control is.
 */
static void
test_attack_change (void)
{
  g_autofree float *change = g_new0 (float, test.dataset->rows *test.dataset->cols);
  g_autoptr (EsAttackTrial) trial = NULL;
  g_autoptr (EsPlot) plot = NULL;
  g_autofree char *sentence = NULL;
  EsAttackPlan plan;

  change[0] = 1;
  es_attack_plan_init (&plan);
  plan.change = change;
  plan.class_index = 1;
  plan.control = ES_CONTROL_NOISE;
  trial = es_attack_trial_new (test.run, test.dataset, ES_SPLIT_TEST, &plan, 3, NULL,
                               NULL, NULL);
  g_assert_nonnull (trial);
  g_assert_null (trial->masks);
  plot =
      es_figure_attack (test.run, NULL, trial->attack, &test.dataset->test, -1, NULL);
  g_assert_nonnull (plot);
  sentence = es_plot_describe (plot, NULL);
  g_assert_nonnull (strstr (sentence, "Read as the mask's class"));
}

/* With negative strengths the curves go from left to right all the same; numbers in
   words have a minus sign and plurals of their own. */
static void
test_attack_negative (void)
{
  static const double strengths[] = {-0.1, -0.2, -0.3};
  g_autoptr (EsMasks) masks =
      es_masks_new (test.run->model, test.spectrum, NULL, &test.dataset->test, 3, NULL);
  g_autoptr (EsAttack) attack = NULL;
  g_autoptr (EsPlot) plot = NULL;
  g_autoptr (EsPlotTable) table = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *note = NULL;
  EsAttackPlan plan;

  es_attack_plan_init (&plan);
  plan.strengths = strengths;
  plan.n_strengths = 3;
  plan.class_index = 1;
  attack = es_attack_new (test.run->model, masks, NULL, &plan, &test.dataset->test,
                          NULL, NULL);
  g_assert_nonnull (attack);
  plot = es_figure_attack (test.run, masks, attack, &test.dataset->test, -1, NULL);
  table = es_plot_to_table (plot);
  g_assert_cmpuint (table->n_rows, ==, 2 * 3 * 3);
  for (gsize row = 0; row < table->n_rows; row++) {
    double mean, half;

    es_attack_average (attack, row / 3 % 3, row / 9, 2 - row % 3, &mean, &half);
    g_assert_cmpfloat (column (table, "value")->numbers[row], ==, mean);
    g_assert_cmpfloat (column (table, "half_width")->numbers[row], ==, half);
    g_assert_cmpfloat (column (table, "x")->numbers[row], ==, strengths[2 - row % 3]);
  }
  sentence = es_plot_describe (plot, NULL);
  g_assert_nonnull (strstr (sentence, "; mask, \u2212"));
  note = dup_note (plot);
  g_assert_true (g_str_has_prefix (note, "Means over 3 masks (1 class, 3 components "
                                         "each) with 95% intervals"));
}

static void
test_csv (void)
{
  g_autoptr (EsPlot) plot = es_figure_eigenvectors (test.run, test.spectrum, NULL, 1);
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "numbers.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (es_figure_save_data (plot, path, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (
      g_str_has_prefix (text, "class,component,eigenvalue,row,column,value\r\n"));
  g_assert_nonnull (strstr (text, "\n\"bag, small\",-1,"));
  /* Programs don't read a minus sign. */
  g_assert_null (strstr (text, "\u2212"));
  g_unlink (path);
  g_rmdir (folder);
}

/* Texts that are numbers stay those numbers; others are numbered. */
static void
test_npz (void)
{
  g_autoptr (EsPlot) plot = es_figure_eigenvectors (test.run, test.spectrum, NULL, 1);
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "numbers.npz", NULL);
  g_autoptr (EsNpz) npz = NULL;
  g_autoptr (EsArray) component = NULL;
  g_autoptr (EsArray) class_number = NULL;
  g_autoptr (GError) error = NULL;
  gsize P = test.spectrum->P;

  g_assert_true (es_figure_save_data (plot, path, &error));
  npz = es_npz_open (path, &error);
  g_assert_no_error (error);
  component = es_npz_read (npz, "component", &error);
  g_assert_no_error (error);
  class_number = es_npz_read (npz, "class", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (component->tensor.n, ==, N_CLASSES * 2 * P);
  for (gsize i = 0; i < component->tensor.n; i++) {
    g_assert_cmpfloat (((const double *)component->tensor.data)[i], ==,
                       i / P % 2 == 0 ? 0 : -1);
    g_assert_cmpfloat (((const double *)class_number->tensor.data)[i], ==, i / (2 * P));
  }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_refusals (void)
{
  g_autoptr (EsPlot) plot = es_figure_history (test.run, TRUE, TRUE);
  EsExportOptions options = {0};
  g_autoptr (GError) error = NULL;

  g_assert_false (es_figure_save (plot, "figure.gif", &options, &error));
  g_assert_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_false (es_figure_save (plot, "/nowhere/figure.pdf", &options, &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/figure.pdf"));
  g_clear_error (&error);
  g_assert_false (es_figure_save_data (plot, "numbers.txt", &error));
  g_assert_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT);
  g_clear_error (&error);
  for (guint i = 0; i < 2; i++) {
    g_assert_false (es_figure_save_data (
        plot, i == 0 ? "/nowhere/numbers.csv" : "/nowhere/numbers.npz", &error));
    g_assert_nonnull (strstr (error->message, "/nowhere/numbers."));
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  figure_test_init (&test, 5, 7, names, N_CLASSES, N_EPOCHS);
  g_test_add_func ("/figure/history", test_history);
  g_test_add_func ("/figure/spectrum", test_spectrum);
  g_test_add_func ("/figure/eigenvectors", test_eigenvectors);
  g_test_add_func ("/figure/samples", test_samples);
  g_test_add_func ("/figure/explanation", test_explanation);
  g_test_add_func ("/figure/explanation/edited", test_edited);
  g_test_add_func ("/figure/truncation", test_truncation);
  g_test_add_func ("/figure/attack", test_attack);
  g_test_add_func ("/figure/attack/change", test_attack_change);
  g_test_add_func ("/figure/attack/negative", test_attack_negative);
  g_test_add_func ("/figure/csv", test_csv);
  g_test_add_func ("/figure/npz", test_npz);
  g_test_add_func ("/figure/refusals", test_refusals);
  status = g_test_run ();
  figure_test_clear (&test);
  return status;
}
