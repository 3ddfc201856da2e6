/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-task.h"
#include "es-glyphs.h"
#include "es-plot-layout.h"
#include "es-trainer.h"

#include <math.h>
#include <string.h>

static EsRun *
train (EsDataset *dataset, guint epochs)
{
  EsModelConfig model;
  EsTrainConfig config;
  g_autoptr (EsTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;

  es_train_config_init_task (&config, &model, dataset);
  config.epochs = epochs;
  config.threads = 1;
  trainer = es_trainer_new (&model, &config, dataset, &error);
  g_assert_no_error (error);
  while (!es_trainer_is_finished (trainer))
    g_assert_true (es_trainer_epoch (trainer, NULL, NULL));
  return es_trainer_dup_run (trainer, "A run");
}

static EsDataset *
make (const char *text)
{
  g_auto (EsTask) task;

  g_assert_true (es_task_parse (&task, text, NULL));
  return es_task_make_dataset (&task, NULL, NULL);
}

/* Whether the note below @plot has @words: the last text that is placed. */
static void
assert_note (EsPlot *plot, const char *words)
{
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  gboolean found = FALSE;

  es_style_print (&style);
  layout = es_plot_layout (plot, &style, 900, 600);
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    found |= strstr (pango_layout_get_text (text->text), words) != NULL;
  }
  if (!found)
    g_error ("no “%s” in the figure", words);
}

static void
test_toy (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:xor=1,inputs=4,sparsity=0.7");
  g_autoptr (EsRun) run = train (dataset, 1000);
  g_autoptr (EsPlot) one = es_figure_task (run, dataset, 2, NULL, NULL, NULL);
  g_autoptr (EsPlot) comma = es_figure_task (run, dataset, 2, ",", NULL, NULL);
  g_autoptr (EsPlot) all = es_figure_task (run, dataset, -1, NULL, NULL, NULL);
  g_autoptr (EsPlotTable) table = es_plot_to_table (one);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (es_plot_get_title (one), ==, "x1 XOR x4");
  assert_note (one, "1.00 x1 + 1.00 x4 − 2.00 x1 x4");
  assert_note (comma, "1,00 x1 + 1,00 x4 − 2,00 x1 x4");
  assert_note (all, "symmetrised");
  /* Two eigenvectors of four, four eigenvalues and four answers. */
  g_assert_cmpuint (table->n_rows, ==, 16);
  g_assert_null (es_figure_task (run, dataset, 6, NULL, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
}

/* As many pictures as there is room for. */
static void
test_toy_many (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:and=1,inputs=8,sparsity=0.7");
  g_autoptr (EsRun) run = train (dataset, 20);
  g_autoptr (EsPlot) all = es_figure_task (run, dataset, -1, NULL, NULL, NULL);
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;

  es_style_print (&style);
  layout = es_plot_layout (all, &style, 900, 600);
  g_assert_cmpuint (layout->tiles->len, ==, 2 * ES_FIGURE_TOY_OUTPUTS);
}

static void
test_modular (void)
{
  g_autoptr (EsDataset) dataset = make ("modular:add,modulus=23,fraction=0.8,seed=1");
  g_autoptr (EsRun) run = train (dataset, 600);
  g_autoptr (EsPlot) wave = es_figure_task (run, dataset, -1, NULL, NULL, NULL);
  g_autoptr (EsPlot) output = es_figure_task (run, dataset, 22, NULL, NULL, NULL);
  g_autoptr (EsPlotTable) table = es_plot_to_table (wave);
  double nearest = INFINITY, farthest = 0;
  guint n = 0;

  assert_note (wave, "a circle");
  /* Every residue, about as far from the middle as the others. */
  for (gsize row = 0; row < table->n_rows; row++)
    if (g_str_equal (table->columns[0].strings[row], "One against the other")) {
      double distance =
          hypot (table->columns[2].numbers[row], table->columns[3].numbers[row]);
      g_autofree char *residue = g_strdup_printf ("%u", n++);

      g_assert_cmpstr (table->columns[1].strings[row], ==, residue);
      nearest = MIN (nearest, distance);
      farthest = MAX (farthest, distance);
    }
  g_assert_cmpuint (n, ==, 23);
  g_assert_cmpfloat (nearest, >, 0.5 * farthest);
  assert_note (output, "Frequencies in use: ");
  assert_note (output, "output 22");
  assert_note (output, "output 1");
}

static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return FALSE;
}

/* It ends when it is told to, as a closed window wants it. */
static void
test_stopped (void)
{
  g_autoptr (EsDataset) dataset = make ("modular:add,modulus=7");
  g_autoptr (EsRun) run = train (dataset, 1);
  g_autoptr (GError) error = NULL;
  EsProgress progress = {stop, NULL};

  g_assert_null (es_figure_task (run, dataset, -1, NULL, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
}

static void
test_challenge (void)
{
  g_autoptr (EsDataset) glyphs = es_glyphs_new (42, 1000, 100, NULL);
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (EsPlot) plot = NULL;
  g_auto (EsTask) task;

  es_task_init (&task, ES_TASK_CHALLENGE);
  dataset = es_task_make_dataset (&task, glyphs, NULL);
  run = train (dataset, 3);
  plot = es_figure_task (run, dataset, -1, NULL, NULL, NULL);
  assert_note (plot, "hidden target");
  assert_note (plot, "constant");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure-task/toy", test_toy);
  g_test_add_func ("/figure-task/toy-many", test_toy_many);
  g_test_add_func ("/figure-task/modular", test_modular);
  g_test_add_func ("/figure-task/stopped", test_stopped);
  g_test_add_func ("/figure-task/challenge", test_challenge);
  return g_test_run ();
}
