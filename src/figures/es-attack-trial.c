/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-trial.h"

#include "es-evaluate.h"

/* The masks, from @spectrum or one that is made for them. */
static EsMasks *
make_masks (const EsModel *model,
            const EsDataset *dataset,
            gsize k,
            const EsSpectrum *spectrum,
            const float *mean,
            const EsProgress *progress,
            GError **error)
{
  const EsSpectrumOptions options = {.basis = ES_BASIS_EMBEDDING, .x0 = mean};
  g_autoptr (EsSpectrum) own = NULL;

  if (spectrum == NULL)
    spectrum = own = es_spectrum_new (model, NULL, &options, progress, error);
  if (spectrum == NULL)
    return NULL;
  return es_masks_new (model, spectrum, mean, &dataset->test, k, error);
}

EsAttackTrial *
es_attack_trial_new (const EsRun *run,
                     const EsDataset *dataset,
                     EsSplit split,
                     const EsAttackPlan *plan,
                     gsize k,
                     const EsSpectrum *spectrum,
                     const EsProgress *progress,
                     GError **error)
{
  g_autoptr (EsAttackTrial) trial = g_new0 (EsAttackTrial, 1);
  g_autofree float *mean = g_new (float, (gsize)dataset->rows * dataset->cols);
  EsAttackPlan fitting = *plan;

  if (!es_evaluate_check (run->model, dataset, error))
    return NULL;
  es_dataset_mean_image (dataset, mean);
  if (plan->change == NULL) {
    trial->masks = make_masks (run->model, dataset, k, spectrum, mean, progress, error);
    if (trial->masks == NULL)
      return NULL;
    fitting.n_components = MIN (plan->n_components, trial->masks->k);
  }
  trial->attack =
      es_attack_new (run->model, trial->masks, mean, &fitting,
                     es_dataset_get_split (dataset, split), progress, error);
  return trial->attack != NULL ? g_steal_pointer (&trial) : NULL;
}

void
es_attack_trial_free (EsAttackTrial *trial)
{
  if (trial == NULL)
    return;
  es_masks_free (trial->masks);
  es_attack_free (trial->attack);
  g_free (trial);
}
