/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-item.h"

#include "es-error.h"
#include "es-i18n.h"
#include "es-number.h"

/* Epochs over which the pace is averaged. */
#define PACE_EPOCHS 5

struct _EsRunItem
{
  GObject parent_instance;

  EsPlan plan;
  EsRunState state;
  char *status;
  char *path;
  EsRun *run; /* at rest only: all there is; NULL before */
  EsTrainJob *job;

  EsDataset *dataset;
  char **class_names;
  EsModel *model;
  double position;
  EsFilm *film;
  GArray *history; /* of EsEpoch */
  GArray *marks;   /* of EsRateMark */
  double seconds[PACE_EPOCHS];
  guint n_timed;
};

enum {
  PROP_0,
  PROP_NAME,
  PROP_STATE,
  PROP_STATUS,
  N_PROPS
};

enum {
  EPOCH,
  SNAPSHOT,
  FAILED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsRunItem, es_run_item, G_TYPE_OBJECT)

static void
mark_clear (gpointer data)
{
  g_free (((EsRateMark *)data)->text);
}

/* Status */

static char *
epochs_text (EsRunItem *self)
{
  const EsEpoch *last = self->history->len > 0 ? &g_array_index (self->history, EsEpoch,
                                                                 self->history->len - 1)
                                               : NULL;

  if (last == NULL)
    return g_strdup (_ ("Not trained"));
  /* Translators: how far a training is, and the test accuracy in percent. */
  return g_strdup_printf (_ ("Epoch %u of %u · %.1f %%"), self->history->len,
                          MAX (self->plan.train.epochs, self->history->len),
                          100 * last->val_acc);
}

static char *
make_status (EsRunItem *self)
{
  g_autofree char *epochs = NULL;

  switch (self->state) {
  case ES_RUN_DRAFT:
    return g_strdup (_ ("Ready to train"));
  case ES_RUN_QUEUED:
    return g_strdup (_ ("Waiting for its turn"));
  case ES_RUN_LOADING:
    return g_strdup (_ ("Loading the images…"));
  case ES_RUN_STOPPING:
    return g_strdup (_ ("Stopping…"));
  case ES_RUN_PAUSED:
    epochs = epochs_text (self);
    return g_strdup_printf (_ ("Paused · %s"), epochs);
  case ES_RUN_FINISHED:
    if (self->history->len == 0)
      return g_strdup (_ ("Opened from a file"));
    G_GNUC_FALLTHROUGH;
  default:
    return epochs_text (self);
  }
}

static void
update_status (EsRunItem *self)
{
  char *status = make_status (self);

  if (g_strcmp0 (status, self->status) == 0) {
    g_free (status);
    return;
  }
  g_free (self->status);
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

static void
set_state (EsRunItem *self, EsRunState state)
{
  gboolean changed = self->state != state;

  self->state = state;
  update_status (self);
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

static void
take_end (EsRunItem *self, EsTrainUpdate *update)
{
  gboolean complete;

  es_train_job_join (self->job);
  g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  if (update->run != NULL) {
    es_run_free (self->run);
    self->run = g_steal_pointer (&update->run);
    g_clear_pointer (&self->model, es_model_unref);
    self->model = es_model_ref (self->run->model);
    self->position = es_run_get_epochs (self->run);
    g_signal_emit (self, signals[SNAPSHOT], 0);
  }
  complete = self->history->len >= self->plan.train.epochs;
  if (self->run == NULL)
    set_state (self, ES_RUN_DRAFT);
  else
    set_state (self, complete ? ES_RUN_FINISHED : ES_RUN_STOPPED);
  if (update->error != NULL &&
      !g_error_matches (update->error, ES_ERROR, ES_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, update->error->message);
}

static void
take_progress (EsRunItem *self, EsTrainUpdate *update)
{
  if (update->dataset != NULL)
    es_run_item_set_dataset (self, update->dataset);
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
    update_status (self);
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
  if (update.ended)
    take_end (self, &update);
  else if (self->state != ES_RUN_STOPPING && self->dataset != NULL)
    set_state (self, update.waiting ? ES_RUN_PAUSED : ES_RUN_TRAINING);
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

  es_plan_clear (&self->plan);
  g_free (self->status);
  g_free (self->path);
  es_run_free (self->run);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_strfreev (self->class_names);
  g_clear_pointer (&self->model, es_model_unref);
  es_film_free (self->film);
  g_array_unref (self->history);
  g_array_unref (self->marks);
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
  g_object_class_install_properties (object_class, N_PROPS, props);
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
  self->film = es_film_new (ES_FILM_MAX_BYTES);
  self->history = g_array_new (FALSE, FALSE, sizeof (EsEpoch));
  self->marks = g_array_new (FALSE, FALSE, sizeof (EsRateMark));
  g_array_set_clear_func (self->marks, mark_clear);
}

EsRunItem *
es_run_item_new (const EsPlan *plan)
{
  EsRunItem *self = g_object_new (ES_TYPE_RUN_ITEM, NULL);

  es_plan_copy (&self->plan, plan);
  update_status (self);
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

EsRunItem *
es_run_item_new_opened (EsRun *run, const char *path)
{
  EsRunItem *self = g_object_new (ES_TYPE_RUN_ITEM, NULL);

  es_plan_init (&self->plan);
  self->plan.name = g_strdup (run->name);
  self->plan.model = *es_model_get_config (run->model);
  if (run->has_recipe)
    self->plan.train = run->train;
  if (run->dataset_path != NULL || run->dataset != NULL) {
    g_free (self->plan.data);
    self->plan.data =
        g_strdup (run->dataset_path != NULL ? run->dataset_path : run->dataset);
  }
  self->run = run;
  self->path = g_strdup (path);
  self->model = es_model_ref (run->model);
  self->position = es_run_get_epochs (run);
  self->class_names = run->class_names != NULL
                          ? g_strdupv (run->class_names)
                          : number_names (self->plan.model.outputs);
  g_array_append_vals (self->history, run->history->data, run->history->len);
  es_film_add (self->film, run->history->len, run->model);
  set_state (self, run->moment1 != NULL ? ES_RUN_STOPPED : ES_RUN_FINISHED);
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
  const EsFilm *film;
  EsRun *run;

  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  film = self->film;
  if (self->history->len == 0 && self->run == NULL)
    return NULL;
  run = es_run_new (self->plan.name,
                    es_film_get_model (film, es_film_get_length (film) - 1));
  run->has_recipe = self->run == NULL || self->run->has_recipe;
  run->train = self->plan.train;
  run->class_names = g_strdupv (self->class_names);
  g_array_append_vals (run->history, self->history->data, self->history->len);
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
  if (self->run != NULL) {
    resume = es_run_item_dup_run (self);
  } else {
    /* What an attempt that was stopped in its first epoch has left. */
    es_film_free (self->film);
    self->film = es_film_new (ES_FILM_MAX_BYTES);
    g_array_set_size (self->marks, 0);
  }
  self->job = es_train_job_new (&self->plan, self->dataset, resume);
  g_signal_connect_swapped (self->job, "updated", G_CALLBACK (updated_cb), self);
  set_state (self, ES_RUN_LOADING);
}

void
es_run_item_set_queued (EsRunItem *self, gboolean queued)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL)
    return;
  if (queued)
    set_state (self, ES_RUN_QUEUED);
  else
    set_state (self, self->run != NULL ? ES_RUN_STOPPED : ES_RUN_DRAFT);
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
  es_train_job_step (self->job);
}

void
es_run_item_stop (EsRunItem *self)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL)
    return;
  set_state (self, ES_RUN_STOPPING);
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

/* Adds "name value" to the marks if the setting has changed. */
static void
mark_change (EsRunItem *self, const char *name, double before, double after)
{
  g_autofree char *number = es_number_short (after);
  EsRateMark mark;

  if (before == after)
    return;
  mark.epoch = self->position;
  mark.text = g_strdup_printf ("%s %s", name, number);
  g_array_append_val (self->marks, mark);
}

void
es_run_item_set_rates (EsRunItem *self, const EsTrainConfig *rates)
{
  EsTrainConfig *train = &self->plan.train;

  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job == NULL ||
      (rates->lr == train->lr && rates->weight_decay == train->weight_decay &&
       rates->noise == train->noise))
    return;
  /* Translators: short names of settings, on a curve: learning rate, weight decay. */
  mark_change (self, _ ("rate"), train->lr, rates->lr);
  mark_change (self, _ ("decay"), train->weight_decay, rates->weight_decay);
  mark_change (self, _ ("noise"), train->noise, rates->noise);
  train->lr = rates->lr;
  train->weight_decay = rates->weight_decay;
  train->noise = rates->noise;
  es_train_job_set_rates (self->job, rates);
  g_signal_emit (self, signals[EPOCH], 0);
}
