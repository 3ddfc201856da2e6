/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"
#include "es-task.h"

G_BEGIN_DECLS

/*
 * What a network for toy logic computes, as a polynomial of its inputs, against what it
 * should. On 0 and 1 an input's square is the input itself: the diagonal of a form and
 * twice its constant's column are one coefficient. On other inputs they are not, and
 * then the squares have coefficients of their own, which should be 0.
 *
 * n inputs; C outputs, one for each pair. Coefficients of output c: number 0 the
 * constant, 1 to n the inputs, then the squares if continuous, then the products in the
 * order of the pairs.
 */
typedef struct
{
  EsTask task; /* owned */
  guint n;
  guint C;
  guint n_terms;        /* 1 + n + C, or 1 + 2 n + C if continuous */
  double *found;        /* (C, n_terms) */
  double *wanted;       /* (C, n_terms) */
  double largest;       /* of |found - wanted| */
  guint largest_output; /* where that is */
  guint largest_term;
  double loss;     /* mean squared error over the inputs of the task */
  double variance; /* of the targets over the same, mean over outputs: the loss of a
                      network that knows nothing but their means */
} EsAlgebra;

/* ES_ERROR_SETTING unless @model is a network for @task of one layer without residual
   connection and gate. */
EsAlgebra *es_algebra_new (const EsModel *model,
                           const EsTask *task,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_algebra_free (EsAlgebra *algebra);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAlgebra, es_algebra_free)

/* "1", "x1", "x1²", "x1 x3" (g_free()). */
char *es_algebra_term_name (const EsAlgebra *algebra,
                            guint term) G_GNUC_WARN_UNUSED_RESULT;

/*
 * "1.00 x1 + 0.99 x2 − 1.98 x1 x2" of @coefficients (n_terms), leaving out what is
 * below
 * @least in magnitude; "0" if that is everything. @point separates decimals (g_free()).
 */
char *es_algebra_write (const EsAlgebra *algebra,
                        const double *coefficients,
                        double least,
                        const char *point) G_GNUC_WARN_UNUSED_RESULT;

/* Share of what the targets vary by that the network does not get; 0 is none. */
double es_algebra_lost_share (const EsAlgebra *algebra);

/*
 * The answers for a pair's four inputs, 0 0, 1 0, 0 1, 1 1 (the pair's first input
 * first): the network's mean over all states of the other inputs, and how far it goes.
 */
typedef struct
{
  double truth[4];
  double mean[4];
  double low[4];
  double high[4];
} EsTruthTable;

void
es_algebra_fill_table (const EsAlgebra *algebra, guint output, EsTruthTable *table);

G_END_DECLS
