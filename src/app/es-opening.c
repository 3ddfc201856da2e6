/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-opening.h"

#include "es-attack-record.h"
#include "es-file.h"
#include "es-image-file.h"
#include "es-work.h"

#include <unistd.h>

/* No picture file is larger. */
#define MAX_IMAGE_BYTES ((guint64)1 << 30)
/* That tell a picture. */
#define SNIFF_BYTES 16

void
es_opened_free (EsOpened *opened)
{
  if (opened == NULL)
    return;
  g_free (opened->path);
  es_run_free (opened->run);
  es_origin_free (opened->origin);
  es_import_info_free (opened->import);
  es_tensor_file_free (opened->file);
  g_clear_pointer (&opened->image, g_bytes_unref);
  g_clear_pointer (&opened->attacks, g_ptr_array_unref);
  g_free (opened);
}

/* Whether @error says that the content is of another kind, not that it is broken. */
static gboolean
is_other_kind (const GError *error)
{
  return g_error_matches (error, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED) ||
         g_error_matches (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
}

/* Whether the map found the part that every network has. */
static gboolean
has_layer (EsTensorFile *file)
{
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  const EsRole block = {ES_ROLE_BLOCK, 0}, left = {ES_ROLE_LEFT, 0};

  return es_model_map_get (map, &block) != NULL ||
         es_model_map_get (map, &left) != NULL;
}

static gboolean
try_network (EsOpened *opened, GError **error)
{
  opened->kind = ES_OPENED_RUN;
  opened->run = es_run_from_tensor_file (opened->file, NULL, NULL, error);
  if (opened->run != NULL)
    opened->origin = es_origin_new_for_run (opened->run);
  return opened->run != NULL;
}

static gboolean
try_dataset (EsOpened *opened, GError **error)
{
  opened->kind = ES_OPENED_DATASET;
  opened->import = es_import_probe (opened->path, NULL, error);
  return opened->import != NULL;
}

static gboolean
is_image (const char *path)
{
  guint8 data[SNIFF_BYTES];
  guint64 size;
  int fd = es_file_open (path, &size, NULL);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = pread (fd, data, sizeof data, 0);
  close (fd);
  return n > 0 && es_image_is_known (data, (gsize)n);
}

/* Whether the file says that it holds attacks. */
static gboolean
says_attacks (EsTensorFile *file)
{
  return json_object_has_member (es_tensor_file_get_settings (file),
                                 ES_ATTACK_RECORD_KEY);
}

static gboolean
read_attacks (EsOpened *opened, GError **error)
{
  opened->kind = ES_OPENED_ATTACKS;
  opened->attacks = es_attack_records_load (opened->path, error);
  if (opened->attacks == NULL)
    return FALSE;
  if (opened->attacks->len > 0)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, opened->path, "holds no attack");
  return FALSE;
}

/*
 * Layers count for a network and against images: a network whose tensors do not fit
 * together is shown as tensors, from where a person can say what they are.
 */
EsOpened *
es_opened_read (const char *path, GError **error)
{
  g_autoptr (EsOpened) opened = g_new0 (EsOpened, 1);
  g_autoptr (GError) no_tensors = NULL, no_images = NULL;

  opened->path = g_strdup (path);
  if (is_image (path)) {
    opened->kind = ES_OPENED_IMAGE;
    opened->image = es_file_load (path, MAX_IMAGE_BYTES, error);
    return opened->image != NULL ? g_steal_pointer (&opened) : NULL;
  }
  opened->file = es_tensor_file_open (path, &no_tensors);
  if (opened->file != NULL && says_attacks (opened->file))
    return read_attacks (opened, error) ? g_steal_pointer (&opened) : NULL;
  if (opened->file != NULL && try_network (opened, NULL))
    return g_steal_pointer (&opened);
  if (opened->file == NULL || !has_layer (opened->file)) {
    if (try_dataset (opened, &no_images))
      return g_steal_pointer (&opened);
  }
  if (opened->file != NULL) {
    opened->kind = ES_OPENED_TENSORS;
    return g_steal_pointer (&opened);
  }
  /* What is broken is told by the reader that knew it; what is unknown, by the last
     one. */
  if (is_other_kind (no_tensors) && !is_other_kind (no_images))
    g_propagate_error (error, g_steal_pointer (&no_images));
  else if (is_other_kind (no_tensors) && g_file_test (path, G_FILE_TEST_EXISTS))
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, path,
                     "is no file of tensors (safetensors, PyTorch, NumPy) and no "
                     "dataset (IDX, NumPy, CSV, folders of pictures)");
  else
    g_propagate_error (error, g_steal_pointer (&no_tensors));
  return NULL;
}

static void
open_worker (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  EsOpened *opened = es_opened_read (path, &error);

  if (opened != NULL)
    g_task_return_pointer (task, opened, (GDestroyNotify)es_opened_free);
  else
    g_task_return_error (task, error);
}

void
es_opening_start (gpointer source,
                  const char *path,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, es_opening_start);
  g_task_set_task_data (task, g_strdup (path), g_free);
  es_work_start (task, open_worker);
}

EsOpened *
es_opening_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
