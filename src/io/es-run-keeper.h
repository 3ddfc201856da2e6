/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-library.h"

G_BEGIN_DECLS

/*
 * Keeps one training in the library as it goes. Whoever trains hands over copies and
 * goes on at once; a thread of the keeper's own writes them. While the keeper lives
 * nobody else can train or delete the run. Not for several threads at a time.
 */
typedef struct _EsRunKeeper EsRunKeeper;

/* After so many seconds without a save another one is due: with the time that writing
   takes, a power cut costs half a minute. A young training is saved more often, after
   half of its age: most are short. */
#define ES_RUN_KEEPER_SECONDS 25

/*
 * For a new run @name, or with @id for the run @resume of the library (both nullable),
 * whose film is gone on with. Fails only for a run of the library: ES_IO_ERROR_BUSY if
 * it is being trained elsewhere, ES_IO_ERROR_WRITE if it cannot be changed. A new run's
 * place is made with its first save.
 */
EsRunKeeper *es_run_keeper_new (EsLibrary *library,
                                const char *name,
                                const char *id,
                                const EsRun *resume,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits until everything is written, and gives the run free for others. */
void es_run_keeper_free (EsRunKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsRunKeeper, es_run_keeper_free)

/* The identifier of the run. */
const char *es_run_keeper_get_id (const EsRunKeeper *keeper);

/* Whether it is time to save. */
gboolean es_run_keeper_is_due (const EsRunKeeper *keeper);

/* Takes @model (kept alive) as it is after @epoch epochs into the film. It is written
   with the next save. */
void es_run_keeper_add_frame (EsRunKeeper *keeper, guint epoch, EsModel *model);

/* Saves @run (transfer full) as soon as the thread comes to it; one that still waits is
   replaced. */
void es_run_keeper_save (EsRunKeeper *keeper, EsRun *run);

/* Waits until what was handed over is written. FALSE with the problem if the last save
   failed. */
gboolean es_run_keeper_wait (EsRunKeeper *keeper,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was wrong with the last save, or NULL if that is on the disk. Free with
   g_free(). */
char *es_run_keeper_dup_problem (EsRunKeeper *keeper) G_GNUC_WARN_UNUSED_RESULT;

/* Deletes what was kept of a new run, for one that never came to anything, and frees
   @keeper. */
void es_run_keeper_discard (EsRunKeeper *keeper);

G_END_DECLS
