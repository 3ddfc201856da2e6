/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-leading.h"
#include "es-plot.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The leading components of whatever network was asked for last, computed off the main
 * thread. One computation at a time; a request that comes meanwhile replaces the one
 * that waits. From request to request of one subject eigenvectors keep their identity
 * and sign. "changed" is emitted when there is a new result or a new problem.
 */
#define ES_TYPE_LIVE (es_live_get_type ())
G_DECLARE_FINAL_TYPE (EsLive, es_live, ES, LIVE, GObject)

/* Pictures shown of each sign, and eigenvalues. */
#define ES_LIVE_PICTURES 3
#define ES_LIVE_VALUES 8

EsLive *es_live_new (void) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Asks for @direction (as people write it) of @model. @subject is compared only: who
 * the model belongs to. @class_names (nullable, copied) name the outputs. @dataset
 * (nullable) gives the mean image at which layers after the first are linearised.
 */
void es_live_request (EsLive *self,
                      gconstpointer subject,
                      EsModel *model,
                      const char *direction,
                      char **class_names,
                      EsDataset *dataset);

/* From the next request on nothing is known of what was shown before: signs follow the
   general rule again. */
void es_live_forget (EsLive *self);

/* Forgets results and requests. */
void es_live_clear (EsLive *self);

/* The plot of the latest result, or NULL. If @by_rule, each picture has the sign of the
   general rule instead of the one that it was first seen with: for files. */
EsPlot *es_live_dup_plot (EsLive *self, gboolean by_rule) G_GNUC_WARN_UNUSED_RESULT;

/* Why there is no result, fit to be shown, or NULL. */
const char *es_live_get_problem (EsLive *self);

G_END_DECLS
