/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-save.h"

#include "es-attack-export.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-toasts.h"
#include "es-work.h"

static const struct
{
  const char *title;
  const char *stem;
  const char *saved;
  EsFileKind kinds[2];
} saves[ES_ATTACK_N_SAVES] = {
    {N_ ("Save the Image"),
     N_ ("adversarial image"),
     N_ ("Image saved"),
     {{N_ ("PNG Image"), "png"}, {NULL}}},
    {N_ ("Save the Change"),
     N_ ("change"),
     N_ ("Change saved"),
     {{N_ ("NumPy Array"), "npy"}, {NULL}}},
    {N_ ("Save the Attack"),
     N_ ("attack"),
     N_ ("Attack saved"),
     {{N_ ("Safetensors"), "safetensors"}, {NULL}}},
    {N_ ("Save the Attacked Dataset"),
     N_ ("attacked images"),
     N_ ("Attacked dataset saved"),
     {{N_ ("NumPy Archive"), "npz"}, {NULL}}},
};

void
es_attack_save_ask (GtkWidget *owner,
                    EsAttackSave what,
                    void (*chosen) (const char *path, gpointer owner))
{
  es_files_save (owner, _ (saves[what].title), _ (saves[what].stem), saves[what].kinds,
                 chosen);
}

typedef struct
{
  EsAttackSave what;
  char *path;
  EsAttackRecord *record;
  EsModel *model;     /* nullable */
  EsDataset *dataset; /* nullable */
  EsTelling *telling;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  es_telling_free (save->telling);
  g_free (save->path);
  es_attack_record_unref (save->record);
  g_clear_pointer (&save->model, es_model_unref);
  g_clear_pointer (&save->dataset, es_dataset_unref);
  g_free (save);
}

static gboolean
write_change (const Save *save, GError **error)
{
  const EsAttackRecord *record = save->record;
  gsize P = record->stack->P;
  g_autofree float *change = g_new (float, P);

  for (gsize p = 0; p < P; p++)
    change[p] = record->result[p] - record->input[p];
  return es_attack_save_change (change, record->rows, record->cols, save->path, error);
}

static gboolean
write_attack (const Save *save, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  g_ptr_array_add (records, save->record);
  return es_attack_records_save (records, save->path, error);
}

static gboolean
write_file (const Save *save, GError **error)
{
  const EsAttackRecord *record = save->record;
  const EsProgress progress = es_telling_progress (save->telling);

  switch (save->what) {
  case ES_ATTACK_SAVE_IMAGE:
    return es_attack_save_image (record->result, record->rows, record->cols,
                                 record->title, save->path, error);
  case ES_ATTACK_SAVE_CHANGE:
    return write_change (save, error);
  case ES_ATTACK_SAVE_DATASET:
    return es_attack_save_dataset (record->stack, save->dataset, ES_SPLIT_TEST,
                                   save->model, save->path, &progress, error);
  case ES_ATTACK_SAVE_ATTACK:
  default:
    return write_attack (save, error);
  }
}

static void
save_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_file (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
es_attack_save_async (GtkWidget *owner,
                      EsAttackSave what,
                      const char *path,
                      EsAttackRecord *record,
                      EsModel *model,
                      EsDataset *dataset,
                      EsTellingFunc progress,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);
  Save *save = g_new0 (Save, 1);

  save->what = what;
  save->path = g_strdup (path);
  save->record = es_attack_record_ref (record);
  save->model = model != NULL ? es_model_ref (model) : NULL;
  save->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  save->telling = es_telling_new (progress, owner, cancellable);
  g_task_set_source_tag (task, es_attack_save_async);
  g_task_set_task_data (task, save, save_free);
  /* What is on the disk when it is cancelled is no failure. */
  g_task_set_check_cancellable (task, FALSE);
  es_work_start (task, save_worker);
}

EsAttackSave
es_attack_save_finish (GtkWidget *owner, GAsyncResult *result)
{
  Save *save = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  es_telling_stop (save->telling);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    es_toast_saved (owner, _ (saves[save->what].saved), save->path);
  else
    es_toast_error (owner, error);
  return save->what;
}
