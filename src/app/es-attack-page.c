/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-page.h"

#include "es-attack-figures.h"
#include "es-attack-kit.h"
#include "es-attack-tools.h"
#include "es-brush-panel.h"
#include "es-columns.h"
#include "es-i18n.h"
#include "es-image-feed.h"
#include "es-layer-row.h"
#include "es-plot-view.h"
#include "es-sample-browser.h"
#include "es-theme.h"
#include "es-work.h"

#include <string.h>

struct _EsAttackPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsImageFeed *feed;
  EsAttackEditor *editor;
  EsSample *sample; /* in the editor, or NULL */
  EsAttackKit *kit; /* of the latest model that there is one of, or NULL */
  gboolean moving;  /* contributions are being computed */
  gboolean moved_stale;
  gboolean updating; /* the widgets are being set by us */
  GCancellable *making;
  GCancellable *comparing;

  GtkStack *stack;
  AdwStatusPage *empty;
  EsSampleBrowser *browser;
  GtkSpinButton *number;
  GtkLabel *title;
  GtkLabel *verdict;
  GtkLabel *norms;
  EsPlotView *pictures;
  EsPlotView *logits;
  EsPlotView *moved;
  GtkWidget *moved_box;
  GtkListBox *layers;
  GtkWidget *spare; /* a row for the next layer, or NULL */
  guint sparing;    /* source that makes it */
  EsAttackTools *tools;
  GtkToggleButton *paint;
  EsBrushPanel *brush;
};

G_DEFINE_FINAL_TYPE (EsAttackPage, es_attack_page, ADW_TYPE_BIN)

static void update_moved (EsAttackPage *self);

static char **
class_names (EsAttackPage *self)
{
  return self->feed != NULL ? es_image_feed_get_class_names (self->feed) : NULL;
}

/* The layers, the uppermost first */

static gboolean
spare_idle (gpointer data)
{
  EsAttackPage *self = data;

  self->sparing = 0;
  self->spare = g_object_ref_sink (es_layer_row_new (self->editor));
  return G_SOURCE_REMOVE;
}

/* Making a row takes a good part of a frame, and the first dab of a brush adds a layer:
   the next row is there before it is needed. */
static void
append_row (EsAttackPage *self)
{
  if (self->spare == NULL)
    gtk_list_box_append (self->layers, es_layer_row_new (self->editor));
  else
    gtk_list_box_append (self->layers, self->spare);
  g_clear_object (&self->spare);
}

static void
prepare_row (EsAttackPage *self)
{
  if (self->spare == NULL && self->sparing == 0)
    self->sparing = g_idle_add_full (G_PRIORITY_LOW, spare_idle, self, NULL);
}

static void
show_layers (EsAttackPage *self)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (self->editor);
  guint n = stack != NULL ? es_attack_stack_get_n_layers (stack) : 0, i = 0;
  gint selected = es_attack_editor_get_selected (self->editor);
  GtkListBoxRow *row;

  self->updating = TRUE;
  for (; i < n; i++) {
    row = gtk_list_box_get_row_at_index (self->layers, (int)i);
    if (row == NULL) {
      append_row (self);
      row = gtk_list_box_get_row_at_index (self->layers, (int)i);
    }
    es_layer_row_show (ES_LAYER_ROW (row), n - 1 - i);
    if ((gint)(n - 1 - i) == selected)
      gtk_list_box_select_row (self->layers, row);
  }
  while ((row = gtk_list_box_get_row_at_index (self->layers, (int)n)) != NULL)
    gtk_list_box_remove (self->layers, GTK_WIDGET (row));
  self->updating = FALSE;
}

static void
row_selected_cb (EsAttackPage *self, GtkListBoxRow *row)
{
  if (row != NULL && !self->updating)
    es_attack_editor_set_selected (self->editor,
                                   (gint)es_layer_row_get_layer (ES_LAYER_ROW (row)));
}

/* What is shown of the attack */

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsAttackPage *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsPlot) plot = es_attack_kit_moved_finish (result, &error);

  if (plot != NULL)
    es_plot_view_set_plot (self->moved, plot);
  self->moving = FALSE;
  if (self->moved_stale)
    update_moved (self);
  g_object_unref (self);
}

/* Contributions take longer than a frame where the network is wide: they follow. */
static void
update_moved (EsAttackPage *self)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (self->editor);
  char **names = class_names (self);

  self->moved_stale = TRUE;
  /* Another run may be the chosen one already, while its weights are on their way. */
  if (self->moving || outcome == NULL || names == NULL ||
      g_strv_length (names) != outcome->C || self->comparing == NULL ||
      self->kit == NULL ||
      self->kit->model != es_attack_editor_get_model (self->editor))
    return;
  self->moved_stale = FALSE;
  self->moving = TRUE;
  es_attack_kit_moved_async (self->kit, outcome->input, outcome->result,
                             outcome->read_after, names[outcome->read_after],
                             self->comparing, moved_cb, g_object_ref (self));
}

static void
changed_cb (EsAttackPage *self)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (self->editor);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "attack.undo",
                                 es_attack_editor_can_undo (self->editor));
  gtk_widget_action_set_enabled (widget, "attack.redo",
                                 es_attack_editor_can_redo (self->editor));
  show_layers (self);
  if (outcome == NULL)
    return;
  prepare_row (self);
  {
    const EsModelConfig *config =
        es_model_get_config (es_attack_editor_get_model (self->editor));
    g_autoptr (EsPlot) pictures = es_attack_figures_pictures (outcome, config);
    g_autoptr (EsPlot) logits = es_attack_figures_logits (outcome, class_names (self));
    g_autofree char *verdict = es_attack_figures_verdict (
        outcome->label, outcome->read_before, outcome->read_after, class_names (self));
    g_autofree char *norms = es_attack_figures_norms (outcome, es_theme_get_point ());

    gtk_label_set_text (self->verdict, verdict);
    gtk_label_set_text (self->norms, norms);
    es_plot_view_set_plot (self->pictures, pictures);
    es_plot_view_set_plot (self->logits, logits);
  }
  update_moved (self);
}

/* Undo */

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_editor_undo (ES_ATTACK_PAGE (widget)->editor);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_attack_editor_redo (ES_ATTACK_PAGE (widget)->editor);
}

/* Painting */

static void
paint_cb (EsAttackPage *self)
{
  if (gtk_toggle_button_get_active (self->paint))
    gtk_widget_grab_focus (GTK_WIDGET (self->brush));
}

static void
paint (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsAttackPage *self = ES_ATTACK_PAGE (widget);

  gtk_toggle_button_set_active (self->paint, TRUE);
  paint_cb (self);
}

static void
draw (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_sample_browser_draw (ES_ATTACK_PAGE (widget)->browser);
}

/* The image and the network */

static void
show_problem (EsAttackPage *self, const char *title, const char *problem)
{
  g_clear_pointer (&self->sample, es_sample_unref);
  if (!es_attack_editor_set_image (self->editor, NULL, NULL, -1, NULL))
    g_assert_not_reached ();
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, problem);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
kit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsAttackPage *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsAttackKit) kit = es_attack_kit_finish (result, &error);

  if (kit != NULL) {
    es_attack_kit_unref (self->kit);
    self->kit = es_attack_kit_ref (kit);
    es_attack_tools_set_kit (self->tools, kit);
    gtk_widget_set_visible (self->moved_box, TRUE);
    update_moved (self);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
             !g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED)) {
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->tools), error->message);
  }
  g_object_unref (self);
}

/* Masks of other weights are none of these. */
static void
load_kit (EsAttackPage *self)
{
  EsModel *model = es_attack_editor_get_model (self->editor);
  EsRunItem *run = es_image_feed_get_run (self->feed);
  EsDataset *dataset = run != NULL ? es_run_item_get_dataset (run) : NULL;
  gboolean same = self->kit != NULL && self->kit->model == model;

  es_attack_tools_set_kit (self->tools, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->tools), NULL);
  gtk_widget_set_visible (self->moved_box, same);
  if (model != NULL && dataset != NULL)
    es_attack_kit_async (model, dataset, same ? self->kit->spectrum : NULL,
                         es_attack_tools_get_k (self->tools),
                         es_work_renew (&self->making), kit_cb, g_object_ref (self));
}

static void
show_sample (EsAttackPage *self, const EsSample *sample)
{
  gboolean numbered = sample != NULL && sample->dataset != NULL;

  gtk_label_set_text (self->title, sample != NULL ? sample->title : "");
  gtk_widget_set_visible (GTK_WIDGET (self->number), numbered);
  if (!numbered)
    return;
  self->updating = TRUE;
  gtk_spin_button_set_range (
      self->number, 0,
      (double)es_dataset_get_split (sample->dataset, sample->split)->N - 1);
  gtk_spin_button_set_value (self->number, (double)sample->index);
  self->updating = FALSE;
}

static void
start (EsAttackPage *self, EsModel *model, EsSample *sample)
{
  gboolean other = model != es_attack_editor_get_model (self->editor);
  g_autoptr (GError) error = NULL;

  es_attack_tools_set_names (self->tools, class_names (self));
  if (other || sample != self->sample) {
    g_clear_pointer (&self->sample, es_sample_unref);
    self->sample = es_sample_ref (sample);
    if (!es_attack_editor_set_image (self->editor, model, sample->pixels, sample->label,
                                     &error)) {
      show_problem (self, _ ("No Attack"), error->message);
      return;
    }
  }
  gtk_stack_set_visible_child_name (self->stack, "shown");
  if (other || self->kit == NULL)
    load_kit (self);
}

/* Shows what there is now. */
static void
update (EsAttackPage *self)
{
  g_auto (EsImageProblem) problem = {NULL, NULL};
  EsModel *model;
  EsSample *sample;
  gboolean can_show = es_image_feed_get (self->feed, &model, &sample, &problem);

  show_sample (self, es_workspace_get_sample (self->workspace));
  if (can_show)
    start (self, model, sample);
  else if (problem.text != NULL)
    show_problem (self,
                  problem.title != NULL ? problem.title : _ ("No Image to Attack"),
                  problem.text);
}

static void
number_cb (EsAttackPage *self)
{
  const EsSample *sample =
      self->workspace != NULL ? es_workspace_get_sample (self->workspace) : NULL;
  g_autoptr (EsSample) chosen = NULL;
  int number = gtk_spin_button_get_value_as_int (self->number);

  if (self->updating || sample == NULL || sample->dataset == NULL)
    return;
  chosen = es_sample_new (sample->dataset, sample->split, (gsize)number);
  es_workspace_set_sample (self->workspace, chosen);
}

void
es_attack_page_set_workspace (EsAttackPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_ATTACK_PAGE (self));
  g_set_object (&self->workspace, workspace);
  es_sample_browser_set_workspace (self->browser, workspace);
  es_image_feed_set_workspace (self->feed, workspace);
}

EsAttackEditor *
es_attack_page_get_editor (EsAttackPage *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_PAGE (self), NULL);
  return self->editor;
}

/* Keeping and going back */

EsAttackRecord *
es_attack_page_dup_record (EsAttackPage *self)
{
  const EsAttackOutcome *outcome;
  const EsSample *sample;
  EsAttackRecord *record;

  g_return_val_if_fail (ES_IS_ATTACK_PAGE (self), NULL);
  outcome = es_attack_editor_get_outcome (self->editor);
  sample = self->sample;
  if (outcome == NULL || sample == NULL)
    return NULL;
  record = es_attack_record_new (outcome->input, sample->rows, sample->cols,
                                 es_attack_editor_get_stack (self->editor));
  record->label = sample->label;
  record->title = g_strdup (sample->title);
  record->read_before = outcome->read_before;
  record->read_after = outcome->read_after;
  if (sample->dataset != NULL) {
    record->dataset = g_strdup (sample->dataset->name);
    record->split = sample->split;
    record->index = sample->index;
  }
  return record;
}

/* The image of @record: that of the run's dataset, if it is in there, else as it was
   kept. */
static EsSample *
find_sample (EsAttackPage *self, const EsAttackRecord *record)
{
  EsDataset *dataset = es_run_item_get_dataset (es_image_feed_get_run (self->feed));
  gsize n_bytes = (gsize)record->rows * record->cols * sizeof (float);
  EsSample *sample;

  if (dataset != NULL && g_strcmp0 (dataset->name, record->dataset) == 0 &&
      dataset->rows == record->rows && dataset->cols == record->cols &&
      record->index < es_dataset_get_split (dataset, record->split)->N) {
    sample = es_sample_new (dataset, record->split, record->index);
    if (memcmp (sample->pixels, record->input, n_bytes) == 0)
      return sample;
    es_sample_unref (sample);
  }
  sample = es_sample_new_own (record->input, record->rows, record->cols, record->title);
  sample->label = record->label;
  return sample;
}

gboolean
es_attack_page_restore (EsAttackPage *self, EsAttackRecord *record, GError **error)
{
  EsModel *model;
  const EsModelConfig *config;
  g_autoptr (EsSample) sample = NULL;

  g_return_val_if_fail (ES_IS_ATTACK_PAGE (self), FALSE);
  model = self->workspace != NULL ? es_workspace_get_model (self->workspace) : NULL;
  config = model != NULL ? es_model_get_config (model) : NULL;
  if (config == NULL || config->rows != record->rows || config->cols != record->cols) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 _ ("The attack is on an image of %u × %u pixels: choose a network "
                    "that reads such images first"),
                 record->rows, record->cols);
    return FALSE;
  }
  sample = find_sample (self, record);
  es_workspace_set_sample (self->workspace, sample);
  show_sample (self, sample);
  start (self, model, sample);
  es_attack_editor_set_stack (self->editor, es_attack_stack_copy (record->stack));
  es_attack_editor_settle (self->editor);
  return TRUE;
}

/* Life */

static void
es_attack_page_dispose (GObject *object)
{
  EsAttackPage *self = ES_ATTACK_PAGE (object);

  es_work_drop (&self->making);
  es_work_drop (&self->comparing);
  g_clear_handle_id (&self->sparing, g_source_remove);
  g_clear_object (&self->spare);
  g_clear_object (&self->feed);
  g_clear_object (&self->workspace);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_object (&self->editor);
  g_clear_pointer (&self->sample, es_sample_unref);
  g_clear_pointer (&self->kit, es_attack_kit_unref);
  G_OBJECT_CLASS (es_attack_page_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsAttackPage, name)

static void
es_attack_page_class_init (EsAttackPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_attack_page_dispose;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_ATTACK_TOOLS);
  g_type_ensure (ES_TYPE_BRUSH_PANEL);
  g_type_ensure (ES_TYPE_SAMPLE_BROWSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-attack-page.ui");
  BIND (stack);
  BIND (empty);
  BIND (browser);
  BIND (number);
  BIND (title);
  BIND (verdict);
  BIND (norms);
  BIND (pictures);
  BIND (logits);
  BIND (moved);
  BIND (moved_box);
  BIND (layers);
  BIND (tools);
  BIND (paint);
  BIND (brush);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_kit);
  gtk_widget_class_bind_template_callback (widget_class, paint_cb);
  gtk_widget_class_install_action (widget_class, "attack.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "attack.redo", NULL, redo);
  gtk_widget_class_install_action (widget_class, "attack.paint", NULL, paint);
  gtk_widget_class_install_action (widget_class, "attack.draw", NULL, draw);
}

static void
es_attack_page_init (EsAttackPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->feed = es_image_feed_new (GTK_WIDGET (self));
  g_signal_connect_object (self->feed, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  self->editor = es_attack_editor_new (ES_ATTACK_EDITOR_MEMORY);
  self->comparing = g_cancellable_new ();
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (changed_cb), self);
  es_attack_tools_set_editor (self->tools, self->editor);
  es_brush_panel_set_editor (self->brush, self->editor);
  changed_cb (self);
}
