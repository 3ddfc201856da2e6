/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Settings and training of the chosen run: what it learns is seen while it learns, and
 * the film of it afterwards. "commands-changed" is emitted when other commands than
 * before make sense.
 */
#define ES_TYPE_TRAIN_PAGE (es_train_page_get_type ())
G_DECLARE_FINAL_TYPE (EsTrainPage, es_train_page, ES, TRAIN_PAGE, AdwBin)

void es_train_page_set_workspace (EsTrainPage *self, EsWorkspace *workspace);

/* Gives the focus to what comes next on the page. */
void es_train_page_focus (EsTrainPage *self);

/* Commands, and which of them make sense now. */
typedef enum {
  ES_TRAIN_START = 1 << 0, /* or pause, resume, go on, whichever applies */
  ES_TRAIN_STEP = 1 << 1,
  ES_TRAIN_STOP = 1 << 2,
  ES_TRAIN_PLAY = 1 << 3, /* the film; again: hold it */
} EsTrainCommands;

EsTrainCommands es_train_page_get_commands (EsTrainPage *self);
void es_train_page_start (EsTrainPage *self);
void es_train_page_step (EsTrainPage *self);
void es_train_page_stop (EsTrainPage *self);
void es_train_page_play (EsTrainPage *self);

/* Takes over a number that is still being typed: before the settings are used. */
void es_train_page_commit (EsTrainPage *self);

/* Shows or hides the settings. */
void es_train_page_toggle_settings (EsTrainPage *self);
/* Makes the axes of the learning curves logarithmic or linear. */
void es_train_page_toggle_logarithmic (EsTrainPage *self);

G_END_DECLS
