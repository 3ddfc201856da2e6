/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run and the library that it is kept in. */
#include "es-run-item-private.h"

gboolean
es_run_item_is_on_disk (EsRunItem *self)
{
  g_autofree char *path = NULL;

  if (self->library == NULL || self->id == NULL)
    return FALSE;
  path = es_library_run_path (self->library, self->id);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Takes what is known without weights. */
static void
take_entry (EsRunItem *self, const EsRunEntry *entry)
{
  EsRunEntry *copy = es_run_entry_copy (entry);

  /* The library forgets it once it has been said. */
  copy->interrupted |= self->entry->interrupted && copy->unfinished && !copy->busy;
  es_run_entry_free (self->entry);
  self->entry = copy;
  self->kept = TRUE;
  es_run_item_set_name (self, copy->name);
  if (self->run != NULL && !self->stale)
    return;
  if (copy->problem != NULL) {
    es_run_item_set_state (self, ES_RUN_FINISHED);
    return;
  }
  self->plan.model = copy->model;
  self->plan.train = copy->train;
  if (copy->dataset != NULL) {
    g_free (self->plan.data);
    self->plan.data = g_strdup (copy->dataset);
  }
  es_run_item_set_state (self, copy->unfinished ? ES_RUN_STOPPED : ES_RUN_FINISHED);
}

EsRunItem *
es_run_item_new_kept (const EsRunEntry *entry, EsLibrary *library)
{
  EsRunItem *self = g_object_new (ES_TYPE_RUN_ITEM, NULL);

  es_plan_init (&self->plan);
  self->library = es_library_ref (library);
  self->id = g_strdup (entry->id);
  take_entry (self, entry);
  return self;
}

EsLibrary *
es_run_item_get_library (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->library;
}

void
es_run_item_set_library (EsRunItem *self, EsLibrary *library)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  es_library_ref (library);
  es_library_unref (self->library);
  self->library = library;
}

const char *
es_run_item_get_id (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->id;
}

gboolean
es_run_item_is_away (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), FALSE);
  return self->id != NULL && self->job == NULL && (self->run == NULL || self->stale);
}

gboolean
es_run_item_is_kept (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), FALSE);
  return self->kept;
}

gboolean
es_run_item_is_elsewhere (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), FALSE);
  return self->entry->busy && self->job == NULL;
}

static void
replace (char **text, const char *by)
{
  if (g_strcmp0 (*text, by) == 0)
    return;
  g_free (*text);
  *text = g_strdup (by);
}

const EsRunEntry *
es_run_item_get_entry (EsRunItem *self)
{
  EsRunEntry *entry;

  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  entry = self->entry;
  replace (&entry->name, self->plan.name != NULL ? self->plan.name : "");
  if (self->job == NULL && (self->run == NULL || self->stale) && self->id != NULL)
    return entry;
  entry->model = self->plan.model;
  entry->train = self->plan.train;
  entry->has_recipe = self->run == NULL || self->run->has_recipe;
  replace (&entry->dataset,
           self->dataset != NULL ? self->dataset->name : self->plan.data);
  if (self->run != NULL) {
    replace (&entry->checksum, self->run->dataset_checksum);
    replace (&entry->program, self->run->program);
    replace (&entry->edited_from, self->run->edited_from);
    g_strfreev (entry->edited_parts);
    entry->edited_parts = g_strdupv (self->run->edited_parts);
    entry->accuracy = es_run_get_accuracy (self->run);
  }
  entry->epochs = self->history->len;
  if (entry->epochs > 0)
    entry->accuracy = g_array_index (self->history, EsEpoch, entry->epochs - 1).val_acc;
  return entry;
}

void
es_run_item_update (EsRunItem *self, const EsRunEntry *entry, gint64 asked)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (self->job != NULL || self->state == ES_RUN_QUEUED || asked < self->at_rest)
    return;
  self->stale |= self->run != NULL && self->entry->changed != 0 &&
                 entry->changed != self->entry->changed;
  take_entry (self, entry);
  es_run_item_update_status (self);
  g_signal_emit_by_name (self, "described");
}

void
es_run_item_edit (EsRunItem *self, const EsRunEdit *edit)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  es_run_entry_edit (self->entry, edit);
  if (edit->name != NULL)
    es_run_item_set_name (self, edit->name);
  g_signal_emit_by_name (self, "described");
}

void
es_run_item_bring (EsRunItem *self, EsRun *run, EsFilm *film, EsOrigin *origin)
{
  guint n = es_film_get_length (film);

  g_return_if_fail (es_run_item_is_away (self));
  es_run_item_take_run (self, run);
  es_origin_free (self->origin);
  self->origin = origin;
  es_film_free (self->film);
  self->film = film;
  if (n == 0 || es_film_get_epoch (film, n - 1) != es_run_get_epochs (run))
    es_film_add (film, es_run_get_epochs (run), run->model);
  es_run_item_set_state_at_rest (self);
  es_run_item_update_status (self);
  g_signal_emit_by_name (self, "snapshot");
  g_signal_emit_by_name (self, "epoch");
  g_object_notify (G_OBJECT (self), "state");
}

const char *
es_run_item_get_trouble (EsRunItem *self)
{
  g_return_val_if_fail (ES_IS_RUN_ITEM (self), NULL);
  return self->trouble;
}

void
es_run_item_set_trouble (EsRunItem *self, const char *trouble)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  if (g_strcmp0 (trouble, self->trouble) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  es_run_item_update_status (self);
  g_object_notify (G_OBJECT (self), "trouble");
}

void
es_run_item_set_kept (EsRunItem *self, const char *id)
{
  g_return_if_fail (ES_IS_RUN_ITEM (self));
  g_return_if_fail (self->job == NULL);
  replace (&self->id, id);
  self->kept = TRUE;
  self->stale = FALSE;
  self->entry->changed = 0;
  self->at_rest = g_get_monotonic_time ();
  es_run_item_set_trouble (self, NULL);
  g_signal_emit_by_name (self, "described");
}
