/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-session.h"

#include "es-run-file.h"
#include "es-settings.h"

#include <glib/gstdio.h>

#define SUFFIX ".safetensors"

/* Where a run is kept, and when it was saved there last. */
typedef struct
{
  char *path;
  gint64 time;
  gboolean busy; /* being saved now */
} Place;

static void
place_free (gpointer data)
{
  g_free (((Place *)data)->path);
  g_free (data);
}

static char *
session_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "eigenscope", "session", NULL);
}

static gboolean
is_wanted (void)
{
  return g_settings_get_boolean (es_settings_get (), "autosave");
}

static Place *
get_place (EsRunItem *run)
{
  Place *place = g_object_get_data (G_OBJECT (run), "es-session");

  if (place == NULL) {
    g_autofree char *folder = session_folder ();
    g_autofree char *uuid = g_uuid_string_random ();
    g_autofree char *name =
        g_strdup_printf ("%" G_GINT64_FORMAT "-%s" SUFFIX, g_get_real_time (), uuid);

    place = g_new0 (Place, 1);
    place->path = g_build_filename (folder, name, NULL);
    g_object_set_data_full (G_OBJECT (run), "es-session", place, place_free);
  }
  return place;
}

static gboolean
make_folder (void)
{
  g_autofree char *folder = session_folder ();

  return g_mkdir_with_parents (folder, 0700) == 0;
}

/* While it is trained */

typedef struct
{
  EsRun *run;
  char *path;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  es_run_free (save->run);
  g_free (save->path);
  g_free (save);
}

static void
save_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Save *save = data;
  GError *error = NULL;

  if (make_folder () && es_run_save (save->run, save->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (
        task, error != NULL
                  ? error
                  : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no folder"));
}

/* Nobody asked for this saving, so a failure is for the log only. */
static void
kept_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  g_autoptr (GError) error = NULL;

  get_place (ES_RUN_ITEM (source))->busy = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("A run could not be kept: %s", error->message);
}

void
es_session_keep (EsRunItem *run)
{
  Place *place = get_place (run);
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GTask) task = NULL;
  Save *save;

  if (place->time == 0)
    place->time = now;
  if (place->busy || !is_wanted () ||
      now - place->time < ES_SESSION_SECONDS * G_USEC_PER_SEC)
    return;
  place->time = now;
  place->busy = TRUE;
  save = g_new0 (Save, 1);
  save->run = es_run_item_dup_run (run);
  save->path = g_strdup (place->path);
  task = g_task_new (run, NULL, kept_cb, NULL);
  g_task_set_source_tag (task, es_session_keep);
  g_task_set_task_data (task, save, save_free);
  g_task_run_in_thread (task, save_worker);
}

/* At the end */

/* Returns the path that @item was saved to, or NULL. */
static const char *
save_item (EsRunItem *item)
{
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;
  Place *place;

  if (es_run_item_get_path (item) != NULL)
    return NULL;
  run = es_run_item_dup_run (item);
  if (run == NULL)
    return NULL;
  place = get_place (item);
  if (!es_run_save (run, place->path, &error)) {
    g_message ("A run could not be kept: %s", error->message);
    return NULL;
  }
  return place->path;
}

static void
forget_others (const char *folder, GHashTable *saved)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_str_has_suffix (name, SUFFIX) && !g_hash_table_contains (saved, path))
      g_unlink (path);
  }
}

void
es_session_close (EsWorkspace *workspace)
{
  g_autoptr (GHashTable) saved =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folder = session_folder ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (workspace));

  if (!is_wanted () || !make_folder ())
    return;
  for (guint i = 0; i < n; i++) {
    g_autoptr (EsRunItem) item = g_list_model_get_item (G_LIST_MODEL (workspace), i);
    const char *path = save_item (item);

    if (path != NULL)
      g_hash_table_add (saved, g_strdup (path));
  }
  forget_others (folder, saved);
}

/* At the start */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Names begin with the time at which the runs were made. */
static GPtrArray *
list_paths (const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  return paths;
}

static EsRunItem *
open_item (const char *path)
{
  g_autoptr (GError) error = NULL;
  EsRun *run = es_run_open (path, NULL, &error);
  EsRunItem *item;

  if (run == NULL) {
    g_message ("A run could not be brought back: %s", error->message);
    return NULL;
  }
  item = es_run_item_new_opened (run, NULL);
  g_free (get_place (item)->path);
  get_place (item)->path = g_strdup (path);
  return item;
}

static void
restore_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *folder = session_folder ();
  g_autoptr (GPtrArray) paths = list_paths (folder);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < paths->len; i++) {
    EsRunItem *item = open_item (paths->pdata[i]);

    if (item != NULL)
      g_ptr_array_add (items, item);
  }
  g_task_return_pointer (task, items, (GDestroyNotify)g_ptr_array_unref);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsWorkspace *workspace = ES_WORKSPACE (source);
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), NULL);
  EsRunItem *chosen = es_workspace_get_run (workspace);

  for (guint i = 0; i < items->len; i++)
    es_workspace_insert (workspace, i, items->pdata[i]);
  if (chosen != NULL)
    es_workspace_set_run (workspace, chosen);
}

void
es_session_restore (EsWorkspace *workspace)
{
  g_autoptr (GTask) task = NULL;

  if (!is_wanted ())
    return;
  task = g_task_new (workspace, NULL, restored_cb, NULL);
  g_task_set_source_tag (task, es_session_restore);
  g_task_run_in_thread (task, restore_worker);
}
