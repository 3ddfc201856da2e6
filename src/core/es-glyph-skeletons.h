/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The ways in which people write the digits, as strokes of the pen.
 *
 * A skeleton is a list of points that the pen passes through. It comes in two forms, A
 * and B, point by point the same stroke at the ends of what is usual (a slim
 * and a wide zero, a closed and an open four); a written digit lies between them. Units
 * are hundredths of the digit's height, x to the right, y down.
 */

#define ES_GLYPH_MAX_POINTS 24

typedef enum {
  ES_GLYPH_SMOOTH, /* the pen passes through in a curve */
  ES_GLYPH_CORNER, /* it turns sharply */
  ES_GLYPH_LAST,   /* it leaves the paper; the next point begins a new stroke */
} EsGlyphTurn;

typedef struct
{
  gint8 a[2]; /* x, y in form A */
  gint8 b[2]; /* x, y in form B */
  EsGlyphTurn turn;
} EsGlyphPoint;

typedef struct
{
  guint digit;
  guint weight; /* how common, in parts of the digit's sum of weights */
  guint n_points;
  const EsGlyphPoint *points; /* (n_points), the last one is ES_GLYPH_LAST */
} EsGlyphSkeleton;

/* All skeletons, those of one digit in a row, the digits ascending. */
const EsGlyphSkeleton *es_glyph_skeletons (guint *n_skeletons);

/* The skeleton of @digit (0 to 9) at @share (0 to 1, 1 excluded) of its weights. */
const EsGlyphSkeleton *es_glyph_skeleton_choose (guint digit, double share);

G_END_DECLS
