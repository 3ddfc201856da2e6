/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack.h"

#include <math.h>
#include <string.h>

const double es_attack_strengths[ES_ATTACK_N_STRENGTHS] = {
    0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.275, 0.3};

void
es_attack_plan_init (EsAttackPlan *plan)
{
  *plan = (EsAttackPlan){
      .class_index = -1,
      .n_components = ES_ATTACK_N_COMPONENTS,
      .strengths = es_attack_strengths,
      .n_strengths = ES_ATTACK_N_STRENGTHS,
      .seed = 42,
  };
}

void
es_attack_fill_strengths (double *strengths, gsize n, double most)
{
  for (gsize i = 0; i < n; i++)
    strengths[i] = most * (double)(i + 1) / (double)n;
}

static gboolean
check_class (gsize C, const EsAttackPlan *plan, GError **error)
{
  gint lowest = plan->change != NULL ? 0 : -1;

  if (plan->class_index >= lowest && plan->class_index < (gint)C)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "There is no class %d; the classes are 0 to %" G_GSIZE_FORMAT,
               plan->class_index, C - 1);
  return FALSE;
}

static gboolean
check_components (const EsMasks *masks, const EsAttackPlan *plan, GError **error)
{
  if (plan->n_components > 0 && plan->first_component < masks->k &&
      plan->n_components <= masks->k - plan->first_component)
    return TRUE;
  g_set_error (
      error, ES_ERROR, ES_ERROR_SETTING,
      "There are no masks of components %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
      "; there are those of the %" G_GSIZE_FORMAT " largest eigenvalues, from 0",
      plan->first_component, plan->first_component + plan->n_components - 1, masks->k);
  return FALSE;
}

static gboolean
check_plan (gsize C, const EsMasks *masks, const EsAttackPlan *plan, GError **error)
{
  if (!check_class (C, plan, error) ||
      (plan->change == NULL && !check_components (masks, plan, error)))
    return FALSE;
  for (gsize i = 0; i < plan->n_strengths; i++)
    if (!isfinite (plan->strengths[i])) {
      g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                           "A strength is not a finite number");
      return FALSE;
    }
  return TRUE;
}

static EsAttack *
attack_alloc (gsize C, gsize P, const EsAttackPlan *plan, GError **error)
{
  g_autoptr (EsAttack) attack = g_new0 (EsAttack, 1);

  attack->n_classes = plan->class_index < 0 ? C : 1;
  attack->classes = g_new (guint, attack->n_classes);
  for (gsize i = 0; i < attack->n_classes; i++)
    attack->classes[i] = plan->class_index < 0 ? (guint)i : (guint)plan->class_index;
  attack->first_component = plan->change != NULL ? 0 : plan->first_component;
  attack->n_components = plan->change != NULL ? 1 : plan->n_components;
  attack->n_masks = attack->n_classes * attack->n_components;
  attack->control = plan->control;
  attack->is_change = plan->change != NULL;
  attack->n_strengths = plan->n_strengths;
  attack->strengths = g_memdup2 (plan->strengths, plan->n_strengths * sizeof (double));
  attack->P = P;
  attack->masks = g_try_malloc_n (2 * attack->n_masks, P * sizeof (float));
  if (attack->masks != NULL)
    return g_steal_pointer (&attack);
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory for the masks");
  return NULL;
}

/* The one change, and its control on all pixels. */
static void
fill_change (EsAttack *attack, const EsAttackPlan *plan)
{
  static const EsMaskOptions all = {0};
  gsize P = attack->P;

  memcpy (attack->masks, plan->change, P * sizeof *plan->change);
  es_mask_control (attack->masks + P, plan->change, P, plan->control, &all, NULL,
                   plan->seed, 0);
}

static gboolean
fill_masks (EsAttack *attack,
            const EsMasks *masks,
            const float *mean,
            const EsAttackPlan *plan,
            GError **error)
{
  gsize P = attack->P;

  if (plan->change != NULL) {
    fill_change (attack, plan);
    return TRUE;
  }
  for (gsize i = 0; i < attack->n_masks; i++) {
    guint c = attack->classes[i / attack->n_components];
    gsize component = attack->first_component + i % attack->n_components;
    float *mask = attack->masks + i * P;

    if (!es_mask_fill (mask, masks, c, component, &plan->pixels, mean, error))
      return FALSE;
    /* By class and component, so that one mask alone has the same control. */
    es_mask_control (attack->masks + (attack->n_masks + i) * P, mask, P, plan->control,
                     &plan->pixels, mean, plan->seed,
                     (guint32)(c * masks->k + component));
  }
  return TRUE;
}

static gboolean
run (EsAttack *attack,
     const EsModel *model,
     gboolean clip,
     const EsSamples *samples,
     const EsProgress *progress,
     GError **error)
{
  gsize n = 2 * attack->n_masks;
  g_autofree guint *targets = g_new (guint, n);
  g_autofree double *strengths = g_new0 (double, attack->n_strengths + 1);

  for (gsize i = 0; i < n; i++)
    targets[i] = attack->classes[i % attack->n_masks / attack->n_components];
  for (gsize i = 0; i < attack->n_strengths; i++)
    strengths[i + 1] = attack->strengths[i];
  attack->sweep =
      es_sweep_new (model, attack->masks, targets, n, attack->n_masks, strengths,
                    attack->n_strengths + 1, clip, samples, progress, error);
  return attack->sweep != NULL;
}

EsAttack *
es_attack_new (const EsModel *model,
               const EsMasks *masks,
               const float *mean,
               const EsAttackPlan *plan,
               const EsSamples *samples,
               const EsProgress *progress,
               GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize C = config->outputs, P = es_model_config_inputs (config);
  g_autoptr (EsAttack) attack = NULL;

  if (!check_plan (C, masks, plan, error) ||
      (attack = attack_alloc (C, P, plan, error)) == NULL ||
      !fill_masks (attack, masks, mean, plan, error) ||
      !run (attack, model, plan->clip, samples, progress, error))
    return NULL;
  return g_steal_pointer (&attack);
}

void
es_attack_free (EsAttack *attack)
{
  if (attack == NULL)
    return;
  g_free (attack->classes);
  g_free (attack->strengths);
  g_free (attack->masks);
  es_sweep_free (attack->sweep);
  g_free (attack);
}

/* The place of a mask or its control in the sweep. */
static gsize
sweep_mask (const EsAttack *attack, EsAttackInput input, gsize mask)
{
  return input == ES_ATTACK_RANDOM ? attack->n_masks + mask : mask;
}

static gsize
sweep_strength (EsAttackInput input, gsize strength)
{
  return input == ES_ATTACK_CLEAN ? 0 : strength + 1;
}

const float *
es_attack_get_mask (const EsAttack *attack, EsAttackInput input, gsize mask)
{
  return attack->masks + sweep_mask (attack, input, mask) * attack->P;
}

double
es_attack_get (const EsAttack *attack,
               EsAttackInput input,
               EsAttackQuantity quantity,
               gsize mask,
               gsize strength)
{
  gsize m = sweep_mask (attack, input, mask), s = sweep_strength (input, strength);

  return quantity == ES_ATTACK_ACCURACY
             ? es_sweep_get_accuracy (attack->sweep, m, s)
             : es_sweep_get_misclassified (attack->sweep, m, s);
}

void
es_attack_average (const EsAttack *attack,
                   EsAttackInput input,
                   EsAttackQuantity quantity,
                   gsize strength,
                   double *mean,
                   double *half)
{
  gsize n = attack->n_masks;
  double sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    sum += es_attack_get (attack, input, quantity, i, strength);
  *mean = sum / (double)n;
  for (gsize i = 0; i < n; i++) {
    double off = es_attack_get (attack, input, quantity, i, strength) - *mean;

    squares += off * off;
  }
  if (half != NULL)
    *half = n > 1 ? 1.96 * sqrt (squares / (double)(n - 1) / (double)n) : 0;
}

double
es_attack_get_class (const EsAttack *attack,
                     EsAttackInput input,
                     EsAttackQuantity quantity,
                     gint target,
                     guint label,
                     gsize strength)
{
  const EsSweep *sweep = attack->sweep;
  const guint32 *counts =
      quantity == ES_ATTACK_ACCURACY ? sweep->correct : sweep->taken;
  gsize s = sweep_strength (input, strength), n = 0;
  double sum = 0;

  for (gsize i = 0; i < attack->n_masks; i++) {
    gsize m = sweep_mask (attack, input, i);

    if (target >= 0 ? sweep->targets[m] != (guint)target
                    : quantity == ES_ATTACK_MISCLASSIFIED && sweep->targets[m] == label)
      continue;
    sum += counts[(m * sweep->n_strengths + s) * sweep->C + label];
    n++;
  }
  return n > 0 && sweep->totals[label] > 0 ? sum / (double)n / sweep->totals[label]
                                           : NAN;
}

double
es_attack_get_reads (const EsAttack *attack,
                     EsAttackInput input,
                     guint label,
                     guint read,
                     gsize strength)
{
  const EsSweep *sweep = attack->sweep;
  gsize C = sweep->C, group = input == ES_ATTACK_RANDOM;
  gsize s = sweep_strength (input, strength);
  double n = (double)attack->n_masks * sweep->totals[label];

  return n > 0
             ? sweep->reads[((group * sweep->n_strengths + s) * C + label) * C + read] /
                   n
             : NAN;
}
