/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-directions.h"

G_BEGIN_DECLS

/* Every residual |Q v - lambda v| is below this times the largest |lambda| of its form.
 */
#define ES_LEADING_TOLERANCE 1e-3

/*
 * The leading components only, of forms that change little from call to call: for views
 * of a network while it learns. Embedding basis.
 *
 * A result: reference-counted, immutable, independent of the model. Slot j of a form,
 * for j below k, is component j (from the most positive down); slot k + j is component
 * -1 - j (from the most negative up). When 2 k exceeds D, the two ends overlap.
 * The fields are for reading.
 */
typedef struct
{
  gsize n;
  gsize k; /* at each end: what was asked for, at most D */
  gsize D;
  gsize P;
  gboolean constant;   /* whether the last coordinate is the constant's (bias) */
  gboolean linearised; /* see es-pixel-map.h */
  guint n_full;        /* forms that took a full decomposition */
  float *eigenvalues;  /* (n, 2k) */
  float *vectors;      /* (n, 2k, D) */
  float *pictures;     /* (n, 2k, P) */
  /* (n, 2k) A number that stays with an eigenvector as it changes from call to call,
     whatever its place in the order: by largest overlap with the last call's. A new
     eigenvector gets a new number; numbers start at 0 for each form. */
  guint *tracks;
} EsLeading;

EsLeading *es_leading_ref (EsLeading *leading);
void es_leading_unref (EsLeading *leading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsLeading, es_leading_unref)

/*
 * What one call hands to the next: one owner, one call at a time. Start anew (a new
 * solver, or es_leading_solver_reset()) where continuity with what was shown before is
 * not wanted.
 */
typedef struct _EsLeadingSolver EsLeadingSolver;

/* @k, at least 1: components at each end. */
EsLeadingSolver *es_leading_solver_new (gsize k) G_GNUC_WARN_UNUSED_RESULT;
void es_leading_solver_free (EsLeadingSolver *solver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsLeadingSolver, es_leading_solver_free)

void es_leading_solver_reset (EsLeadingSolver *solver);

/*
 * The leading components of @directions (nullable: every output by itself) of @model.
 * @x0 (P) as in EsSpectrumOptions. A change of sizes, layer or number of directions
 * since the last call starts anew.
 * Signs: a component that the last result showed keeps its sign (positive overlap), so
 * that live pictures don't flip; this wins over the sign rule, which holds for
 * components that come into view. Errors as es_spectrum_new(), without
 * ES_ERROR_CANCELLED; the next call starts anew.
 */
EsLeading *es_leading_solver_solve (EsLeadingSolver *solver,
                                    const EsModel *model,
                                    const EsDirections *directions,
                                    const float *x0,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
