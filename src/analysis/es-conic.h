/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where a quadratic form of two inputs and the constant is 0: a conic. The eigenvectors
 * of its quadratic block are the directions of the axes.
 */
typedef enum {
  ES_CONIC_ELLIPSE,   /* eigenvalues of the same sign */
  ES_CONIC_HYPERBOLA, /* of opposite signs */
  ES_CONIC_PARABOLA,  /* one is 0, or next to it: there is no centre */
  ES_CONIC_LINE,      /* both are */
} EsConicKind;

typedef struct
{
  EsConicKind kind;
  double eigenvalues[2]; /* that of larger magnitude first */
  double axes[2][2];     /* unit vectors; the larger entry is positive */
  double centre[2];      /* of ellipse and hyperbola */
  double height;         /* the form's value at the centre */
  double half[2];        /* from the centre along an axis to the conic; NAN: it does not
                            meet that axis */
} EsConic;

/* @f (3, 3) is symmetric, the constant the last coordinate, as es_input_form_fill()
   gives it. */
void es_conic_init (EsConic *conic, const float *f);

/* Where the line from @centre along the unit vector @axis, @half long in both
   directions, ends within the square from -1 to 1: the end ahead in @end. FALSE if the
   line does not pass the square. */
gboolean es_conic_clip_axis (double end[2],
                             const double centre[2],
                             const double axis[2],
                             double half);

G_END_DECLS
