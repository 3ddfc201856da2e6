/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-block.h"

G_BEGIN_DECLS

/*
 * The two ends of the spectrum of one quadratic form that changes little from call to
 * call: a block Rayleigh-Ritz method that starts from the eigenvectors of the last
 * call.
 *
 * In the orthonormal basis S of a small space the projected matrix T = S Q S' is
 * decomposed in full. Its outer eigenpairs (theta, y) give the approximations theta and
 * x = y S, whose residuals r = x Q - theta x are known for nothing. Residuals that are
 * too large join the basis, until none is left. Q is never formed. The space starts
 * with the last eigenvectors, some more at each end as guards, and a probe, random in
 * part, that finds a component rising from anywhere within some calls. At the first
 * call, for small forms, and when the space grows too large, the form is decomposed in
 * full.
 */
typedef struct _EsRitz EsRitz;

/* For forms of size @D of @H products, with @k components at each end (2 k at most D).
   NULL with ES_ERROR_NO_MEMORY. @number tells forms apart in the choice of random
   vectors. */
EsRitz *es_ritz_new (gsize H, gsize D, gsize k, guint32 number, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void es_ritz_free (EsRitz *ritz);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsRitz, es_ritz_free)

/*
 * Updates to the form sym (L'^T diag (m) R') of @block and @m (H). On return every
 * residual of the k outer pairs of both ends is below @tolerance times the largest
 * |lambda|. On the calling thread. ES_ERROR_MATH if numbers are not finite,
 * ES_ERROR_NO_MEMORY; the next call then starts anew.
 */
gboolean es_ritz_update (EsRitz *ritz,
                         const EsBlock *block,
                         const float *m,
                         double tolerance,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many pairs are kept at each end, at least k: the others are guards, approximate.
 */
gsize es_ritz_get_kept (const EsRitz *ritz);

/* The pairs, 2 kept of them: from the most positive eigenvalue down, then from the
   most negative up. Vectors (2 kept, D), orthonormal, signs arbitrary; owned by @ritz
   until the next update. */
const float *es_ritz_get_eigenvalues (const EsRitz *ritz);
const float *es_ritz_get_vectors (const EsRitz *ritz);

/* Norms of the residuals of all 2 kept pairs. */
const float *es_ritz_get_residuals (const EsRitz *ritz);

/* Whether the last update was a full decomposition. */
gboolean es_ritz_was_full (const EsRitz *ritz);

G_END_DECLS
