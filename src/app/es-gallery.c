/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gallery.h"

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
  gboolean read;    /* what the file held is in the list, or there is no file */
  gboolean reading; /* it is being read */
  gboolean broken;  /* it cannot be */
  gboolean writing;
  gboolean changed; /* since it was written, or is being */
  char *path;       /* that it was written to last, or NULL */
  char *problem;    /* why it is not kept, or NULL */
};

G_DEFINE_FINAL_TYPE (EsGallery, es_gallery, G_TYPE_OBJECT)

enum {
  PROP_PROBLEM = 1,
};

static void write_file (EsGallery *self);
static void read_file (EsGallery *self);

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

/* Writing */

typedef struct
{
  char *path;
  gboolean beside; /* the library, in a folder that may not be there yet */
  GPtrArray *records;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_free (writing->path);
  g_ptr_array_unref (writing->records);
  g_free (writing);
}

/* An empty gallery is no file. */
static void
write_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Writing *writing = data;
  g_autofree char *folder = g_path_get_dirname (writing->path);
  GError *error = NULL;

  if (writing->beside)
    g_mkdir_with_parents (folder, 0700);
  if (writing->records->len == 0) {
    g_unlink (writing->path);
    g_task_return_boolean (task, TRUE);
  } else if (es_attack_records_save (writing->records, writing->path, &error)) {
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_return_error (task, error);
  }
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsGallery *self = ES_GALLERY (source);
  g_autoptr (GError) error = NULL;

  self->writing = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    set_problem (self, NULL);
  else
    set_problem (self, error->message);
  if (self->changed)
    write_file (self);
}

static void
write_file (EsGallery *self)
{
  g_autofree char *path = file_path (self);
  g_autoptr (GTask) task = NULL;
  Writing *writing;

  self->changed = TRUE;
  if (path == NULL)
    set_problem (self, _ ("The run is not in the library yet: what is here is kept "
                          "until the program ends."));
  read_file (self); /* else it would be written over */
  if (path == NULL || !self->read || self->writing)
    return;
  writing = g_new0 (Writing, 1);
  writing->path = g_strdup (path);
  writing->beside = es_run_item_get_id (self->run) == NULL;
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  writing->records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++) {
    g_autoptr (EsGalleryItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->items), i);

    g_ptr_array_add (writing->records, es_attack_record_ref (item->record));
  }
  self->changed = FALSE;
  self->writing = TRUE;
  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_source_tag (task, write_file);
  g_task_set_task_data (task, writing, writing_free);
  es_work_start (task, write_worker);
}

/* Reading */

static void
read_worker (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *records = g_file_test (path, G_FILE_TEST_EXISTS)
                           ? es_attack_records_load (path, &error)
                           : g_ptr_array_new ();

  if (records != NULL)
    g_task_return_pointer (task, records, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* What is in the file comes before what was added meanwhile. A file that cannot be read
   is not written over. */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsGallery *self = ES_GALLERY (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  self->reading = FALSE;
  if (records == NULL) {
    self->broken = TRUE;
    set_problem (self, error->message);
    return;
  }
  self->read = TRUE;
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, es_gallery_item_new (records->pdata[i]));
  g_list_store_splice (self->items, 0, 0, items->pdata, items->len);
  if (self->changed)
    write_file (self);
}

static void
read_file (EsGallery *self)
{
  g_autofree char *path = file_path (self);
  g_autoptr (GTask) task = NULL;

  if (path == NULL || self->read || self->reading || self->broken)
    return;
  self->reading = TRUE;
  task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_source_tag (task, read_file);
  g_task_set_task_data (task, g_steal_pointer (&path), g_free);
  es_work_start (task, read_worker);
}

/* The run has come into the library: so does what was kept elsewhere. */
static void
state_cb (EsGallery *self)
{
  g_autofree char *path = file_path (self);
  gboolean moved =
      self->path != NULL && path != NULL && !g_str_equal (path, self->path);

  read_file (self);
  if (moved && self->read)
    write_file (self);
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
  read_file (self);
  return self;
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
  write_file (self);
  return TRUE;
}

void
es_gallery_remove (EsGallery *self, guint position)
{
  g_return_if_fail (ES_IS_GALLERY (self));
  g_list_store_remove (self->items, position);
  write_file (self);
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
  return self->reading || self->writing;
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
  g_free (self->path);
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
}
