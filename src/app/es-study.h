/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-plot.h"
#include "es-spectrum.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the spectrum view shows, computed off the main thread: full spectra of a network
 * as figures, and one component of them.
 */

/* Eigenvalues of each sign in the figure, and pictures. */
#define ES_STUDY_VALUES 20
#define ES_STUDY_PICTURES 4
/* Of each sign and class in the figure of all classes. */
#define ES_STUDY_GALLERY 3
/* Images that activate a component most. */
#define ES_STUDY_IMAGES 24

typedef struct
{
  EsModel *model;
  EsDataset *dataset; /* nullable */
  char **class_names; /* nullable */
  char *name;
  char *direction; /* as people write it */
  gboolean all;    /* the outputs instead of the direction */
  EsBasis basis;
} EsStudyQuery;

/* The spectra with the figure of them. */
typedef struct
{
  EsSpectrum *spectrum;
  EsPlot *plot;
  char *title;
  guint rows, cols;
} EsStudy;

void es_study_free (EsStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsStudy, es_study_free)

/* @query's fields are copied. */
void es_study_async (const EsStudyQuery *query,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
EsStudy *es_study_finish (GAsyncResult *result,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One component of a study's first form, large, and the test images that activate it
   most. */
typedef struct
{
  EsPlot *picture;
  EsPlot *images; /* NULL without dataset */
  double eigenvalue;
  double share; /* of the sum of squares, 0 to 1 */
} EsStudyDetail;

void es_study_detail_free (EsStudyDetail *detail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsStudyDetail, es_study_detail_free)

/* @component as in EsWorkspace, held to those that there are; @dataset is nullable. */
void es_study_detail_async (EsStudy *study,
                            int component,
                            EsDataset *dataset,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
EsStudyDetail *es_study_detail_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
