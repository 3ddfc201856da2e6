/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * @pictures (n, P) = the first W coordinates of each row of @vectors (n, D), times
 * @map (W, P). Coordinates from W on (the constant's) have no picture. On the calling
 * thread.
 */
void es_picture_project (float *pictures,
                         const float *vectors,
                         const float *map,
                         gsize n,
                         gsize D,
                         gsize W,
                         gsize P);

/*
 * The sign rule: a vector and its picture are negated together if that makes the
 * picture's entry of largest magnitude (the first of equals) positive. A picture that
 * is zero everywhere says nothing: the rule is then applied to the vector itself.
 */
void es_picture_fix_sign (float *vector, float *picture, gsize D, gsize P);

/* Negates @x (n). */
void es_picture_negate (float *x, gsize n);

G_END_DECLS
