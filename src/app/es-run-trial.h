/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"
#include "es-trial-study.h"

G_BEGIN_DECLS

/*
 * What is tried on all test images of a run: the latest result, and the trial that is
 * under way. Both stay with the run while others are looked at. For the main thread.
 *
 * "changed" is emitted when a trial starts and when it ends, "progress" in between.
 */
#define ES_TYPE_RUN_TRIAL (es_run_trial_get_type ())
G_DECLARE_FINAL_TYPE (EsRunTrial, es_run_trial, ES, RUN_TRIAL, GObject)

/* That of @run, which owns it: without its run, what is under way is cancelled. */
EsRunTrial *es_run_trial_of (EsRunItem *run);

/* Tries @run (taken over), a copy of the one that owns this; @dataset, @plan and @k as
   for es_trial_study_async(). @command (nullable) makes the figure of it. Not while one
   is under way. */
void es_run_trial_start (EsRunTrial *self,
                         EsRun *run,
                         EsDataset *dataset,
                         const EsAttackPlan *plan,
                         gsize k,
                         const char *command);
void es_run_trial_cancel (EsRunTrial *self);

gboolean es_run_trial_is_busy (EsRunTrial *self);
double es_run_trial_get_fraction (EsRunTrial *self); /* of what is under way */

/* The latest result, and the command that makes its figure; both nullable. */
const EsTrialStudy *es_run_trial_get_study (EsRunTrial *self);
const char *es_run_trial_get_command (EsRunTrial *self);

/* Why the latest one failed, told once (transfer full, nullable). */
GError *es_run_trial_take_error (EsRunTrial *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
