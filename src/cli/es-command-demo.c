/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-figure-file.h"
#include "es-figure.h"
#include "es-file.h"
#include "es-glyphs.h"
#include "es-dataset-load.h"
#include "es-output.h"
#include "es-report.h"
#include "es-run-file.h"
#include "es-spectrum.h"
#include "es-trainer.h"

#include <errno.h>

#define DEFAULT_FOLDER "eigenscope-demo"
#define RUN_FILE "run.safetensors"

/* A demo under way. */
typedef struct
{
  const char *folder;
  gboolean json;
  EsDataset *dataset;
  EsRun *run;
  EsSpectrum *spectrum;
} Demo;

static void
demo_clear (Demo *demo)
{
  g_clear_pointer (&demo->dataset, es_dataset_unref);
  g_clear_pointer (&demo->run, es_run_free);
  g_clear_pointer (&demo->spectrum, es_spectrum_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Demo, demo_clear)

static gboolean
train (Demo *demo, EsProgressBar *bar, GError **error)
{
  EsModelConfig model = {demo->dataset->rows, demo->dataset->cols, ES_DIGITS_HIDDEN,
                         demo->dataset->n_classes, 1};
  EsTrainConfig config;
  g_autoptr (EsTrainer) trainer = NULL;

  es_train_config_init_digits (&config);
  trainer = es_trainer_new (&model, &config, demo->dataset, error);
  if (trainer == NULL)
    return FALSE;
  while (!es_trainer_is_finished (trainer)) {
    double done = es_trainer_get_epochs (trainer);

    es_progress_bar_set_stretch (bar, done / config.epochs, (done + 1) / config.epochs);
    if (!es_trainer_epoch (trainer, &bar->progress, error))
      return FALSE;
  }
  demo->run = es_trainer_dup_run (trainer, "Handwritten digits");
  demo->spectrum = es_spectrum_new (demo->run->model, NULL, NULL, NULL, error);
  return demo->spectrum != NULL;
}

/* Says that a file is there and what it shows. */
static void
announce (const Demo *demo, const char *path, const char *what)
{
  JsonBuilder *object;

  if (!demo->json) {
    g_print ("  %-44s %s\n", path, what);
    return;
  }
  object = es_output_object ();
  es_output_string (object, "file", path);
  es_output_string (object, "what", what);
  es_output_json (object);
}

static gboolean
save_figure (
    const Demo *demo, EsPlot *plot, const char *name, const char *what, GError **error)
{
  static const char *const suffixes[] = {"pdf", "png"};
  const char *const provenance[] = {"Software", "Eigenscope " ES_VERSION, "Command",
                                    "eigenscope-cli demo", NULL};
  EsExportOptions options = {.dpi = 200, .provenance = provenance};

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = g_strdup_printf ("%s.%s", name, suffixes[i]);
    g_autofree char *path = g_build_filename (demo->folder, file, NULL);

    if (!es_figure_save (plot, path, &options, error))
      return FALSE;
    announce (demo, path, what);
  }
  return TRUE;
}

static gboolean
save_figures (const Demo *demo, GError **error)
{
  g_autoptr (EsPlot) samples = es_figure_samples (demo->dataset, ES_SPLIT_TEST, 200);
  g_autoptr (EsPlot) history = es_figure_history (demo->run, FALSE, FALSE);
  g_autoptr (EsPlot) spectrum =
      es_figure_spectrum (demo->run, demo->spectrum, 3, NULL, 20, 4);
  g_autoptr (EsPlot) gallery =
      es_figure_eigenvectors (demo->run, demo->spectrum, NULL, 2);

  return save_figure (demo, samples, "samples", "some of the test images", error) &&
         save_figure (demo, history, "history", "loss and accuracy while it learned",
                      error) &&
         save_figure (demo, spectrum, "spectrum-3",
                      "eigenvalues and eigenvectors of the digit 3", error) &&
         save_figure (demo, gallery, "eigenvectors",
                      "the leading eigenvectors of every digit", error);
}

static gboolean
save_all (const Demo *demo, GError **error)
{
  g_autofree char *run = g_build_filename (demo->folder, RUN_FILE, NULL);
  g_autofree char *report = g_build_filename (demo->folder, "report.pdf", NULL);

  if (!es_run_save (demo->run, run, error))
    return FALSE;
  announce (demo, run, "the trained network, with its recipe and history");
  if (!save_figures (demo, error) ||
      !es_report_save (demo->run, demo->dataset, demo->spectrum, "eigenscope-cli demo",
                       report, error))
    return FALSE;
  announce (demo, report, "all of it on one page, explained: start here");
  return TRUE;
}

static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  g_set_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE,
               "%s: the folder could not be made: %s", folder, g_strerror (errno));
  return FALSE;
}

static gboolean
run_all (Demo *demo, GError **error)
{
  g_autofree char *run = NULL;
  EsProgressBar bar;
  gboolean done;

  run = g_build_filename (demo->folder, RUN_FILE, NULL);
  if (!make_folder (demo->folder, error) || !es_file_check_target (run, error))
    return FALSE;
  if (!demo->json)
    g_print ("A bilinear network learns the built-in digits ...\n");
  demo->dataset = es_dataset_load ("glyphs", NULL, error);
  if (demo->dataset == NULL)
    return FALSE;
  es_progress_bar_init (&bar, "Training");
  done = train (demo, &bar, error);
  es_progress_bar_clear (&bar);
  if (!done)
    return FALSE;
  if (!demo->json)
    g_print ("Right on %.1f %% of %" G_GSIZE_FORMAT
             " images it had not seen. Written:\n",
             100 * es_run_get_last (demo->run)->val_acc, demo->dataset->test.N);
  return save_all (demo, error);
}

static EsExit
run_demo (int argc, char **argv)
{
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out,
       "Folder for the results (default " DEFAULT_FOLDER ")", "DIR"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (Demo) demo = {NULL};
  GError *error = NULL;
  JsonBuilder *object;

  if (!es_command_parse (&es_command_demo, entries, NULL, &common, 0, 0, &argc, &argv))
    return ES_EXIT_USAGE;
  demo.folder = out != NULL ? out : DEFAULT_FOLDER;
  demo.json = common.json;
  if (!run_all (&demo, &error))
    return es_command_failed (error);
  if (demo.json) {
    object = es_output_object ();
    es_output_boolean (object, "done", TRUE);
    es_output_string (object, "out", demo.folder);
    es_output_double (object, "test_accuracy", es_run_get_last (demo.run)->val_acc);
    es_output_json (object);
  }
  return ES_EXIT_DONE;
}

const EsCommand es_command_demo = {
    .name = "demo",
    .arguments = "",
    .summary = "Train on the built-in digits; write run, figures and a report",
    .run = run_demo,
};
