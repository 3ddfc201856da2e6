/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * The bilinear product with its optional gate, row by row:
 *   z = gate (l) * r                                     (src/DESIGN.md, equation 2)
 * N rows, H units; l and r lie side by side in one array lr (N, 2H).
 */

/* @z (N, H), from @lr (N, 2H). */
void es_product_forward (
    float *restrict z, const float *restrict lr, gsize N, gsize H, EsGate gate);

/* Replaces @lr (N, 2H) by the loss's derivative by it, given @dz (N, H). */
void es_product_backward (
    float *restrict lr, const float *restrict dz, gsize N, gsize H, EsGate gate);

G_END_DECLS
