/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * What a network for the challenge has found of its hidden target. The direction "alike
 * minus unlike" is x' F x + l . x + c: the quadratic block, the linear picture and the
 * constant, apart. The constant 1 takes no part in the block's spectrum; the published
 * scripts also add a unit for it, whose eigenvalue means nothing.
 */
typedef struct
{
  gsize P;
  EsSpectrum *spectrum; /* of the quadratic block, embedding basis; pictures all */
  EsSpectrum *whole;    /* of block, linear picture and constant together: one more
                           coordinate, the constant's, if there are biases */
  guint leading[2];     /* the block's components of largest |eigenvalue| */
  double cosine[2];     /* of their pictures with the target, all centred */
  guint best;           /* 0 or 1: of larger |cosine| */
  float *target;        /* (P) 0 to 1 */
  float *picture; /* (P) the better one, with the sign that agrees with the target */
  float *linear;  /* (P) l */
  double linear_cosine; /* with the target, both centred */
  double constant;      /* c */
} EsRecovery;

/* @dataset is the challenge that @model was trained for. ES_ERROR_SETTING if it is
   none, or the model has not one plain layer and two classes; else as
   es_spectrum_new(). */
EsRecovery *es_recovery_new (const EsModel *model,
                             const EsDataset *dataset,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_recovery_free (EsRecovery *recovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsRecovery, es_recovery_free)

/* The cosine of @a and @b (n), each less its mean; 0 if one is constant. */
double es_recovery_cosine (const float *a, const float *b, gsize n);

G_END_DECLS
