/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Brings the eigenvectors of a tridiagonal matrix back to the symmetric matrix Q that
 * ssytrd reduced to it (column-major, upper triangle). @vectors (n, n): an eigenvector
 * in each row, replaced. @reflectors (n, n): what ssytrd left; of row i > 0 the first
 * i - 1 numbers are read, of the reflector that acts on the coordinates before i, and
 * the rest is overwritten. @tau (n - 1). Returns FALSE if there is no memory for (n,
 * 192) numbers.
 */
gboolean
es_reflectors_apply (float *vectors, float *reflectors, const float *tau, gsize n);

G_END_DECLS
