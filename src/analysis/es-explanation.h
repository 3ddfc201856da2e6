/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * What each component says about one input x (P) (src/DESIGN.md, equation of the
 * contributions): with e the input of the layer that the spectrum is of (and the
 * constant 1 appended with bias), component k of form i contributes lambda_ik (v_ik .
 * e)^2. The contributions and the direct part add up to the value m_i . z, with z the
 * layer's output: for the outputs of the last layer, to the logits. The fields are for
 * reading.
 */
typedef struct
{
  gsize n;
  gsize D;
  double *values;        /* (n) by the forward pass: the logits */
  double *contributions; /* (n, D), in the order of the eigenvalues */
  double *direct;        /* (n) m_i . e with a residual, else 0 */
  gsize n_edited;        /* components that were scaled, es_explanation_edit() */
} EsExplanation;

/*
 * Explains @x (P, pixels 0 to 1) by @spectrum, which must be @model's (of all outputs,
 * of differences, ...). A spectrum in the pixel basis must have all its pictures.
 * ES_ERROR_SETTING if the spectrum does not fit the model, ES_ERROR_MATH if the result
 * is not finite.
 */
EsExplanation *es_explanation_new (const EsModel *model,
                                   const EsSpectrum *spectrum,
                                   const float *x,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @explanation with components scaled by @factors (n, D): contributions and values
   follow (equation 18). The value of a form without any component is exactly its direct
   part. */
EsExplanation *es_explanation_edit (const EsExplanation *explanation,
                                    const float *factors) G_GNUC_WARN_UNUSED_RESULT;
void es_explanation_free (EsExplanation *explanation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsExplanation, es_explanation_free)

G_END_DECLS
