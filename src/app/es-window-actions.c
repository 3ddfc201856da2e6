/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-actions.h"

#include "es-files.h"
#include "es-i18n.h"
#include "es-run-file.h"
#include "es-toasts.h"

static const EsFileKind run_kinds[] = {{N_ ("Networks"), "safetensors"}, {NULL}};

static EsRunItem *
chosen_run (gpointer window)
{
  return es_workspace_get_run (es_window_get_workspace (ES_WINDOW (window)));
}

/* Opening */

static void
open_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsRun *run = es_run_open (data, NULL, &error);

  if (run != NULL)
    g_task_return_pointer (task, run, (GDestroyNotify)es_run_free);
  else
    g_task_return_error (task, error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsWindow *self = ES_WINDOW (source);
  const char *path = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (EsRunItem) item = NULL;
  EsRun *run = g_task_propagate_pointer (G_TASK (result), &error);

  if (run == NULL) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  item = es_run_item_new_opened (run, path);
  es_workspace_add (es_window_get_workspace (self), item);
  es_window_show_content (self);
}

void
es_window_open_file (EsWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ES_IS_WINDOW (self));
  task = g_task_new (self, NULL, opened_cb, NULL);
  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
  g_task_set_source_tag (task, es_window_open_file);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_worker);
}

static void
open_chosen_cb (const char *path, gpointer window)
{
  es_window_open_file (window, path);
}

static void
open_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_open (widget, _ ("Open a Network"), run_kinds, open_chosen_cb);
}

/* Saving */

typedef struct
{
  EsRunItem *item;
  EsRun *run;
  char *path;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->item);
  es_run_free (save->run);
  g_free (save->path);
  g_free (save);
}

static void
save_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Save *save = data;
  GError *error = NULL;

  if (es_run_save (save->run, save->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  const Save *save = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    es_run_item_set_path (save->item, save->path);
    es_toast_saved (GTK_WIDGET (source), _ ("Network saved"), save->path);
  } else {
    es_toast_error (GTK_WIDGET (source), error);
  }
}

static void
save_chosen_cb (const char *path, gpointer window)
{
  EsRunItem *item = chosen_run (window);
  EsRun *run = item != NULL ? es_run_item_dup_run (item) : NULL;
  g_autoptr (GTask) task = NULL;
  Save *save;

  if (run == NULL)
    return;
  save = g_new0 (Save, 1);
  save->item = g_object_ref (item);
  save->run = run;
  save->path = g_strdup (path);
  task = g_task_new (window, NULL, saved_cb, NULL);
  g_task_set_source_tag (task, save_chosen_cb);
  g_task_set_task_data (task, save, save_free);
  g_task_run_in_thread (task, save_worker);
}

static void
save_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_save (widget, _ ("Save the Network"),
                 es_run_item_get_name (chosen_run (widget)), run_kinds, save_chosen_cb);
}

/* Renaming */

static void
rename_response_cb (AdwMessageDialog *dialog, const char *response, GtkEditable *entry)
{
  EsRunItem *item = g_object_get_data (G_OBJECT (dialog), "run");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "rename") && *name != '\0')
    es_run_item_set_name (item, name);
}

static void
rename_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsRunItem *item = chosen_run (widget);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (widget), _ ("Rename the Run"), NULL);
  GtkWidget *entry = gtk_entry_new ();

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel",
                                    _ ("_Cancel"), "rename", _ ("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  gtk_editable_set_text (GTK_EDITABLE (entry), es_run_item_get_name (item));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  g_object_set_data_full (G_OBJECT (dialog), "run", g_object_ref (item),
                          g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_response_cb), entry,
                           0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Adding and deleting */

static void
new_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_window_add_run (ES_WINDOW (widget), NULL, FALSE);
}

static void
train_digits (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_window_add_run (ES_WINDOW (widget), NULL, TRUE);
}

static void
folder_chosen_cb (const char *path, gpointer window)
{
  EsPlan plan;

  es_plan_init (&plan);
  g_free (plan.data);
  plan.data = g_strdup (path);
  plan.model.hidden = 256;
  es_train_config_init (&plan.train);
  plan.train.batch = es_train_config_default_batch (60000);
  es_window_add_run (window, &plan, FALSE);
  es_plan_clear (&plan);
}

static void
choose_mnist (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_open_folder (widget, _ ("Choose a Folder with MNIST Files"),
                        folder_chosen_cb);
}

static void
duplicate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_window_add_run (ES_WINDOW (widget), es_run_item_get_plan (chosen_run (widget)),
                     FALSE);
}

/* What a deletion needs to be undone. */
typedef struct
{
  EsWorkspace *workspace;
  EsRunItem *item;
  guint position;
} Deletion;

static void
deletion_free (gpointer data, GClosure *closure)
{
  Deletion *deletion = data;

  g_object_unref (deletion->workspace);
  g_object_unref (deletion->item);
  g_free (deletion);
}

static void
undo_cb (AdwToast *toast, Deletion *deletion)
{
  es_workspace_insert (deletion->workspace, deletion->position, deletion->item);
}

static void
delete_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);
  EsWorkspace *workspace = es_window_get_workspace (self);
  EsRunItem *item = chosen_run (self);
  g_autofree char *text = NULL;
  Deletion *deletion = g_new0 (Deletion, 1);

  text = g_strdup_printf (_ ("“%s” deleted"), es_run_item_get_name (item));
  deletion->workspace = g_object_ref (workspace);
  deletion->item = g_object_ref (item);
  deletion->position = es_workspace_remove (workspace, item);
  es_toast_undo (widget, text, G_CALLBACK (undo_cb), deletion, deletion_free);
}

void
es_window_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.new", NULL, new_run);
  gtk_widget_class_install_action (klass, "win.train-digits", NULL, train_digits);
  gtk_widget_class_install_action (klass, "win.open", NULL, open_file);
  gtk_widget_class_install_action (klass, "win.choose-mnist", NULL, choose_mnist);
  gtk_widget_class_install_action (klass, "win.save", NULL, save_run);
  gtk_widget_class_install_action (klass, "win.rename", NULL, rename_run);
  gtk_widget_class_install_action (klass, "win.duplicate", NULL, duplicate);
  gtk_widget_class_install_action (klass, "win.delete", NULL, delete_run);
}

void
es_window_update_actions (EsWindow *self)
{
  EsRunItem *item = chosen_run (self);
  gboolean trained = item != NULL && (es_run_item_get_history (item)->len > 0 ||
                                      es_run_item_get_path (item) != NULL);
  gboolean ours = item != NULL && es_run_item_get_state (item) != ES_RUN_FINISHED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.save", trained);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rename", item != NULL);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "win.duplicate",
      ours || (item != NULL && es_run_item_get_history (item)->len > 0));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete", item != NULL);
}
