/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"

G_BEGIN_DECLS

/*
 * The image (P) at which layers after the first are linearised: the mean test image of
 * @dataset, mid-grey without one (nullable). NULL for one-layer models, which need
 * none.
 */
float *es_model_input_reference (const EsModelConfig *config,
                                 const EsDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
