/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Pixels that are lit: products of images of bytes with weights that leave out what is
 * black, for es-embedding. Images go in groups, which share each weight that is read.
 */

#define ES_LIT_GROUP 4

/* Units in the widest tile. */
#define ES_LIT_WIDEST 64

/* Pixels of a group that are not black in all of its images, in order. */
typedef struct
{
  gsize n;
  guint32 *places;             /* (n) */
  float *values[ES_LIT_GROUP]; /* (n) each: pixel / 255 */
} EsLit;

/* Fills @lit, which has room for all, with those of pixels @first to @end - 1 that are
   lit. Reads no others. */
typedef void (*EsLitFind) (EsLit *lit,
                           const guint8 *const images[ES_LIT_GROUP],
                           gsize first,
                           gsize end);

/* What lit pixels give the units of one tile, from their weights @tile (P, width): put
   into @e (ES_LIT_GROUP, width), whose rows are @stride apart, if @fresh; else added.
 */
typedef void (*EsLitAdd) (
    float *e, gsize stride, const float *tile, const EsLit *lit, gboolean fresh);

typedef struct
{
  gsize width; /* units in a tile */
  EsLitFind find;
  EsLitAdd add;
} EsLitKernels;

/* Those for this processor, with vectors of at most @widest bits; NULL if matrix
   products are faster there. */
const EsLitKernels *es_lit_kernels (guint widest);

G_END_DECLS
