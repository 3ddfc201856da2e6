/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-evaluate.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/* Which components of a class are kept first. */
typedef enum {
  ES_TRUNCATION_ABSOLUTE, /* those of largest |lambda| */
  ES_TRUNCATION_POSITIVE, /* the most positive; never one that is not positive */
  ES_TRUNCATION_NEGATIVE, /* the most negative; never one that is not negative */
} EsTruncationRule;

const char *es_truncation_rule_to_string (EsTruncationRule rule);
/* Returns FALSE if @name is no rule. */
gboolean es_truncation_rule_from_string (const char *name, EsTruncationRule *rule);

/*
 * What is left when only some components of each class are kept: the @n_ranks numbers
 * of components in @ranks, chosen by @rule for each class (src/DESIGN.md, equation 11),
 * plus the direct path U e when residual. A rank above what there is keeps all. At
 * rank 0 without residual all logits are 0 and every image is taken for class 0.
 *
 * @evaluations (n_ranks) gets accuracy and loss on @samples. @spectrum is of all
 * classes of @model, in the embedding basis. ES_ERROR_SETTING if it is not, or if a
 * label has no class; ES_ERROR_NO_MEMORY, ES_ERROR_CANCELLED.
 */
gboolean es_truncation_evaluate (EsEvaluation *evaluations,
                                 const gsize *ranks,
                                 gsize n_ranks,
                                 EsTruncationRule rule,
                                 const EsModel *model,
                                 const EsSpectrum *spectrum,
                                 const EsSamples *samples,
                                 const EsProgress *progress,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
