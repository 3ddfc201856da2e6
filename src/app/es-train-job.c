/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-train-job.h"

#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-run-keeper.h"
#include "es-trainer.h"
#include "es-work.h"

/* Looks at the training per second, at most: enough for pictures that seem to flow, and
   each costs the training time. */
#define LOOKS_PER_SECOND 11

struct _EsTrainJob
{
  GObject parent_instance;

  GThread *thread;
  EsPlan plan;
  EsRun *resume;       /* nullable */
  EsLibrary *library;  /* nullable */
  char *id;            /* nullable: a new run */
  EsTrainer *trainer;  /* the thread's alone */
  EsRunKeeper *keeper; /* the thread's alone; nullable */
  gint64 keeper_tried; /* when it was tried to be made */
  gboolean in_trouble; /* the last save failed, and that has been said */
  gint64 last_look;
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
  g_free (update->id);
  g_free (update->trouble);
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

/* Called with the lock held. */
static gboolean
is_standing (const EsTrainJob *self)
{
  return self->paused && !self->stepping && !self->stop;
}

/* Says once that what there is cannot be kept (@problem), or that it can again (NULL).
 */
static void
post_trouble (EsTrainJob *self, const char *problem)
{
  if ((problem != NULL) == self->in_trouble)
    return;
  self->in_trouble = problem != NULL;
  g_mutex_lock (&self->lock);
  g_free (self->box.trouble);
  self->box.trouble = g_strdup (problem);
  self->box.kept = problem == NULL;
  post (self);
  g_mutex_unlock (&self->lock);
}

/* Makes the keeper. FALSE if somebody else is training the run. @run is what there is
   of one that goes on. */
static gboolean
make_keeper (EsTrainJob *self, const EsRun *run, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->keeper_tried = g_get_monotonic_time ();
  self->keeper =
      es_run_keeper_new (self->library, self->plan.name, self->id, run, &problem);
  if (self->keeper != NULL) {
    g_mutex_lock (&self->lock);
    self->box.id = g_strdup (es_run_keeper_get_id (self->keeper));
    g_mutex_unlock (&self->lock);
    return TRUE;
  }
  if (g_error_matches (problem, ES_IO_ERROR, ES_IO_ERROR_BUSY)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  post_trouble (self, problem->message);
  return TRUE;
}

/* Whether it is time to save. */
static gboolean
is_save_due (EsTrainJob *self)
{
  if (self->keeper != NULL)
    return es_run_keeper_is_due (self->keeper);
  return self->library != NULL && g_get_monotonic_time () - self->keeper_tried >=
                                      ES_RUN_KEEPER_SECONDS * G_USEC_PER_SEC;
}

/* Hands what there is to the keeper, which may only now come to be: the library could
   not be written. */
static void
keep_now (EsTrainJob *self)
{
  g_autoptr (EsRun) run = es_trainer_dup_run_now (self->trainer, self->plan.name);

  if (self->keeper == NULL &&
      (self->library == NULL || !make_keeper (self, run, NULL) || self->keeper == NULL))
    return;
  es_run_keeper_save (self->keeper, g_steal_pointer (&run));
}

/* Hears from the keeper how it went. */
static void
watch_keeper (EsTrainJob *self)
{
  g_autofree char *problem = NULL;

  if (self->keeper == NULL)
    return;
  problem = es_run_keeper_dup_problem (self->keeper);
  post_trouble (self, problem);
}

/* Saves what there is, and waits for it. */
static void
keep_and_wait (EsTrainJob *self)
{
  keep_now (self);
  if (self->keeper != NULL && !es_run_keeper_wait (self->keeper, NULL))
    g_debug ("%s is not kept", self->plan.name);
  watch_keeper (self);
}

/* Called with the lock held. Waits for a command; what could not be kept is tried again
   meanwhile. */
static void
wait_for_command (EsTrainJob *self)
{
  gint64 end = g_get_monotonic_time () + ES_RUN_KEEPER_SECONDS * G_USEC_PER_SEC;

  if (!self->in_trouble) {
    g_cond_wait (&self->go, &self->lock);
  } else if (!g_cond_wait_until (&self->go, &self->lock, end)) {
    g_mutex_unlock (&self->lock);
    keep_and_wait (self);
    g_mutex_lock (&self->lock);
  }
}

/* Called with the lock held. Waits while the training is to stand still; what there is
   then is saved first. */
static void
wait_for_go (EsTrainJob *self)
{
  gint64 start = g_get_monotonic_time ();

  if (!is_standing (self))
    return;
  g_mutex_unlock (&self->lock);
  keep_and_wait (self);
  g_mutex_lock (&self->lock);
  if (!is_standing (self))
    return;
  self->box.waiting = TRUE;
  post (self);
  while (is_standing (self))
    wait_for_command (self);
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

/* Whether it is time to look at the training again, or it stands still. Looks that come
   late, because steps are long, are made up for. */
static gboolean
is_look_due (EsTrainJob *self)
{
  const gint64 interval = G_USEC_PER_SEC / LOOKS_PER_SECOND;
  gint64 now = g_get_monotonic_time (), since = now - self->last_look;

  if (since < interval && !(self->paused && !self->stepping))
    return FALSE;
  self->last_look = since < 2 * interval ? self->last_look + interval : now;
  return TRUE;
}

/* Called with the lock held. Puts a copy of the weights into the mailbox if a look is
   due, and has it emptied, with the epochs that have come since. */
static void
put_snapshot (EsTrainJob *self, double fraction)
{
  self->box.position = es_trainer_get_epochs (self->trainer) + fraction;
  if (!is_look_due (self))
    return;
  g_clear_pointer (&self->box.snapshot, es_model_unref);
  self->box.snapshot = es_model_copy (es_trainer_get_model (self->trainer));
  post (self);
}

static gboolean
step_done (double fraction, const char *message, gpointer data)
{
  EsTrainJob *self = data;
  gboolean going;

  watch_keeper (self);
  if (is_save_due (self))
    keep_now (self);
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
  if (self->keeper != NULL)
    es_run_keeper_add_frame (self->keeper, epoch->numbers.epoch + 1, epoch->model);
  g_mutex_lock (&self->lock);
  epoch->seconds = (double)(now - self->epoch_start) / G_USEC_PER_SEC;
  if (self->box.epochs == NULL)
    self->box.epochs =
        g_ptr_array_new_with_free_func ((GDestroyNotify)es_trained_epoch_free);
  g_ptr_array_add (self->box.epochs, epoch);
  g_clear_pointer (&self->box.snapshot, es_model_unref);
  self->box.snapshot = es_model_ref (epoch->model);
  self->box.position = es_trainer_get_epochs (self->trainer);
  /* Where epochs are short many wait for one look; a step has its own. */
  if (is_look_due (self) || self->stepping)
    post (self);
  self->stepping = FALSE;
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
  if (model->units > 0)
    es_model_config_set_units (model, model->units);
  if (self->resume != NULL)
    self->trainer =
        es_trainer_resume (self->resume, &self->plan.train, self->dataset, error);
  else
    self->trainer = es_trainer_new (model, &self->plan.train, self->dataset, error);
  return self->trainer != NULL;
}

/* The first save and the first frame. */
static void
start_keeping (EsTrainJob *self)
{
  g_autoptr (EsModel) model = NULL;

  keep_now (self);
  if (self->keeper == NULL || es_trainer_get_epochs (self->trainer) > 0)
    return;
  model = es_model_copy (es_trainer_get_model (self->trainer));
  es_run_keeper_add_frame (self->keeper, 0, model);
}

/* The last save; nothing of a new run that has not come through its first epoch. */
static void
end_keeping (EsTrainJob *self)
{
  if (self->keeper == NULL)
    return;
  if (self->trainer != NULL && es_trainer_get_epochs (self->trainer) > 0) {
    es_run_keeper_save (self->keeper,
                        es_trainer_dup_run (self->trainer, self->plan.name));
    if (!es_run_keeper_wait (self->keeper, NULL))
      g_debug ("%s is not kept", self->plan.name);
    watch_keeper (self);
    es_run_keeper_free (self->keeper);
  } else if (self->id == NULL) {
    es_run_keeper_discard (self->keeper);
  } else {
    es_run_keeper_free (self->keeper);
  }
  self->keeper = NULL;
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

  /* A run that somebody else is training is left alone; any other problem with the
     library is no reason not to train. */
  if ((self->library != NULL && !make_keeper (self, self->resume, error)) ||
      !load_dataset (self, error) || !make_trainer (self, error))
    return;
  g_clear_pointer (&self->resume, es_run_free);
  g_mutex_lock (&self->lock);
  put_snapshot (self, 0);
  if (es_trainer_get_epochs (self->trainer) == 0)
    self->box.initial = es_model_ref (self->box.snapshot);
  g_mutex_unlock (&self->lock);
  start_keeping (self);
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

  es_work_stand_back ();
  train (self, &error);
  if (self->trainer != NULL && es_trainer_get_epochs (self->trainer) > 0)
    run = es_trainer_dup_run (self->trainer, self->plan.name);
  end_keeping (self);
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
  es_library_unref (self->library);
  g_free (self->id);
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
es_train_job_new (const EsPlan *plan,
                  EsDataset *dataset,
                  EsRun *resume,
                  EsLibrary *library,
                  const char *id)
{
  EsTrainJob *self = g_object_new (ES_TYPE_TRAIN_JOB, NULL);

  es_plan_copy (&self->plan, plan);
  self->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  self->resume = resume;
  self->library = library != NULL ? es_library_ref (library) : NULL;
  self->id = g_strdup (id);
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
