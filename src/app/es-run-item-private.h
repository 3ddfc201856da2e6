/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

G_BEGIN_DECLS

/* What the files of EsRunItem share. */

/* Epochs over which the pace is averaged. */
#define PACE_EPOCHS 5

struct _EsRunItem
{
  GObject parent_instance;

  EsPlan plan;
  EsRunState state;
  char *status;
  char *path;
  EsOrigin *origin;   /* nullable */
  EsLibrary *library; /* nullable */
  char *id;           /* in the library (nullable) */
  EsRunEntry *entry;
  char *trouble;  /* why it cannot be kept (nullable) */
  gboolean kept;  /* the library had it when that was looked at last */
  gboolean stale; /* others have trained it since its weights were brought */
  gint64 at_rest; /* since this monotonic time */
  EsRun *run;     /* at rest only: all there is; NULL before */
  EsTrainJob *job;

  EsDataset *dataset;
  char **class_names;
  EsModel *model;
  double position;
  EsFilm *film;
  GArray *history; /* of EsEpoch */
  GArray *marks;   /* of EsRateChange */
  double seconds[PACE_EPOCHS];
  guint n_timed;
};

void es_run_item_set_state (EsRunItem *self, EsRunState state);
void es_run_item_update_status (EsRunItem *self);

/* Takes the run, and all that is shown of it but for the film. */
void es_run_item_take_run (EsRunItem *self, EsRun *run);

/* The state that its run is in without a training. */
void es_run_item_set_state_at_rest (EsRunItem *self);

/* Whether the library has its file. */
gboolean es_run_item_is_on_disk (EsRunItem *self);

G_END_DECLS
