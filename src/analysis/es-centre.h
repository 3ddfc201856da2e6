/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Centres ink as MNIST's digits are: scaled, sides alike, so that it fills a box of 20
 * pixels in an image of 28 (20/28 of the smaller side in others), and moved so that its
 * centre of mass is in the middle. @out and @in (rows, cols), 0 to 1, must not overlap.
 * What is within a pixel of that size already is only moved, by whole pixels, so that
 * doing it again changes nothing. FALSE, with @out untouched, if there is no ink.
 */
gboolean es_centre_like_mnist (float *restrict out,
                               const float *restrict in,
                               guint rows,
                               guint cols);

G_END_DECLS
