/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"
#include "es-run.h"
#include "es-truncation.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * How good networks are with few components of each class, computed off the main
 * thread.
 */

/* Components of a class that can be looked at one after another. */
#define ES_TRUNCATED_SHOWN 20

typedef struct
{
  EsPlot *plot;
  gsize n_ranks;
  gsize *ranks;         /* (n_ranks) entry r is r up to ES_TRUNCATED_SHOWN */
  double *accuracy;     /* (n_ranks) of the first run */
  EsSpectrum *spectrum; /* of the first run: all classes, leading pictures */
  EsTruncationRule rule;
} EsTruncatedStudy;

void es_truncated_study_free (EsTruncatedStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTruncatedStudy, es_truncated_study_free)

/*
 * @runs (of EsRun, taken over, at least one) are tried on the test images of @dataset;
 * those that cannot be given them are left out, but the first must. @show_error: the
 * error on a logarithmic axis instead of the accuracy.
 */
void es_truncated_study_async (GPtrArray *runs,
                               EsDataset *dataset,
                               EsTruncationRule rule,
                               gboolean show_error,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
EsTruncatedStudy *es_truncated_study_finish (GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first @n components of class @c that the rule keeps, at most ES_TRUNCATED_SHOWN,
   in order; @title of that class; @rows and @cols of a picture. NULL if there is none.
 */
EsPlot *es_truncated_study_components (const EsTruncatedStudy *study,
                                       gsize c,
                                       const char *title,
                                       gsize n,
                                       guint rows,
                                       guint cols) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
