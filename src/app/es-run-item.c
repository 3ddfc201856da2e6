/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-item-private.h"

#include "es-datasets.h"
#include "es-error.h"
#include "es-memory.h"
#include "es-parallel.h"
#include "es-run-status.h"
#include "es-work.h"

#include <string.h>

enum {
  PROP_0,
  PROP_NAME,
  PROP_STATE,
  PROP_STATUS,
  PROP_TROUBLE,
  N_PROPS
};

enum {
  DESCRIBED,
  EPOCH,
  SNAPSHOT,
  FAILED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsRunItem, es_run_item, G_TYPE_OBJECT)

/* Status */

void
es_run_item_update_status (EsRunItem *self)
{
  char *status = es_run_status_make (self);

  if (g_strcmp0 (status, self->status) == 0) {
    g_free (status);
    return;
  }
  g_free (self->status);
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

void
es_run_item_set_state (EsRunItem *self, EsRunState state)
{
  gboolean changed = self->state != state;

  self->state = state;
  es_run_item_update_status (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/* What the training brings */

static void
take_epochs (EsRunItem *self, const GPtrArray *epochs)
{
  for (guint i = 0; i < epochs->len; i++) {
    const EsTrainedEpoch *epoch = epochs->pdata[i];

    g_array_append_val (self->history, epoch->numbers);
    es_film_add (self->film, epoch->numbers.epoch + 1, epoch->model);
    self->seconds[self->n_timed++ % PACE_EPOCHS] = epoch->seconds;
  }
}

/* As the training itself has it. */
static void
take_marks (EsRunItem *self, const EsRun *run)
{
  g_array_set_size (self->marks, 0);
  g_array_append_vals (self->marks, run->changes->data, run->changes->len);
}

static void
trim_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  es_memory_give_back ();
  g_task_return_boolean (task, TRUE);
}

/* Weights that come and go would let a long session grow, and a training leaves what it
   worked with. */
static void
return_memory (void)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, return_memory);
  es_work_start (task, trim_worker);
}

static void
take_end (EsRunItem *self, EsTrainUpdate *update)
{
  gboolean complete;

  es_train_job_join (self->job);
  g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  return_memory ();
  self->at_rest = g_get_monotonic_time ();
  self->entry->changed = 0;
  self->kept = es_run_item_is_on_disk (self);
  if (!self->kept)
    g_clear_pointer (&self->id, g_free);
  if (update->run != NULL) {
    es_run_free (self->run);
    self->run = g_steal_pointer (&update->run);
    g_clear_pointer (&self->model, es_model_unref);
    self->model = es_model_ref (self->run->model);
    self->position = es_run_get_epochs (self->run);
    take_marks (self, self->run);
    g_signal_emit (self, signals[SNAPSHOT], 0);
  }
  complete = self->history->len >= self->plan.train.epochs;
  if (self->run == NULL) {
    /* What was kept of it is gone too. */
    g_clear_pointer (&self->id, g_free);
    es_run_item_set_trouble (self, NULL);
    es_run_item_set_state (self, ES_RUN_DRAFT);
  } else {
    es_run_item_set_state (self, complete ? ES_RUN_FINISHED : ES_RUN_STOPPED);
  }
  if (update->error != NULL &&
      !g_error_matches (update->error, ES_ERROR, ES_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, update->error->message);
}

static void
take_progress (EsRunItem *self, EsTrainUpdate *update)
{
  if (update->id != NULL) {
    g_free (self->id);
    self->id = g_steal_pointer (&update->id);
  }
  if (update->dataset != NULL) {
    es_run_item_set_dataset (self, update->dataset);
    es_datasets_keep (self->plan.data, update->dataset);
  }
  if (update->initial != NULL && es_film_get_length (self->film) == 0)
    es_film_add (self->film, 0, update->initial);
  if (update->epochs != NULL)
    take_epochs (self, update->epochs);
  if (update->snapshot != NULL) {
    g_clear_pointer (&self->model, es_model_unref);
    self->model = g_steal_pointer (&update->snapshot);
    self->position = update->position;
    g_signal_emit (self, signals[SNAPSHOT], 0);
  }
  if (update->epochs != NULL) {
    g_clear_pointer (&self->path, g_free);
    es_run_item_update_status (self);
    g_signal_emit (self, signals[EPOCH], 0);
  }
}

static void
updated_cb (EsRunItem *self)
{
  g_auto (EsTrainUpdate) update = {0};

  g_object_ref (self);
  es_train_job_take (self->job, &update);
  take_progress (self, &update);
  if (update.trouble != NULL || update.kept)
    es_run_item_set_trouble (self, update.trouble);
  if (update.ended)
    take_end (self, &update);
  else if (self->state != ES_RUN_STOPPING && self->dataset != NULL)
    es_run_item_set_state (self, update.waiting ? ES_RUN_PAUSED : ES_RUN_TRAINING);
  g_object_unref (self);
}

/* Life */

static void
es_run_item_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  EsRunItem *self = ES_RUN_ITEM (object);

  switch (prop_id) {
  case PROP_NAME:
    g_value_set_string (value, self->plan.name);
    break;
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_STATUS:
    g_value_set_string (value, self->status);
    break;
  case PROP_TROUBLE:
    g_value_set_string (value, self->trouble);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_run_item_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    es_run_item_set_name (ES_RUN_ITEM (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_run_item_dispose (GObject *object)
{
  EsRunItem *self = ES_RUN_ITEM (object);

  if (self->job != NULL) {
    g_signal_handlers_disconnect_by_data (self->job, self);
    es_train_job_stop (self->job);
    es_train_job_join (self->job);
    g_clear_object (&self->job);
  }
  G_OBJECT_CLASS (es_run_item_parent_class)->dispose (object);
}

static void
es_run_item_finalize (GObject *object)
{
  EsRunItem *self = ES_RUN_ITEM (object);
  gboolean large = self->run != NULL;

  es_plan_clear (&self->plan);
  g_free (self->status);
  g_free (self->path);
  es_origin_free (self->origin);
  es_library_unref (self->library);
  g_free (self->id);
  es_run_entry_free (self->entry);
  g_free (self->trouble);
  es_run_free (self->run);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_strfreev (self->class_names);
  g_clear_pointer (&self->model, es_model_unref);
  es_film_free (self->film);
  g_array_unref (self->history);
  g_array_unref (self->marks);
  if (large)
    return_memory ();
  G_OBJECT_CLASS (es_run_item_parent_class)->finalize (object);
}

static void
es_run_item_class_init (EsRunItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = es_run_item_get_property;
  object_class->set_property = es_run_item_set_property;
  object_class->dispose = es_run_item_dispose;
  object_class->finalize = es_run_item_finalize;
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, ES_RUN_FINISHED,
                                        ES_RUN_DRAFT, readable);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, readable);
  props[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[DESCRIBED] = g_signal_new ("described", ES_TYPE_RUN_ITEM, G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EPOCH] = g_signal_new ("epoch", ES_TYPE_RUN_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[SNAPSHOT] = g_signal_new ("snapshot", ES_TYPE_RUN_ITEM, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", ES_TYPE_RUN_ITEM, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
es_run_item_init (EsRunItem *self)
{
  self->entry = es_run_entry_new ();
  self->entry->created = g_get_real_time ();
  self->film = es_film_new (ES_FILM_MAX_BYTES);
  self->history = g_array_new (FALSE, FALSE, sizeof (EsEpoch));
  self->marks = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
}

EsRunItem *
es_run_item_new (const EsPlan *plan)
{
  EsRunItem *self = g_object_new (ES_TYPE_RUN_ITEM, NULL);

  es_plan_copy (&self->plan, plan);
  es_run_item_update_status (self);
  return self;
}

static char **
number_names (guint C)
{
  char **names = g_new0 (char *, C + 1);

  for (guint c = 0; c < C; c++)
    names[c] = g_strdup_printf ("%u", c);
  return names;
}

void
es_run_item_take_run (EsRunItem *self, EsRun *run)
{
  self->plan.model = *es_model_get_config (run->model);
  self->plan.train = run->train;
  if (run->dataset_path != NULL || run->dataset != NULL) {
    g_free (self->plan.data);
    self->plan.data =
        g_strdup (run->dataset_path != NULL ? run->dataset_path : run->dataset);
  }
  es_run_free (self->run);
  self->run = run;
  self->stale = FALSE;
  g_clear_pointer (&self->model, es_model_unref);
  self->model = es_model_ref (run->model);
  self->position = es_run_get_epochs (run);
  g_strfreev (self->class_names);
  self->class_names = run->class_names != NULL
                          ? g_strdupv (run->class_names)
                          : number_names (self->plan.model.outputs);
  g_array_set_size (self->history, 0);
  g_array_append_vals (self->history, run->history->data, run->history->len);
  take_marks (self, run);
}

void
es_run_item_set_state_at_rest (EsRunItem *self)
{
  es_run_item_set_state (self,
                         self->run->moment1 != NULL ? ES_RUN_STOPPED : ES_RUN_FINISHED);
}

EsRunItem *
es_run_item_new_opened (EsRun *run, const char *path)
{
  EsRunItem *self = g_object_new (ES_TYPE_RUN_ITEM, NULL);

  es_plan_init (&self->plan);
  self->plan.name = g_strdup (run->name);
  self->path = g_strdup (path);
  es_run_item_take_run (self, run);
  es_film_add (self->film, run->history->len, run->model);
  es_run_item_set_state_at_rest (self);
  return self;
}

const char *
es_run_item_get_name (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->plan.name;
}

void
es_run_item_set_name (EsRunItem *self, const char *name)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (g_strcmp0 (name, self->plan.name) == 0)
    return;
  g_free (self->plan.name);
  self->plan.name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

EsRunState
es_run_item_get_state (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), ES_RUN_DRAFT);
  return self->state;
}

gboolean
es_run_item_is_active (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), FALSE);
  return self->job != NULL;
}

const char *
es_run_item_get_status (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->status;
}

const EsPlan *
es_run_item_get_plan (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return &self->plan;
}

void
es_run_item_set_plan (EsRunItem *self, const EsPlan *plan)
{
  EsPlan copy;

  g_return_if_fail (ES_IS_RUN_ITEM (self));
  es_plan_copy (&copy, plan);
  if (g_strcmp0 (plan->data, self->plan.data) != 0) {
    g_clear_pointer (&self->dataset, es_dataset_unref);
    g_clear_pointer (&self->class_names, g_strfreev);
  }
  es_plan_clear (&self->plan);
  self->plan = copy;
}

const char *
es_run_item_get_path (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->path;
}

void
es_run_item_set_path (EsRunItem *self, const char *path)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  g_free (self->path);
  self->path = g_strdup (path);
}

EsOrigin *
es_run_item_get_origin (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->origin;
}

void
es_run_item_set_origin (EsRunItem *self, EsOrigin *origin)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  es_origin_free (self->origin);
  self->origin = origin;
  es_run_item_update_status (self);
}

void
es_run_item_set_judged (EsRunItem *self,
                        const char *data,
                        EsDataset *dataset,
                        double accuracy,
                        double other)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  g_return_if_fail (self->origin != NULL);
  g_free (self->origin->data);
  self->origin->data = g_strdup (data);
  self->origin->accuracy = accuracy;
  self->origin->other = other;
  g_free (self->plan.data);
  self->plan.data = g_strdup (data);
  es_run_item_set_dataset (self, dataset);
  /* The names of its classes are nowhere but there. */
  if (dataset->n_classes == self->plan.model.outputs) {
    g_strfreev (self->class_names);
    self->class_names = g_strdupv (dataset->class_names);
  }
  es_run_item_update_status (self);
  g_signal_emit (self, signals[SNAPSHOT], 0);
  g_signal_emit (self, signals[DESCRIBED], 0);
}

EsDataset *
es_run_item_get_dataset (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->dataset;
}

void
es_run_item_set_dataset (EsRunItem *self, EsDataset *dataset)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (dataset == self->dataset)
    return;
  g_clear_pointer (&self->dataset, es_dataset_unref);
  self->dataset = es_dataset_ref (dataset);
  if (self->run == NULL || self->run->class_names != NULL) {
    g_strfreev (self->class_names);
    self->class_names = g_strdupv (dataset->class_names);
  }
}

char **
es_run_item_get_class_names (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->class_names;
}

EsModel *
es_run_item_get_model (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->model;
}

double
es_run_item_get_position (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), 0);
  return self->position;
}

const EsFilm *
es_run_item_get_film (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->film;
}

const GArray *
es_run_item_get_history (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->history;
}

const GArray *
es_run_item_get_marks (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->marks;
}

double
es_run_item_get_pace (EsRunItem *self)
{
  guint n = MIN (self->n_timed, PACE_EPOCHS);
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += self->seconds[i];
  return n > 0 ? sum / n : 0;
}

EsRun *
es_run_item_dup_run (EsRunItem *self)
{
  EsModel *model;
  EsRun *run;

  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  if (self->history->len == 0 && self->run == NULL)
    return NULL;
  if (self->run != NULL && self->job == NULL)
    model = self->run->model;
  else
    model = es_film_get_model (self->film, es_film_get_length (self->film) - 1);
  run = es_run_new (self->plan.name, model);
  run->has_recipe = self->run == NULL || self->run->has_recipe;
  run->train = self->plan.train;
  if (self->run != NULL) {
    run->opened_path = g_strdup (self->run->opened_path);
    run->opened_parts = g_strdupv (self->run->opened_parts);
    run->residual_assumed = self->run->residual_assumed;
    es_run_copy_edited (run, self->run);
  }
  run->class_names = g_strdupv (self->class_names);
  g_array_append_vals (run->history, self->history->data, self->history->len);
  g_array_append_vals (run->changes, self->marks->data, self->marks->len);
  if (self->dataset != NULL) {
    run->dataset = g_strdup (self->dataset->name);
    run->dataset_path = g_strdup (self->dataset->path);
  } else if (self->run != NULL) {
    run->dataset = g_strdup (self->run->dataset);
    run->dataset_path = g_strdup (self->run->dataset_path);
  }
  if (self->run != NULL && self->job == NULL) {
    gsize size = es_model_n_params (run->model) * sizeof (float);

    run->dataset_checksum = g_strdup (self->run->dataset_checksum);
    run->steps = self->run->steps;
    run->part = self->run->part;
    if (self->run->moment1 != NULL) {
      run->moment1 = g_memdup2 (self->run->moment1, size);
      run->moment2 = g_memdup2 (self->run->moment2, size);
    }
  }
  return run;
}

void
es_run_item_start (EsRunItem *self)
{
  EsRun *resume = NULL;

  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL)
    return;
  if (es_run_item_is_away (self)) {
    es_run_item_set_queued (self, FALSE);
    return;
  }
  if (self->run != NULL) {
    resume = es_run_item_dup_run (self);
  } else {
    /* What an attempt that was stopped in its first epoch has left. */
    es_film_free (self->film);
    self->film = es_film_new (ES_FILM_MAX_BYTES);
    g_array_set_size (self->marks, 0);
  }
  self->entry->interrupted = FALSE;
  if (self->plan.train.threads == 0)
    self->plan.train.threads = es_parallel_get_threads ();
  /* Runs share what they are trained on. */
  self->job = es_train_job_new (
      &self->plan,
      self->dataset != NULL ? self->dataset : es_datasets_peek (self->plan.data),
      resume, self->library, self->id);
  g_signal_connect_swapped (self->job, "updated", G_CALLBACK (updated_cb), self);
  es_run_item_set_state (self, ES_RUN_LOADING);
}

void
es_run_item_set_queued (EsRunItem *self, gboolean queued)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL)
    return;
  if (queued)
    es_run_item_set_state (self, ES_RUN_QUEUED);
  else
    es_run_item_set_state (self, self->run != NULL || self->id != NULL ? ES_RUN_STOPPED
                                                                       : ES_RUN_DRAFT);
}

void
es_run_item_pause (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL)
    es_train_job_pause (self->job);
}

void
es_run_item_resume (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL)
    es_train_job_resume (self->job);
}

void
es_run_item_step (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL)
    es_run_item_start (self);
  /* It does not start while its weights are still being read. */
  if (self->job != NULL)
    es_train_job_step (self->job);
}

void
es_run_item_stop (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL)
    return;
  es_run_item_set_state (self, ES_RUN_STOPPING);
  es_train_job_stop (self->job);
}

void
es_run_item_finish (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL)
    return;
  es_run_item_stop (self);
  es_train_job_join (self->job);
  updated_cb (self);
}

void
es_run_item_set_rates (EsRunItem *self, const EsTrainConfig *rates)
{
  EsTrainConfig *train = &self->plan.train;
  const EsTrainConfig before = *train;

  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL ||
      (rates->lr == train->lr && rates->weight_decay == train->weight_decay &&
       rates->noise == train->noise))
    return;
  train->lr = rates->lr;
  train->weight_decay = rates->weight_decay;
  train->noise = rates->noise;
  es_rate_changes_add (self->marks, self->position, &before, train);
  es_train_job_set_rates (self->job, rates);
  g_signal_emit (self, signals[EPOCH], 0);
}
