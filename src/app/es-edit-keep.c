/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-edit-keep.h"

#include "es-i18n.h"
#include "es-session.h"
#include "es-toasts.h"

/* A network that is being made. */
typedef struct
{
  GtkWidget *widget;
  EsWorkspace *workspace;
  EsRunItem *from;
} Keeping;

static void
keeping_free (Keeping *keeping)
{
  g_object_unref (keeping->widget);
  g_object_unref (keeping->workspace);
  g_object_unref (keeping->from);
  g_free (keeping);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keeping, keeping_free)

/* The run, with where it comes from. */
static EsRun *
make_run (EsRunItem *from, const EsEdited *edited)
{
  g_autofree char *name =
      g_strdup_printf (_ ("%s, edited"), es_run_item_get_name (from));
  const EsDataset *dataset = es_run_item_get_dataset (from);
  EsRun *run = es_run_new (name, edited->model);

  run->class_names = g_strdupv (es_run_item_get_class_names (from));
  if (dataset != NULL) {
    run->dataset = g_strdup (dataset->name);
    run->dataset_path = g_strdup (dataset->path);
  }
  run->edited_from = g_strdup (es_run_item_get_name (from));
  run->edited_parts = g_strdupv (edited->parts);
  run->edited_accuracy = edited->evaluation.accuracy;
  return run;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Keeping) keeping = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsEdited) edited = es_edit_bench_make_finish (result, &error);
  g_autoptr (EsRunItem) item = NULL;

  if (edited == NULL) {
    es_toast_error (keeping->widget, error);
    return;
  }
  item = es_run_item_new_opened (make_run (keeping->from, edited), NULL);
  if (es_run_item_get_dataset (keeping->from) != NULL)
    es_run_item_set_dataset (item, es_run_item_get_dataset (keeping->from));
  es_session_adopt (item);
  es_workspace_add (keeping->workspace, item);
  es_session_keep_opened (item);
  es_toast (keeping->widget, _ ("Kept as a new run"));
}

void
es_edit_keep (GtkWidget *widget,
              EsWorkspace *workspace,
              EsRunItem *from,
              EsEditBench *bench,
              const float *factors)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->widget = g_object_ref (widget);
  keeping->workspace = g_object_ref (workspace);
  keeping->from = g_object_ref (from);
  es_edit_bench_make_async (bench, factors, NULL, made_cb, keeping);
}
