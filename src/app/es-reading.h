/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-explanation.h"
#include "es-plot.h"
#include "es-sample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * How a network reads one image, computed off the main thread: what each component of
 * each class contributes, and the figure of it.
 */

typedef struct
{
  EsModel *model;
  EsDataset *dataset; /* nullable: where later layers are linearised */
  char **class_names; /* nullable */
  char *name;
  EsSample *sample;     /* that fits the model */
  EsSpectrum *spectrum; /* of an earlier reading by the same model; nullable */
  float *factors;       /* (C, D) that components are scaled by; NULL: all 1 */
  EsSpectrum *edited;   /* that the factors are of; with them only. Those of another
                           model are carried over, es_component_edit_carry() */
} EsReadingQuery;

typedef struct
{
  EsModel *model;
  EsSample *sample;
  EsSpectrum *spectrum;       /* all classes, embedding basis, all pictures */
  float *factors;             /* (C, D), NULL: all 1 */
  EsExplanation *explanation; /* unedited */
  EsExplanation *edited;      /* with the factors, or NULL: the same */
  EsPlot *plot;               /* as edited */
} EsReading;

void es_reading_free (EsReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsReading, es_reading_free)

/* @query's fields are copied. Fails for networks without spectra: gated ones. */
void es_reading_async (const EsReadingQuery *query,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
EsReading *es_reading_finish (GAsyncResult *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
