/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-status.h"

#include "es-i18n.h"

#include <math.h>
#include <string.h>

static char *
epochs_text (EsRunItem *self)
{
  const EsRunEntry *entry = es_run_item_get_entry (self);

  if (entry->epochs == 0)
    return g_strdup (_ ("Not trained"));
  /* Translators: how far a training is, and the test accuracy in percent. */
  return g_strdup_printf (
      _ ("Epoch %u of %u · %.1f %%"), entry->epochs,
      MAX (es_run_item_get_plan (self)->train.epochs, entry->epochs),
      100 * entry->accuracy);
}

/* Why it cannot be read, without the folder that is the same for all. */
static const char *
short_problem (EsRunItem *self)
{
  const char *problem = es_run_item_get_entry (self)->problem;
  g_autofree char *folder =
      es_library_run_folder (es_run_item_get_library (self), es_run_item_get_id (self));

  return g_str_has_prefix (problem, folder) && problem[strlen (folder)] != '\0'
             ? problem + strlen (folder) + 1
             : problem;
}

const char *
es_run_status_get_reason (EsRunItem *self)
{
  const char *trouble = es_run_item_get_trouble (self);
  const char *folder = es_library_get_folder (es_run_item_get_library (self));
  const char *end = g_str_has_prefix (trouble, folder)
                        ? strstr (trouble + strlen (folder), ": ")
                        : NULL;

  return end != NULL ? end + 2 : trouble;
}

/* Of a run at rest. */
static char *
make_status_at_rest (EsRunItem *self)
{
  g_autofree char *epochs = epochs_text (self);

  if (es_run_item_get_entry (self)->problem != NULL)
    return g_strdup_printf (_ ("Cannot be read: %s"), short_problem (self));
  if (es_run_item_is_elsewhere (self))
    return g_strdup_printf (_ ("Training elsewhere · %s"), epochs);
  if (es_run_item_get_entry (self)->interrupted)
    return g_strdup_printf (_ ("Interrupted · %s"), epochs);
  return g_steal_pointer (&epochs);
}

static char *
opened_text (const EsOrigin *origin)
{
  if (origin != NULL && origin->n_not_finite > 0)
    return g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u weight not finite",
                                         "%u weights not finite", origin->n_not_finite),
                            origin->n_not_finite);
  if (origin != NULL && !isnan (origin->accuracy))
    /* Translators: the test accuracy in percent. */
    return g_strdup_printf (_ ("Opened from a file · %.1f %%"), 100 * origin->accuracy);
  return g_strdup (_ ("Opened from a file"));
}

static char *
edited_text (const EsRunEntry *entry)
{
  if (isnan (entry->accuracy))
    return g_strdup_printf (_ ("Edited from %s"), entry->edited_from);
  /* Translators: the name of the run whose components were edited, and the test
     accuracy in percent. */
  return g_strdup_printf (_ ("Edited from %s · %.1f %%"), entry->edited_from,
                          100 * entry->accuracy);
}

/* Of a run that was not trained here. */
static char *
untrained_text (EsRunItem *self)
{
  const EsRunEntry *entry = es_run_item_get_entry (self);

  return entry->edited_from != NULL ? edited_text (entry)
                                    : opened_text (es_run_item_get_origin (self));
}

static char *
make_status (EsRunItem *self)
{
  g_autofree char *epochs = NULL;

  switch (es_run_item_get_state (self)) {
  case ES_RUN_DRAFT:
    return g_strdup (_ ("Ready to train"));
  case ES_RUN_QUEUED:
    return g_strdup (_ ("Waiting for its turn"));
  case ES_RUN_LOADING:
    return g_strdup (es_task_is_text (es_run_item_get_plan (self)->data)
                         ? _ ("Preparing the task…")
                         : _ ("Loading the images…"));
  case ES_RUN_STOPPING:
    return g_strdup (_ ("Stopping…"));
  case ES_RUN_PAUSED:
    epochs = epochs_text (self);
    return g_strdup_printf (_ ("Paused · %s"), epochs);
  case ES_RUN_FINISHED:
    if (es_run_item_get_history (self)->len == 0 &&
        es_run_item_get_entry (self)->problem == NULL &&
        (!es_run_item_is_away (self) || !es_run_item_get_entry (self)->has_recipe))
      return untrained_text (self);
    return make_status_at_rest (self);
  case ES_RUN_STOPPED:
    return make_status_at_rest (self);
  default:
    return epochs_text (self);
  }
}

char *
es_run_status_make (EsRunItem *self)
{
  char *status = make_status (self);

  if (es_run_item_get_trouble (self) != NULL) {
    g_autofree char *text = status;

    return g_strdup_printf (_ ("Not saved · %s"), text);
  }
  return status;
}
