/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-record.h"
#include "es-model.h"

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

/* Writes @path off the main thread, and says so in @owner's window. @model and @dataset
   are read for the dataset only (nullable). */
void es_attack_save_start (GtkWidget *owner,
                           EsAttackSave what,
                           const char *path,
                           EsAttackRecord *record,
                           EsModel *model,
                           EsDataset *dataset);

G_END_DECLS
