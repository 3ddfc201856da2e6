/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-trainer.h"

#include "es-adamw.h"
#include "es-augment.h"
#include "es-blas.h"
#include "es-evaluate.h"
#include "es-loss.h"
#include "es-memory.h"
#include "es-network.h"
#include "es-parallel.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

/* Parameters per slice of an update: whole cache lines, so that threads share none. */
#define UPDATE_GRAIN 64

/* What one thread works with, and what its rows of the batch gave. */
typedef struct
{
  EsActivations *act;
  float *scratch;  /* (P) */
  float *dparams;  /* (n_params), zero between steps */
  guint16 *labels; /* (max_rows) */
  float *targets;  /* (max_rows, C), or NULL for labels */
  double loss;     /* summed over the rows */
  gsize n_correct;
} Shard;

/* All that an epoch changes: kept so that a failed epoch can be taken back. */
typedef struct
{
  float *params;
  float *moment1;
  float *moment2;
  guint64 steps;
  EsEpochPart part;
} Weights;

struct _EsTrainer
{
  EsTrainConfig config;
  EsDataset *dataset;
  char *checksum; /* of the dataset */
  EsModel *model;
  gsize n_params;
  float *moment1; /* (n_params) */
  float *moment2; /* (n_params) */
  guint64 steps;
  EsEpochPart part; /* of the epoch that is under way */
  Weights saved;    /* as after the last finished epoch, or as resumed */
  GArray *history;  /* of EsEpoch */
  GArray *changes;  /* of EsRateChange */
  GArray *planned;  /* the same, still to be made */
  guint32 *order;   /* (training images) of the epoch */
  guint n_shards;
  Shard *shards;
  float **dparams; /* (n_shards) */
};

/* One step, as the threads see it. */
typedef struct
{
  EsTrainer *trainer;
  EsAugment augment;
  EsAdamW adamw;
  guint32 epoch;
  gsize first; /* place of the batch in the epoch */
} Step;

static gboolean
shard_init (Shard *shard,
            const EsModelConfig *model,
            gsize rows,
            gsize n_params,
            gboolean has_targets,
            GError **error)
{
  gsize max_rows = es_activations_rows (model, rows);

  shard->act = es_activations_new (model, max_rows, TRUE, error);
  if (shard->act == NULL)
    return FALSE;
  shard->scratch = g_new (float, es_model_config_inputs (model));
  shard->labels = g_new (guint16, max_rows);
  if (has_targets)
    shard->targets = g_new (float, max_rows * model->outputs);
  shard->dparams = g_try_malloc0_n (n_params, sizeof (float));
  return TRUE;
}

static void
shard_clear (Shard *shard)
{
  es_activations_free (shard->act);
  g_free (shard->scratch);
  g_free (shard->labels);
  g_free (shard->targets);
  g_free (shard->dparams);
}

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory to train this network");
  return FALSE;
}

/* Parts that a batch is cut into, whatever the number of threads that compute them. */
static guint
count_shards (const EsTrainConfig *config)
{
  guint threads = config->threads > 0 ? config->threads : es_parallel_get_threads ();

  return MIN (threads, config->batch);
}

/* Whether the machine can hold weights, moments, their copies and gradients now. */
static gboolean
check_memory (const EsModelConfig *model, const EsTrainConfig *config, GError **error)
{
  double arrays = 6.0 + count_shards (config);

  return arrays * es_model_config_n_params (model) * sizeof (float) <
             (double)es_memory_available () ||
         no_memory (error);
}

static gboolean
allocate (EsTrainer *self, GError **error)
{
  const EsModelConfig *model = es_model_get_config (self->model);
  gsize n = self->n_params = es_model_n_params (self->model);

  self->n_shards = count_shards (&self->config);
  self->moment1 = g_try_malloc0_n (n, sizeof (float));
  self->moment2 = g_try_malloc0_n (n, sizeof (float));
  self->saved.params = g_try_malloc_n (n, sizeof (float));
  self->saved.moment1 = g_try_malloc_n (n, sizeof (float));
  self->saved.moment2 = g_try_malloc_n (n, sizeof (float));
  self->order = g_try_malloc_n (self->dataset->train.N, sizeof (guint32));
  if (!self->moment1 || !self->moment2 || !self->saved.params || !self->saved.moment1 ||
      !self->saved.moment2 || !self->order)
    return no_memory (error);
  self->shards = g_new0 (Shard, self->n_shards);
  self->dparams = g_new0 (float *, self->n_shards);
  for (guint i = 0; i < self->n_shards; i++) {
    gsize rows = self->config.batch / self->n_shards + 1;

    if (!shard_init (&self->shards[i], model, rows, n,
                     self->dataset->train.targets != NULL, error))
      return FALSE;
    self->dparams[i] = self->shards[i].dparams;
    if (self->dparams[i] == NULL)
      return no_memory (error);
  }
  return TRUE;
}

static void
save_weights (EsTrainer *self)
{
  gsize size = self->n_params * sizeof (float);

  memcpy (self->saved.params, es_model_get_params (self->model), size);
  memcpy (self->saved.moment1, self->moment1, size);
  memcpy (self->saved.moment2, self->moment2, size);
  self->saved.steps = self->steps;
  self->saved.part = self->part;
}

static void
restore_weights (EsTrainer *self)
{
  gsize size = self->n_params * sizeof (float);

  memcpy (es_model_params (self->model), self->saved.params, size);
  memcpy (self->moment1, self->saved.moment1, size);
  memcpy (self->moment2, self->saved.moment2, size);
  self->steps = self->saved.steps;
  self->part = self->saved.part;
}

static gboolean
check_fit (const EsTrainConfig *config,
           const EsModel *model,
           const EsDataset *dataset,
           GError **error)
{
  if (!es_train_config_check (config, error) ||
      !es_evaluate_check (model, dataset, error))
    return FALSE;
  if (config->batch <= dataset->train.N || es_dataset_is_fresh (dataset))
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The batch size is %u, but the dataset %s has only %" G_GSIZE_FORMAT
               " training images",
               config->batch, dataset->name, dataset->train.N);
  return FALSE;
}

/* Takes @model. */
static EsTrainer *
trainer_new (EsModel *model,
             const EsTrainConfig *config,
             EsDataset *dataset,
             GError **error)
{
  g_autoptr (EsTrainer) self = g_new0 (EsTrainer, 1);

  self->model = model;
  self->config = *config;
  if (config->threads == 0)
    self->config.threads = es_parallel_get_threads ();
  self->dataset = es_dataset_ref (dataset);
  self->history = g_array_new (FALSE, FALSE, sizeof (EsEpoch));
  self->changes = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
  self->planned = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
  if (!check_fit (config, model, dataset, error) || !allocate (self, error))
    return NULL;
  self->checksum = es_dataset_checksum (dataset);
  return g_steal_pointer (&self);
}

EsTrainer *
es_trainer_new (const EsModelConfig *model_config,
                const EsTrainConfig *config,
                EsDataset *dataset,
                GError **error)
{
  EsModel *model;
  EsTrainer *self;

  if (!es_model_config_check (model_config, error) ||
      !check_memory (model_config, config, error))
    return NULL;
  model = es_model_new (model_config, error);
  if (model == NULL)
    return NULL;
  self = trainer_new (model, config, dataset, error);
  if (self == NULL)
    return NULL;
  es_model_init (self->model, config->seed);
  save_weights (self);
  return self;
}

static gsize
count_batches (const EsTrainer *self)
{
  return es_dataset_is_fresh (self->dataset)
             ? 1
             : self->dataset->train.N / self->config.batch;
}

/* How far the training is, in epochs. */
static double
position (const EsTrainer *self)
{
  return self->history->len + (double)self->part.batches / (double)count_batches (self);
}

/* Takes over the part of an epoch that @run has, if the rest of it would be the same.
 */
static void
resume_part (EsTrainer *self, const EsRun *run)
{
  if (run->train.batch == self->config.batch && run->train.seed == self->config.seed &&
      run->part.batches <= count_batches (self))
    self->part = run->part;
}

EsTrainer *
es_trainer_resume (const EsRun *run,
                   const EsTrainConfig *config,
                   EsDataset *dataset,
                   GError **error)
{
  EsTrainConfig own;
  EsTrainer *self;
  gsize size;

  own = config != NULL ? *config : run->train;
  if (own.threads == 0)
    own.threads = run->train.threads;
  config = &own;
  if (!check_memory (es_model_get_config (run->model), config, error))
    return NULL;
  self = trainer_new (es_model_copy (run->model), config, dataset, error);
  if (self == NULL)
    return NULL;
  size = self->n_params * sizeof (float);
  g_array_append_vals (self->history, run->history->data, run->history->len);
  g_array_append_vals (self->changes, run->changes->data, run->changes->len);
  if (run->moment1 != NULL && run->moment2 != NULL) {
    memcpy (self->moment1, run->moment1, size);
    memcpy (self->moment2, run->moment2, size);
    self->steps = run->steps;
    resume_part (self, run);
  }
  save_weights (self);
  if (run->has_recipe && position (self) > 0)
    es_rate_changes_add (self->changes, position (self), &run->train, config);
  return self;
}

void
es_trainer_free (EsTrainer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->shards != NULL && i < self->n_shards; i++)
    shard_clear (&self->shards[i]);
  g_free (self->shards);
  g_free (self->dparams);
  es_model_unref (self->model);
  es_dataset_unref (self->dataset);
  g_free (self->checksum);
  g_free (self->moment1);
  g_free (self->moment2);
  g_free (self->saved.params);
  g_free (self->saved.moment1);
  g_free (self->saved.moment2);
  g_array_unref (self->history);
  g_array_unref (self->changes);
  g_array_unref (self->planned);
  g_free (self->order);
  g_free (self);
}

/* Row @n of @shard: the input and what is wanted of it, of number @position in the
   epoch. */
static void
fill_row (const Step *step, Shard *shard, gsize n, guint32 position)
{
  const EsTrainer *self = step->trainer;
  const EsSamples *train = &self->dataset->train;
  const EsModelConfig *config = es_model_get_config (self->model);
  gsize P = es_model_config_inputs (config), C = config->outputs;
  float *x_n = shard->act->x + n * P;
  guint32 sample;

  if (es_dataset_is_fresh (self->dataset)) {
    es_task_draw (self->dataset->task, x_n, shard->targets + n * C, self->config.seed,
                  step->epoch, position);
    return;
  }
  sample = self->order[position];
  es_augment_apply (&step->augment, x_n, shard->scratch, train->pixels + sample * P,
                    step->epoch, position);
  shard->labels[n] = train->labels[sample];
  if (shard->targets != NULL)
    memcpy (shard->targets + n * C, train->targets + sample * C, C * sizeof (float));
}

/* The loss of the rows that @shard has run forward, and its derivative. */
static double
find_loss (const EsTrainer *self, Shard *shard, gsize rows)
{
  gsize C = es_model_get_config (self->model)->outputs;
  float scale = 1.0f / (float)self->config.batch;

  return shard->targets != NULL
             ? es_squared_error (shard->act->dlogits, &shard->n_correct,
                                 shard->act->logits, shard->targets, rows, C, scale)
             : es_cross_entropy (shard->act->dlogits, &shard->n_correct,
                                 shard->act->logits, shard->labels, rows, C, scale);
}

/* Forward and backward over one shard's rows of the batch. */
static void
gradient_part (guint part, guint n_parts, gpointer data)
{
  Step *step = data;
  EsTrainer *self = step->trainer;
  Shard *shard = &self->shards[part];
  gsize first, end;

  shard->loss = 0;
  shard->n_correct = 0;
  es_parallel_slice (self->config.batch, 1, part, n_parts, &first, &end);
  for (gsize row = first; row < end; row += shard->act->max_rows) {
    gsize rows = MIN (shard->act->max_rows, end - row);

    for (gsize n = 0; n < rows; n++)
      fill_row (step, shard, n, (guint32)(step->first + row + n));
    es_network_forward (self->model, shard->act, rows);
    shard->loss += find_loss (self, shard, rows);
    es_network_backward (self->model, shard->act, rows, shard->dparams);
  }
}

static void
update_part (guint part, guint n_parts, gpointer data)
{
  Step *step = data;
  EsTrainer *self = step->trainer;
  const EsModelConfig *config = es_model_get_config (self->model);
  gsize first, end;

  es_parallel_slice (self->n_params, UPDATE_GRAIN, part, n_parts, &first, &end);
  /* The embedding comes first; without one the identity stays in its place. */
  if (config->units > 0)
    first = MIN (end, MAX (first, config->hidden * es_model_config_inputs (config)));
  es_adamw_update (es_model_params (self->model) + first, self->moment1 + first,
                   self->moment2 + first, self->dparams, self->n_shards, first,
                   end - first, &step->adamw);
}

/* Counts a batch and sums what the shards found, as means over the epoch's batches. */
static void
add_shards (EsTrainer *self, gsize n_batches)
{
  double share = 1.0 / ((double)n_batches * self->config.batch);

  for (guint i = 0; i < self->n_shards; i++) {
    self->part.train_loss += share * self->shards[i].loss;
    self->part.train_acc += share * (double)self->shards[i].n_correct;
  }
  self->part.batches++;
}

static gboolean
is_finite (const EsTrainer *self)
{
  for (guint i = 0; i < self->n_shards; i++)
    if (!isfinite (self->shards[i].loss))
      return FALSE;
  return TRUE;
}

/* Names the setting that most likely drove the loss away. */
static gboolean
refuse_divergence (const EsTrainer *self, GError **error)
{
  const EsTrainConfig *config = &self->config;
  const char *setting = "learning rate";
  double value = config->lr;

  if (config->lr <= 0.05 && config->lr * config->weight_decay >= 1) {
    /* A step then turns the weights' sign, and from 2 on it enlarges them. */
    setting = "weight decay";
    value = config->weight_decay;
  } else if (config->noise > 5 && config->lr <= 0.01) {
    setting = "noise";
    value = config->noise;
  }
  g_set_error (error, ES_ERROR, ES_ERROR_DIVERGED,
               "The loss is no longer finite in epoch %u. Lower the %s (now %g)%s",
               self->history->len + 1, setting, value,
               self->history->len == 0
                   ? ""
                   : ". The network as it was before this epoch is kept");
  return FALSE;
}

/* Cosine annealing per epoch, from lr to 0 (src/DESIGN.md, equation 6). */
static double
annealed_rate (const EsTrainer *self)
{
  double share = (double)self->history->len / self->config.epochs;

  return 0.5 * self->config.lr * (1 + cos (G_PI * MIN (share, 1)));
}

static void
take_step (EsTrainer *self, gsize batch)
{
  const EsModelConfig *model = es_model_get_config (self->model);
  Step step = {
      .trainer = self,
      .epoch = self->history->len,
      .first = batch * self->config.batch,
  };

  es_augment_init (&step.augment, &self->config, self->dataset->rows,
                   self->dataset->cols);
  es_parallel_run (self->n_shards, gradient_part, &step);
  self->steps++;
  step.adamw =
      (self->config.decay == ES_DECAY_COUPLED ? es_adamw_step_coupled : es_adamw_step) (
          annealed_rate (self), self->config.weight_decay, self->steps);
  es_parallel_run (MIN (self->n_shards, 1 + model->hidden / 16), update_part, &step);
}

/* Changes the rates as planned for this moment. */
static void
make_planned (EsTrainer *self)
{
  while (self->planned->len > 0) {
    const EsRateChange *change = &g_array_index (self->planned, EsRateChange, 0);
    EsTrainConfig now = self->config;

    if (change->epoch > position (self))
      return;
    es_train_config_set_rate (&now, change->rate, change->value);
    g_array_remove_index (self->planned, 0);
    es_trainer_set_rates (self, now.lr, now.weight_decay, now.noise);
  }
}

/* The epoch's batches, or those that remain; the last partial one is dropped. */
static gboolean
train_batches (EsTrainer *self, const EsProgress *progress, GError **error)
{
  gsize n_batches = count_batches (self);
  double before = self->part.seconds;
  gint64 start = g_get_monotonic_time ();
  EsRng rng;

  es_rng_init (&rng, self->config.seed, ES_RNG_SHUFFLE, self->history->len, 0);
  es_rng_shuffle (&rng, self->order, self->dataset->train.N);
  for (gsize batch = self->part.batches; batch < n_batches; batch++) {
    make_planned (self);
    take_step (self, batch);
    if (!is_finite (self))
      return refuse_divergence (self, error);
    add_shards (self, n_batches);
    self->part.seconds =
        before + (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    if (!es_progress_report (progress, (double)(batch + 1) / (double)n_batches, NULL,
                             error))
      return FALSE;
  }
  if (!es_blas_all_finite (es_model_get_params (self->model), self->n_params))
    return refuse_divergence (self, error);
  return TRUE;
}

static gboolean
finish_epoch (EsTrainer *self, GError **error)
{
  EsEpoch epoch = {.epoch = self->history->len,
                   .seconds = self->part.seconds,
                   .train_loss = self->part.train_loss,
                   .train_acc = self->part.train_acc};
  EsEvaluation evaluation;

  if (!es_evaluate (&evaluation, self->model, &self->dataset->test, NULL, error))
    return FALSE;
  if (!isfinite (evaluation.loss))
    return refuse_divergence (self, error);
  epoch.val_loss = evaluation.loss;
  epoch.val_acc = evaluation.accuracy;
  g_array_append_val (self->history, epoch);
  self->part = (EsEpochPart){0};
  save_weights (self);
  return TRUE;
}

gboolean
es_trainer_epoch (EsTrainer *self, const EsProgress *progress, GError **error)
{
  g_return_val_if_fail (!es_trainer_is_finished (self), FALSE);
  if (train_batches (self, progress, error) && finish_epoch (self, error))
    return TRUE;
  restore_weights (self);
  return FALSE;
}

gboolean
es_trainer_is_finished (const EsTrainer *self)
{
  return self->history->len >= self->config.epochs;
}

guint
es_trainer_get_epochs (const EsTrainer *self)
{
  return self->history->len;
}

const EsTrainConfig *
es_trainer_get_config (const EsTrainer *self)
{
  return &self->config;
}

const EsModel *
es_trainer_get_model (const EsTrainer *self)
{
  return self->model;
}

const EsEpoch *
es_trainer_get_last (const EsTrainer *self)
{
  guint n = self->history->len;

  return n == 0 ? NULL : &g_array_index (self->history, EsEpoch, n - 1);
}

void
es_trainer_set_rates (EsTrainer *self, double lr, double weight_decay, double noise)
{
  const EsTrainConfig before = self->config;

  self->config.lr = lr;
  self->config.weight_decay = weight_decay;
  self->config.noise = noise;
  es_rate_changes_add (self->changes, position (self), &before, &self->config);
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  const EsRateChange *p = a, *q = b;

  return (p->epoch > q->epoch) - (p->epoch < q->epoch);
}

void
es_trainer_plan_changes (EsTrainer *self, const GArray *changes)
{
  g_array_set_size (self->planned, 0);
  for (guint i = 0; i < changes->len; i++) {
    EsRateChange change = g_array_index (changes, EsRateChange, i);

    if (change.epoch >= position (self))
      g_array_append_val (self->planned, change);
  }
  /* GLib's sort keeps the order of those at one moment. */
  g_array_sort (self->planned, compare_changes);
}

/* The changes as of @epoch epochs: what was changed in an epoch that was given up holds
   from its beginning when it is trained again. */
static void
add_changes (const EsTrainer *self, EsRun *run, double epoch)
{
  for (guint i = 0; i < self->changes->len; i++) {
    EsRateChange change = g_array_index (self->changes, EsRateChange, i);

    change.epoch = MIN (change.epoch, epoch);
    g_array_append_val (run->changes, change);
  }
}

static EsRun *
dup_run (const EsTrainer *self, const Weights *weights, const char *name)
{
  g_autoptr (EsModel) model = es_model_copy (self->model);
  EsRun *run = es_run_new (name, model);
  gsize size = self->n_params * sizeof (float);

  memcpy (es_model_params (model), weights->params, size);
  run->has_recipe = TRUE;
  run->train = self->config;
  run->dataset = g_strdup (self->dataset->name);
  run->dataset_path = g_strdup (self->dataset->path);
  run->dataset_checksum = g_strdup (self->checksum);
  run->class_names = g_strdupv (self->dataset->class_names);
  run->program = g_strdup ("Eigenscope " ES_VERSION);
  run->steps = weights->steps;
  g_array_append_vals (run->history, self->history->data, self->history->len);
  add_changes (self, run,
               self->history->len +
                   (double)weights->part.batches / (double)count_batches (self));
  if (!es_trainer_is_finished (self)) {
    run->moment1 = g_memdup2 (weights->moment1, size);
    run->moment2 = g_memdup2 (weights->moment2, size);
    run->part = weights->part;
  }
  return run;
}

EsRun *
es_trainer_dup_run (const EsTrainer *self, const char *name)
{
  return dup_run (self, &self->saved, name);
}

EsRun *
es_trainer_dup_run_now (const EsTrainer *self, const char *name)
{
  const Weights now = {es_model_params (self->model), self->moment1, self->moment2,
                       self->steps, self->part};

  return dup_run (self, &now, name);
}
