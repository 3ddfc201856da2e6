/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-sweep-panel.h"

#include "es-columns.h"
#include "es-command-line.h"
#include "es-i18n.h"
#include "es-image-feed.h"
#include "es-number-row.h"
#include "es-number.h"
#include "es-plot-view.h"
#include "es-run-trial.h"
#include "es-table-view.h"
#include "es-theme.h"
#include "es-toasts.h"

#include <math.h>

/* Which masks, in the order of the list. */
enum {
  MASKS_ALL,
  MASKS_CLASS,
  MASKS_LAYER,
};

struct _EsSweepPanel
{
  AdwBin parent_instance;

  EsImageFeed *feed;
  EsAttackEditor *editor;
  EsRunTrial *trial;         /* that is shown, or NULL */
  const EsTrialStudy *study; /* the trial's that is shown, or NULL */
  gboolean can_try;          /* there are a network and images for it */
  gboolean updating;         /* the widgets are being set by us */

  GtkStack *stack;
  AdwStatusPage *empty;
  AdwComboRow *masks;
  AdwComboRow *classes;
  EsNumberRow *components;
  EsNumberRow *eigenvectors;
  EsNumberRow *rare;
  EsNumberRow *strongest;
  EsNumberRow *strength;
  EsNumberRow *steps;
  AdwComboRow *control;
  GtkSwitch *clip;
  GtkWidget *start;
  GtkWidget *cancel;
  GtkProgressBar *progress;
  GtkStack *results;
  GtkWidget *outdated;
  EsPlotView *plot;
  GtkDropDown *at;
  GtkLabel *sentence;
  EsTableView *table;
};

G_DEFINE_FINAL_TYPE (EsSweepPanel, es_sweep_panel, ADW_TYPE_BIN)

/* That of the chosen run, or NULL. */
static EsRunTrial *
chosen_trial (EsSweepPanel *self)
{
  EsRunItem *run = self->feed != NULL ? es_image_feed_get_run (self->feed) : NULL;

  return run != NULL ? es_run_trial_of (run) : NULL;
}

static gboolean
is_busy (EsRunTrial *trial)
{
  return trial != NULL && es_run_trial_is_busy (trial);
}

static guint
chosen_masks (EsSweepPanel *self)
{
  return adw_combo_row_get_selected (self->masks);
}

/* The layer to be tried, or NULL. */
static const EsAttackLayer *
chosen_layer (EsSweepPanel *self)
{
  const EsAttackStack *stack =
      self->editor != NULL ? es_attack_editor_get_stack (self->editor) : NULL;
  gint i = stack != NULL ? es_attack_editor_get_selected (self->editor) : -1;

  return i >= 0 ? es_attack_stack_get_layer (stack, (guint)i) : NULL;
}

/* Results */

/* At the strength that is chosen below the figure. */
static void
show_strength (EsSweepPanel *self)
{
  guint strength = gtk_drop_down_get_selected (self->at);
  g_autofree char *sentence = NULL;

  if (self->updating || self->study == NULL ||
      strength >= self->study->trial->attack->n_strengths)
    return;
  sentence = es_trial_study_sentence (self->study, strength, es_theme_get_point ());
  gtk_label_set_text (self->sentence, sentence);
  es_table_view_set_table (self->table, es_trial_study_classes (self->study, strength));
}

static void
list_strengths (EsSweepPanel *self)
{
  const EsAttack *attack = self->study->trial->attack;
  g_autoptr (GtkStringList) strengths = gtk_string_list_new (NULL);

  for (gsize i = 0; i < attack->n_strengths; i++)
    gtk_string_list_take (
        strengths, es_number_short (attack->strengths[i], es_theme_get_point ()));
  self->updating = TRUE;
  gtk_drop_down_set_model (self->at, G_LIST_MODEL (strengths));
  gtk_drop_down_set_selected (self->at, (guint)attack->n_strengths - 1);
  self->updating = FALSE;
}

/* The command that draws the same figure; NULL for a layer, which it does not know. */
static char *
make_command (EsSweepPanel *self, const EsAttackPlan *plan, gsize k)
{
  g_autoptr (GString) options = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (plan->change != NULL)
    return NULL;
  g_ascii_formatd (number, sizeof number, "%.9g",
                   plan->strengths[plan->n_strengths - 1]);
  g_string_append_printf (options, "--strength=%s --steps=%u --components=%u", number,
                          (guint)plan->n_strengths, (guint)plan->n_components);
  if (plan->class_index >= 0)
    g_string_append_printf (options, " --class=%d", plan->class_index);
  if (k != ES_MASKS_DEFAULT_K)
    g_string_append_printf (options, " --eigenvectors=%u", (guint)k);
  if (plan->pixels.rare_below > 0) {
    g_ascii_formatd (number, sizeof number, "%.9g", plan->pixels.rare_below);
    g_string_append_printf (options, " --rare=%s", number);
  }
  if (plan->pixels.strongest > 0)
    g_string_append_printf (options, " --strongest=%u", (guint)plan->pixels.strongest);
  if (plan->control == ES_CONTROL_NOISE)
    g_string_append (options, " --control=noise");
  if (plan->clip)
    g_string_append (options, " --clip");
  return es_command_line_figure (es_image_feed_get_workspace (self->feed), "attack",
                                 options->str);
}

static void
show_study (EsSweepPanel *self)
{
  const EsTrialStudy *study =
      self->trial != NULL ? es_run_trial_get_study (self->trial) : NULL;

  if (study == self->study)
    return;
  self->study = study;
  gtk_widget_set_visible (self->outdated, FALSE);
  es_plot_view_set_command (
      self->plot, study != NULL ? es_run_trial_get_command (self->trial) : NULL);
  es_plot_view_set_plot (self->plot, study != NULL ? study->plot : NULL);
  if (study != NULL) {
    list_strengths (self);
    show_strength (self);
  }
  gtk_stack_set_visible_child_name (self->results, study != NULL ? "shown" : "none");
}

/* Trying */

static gboolean
can_start (EsSweepPanel *self)
{
  return self->can_try && !is_busy (chosen_trial (self)) &&
         (chosen_masks (self) != MASKS_LAYER || chosen_layer (self) != NULL);
}

static void
update_start (EsSweepPanel *self)
{
  gboolean busy = is_busy (self->trial);
  const EsAttackLayer *layer = chosen_layer (self);
  const char *name =
      layer != NULL ? layer->name : _ ("No layer is selected: add one to the image");

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->masks),
                               chosen_masks (self) == MASKS_LAYER ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
  gtk_widget_set_visible (self->cancel, busy);
  gtk_widget_set_visible (self->start, !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.try", can_start (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.cancel", busy);
}

static void
progress_cb (EsSweepPanel *self)
{
  gtk_progress_bar_set_fraction (self->progress,
                                 es_run_trial_get_fraction (self->trial));
}

static void
trial_cb (EsSweepPanel *self)
{
  gboolean focused = gtk_widget_has_focus (self->cancel);
  g_autoptr (GError) error = es_run_trial_take_error (self->trial);

  progress_cb (self);
  update_start (self);
  show_study (self);
  /* Where there is something to see. */
  if (focused && !is_busy (self->trial))
    gtk_widget_grab_focus (
        error == NULL && self->study != NULL ? GTK_WIDGET (self->plot) : self->start);
  if (error != NULL)
    es_toast_error (GTK_WIDGET (self), error);
}

static void
follow (EsSweepPanel *self, EsRunTrial *trial)
{
  if (trial == self->trial)
    return;
  if (self->trial != NULL)
    g_signal_handlers_disconnect_by_data (self->trial, self);
  g_set_object (&self->trial, trial);
  if (trial == NULL) {
    update_start (self);
    show_study (self);
    return;
  }
  g_signal_connect_object (trial, "changed", G_CALLBACK (trial_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (trial, "progress", G_CALLBACK (progress_cb), self,
                           G_CONNECT_SWAPPED);
  trial_cb (self);
}

/* @strengths has room for the steps. */
static void
fill_plan (EsSweepPanel *self, EsAttackPlan *plan, double *strengths)
{
  const EsAttackLayer *layer = chosen_layer (self);
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (self->editor);
  guint masks = chosen_masks (self);

  es_attack_plan_init (plan);
  plan->n_components = es_number_row_get_whole (self->components);
  plan->pixels = (EsMaskOptions){es_number_row_get_value (self->rare),
                                 es_number_row_get_whole (self->strongest)};
  plan->clip = gtk_switch_get_active (self->clip);
  plan->control = adw_combo_row_get_selected (self->control) == 1 ? ES_CONTROL_NOISE
                                                                  : ES_CONTROL_PERMUTED;
  plan->n_strengths = es_number_row_get_whole (self->steps);
  plan->strengths = strengths;
  es_attack_fill_strengths (strengths, plan->n_strengths,
                            es_number_row_get_value (self->strength));
  if (masks == MASKS_CLASS)
    plan->class_index = (gint)adw_combo_row_get_selected (self->classes);
  if (masks == MASKS_LAYER && layer != NULL && outcome != NULL) {
    plan->change = es_attack_layer_get_pixels (layer);
    plan->class_index =
        layer->class_index >= 0 ? layer->class_index : (gint)outcome->read_after;
  }
}

void
es_sweep_panel_start (EsSweepPanel *self)
{
  g_autofree double *strengths = NULL;
  g_autofree char *command = NULL;
  EsAttackPlan plan;
  EsImageProblem problem;
  EsModel *model;
  EsDataset *dataset;
  EsRun *run;
  gsize k;

  g_return_if_fail (ES_IS_SWEEP_PANEL (self));
  if (!can_start (self))
    return;
  if (!es_image_feed_get_dataset (self->feed, &model, &dataset, &problem)) {
    es_image_problem_clear (&problem);
    return;
  }
  run = es_workspace_dup_run (es_image_feed_get_workspace (self->feed));
  if (run == NULL)
    return;
  strengths = g_new (double, es_number_row_get_whole (self->steps));
  fill_plan (self, &plan, strengths);
  k = es_number_row_get_whole (self->eigenvectors);
  command = make_command (self, &plan, k);
  follow (self, chosen_trial (self));
  es_run_trial_start (self->trial, run, dataset, &plan, k, command);
  gtk_widget_grab_focus (self->cancel);
}

void
es_sweep_panel_cancel (EsSweepPanel *self)
{
  g_return_if_fail (ES_IS_SWEEP_PANEL (self));
  if (es_sweep_panel_is_busy (self))
    es_run_trial_cancel (chosen_trial (self));
}

void
es_sweep_panel_cancel_all (EsSweepPanel *self)
{
  GListModel *runs;

  g_return_if_fail (ES_IS_SWEEP_PANEL (self));
  runs = G_LIST_MODEL (es_image_feed_get_workspace (self->feed));
  for (guint i = 0; runs != NULL && i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (EsRunItem) run = g_list_model_get_item (runs, i);

    es_run_trial_cancel (es_run_trial_of (run));
  }
}

gboolean
es_sweep_panel_is_busy (EsSweepPanel *self)
{
  g_return_val_if_fail (ES_IS_SWEEP_PANEL (self), FALSE);
  return is_busy (chosen_trial (self));
}

const EsTrialStudy *
es_sweep_panel_get_study (EsSweepPanel *self)
{
  EsRunTrial *trial;

  g_return_val_if_fail (ES_IS_SWEEP_PANEL (self), NULL);
  trial = chosen_trial (self);
  return trial != NULL ? es_run_trial_get_study (trial) : NULL;
}

gboolean
es_sweep_panel_export (EsSweepPanel *self)
{
  g_return_val_if_fail (ES_IS_SWEEP_PANEL (self), FALSE);
  if (self->study == NULL)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self->plot), "plot.export", NULL);
  return TRUE;
}

/* Choices */

/* What counts for the chosen masks only. */
static void
masks_cb (EsSweepPanel *self)
{
  guint masks = chosen_masks (self);
  gboolean layer = masks == MASKS_LAYER;

  gtk_widget_set_visible (GTK_WIDGET (self->classes), masks == MASKS_CLASS);
  gtk_widget_set_visible (GTK_WIDGET (self->components), !layer);
  gtk_widget_set_visible (GTK_WIDGET (self->eigenvectors), !layer);
  gtk_widget_set_visible (GTK_WIDGET (self->rare), !layer);
  gtk_widget_set_visible (GTK_WIDGET (self->strongest), !layer);
  update_start (self);
}

static void
list_classes (EsSweepPanel *self)
{
  char **names = es_image_feed_get_class_names (self->feed);
  g_autoptr (GtkStringList) classes = NULL;
  guint selected = adw_combo_row_get_selected (self->classes);

  if (names == NULL)
    return;
  classes = gtk_string_list_new ((const char *const *)names);
  adw_combo_row_set_model (self->classes, G_LIST_MODEL (classes));
  if (selected < g_strv_length (names))
    adw_combo_row_set_selected (self->classes, selected);
}

/* The network */

static void
feed_cb (EsSweepPanel *self)
{
  g_auto (EsImageProblem) problem = {NULL, NULL};
  EsModel *model;
  EsDataset *dataset;

  follow (self, chosen_trial (self));
  self->can_try = es_image_feed_get_dataset (self->feed, &model, &dataset, &problem);
  if (self->can_try) {
    list_classes (self);
    gtk_widget_set_visible (self->outdated,
                            self->study != NULL && self->study->run->model != model);
    gtk_stack_set_visible_child_name (self->stack, "shown");
  } else if (problem.text != NULL) {
    adw_status_page_set_title (
        self->empty, problem.title != NULL ? problem.title : _ ("No Images to Try"));
    adw_status_page_set_description (self->empty, problem.text);
    gtk_stack_set_visible_child_name (self->stack, "empty");
  }
  update_start (self);
}

/* Also while the page is not looked at: nothing of a run that is gone is kept. */
static void
run_cb (EsSweepPanel *self)
{
  follow (self, chosen_trial (self));
}

void
es_sweep_panel_set_workspace (EsSweepPanel *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_SWEEP_PANEL (self));
  es_image_feed_set_workspace (self->feed, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
}

void
es_sweep_panel_set_editor (EsSweepPanel *self, EsAttackEditor *editor)
{
  g_return_if_fail (ES_IS_SWEEP_PANEL (self));
  g_set_object (&self->editor, editor);
  g_signal_connect_object (editor, "changed", G_CALLBACK (update_start), self,
                           G_CONNECT_SWAPPED);
}

/* Actions */

static void
try (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_sweep_panel_start (ES_SWEEP_PANEL (widget));
}

static void
cancel (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_sweep_panel_cancel (ES_SWEEP_PANEL (widget));
}

/* Life */

static void
es_sweep_panel_dispose (GObject *object)
{
  EsSweepPanel *self = ES_SWEEP_PANEL (object);

  if (self->trial != NULL)
    g_signal_handlers_disconnect_by_data (self->trial, self);
  g_clear_object (&self->trial);
  self->study = NULL;
  g_clear_object (&self->feed);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (es_sweep_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsSweepPanel, name)

static void
bind_children (GtkWidgetClass *widget_class)
{
  BIND (stack);
  BIND (empty);
  BIND (masks);
  BIND (classes);
  BIND (components);
  BIND (eigenvectors);
  BIND (rare);
  BIND (strongest);
  BIND (strength);
  BIND (steps);
  BIND (control);
  BIND (clip);
  BIND (start);
  BIND (cancel);
  BIND (progress);
  BIND (results);
  BIND (outdated);
  BIND (plot);
  BIND (at);
  BIND (sentence);
  BIND (table);
}

static void
es_sweep_panel_class_init (EsSweepPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_sweep_panel_dispose;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_TABLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-sweep-panel.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "sweep.try", NULL, try);
  gtk_widget_class_install_action (widget_class, "sweep.cancel", NULL, cancel);
  gtk_widget_class_bind_template_callback (widget_class, masks_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_strength);
}

static void
es_sweep_panel_init (EsSweepPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_table_view_set_whole (self->table, TRUE);
  es_table_view_set_label (self->table, _ ("Classes That Fall"));
  self->feed = es_image_feed_new (GTK_WIDGET (self));
  g_signal_connect_object (self->feed, "changed", G_CALLBACK (feed_cb), self,
                           G_CONNECT_SWAPPED);
  masks_cb (self);
}
