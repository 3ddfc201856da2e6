/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-mask.h"
#include "es-plot.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What attacks on a network are made from, computed off the main thread: the spectra of
 * all classes and the masks. Immutable, reference-counted; the fields are for reading.
 */
typedef struct
{
  EsModel *model;
  EsSpectrum *spectrum; /* all classes, embedding basis */
  EsMasks *masks;
  float *mean; /* (P) of the training images */
} EsAttackKit;

EsAttackKit *es_attack_kit_ref (EsAttackKit *kit);
void es_attack_kit_unref (EsAttackKit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackKit, es_attack_kit_unref)

/* @k eigenvectors of each class are told apart. @spectrum: of an earlier kit of the
   same model, nullable. Fails for networks without spectra: gated ones. */
void es_attack_kit_async (EsModel *model,
                          EsDataset *dataset,
                          EsSpectrum *spectrum,
                          gsize k,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
EsAttackKit *es_attack_kit_finish (GAsyncResult *result,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Components in the figure of those that moved. */
#define ES_ATTACK_KIT_MOVED 12

/*
 * The figure of the contributions to the logit of class @c, called @name, that differ
 * most between the images @before and @after (P, copied).
 */
void es_attack_kit_moved_async (EsAttackKit *kit,
                                const float *before,
                                const float *after,
                                guint c,
                                const char *name,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
EsPlot *es_attack_kit_moved_finish (GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
