/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-progress.h"
#include "es-run.h"

G_BEGIN_DECLS

/*
 * Trains a network by AdamW on the cross-entropy (src/DESIGN.md, equations 4 to 6), or
 * on the squared error where the dataset has targets. Of a network without embedding
 * the identity in its place is left alone. Single-threaded to its caller; inside, a
 * batch is shared among the pool's threads. The same settings, seed and thread count (a
 * setting, too) give the same weights bit for bit, whether or not the training was
 * stopped and resumed in between.
 */

/* Starts from PyTorch's initial weights. ES_ERROR_SETTING if settings are out of range
   or do not fit @dataset (kept alive), ES_ERROR_NO_MEMORY. */
EsTrainer *es_trainer_new (const EsModelConfig *model,
                           const EsTrainConfig *config,
                           EsDataset *dataset,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Goes on where @run (left untouched) stopped. @config (nullable: the run's own) may
 * change any setting, a larger number of epochs among them. A finished run has no
 * moments any more: they start from zero. An epoch of which @run has a part is
 * completed, or begun anew if its batches are other ones now.
 */
EsTrainer *es_trainer_resume (const EsRun *run,
                              const EsTrainConfig *config,
                              EsDataset *dataset,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

void es_trainer_free (EsTrainer *trainer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTrainer, es_trainer_free)

/*
 * Trains one epoch and evaluates it. @progress (nullable) hears of every step, on this
 * thread; meanwhile it may read the trainer and call es_trainer_set_rates().
 * On failure the trainer is back at the end of the epoch before, or where it was
 * resumed: ES_ERROR_CANCELLED, or ES_ERROR_DIVERGED with the setting to lower.
 */
gboolean es_trainer_epoch (EsTrainer *trainer,
                           const EsProgress *progress,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean es_trainer_is_finished (const EsTrainer *trainer);

/* Epochs done. */
guint es_trainer_get_epochs (const EsTrainer *trainer);
const EsTrainConfig *es_trainer_get_config (const EsTrainer *trainer);

/* The weights as they are now; they change with the next step. */
const EsModel *es_trainer_get_model (const EsTrainer *trainer);

/* The last epoch's numbers, or NULL. */
const EsEpoch *es_trainer_get_last (const EsTrainer *trainer);

/* Changes what may change while it runs, from the next step on. */
void
es_trainer_set_rates (EsTrainer *trainer, double lr, double weight_decay, double noise);

/* Has the rates changed as @changes (of EsRateChange; copied) say, each before the
   first step at its epoch or beyond. Those before the point that a resumed training has
   reached are left out. */
void es_trainer_plan_changes (EsTrainer *trainer, const GArray *changes);

/* A copy of all there is after the last finished epoch: weights, history, recipe, and
   the optimiser's state while epochs remain. */
EsRun *es_trainer_dup_run (const EsTrainer *trainer,
                           const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* The same as things are now, to be called where progress is heard of: in the middle of
   an epoch, with the part of it that is done. Resumed, it gives the same weights. */
EsRun *es_trainer_dup_run_now (const EsTrainer *trainer,
                               const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
