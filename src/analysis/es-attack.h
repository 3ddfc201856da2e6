/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-mask.h"
#include "es-sweep.h"

G_BEGIN_DECLS

/* The published strengths: 0.025, 0.05, ... 0.3 deviations of the mask. */
#define ES_ATTACK_N_STRENGTHS 12
extern const double es_attack_strengths[ES_ATTACK_N_STRENGTHS];

/* Components whose masks the published figure averages over. */
#define ES_ATTACK_N_COMPONENTS 3

/* What to try. */
typedef struct
{
  gint class_index;      /* -1: the masks of every class */
  gsize first_component; /* counted from the largest eigenvalue */
  gsize n_components;
  const double *strengths; /* (n_strengths) in deviations of the mask */
  gsize n_strengths;
  EsMaskOptions pixels;
  EsControl control;
  gboolean clip; /* hold pixels between 0 and 1; as published they are not */
  guint64 seed;  /* of the controls */
  /* (P) Instead of masks from eigenvectors: this change alone, times the strengths, for
     class_index, which must be one. Components and pixels are not read. Nullable. */
  const float *change;
} EsAttackPlan;

/* All classes, three components, the published strengths, permuted controls, seed 42.
 */
void es_attack_plan_init (EsAttackPlan *plan);

/* @strengths (n) in equal steps from 0, which is left out, to @most. */
void es_attack_fill_strengths (double *strengths, gsize n, double most);

typedef enum {
  ES_ATTACK_CLEAN,
  ES_ATTACK_MASKED,
  ES_ATTACK_RANDOM, /* the control of the same mask */
} EsAttackInput;

typedef enum {
  ES_ATTACK_ACCURACY,      /* share of all images read as what they are */
  ES_ATTACK_MISCLASSIFIED, /* share of all images read as the mask's class, not being it
                            */
} EsAttackQuantity;

/*
 * The masks of some classes and components, and their controls, against a set of
 * images. Mask number i is of class classes[i / n_components] and of component
 * first_component + i % n_components. The fields are for reading.
 */
typedef struct
{
  gsize n_classes;
  guint *classes; /* (n_classes) */
  gsize first_component;
  gsize n_components;
  gsize n_masks; /* n_classes n_components */
  EsControl control;
  gboolean is_change; /* a single change, not from eigenvectors */
  gsize n_strengths;
  double *strengths; /* (n_strengths) */
  gsize P;
  float *masks;   /* (2, n_masks, P) at strength 1; then their controls */
  EsSweep *sweep; /* of all of them; strength 0 first */
} EsAttack;

/*
 * @masks of @model, not read for a single change; @mean (P) is the training images'
 * mean, read if the plan keeps rare pixels only. ES_ERROR_SETTING for a class or a
 * component that @masks do not have; else as es_mask_fill() and es_sweep_new().
 */
EsAttack *es_attack_new (const EsModel *model,
                         const EsMasks *masks,
                         const float *mean,
                         const EsAttackPlan *plan,
                         const EsSamples *samples,
                         const EsProgress *progress,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_attack_free (EsAttack *attack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttack, es_attack_free)

/* Mask number @mask, or its control, at strength 1: (P). */
const float *
es_attack_get_mask (const EsAttack *attack, EsAttackInput input, gsize mask);

/* One mask at one strength, 0 to 1. Clean images do not depend on the strength. */
double es_attack_get (const EsAttack *attack,
                      EsAttackInput input,
                      EsAttackQuantity quantity,
                      gsize mask,
                      gsize strength);

/* The mean over all masks in *@mean, and in *@half (nullable) half the width of its 95%
   interval, 1.96 standard errors; 0 for a single mask. */
void es_attack_average (const EsAttack *attack,
                        EsAttackInput input,
                        EsAttackQuantity quantity,
                        gsize strength,
                        double *mean,
                        double *half);

/*
 * Which classes fall: of the images of class @label, the share that is read right
 * (accuracy) or as the mask's class (misclassified), averaged over the masks of class
 * number @target (-1: of all; for misclassified, of all but its own). NaN without such
 * images or masks.
 */
double es_attack_get_class (const EsAttack *attack,
                            EsAttackInput input,
                            EsAttackQuantity quantity,
                            gint target,
                            guint label,
                            gsize strength);

/* Where the errors go: of the images of class @label, the share that is read as class
   @read, averaged over all masks. NaN without such images. */
double es_attack_get_reads (const EsAttack *attack,
                            EsAttackInput input,
                            guint label,
                            guint read,
                            gsize strength);

G_END_DECLS
