/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-picture.h"

#include "es-blas.h"

#include <math.h>

void
es_picture_project (float *pictures,
                    const float *vectors,
                    const float *map,
                    gsize n,
                    gsize D,
                    gsize W,
                    gsize P)
{
  es_blas_gemm (pictures, P, ES_PLAIN, vectors, D, ES_PLAIN, map, P, n, P, W, 1, 0);
}

/* The entry of largest magnitude, the first of equals; 0 if all are 0. */
static float
largest_entry (const float *x, gsize n)
{
  float largest = 0;

  for (gsize i = 0; i < n; i++)
    if (fabsf (x[i]) > fabsf (largest))
      largest = x[i];
  return largest;
}

/* By subtraction, which leaves no -0 behind. */
void
es_picture_negate (float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = 0 - x[i];
}

void
es_picture_fix_sign (float *vector, float *picture, gsize D, gsize P)
{
  float leading = largest_entry (picture, P);

  if (leading == 0)
    leading = largest_entry (vector, D);
  if (leading >= 0)
    return;
  es_picture_negate (vector, D);
  es_picture_negate (picture, P);
}
