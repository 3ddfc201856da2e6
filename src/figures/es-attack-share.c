/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-share.h"

#include "es-file-lock.h"

#include <errno.h>
#include <glib/gstdio.h>

/* How long to wait for others, who take as long as writing takes. */
#define PATIENCE_MS 5000

/* For each of @a the place of its equal in @b, every one used once, or -1. Mostly the
   two are in the same order, so looking goes on where the last was found. */
static gint *
match (const GPtrArray *a, const GPtrArray *b)
{
  gint *places = g_new (gint, a->len + 1);
  g_autofree gboolean *used = g_new0 (gboolean, b->len + 1);
  guint from = 0;

  for (guint i = 0; i < a->len; i++) {
    places[i] = -1;
    for (guint n = 0; n < b->len && places[i] < 0; n++) {
      guint j = (from + n) % b->len;

      if (!used[j] && es_attack_record_equal (a->pdata[i], b->pdata[j]))
        places[i] = (gint)j;
    }
    if (places[i] >= 0) {
      used[places[i]] = TRUE;
      from = (guint)places[i] + 1;
    }
  }
  return places;
}

static void
add (GPtrArray *records, EsAttackRecord *record)
{
  g_ptr_array_add (records, es_attack_record_ref (record));
}

GPtrArray *
es_attack_records_merge (const GPtrArray *base,
                         const GPtrArray *own,
                         const GPtrArray *theirs)
{
  GPtrArray *merged =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autofree gint *own_in_base = match (own, base);
  g_autofree gint *base_in_theirs = match (base, theirs);
  g_autofree gboolean *known = g_new0 (gboolean, theirs->len + 1);
  guint behind = 0; /* what both began with, in merged */

  for (guint i = 0; i < own->len; i++) {
    gint place = own_in_base[i];

    if (place >= 0 && base_in_theirs[place] < 0)
      continue; /* removed by others */
    add (merged, own->pdata[i]);
    if (place >= 0)
      behind = merged->len;
  }
  for (guint i = 0; i < base->len; i++)
    if (base_in_theirs[i] >= 0)
      known[base_in_theirs[i]] = TRUE;
  for (guint i = 0; i < theirs->len; i++)
    if (!known[i])
      g_ptr_array_insert (merged, (gint)behind++,
                          es_attack_record_ref (theirs->pdata[i]));
  return merged;
}

static gboolean
same (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!es_attack_record_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static GPtrArray *
load (const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return es_attack_records_load (path, error);
  return g_ptr_array_new ();
}

static gboolean
save (const GPtrArray *records, const char *path, GError **error)
{
  if (records->len > ES_ATTACK_RECORD_MAX) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "would have %u attacks with those of another window or program; "
                     "there is room for %d",
                     records->len, ES_ATTACK_RECORD_MAX);
    return FALSE;
  }
  if (records->len > 0)
    return es_attack_records_save (records, path, error);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  es_io_set_errno (error, ES_IO_ERROR_WRITE, path, "remove", errno);
  return FALSE;
}

GPtrArray *
es_attack_records_share (const char *path,
                         const char *lock_path,
                         const GPtrArray *base,
                         const GPtrArray *own,
                         GError **error)
{
  gboolean changes = !same (base, own);
  g_autoptr (EsFileLock) lock = NULL;
  g_autoptr (GPtrArray) theirs = NULL;
  g_autoptr (GPtrArray) merged = NULL;

  if (changes) {
    lock = es_file_lock_take (lock_path, PATIENCE_MS, error);
    if (lock == NULL)
      return NULL;
  }
  theirs = load (path, error);
  if (theirs == NULL)
    return NULL;
  merged = es_attack_records_merge (base, own, theirs);
  if (changes && !same (merged, theirs) && !save (merged, path, error))
    return NULL;
  return g_steal_pointer (&merged);
}
