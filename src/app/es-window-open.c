/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-window-open.h"

#include "es-datasets.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-import-window.h"
#include "es-judge.h"
#include "es-mapping-window.h"
#include "es-session.h"
#include "es-tensor-window.h"
#include "es-toasts.h"
#include "es-window-image.h"
#include "es-work.h"

/* Entries of the menu of recent files. */
#define MAX_RECENT 8

static const EsFileKind kinds[] = {
    {N_ ("All Supported Files"),
     "safetensors json pt pth bin ckpt npz npy csv gz png jpg jpeg"},
    {N_ ("Safetensors"), "safetensors"},
    {N_ ("PyTorch Checkpoints"), "pt pth bin ckpt"},
    {N_ ("NumPy Arrays"), "npz npy"},
    {N_ ("Images"), "png jpg jpeg"},
    {N_ ("All Files"), "*"},
    {NULL},
};

/* What was opened */

/* On a run whose parts a person has said, which is not to be lost. */
#define CHOSEN "es-chosen"

/* All that a person says of the run of @entry. */
static EsRunEdit
edit_of (const EsRunEntry *entry)
{
  return (EsRunEdit){.name = entry->name,
                     .notes = entry->notes,
                     .tags = (const char *const *)entry->tags,
                     .starred = &entry->starred,
                     .archived = &entry->archived};
}

static void
keep_chosen (EsRunItem *item)
{
  /* A copy: what is said of an entry takes the place of what is read. */
  g_autoptr (EsRunEntry) said = es_run_entry_copy (es_run_item_get_entry (item));
  EsRunEdit edit = edit_of (said);

  if (g_object_get_data (G_OBJECT (item), CHOSEN) != NULL)
    es_session_edit (item, &edit);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsRunItem) item = data;
  g_autoptr (EsJudgement) judgement = es_judge_finish (result, NULL);

  if (judgement != NULL && judgement->dataset != NULL) {
    es_datasets_keep (judgement->data, judgement->dataset);
    es_run_item_set_judged (item, judgement->data, judgement->dataset,
                            judgement->accuracy, judgement->other);
  }
  keep_chosen (item);
}

/* Looks how good a network of others is, which tells whether it was understood: on the
   dataset that a person has chosen, else on the one that suits it best. Once. */
static void
judge (EsRunItem *item)
{
  EsOrigin *origin = es_run_item_get_origin (item);
  const EsModelConfig *config = &es_run_item_get_plan (item)->model;

  if (origin->is_tried)
    return;
  origin->is_tried = TRUE;
  if (origin->n_not_finite == 0 && config->outputs > 1)
    es_judge_async (es_run_item_get_model (item), origin->data,
                    origin->residual_assumed, NULL, judged_cb, g_object_ref (item));
  else
    keep_chosen (item);
}

/* Puts @item in the place of @old, of which a person may have said something. */
static void
replace_run (EsWindow *self, EsRunItem *old, EsRunItem *item)
{
  EsWorkspace *workspace = es_window_get_workspace (self);
  GListModel *runs = G_LIST_MODEL (workspace);
  guint n = g_list_model_get_n_items (runs), position = n;
  EsRunEdit edit = edit_of (es_run_item_get_entry (old));

  for (guint i = 0; i < n; i++) {
    g_autoptr (EsRunItem) there = g_list_model_get_item (runs, i);

    if (there == old)
      position = i;
  }
  es_run_item_edit (item, &edit);
  es_workspace_insert (workspace, position, item);
  if (position < n) {
    es_workspace_remove (workspace, old);
    es_session_delete (old);
  }
}

/* Whose parts are being said. */
typedef struct
{
  EsWindow *window; /* weak: it takes along the one that asks */
  EsRunItem *old;   /* nullable: it is no run yet */
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  g_clear_weak_pointer (&mapping->window);
  g_clear_object (&mapping->old);
  g_free (mapping);
}

static void
mapped_cb (EsRun *run, EsOrigin *origin, gpointer data)
{
  const Mapping *mapping = data;
  EsWorkspace *workspace = es_window_get_workspace (mapping->window);
  g_autoptr (EsRunItem) item = es_run_item_new_opened (run, origin->path);

  es_run_item_set_origin (item, origin);
  es_session_adopt (item);
  g_object_set_data (G_OBJECT (item), CHOSEN, item);
  if (mapping->old != NULL)
    replace_run (mapping->window, mapping->old, item);
  else
    es_workspace_add (workspace, item);
  judge (item);
  es_workspace_set_run (workspace, item);
  es_window_show_content (mapping->window);
}

/* Asks for the parts of the network in the file of @origin. */
static void
ask_parts (EsWindow *self, const EsOrigin *origin, EsRunItem *old)
{
  Mapping *mapping = g_new0 (Mapping, 1);

  g_set_weak_pointer (&mapping->window, self);
  if (old != NULL)
    mapping->old = g_object_ref (old);
  es_mapping_window_present (GTK_WIDGET (self), origin, mapped_cb, mapping,
                             mapping_free);
}

static void
take_run (EsWindow *self, EsOpened *opened)
{
  g_autoptr (EsRunItem) item =
      es_run_item_new_opened (g_steal_pointer (&opened->run), opened->path);

  if (opened->origin != NULL) {
    es_run_item_set_origin (item, g_steal_pointer (&opened->origin));
    judge (item);
  }
  es_session_adopt (item);
  es_workspace_add (es_window_get_workspace (self), item);
  es_window_show_content (self);
}

static void
imported_cb (GtkWindow *import, const char *name, EsWindow *self)
{
  g_autofree char *text = g_strdup_printf (_ ("Dataset “%s” imported"), name);
  EsPlan plan;

  es_plan_init (&plan);
  g_free (plan.data);
  plan.data = g_strdup (name);
  es_window_add_run (self, &plan, FALSE);
  es_plan_clear (&plan);
  es_toast (GTK_WIDGET (self), text);
}

/* Takes @info. */
static void
ask_import (EsWindow *self, EsImportInfo *info)
{
  GtkWidget *import = es_import_window_new (GTK_WINDOW (self), info);

  g_signal_connect_object (import, "imported", G_CALLBACK (imported_cb), self, 0);
  gtk_window_present (GTK_WINDOW (import));
}

static void
use_as_network_cb (GtkWindow *tensors, const char *path, EsWindow *self)
{
  g_autoptr (EsOrigin) origin = es_origin_new (path);

  ask_parts (self, origin, NULL);
  gtk_window_close (tensors);
}

/* Takes @file. */
static void
show_tensors (EsWindow *self, EsTensorFile *file)
{
  GtkWidget *tensors = es_tensor_window_new (GTK_WINDOW (self), file);

  g_signal_connect_object (tensors, "use-as-network", G_CALLBACK (use_as_network_cb),
                           self, 0);
  gtk_window_present (GTK_WINDOW (tensors));
}

static void
remember (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsWindow *self = ES_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsOpened) opened = es_opening_finish (result, &error);

  if (opened == NULL) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  if (es_window_get_workspace (self) == NULL) /* closed meanwhile */
    return;
  remember (opened->path);
  switch (opened->kind) {
  case ES_OPENED_RUN:
    take_run (self, opened);
    break;
  case ES_OPENED_DATASET:
    ask_import (self, g_steal_pointer (&opened->import));
    break;
  case ES_OPENED_TENSORS:
    show_tensors (self, g_steal_pointer (&opened->file));
    break;
  case ES_OPENED_IMAGE:
    es_window_take_image (self, opened->image, NULL, opened->path);
    break;
  case ES_OPENED_ATTACKS:
    es_window_take_attacks (self, opened->attacks);
    break;
  }
}

void
es_window_open_file (EsWindow *self, const char *path)
{
  g_return_if_fail (ES_IS_WINDOW (self));
  es_opening_start (self, path, NULL, opened_cb, NULL);
}

/* Actions */

static void
chosen_cb (const char *path, gpointer window)
{
  es_window_open_file (window, path);
}

static void
open_files (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_open_several (widget, _ ("Open"), kinds, chosen_cb);
}

static void
open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_open_folder (widget, _ ("Open a Folder"), chosen_cb);
}

static void
open_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));
  g_autofree char *path = g_file_get_path (file);

  if (path != NULL)
    es_window_open_file (ES_WINDOW (widget), path);
}

static void
change_parts (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsWindow *self = ES_WINDOW (widget);
  EsRunItem *run = es_workspace_get_run (es_window_get_workspace (self));

  ask_parts (self, es_run_item_get_origin (run), run);
}

static void
tensors_worker (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  EsTensorFile *file = es_tensor_file_open (path, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify)es_tensor_file_free);
  else
    g_task_return_error (task, error);
}

static void
tensors_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  g_autoptr (GError) error = NULL;
  EsTensorFile *file = g_task_propagate_pointer (G_TASK (result), &error);

  if (file != NULL)
    show_tensors (ES_WINDOW (source), file);
  else
    es_toast_error (GTK_WIDGET (source), error);
}

/* The file that @run came from or is in; NULL if there is none yet (g_free()). */
static char *
dup_tensors_path (EsRunItem *run)
{
  const EsOrigin *origin = es_run_item_get_origin (run);

  if (es_run_item_get_path (run) != NULL)
    return g_strdup (es_run_item_get_path (run));
  if (origin != NULL && origin->path != NULL &&
      g_file_test (origin->path, G_FILE_TEST_EXISTS))
    return g_strdup (origin->path);
  return es_run_item_is_kept (run) ? es_library_run_path (es_run_item_get_library (run),
                                                          es_run_item_get_id (run))
                                   : NULL;
}

static void
show_run_tensors (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsRunItem *run = es_workspace_get_run (es_window_get_workspace (ES_WINDOW (widget)));
  g_autoptr (GTask) task = g_task_new (widget, NULL, tensors_cb, NULL);

  g_task_set_source_tag (task, show_run_tensors);
  g_task_set_task_data (task, dup_tensors_path (run), g_free);
  es_work_start (task, tensors_worker);
}

void
es_window_install_open_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.open", NULL, open_files);
  gtk_widget_class_install_action (klass, "win.open-folder", NULL, open_folder);
  gtk_widget_class_install_action (klass, "win.open-recent", "s", open_recent);
  gtk_widget_class_install_action (klass, "win.parts", NULL, change_parts);
  gtk_widget_class_install_action (klass, "win.tensors", NULL, show_run_tensors);
}

void
es_window_update_open_actions (EsWindow *self)
{
  EsRunItem *run = es_workspace_get_run (es_window_get_workspace (self));
  EsOrigin *origin = run != NULL ? es_run_item_get_origin (run) : NULL;
  g_autofree char *path = run != NULL ? dup_tensors_path (run) : NULL;

  /* It has come from the library. */
  if (origin != NULL && es_run_item_get_model (run) != NULL)
    judge (run);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.parts",
                                 origin != NULL && origin->path != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.tensors", path != NULL);
}

/* Recent files */

static int
compare_recent (gconstpointer a, gconstpointer b)
{
  GDateTime *p = gtk_recent_info_get_modified ((GtkRecentInfo *)a);
  GDateTime *q = gtk_recent_info_get_modified ((GtkRecentInfo *)b);

  return g_date_time_compare (q, p);
}

/* Menus read an underline as the mark of a key. */
static char *
menu_text (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
recent_cb (GtkRecentManager *manager, GMenu *menu)
{
  GList *infos = gtk_recent_manager_get_items (manager);
  guint n = 0;

  g_menu_remove_all (menu);
  infos = g_list_sort (infos, compare_recent);
  for (GList *l = infos; l != NULL; l = l->next) {
    GtkRecentInfo *info = l->data;
    g_autofree char *text = menu_text (gtk_recent_info_get_display_name (info));
    g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);

    if (n < MAX_RECENT && gtk_recent_info_is_local (info) &&
        gtk_recent_info_has_application (info, g_get_application_name ())) {
      g_menu_item_set_action_and_target (item, "win.open-recent", "s",
                                         gtk_recent_info_get_uri (info));
      g_menu_append_item (menu, item);
      n++;
    }
  }
  g_list_free_full (infos, (GDestroyNotify)gtk_recent_info_unref);
}

void
es_window_list_recent (EsWindow *self, GMenu *menu)
{
  GtkRecentManager *manager = gtk_recent_manager_get_default ();

  g_signal_connect_object (manager, "changed", G_CALLBACK (recent_cb), menu, 0);
  recent_cb (manager, menu);
}

/* Drag and drop */

static gboolean
drop_cb (EsWindow *self, const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE)) {
    es_window_take_image (self, NULL, g_value_get_object (value),
                          _ ("The dropped image"));
    return TRUE;
  }
  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next) {
    g_autofree char *path = g_file_get_path (l->data);

    if (path != NULL)
      es_window_open_file (self, path);
  }
  return TRUE;
}

void
es_window_accept_drops (EsWindow *self, GtkWidget *widget)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = {GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE};

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
