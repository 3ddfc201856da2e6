/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-trial.h"
#include "es-telling.h"

G_BEGIN_DECLS

/* An attack on all test images, tried off the main thread, with its figure. The fields
   are for reading. */
typedef struct
{
  EsRun *run;
  EsDataset *dataset;
  EsAttackTrial *trial;
  EsPlot *plot;
} EsTrialStudy;

void es_trial_study_free (EsTrialStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTrialStudy, es_trial_study_free)

/*
 * @run (taken over) is tried on the test images of @dataset; @plan is copied, with what
 * it points to; @k as for es_attack_trial_new(). @progress gets @user_data, which must
 * live until the callback.
 */
void es_trial_study_async (EsRun *run,
                           EsDataset *dataset,
                           const EsAttackPlan *plan,
                           gsize k,
                           EsTellingFunc progress,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
EsTrialStudy *es_trial_study_finish (GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * For people and files: a row for each class with its images, the share of them read
 * right, clean, masked and random, at strength number @strength, and where most of the
 * masked ones go instead. Shares are in percent.
 */
EsPlotTable *es_trial_study_classes (const EsTrialStudy *study,
                                     gsize strength) G_GNUC_WARN_UNUSED_RESULT;

/* What happens at strength number @strength, in words; @point as for
   es_number_write(). */
char *es_trial_study_sentence (const EsTrialStudy *study,
                               gsize strength,
                               const char *point) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
