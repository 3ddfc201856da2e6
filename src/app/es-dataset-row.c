/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-row.h"

#include "es-dataset-search.h"
#include "es-datasets.h"
#include "es-figure-task.h"
#include "es-i18n.h"

struct _EsDatasetRow
{
  AdwComboRow parent_instance;

  GPtrArray *datasets; /* char *, what the rows stand for; NULL when it is closed */
  GPtrArray *infos;    /* of EsDatasetInfo; nullable */
  GtkStringList *names;
};

G_DEFINE_FINAL_TYPE (EsDatasetRow, es_dataset_row, ADW_TYPE_COMBO_ROW)

/* The position of @data, which is added if there is none yet. */
static guint
find_data (EsDatasetRow *self, const char *data)
{
  g_autofree char *name = NULL;

  for (guint i = 0; i < self->datasets->len; i++)
    if (g_strcmp0 (self->datasets->pdata[i], data) == 0)
      return i;
  name =
      es_task_is_text (data) ? es_figure_task_name (data) : g_path_get_basename (data);
  g_ptr_array_add (self->datasets, g_strdup (data));
  gtk_string_list_append (self->names, name);
  return self->datasets->len - 1;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsDatasetRow) self = data;

  if (self->datasets == NULL)
    return;
  self->infos = es_datasets_list_finish (result);
  for (guint i = 0; i < self->infos->len; i++) {
    const EsDatasetInfo *info = self->infos->pdata[i];

    if (!info->is_builtin && info->folder != NULL && info->problem == NULL)
      find_data (self, info->name);
  }
}

const char *
es_dataset_row_get_data (EsDatasetRow *self)
{
  guint chosen;

  g_return_val_if_fail (ES_IS_DATASET_ROW (self), NULL);
  chosen = adw_combo_row_get_selected (ADW_COMBO_ROW (self));
  return self->datasets != NULL && chosen < self->datasets->len
             ? self->datasets->pdata[chosen]
             : ES_DATASET_BUILTIN;
}

gsize
es_dataset_row_get_n_train (EsDatasetRow *self)
{
  const char *data = es_dataset_row_get_data (self);
  EsDataset *dataset = es_datasets_peek (data);

  if (dataset != NULL)
    return dataset->train.N;
  for (guint i = 0; self->infos != NULL && i < self->infos->len; i++) {
    const EsDatasetInfo *info = self->infos->pdata[i];

    if (g_strcmp0 (info->name, data) == 0)
      return info->n_train;
  }
  return 0;
}

void
es_dataset_row_set_data (EsDatasetRow *self, const char *data)
{
  g_return_if_fail (ES_IS_DATASET_ROW (self));
  if (self->datasets != NULL)
    adw_combo_row_set_selected (ADW_COMBO_ROW (self), find_data (self, data));
}

static void
es_dataset_row_dispose (GObject *object)
{
  EsDatasetRow *self = ES_DATASET_ROW (object);

  g_clear_pointer (&self->datasets, g_ptr_array_unref);
  g_clear_pointer (&self->infos, g_ptr_array_unref);
  g_clear_object (&self->names);
  G_OBJECT_CLASS (es_dataset_row_parent_class)->dispose (object);
}

static void
es_dataset_row_class_init (EsDatasetRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = es_dataset_row_dispose;
}

static void
es_dataset_row_init (EsDatasetRow *self)
{
  self->datasets = g_ptr_array_new_with_free_func (g_free);
  self->names = gtk_string_list_new (NULL);
  g_ptr_array_add (self->datasets, g_strdup (ES_DATASET_BUILTIN));
  gtk_string_list_append (self->names, _ ("Built-In Digits"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (self->names));
  es_datasets_list_async (NULL, listed_cb, g_object_ref (self));
}
