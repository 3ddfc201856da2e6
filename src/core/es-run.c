/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run.h"

#include "es-error.h"
#include "es-parallel.h"
#include "es-tame.h"

#include <math.h>
#include <string.h>

void
es_train_config_init (EsTrainConfig *config)
{
  *config = (EsTrainConfig){
      .epochs = 20,
      .batch = 2048,
      .lr = 1e-3,
      .weight_decay = 0.5,
      .noise = 0.4,
      .seed = 42,
  };
}

void
es_train_config_init_digits (EsTrainConfig *config)
{
  es_train_config_init (config);
  config->batch = 256;
  config->noise = 0.3;
  config->weight_decay = 2.5;
}

static const char *const decay_names[] = {"decoupled", "coupled"};

const char *
es_decay_to_string (EsDecay decay)
{
  return decay_names[decay];
}

gboolean
es_decay_from_string (const char *name, EsDecay *decay)
{
  for (guint i = 0; i < G_N_ELEMENTS (decay_names); i++)
    if (strcmp (decay_names[i], name) == 0) {
      *decay = (EsDecay)i;
      return TRUE;
    }
  return FALSE;
}

void
es_train_config_plan_task (EsTrainConfig *config,
                           EsModelConfig *model,
                           const EsTask *task,
                           gsize n_train)
{
  es_train_config_init (config);
  *model = (EsModelConfig){.outputs = 2, .layers = 1};
  config->epochs = 1000;
  config->noise = 0;
  switch (task->kind) {
  case ES_TASK_TOY:
    model->rows = 1;
    model->cols = task->inputs;
    model->outputs = es_task_count_pairs (task->inputs);
    es_model_config_set_units (model, 6);
    config->batch = 512;
    config->lr = 0.01;
    config->weight_decay = 0;
    break;
  case ES_TASK_MODULAR:
    model->rows = 2;
    model->cols = model->outputs = task->modulus;
    es_model_config_set_units (model, 128);
    config->batch = es_task_count_training_pairs (task);
    config->lr = 0.005;
    config->weight_decay = 1;
    break;
  case ES_TASK_CHALLENGE:
    model->hidden = 64;
    model->bias = TRUE;
    config->epochs = 60;
    /* What also small datasets have. */
    config->batch = n_train > 0 ? es_train_config_default_batch (n_train) : 256;
    config->noise = 0.1;
    config->weight_decay = 2;
    break;
  }
}

void
es_train_config_init_task (EsTrainConfig *config,
                           EsModelConfig *model,
                           const EsDataset *dataset)
{
  es_train_config_plan_task (config, model, dataset->task, dataset->train.N);
  model->rows = dataset->rows;
  model->cols = dataset->cols;
}

guint
es_train_config_default_batch (gsize n_images)
{
  return n_images < 30000 ? (guint)CLAMP (n_images, 1, 256) : 2048;
}

static gboolean
check_setting (double value, double low, double high, const char *what, GError **error)
{
  if (isfinite (value) && value >= low && value <= high)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s is %g; expected %g to %g", what,
               value, low, high);
  return FALSE;
}

gboolean
es_train_config_check (const EsTrainConfig *config, GError **error)
{
  return check_setting (config->epochs, 1, 1e6, "The number of epochs", error) &&
         check_setting (config->batch, 1, 1e6, "The batch size", error) &&
         check_setting (config->lr, 0, 100, "The learning rate", error) &&
         check_setting (config->weight_decay, 0, 1000, "The weight decay", error) &&
         check_setting (config->noise, 0, 100, "The noise", error) &&
         check_setting (config->rotate, 0, 180, "The rotation", error) &&
         check_setting (config->translate, 0, 1, "The translation", error) &&
         check_setting (config->blur, 0, 100, "The blur", error) &&
         check_setting (config->threads, 0, ES_MAX_THREADS, "The number of threads",
                        error);
}

double
es_train_config_get_rate (const EsTrainConfig *config, EsRate rate)
{
  switch (rate) {
  case ES_RATE_LEARNING:
    return config->lr;
  case ES_RATE_DECAY:
    return config->weight_decay;
  case ES_RATE_NOISE:
    return config->noise;
  case ES_N_RATES:
  default:
    g_return_val_if_reached (0);
  }
}

void
es_train_config_set_rate (EsTrainConfig *config, EsRate rate, double value)
{
  switch (rate) {
  case ES_RATE_LEARNING:
    config->lr = value;
    break;
  case ES_RATE_DECAY:
    config->weight_decay = value;
    break;
  case ES_RATE_NOISE:
    config->noise = value;
    break;
  case ES_N_RATES:
  default:
    g_return_if_reached ();
  }
}

static const char *const rate_names[ES_N_RATES] = {"lr", "weight_decay", "noise"};

const char *
es_rate_to_string (EsRate rate)
{
  g_return_val_if_fail (rate < ES_N_RATES, NULL);
  return rate_names[rate];
}

gboolean
es_rate_from_string (const char *name, EsRate *rate)
{
  for (guint r = 0; r < ES_N_RATES; r++)
    if (strcmp (name, rate_names[r]) == 0) {
      *rate = (EsRate)r;
      return TRUE;
    }
  return FALSE;
}

void
es_rate_changes_add (GArray *changes,
                     double epoch,
                     const EsTrainConfig *before,
                     const EsTrainConfig *now)
{
  for (guint r = 0; r < ES_N_RATES; r++) {
    EsRateChange change = {epoch, (EsRate)r, es_train_config_get_rate (now, r),
                           es_train_config_get_rate (before, r)};

    if (change.value == change.before)
      continue;
    for (guint i = changes->len; i-- > 0;) {
      const EsRateChange *other = &g_array_index (changes, EsRateChange, i);

      if (other->epoch == epoch && other->rate == change.rate) {
        change.before = other->before;
        g_array_remove_index (changes, i);
      }
    }
    g_array_append_val (changes, change);
  }
}

void
es_rate_changes_undo (const GArray *changes, EsTrainConfig *config)
{
  for (guint i = changes->len; i-- > 0;) {
    const EsRateChange *change = &g_array_index (changes, EsRateChange, i);

    if (!isnan (change->before))
      es_train_config_set_rate (config, change->rate, change->before);
  }
}

EsRun *
es_run_new (const char *name, EsModel *model)
{
  EsRun *run = g_new0 (EsRun, 1);

  run->name = es_tame_text (name);
  run->model = es_model_ref (model);
  run->history = g_array_new (FALSE, TRUE, sizeof (EsEpoch));
  run->changes = g_array_new (FALSE, TRUE, sizeof (EsRateChange));
  run->edited_accuracy = NAN;
  es_train_config_init (&run->train);
  return run;
}

void
es_run_free (EsRun *run)
{
  if (run == NULL)
    return;
  g_free (run->name);
  es_model_unref (run->model);
  g_free (run->dataset);
  g_free (run->dataset_path);
  g_free (run->dataset_checksum);
  g_strfreev (run->class_names);
  g_array_unref (run->history);
  g_array_unref (run->changes);
  g_free (run->program);
  g_free (run->opened_path);
  g_strfreev (run->opened_parts);
  g_free (run->edited_from);
  g_strfreev (run->edited_parts);
  g_free (run->moment1);
  g_free (run->moment2);
  g_free (run);
}

void
es_run_copy_edited (EsRun *run, const EsRun *from)
{
  g_free (run->edited_from);
  g_strfreev (run->edited_parts);
  run->edited_from = g_strdup (from->edited_from);
  run->edited_parts = g_strdupv (from->edited_parts);
  run->edited_accuracy = from->edited_accuracy;
}

guint
es_run_get_epochs (const EsRun *run)
{
  return run->history->len;
}

const EsEpoch *
es_run_get_last (const EsRun *run)
{
  guint n = run->history->len;

  return n == 0 ? NULL : &g_array_index (run->history, EsEpoch, n - 1);
}

double
es_run_get_accuracy (const EsRun *run)
{
  const EsEpoch *last = es_run_get_last (run);

  return last != NULL ? last->val_acc : run->edited_accuracy;
}

char *
es_run_dup_class_name (const EsRun *run, guint c)
{
  if (run->class_names != NULL && c < g_strv_length (run->class_names))
    return g_strdup (run->class_names[c]);
  return g_strdup_printf ("%u", c);
}
