/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-evaluate.h"
#include "es-output.h"
#include "es-subject.h"
#include "es-truncation.h"

static gboolean
evaluate (EsEvaluation *evaluation,
          EsSubject *subject,
          EsSplit split,
          int rank,
          const EsProgress *progress,
          GError **error)
{
  const EsSamples *samples = es_dataset_get_split (subject->dataset, split);
  const EsModel *model = subject->run->model;
  g_autoptr (EsSpectrum) spectrum = NULL;
  gsize ranks[1] = {(gsize)MAX (rank, 0)};

  if (rank < 0)
    return es_evaluate (evaluation, model, samples, progress, error);
  spectrum = es_subject_class_spectra (subject, 1, NULL, error);
  return spectrum != NULL &&
         es_truncation_evaluate (evaluation, ranks, 1, ES_TRUNCATION_ABSOLUTE, model,
                                 spectrum, samples, progress, error);
}

/* Other images than those of the training may be meant, but not unknowingly. */
static EsSameData
compare_data (const EsSubject *subject)
{
  EsSameData same = es_subject_compare_data (subject);

  if (same == ES_SAME_DATA_NO)
    g_printerr (
        "eigenscope-cli: the images of %s are not those that %s was trained on\n",
        subject->dataset->name, subject->run->name);
  return same;
}

static void
report (const EsEvaluation *evaluation,
        const EsRunNotes *notes,
        int rank,
        EsSameData same,
        gboolean json)
{
  JsonBuilder *object;

  if (!json) {
    g_print ("%" G_GSIZE_FORMAT " images: accuracy %.4f, loss %.4g\n",
             evaluation->images, evaluation->accuracy, evaluation->loss);
    if (notes->residual_assumed)
      g_print ("Taken as not residual, which the file does not say; try --residual\n");
    return;
  }
  object = es_output_object ();
  es_output_int (object, "images", (gint64)evaluation->images);
  es_output_double (object, "accuracy", evaluation->accuracy);
  es_output_double (object, "loss", evaluation->loss);
  if (rank >= 0)
    es_output_int (object, "rank", rank);
  if (same != ES_SAME_DATA_UNKNOWN)
    es_output_boolean (object, "same_data", same == ES_SAME_DATA_YES);
  if (notes->residual_assumed)
    es_output_boolean (object, "residual_assumed", TRUE);
  es_output_json (object);
}

static EsExit
run_evaluate (int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *split_name = NULL;
  int rank = -1;
  const GOptionEntry entries[] = {
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &data,
       "Dataset: a known name, or files that can be imported (default: the run's own)",
       "NAME|PATH"},
      {"split", 0, 0, G_OPTION_ARG_STRING, &split_name,
       "Images to evaluate on (default test)", "test|train"},
      {"rank", 0, 0, G_OPTION_ARG_INT, &rank,
       "Keep only the K components of largest |eigenvalue| of each class", "K"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (EsSubject) subject = {NULL};
  EsSplit split;
  EsEvaluation evaluation;
  EsProgressBar bar;
  GError *error = NULL;
  gboolean done;

  if (!es_command_parse (&es_command_evaluate, entries, NULL, &common, 1, 1, &argc,
                         &argv))
    return ES_EXIT_USAGE;
  if (rank < -1)
    return es_command_misused (&es_command_evaluate, "--rank is %d; expected 0 or more",
                               rank);
  if (!es_subject_parse_split (split_name, &split, &error) ||
      !es_subject_open (&subject, argv[1], &common.network, &error) ||
      !es_subject_load_dataset (&subject, data, &error))
    return es_command_failed (error);
  es_progress_bar_init (&bar, "Evaluating");
  done = evaluate (&evaluation, &subject, split, rank, &bar.progress, &error);
  es_progress_bar_clear (&bar);
  if (!done)
    return es_command_failed (error);
  report (&evaluation, &subject.notes, rank, compare_data (&subject), common.json);
  return ES_EXIT_DONE;
}

const EsCommand es_command_evaluate = {
    .name = "evaluate",
    .arguments = "RUN",
    .summary = "Accuracy and loss of a network on a dataset",
    .run = run_evaluate,
    .takes_network = TRUE,
};
