/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"
#include "es-progress.h"
#include "es-task.h"

G_BEGIN_DECLS

/*
 * What a network for arithmetic modulo p has made of the residues. Of the form of an
 * output on the inputs (one-hot a, then one-hot b) most entries are never reached,
 * since no input has two residues a: what training left there means nothing and would
 * spoil the eigenvectors. The form looked at is [0 M; M' 0] / 2 with the logits M of
 * all a and b, which computes the same. Waves are looked for along an order of residues
 * in which the operation is a rotation: 0, 1, 2, ...; for multiplication modulo a prime
 * the powers of a generator, without the 0.
 */
typedef struct
{
  guint p;
  guint n;             /* residues in the order: p, or p - 1 */
  guint *order;        /* (n) */
  guint generator;     /* 0: the order is 0, 1, 2, ... */
  guint n_frequencies; /* n / 2 + 1: waves over the order, from the constant */
  double
      *power; /* (n_frequencies) shares of what a and b do together, over all outputs */
  gboolean
      *used; /* (n_frequencies) whether that is a quarter of an even share or more */
  guint n_used;
  guint strongest; /* frequency, of those that make circles */
  float *waves;    /* (2 n_frequencies, p) cosine and minus sine of each frequency, of
                      length 1, or 1 / sqrt (2) where both are not 0 */
  float *shared;   /* (p, p) mean logit of all outputs for every a and b */
} EsResidues;

/* ES_ERROR_SETTING unless @model is a network for @task of one layer without residual
   connection and gate; ES_ERROR_CANCELLED when @progress (nullable) ends it. */
EsResidues *es_residues_new (const EsModel *model,
                             const EsTask *task,
                             const EsProgress *progress,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_residues_free (EsResidues *residues);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsResidues, es_residues_free)

/*
 * The combination u (p) of outputs that goes as the cosine of @frequency over the
 * order. What a single output does with all frequencies at once, and its eigenvectors
 * mix, this shows for one of them.
 */
void es_residues_fill_direction (const EsResidues *residues, float *u, guint frequency);

/* The logit of the combination @u (p) of outputs for every a (row) and b, less what all
   outputs share, in @map (p, p). */
gboolean es_residues_fill_map (const EsResidues *residues,
                               float *map,
                               const EsModel *model,
                               const float *u,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A combination of outputs, taken apart. D = 2p components, ascending. */
typedef struct
{
  guint D;
  float *eigenvalues; /* (D) */
  float *vectors;     /* (D, D), a row is the residues as a, then as b; the entry of
                         largest magnitude is positive */
  double *power;      /* (D, n_frequencies) shares of a vector's square */
  guint *frequency;   /* (D) the one with the largest share */
  gint *partner;      /* (D) the component that it makes a circle with, or -1 */
  float *map;         /* (p, p) as es_residues_fill_map() has it */
} EsResidueForm;

/* Of the combination @u (p) of outputs; of a single one a unit vector. */
EsResidueForm *es_residue_form_new (const EsResidues *residues,
                                    const EsModel *model,
                                    const float *u,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_residue_form_free (EsResidueForm *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsResidueForm, es_residue_form_free)

G_END_DECLS
