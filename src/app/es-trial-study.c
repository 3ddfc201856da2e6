/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-trial-study.h"

#include "es-figure.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-table.h"
#include "es-work.h"

#include <math.h>

typedef struct
{
  EsRun *run; /* given on to the result */
  EsDataset *dataset;
  EsAttackPlan plan;
  gsize k;
  EsTelling *telling;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  es_telling_free (query->telling);
  es_run_free (query->run);
  es_dataset_unref (query->dataset);
  g_free ((double *)query->plan.strengths);
  g_free ((float *)query->plan.change);
  g_free (query);
}

void
es_trial_study_free (EsTrialStudy *study)
{
  if (study == NULL)
    return;
  es_run_free (study->run);
  es_dataset_unref (study->dataset);
  es_attack_trial_free (study->trial);
  es_plot_unref (study->plot);
  g_free (study);
}

static EsTrialStudy *
study_new (Query *query, GError **error)
{
  const EsProgress progress = es_telling_progress (query->telling);
  g_autoptr (EsTrialStudy) study = g_new0 (EsTrialStudy, 1);

  study->run = g_steal_pointer (&query->run);
  study->dataset = es_dataset_ref (query->dataset);
  study->trial = es_attack_trial_new (study->run, study->dataset, ES_SPLIT_TEST,
                                      &query->plan, query->k, NULL, &progress, error);
  if (study->trial == NULL)
    return NULL;
  study->plot = es_figure_attack (study->run, study->trial->masks, study->trial->attack,
                                  &study->dataset->test, -1, error);
  return study->plot != NULL ? g_steal_pointer (&study) : NULL;
}

static void
study_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsTrialStudy *study = study_new (data, &error);

  if (study != NULL)
    g_task_return_pointer (task, study, (GDestroyNotify)es_trial_study_free);
  else
    g_task_return_error (task, error);
}

void
es_trial_study_async (EsRun *run,
                      EsDataset *dataset,
                      const EsAttackPlan *plan,
                      gsize k,
                      EsTellingFunc progress,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new0 (Query, 1);
  gsize P = es_model_config_inputs (es_model_get_config (run->model));

  query->run = run;
  query->dataset = es_dataset_ref (dataset);
  query->plan = *plan;
  query->plan.strengths =
      g_memdup2 (plan->strengths, plan->n_strengths * sizeof *plan->strengths);
  query->plan.change = g_memdup2 (plan->change, P * sizeof *plan->change);
  query->k = k;
  query->telling = es_telling_new (progress, user_data, cancellable);
  g_task_set_source_tag (task, es_trial_study_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, study_worker);
}

EsTrialStudy *
es_trial_study_finish (GAsyncResult *result, GError **error)
{
  Query *query = g_task_get_task_data (G_TASK (result));

  es_telling_stop (query->telling);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* For people */

/* In percent, to a tenth. */
static double
percent (double share)
{
  return rint (1000 * share) / 10;
}

/* The class that most images of @label are read as instead, or -1 if all are right. */
static gint
most_wrong (const EsAttack *attack, guint label, gsize strength, double *share)
{
  gint wrong = -1;

  *share = 0;
  for (guint read = 0; read < attack->sweep->C; read++) {
    double s = es_attack_get_reads (attack, ES_ATTACK_MASKED, label, read, strength);

    if (read != label && s > *share) {
      *share = s;
      wrong = (gint)read;
    }
  }
  return wrong;
}

EsPlotTable *
es_trial_study_classes (const EsTrialStudy *study, gsize strength)
{
  static const struct
  {
    const char *name, *title;
    EsAttackInput input;
  } inputs[] = {{"clean", N_ ("Clean, %"), ES_ATTACK_CLEAN},
                {"masked", N_ ("Masked, %"), ES_ATTACK_MASKED},
                {"random", N_ ("Random, %"), ES_ATTACK_RANDOM}};
  const EsAttack *attack = study->trial->attack;
  gsize C = attack->sweep->C;
  EsPlotTable *table = es_plot_table_new (C);
  char **names = es_plot_table_add_strings (table, "class", _ ("Class"));
  double *images = es_plot_table_add_numbers (table, "images", _ ("Images"));
  char **wrongs;
  double *shares;

  for (guint c = 0; c < C; c++) {
    names[c] = es_run_dup_class_name (study->run, c);
    images[c] = attack->sweep->totals[c];
  }
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    double *accuracy =
        es_plot_table_add_numbers (table, inputs[i].name, _ (inputs[i].title));

    for (guint c = 0; c < C; c++)
      accuracy[c] = percent (es_attack_get_class (attack, inputs[i].input,
                                                  ES_ATTACK_ACCURACY, -1, c, strength));
  }
  wrongs = es_plot_table_add_strings (table, "read_as", _ ("Errors Mostly To"));
  shares = es_plot_table_add_numbers (table, "read_as_percent", _ ("Share, %"));
  for (guint c = 0; c < C; c++) {
    double share;
    gint wrong = most_wrong (attack, c, strength, &share);

    if (wrong >= 0) {
      wrongs[c] = es_run_dup_class_name (study->run, (guint)wrong);
      shares[c] = percent (share);
    }
  }
  return table;
}

/* The class that loses most, or -1 if none loses anything. */
static gint
most_fallen (const EsAttack *attack, gsize strength, double *clean, double *masked)
{
  double most = 0;
  gint fallen = -1;

  for (guint c = 0; c < attack->sweep->C; c++) {
    double before =
        es_attack_get_class (attack, ES_ATTACK_CLEAN, ES_ATTACK_ACCURACY, -1, c, 0);
    double after = es_attack_get_class (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY,
                                        -1, c, strength);

    if (before - after > most) {
      most = before - after;
      fallen = (gint)c;
      *clean = before;
      *masked = after;
    }
  }
  return fallen;
}

/* @share in percent, with its tenth, even where that is 0: "97.0". */
static char *
percent_text (double share, const char *point)
{
  const EsNumberFormat format = {.decimals = 1};

  return es_number_write (&format, percent (share), point);
}

static char *
mean_percent (const EsAttack *attack,
              EsAttackInput input,
              EsAttackQuantity quantity,
              gsize strength,
              const char *point)
{
  double mean;

  es_attack_average (attack, input, quantity, strength, &mean, NULL);
  return percent_text (mean, point);
}

char *
es_trial_study_sentence (const EsTrialStudy *study, gsize strength, const char *point)
{
  const EsAttack *attack = study->trial->attack;
  g_autofree char *s = es_number_short (attack->strengths[strength], point);
  g_autofree char *clean =
      mean_percent (attack, ES_ATTACK_CLEAN, ES_ATTACK_ACCURACY, strength, point);
  g_autofree char *masked =
      mean_percent (attack, ES_ATTACK_MASKED, ES_ATTACK_ACCURACY, strength, point);
  g_autofree char *random =
      mean_percent (attack, ES_ATTACK_RANDOM, ES_ATTACK_ACCURACY, strength, point);
  g_autofree char *taken =
      mean_percent (attack, ES_ATTACK_MASKED, ES_ATTACK_MISCLASSIFIED, strength, point);
  double before, after;
  gint fallen = most_fallen (attack, strength, &before, &after);
  g_autofree char *all = g_strdup_printf (
      _ ("Strength %s: accuracy %s %% masked, %s %% clean, %s %% random. %s %% of all "
         "images are read as the mask's class without being it."),
      s, masked, clean, random, taken);
  g_autofree char *name = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (fallen < 0)
    return g_steal_pointer (&all);
  name = es_run_dup_class_name (study->run, (guint)fallen);
  from = percent_text (before, point);
  to = percent_text (after, point);
  return g_strdup_printf (_ ("%s Class “%s” falls most, from %s %% to %s %%."), all,
                          name, from, to);
}
