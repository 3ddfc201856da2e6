/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-actions.h"

#include "es-files.h"
#include "es-i18n.h"
#include "es-run-command.h"
#include "es-run-details.h"
#include "es-session.h"
#include "es-toasts.h"
#include "es-window-open.h"
#include "es-window-save.h"

static EsRunItem *
chosen_run (gpointer window)
{
  return es_workspace_get_run (es_window_get_workspace (ES_WINDOW (window)));
}

/* Renaming */

static void
rename_response_cb (AdwMessageDialog *dialog, const char *response, GtkEditable *entry)
{
  EsRunItem *item = g_object_get_data (G_OBJECT (dialog), "run");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "rename") && *name != '\0')
    es_session_edit (item, &(EsRunEdit){.name = name});
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

/* What is known of a run */

static void
show_details (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_window_commit (ES_WINDOW (widget));
  es_run_details_present (widget, chosen_run (widget));
}

static void
copy_command (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsRunItem *run = chosen_run (widget);
  const EsPlan *plan;
  g_autofree char *command = NULL;

  es_window_commit (ES_WINDOW (widget));
  plan = es_run_item_get_plan (run);
  command = es_run_to_command (plan->name, plan->data, &plan->model, &plan->train,
                               es_run_item_get_marks (run));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), command);
  es_toast (widget, _ ("Command copied"));
}

/* Going on after a crash */

/* As soon as its weights are there. */
static void
resume_cb (EsRunItem *item, GParamSpec *pspec, EsWorkspace *workspace)
{
  if (es_run_item_is_away (item))
    return;
  g_signal_handlers_disconnect_by_func (item, resume_cb, workspace);
  es_workspace_start (workspace, item);
}

/* The runs of the offer. */
typedef struct
{
  EsWindow *window;
  GPtrArray *runs;
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_ptr_array_unref (offer->runs);
  g_free (offer);
}

static void
resume_all_cb (AdwToast *toast, Offer *offer)
{
  EsWorkspace *workspace = es_window_get_workspace (offer->window);

  for (guint i = 0; i < offer->runs->len; i++) {
    EsRunItem *item = offer->runs->pdata[i];

    if (es_run_item_is_active (item))
      continue;
    g_signal_connect_object (item, "notify::state", G_CALLBACK (resume_cb), workspace,
                             0);
    es_workspace_set_run (workspace, item);
    es_session_bring (item);
    resume_cb (item, NULL, workspace);
  }
}

void
es_window_offer_resume (EsWindow *self, const GPtrArray *runs)
{
  Offer *offer = g_new0 (Offer, 1);
  const EsRunEntry *entry = es_run_item_get_entry (runs->pdata[0]);
  g_autofree char *text = NULL;

  offer->window = self;
  offer->runs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (offer->runs, g_object_ref (runs->pdata[i]));
  if (runs->len == 1)
    text = g_strdup_printf (_ ("“%s” was interrupted after epoch %u"), entry->name,
                            entry->epochs);
  else
    text = g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u training was interrupted",
                                         "%u trainings were interrupted", runs->len),
                            runs->len);
  es_toast_offer (GTK_WIDGET (self), text, _ ("_Resume"), G_CALLBACK (resume_all_cb),
                  offer, offer_free);
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
new_from_recipe (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsRunItem *run = chosen_run (widget);
  const GArray *changes = es_run_item_get_marks (run);
  EsPlan plan;

  es_window_commit (ES_WINDOW (widget));
  es_plan_copy (&plan, es_run_item_get_plan (run));
  es_rate_changes_undo (changes, &plan.train);
  es_window_add_run (ES_WINDOW (widget), &plan, FALSE);
  es_plan_clear (&plan);
  if (changes->len > 0)
    es_toast (widget, _ ("As it began: changes made on the way are left out"));
}

/* What a deletion needs to be undone. */
typedef struct
{
  EsWorkspace *workspace; /* weak: a message does not keep it */
  EsRunItem *item;
  guint position;
} Deletion;

static void
deletion_free (gpointer data, GClosure *closure)
{
  Deletion *deletion = data;

  g_clear_weak_pointer (&deletion->workspace);
  g_object_unref (deletion->item);
  g_free (deletion);
}

static void
undo_cb (AdwToast *toast, Deletion *deletion)
{
  if (deletion->workspace == NULL)
    return;
  es_session_undelete (deletion->item);
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
  g_set_weak_pointer (&deletion->workspace, workspace);
  deletion->item = g_object_ref (item);
  deletion->position = es_workspace_remove (workspace, item);
  es_session_delete (item);
  es_toast_undo (widget, text, G_CALLBACK (undo_cb), deletion, deletion_free);
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (!es_window_undo_edit (ES_WINDOW (widget)))
    es_toast_undo_last (widget);
}

void
es_window_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.new", NULL, new_run);
  gtk_widget_class_install_action (klass, "win.train-digits", NULL, train_digits);
  gtk_widget_class_install_action (klass, "win.choose-mnist", NULL, choose_mnist);
  gtk_widget_class_install_action (klass, "win.rename", NULL, rename_run);
  gtk_widget_class_install_action (klass, "win.run-details", NULL, show_details);
  gtk_widget_class_install_action (klass, "win.copy-command", NULL, copy_command);
  gtk_widget_class_install_action (klass, "win.new-from-recipe", NULL, new_from_recipe);
  gtk_widget_class_install_action (klass, "win.delete", NULL, delete_run);
  gtk_widget_class_install_action (klass, "win.undo", NULL, undo);
  /* Of the window, not of the application: text that is being typed comes first. */
  gtk_widget_class_add_binding_action (klass, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo",
                                       NULL);
}

/* Whether it can be trained again: it was trained here, or will be. */
static gboolean
has_recipe (EsRunItem *item)
{
  const EsRunEntry *entry = es_run_item_get_entry (item);

  return entry->problem == NULL && entry->has_recipe;
}

void
es_window_update_actions (EsWindow *self)
{
  EsRunItem *item = chosen_run (self);

  es_window_update_open_actions (self);
  es_window_update_save_actions (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rename", item != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-from-recipe",
                                 item != NULL && has_recipe (item));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.copy-command",
                                 item != NULL && has_recipe (item));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.run-details", item != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete",
                                 item != NULL && !es_run_item_is_elsewhere (item));
}
