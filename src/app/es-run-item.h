/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-film.h"
#include "es-library.h"
#include "es-origin.h"
#include "es-train-job.h"

G_BEGIN_DECLS

/*
 * A run as the window knows it: settings, the training while there is one, what it has
 * brought so far. Lives on the main thread.
 *
 * Properties: "name", "state" (EsRunState), "status" (a line for people), "trouble"
 * (why it cannot be kept in the library; NULL).
 * Signals: "described" when its entry has changed but for its name, "epoch" when the
 * history has grown, "snapshot" when there are newer weights, "failed" (message) when a
 * training ended with an error.
 */

typedef enum {
  ES_RUN_DRAFT,   /* settings can be changed */
  ES_RUN_QUEUED,  /* starts when its turn comes */
  ES_RUN_LOADING, /* the dataset is being read */
  ES_RUN_TRAINING,
  ES_RUN_PAUSED,
  ES_RUN_STOPPING, /* asked to stop, not yet there */
  ES_RUN_STOPPED,  /* trained in part; can go on */
  ES_RUN_FINISHED, /* trained, or opened from a file */
} EsRunState;

#define ES_TYPE_RUN_ITEM (es_run_item_get_type ())
G_DECLARE_FINAL_TYPE (EsRunItem, es_run_item, ES, RUN_ITEM, GObject)

EsRunItem *es_run_item_new (const EsPlan *plan) G_GNUC_WARN_UNUSED_RESULT;

/* For @run (transfer full), from the file @path (nullable). */
EsRunItem *es_run_item_new_opened (EsRun *run,
                                   const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* For the run of @library that @entry (copied) tells of; its weights come later. */
EsRunItem *es_run_item_new_kept (const EsRunEntry *entry,
                                 EsLibrary *library) G_GNUC_WARN_UNUSED_RESULT;

/* The library that trainings of it are kept in (nullable), and its identifier there
   (NULL: it is not in it). */
EsLibrary *es_run_item_get_library (EsRunItem *self);
void es_run_item_set_library (EsRunItem *self, EsLibrary *library);
const char *es_run_item_get_id (EsRunItem *self);

/* Whether it is in the library and its weights, as they are there, are not here. */
gboolean es_run_item_is_away (EsRunItem *self);

/* What is known of it without its weights, as in the library; also of a run that is not
   in it. Its identifier is "" then. */
const EsRunEntry *es_run_item_get_entry (EsRunItem *self);

/* Tells a run at rest what the library said of it, @entry (copied), when it was asked
   at the monotonic time @asked. If others have trained it, it is away from then on. */
void es_run_item_update (EsRunItem *self, const EsRunEntry *entry, gint64 asked);

/* Changes what the person says of it, here only. */
void es_run_item_edit (EsRunItem *self, const EsRunEdit *edit);

/* Brings @run, @film and, of a network of others, @origin (transfer full; nullable) to
   a run that is away. */
void es_run_item_bring (EsRunItem *self, EsRun *run, EsFilm *film, EsOrigin *origin);

/* Whether the library had it when that was looked at last. */
gboolean es_run_item_is_kept (EsRunItem *self);

/* Why what there is of it now cannot be kept (nullable): it is in memory only. That is
   tried again and again. */
const char *es_run_item_get_trouble (EsRunItem *self);

void es_run_item_set_trouble (EsRunItem *self, const char *trouble);

/* Tells a run at rest that it is in the library, with all there is of it, as @id. */
void es_run_item_set_kept (EsRunItem *self, const char *id);

/* Whether another program trains it now. */
gboolean es_run_item_is_elsewhere (EsRunItem *self);

const char *es_run_item_get_name (EsRunItem *self);
void es_run_item_set_name (EsRunItem *self, const char *name);
EsRunState es_run_item_get_state (EsRunItem *self);

/* Whether a thread is at work on it, paused or not. */
gboolean es_run_item_is_active (EsRunItem *self);
const char *es_run_item_get_status (EsRunItem *self);

/* The settings; to be replaced while it is a draft only. */
const EsPlan *es_run_item_get_plan (EsRunItem *self);
void es_run_item_set_plan (EsRunItem *self, const EsPlan *plan);

/* The file that it was opened from or saved to, if it has not changed since. */
const char *es_run_item_get_path (EsRunItem *self);
void es_run_item_set_path (EsRunItem *self, const char *path);

/* Where it came from, if others saved it (nullable). */
EsOrigin *es_run_item_get_origin (EsRunItem *self);
/* Takes @origin. */
void es_run_item_set_origin (EsRunItem *self, EsOrigin *origin);

/* The images that a network that others trained is looked at with: the dataset @data,
   @accuracy on its test images, @other with the other assumption on residual. */
void es_run_item_set_judged (EsRunItem *self,
                             const char *data,
                             EsDataset *dataset,
                             double accuracy,
                             double other);

/* The images that it was trained on, once loaded (nullable). */
EsDataset *es_run_item_get_dataset (EsRunItem *self);
void es_run_item_set_dataset (EsRunItem *self, EsDataset *dataset);
/* NULL-terminated, one for each output; NULL before the dataset is known. */
char **es_run_item_get_class_names (EsRunItem *self);

/* The latest weights (nullable), and the time at which they were, in epochs. */
EsModel *es_run_item_get_model (EsRunItem *self);
double es_run_item_get_position (EsRunItem *self);
const EsFilm *es_run_item_get_film (EsRunItem *self);

const GArray *es_run_item_get_history (EsRunItem *self); /* of EsEpoch */
const GArray *es_run_item_get_marks (EsRunItem *self);   /* of EsRateChange */
/* Seconds per epoch of late, 0 if unknown. */
double es_run_item_get_pace (EsRunItem *self);

/* A copy with all there is, for saving (nullable: nothing trained yet). While a
   training is under way it lacks the optimiser's state. */
EsRun *es_run_item_dup_run (EsRunItem *self) G_GNUC_WARN_UNUSED_RESULT;

/* Commands. */
void es_run_item_start (EsRunItem *self);
void es_run_item_set_queued (EsRunItem *self, gboolean queued);
void es_run_item_pause (EsRunItem *self);
void es_run_item_resume (EsRunItem *self);
void es_run_item_step (EsRunItem *self);
void es_run_item_stop (EsRunItem *self);
/* Stops and waits until the training has ended. */
void es_run_item_finish (EsRunItem *self);
/* Learning rate, weight decay and noise, from now on. */
void es_run_item_set_rates (EsRunItem *self, const EsTrainConfig *rates);

G_END_DECLS
