/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-train-job.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-trainer.h"

/* Copies of the weights per second, at most. */
#define SNAPSHOTS_PER_SECOND 12

struct _EsTrainJob
{
  GObject parent_instance;

  GThread *thread;
  EsPlan plan;
  EsRun *resume;      /* nullable */
  EsTrainer *trainer; /* the thread's alone */
  gint64 last_snapshot;
  gint64 epoch_start; /* moved on by every pause */

  GMutex lock;
  GCond go; /* a command came */
  /* What follows is guarded by the lock. */
  gboolean paused;
  gboolean stepping;
  gboolean stop;
  gboolean has_rates;
  EsTrainConfig rates;
  EsDataset *dataset;
  EsTrainUpdate box;
  guint idle;
};

enum {
  UPDATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsTrainJob, es_train_job, G_TYPE_OBJECT)

void
es_plan_init (EsPlan *plan)
{
  *plan = (EsPlan){.model = {.hidden = ES_DIGITS_HIDDEN, .layers = 1}};
  plan->data = g_strdup (ES_DATASET_BUILTIN);
  es_train_config_init_digits (&plan->train);
  /* Long enough to be watched. */
  plan->train.epochs = 40;
}

void
es_plan_copy (EsPlan *plan, const EsPlan *from)
{
  *plan = *from;
  plan->name = g_strdup (from->name);
  plan->data = g_strdup (from->data);
}

void
es_plan_clear (EsPlan *plan)
{
  g_clear_pointer (&plan->name, g_free);
  g_clear_pointer (&plan->data, g_free);
}

void
es_trained_epoch_free (EsTrainedEpoch *epoch)
{
  es_model_unref (epoch->model);
  g_free (epoch);
}

void
es_train_update_clear (EsTrainUpdate *update)
{
  g_clear_pointer (&update->dataset, es_dataset_unref);
  g_clear_pointer (&update->initial, es_model_unref);
  g_clear_pointer (&update->epochs, g_ptr_array_unref);
  g_clear_pointer (&update->snapshot, es_model_unref);
  es_run_free (update->run);
  g_clear_error (&update->error);
  *update = (EsTrainUpdate){0};
}

/* The mailbox. The thread fills it under the lock; one idle is pending at a time. */

static gboolean
updated_idle (gpointer data)
{
  EsTrainJob *self = data;

  g_mutex_lock (&self->lock);
  self->idle = 0;
  g_mutex_unlock (&self->lock);
  g_signal_emit (self, signals[UPDATED], 0);
  return G_SOURCE_REMOVE;
}

/* Called with the lock held. */
static void
post (EsTrainJob *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_DEFAULT, updated_idle, g_object_ref (self),
                                  g_object_unref);
}

/* Called with the lock held. Waits while the training is to stand still. */
static void
wait_for_go (EsTrainJob *self)
{
  gint64 start = g_get_monotonic_time ();

  if (!self->paused || self->stepping || self->stop)
    return;
  self->box.waiting = TRUE;
  post (self);
  while (self->paused && !self->stepping && !self->stop)
    g_cond_wait (&self->go, &self->lock);
  self->box.waiting = FALSE;
  post (self);
  self->epoch_start += g_get_monotonic_time () - start;
}

/* Called with the lock held. */
static void
apply_rates (EsTrainJob *self)
{
  if (self->has_rates)
    es_trainer_set_rates (self->trainer, self->rates.lr, self->rates.weight_decay,
                          self->rates.noise);
  self->has_rates = FALSE;
}

/* Called with the lock held. Puts a copy of the weights into the mailbox if the last
   one is old enough, or if training stands still. */
static void
put_snapshot (EsTrainJob *self, double fraction)
{
  gint64 now = g_get_monotonic_time ();

  self->box.position = es_trainer_get_epochs (self->trainer) + fraction;
  if (now - self->last_snapshot < G_USEC_PER_SEC / SNAPSHOTS_PER_SECOND &&
      !(self->paused && !self->stepping))
    return;
  self->last_snapshot = now;
  g_clear_pointer (&self->box.snapshot, es_model_unref);
  self->box.snapshot = es_model_copy (es_trainer_get_model (self->trainer));
  post (self);
}

static gboolean
step_done (double fraction, const char *message, gpointer data)
{
  EsTrainJob *self = data;
  gboolean going;

  g_mutex_lock (&self->lock);
  put_snapshot (self, fraction);
  wait_for_go (self);
  apply_rates (self);
  going = !self->stop;
  g_mutex_unlock (&self->lock);
  return going;
}

static gboolean
load_progress (double fraction, const char *message, gpointer data)
{
  EsTrainJob *self = data;
  gboolean going;

  g_mutex_lock (&self->lock);
  going = !self->stop;
  g_mutex_unlock (&self->lock);
  return going;
}

static void
post_epoch (EsTrainJob *self)
{
  EsTrainedEpoch *epoch = g_new0 (EsTrainedEpoch, 1);
  gint64 now = g_get_monotonic_time ();

  epoch->numbers = *es_trainer_get_last (self->trainer);
  epoch->model = es_model_copy (es_trainer_get_model (self->trainer));
  g_mutex_lock (&self->lock);
  epoch->seconds = (double)(now - self->epoch_start) / G_USEC_PER_SEC;
  if (self->box.epochs == NULL)
    self->box.epochs =
        g_ptr_array_new_with_free_func ((GDestroyNotify)es_trained_epoch_free);
  g_ptr_array_add (self->box.epochs, epoch);
  g_clear_pointer (&self->box.snapshot, es_model_unref);
  self->box.snapshot = es_model_ref (epoch->model);
  self->box.position = es_trainer_get_epochs (self->trainer);
  self->stepping = FALSE;
  post (self);
  g_mutex_unlock (&self->lock);
}

static gboolean
load_dataset (EsTrainJob *self, GError **error)
{
  const EsProgress progress = {load_progress, self};
  EsDataset *dataset = self->dataset;

  if (dataset == NULL)
    dataset = es_dataset_load (self->plan.data, &progress, error);
  if (dataset == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  self->dataset = dataset;
  self->box.dataset = es_dataset_ref (dataset);
  post (self);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
make_trainer (EsTrainJob *self, GError **error)
{
  EsModelConfig *model = &self->plan.model;

  model->rows = self->dataset->rows;
  model->cols = self->dataset->cols;
  model->outputs = self->dataset->n_classes;
  if (self->resume != NULL)
    self->trainer =
        es_trainer_resume (self->resume, &self->plan.train, self->dataset, error);
  else
    self->trainer = es_trainer_new (model, &self->plan.train, self->dataset, error);
  g_clear_pointer (&self->resume, es_run_free);
  return self->trainer != NULL;
}

/* Whether there is another epoch to train, after waiting for the word. */
static gboolean
next_epoch (EsTrainJob *self)
{
  gboolean going;

  if (es_trainer_is_finished (self->trainer))
    return FALSE;
  g_mutex_lock (&self->lock);
  wait_for_go (self);
  apply_rates (self);
  self->epoch_start = g_get_monotonic_time ();
  going = !self->stop;
  g_mutex_unlock (&self->lock);
  return going;
}

static void
train (EsTrainJob *self, GError **error)
{
  const EsProgress progress = {step_done, self};

  if (!load_dataset (self, error) || !make_trainer (self, error))
    return;
  g_mutex_lock (&self->lock);
  put_snapshot (self, 0);
  if (es_trainer_get_epochs (self->trainer) == 0)
    self->box.initial = es_model_ref (self->box.snapshot);
  g_mutex_unlock (&self->lock);
  while (next_epoch (self)) {
    if (!es_trainer_epoch (self->trainer, &progress, error))
      return;
    post_epoch (self);
  }
}

static gpointer
train_worker (gpointer data)
{
  EsTrainJob *self = data;
  GError *error = NULL;
  EsRun *run = NULL;

  train (self, &error);
  if (self->trainer != NULL && es_trainer_get_epochs (self->trainer) > 0)
    run = es_trainer_dup_run (self->trainer, self->plan.name);
  g_clear_pointer (&self->trainer, es_trainer_free);
  g_mutex_lock (&self->lock);
  self->box.ended = TRUE;
  self->box.run = run;
  self->box.error = error;
  post (self);
  g_mutex_unlock (&self->lock);
  g_object_unref (self);
  return NULL;
}

static void
es_train_job_finalize (GObject *object)
{
  EsTrainJob *self = ES_TRAIN_JOB (object);

  if (self->thread != NULL)
    g_thread_unref (self->thread);
  es_train_update_clear (&self->box);
  es_plan_clear (&self->plan);
  es_run_free (self->resume);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->go);
  G_OBJECT_CLASS (es_train_job_parent_class)->finalize (object);
}

static void
es_train_job_class_init (EsTrainJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_train_job_finalize;
  signals[UPDATED] = g_signal_new ("updated", ES_TYPE_TRAIN_JOB, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_train_job_init (EsTrainJob *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->go);
}

EsTrainJob *
es_train_job_new (const EsPlan *plan, EsDataset *dataset, EsRun *resume)
{
  EsTrainJob *self = g_object_new (ES_TYPE_TRAIN_JOB, NULL);

  es_plan_copy (&self->plan, plan);
  self->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  self->resume = resume;
  self->thread = g_thread_new ("es-train", train_worker, g_object_ref (self));
  return self;
}

/* Sets the commands under the lock and wakes the thread. */
static void
command (EsTrainJob *self, gboolean paused, gboolean stepping)
{
  g_mutex_lock (&self->lock);
  self->paused = paused;
  self->stepping = stepping;
  g_cond_signal (&self->go);
  g_mutex_unlock (&self->lock);
}

void
es_train_job_pause (EsTrainJob *self)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  command (self, TRUE, FALSE);
}

void
es_train_job_resume (EsTrainJob *self)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  command (self, FALSE, FALSE);
}

void
es_train_job_step (EsTrainJob *self)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  command (self, TRUE, TRUE);
}

void
es_train_job_stop (EsTrainJob *self)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_signal (&self->go);
  g_mutex_unlock (&self->lock);
}

void
es_train_job_join (EsTrainJob *self)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

void
es_train_job_set_rates (EsTrainJob *self, const EsTrainConfig *rates)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  g_mutex_lock (&self->lock);
  self->rates = *rates;
  self->has_rates = TRUE;
  g_mutex_unlock (&self->lock);
}

void
es_train_job_take (EsTrainJob *self, EsTrainUpdate *update)
{
  g_return_if_fail (ES_IS_TRAIN_JOB (self));
  g_mutex_lock (&self->lock);
  *update = self->box;
  self->box = (EsTrainUpdate){.position = update->position, .waiting = update->waiting};
  g_mutex_unlock (&self->lock);
}
