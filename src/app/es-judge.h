/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* How well a network that others trained does on test images: the judge of whether its
   tensors were understood. */
typedef struct
{
  char *data;         /* the dataset's name; NULL if none fits the network */
  EsDataset *dataset; /* that dataset, or NULL */
  double accuracy;    /* 0 to 1, or NAN */
  double other;       /* of the same weights with residual changed, or NAN */
} EsJudgement;

void es_judgement_free (EsJudgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsJudgement, es_judgement_free)

/*
 * Tries @model off the main thread on the dataset @data (a name; nullable: of those
 * here whose images and classes fit it, the one that it does best on). @both: also
 * with the residual connection changed.
 */
void es_judge_async (EsModel *model,
                     const char *data,
                     gboolean both,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
EsJudgement *es_judge_finish (GAsyncResult *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
