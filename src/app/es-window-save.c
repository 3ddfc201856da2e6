/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-save.h"

#include "es-files.h"
#include "es-film-dialog.h"
#include "es-i18n.h"
#include "es-run-file.h"
#include "es-run-status.h"
#include "es-session.h"
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

static void
keep (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_session_keep (chosen_run (widget));
}

/* Closing */

/* On a window that closes whatever is lost. */
#define LEAVING "es-leaving"

static EsRunItem *
find_unsaved (EsWindow *self)
{
  GListModel *runs = G_LIST_MODEL (es_window_get_workspace (self));

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (EsRunItem) item = g_list_model_get_item (runs, i);

    if (es_run_item_get_trouble (item) != NULL && es_run_item_get_path (item) == NULL)
      return item; /* the list keeps it */
  }
  return NULL;
}

static void
close_response_cb (GtkWindow *window, const char *response)
{
  if (!g_str_equal (response, "close"))
    return;
  g_object_set_data (G_OBJECT (window), LEAVING, window);
  gtk_window_close (window);
}

gboolean
es_window_hold_unsaved (EsWindow *self)
{
  EsRunItem *item = find_unsaved (self);
  GtkWidget *dialog;

  if (item == NULL || g_object_get_data (G_OBJECT (self), LEAVING) != NULL)
    return FALSE;
  es_workspace_set_run (es_window_get_workspace (self), item);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog),
                                     _ ("Close without Saving “%s”?"),
                                     es_run_item_get_name (item));
  adw_message_dialog_format_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("It could not be saved: %s. What was trained since it was saved last, if it "
         "was, will be lost."),
      es_run_status_get_reason (item));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel",
                                    _ ("_Cancel"), "close", _ ("C_lose All the Same"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

void
es_window_install_save_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.save", NULL, save_run);
  gtk_widget_class_install_action (klass, "win.save-copy", NULL, save_copy);
  gtk_widget_class_install_action (klass, "win.export-weights", NULL, export_weights);
  gtk_widget_class_install_action (klass, "win.export-film", NULL, export_film);
  gtk_widget_class_install_action (klass, "win.keep", NULL, keep);
}

void
es_window_update_save_actions (EsWindow *self)
{
  EsRunItem *item = chosen_run (self);
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean trained =
      item != NULL && es_run_item_get_model (item) != NULL &&
      (es_run_item_get_history (item)->len > 0 || es_run_item_get_path (item) != NULL ||
       !es_run_item_get_entry (item)->has_recipe);
  gboolean filmed =
      item != NULL && es_film_get_length (es_run_item_get_film (item)) > 1;

  gtk_widget_action_set_enabled (widget, "win.save", trained);
  gtk_widget_action_set_enabled (widget, "win.save-copy", trained);
  gtk_widget_action_set_enabled (widget, "win.export-weights", trained);
  gtk_widget_action_set_enabled (widget, "win.export-film", filmed);
  gtk_widget_action_set_enabled (widget, "win.keep",
                                 item != NULL && es_run_item_get_trouble (item) &&
                                     !es_run_item_is_active (item));
}
