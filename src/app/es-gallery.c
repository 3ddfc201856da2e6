/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gallery.h"

#include "es-attack-share.h"
#include "es-i18n.h"
#include "es-library-files.h"
#include "es-work.h"

#include <glib/gstdio.h>

/* Of the galleries of networks that are not in the library, beside it. */
#define FOLDER_BESIDE "galleries"

/* One attack */

struct _EsGalleryItem
{
  GObject parent_instance;

  EsAttackRecord *record;
};

G_DEFINE_FINAL_TYPE (EsGalleryItem, es_gallery_item, G_TYPE_OBJECT)

static void
es_gallery_item_finalize (GObject *object)
{
  es_attack_record_unref (ES_GALLERY_ITEM (object)->record);
  G_OBJECT_CLASS (es_gallery_item_parent_class)->finalize (object);
}

static void
es_gallery_item_class_init (EsGalleryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_gallery_item_finalize;
}

static void
es_gallery_item_init (EsGalleryItem *self)
{
}

EsGalleryItem *
es_gallery_item_new (EsAttackRecord *record)
{
  EsGalleryItem *self = g_object_new (ES_TYPE_GALLERY_ITEM, NULL);

  self->record = es_attack_record_ref (record);
  return self;
}

EsAttackRecord *
es_gallery_item_get_record (EsGalleryItem *self)
{
  g_return_val_if_fail (ES_IS_GALLERY_ITEM (self), NULL);
  return self->record;
}

/* All of a run */

struct _EsGallery
{
  GObject parent_instance;

  EsRunItem *run; /* weak: it owns this, but work under way may outlive it */
  GListStore *items;
  GPtrArray
      *base;   /* of EsAttackRecord: what the file held when it was looked at last */
  char *path;  /* of that, or NULL */
  char *stamp; /* that the file had then, or NULL */
  gboolean sharing; /* the file is being read or written */
  gboolean stale;   /* and has to be once more */
  char *problem;    /* why it is not kept, or NULL */
};

G_DEFINE_FINAL_TYPE (EsGallery, es_gallery, G_TYPE_OBJECT)

enum {
  PROP_PROBLEM = 1,
};

static void share (EsGallery *self);

static void
set_problem (EsGallery *self, const char *problem)
{
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify (G_OBJECT (self), "problem");
}

/* For a network that was opened from @path: beside the library. */
static char *
path_beside (const EsLibrary *library, const char *path)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, full, -1);
  g_autofree char *name = g_strdup_printf ("%s.safetensors", hash);
  g_autofree char *above = g_path_get_dirname (es_library_get_folder (library));

  return g_build_filename (above, FOLDER_BESIDE, name, NULL);
}

/* The run's file; NULL if it has no place yet. */
static char *
file_path (EsGallery *self)
{
  EsLibrary *library = self->run != NULL ? es_run_item_get_library (self->run) : NULL;
  const char *id = library != NULL ? es_run_item_get_id (self->run) : NULL;
  const char *path = library != NULL ? es_run_item_get_path (self->run) : NULL;

  if (id != NULL) {
    g_autofree char *folder = es_library_run_folder (library, id);

    return g_build_filename (folder, ES_LIBRARY_GALLERY, NULL);
  }
  return path != NULL ? path_beside (library, path) : NULL;
}

/* The list and the file */

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
}

/* What is in the list now. */
static GPtrArray *
list_records (EsGallery *self)
{
  GListModel *items = G_LIST_MODEL (self->items);
  GPtrArray *records = records_new ();

  for (guint i = 0; i < g_list_model_get_n_items (items); i++) {
    g_autoptr (EsGalleryItem) item = g_list_model_get_item (items, i);

    g_ptr_array_add (records, es_attack_record_ref (item->record));
  }
  return records;
}

typedef struct
{
  char *path;
  char *lock_path;
  gboolean beside; /* the library, in a folder that may not be there yet */
  GPtrArray *base;
  GPtrArray *own;
  char *stamp; /* of the file: before, then after */
} Sharing;

static void
sharing_free (gpointer data)
{
  Sharing *sharing = data;

  g_free (sharing->path);
  g_free (sharing->lock_path);
  g_ptr_array_unref (sharing->base);
  g_ptr_array_unref (sharing->own);
  g_free (sharing->stamp);
  g_free (sharing);
}

/* What is another one for every file that was ever put in its place. */
static char *
make_stamp (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    return g_strdup ("");
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                          " %" G_GINT64_FORMAT ".%09ld",
                          (guint64)status.st_ino, (guint64)status.st_size,
                          (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

static gboolean
has_changes (const Sharing *sharing)
{
  gboolean changes = sharing->own->len != sharing->base->len;

  for (guint i = 0; !changes && i < sharing->own->len; i++)
    changes = sharing->own->pdata[i] != sharing->base->pdata[i];
  return changes;
}

static void
share_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sharing *sharing = data;
  g_autofree char *folder = g_path_get_dirname (sharing->path);
  g_autofree char *stamp = make_stamp (sharing->path);
  gboolean changes = has_changes (sharing);
  GPtrArray *records;
  GError *error = NULL;

  if (changes && sharing->beside)
    g_mkdir_with_parents (folder, 0700);
  if (!changes && g_strcmp0 (stamp, sharing->stamp) == 0)
    records = g_ptr_array_ref (sharing->own);
  else
    records = es_attack_records_share (sharing->path, sharing->lock_path, sharing->base,
                                       sharing->own, &error);
  g_free (sharing->stamp);
  /* What others wrote while it was read has another one than was taken before. */
  sharing->stamp = changes ? NULL : g_steal_pointer (&stamp);
  if (records != NULL)
    g_task_return_pointer (task, records, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static GHashTable *
set_of (const GPtrArray *records)
{
  GHashTable *set = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (set, records->pdata[i]);
  return set;
}

/* The place in the list of @record, looked for from @from on, or -1. */
static gint
find_item (EsGallery *self, EsAttackRecord *record, guint from)
{
  for (guint i = from; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++) {
    g_autoptr (EsGalleryItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->items), i);

    if (item->record == record)
      return (gint)i;
  }
  return -1;
}

/* Brings the list, which was @own and may have been changed since, to @merged. */
static void
apply (EsGallery *self, const GPtrArray *own, const GPtrArray *merged)
{
  g_autoptr (GHashTable) before = set_of (own);
  g_autoptr (GHashTable) after = set_of (merged);
  guint at = 0;

  for (guint i = 0; i < own->len; i++)
    if (!g_hash_table_contains (after, own->pdata[i])) {
      gint place = find_item (self, own->pdata[i], 0);

      if (place >= 0)
        g_list_store_remove (self->items, (guint)place);
    }
  for (guint i = 0; i < merged->len; i++) {
    if (g_hash_table_contains (before, merged->pdata[i])) {
      gint place = find_item (self, merged->pdata[i], at);

      at = place >= 0 ? (guint)place + 1 : at;
    } else {
      g_autoptr (EsGalleryItem) item = es_gallery_item_new (merged->pdata[i]);

      g_list_store_insert (self->items, at++, item);
    }
  }
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsGallery *self = ES_GALLERY (source);
  Sharing *sharing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), &error);

  self->sharing = FALSE;
  if (records != NULL) {
    g_ptr_array_unref (self->base);
    self->base = g_ptr_array_ref (records);
    g_free (self->stamp);
    self->stamp = g_steal_pointer (&sharing->stamp);
    apply (self, sharing->own, records);
  }
  set_problem (self, error != NULL ? error->message : NULL);
  if (self->stale)
    share (self);
}

/* Reads what others have done and writes what was done here. */
static void
share (EsGallery *self)
{
  g_autofree char *path = file_path (self);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autoptr (GTask) task = NULL;
  Sharing *sharing;

  if (path == NULL)
    set_problem (self, g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 0
                           ? NULL
                           : _ ("The run is not in the library yet: what is here is "
                                "kept until the program ends."));
  self->stale = self->sharing;
  if (path == NULL || self->sharing)
    return;
  if (g_strcmp0 (path, self->path) != 0) {
    /* Nothing of it is in that file. */
    g_ptr_array_unref (self->base);
    self->base = records_new ();
    g_clear_pointer (&self->stamp, g_free);
    g_free (self->path);
    self->path = g_strdup (path);
  }
  sharing = g_new0 (Sharing, 1);
  sharing->beside = es_run_item_get_id (self->run) == NULL;
  sharing->lock_path =
      sharing->beside ? g_build_filename (folder, ES_LIBRARY_LOCK, NULL)
                      : g_build_filename (
                            es_library_get_folder (es_run_item_get_library (self->run)),
                            ES_LIBRARY_LOCK, NULL);
  sharing->path = g_steal_pointer (&path);
  sharing->base = g_ptr_array_ref (self->base);
  sharing->own = list_records (self);
  sharing->stamp = g_strdup (self->stamp);
  self->sharing = TRUE;
  task = g_task_new (self, NULL, shared_cb, NULL);
  g_task_set_source_tag (task, share);
  g_task_set_task_data (task, sharing, sharing_free);
  es_work_start (task, share_worker);
}

/* The run has come into the library: so does what was kept elsewhere. */
static void
state_cb (EsGallery *self)
{
  g_autofree char *path = file_path (self);

  if (g_strcmp0 (path, self->path) != 0)
    share (self);
}

/* Public */

EsGallery *
es_gallery_of (EsRunItem *run)
{
  EsGallery *self = g_object_get_data (G_OBJECT (run), "es-gallery");

  if (self == NULL) {
    self = g_object_new (ES_TYPE_GALLERY, NULL);
    g_set_weak_pointer (&self->run, run);
    g_object_set_data_full (G_OBJECT (run), "es-gallery", self, g_object_unref);
    g_signal_connect_object (run, "notify::state", G_CALLBACK (state_cb), self,
                             G_CONNECT_SWAPPED);
  }
  if (self->path == NULL)
    share (self);
  return self;
}

void
es_gallery_refresh (EsGallery *self)
{
  g_return_if_fail (ES_IS_GALLERY (self));
  share (self);
}

GListModel *
es_gallery_get_items (EsGallery *self)
{
  g_return_val_if_fail (ES_IS_GALLERY (self), NULL);
  return G_LIST_MODEL (self->items);
}

gboolean
es_gallery_insert (EsGallery *self, guint position, EsAttackRecord *record)
{
  g_autoptr (EsGalleryItem) item = NULL;
  guint n;

  g_return_val_if_fail (ES_IS_GALLERY (self), FALSE);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  if (n >= ES_ATTACK_RECORD_MAX)
    return FALSE;
  item = es_gallery_item_new (record);
  g_list_store_insert (self->items, MIN (position, n), item);
  share (self);
  return TRUE;
}

void
es_gallery_remove (EsGallery *self, guint position)
{
  g_return_if_fail (ES_IS_GALLERY (self));
  g_list_store_remove (self->items, position);
  share (self);
}

const char *
es_gallery_get_problem (EsGallery *self)
{
  g_return_val_if_fail (ES_IS_GALLERY (self), NULL);
  return self->problem;
}

gboolean
es_gallery_is_busy (EsGallery *self)
{
  g_return_val_if_fail (ES_IS_GALLERY (self), FALSE);
  return self->sharing;
}

/* Life */

static void
es_gallery_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, ES_GALLERY (object)->problem);
}

static void
es_gallery_finalize (GObject *object)
{
  EsGallery *self = ES_GALLERY (object);

  g_clear_weak_pointer (&self->run);
  g_clear_object (&self->items);
  g_ptr_array_unref (self->base);
  g_free (self->path);
  g_free (self->stamp);
  g_free (self->problem);
  G_OBJECT_CLASS (es_gallery_parent_class)->finalize (object);
}

static void
es_gallery_class_init (EsGalleryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_gallery_finalize;
  G_OBJECT_CLASS (klass)->get_property = es_gallery_get_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_PROBLEM,
      g_param_spec_string ("problem", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
es_gallery_init (EsGallery *self)
{
  self->items = g_list_store_new (ES_TYPE_GALLERY_ITEM);
  self->base = records_new ();
}
