/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that are kept without a training: it has ended and could not be kept, the disk
   being full or the folder read-only; or others have trained them. */
#include "es-run-keeper.h"
#include "es-session.h"
#include "es-work.h"

#define RETRY_SECONDS 30

/* On a run that is being written. */
#define KEEPING "es-keeping"

/* On a run at rest: the source that tries again. */
#define RETRY "es-retry"

typedef struct
{
  EsLibrary *library;
  char *id; /* in the library (nullable) */
  EsRun *run;
  EsFilm *film;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  es_library_unref (keeping->library);
  g_free (keeping->id);
  es_run_free (keeping->run);
  es_film_free (keeping->film);
  g_free (keeping);
}

/* The epoch of the last frame that the library has, or -1. */
static gint64
last_frame (const Keeping *keeping)
{
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  guint n;

  if (keeping->id == NULL ||
      !es_library_read_film (keeping->library, keeping->id, keeping->run, film, NULL))
    return -1;
  n = es_film_get_length (film);
  return n > 0 ? (gint64)es_film_get_epoch (film, n - 1) : -1;
}

static void
add_frames (EsRunKeeper *keeper, const Keeping *keeping)
{
  gint64 last = last_frame (keeping);

  for (guint i = 0; i < es_film_get_length (keeping->film); i++)
    if (es_film_get_epoch (keeping->film, i) > last)
      es_run_keeper_add_frame (keeper, es_film_get_epoch (keeping->film, i),
                               es_film_get_model (keeping->film, i));
}

static void
keep_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Keeping *keeping = data;
  GError *error = NULL;
  EsRunKeeper *keeper = es_run_keeper_new (keeping->library, keeping->run->name,
                                           keeping->id, keeping->run, &error);

  if (keeper == NULL) {
    g_task_return_error (task, error);
    return;
  }
  add_frames (keeper, keeping);
  es_run_keeper_save (keeper, g_steal_pointer (&keeping->run));
  if (es_run_keeper_wait (keeper, &error)) {
    g_task_return_pointer (task, g_strdup (es_run_keeper_get_id (keeper)), g_free);
    es_run_keeper_free (keeper);
    return;
  }
  if (keeping->id == NULL)
    es_run_keeper_discard (keeper);
  else
    es_run_keeper_free (keeper);
  g_task_return_error (task, error);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsRunItem *item = ES_RUN_ITEM (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_task_propagate_pointer (G_TASK (result), &error);

  g_object_set_data (source, KEEPING, NULL);
  if (es_run_item_is_active (item))
    return;
  if (id != NULL)
    es_session_kept (item, id);
  else
    es_run_item_set_trouble (item, error->message);
}

static void
start (EsRunItem *run)
{
  g_autoptr (GTask) task = NULL;
  Keeping *keeping;
  EsRun *copy;

  if (es_run_item_is_active (run) || g_object_get_data (G_OBJECT (run), KEEPING) ||
      (copy = es_run_item_dup_run (run)) == NULL)
    return;
  g_object_set_data (G_OBJECT (run), KEEPING, run);
  keeping = g_new0 (Keeping, 1);
  keeping->library = es_library_ref (es_run_item_get_library (run));
  keeping->id = g_strdup (es_run_item_get_id (run));
  keeping->run = copy;
  keeping->film = es_film_copy (es_run_item_get_film (run));
  task = g_task_new (run, NULL, kept_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, keeping, keeping_free);
  es_work_start (task, keep_worker);
}

void
es_session_keep (EsRunItem *run)
{
  if (es_run_item_get_trouble (run) != NULL)
    start (run);
}

void
es_session_keep_opened (EsRunItem *run)
{
  EsRunState state = es_run_item_get_state (run);

  if (es_run_item_get_library (run) != NULL && es_run_item_get_id (run) == NULL &&
      (state == ES_RUN_FINISHED || state == ES_RUN_STOPPED))
    start (run);
}

static gboolean
retry_timeout (gpointer run)
{
  es_session_keep (run);
  return G_SOURCE_CONTINUE;
}

static void
remove_source (gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

/* A training tries again by itself. */
static void
trouble_cb (EsRunItem *run)
{
  gboolean wanted =
      es_run_item_get_trouble (run) != NULL && !es_run_item_is_active (run);
  gboolean there = g_object_get_data (G_OBJECT (run), RETRY) != NULL;

  if (wanted == there)
    return;
  g_object_set_data_full (G_OBJECT (run), RETRY,
                          wanted ? GUINT_TO_POINTER (g_timeout_add_seconds (
                                       RETRY_SECONDS, retry_timeout, run))
                                 : NULL,
                          remove_source);
}

void
es_session_retry (EsRunItem *run)
{
  g_signal_connect (run, "notify::trouble", G_CALLBACK (trouble_cb), NULL);
  g_signal_connect (run, "notify::state", G_CALLBACK (trouble_cb), NULL);
}
