/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-session.h"

#include "es-settings.h"
#include "es-work.h"

static gboolean
is_wanted (void)
{
  return g_settings_get_boolean (es_settings_get (), "autosave");
}

/* What a list that was asked for before this (monotonic) says may be out of date: this
   program has changed the library since. */
static gint64 changed_at;
static guint n_edits; /* under way */

/* The runs that go to the trash when their training has ended. */
static GList *leaving;

/* Marks a run of which a person has said what the library does not know yet. */
#define UNSAID "es-unsaid"

/* Marks a run that a person has deleted. */
#define DELETED "es-deleted"

static void delete_at_rest_cb (EsRunItem *run);

static void
report (EsRunItem *run, const GError *error)
{
  g_signal_emit_by_name (run, "failed", error->message);
}

/* Listing */

typedef struct
{
  EsLibrary *library;
  gboolean purge;
  gint64 asked; /* monotonic */
  EsSessionInterrupted interrupted;
  GObject *owner; /* nullable */
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  es_library_unref (listing->library);
  g_clear_object (&listing->owner);
  g_free (listing);
}

static int
compare_created (gconstpointer a, gconstpointer b)
{
  const EsRunEntry *p = *(EsRunEntry *const *)a;
  const EsRunEntry *q = *(EsRunEntry *const *)b;

  return (p->created > q->created) - (p->created < q->created);
}

static void
list_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Listing *listing = data;
  GPtrArray *entries;

  if (listing->purge)
    es_library_purge (listing->library, ES_LIBRARY_TRASH_SECONDS);
  entries = es_library_list (listing->library, ES_LIBRARY_KEPT);
  g_ptr_array_sort (entries, compare_created);
  g_task_return_pointer (task, entries, (GDestroyNotify)g_ptr_array_unref);
}

/* Whether @entry is of a training of this program that the list does not know by its
   identifier: it has just begun, or was deleted. */
static gboolean
is_ours (const EsRunEntry *entry, EsWorkspace *workspace)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (workspace));

  for (GList *l = leaving; l != NULL; l = l->next)
    if (g_strcmp0 (es_run_item_get_id (l->data), entry->id) == 0)
      return TRUE;
  for (guint i = 0; entry->busy && i < n; i++) {
    g_autoptr (EsRunItem) item = g_list_model_get_item (G_LIST_MODEL (workspace), i);

    if (es_run_item_is_active (item) && es_run_item_get_id (item) == NULL)
      return TRUE;
  }
  return FALSE;
}

/* The runs in the list by their identifiers, kept alive by the list. */
static GHashTable *
index_runs (EsWorkspace *workspace)
{
  GHashTable *runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (workspace));

  for (guint i = 0; i < n; i++) {
    g_autoptr (EsRunItem) item = g_list_model_get_item (G_LIST_MODEL (workspace), i);

    if (es_run_item_get_id (item) != NULL)
      g_hash_table_insert (runs, g_strdup (es_run_item_get_id (item)), item);
  }
  return runs;
}

/* Those of the list that the library had when it was asked before and has not now:
   others have deleted them. */
static void
remove_gone (EsWorkspace *workspace, GHashTable *gone)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (!es_run_item_is_active (item) && es_run_item_is_kept (item))
      es_workspace_remove (workspace, item);
}

/* Adds the runs that are new, and says which of them were interrupted. */
static void
take_entries (EsWorkspace *workspace, const GPtrArray *entries, const Listing *listing)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) interrupted = g_ptr_array_new ();
  g_autoptr (GHashTable) known = index_runs (workspace);

  for (guint i = 0; i < entries->len; i++) {
    const EsRunEntry *entry = entries->pdata[i];
    EsRunItem *item = g_hash_table_lookup (known, entry->id);

    if (item != NULL) {
      es_run_item_update (item, entry, listing->asked);
      g_hash_table_remove (known, entry->id);
    } else if (!is_ours (entry, workspace)) {
      item = es_run_item_new_kept (entry, listing->library);
      es_session_retry (item);
      g_ptr_array_add (items, item);
      if (entry->interrupted)
        g_ptr_array_add (interrupted, item);
    }
  }
  if (items->len > 0)
    es_workspace_put_before (workspace, items);
  remove_gone (workspace, known);
  if (interrupted->len == 0 || listing->interrupted == NULL)
    return;
  listing->interrupted (interrupted, listing->owner);
  /* Said once. */
  for (guint i = 0; i < interrupted->len; i++)
    es_library_acknowledge (listing->library,
                            es_run_item_get_id (interrupted->pdata[i]));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsWorkspace *workspace = ES_WORKSPACE (source);
  const Listing *listing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) entries = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!listing->purge && (n_edits > 0 || changed_at >= listing->asked))
    return;
  take_entries (workspace, entries, listing);
  if (es_workspace_get_run (workspace) != NULL)
    es_session_bring (es_workspace_get_run (workspace));
}

static void
start_listing (EsWorkspace *workspace, Listing *listing)
{
  g_autoptr (GTask) task = g_task_new (workspace, NULL, listed_cb, NULL);

  listing->library = es_library_new (NULL);
  listing->asked = g_get_monotonic_time ();
  g_task_set_source_tag (task, start_listing);
  g_task_set_task_data (task, listing, listing_free);
  es_work_start (task, list_worker);
}

void
es_session_restore (EsWorkspace *workspace,
                    EsSessionInterrupted interrupted,
                    GObject *owner)
{
  Listing *listing;

  if (!is_wanted ())
    return;
  listing = g_new0 (Listing, 1);
  listing->purge = TRUE;
  listing->interrupted = interrupted;
  listing->owner = g_object_ref (owner);
  start_listing (workspace, listing);
}

void
es_session_refresh (EsWorkspace *workspace)
{
  if (is_wanted ())
    start_listing (workspace, g_new0 (Listing, 1));
}

/* What people say */

typedef struct
{
  EsLibrary *library;
  char *id;
  EsRunEntry *said; /* the parts that @edit points to */
  EsRunEdit edit;
} Saying;

static void
saying_free (gpointer data)
{
  Saying *saying = data;

  es_library_unref (saying->library);
  g_free (saying->id);
  es_run_entry_free (saying->said);
  g_free (saying);
}

/* @edit must be of what the entry of @run says already. */
static Saying *
saying_new (EsRunItem *run, const EsRunEdit *edit)
{
  Saying *saying = g_new0 (Saying, 1);
  EsRunEntry *said = es_run_entry_copy (es_run_item_get_entry (run));

  saying->library = es_library_ref (es_run_item_get_library (run));
  saying->id = g_strdup (es_run_item_get_id (run));
  saying->said = said;
  saying->edit.name = edit->name != NULL ? said->name : NULL;
  saying->edit.notes = edit->notes != NULL ? said->notes : NULL;
  saying->edit.tags = edit->tags != NULL ? (const char *const *)said->tags : NULL;
  saying->edit.starred = edit->starred != NULL ? &said->starred : NULL;
  saying->edit.archived = edit->archived != NULL ? &said->archived : NULL;
  return saying;
}

static void
edit_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Saying *saying = data;
  GError *error = NULL;

  if (es_library_edit (saying->library, saying->id, &saying->edit, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsRunItem *run = ES_RUN_ITEM (source);
  g_autoptr (GError) error = NULL;

  n_edits--;
  changed_at = g_get_monotonic_time ();
  if (g_task_propagate_boolean (G_TASK (result), &error))
    return;
  g_object_set_data (G_OBJECT (run), UNSAID, run);
  /* A training that has just begun has not been saved yet; of one that cannot be kept
     that has been said. */
  if (es_run_item_get_trouble (run) == NULL &&
      !(g_error_matches (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND) &&
        es_run_item_is_active (run)))
    report (run, error);
}

static void
start_edit (EsRunItem *run, const EsRunEdit *edit)
{
  g_autoptr (GTask) task = g_task_new (run, NULL, edited_cb, NULL);

  n_edits++;
  g_task_set_source_tag (task, start_edit);
  g_task_set_task_data (task, saying_new (run, edit), saying_free);
  es_work_start (task, edit_worker);
}

/* What a person said of a run before it had its place in the library. */
static void
say_unsaid_cb (EsRunItem *run)
{
  const EsRunEntry *entry = es_run_item_get_entry (run);
  const EsRunEdit edit = {.name = entry->name,
                          .notes = entry->notes,
                          .tags = (const char *const *)entry->tags,
                          .starred = &entry->starred,
                          .archived = &entry->archived};

  if (es_run_item_get_id (run) == NULL || es_run_item_is_active (run) ||
      g_object_get_data (G_OBJECT (run), UNSAID) == NULL)
    return;
  g_object_set_data (G_OBJECT (run), UNSAID, NULL);
  start_edit (run, &edit);
}

void
es_session_edit (EsRunItem *run, const EsRunEdit *edit)
{
  es_run_item_edit (run, edit);
  if (es_run_item_get_id (run) == NULL) {
    g_object_set_data (G_OBJECT (run), UNSAID, run);
    es_session_keep_opened (run);
  } else if (g_object_get_data (G_OBJECT (run), UNSAID) != NULL &&
             !es_run_item_is_active (run)) {
    say_unsaid_cb (run);
  } else {
    start_edit (run, edit);
  }
}

void
es_session_adopt (EsRunItem *run)
{
  g_autoptr (EsLibrary) library = NULL;

  if (!is_wanted () || es_run_item_get_library (run) != NULL)
    return;
  library = es_library_new (NULL);
  es_run_item_set_library (run, library);
  g_signal_connect (run, "notify::state", G_CALLBACK (say_unsaid_cb), NULL);
  es_session_retry (run);
}

void
es_session_kept (EsRunItem *run, const char *id)
{
  changed_at = g_get_monotonic_time ();
  es_run_item_set_kept (run, id);
  if (g_object_get_data (G_OBJECT (run), DELETED) != NULL)
    delete_at_rest_cb (run);
  else
    say_unsaid_cb (run);
}

/* A run of the library, for work on it. */
typedef struct
{
  EsLibrary *library;
  char *id;
  EsRun *run;
  EsFilm *film;
  EsOrigin *origin; /* nullable */
} Kept;

static Kept *
kept_new (EsRunItem *item)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->library = es_library_ref (es_run_item_get_library (item));
  kept->id = g_strdup (es_run_item_get_id (item));
  return kept;
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  es_library_unref (kept->library);
  g_free (kept->id);
  es_run_free (kept->run);
  es_film_free (kept->film);
  es_origin_free (kept->origin);
  g_free (kept);
}

static void
start_work (EsRunItem *item, GTaskThreadFunc worker, GAsyncReadyCallback done)
{
  g_autoptr (GTask) task = g_task_new (item, NULL, done, NULL);

  g_task_set_source_tag (task, start_work);
  g_task_set_task_data (task, kept_new (item), kept_free);
  es_work_start (task, worker);
}

/* Bringing */

static void
bring_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Kept *kept = data;
  GError *error = NULL;

  kept->run = es_library_open_run (kept->library, kept->id, &error);
  if (kept->run == NULL) {
    g_task_return_error (task, error);
    return;
  }
  kept->origin = es_origin_new_for_run (kept->run);
  kept->film = es_film_new (ES_FILM_MAX_BYTES);
  if (!es_library_read_film (kept->library, kept->id, kept->run, kept->film, &error)) {
    g_message ("%s", error->message);
    g_clear_error (&error);
  }
  g_task_return_boolean (task, TRUE);
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsRunItem *item = ES_RUN_ITEM (source);
  Kept *kept = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_signal_emit_by_name (item, "failed", error->message);
  else if (es_run_item_is_away (item))
    es_run_item_bring (item, g_steal_pointer (&kept->run),
                       g_steal_pointer (&kept->film), g_steal_pointer (&kept->origin));
}

void
es_session_bring (EsRunItem *run)
{
  if (es_run_item_is_away (run) && es_run_item_get_entry (run)->problem == NULL)
    start_work (run, bring_worker, brought_cb);
}

/* Deleting. A folder is renamed, which takes no time. */

/* Whether @run had been leaving. */
static gboolean
stop_leaving (EsRunItem *run)
{
  GList *link = g_list_find (leaving, run);

  if (link == NULL)
    return FALSE;
  leaving = g_list_delete_link (leaving, link);
  g_object_unref (run);
  return TRUE;
}

static void
delete_at_rest_cb (EsRunItem *unowned)
{
  g_autoptr (EsRunItem) run = g_object_ref (unowned);
  g_autoptr (GError) error = NULL;

  if (es_run_item_is_active (run))
    return;
  g_signal_handlers_disconnect_by_func (run, delete_at_rest_cb, NULL);
  stop_leaving (run);
  changed_at = g_get_monotonic_time ();
  if (es_run_item_get_id (run) != NULL &&
      !es_library_delete (es_run_item_get_library (run), es_run_item_get_id (run),
                          &error))
    report (run, error);
}

void
es_session_delete (EsRunItem *run)
{
  if (g_list_find (leaving, run) != NULL)
    return;
  g_object_set_data (G_OBJECT (run), DELETED, run);
  g_signal_connect (run, "notify::state", G_CALLBACK (delete_at_rest_cb), NULL);
  /* Also of a window that is closed before the training ends. */
  leaving = g_list_prepend (leaving, g_object_ref (run));
  delete_at_rest_cb (run);
}

void
es_session_finish_deleting (void)
{
  while (leaving != NULL) {
    g_autoptr (EsRunItem) run = g_object_ref (leaving->data);

    es_run_item_stop (run);
    es_run_item_finish (run);
    stop_leaving (run);
  }
}

void
es_session_undelete (EsRunItem *run)
{
  g_autoptr (GError) error = NULL;

  g_object_set_data (G_OBJECT (run), DELETED, NULL);
  changed_at = g_get_monotonic_time ();
  g_signal_handlers_disconnect_by_func (run, delete_at_rest_cb, NULL);
  if (stop_leaving (run))
    return;
  if (es_run_item_get_id (run) != NULL &&
      !es_library_restore (es_run_item_get_library (run), es_run_item_get_id (run),
                           &error))
    report (run, error);
}
