/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * One bilinear layer as its quadratic forms see it: H products of the W coordinates of
 * its input (es_model_config_coordinates). With bias the constant 1 is one more, the
 * last: L' = [L b_L], R' = [R b_R], and D = W + 1; without, D = W. Borrows the model's
 * weights where it can, so the model must outlive it.
 */
typedef struct
{
  gsize H;
  gsize W;
  gsize D;
  const float *weights; /* (2H, D), L' then R' */
  float *owned;         /* the same array where it is not the model's, else NULL */
} EsBlock;

/* ES_ERROR_SETTING if the model is gated (no quadratic form, hence no exact spectrum),
   ES_ERROR_NO_MEMORY. @layer must exist. */
EsBlock *es_block_new (const EsModel *model,
                       guint layer,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_block_free (EsBlock *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsBlock, es_block_free)

/* Size D of the interaction matrices of @model. */
gsize es_block_get_size (const EsModel *model);

/*
 * Q = sym (L'^T diag (m) R') in @q (D, D), exactly symmetric; @m (H). On the calling
 * thread. @scratch (H, D) is overwritten.
 */
void es_block_interaction (float *restrict q,
                           float *restrict scratch,
                           const EsBlock *block,
                           const float *restrict m);

/*
 * @out (b, D) = @s (b, D) Q without forming Q, in 8 b H D operations.
 * @scratch (b, 2H) is overwritten.
 */
void es_block_multiply (float *restrict out,
                        float *restrict scratch,
                        const EsBlock *block,
                        const float *restrict m,
                        const float *restrict s,
                        gsize b);

G_END_DECLS
