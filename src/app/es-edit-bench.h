/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-component-edit.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A network whose components are edited, off the main thread: what it makes of all test
 * images, and the edited network itself. Reference-counted; requests are done one after
 * another, and what all of them need is made by the first.
 */
typedef struct _EsEditBench EsEditBench;

/* @spectrum is @model's, of all classes, in the embedding basis. */
EsEditBench *es_edit_bench_new (EsModel *model,
                                EsSpectrum *spectrum,
                                EsDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
EsEditBench *es_edit_bench_ref (EsEditBench *bench);
void es_edit_bench_unref (EsEditBench *bench);

/* Accuracy and loss on the test images with @factors (C, D, copied), and without. */
typedef struct
{
  EsEvaluation plain, edited;
} EsEditScore;

void es_edit_bench_score_async (EsEditBench *bench,
                                const float *factors,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* Free with g_free(). */
EsEditScore *es_edit_bench_score_finish (GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An edited network, what it is like on the test images, and how it was edited, as
   es_component_edit_make_model() and es_component_edit_describe() say. */
typedef struct
{
  EsModel *model;
  EsEvaluation evaluation;
  char **parts;
} EsEdited;

void es_edited_free (EsEdited *edited);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsEdited, es_edited_free)

/* The network with @factors (C, D, copied). */
void es_edit_bench_make_async (EsEditBench *bench,
                               const float *factors,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
EsEdited *es_edit_bench_make_finish (GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
