/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-keeper.h"

#include "es-file-lock.h"
#include "es-file.h"
#include "es-film-file.h"
#include "es-library-files.h"
#include "es-run-file.h"

#include <glib/gstdio.h>
#include <string.h>

/* Frames that may wait for the thread to take them into the film, which thins them. */
#define MAX_WAITING 16

/* Between two saves, at least. */
#define LEAST_SECONDS 2

typedef struct
{
  guint epoch;
  EsModel *model;
} Frame;

struct _EsRunKeeper
{
  EsLibrary *library;
  char *id;
  char *name;
  gint64 began;
  gint64 saved; /* when a save was asked for last */

  /* The thread's alone once that is running: */
  GThread *thread;
  EsFileLock *lock; /* NULL until the run has its place */
  EsFilm *film;
  EsFilmFile *film_file; /* NULL: the network is too large for a film */

  GMutex mutex;
  GCond changed;
  /* What follows is guarded by the mutex. */
  GArray *frames; /* of Frame, that wait */
  EsRun *run;     /* that waits (nullable) */
  gboolean busy;  /* the thread is at work */
  gboolean end;
  GError *problem; /* of the last save (nullable) */
};

static void
frame_clear (gpointer data)
{
  es_model_unref (((Frame *)data)->model);
}

static GArray *
frames_new (void)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (Frame));

  g_array_set_clear_func (frames, frame_clear);
  return frames;
}

static char *
file_path (const EsRunKeeper *self, const char *name)
{
  return g_build_filename (es_library_get_folder (self->library), self->id, name, NULL);
}

/* The thread's work */

/* What is still there when nobody holds the lock tells that the program was killed. */
static void
mark_training (const EsRunKeeper *self)
{
  g_autofree char *path = file_path (self, ES_LIBRARY_TRAINING);

  if (!g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    g_debug ("%s cannot be written", path);
}

static gboolean
take_lock (EsRunKeeper *self, GError **error)
{
  g_autofree char *path = file_path (self, ES_LIBRARY_LOCK);
  g_autoptr (GError) problem = NULL;

  self->lock = es_file_lock_take (path, 0, &problem);
  if (self->lock != NULL) {
    mark_training (self);
    return TRUE;
  }
  if (g_error_matches (problem, ES_IO_ERROR, ES_IO_ERROR_BUSY))
    g_set_error (error, ES_IO_ERROR, ES_IO_ERROR_BUSY,
                 "The run %s is being trained in another window or program",
                 self->name);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* What saves that were cut short have left. Nobody else writes now: the run's lock and
   the library's are held. */
static void
remove_leftovers (EsRunKeeper *self)
{
  g_autofree char *folder = es_library_run_folder (self->library, self->id);
  g_autofree char *lock_path =
      g_build_filename (es_library_get_folder (self->library), ES_LIBRARY_LOCK, NULL);
  g_autoptr (EsFileLock) lock =
      es_file_lock_take (lock_path, ES_LIBRARY_PATIENCE_MS, NULL);
  g_autoptr (GDir) dir = lock != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_str_has_prefix (name, ES_FILE_TEMPORARY_PREFIX))
      g_unlink (path);
  }
}

static gboolean
make_place (EsRunKeeper *self, GError **error)
{
  return self->lock != NULL ||
         (es_library_create (self->library, self->id, self->name, error) &&
          take_lock (self, error));
}

static void
make_film (EsRunKeeper *self, const EsModelConfig *config)
{
  g_autofree char *path = file_path (self, ES_LIBRARY_FILM);
  double bytes = es_model_config_n_params (config) * sizeof (float);

  if (self->film != NULL)
    return;
  self->film = es_film_new (ES_FILM_FILE_MAX_BYTES);
  if (2 * bytes <= (double)ES_FILM_FILE_MAX_BYTES)
    self->film_file = es_film_file_new (path, config);
}

static void
add_frames (EsRunKeeper *self, const GArray *frames)
{
  for (guint i = 0; i < frames->len; i++) {
    const Frame *frame = &g_array_index (frames, Frame, i);

    make_film (self, es_model_get_config (frame->model));
    if (self->film_file != NULL)
      es_film_add (self->film, frame->epoch, frame->model);
  }
}

/* The film first: frames beyond the run are no harm. That it failed is no reason not to
   save the run, which may still find room. The summary last: one that is missing is
   made again from the run. */
static gboolean
write_run (EsRunKeeper *self, const EsRun *run, GError **error)
{
  g_autofree char *folder = es_library_run_folder (self->library, self->id);
  g_autofree char *path = es_library_run_path (self->library, self->id);

  g_autoptr (GError) film_problem = NULL;
  gboolean film_done;

  if (!make_place (self, error))
    return FALSE;
  film_done = self->film_file == NULL ||
              es_film_file_write (self->film_file, self->film, &film_problem);
  if (!es_run_save (run, path, error) ||
      !es_run_entry_write_summary (folder, run, error))
    return FALSE;
  if (!film_done)
    g_propagate_error (error, g_steal_pointer (&film_problem));
  return film_done;
}

/* Takes what waits. FALSE at the end. Called with the mutex held. */
static gboolean
wait_for_work (EsRunKeeper *self, GArray **frames, EsRun **run)
{
  while (self->run == NULL && self->frames->len < MAX_WAITING && !self->end)
    g_cond_wait (&self->changed, &self->mutex);
  if (self->run == NULL && self->end)
    return FALSE;
  *frames = self->frames;
  self->frames = frames_new ();
  *run = g_steal_pointer (&self->run);
  self->busy = TRUE;
  return TRUE;
}

static gpointer
keep_worker (gpointer data)
{
  EsRunKeeper *self = data;
  GArray *frames = NULL;
  EsRun *run = NULL;

  g_mutex_lock (&self->mutex);
  while (wait_for_work (self, &frames, &run)) {
    GError *problem = NULL;
    gboolean saved;

    g_mutex_unlock (&self->mutex);
    add_frames (self, frames);
    saved = run != NULL && write_run (self, run, &problem);
    g_mutex_lock (&self->mutex);
    if (saved || problem != NULL) {
      g_clear_error (&self->problem);
      self->problem = problem;
    }
    self->busy = FALSE;
    g_cond_broadcast (&self->changed);
    g_clear_pointer (&frames, g_array_unref);
    g_clear_pointer (&run, es_run_free);
  }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* Life */

/* Frees what is there when no thread is. */
static void
keeper_free (EsRunKeeper *self)
{
  if (self->lock != NULL)
    es_library_acknowledge (self->library, self->id);
  es_file_lock_free (self->lock);
  es_film_free (self->film);
  es_film_file_free (self->film_file);
  es_library_unref (self->library);
  g_free (self->id);
  g_free (self->name);
  g_array_unref (self->frames);
  es_run_free (self->run);
  g_clear_error (&self->problem);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* A film that cannot be read is begun anew: it is no reason not to train. */
static gboolean
resume (EsRunKeeper *self, const EsRun *run, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!take_lock (self, error))
    return FALSE;
  remove_leftovers (self);
  make_film (self, es_model_get_config (run->model));
  if (self->film_file != NULL && !es_film_file_read (self->film_file, self->film,
                                                     es_run_get_epochs (run), &problem))
    g_message ("%s", problem->message);
  return TRUE;
}

EsRunKeeper *
es_run_keeper_new (EsLibrary *library,
                   const char *name,
                   const char *id,
                   const EsRun *run,
                   GError **error)
{
  EsRunKeeper *self = g_new0 (EsRunKeeper, 1);

  self->library = es_library_ref (library);
  self->id = id != NULL ? g_strdup (id) : es_library_new_id ();
  self->name = g_strdup (name);
  self->frames = frames_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  if (id != NULL && !resume (self, run, error)) {
    keeper_free (self);
    return NULL;
  }
  self->began = self->saved = g_get_monotonic_time ();
  self->thread = g_thread_new ("es-keep", keep_worker, self);
  return self;
}

static void
end_thread (EsRunKeeper *self)
{
  g_mutex_lock (&self->mutex);
  self->end = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
}

void
es_run_keeper_free (EsRunKeeper *self)
{
  if (self == NULL)
    return;
  end_thread (self);
  keeper_free (self);
}

const char *
es_run_keeper_get_id (const EsRunKeeper *self)
{
  return self->id;
}

gboolean
es_run_keeper_is_due (const EsRunKeeper *self)
{
  gint64 interval = (self->saved - self->began) / 2;

  interval = CLAMP (interval, LEAST_SECONDS * G_USEC_PER_SEC,
                    ES_RUN_KEEPER_SECONDS * G_USEC_PER_SEC);
  return g_get_monotonic_time () - self->saved >= interval;
}

void
es_run_keeper_add_frame (EsRunKeeper *self, guint epoch, EsModel *model)
{
  const Frame frame = {epoch, es_model_ref (model)};

  g_mutex_lock (&self->mutex);
  g_array_append_val (self->frames, frame);
  if (self->frames->len >= MAX_WAITING)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

void
es_run_keeper_save (EsRunKeeper *self, EsRun *run)
{
  self->saved = g_get_monotonic_time ();
  g_mutex_lock (&self->mutex);
  es_run_free (self->run);
  self->run = run;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

gboolean
es_run_keeper_wait (EsRunKeeper *self, GError **error)
{
  gboolean fine;

  g_mutex_lock (&self->mutex);
  while (self->run != NULL || self->busy)
    g_cond_wait (&self->changed, &self->mutex);
  fine = self->problem == NULL;
  if (!fine && error != NULL)
    *error = g_error_copy (self->problem);
  g_mutex_unlock (&self->mutex);
  return fine;
}

char *
es_run_keeper_dup_problem (EsRunKeeper *self)
{
  char *message;

  g_mutex_lock (&self->mutex);
  message = self->problem != NULL ? g_strdup (self->problem->message) : NULL;
  g_mutex_unlock (&self->mutex);
  return message;
}

void
es_run_keeper_discard (EsRunKeeper *self)
{
  g_autofree char *folder = es_library_run_folder (self->library, self->id);

  end_thread (self);
  if (self->lock != NULL)
    es_library_remove_folder (folder);
  keeper_free (self);
}
