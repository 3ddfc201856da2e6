/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-output.h"
#include "es-subject.h"
#include "es-truncation.h"

#define DEFAULT_RANKS "0,1,2,5,10,20"

static void
report (const EsEvaluation *evaluations, const GArray *ranks, gboolean json)
{
  if (!json)
    g_print ("  rank  accuracy      loss\n");
  for (guint r = 0; r < ranks->len; r++) {
    gsize rank = g_array_index (ranks, gsize, r);
    JsonBuilder *object;

    if (!json) {
      g_print ("%6" G_GSIZE_FORMAT "  %8.4f  %8.4f\n", rank, evaluations[r].accuracy,
               evaluations[r].loss);
      continue;
    }
    object = es_output_object ();
    es_output_int (object, "rank", (gint64)rank);
    es_output_double (object, "accuracy", evaluations[r].accuracy);
    es_output_double (object, "loss", evaluations[r].loss);
    es_output_json (object);
  }
}

static gboolean
evaluate (EsEvaluation *evaluations,
          const GArray *ranks,
          EsTruncationRule rule,
          const EsSubject *subject,
          EsSplit split,
          GError **error)
{
  g_autoptr (EsSpectrum) spectrum = es_subject_class_spectra (subject, 1, NULL, error);
  EsProgressBar bar;
  gboolean done;

  if (spectrum == NULL)
    return FALSE;
  es_progress_bar_init (&bar, "Truncating");
  done = es_truncation_evaluate (evaluations, (const gsize *)(void *)ranks->data,
                                 ranks->len, rule, subject->run->model, spectrum,
                                 es_dataset_get_split (subject->dataset, split),
                                 &bar.progress, error);
  es_progress_bar_clear (&bar);
  return done;
}

static EsExit
run_truncate (int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *split_name = NULL;
  g_autofree char *ranks_text = NULL;
  g_autofree char *rule_name = NULL;
  const GOptionEntry entries[] = {
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &data,
       "Dataset: a known name or a folder of IDX files (default: the run's own)",
       "NAME|PATH"},
      {"split", 0, 0, G_OPTION_ARG_STRING, &split_name,
       "Images to evaluate on (default test)", "test|train"},
      {"ranks", 0, 0, G_OPTION_ARG_STRING, &ranks_text,
       "How many components to keep of each class (default " DEFAULT_RANKS ")",
       "K,K,..."},
      {"keep", 0, 0, G_OPTION_ARG_STRING, &rule_name,
       "Which ones: of largest absolute eigenvalue, most positive only, most negative "
       "only (default absolute)",
       "absolute|positive|negative"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (EsSubject) subject = {NULL};
  g_autoptr (GArray) ranks = NULL;
  g_autofree EsEvaluation *evaluations = NULL;
  EsTruncationRule rule = ES_TRUNCATION_ABSOLUTE;
  EsSplit split;
  GError *error = NULL;

  if (!es_command_parse (&es_command_truncate, entries, NULL, &common, 1, 1, &argc,
                         &argv))
    return ES_EXIT_USAGE;
  if (rule_name != NULL && !es_truncation_rule_from_string (rule_name, &rule))
    return es_command_misused (&es_command_truncate,
                               "--keep is %s; expected absolute, positive or negative",
                               rule_name);
  ranks =
      es_subject_parse_ranks (ranks_text != NULL ? ranks_text : DEFAULT_RANKS, &error);
  if (ranks == NULL || !es_subject_parse_split (split_name, &split, &error) ||
      !es_subject_open (&subject, argv[1], &common.network, &error) ||
      !es_subject_load_dataset (&subject, data, &error))
    return es_command_failed (error);
  evaluations = g_new (EsEvaluation, ranks->len);
  if (!evaluate (evaluations, ranks, rule, &subject, split, &error))
    return es_command_failed (error);
  report (evaluations, ranks, common.json);
  return ES_EXIT_DONE;
}

const EsCommand es_command_truncate = {
    .name = "truncate",
    .arguments = "RUN",
    .summary = "Accuracy of a network when few components of each class are kept",
    .run = run_truncate,
    .takes_network = TRUE,
};
