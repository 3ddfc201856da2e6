/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A pen that draws lines with a soft edge on a small image. */

#define ES_GLYPH_SIDE 28 /* rows and columns of the image */
#define ES_GLYPH_PIXELS (ES_GLYPH_SIDE * ES_GLYPH_SIDE)
#define ES_GLYPH_MAX_VERTICES 320

typedef struct
{
  double x; /* pixels; the middle of pixel i lies at i */
  double y;
  double radius;   /* of the ink, pixels */
  gboolean joined; /* ink runs here from the vertex before */
} EsGlyphVertex;

/* What the pen draws. */
typedef struct
{
  EsGlyphVertex vertices[ES_GLYPH_MAX_VERTICES];
  guint n;
  double edge; /* over how many pixels the ink fades out, above 0 */
  double ink;  /* intensity, 0 to 1 */
} EsGlyphPath;

/* Draws @path to @pixels (ES_GLYPH_PIXELS), all of which it sets: ink bright on black.
 */
void es_glyph_draw (guint8 *pixels, const EsGlyphPath *path);

G_END_DECLS
