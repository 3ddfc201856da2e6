/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-film.h"
#include "es-run-entry.h"

G_BEGIN_DECLS

/*
 * The runs that are kept, each in a folder of its own below one folder: weights,
 * training state, history, film, and what the person says of it. Any number of programs
 * may use it at once. Immutable, so it may be used from any thread.
 */
typedef struct _EsLibrary EsLibrary;

/* The library in @folder, or the person's own if that is NULL:
   $XDG_DATA_HOME/eigenscope/runs. Touches nothing. */
EsLibrary *es_library_new (const char *folder) G_GNUC_WARN_UNUSED_RESULT;
EsLibrary *es_library_ref (EsLibrary *library);
void es_library_unref (EsLibrary *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsLibrary, es_library_unref)

const char *es_library_get_folder (const EsLibrary *library);

/* The folder of run @id, and the run's file in it. Free with g_free(). */
char *es_library_run_folder (const EsLibrary *library,
                             const char *id) G_GNUC_WARN_UNUSED_RESULT;
char *es_library_run_path (const EsLibrary *library,
                           const char *id) G_GNUC_WARN_UNUSED_RESULT;

/* An identifier that no run has, beginning with the time. Free with g_free(). */
char *es_library_new_id (void) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  ES_LIBRARY_KEPT,    /* archived ones too */
  ES_LIBRARY_DELETED, /* in the trash */
} EsLibraryPart;

/* The entries (EsRunEntry) of all runs of @part, in no order; none if there is no
   library yet. Takes about 0.1 ms for each. */
GPtrArray *es_library_list (const EsLibrary *library,
                            EsLibraryPart part) G_GNUC_WARN_UNUSED_RESULT;

/* The entry of run @id. ES_IO_ERROR_NOT_FOUND. */
EsRunEntry *es_library_get (const EsLibrary *library,
                            const char *id,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The identifier of the run of @part that @text means: an identifier, the only one that
   begins with @text, or the only run of this name. ES_IO_ERROR_NOT_FOUND. */
char *es_library_find (const EsLibrary *library,
                       EsLibraryPart part,
                       const char *text,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run @id, by the name it has now. */
EsRun *es_library_open_run (const EsLibrary *library,
                            const char *id,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the film of run @id, which is @run, to @film. */
gboolean es_library_read_film (const EsLibrary *library,
                               const char *id,
                               const EsRun *run,
                               EsFilm *film,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes the folder of run @id with what is said of it: @name. */
gboolean es_library_create (const EsLibrary *library,
                            const char *id,
                            const char *name,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ES_IO_ERROR_NOT_FOUND, _WRITE, or _BUSY if others change so much that it was never
   this one's turn. */
gboolean es_library_edit (const EsLibrary *library,
                          const char *id,
                          const EsRunEdit *edit,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes back that the training of run @id was interrupted, once a person knows. */
void es_library_acknowledge (const EsLibrary *library, const char *id);

/* Moves run @id to the trash, and back. ES_IO_ERROR_BUSY while it is trained. */
gboolean es_library_delete (const EsLibrary *library,
                            const char *id,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean es_library_restore (const EsLibrary *library,
                             const char *id,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes for good what has been in the trash for more than @seconds, and what was
   begun more than a day ago and never came to a run. Returns how many. */
guint es_library_purge (const EsLibrary *library, guint64 seconds);

/* Removes the folder of a run for good; whoever does so holds the run's lock. */
void es_library_remove_folder (const char *folder);

/* Seconds that runs stay in the trash: 30 days. */
#define ES_LIBRARY_TRASH_SECONDS (30 * 86400)

G_END_DECLS
