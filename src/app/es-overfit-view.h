/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"
#include "es-plot.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The networks that are compared: without and with what holds them back. */
#define ES_OVERFIT_N 2

/* What is said of one of them. */
typedef struct
{
  double train_accuracy; /* 0 to 1, without noise */
  double test_accuracy;
  double rank;   /* mean effective rank of the eigenvalues */
  double pixels; /* mean effective number of pixels of the top eigenvectors */
} EsOverfitNumbers;

/* The comparison of two networks, computed off the main thread. */
typedef struct
{
  EsPlot *plot;
  EsOverfitNumbers numbers[ES_OVERFIT_N];
  char *guide; /* what there is to see, in sentences */
} EsOverfitView;

void es_overfit_view_free (EsOverfitView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsOverfitView, es_overfit_view_free)

/* Of @models (ES_OVERFIT_N), called @names, on all images of @dataset. */
void es_overfit_view_async (EsModel *const *models,
                            const char *const *names,
                            EsDataset *dataset,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
EsOverfitView *es_overfit_view_finish (GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
