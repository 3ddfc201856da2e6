/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack.h"
#include "es-plot.h"
#include "es-run.h"

G_BEGIN_DECLS

/* An attack on a set of images, with what its masks were made from. The fields are for
   reading. */
typedef struct
{
  EsMasks *masks; /* NULL for a single change */
  EsAttack *attack;
} EsAttackTrial;

/*
 * Tries @plan on the images @split of @dataset: masks that tell apart @k eigenvectors
 * of each class, made from @spectrum (of all classes, in the embedding basis; NULL: it
 * is computed). Of more components than there are masks, only those are tried. Errors
 * as es_spectrum_new(), es_masks_new() and es_attack_new().
 */
EsAttackTrial *es_attack_trial_new (const EsRun *run,
                                    const EsDataset *dataset,
                                    EsSplit split,
                                    const EsAttackPlan *plan,
                                    gsize k,
                                    const EsSpectrum *spectrum,
                                    const EsProgress *progress,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_attack_trial_free (EsAttackTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackTrial, es_attack_trial_free)

G_END_DECLS
