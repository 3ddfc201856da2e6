/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One update by AdamW (Loshchilov, Hutter, "Decoupled weight decay regularization",
   2019) with PyTorch's constants: beta 0.9 and 0.999, epsilon 1e-8. */
typedef struct
{
  float keep; /* what weight decay leaves: 1 - lr weight_decay */
  float step; /* lr / (1 - 0.9^t) */
  float root; /* 1 / sqrt (1 - 0.999^t) */
} EsAdamW;

/* @t counts from 1. */
EsAdamW es_adamw_step (double lr, double weight_decay, guint64 t);

/*
 * Updates @n parameters and their moments. The gradient is the sum of @n_parts arrays
 * of derivatives, @dparams[i] + @first, which is zeroed again. @params, @moment1 and
 * @moment2 point at element @first already.
 */
void es_adamw_update (float *restrict params,
                      float *restrict moment1,
                      float *restrict moment2,
                      float *const *dparams,
                      guint n_parts,
                      gsize first,
                      gsize n,
                      const EsAdamW *adamw);

G_END_DECLS
