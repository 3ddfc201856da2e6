/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-library.h"
#include "es-run.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * One training on a thread of its own. The main thread steers it and takes what it has
 * made; the live parameters never leave the thread, only copies of them do.
 */

/* What is to be trained. */
typedef struct
{
  char *name;
  char *data;          /* dataset name or folder */
  EsModelConfig model; /* rows, cols and outputs are the dataset's */
  EsTrainConfig train;
} EsPlan;

void es_plan_init (EsPlan *plan);
void es_plan_copy (EsPlan *plan, const EsPlan *from);
void es_plan_clear (EsPlan *plan);

/* A finished epoch: its numbers, the weights at its end, and how long it took with
   everything, pauses excepted. */
typedef struct
{
  EsEpoch numbers;
  EsModel *model;
  double seconds;
} EsTrainedEpoch;

void es_trained_epoch_free (EsTrainedEpoch *epoch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTrainedEpoch, es_trained_epoch_free)

/* What the thread has made since it was last asked. */
typedef struct
{
  EsDataset *dataset; /* once, when it is loaded; else NULL */
  EsModel *initial;   /* once, the weights before the first epoch; else NULL */
  GPtrArray *epochs;  /* of EsTrainedEpoch, in order */
  EsModel *snapshot;  /* the latest weights, or NULL if they did not change */
  double position;    /* of the training in epochs, parts of one included */
  gboolean waiting;   /* the thread stands still: paused */
  char *id;           /* once, that of the run in the library; else NULL */
  char *trouble;      /* once, why it cannot be kept there; else NULL */
  gboolean kept;      /* once, when that is over */
  gboolean ended;
  EsRun *run;    /* at the end, all there is then; NULL if nothing was trained */
  GError *error; /* at the end, why it ended too early (nullable) */
} EsTrainUpdate;

void es_train_update_clear (EsTrainUpdate *update);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsTrainUpdate, es_train_update_clear)

#define ES_TYPE_TRAIN_JOB (es_train_job_get_type ())
G_DECLARE_FINAL_TYPE (EsTrainJob, es_train_job, ES, TRAIN_JOB, GObject)

/*
 * Starts training by @plan (copied). @dataset (nullable) saves loading it; @resume
 * (transfer full, nullable) is what to go on with. With @library (nullable) it is kept
 * there as it goes, as the run @id or as a new one if that is NULL. "updated" is
 * emitted on the main thread when there is something to take, at most once per turn of
 * the main loop.
 */
EsTrainJob *es_train_job_new (const EsPlan *plan,
                              EsDataset *dataset,
                              EsRun *resume,
                              EsLibrary *library,
                              const char *id) G_GNUC_WARN_UNUSED_RESULT;

void es_train_job_pause (EsTrainJob *self);
void es_train_job_resume (EsTrainJob *self);

/* Trains to the end of the epoch, then pauses. */
void es_train_job_step (EsTrainJob *self);

/* Asks it to end; finished epochs are kept. The last update says when it has. */
void es_train_job_stop (EsTrainJob *self);

/* Waits until the thread has ended. */
void es_train_job_join (EsTrainJob *self);

/* From the next step on. */
void es_train_job_set_rates (EsTrainJob *self, const EsTrainConfig *rates);

/* Moves what there is into @update, to be cleared. */
void es_train_job_take (EsTrainJob *self, EsTrainUpdate *update);

G_END_DECLS
