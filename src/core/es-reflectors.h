/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Brings the eigenvectors of a tridiagonal matrix back to the symmetric matrix Q that
 * ssytrd reduced to it (column-major, upper triangle). @vectors (n, n): an eigenvector
 * in each row, replaced. @q (n, n): what ssytrd left, whose row i > 0 holds the
 * reflector that acts on the coordinates before i; destroyed. @tau (n - 1).
 * Returns FALSE if there is no memory for (n, 128) numbers.
 */
gboolean es_reflectors_apply (float *vectors, float *q, const float *tau, gsize n);

G_END_DECLS
