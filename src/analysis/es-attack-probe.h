/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-stack.h"
#include "es-model.h"

G_BEGIN_DECLS

/*
 * One image under a stack of layers, fast enough for every move of a slider. Where the
 * change is a plain sum (no clipping, no L-infinity budget), each layer's part in
 * the first product, E m and [L; R] E m, is kept, so that a change of strengths costs
 * a few multiplications of width 2H (src/DESIGN.md, equation 17). Where only pixels
 * changed, and few, as while a brush moves, the product of the call before moves by
 * their columns of E and [L; R] E, of width 3H each; back again gives the same logits
 * to the bit. Otherwise the network runs once. Either way the result is the network's
 * on x + change. For one thread; any model.
 */
typedef struct _EsAttackProbe EsAttackProbe;

/* @x (P, copied) is the image. ES_ERROR_NO_MEMORY, or ES_ERROR_MATH if the outputs for
   it are not finite. */
EsAttackProbe *es_attack_probe_new (EsModel *model,
                                    const float *x,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_attack_probe_free (EsAttackProbe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackProbe, es_attack_probe_free)

/* @logits (C) of the image with @stack (nullable: as it is). */
void es_attack_probe_logits (EsAttackProbe *probe,
                             const EsAttackStack *stack,
                             float *logits);

/*
 * Smallest strength that flips it: the least @strength from 0 to @most (of either sign)
 * of layer @i of @stack, all else as it stands, at which the image is read as @target
 * or, with @target -1, not as @label. Tried at 512 even distances, then bisected: a
 * stretch shorter than such a distance may be missed. FALSE if there is none.
 */
gboolean es_attack_probe_smallest (EsAttackProbe *probe,
                                   const EsAttackStack *stack,
                                   guint i,
                                   guint label,
                                   gint target,
                                   double most,
                                   double *strength);

/*
 * Best within budget: the @strength of layer @i, between -@most and @most and with the
 * change within the stack's budget where it has one, of the largest margin (see
 * es_norms_margin()), which is returned.
 */
double es_attack_probe_best (EsAttackProbe *probe,
                             const EsAttackStack *stack,
                             guint i,
                             guint label,
                             gint target,
                             double most,
                             double *strength);

G_END_DECLS
