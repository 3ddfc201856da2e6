/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-record.h"
#include "es-model.h"
#include "es-telling.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Files of an attack. */
typedef enum {
  ES_ATTACK_SAVE_IMAGE,   /* the changed image, PNG */
  ES_ATTACK_SAVE_CHANGE,  /* what was added to it, .npy */
  ES_ATTACK_SAVE_ATTACK,  /* all of it, to be opened again */
  ES_ATTACK_SAVE_DATASET, /* the layers on every test image, .npz */
  ES_ATTACK_N_SAVES,
} EsAttackSave;

/* Asks where to; @chosen as for es_files_save(). */
void es_attack_save_ask (GtkWidget *owner,
                         EsAttackSave what,
                         void (*chosen) (const char *path, gpointer owner));

/*
 * Writes @path off the main thread. @model and @dataset are read for the dataset only
 * (nullable); that takes seconds, so @progress (nullable; gets @owner) tells how far it
 * is. Cancelled, nothing is left of it and @path is as it was.
 */
void es_attack_save_async (GtkWidget *owner,
                           EsAttackSave what,
                           const char *path,
                           EsAttackRecord *record,
                           EsModel *model,
                           EsDataset *dataset,
                           EsTellingFunc progress,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback);

/* Says in @owner's window what came of it, unless it was cancelled; returns what it
   was about. */
EsAttackSave es_attack_save_finish (GtkWidget *owner, GAsyncResult *result);

G_END_DECLS
