/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-figure.h"

#include "es-attack-trial.h"
#include "es-augment.h"
#include "es-command.h"
#include "es-figure.h"
#include "es-output.h"

#define MOST_RANK 30

static gboolean
load (EsSubject *subject,
      const EsFigureOptions *options,
      EsSplit *split,
      GError **error)
{
  return es_subject_parse_split (options->split, split, error) &&
         es_subject_load_dataset (subject, options->data, error);
}

EsPlot *
es_figure_make_explanation (EsSubject *subject,
                            const EsFigureOptions *options,
                            GError **error)
{
  gsize P = es_model_config_inputs (es_model_get_config (subject->run->model));
  g_autofree float *x = g_new (float, P);
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autoptr (EsExplanation) explanation = NULL;
  const EsSamples *samples;
  EsSplit split;

  if (options->index < 0) {
    g_set_error_literal (error, ES_USAGE_ERROR, 0,
                         "--index is missing; expected the number of an image, from 0");
    return NULL;
  }
  if (!load (subject, options, &split, error) ||
      !es_subject_load_classes (subject, options->data, error) ||
      !es_subject_check_index (subject, split, options->index, error))
    return NULL;
  samples = es_dataset_get_split (subject->dataset, split);
  es_augment_expand (x, samples->pixels + (gsize)options->index * P, P);
  spectrum = es_subject_class_spectra (subject, 0, NULL, error);
  if (spectrum == NULL)
    return NULL;
  explanation = es_explanation_new (subject->run->model, spectrum, x, error);
  if (explanation == NULL)
    return NULL;
  return es_figure_explanation (subject->run, spectrum, explanation, x,
                                samples->labels[options->index]);
}

/* 1 to 30 unless others are asked for. */
static GArray *
choose_ranks (const char *text, GError **error)
{
  GArray *ranks;

  if (text != NULL)
    return es_subject_parse_ranks (text, error);
  ranks = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (gsize k = 1; k <= MOST_RANK; k++)
    g_array_append_val (ranks, k);
  return ranks;
}

/* The accuracies (n_ranks) of one run. */
static double *
truncate_run (EsSubject *subject,
              const EsFigureOptions *options,
              const GArray *ranks,
              EsTruncationRule rule,
              const EsProgress *progress,
              GError **error)
{
  g_autofree EsEvaluation *evaluations = g_new (EsEvaluation, ranks->len);
  g_autoptr (EsSpectrum) spectrum = NULL;
  double *accuracy;
  EsSplit split;

  if (!load (subject, options, &split, error) ||
      !es_subject_load_classes (subject, options->data, error) ||
      (spectrum = es_subject_class_spectra (subject, 1, NULL, error)) == NULL ||
      !es_truncation_evaluate (evaluations, (const gsize *)(void *)ranks->data,
                               ranks->len, rule, subject->run->model, spectrum,
                               es_dataset_get_split (subject->dataset, split), progress,
                               error))
    return NULL;
  accuracy = g_new (double, ranks->len);
  for (guint r = 0; r < ranks->len; r++)
    accuracy[r] = evaluations[r].accuracy;
  return accuracy;
}

static gboolean
truncate_runs (EsTruncated *truncated,
               EsSubject *subjects,
               guint n,
               const EsFigureOptions *options,
               const GArray *ranks,
               EsTruncationRule rule,
               GError **error)
{
  EsProgressBar bar;
  gboolean done = TRUE;

  es_progress_bar_init (&bar, "Truncating");
  for (guint i = 0; done && i < n; i++) {
    es_progress_bar_set_stretch (&bar, (double)i / n, (double)(i + 1) / n);
    done = i == 0 ||
           es_subject_open (&subjects[i], options->more_runs[i - 1], NULL, error);
    truncated[i].run = subjects[i].run;
    truncated[i].accuracy =
        done ? truncate_run (&subjects[i], options, ranks, rule, &bar.progress, error)
             : NULL;
    done = truncated[i].accuracy != NULL;
  }
  es_progress_bar_clear (&bar);
  return done;
}

EsPlot *
es_figure_make_truncation (EsSubject *subject,
                           const EsFigureOptions *options,
                           GError **error)
{
  guint n = 1 + g_strv_length (options->more_runs);
  g_autofree EsSubject *subjects = g_new0 (EsSubject, n);
  g_autofree EsTruncated *truncated = g_new0 (EsTruncated, n);
  EsTruncationRule rule = ES_TRUNCATION_ABSOLUTE;
  g_autoptr (GArray) ranks = NULL;
  EsPlot *plot = NULL;

  if (options->keep != NULL && !es_truncation_rule_from_string (options->keep, &rule)) {
    g_set_error (error, ES_USAGE_ERROR, 0,
                 "--keep is %s; expected absolute, positive or negative",
                 options->keep);
    return NULL;
  }
  ranks = choose_ranks (options->ranks, error);
  if (ranks == NULL)
    return NULL;
  subjects[0] = *subject;
  if (truncate_runs (truncated, subjects, n, options, ranks, rule, error))
    plot = es_figure_truncation (truncated, n, (const gsize *)(void *)ranks->data,
                                 ranks->len, rule, options->error);
  *subject = subjects[0];
  for (guint i = 0; i < n; i++) {
    g_free ((double *)truncated[i].accuracy);
    if (i > 0)
      es_subject_clear (&subjects[i]);
  }
  return plot;
}

/* The number of the mask that was asked for, -1 for any. */
static gint
choose_example (const EsFigureOptions *options, const EsAttack *attack)
{
  if (options->component < 0 || attack->n_classes > 1)
    return -1;
  return options->component;
}

/* @strengths has room for the steps. */
static gboolean
plan_attack (EsAttackPlan *plan,
             double *strengths,
             const EsSubject *subject,
             const EsFigureOptions *options,
             GError **error)
{
  gsize c;

  es_attack_plan_init (plan);
  plan->pixels = (EsMaskOptions){options->rare, (gsize)options->strongest};
  plan->clip = options->clip;
  plan->n_components = (gsize)options->components;
  plan->strengths = strengths;
  plan->n_strengths = (gsize)options->steps;
  es_attack_fill_strengths (strengths, plan->n_strengths, options->strength);
  if (g_strcmp0 (options->control, "noise") == 0)
    plan->control = ES_CONTROL_NOISE;
  if (options->class_name != NULL) {
    if (!es_subject_find_class (subject, options->class_name, &c, error))
      return FALSE;
    plan->class_index = (gint)c;
  }
  if (options->component >= (int)plan->n_components)
    plan->n_components = (gsize)options->component + 1;
  return TRUE;
}

EsPlot *
es_figure_make_attack (EsSubject *subject,
                       const EsFigureOptions *options,
                       GError **error)
{
  g_autofree double *strengths = g_new (double, (gsize)options->steps);
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autoptr (EsAttackTrial) trial = NULL;
  EsAttackPlan plan;
  EsProgressBar bar;
  EsSplit split;

  if (!plan_attack (&plan, strengths, subject, options, error) ||
      !load (subject, options, &split, error) ||
      !es_subject_load_classes (subject, options->data, error) ||
      (spectrum = es_subject_class_spectra (subject, 1, NULL, error)) == NULL)
    return NULL;
  es_progress_bar_init (&bar, "Attacking");
  trial = es_attack_trial_new (subject->run, subject->dataset, split, &plan,
                               (gsize)options->eigenvectors, spectrum, &bar.progress,
                               error);
  es_progress_bar_clear (&bar);
  if (trial == NULL)
    return NULL;
  return es_figure_attack (subject->run, trial->masks, trial->attack,
                           es_dataset_get_split (subject->dataset, split),
                           choose_example (options, trial->attack), error);
}
