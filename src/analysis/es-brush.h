/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Strokes of a brush on a picture (rows, cols) of floats, without a display. Places are
 * in pixels from the upper left corner of the picture: the centre of its first pixel is
 * (0.5, 0.5).
 *
 * A stroke covers each pixel by a share c from 0 to 1, the largest of all its dabs, and
 * moves it from what it was to a target t: p + c (t - p). So going over a place again
 * within a stroke changes nothing more, and what a stroke makes does not depend on how
 * often the pointer was looked at.
 */

typedef enum {
  ES_BRUSH_PAINT,  /* t is the strength, with the brush's sign */
  ES_BRUSH_ERASE,  /* t is 0, and c is multiplied by the strength */
  ES_BRUSH_SMOOTH, /* t is the mean over the neighbours, 1 2 1 in both directions; c is
                      multiplied by the strength */
} EsBrushMode;

/* What is painted once more, mirrored. */
typedef enum {
  ES_SYMMETRY_NONE = 0,
  ES_SYMMETRY_LEFT_RIGHT = 1,
  ES_SYMMETRY_TOP_BOTTOM = 2,
  ES_SYMMETRY_BOTH = 3,
} EsSymmetry;

typedef struct
{
  EsBrushMode mode;
  double size;     /* diameter in pixels, above 0 */
  double hardness; /* 0: falls off from the centre; 1: within one pixel, at the edge */
  double strength; /* 0 to 1 */
  gboolean negative; /* paints -strength */
  EsSymmetry symmetry;
} EsBrush;

/* The size that a pen without pressure leaves, as a share. */
#define ES_BRUSH_LEAST_WIDTH 0.25

/* Paints 1, two pixels wide, hard, positive, not mirrored. */
void es_brush_init (EsBrush *brush);

/* One stroke while it is drawn. */
typedef struct _EsStroke EsStroke;

/* On @base (rows, cols), copied. Nothing is covered yet. */
EsStroke *es_stroke_new (const EsBrush *brush,
                         const float *base,
                         guint rows,
                         guint cols) G_GNUC_WARN_UNUSED_RESULT;
void es_stroke_free (EsStroke *stroke);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsStroke, es_stroke_free)

/*
 * Goes straight to (@x, @y), anywhere, from where the last call ended; the first call
 * begins there. @pressure from 0 to 1 (1 for a mouse) is how wide, from
 * ES_BRUSH_LEAST_WIDTH to all of the size. Returns whether a pixel changed.
 */
gboolean es_stroke_to (EsStroke *stroke, double x, double y, double pressure);

/* The picture with the stroke (rows, cols), owned by it; changes with the next call. */
const float *es_stroke_get_pixels (const EsStroke *stroke);

G_END_DECLS
