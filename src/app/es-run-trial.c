/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-trial.h"

#include "es-work.h"

#define KEY "es-run-trial"

struct _EsRunTrial
{
  GObject parent_instance;

  EsTrialStudy *study;  /* NULL: none yet */
  char *command;        /* of that (nullable) */
  char *next_command;   /* of the one under way (nullable) */
  GCancellable *trying; /* NULL: none is under way */
  double fraction;
  GError *error;
};

G_DEFINE_FINAL_TYPE (EsRunTrial, es_run_trial, G_TYPE_OBJECT)

enum {
  CHANGED,
  PROGRESS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
abandon (gpointer data)
{
  es_run_trial_cancel (data);
  g_object_unref (data);
}

EsRunTrial *
es_run_trial_of (EsRunItem *run)
{
  EsRunTrial *self = g_object_get_data (G_OBJECT (run), KEY);

  if (self == NULL) {
    self = g_object_new (ES_TYPE_RUN_TRIAL, NULL);
    g_object_set_data_full (G_OBJECT (run), KEY, self, abandon);
  }
  return self;
}

/* Trying */

static void
progress_cb (double fraction, gpointer data)
{
  EsRunTrial *self = data;

  self->fraction = fraction;
  g_signal_emit (self, signals[PROGRESS], 0);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsRunTrial) self = data;
  EsTrialStudy *study;

  g_clear_error (&self->error);
  study = es_trial_study_finish (result, &self->error);
  g_clear_object (&self->trying);
  if (study != NULL) {
    es_trial_study_free (self->study);
    self->study = study;
    g_free (self->command);
    self->command = g_steal_pointer (&self->next_command);
  }
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_run_trial_start (EsRunTrial *self,
                    EsRun *run,
                    EsDataset *dataset,
                    const EsAttackPlan *plan,
                    gsize k,
                    const char *command)
{
  g_return_if_fail (ES_IS_RUN_TRIAL (self) && self->trying == NULL);
  g_free (self->next_command);
  self->next_command = g_strdup (command);
  self->trying = g_cancellable_new ();
  self->fraction = 0;
  es_trial_study_async (run, dataset, plan, k, progress_cb, self->trying, tried_cb,
                        g_object_ref (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_run_trial_cancel (EsRunTrial *self)
{
  g_return_if_fail (ES_IS_RUN_TRIAL (self));
  g_cancellable_cancel (self->trying);
}

gboolean
es_run_trial_is_busy (EsRunTrial *self)
{
  g_return_val_if_fail (ES_IS_RUN_TRIAL (self), FALSE);
  return self->trying != NULL;
}

double
es_run_trial_get_fraction (EsRunTrial *self)
{
  g_return_val_if_fail (ES_IS_RUN_TRIAL (self), 0);
  return self->fraction;
}

const EsTrialStudy *
es_run_trial_get_study (EsRunTrial *self)
{
  g_return_val_if_fail (ES_IS_RUN_TRIAL (self), NULL);
  return self->study;
}

const char *
es_run_trial_get_command (EsRunTrial *self)
{
  g_return_val_if_fail (ES_IS_RUN_TRIAL (self), NULL);
  return self->command;
}

GError *
es_run_trial_take_error (EsRunTrial *self)
{
  g_return_val_if_fail (ES_IS_RUN_TRIAL (self), NULL);
  return g_steal_pointer (&self->error);
}

/* Life */

static void
es_run_trial_finalize (GObject *object)
{
  EsRunTrial *self = ES_RUN_TRIAL (object);

  es_trial_study_free (self->study);
  g_free (self->command);
  g_free (self->next_command);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (es_run_trial_parent_class)->finalize (object);
}

static void
es_run_trial_class_init (EsRunTrialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_run_trial_finalize;
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_RUN_TRIAL, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROGRESS] = g_signal_new ("progress", ES_TYPE_RUN_TRIAL, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_run_trial_init (EsRunTrial *self)
{
}
