/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One update by AdamW (Loshchilov, Hutter, "Decoupled weight decay regularization",
   2019) with PyTorch's constants: beta 0.9 and 0.999, epsilon 1e-8; or by Adam, with
   weight decay added to the gradient. */
typedef struct
{
  float keep; /* what decoupled weight decay leaves: 1 - lr weight_decay, else 1 */
  float add;  /* what is added to the gradient for each unit of weight, else 0 */
  float step; /* lr / (1 - 0.9^t) */
  float root; /* 1 / sqrt (1 - 0.999^t) */
} EsAdamW;

/* @t counts from 1. */
EsAdamW es_adamw_step (double lr, double weight_decay, guint64 t);

/* The same with the decay coupled: added to the gradient, as torch.optim.Adam does. Its
   strength then hardly depends on how large the gradient is, and outlives it. */
EsAdamW es_adamw_step_coupled (double lr, double weight_decay, guint64 t);

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
