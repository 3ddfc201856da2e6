/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-telling.h"

/* How often, in milliseconds. */
#define TELL_MS 50

struct _EsTelling
{
  EsTellingFunc func;
  gpointer user_data;
  GCancellable *cancellable; /* nullable */
  gint per_mille;            /* of the work; atomic */
  guint source;
};

static gboolean
tell_cb (gpointer data)
{
  EsTelling *telling = data;

  telling->func (g_atomic_int_get (&telling->per_mille) / 1000.0, telling->user_data);
  return G_SOURCE_CONTINUE;
}

EsTelling *
es_telling_new (EsTellingFunc func, gpointer user_data, GCancellable *cancellable)
{
  EsTelling *telling = g_new0 (EsTelling, 1);

  telling->func = func;
  telling->user_data = user_data;
  telling->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  if (func != NULL)
    telling->source = g_timeout_add (TELL_MS, tell_cb, telling);
  return telling;
}

void
es_telling_stop (EsTelling *telling)
{
  g_clear_handle_id (&telling->source, g_source_remove);
}

void
es_telling_free (EsTelling *telling)
{
  if (telling == NULL)
    return;
  es_telling_stop (telling);
  g_clear_object (&telling->cancellable);
  g_free (telling);
}

static gboolean
going (double fraction, const char *message, gpointer data)
{
  EsTelling *telling = data;

  if (fraction >= 0)
    g_atomic_int_set (&telling->per_mille, (gint)(1000 * fraction));
  return !g_cancellable_is_cancelled (telling->cancellable);
}

EsProgress
es_telling_progress (EsTelling *telling)
{
  return (EsProgress){going, telling};
}
