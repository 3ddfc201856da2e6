/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-glyph-pen.h"
#include "es-rng.h"

G_BEGIN_DECLS

/*
 * From the skeleton of a digit to what a pen draws: the line is bent, slanted,
 * stretched and placed as handwriting varies. Like the pen it uses addition,
 * multiplication, division and square root only, which all machines round alike.
 */

/* Writes @digit (0 to 9) by hand; all chance comes from @rng. */
void es_glyph_write (EsGlyphPath *path, guint digit, EsRng *rng);

G_END_DECLS
