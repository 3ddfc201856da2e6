/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-sections.h"

#include "es-attack-page.h"
#include "es-gallery-panel.h"
#include "es-gallery.h"
#include "es-i18n.h"
#include "es-sweep-panel.h"
#include "es-toasts.h"
#include "es-work.h"

struct _EsAttackSections
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  GCancellable *saving; /* NULL: no dataset is being written */

  GtkStack *stack;
  EsAttackPage *image;
  EsSweepPanel *set;
  EsGalleryPanel *gallery;
  GtkWidget *saving_bar;
  GtkProgressBar *saving_progress;
};

G_DEFINE_FINAL_TYPE (EsAttackSections, es_attack_sections, ADW_TYPE_BIN)

static void
show (EsAttackSections *self, const char *section)
{
  gtk_stack_set_visible_child_name (self->stack, section);
}

/* Keeping */

static void
keep (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsAttackSections *self = ES_ATTACK_SECTIONS (widget);
  g_autoptr (EsAttackRecord) record = es_attack_page_dup_record (self->image);

  if (record != NULL)
    es_gallery_panel_keep (self->gallery, record);
}

static void
restore (EsAttackSections *self, EsAttackRecord *record)
{
  g_autoptr (EsAttackRecord) kept = es_attack_record_ref (record);
  g_autoptr (GError) error = NULL;

  if (es_attack_page_restore (self->image, kept, &error))
    show (self, "image");
  else
    es_toast_error (GTK_WIDGET (self), error);
}

void
es_attack_sections_take (EsAttackSections *self, const GPtrArray *records)
{
  EsRunItem *run;
  EsGallery *gallery;
  g_autofree char *text = NULL;
  guint n = 0;

  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  run = self->workspace != NULL ? es_workspace_get_run (self->workspace) : NULL;
  if (records->len == 1 || run == NULL) {
    restore (self, records->pdata[0]);
    return;
  }
  gallery = es_gallery_of (run);
  while (n < records->len && es_gallery_insert (gallery, G_MAXUINT, records->pdata[n]))
    n++;
  text = g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u attack added to the gallery",
                                       "%u attacks added to the gallery", n),
                          n);
  show (self, "gallery");
  es_toast (GTK_WIDGET (self), text);
}

/* Saving */

static void
update_actions (EsAttackSections *self)
{
  static const char *const actions[] = {"attack.keep", "attack.save-image",
                                        "attack.save-change", "attack.save-attack"};
  EsAttackEditor *editor = es_attack_page_get_editor (self->image);
  EsRunItem *run =
      self->workspace != NULL ? es_workspace_get_run (self->workspace) : NULL;
  gboolean image = es_attack_editor_get_outcome (editor) != NULL;
  GtkWidget *widget = GTK_WIDGET (self);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (widget, actions[i], image);
  gtk_widget_action_set_enabled (widget, "attack.save-dataset",
                                 image && run != NULL && self->saving == NULL &&
                                     es_run_item_get_dataset (run) != NULL);
}

static void
show_saving (EsAttackSections *self)
{
  gtk_widget_set_visible (self->saving_bar, self->saving != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "attack.cancel-saving",
                                 self->saving != NULL);
  update_actions (self);
}

static void
saving_cb (double fraction, gpointer data)
{
  gtk_progress_bar_set_fraction (ES_ATTACK_SECTIONS (data)->saving_progress, fraction);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsAttackSections *self = ES_ATTACK_SECTIONS (source);

  if (es_attack_save_finish (GTK_WIDGET (self), result) != ES_ATTACK_SAVE_DATASET ||
      g_task_get_cancellable (G_TASK (result)) != self->saving)
    return;
  g_clear_object (&self->saving);
  show_saving (self);
}

void
es_attack_sections_save (EsAttackSections *self, EsAttackSave what, const char *path)
{
  g_autoptr (EsAttackRecord) record = NULL;
  EsRunItem *run;
  gboolean long_work = what == ES_ATTACK_SAVE_DATASET;

  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  record = es_attack_page_dup_record (self->image);
  run = es_workspace_get_run (self->workspace);
  if (record == NULL || run == NULL || (long_work && self->saving != NULL))
    return; /* gone meanwhile, or asked for twice */
  if (long_work) {
    self->saving = g_cancellable_new ();
    saving_cb (0, self);
    show_saving (self);
  }
  es_attack_save_async (GTK_WIDGET (self), what, path, record,
                        es_workspace_get_model (self->workspace),
                        es_run_item_get_dataset (run), long_work ? saving_cb : NULL,
                        long_work ? self->saving : NULL, saved_cb);
}

static void
save_image_cb (const char *path, gpointer self)
{
  es_attack_sections_save (self, ES_ATTACK_SAVE_IMAGE, path);
}

static void
save_change_cb (const char *path, gpointer self)
{
  es_attack_sections_save (self, ES_ATTACK_SAVE_CHANGE, path);
}

static void
save_attack_cb (const char *path, gpointer self)
{
  es_attack_sections_save (self, ES_ATTACK_SAVE_ATTACK, path);
}

static void
save_dataset_cb (const char *path, gpointer self)
{
  es_attack_sections_save (self, ES_ATTACK_SAVE_DATASET, path);
}

static void
save_image (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_save_ask (widget, ES_ATTACK_SAVE_IMAGE, save_image_cb);
}

static void
save_change (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_save_ask (widget, ES_ATTACK_SAVE_CHANGE, save_change_cb);
}

static void
save_attack (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_save_ask (widget, ES_ATTACK_SAVE_ATTACK, save_attack_cb);
}

static void
save_dataset (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_save_ask (widget, ES_ATTACK_SAVE_DATASET, save_dataset_cb);
}

static void
cancel_saving (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (ES_ATTACK_SECTIONS (widget)->saving);
}

/* The published layout is that of all test images. */
static void
save_figure (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsAttackSections *self = ES_ATTACK_SECTIONS (widget);

  show (self, "set");
  if (!es_sweep_panel_export (self->set))
    es_toast (widget, _ ("Try the masks on all test images first"));
}

/* Public */

void
es_attack_sections_act (EsAttackSections *self, const char *name)
{
  g_autofree char *action = g_strdup_printf ("attack.%s", name);

  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  if (gtk_stack_get_child_by_name (self->stack, name) != NULL) {
    show (self, name);
  } else if (g_str_equal (name, "try")) {
    show (self, "set");
    es_sweep_panel_start (self->set);
  } else if (g_str_equal (name, "cancel")) {
    if (es_sweep_panel_is_busy (self->set))
      es_sweep_panel_cancel (self->set);
    else
      g_cancellable_cancel (self->saving);
  } else if (g_str_equal (name, "paint") || g_str_equal (name, "draw")) {
    show (self, "image");
    gtk_widget_activate_action (GTK_WIDGET (self->image), action, NULL);
  } else {
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
  }
}

EsAttackEditor *
es_attack_sections_get_editor (EsAttackSections *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_SECTIONS (self), NULL);
  return gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->image)
             ? es_attack_page_get_editor (self->image)
             : NULL;
}

void
es_attack_sections_set_workspace (EsAttackSections *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  g_set_object (&self->workspace, workspace);
  es_attack_page_set_workspace (self->image, workspace);
  es_sweep_panel_set_workspace (self->set, workspace);
  es_gallery_panel_set_workspace (self->gallery, workspace);
}

/* Life */

/* Nobody looks at what comes of it any more, and the program would wait for it. What is
   being saved holds this, so that disposing of it comes too late. */
static void
es_attack_sections_unroot (GtkWidget *widget)
{
  EsAttackSections *self = ES_ATTACK_SECTIONS (widget);

  g_cancellable_cancel (self->saving);
  es_sweep_panel_cancel_all (self->set);
  GTK_WIDGET_CLASS (es_attack_sections_parent_class)->unroot (widget);
}

static void
es_attack_sections_dispose (GObject *object)
{
  EsAttackSections *self = ES_ATTACK_SECTIONS (object);

  es_work_drop (&self->saving);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_attack_sections_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsAttackSections, name)

static void
es_attack_sections_class_init (EsAttackSectionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_attack_sections_dispose;
  widget_class->unroot = es_attack_sections_unroot;
  g_type_ensure (ES_TYPE_ATTACK_PAGE);
  g_type_ensure (ES_TYPE_SWEEP_PANEL);
  g_type_ensure (ES_TYPE_GALLERY_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-attack-sections.ui");
  BIND (stack);
  BIND (image);
  BIND (set);
  BIND (gallery);
  BIND (saving_bar);
  BIND (saving_progress);
  gtk_widget_class_bind_template_callback (widget_class, restore);
  gtk_widget_class_install_action (widget_class, "attack.keep", NULL, keep);
  gtk_widget_class_install_action (widget_class, "attack.save-image", NULL, save_image);
  gtk_widget_class_install_action (widget_class, "attack.save-change", NULL,
                                   save_change);
  gtk_widget_class_install_action (widget_class, "attack.save-attack", NULL,
                                   save_attack);
  gtk_widget_class_install_action (widget_class, "attack.save-dataset", NULL,
                                   save_dataset);
  gtk_widget_class_install_action (widget_class, "attack.save-figure", NULL,
                                   save_figure);
  gtk_widget_class_install_action (widget_class, "attack.cancel-saving", NULL,
                                   cancel_saving);
}

static void
es_attack_sections_init (EsAttackSections *self)
{
  EsAttackEditor *editor;

  gtk_widget_init_template (GTK_WIDGET (self));
  editor = es_attack_page_get_editor (self->image);
  es_sweep_panel_set_editor (self->set, editor);
  g_signal_connect_object (editor, "changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  show_saving (self);
}
