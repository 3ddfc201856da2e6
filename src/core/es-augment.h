/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run.h"

G_BEGIN_DECLS

/* Makes the training input of one image: rotation and translation, then noise,
   then blur, whichever are on. Draws only from the streams of (epoch, position). */
typedef struct
{
  guint rows;
  guint cols;
  double rotate;    /* degrees */
  double translate; /* share of the image's size */
  float noise;
  float blur[3]; /* the kernel's centre and its two neighbours; [0] = 1 is none */
  guint64 seed;
} EsAugment;

void es_augment_init (EsAugment *augment,
                      const EsTrainConfig *config,
                      guint rows,
                      guint cols);

/*
 * @x (P): the network's input from @pixels (P). @scratch (P) is overwritten.
 * @position is the sample's place in the epoch.
 */
void es_augment_apply (const EsAugment *augment,
                       float *restrict x,
                       float *restrict scratch,
                       const guint8 *restrict pixels,
                       guint32 epoch,
                       guint32 position);

/* @x (n) = pixel / 255. */
void es_augment_expand (float *restrict x, const guint8 *restrict pixels, gsize n);

/* Rotates @in (rows, cols) by @angle (radians) about its centre and moves it by (@dx,
   @dy) pixels right and down into @out; bilinear, black outside. */
void es_augment_affine (float *restrict out,
                        const float *restrict in,
                        guint rows,
                        guint cols,
                        double angle,
                        double dx,
                        double dy);

/* Blurs @x (rows, cols) in place by the symmetric kernel of five with centre, first and
   second neighbour in @kernel, in both directions, mirrored at the borders. */
void es_augment_blur (float *restrict x,
                      float *restrict scratch,
                      guint rows,
                      guint cols,
                      const float kernel[3]);

G_END_DECLS
