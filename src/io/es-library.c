/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-library.h"

#include "es-file-lock.h"
#include "es-film-file.h"
#include "es-library-files.h"
#include "es-run-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#define DAY_SECONDS 86400

struct _EsLibrary
{
  gatomicrefcount ref_count;
  char *folder;
  char *trash;
};

EsLibrary *
es_library_new (const char *folder)
{
  EsLibrary *library = g_new0 (EsLibrary, 1);

  g_atomic_ref_count_init (&library->ref_count);
  library->folder = folder != NULL ? g_strdup (folder)
                                   : g_build_filename (g_get_user_data_dir (),
                                                       "eigenscope", "runs", NULL);
  library->trash = g_build_filename (library->folder, ES_LIBRARY_TRASH, NULL);
  return library;
}

EsLibrary *
es_library_ref (EsLibrary *library)
{
  g_atomic_ref_count_inc (&library->ref_count);
  return library;
}

void
es_library_unref (EsLibrary *library)
{
  if (library == NULL || !g_atomic_ref_count_dec (&library->ref_count))
    return;
  g_free (library->folder);
  g_free (library->trash);
  g_free (library);
}

const char *
es_library_get_folder (const EsLibrary *library)
{
  return library->folder;
}

char *
es_library_run_folder (const EsLibrary *library, const char *id)
{
  return g_build_filename (library->folder, id, NULL);
}

char *
es_library_run_path (const EsLibrary *library, const char *id)
{
  return g_build_filename (library->folder, id, ES_LIBRARY_RUN, NULL);
}

char *
es_library_new_id (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");

  return g_strdup_printf ("%s-%08x", time, g_random_int ());
}

/* Nothing that leads out of the folder, and none of the library's own names. */
static gboolean
is_id (const char *text)
{
  gsize n = strspn (text, "0123456789abcdef-");

  return n > 0 && n < 100 && text[n] == '\0' && g_ascii_isdigit (text[0]);
}

static gboolean
check_id (const EsLibrary *library, const char *id, GError **error)
{
  if (is_id (id))
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, library->folder,
                   "no run in it can be called “%.100s”", id);
  return FALSE;
}

static const char *
part_folder (const EsLibrary *library, EsLibraryPart part)
{
  return part == ES_LIBRARY_DELETED ? library->trash : library->folder;
}

/* Reading */

GPtrArray *
es_library_list (const EsLibrary *library, EsLibraryPart part)
{
  const char *parent = part_folder (library, part);
  GPtrArray *entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_run_entry_free);
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (parent, name, NULL);
    EsRunEntry *entry = is_id (name) ? es_run_entry_read (folder) : NULL;

    if (entry != NULL)
      g_ptr_array_add (entries, entry);
  }
  return entries;
}

EsRunEntry *
es_library_get (const EsLibrary *library, const char *id, GError **error)
{
  g_autofree char *folder = es_library_run_folder (library, id);
  EsRunEntry *entry;

  if (!check_id (library, id, error))
    return NULL;
  entry = es_run_entry_read (folder);
  if (entry == NULL)
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, library->folder, "has no run “%s”",
                     id);
  return entry;
}

char *
es_library_find (const EsLibrary *library,
                 EsLibraryPart part,
                 const char *text,
                 GError **error)
{
  g_autoptr (GPtrArray) entries = es_library_list (library, part);
  const EsRunEntry *found = NULL;
  guint count = 0;

  for (guint i = 0; i < entries->len; i++) {
    const EsRunEntry *entry = entries->pdata[i];

    if (strcmp (entry->id, text) == 0)
      return g_strdup (entry->id);
    if (strcmp (entry->name, text) == 0 || g_str_has_prefix (entry->id, text)) {
      found = entry;
      count++;
    }
  }
  if (count == 1 && *text != '\0')
    return g_strdup (found->id);
  es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, part_folder (library, part),
                   count == 0 ? "has no run “%.100s”"
                              : "has several runs “%.100s”; name one by its identifier",
                   text);
  return NULL;
}

EsRun *
es_library_open_run (const EsLibrary *library, const char *id, GError **error)
{
  g_autofree char *folder = es_library_run_folder (library, id);
  g_autofree char *path = es_library_run_path (library, id);
  g_autoptr (EsRunEntry) about = g_new0 (EsRunEntry, 1);
  EsRun *run;

  if (!check_id (library, id, error))
    return NULL;
  run = es_run_open (path, NULL, error);
  if (run != NULL && es_run_entry_read_about (folder, about) && about->name != NULL) {
    g_free (run->name);
    run->name = g_steal_pointer (&about->name);
  }
  return run;
}

gboolean
es_library_read_film (const EsLibrary *library,
                      const char *id,
                      const EsRun *run,
                      EsFilm *film,
                      GError **error)
{
  g_autofree char *path = g_build_filename (library->folder, id, ES_LIBRARY_FILM, NULL);
  g_autoptr (EsFilmFile) file =
      es_film_file_new (path, es_model_get_config (run->model));

  return check_id (library, id, error) &&
         es_film_file_read (file, film, es_run_get_epochs (run), error);
}

/* Changing */

static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  es_io_set_errno (error, ES_IO_ERROR_WRITE, folder, "make this folder", errno);
  return FALSE;
}

/* The right to change what people say of runs, and where runs are. */
static EsFileLock *
lock_library (const EsLibrary *library, GError **error)
{
  g_autofree char *path = g_build_filename (library->folder, ES_LIBRARY_LOCK, NULL);

  return es_file_lock_take (path, ES_LIBRARY_PATIENCE_MS, error);
}

gboolean
es_library_create (const EsLibrary *library,
                   const char *id,
                   const char *name,
                   GError **error)
{
  g_autofree char *folder = es_library_run_folder (library, id);
  const EsRunEntry about = {.name = (char *)name, .created = g_get_real_time ()};

  return check_id (library, id, error) && make_folder (folder, error) &&
         es_run_entry_write_about (folder, &about, error);
}

gboolean
es_library_edit (const EsLibrary *library,
                 const char *id,
                 const EsRunEdit *edit,
                 GError **error)
{
  g_autofree char *folder = es_library_run_folder (library, id);
  g_autoptr (EsRunEntry) entry = NULL;
  g_autoptr (EsFileLock) lock = NULL;

  if (!check_id (library, id, error))
    return FALSE;
  lock = lock_library (library, error);
  /* Read under the lock, so that nothing said elsewhere in between is lost. */
  entry = lock != NULL ? es_library_get (library, id, error) : NULL;
  if (entry == NULL)
    return FALSE;
  es_run_entry_edit (entry, edit);
  return es_run_entry_write_about (folder, entry, error);
}

void
es_library_acknowledge (const EsLibrary *library, const char *id)
{
  g_autofree char *path =
      g_build_filename (library->folder, id, ES_LIBRARY_TRAINING, NULL);

  if (is_id (id))
    g_unlink (path);
}

/* Moves the folder of run @id to another part; renaming is one step, so it is always
   whole in one place or the other. */
static gboolean
move (const EsLibrary *library,
      const char *id,
      EsLibraryPart from,
      EsLibraryPart to,
      GError **error)
{
  g_autofree char *old = g_build_filename (part_folder (library, from), id, NULL);
  g_autofree char *new = g_build_filename (part_folder (library, to), id, NULL);
  g_autofree char *lock_path = g_build_filename (old, ES_LIBRARY_LOCK, NULL);
  g_autoptr (EsFileLock) library_lock = NULL;
  g_autoptr (EsFileLock) lock = NULL;

  if (!check_id (library, id, error))
    return FALSE;
  if (!g_file_test (old, G_FILE_TEST_IS_DIR)) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, part_folder (library, from),
                     "has no run “%s”", id);
    return FALSE;
  }
  if (!make_folder (part_folder (library, to), error))
    return FALSE;
  library_lock = lock_library (library, error);
  if (library_lock == NULL)
    return FALSE;
  lock = es_file_lock_take (lock_path, 0, error);
  if (lock == NULL)
    return FALSE;
  if (g_rename (old, new) != 0) {
    es_io_set_errno (error, ES_IO_ERROR_WRITE, old, "move", errno);
    return FALSE;
  }
  /* The time of a folder in the trash is that of its deletion. */
  if (utime (new, NULL) != 0)
    g_debug ("%s: its time could not be set", new);
  return TRUE;
}

gboolean
es_library_delete (const EsLibrary *library, const char *id, GError **error)
{
  return move (library, id, ES_LIBRARY_KEPT, ES_LIBRARY_DELETED, error);
}

gboolean
es_library_restore (const EsLibrary *library, const char *id, GError **error)
{
  return move (library, id, ES_LIBRARY_DELETED, ES_LIBRARY_KEPT, error);
}

/* The run first: without it the rest is nothing, should this be cut short. */
void
es_library_remove_folder (const char *folder)
{
  g_autofree char *run = g_build_filename (folder, ES_LIBRARY_RUN, NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_unlink (run);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

/* Whether @folder is older than @seconds, and without a run unless that is no matter.
 */
static gboolean
is_rubbish (const char *folder, guint64 seconds, gboolean even_with_run)
{
  g_autofree char *run = g_build_filename (folder, ES_LIBRARY_RUN, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  struct stat info;

  return g_lstat (folder, &info) == 0 && S_ISDIR (info.st_mode) &&
         info.st_mtim.tv_sec + (gint64)seconds <= now &&
         (even_with_run || !g_file_test (run, G_FILE_TEST_EXISTS));
}

static guint
purge_part (const EsLibrary *library, EsLibraryPart part, guint64 seconds)
{
  const char *parent = part_folder (library, part);
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;
  guint count = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (parent, name, NULL);
    g_autofree char *lock_path = g_build_filename (folder, ES_LIBRARY_LOCK, NULL);
    g_autoptr (EsFileLock) lock = NULL;

    if (!is_id (name) || !is_rubbish (folder, seconds, part == ES_LIBRARY_DELETED))
      continue;
    lock = es_file_lock_take (lock_path, 0, NULL);
    if (lock == NULL)
      continue;
    es_library_remove_folder (folder);
    count++;
  }
  return count;
}

guint
es_library_purge (const EsLibrary *library, guint64 seconds)
{
  g_autoptr (EsFileLock) lock = lock_library (library, NULL);

  if (lock == NULL)
    return 0;
  return purge_part (library, ES_LIBRARY_DELETED, seconds) +
         purge_part (library, ES_LIBRARY_KEPT, DAY_SECONDS);
}
