/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How large a change of an image is, in units of the data (0 to 1). */
typedef struct
{
  gsize l0;    /* pixels changed by more than ES_NORMS_NOTHING */
  double l2;   /* times 255 in units of 0 to 255 */
  double linf; /* the same */
} EsNorms;

/* A change below this is none: a hundredth of a grey level. */
#define ES_NORMS_NOTHING (0.01 / 255)

/* Which norm a budget is in. */
typedef enum {
  ES_NORM_NONE, /* no budget */
  ES_NORM_L2,
  ES_NORM_LINF,
} EsNorm;

void es_norms_measure (EsNorms *norms, const float *change, gsize P);

/* The nearest change (L2) to @change (P) within @budget, in place: all of it scaled for
   L2, each pixel held for L-infinity. */
void es_norms_project (float *change, gsize P, EsNorm norm, double budget);

/* Holds @x + @change between 0 and 1, by changing @change (P). Pixels of @x outside
   stay where they are or come nearer. */
void es_norms_clip (float *change, const float *x, gsize P);

/* The margin by which the logit @wanted of @logits (C) leads all others or, with
   @wanted -1, by which the best other one leads @label. */
double es_norms_margin (const float *logits, gsize C, guint label, gint wanted);

G_END_DECLS
