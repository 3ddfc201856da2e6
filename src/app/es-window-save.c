/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-save.h"

#include "es-files.h"
#include "es-film-dialog.h"
#include "es-i18n.h"
#include "es-run-file.h"
#include "es-toasts.h"
#include "es-work.h"

static const EsFileKind run_kinds[] = {{N_ ("Networks"), "safetensors"}, {NULL}};
static const EsFileKind weight_kinds[] = {
    {N_ ("Safetensors"), "safetensors"}, {N_ ("NumPy Archives"), "npz"}, {NULL}};

static EsRunItem *
chosen_run (gpointer window)
{
  return es_workspace_get_run (es_window_get_workspace (ES_WINDOW (window)));
}

typedef gboolean (*SaveFunc) (const EsRun *run, const char *path, GError **error);

typedef struct
{
  EsRunItem *item; /* belongs to the file from then on; NULL for a copy */
  EsRun *run;
  char *path;
  SaveFunc save;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_clear_object (&save->item);
  es_run_free (save->run);
  g_free (save->path);
  g_free (save);
}

static void
save_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Save *save = data;
  GError *error = NULL;

  if (save->save (save->run, save->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  const Save *save = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = g_filename_display_basename (save->path);
  g_autofree char *text = g_strdup_printf (_ ("“%s” saved"), name);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    if (save->item != NULL)
      es_run_item_set_path (save->item, save->path);
    es_toast_saved (GTK_WIDGET (source), text, save->path);
  } else {
    es_toast_error (GTK_WIDGET (source), error);
  }
}

static void
start (gpointer window, const char *path, SaveFunc func, gboolean moves)
{
  EsRunItem *item = chosen_run (window);
  EsRun *run = item != NULL ? es_run_item_dup_run (item) : NULL;
  g_autoptr (GTask) task = NULL;
  Save *save;

  if (run == NULL)
    return;
  save = g_new0 (Save, 1);
  save->item = moves ? g_object_ref (item) : NULL;
  save->run = run;
  save->path = g_strdup (path);
  save->save = func;
  task = g_task_new (window, NULL, saved_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, save, save_free);
  es_work_start (task, save_worker);
}

static void
save_chosen_cb (const char *path, gpointer window)
{
  start (window, path, es_run_save, TRUE);
}

static void
copy_chosen_cb (const char *path, gpointer window)
{
  start (window, path, es_run_save, FALSE);
}

static void
weights_chosen_cb (const char *path, gpointer window)
{
  start (window, path, es_run_export_weights, FALSE);
}

static void
save_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_window_commit (ES_WINDOW (widget));
  es_files_save (widget, _ ("Save the Network"),
                 es_run_item_get_name (chosen_run (widget)), run_kinds, save_chosen_cb);
}

static void
save_copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *stem = NULL;

  es_window_commit (ES_WINDOW (widget));
  stem = g_strdup_printf (_ ("%s (Copy)"), es_run_item_get_name (chosen_run (widget)));
  es_files_save (widget, _ ("Save a Copy"), stem, run_kinds, copy_chosen_cb);
}

static void
export_weights (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *stem =
      g_strdup_printf (_ ("%s Weights"), es_run_item_get_name (chosen_run (widget)));

  es_files_save (widget, _ ("Export Weights"), stem, weight_kinds, weights_chosen_cb);
}

static void
export_film (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_film_dialog_present (widget, es_window_get_workspace (ES_WINDOW (widget)));
}

void
es_window_install_save_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.save", NULL, save_run);
  gtk_widget_class_install_action (klass, "win.save-copy", NULL, save_copy);
  gtk_widget_class_install_action (klass, "win.export-weights", NULL, export_weights);
  gtk_widget_class_install_action (klass, "win.export-film", NULL, export_film);
}

void
es_window_update_save_actions (EsWindow *self)
{
  EsRunItem *item = chosen_run (self);
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean trained = item != NULL && (es_run_item_get_history (item)->len > 0 ||
                                      es_run_item_get_path (item) != NULL);
  gboolean filmed =
      item != NULL && es_film_get_length (es_run_item_get_film (item)) > 1;

  gtk_widget_action_set_enabled (widget, "win.save", trained);
  gtk_widget_action_set_enabled (widget, "win.save-copy", trained);
  gtk_widget_action_set_enabled (widget, "win.export-weights", trained);
  gtk_widget_action_set_enabled (widget, "win.export-film", filmed);
}
