/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The components of one spectrum. Its eigenvalues (D) ascend; an index counts along
 * them. People count from both ends: component 0, 1, ... from the most positive
 * eigenvalue down, component -1, -2, ... from the most negative up. Both ways reach
 * every index, so each index has two names.
 */

/* Gap, as a share of the largest |lambda|, below which neighbours count as equal. Their
   eigenvectors are then defined only up to a rotation among themselves. */
#define ES_COMPONENTS_TOLERANCE 1e-3

/* The index of @component among @D, or FALSE if there is none (nothing is written). */
gboolean es_component_to_index (gssize component, gsize D, gsize *index);

/* The name of @index that counts from the end on its own side of zero: 0 and up for an
   eigenvalue of at least 0, -1 and down for a negative one. */
gssize es_component_from_index (gsize index, const float *eigenvalues, gsize D);

/* lambda_index^2 / sum lambda^2, 0 to 1; 0 if all are 0. */
double es_component_share (const float *eigenvalues, gsize D, gsize index);

/* (sum |lambda|)^2 / sum lambda^2, 1 to D; 0 if all are 0. */
double es_components_effective_rank (const float *eigenvalues, gsize D);

/* How many eigenvalues, largest |lambda| first, hold at least @share (0 to 1) of the
   sum of squares. 0 if all are 0. */
gsize es_components_count_share (const float *eigenvalues, gsize D, double share);

/*
 * Marks near-equal neighbours: @groups (D) gets ascending group numbers from 0, equal
 * for indices joined by gaps of at most @tolerance (a share of the largest |lambda|,
 * say ES_COMPONENTS_TOLERANCE). A chain of small gaps is one group, however long.
 * Returns the number of groups.
 */
gsize es_components_group (guint *groups,
                           const float *eigenvalues,
                           gsize D,
                           double tolerance);

/* Fills @order (D) with the indices by falling |lambda|; of two that differ in sign
   only the negative one comes first. */
void es_components_order (guint *order, const float *eigenvalues, gsize D);

G_END_DECLS
