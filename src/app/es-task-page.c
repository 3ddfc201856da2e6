/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-task-page.h"

#include "es-columns.h"
#include "es-command-line.h"
#include "es-datasets.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-view.h"
#include "es-task-settings.h"
#include "es-task-view.h"
#include "es-theme.h"
#include "es-work.h"

/* Milliseconds from the matrices as trained to the symmetric ones. */
#define TURN_MS 500

struct _EsTaskPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsTaskView *view;
  gboolean stale;
  gboolean busy;
  gboolean filling; /* the list of outputs is being made */
  GCancellable *viewing;
  GCancellable *loading;
  AdwAnimation *turn;

  GtkStack *stack;
  AdwStatusPage *empty;
  GtkDropDown *outputs;
  GtkLabel *epoch;
  GtkScrolledWindow *scrolled;
  EsPlotView *figure;
  GtkWidget *matrices_card;
  GtkSwitch *symmetric;
  EsPlotView *matrices;
  GtkWidget *words_card;
  GtkLabel *words;
  GtkLabel *loss;
  GtkWidget *table_card;
  GtkGrid *table;
  EsTaskSettings *settings;
};

G_DEFINE_FINAL_TYPE (EsTaskPage, es_task_page, ADW_TYPE_BIN)

enum {
  TRAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void update (EsTaskPage *self);

/* The matrices */

static void
show_matrices (double share, gpointer data)
{
  EsTaskPage *self = data;
  g_autoptr (EsPlot) plot = NULL;

  if (self->view == NULL || self->view->kind != ES_TASK_TOY)
    return;
  plot = es_task_view_plot_matrices (self->view, share);
  es_plot_view_set_plot (self->matrices, plot);
}

/* The animation follows the system's wish for reduced motion by itself. */
static void
symmetric_cb (EsTaskPage *self)
{
  AdwTimedAnimation *turn = ADW_TIMED_ANIMATION (self->turn);
  double now = adw_animation_get_value (self->turn);

  adw_timed_animation_set_value_from (turn, now);
  adw_timed_animation_set_value_to (turn, gtk_switch_get_active (self->symmetric));
  adw_animation_play (self->turn);
}

void
es_task_page_toggle_symmetric (EsTaskPage *self)
{
  g_return_if_fail (ES_IS_TASK_PAGE (self));
  gtk_switch_set_active (self->symmetric, !gtk_switch_get_active (self->symmetric));
}

/* The truth table */

static GtkWidget *
add_cell (EsTaskPage *self, const char *text, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, row == 0 ? "dim-label" : "numeric");
  gtk_grid_attach (self->table, label, column, row, 1, 1);
  return label;
}

static void
show_table (EsTaskPage *self, const EsTruthTable *table)
{
  const char *const inputs[] = {"0, 0", "1, 0", "0, 1", "1, 1"};
  const EsNumberFormat format = {.decimals = 2};
  const char *point = es_theme_get_point ();
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  add_cell (self, _ ("Inputs"), 0, 0);
  add_cell (self, _ ("Truth"), 1, 0);
  add_cell (self, _ ("Answer"), 2, 0);
  add_cell (self, _ ("Range"), 3, 0);
  for (int k = 0; k < 4; k++) {
    g_autofree char *truth = es_number_write (&format, table->truth[k], point);
    g_autofree char *mean = es_number_write (&format, table->mean[k], point);
    g_autofree char *low = es_number_write (&format, table->low[k], point);
    g_autofree char *high = es_number_write (&format, table->high[k], point);
    g_autofree char *range = g_strdup_printf (_ ("%s to %s"), low, high);

    add_cell (self, inputs[k], 0, k + 1);
    add_cell (self, truth, 1, k + 1);
    add_cell (self, mean, 2, k + 1);
    add_cell (self, range, 3, k + 1);
  }
}

/* The view */

static void
show_command (EsTaskPage *self)
{
  static const char *const kinds[] = {"toy", "modular", "challenge"};
  guint chosen = gtk_drop_down_get_selected (self->outputs);
  g_autofree char *output = chosen > 0 && self->view->kind != ES_TASK_CHALLENGE
                                ? g_strdup_printf ("--class=%u", chosen - 1)
                                : NULL;
  g_autofree char *command =
      es_command_line_figure (self->workspace, kinds[self->view->kind], output);

  es_plot_view_set_command (self->figure, command);
}

/* Takes @view. */
static void
show_view (EsTaskPage *self, EsTaskView *view)
{
  gboolean toy = view->kind == ES_TASK_TOY;

  es_task_view_free (self->view);
  self->view = view;
  es_plot_view_set_plot (self->figure, view->plot);
  show_command (self);
  gtk_widget_set_visible (self->matrices_card, toy);
  gtk_widget_set_visible (self->words_card, toy);
  gtk_widget_set_visible (self->table_card, view->has_table);
  if (toy) {
    gtk_label_set_text (self->words, view->words);
    gtk_label_set_text (self->loss, view->loss);
    show_matrices (adw_animation_get_value (self->turn), self);
  }
  if (view->has_table)
    show_table (self, &view->table);
  gtk_stack_set_visible_child_name (self->stack, "view");
}

static void
show_problem (EsTaskPage *self, const char *title, const char *problem)
{
  g_clear_pointer (&self->view, es_task_view_free);
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, problem);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
view_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsTaskPage) self = data;
  g_autoptr (GError) error = NULL;
  EsTaskView *view = es_task_view_finish (result, &error);

  if (view == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  if (view != NULL)
    show_view (self, view);
  else
    show_problem (self, _ ("Nothing to Show"), error->message);
  if (self->stale)
    update (self);
}

static void
show_epoch (EsTaskPage *self)
{
  double epoch = es_workspace_get_epoch (self->workspace);
  g_autofree char *text = epoch > 0 ? g_strdup_printf (_ ("Epoch %.0f"), epoch) : NULL;

  gtk_label_set_text (self->epoch, text != NULL ? text : "");
}

/* The list of outputs, with what stands for all of them first. */
static void
fill_outputs (EsTaskPage *self, const EsDataset *dataset)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean toy = dataset->task->kind == ES_TASK_TOY;
  guint chosen = gtk_drop_down_get_selected (self->outputs);

  gtk_widget_set_visible (GTK_WIDGET (self->outputs),
                          dataset->task->kind != ES_TASK_CHALLENGE);
  if (g_list_model_get_n_items (gtk_drop_down_get_model (self->outputs)) ==
          dataset->n_classes + 1 &&
      g_object_get_data (G_OBJECT (self->outputs), "dataset") == dataset)
    return;
  self->filling = TRUE;
  g_object_set_data_full (G_OBJECT (self->outputs), "dataset",
                          es_dataset_ref ((EsDataset *)dataset),
                          (GDestroyNotify)es_dataset_unref);
  gtk_string_list_append (names, toy ? _ ("All Outputs") : _ ("Strongest Frequency"));
  for (guint c = 0; c < dataset->n_classes; c++) {
    g_autofree char *name =
        toy ? g_strdup (dataset->class_names[c])
            : g_strdup_printf (_ ("Output %s"), dataset->class_names[c]);

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->outputs, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->outputs, chosen <= dataset->n_classes ? chosen : 0);
  self->filling = FALSE;
}

/* Why there is no figure yet; one that is shown stays until the next one is there,
   unless that needs @dataset (nullable) first. */
static void
show_waiting (EsTaskPage *self, const EsModel *model, const EsDataset *dataset)
{
  if (model == NULL)
    show_problem (self, _ ("Not Trained Yet"),
                  es_run_item_get_state (self->run) == ES_RUN_DRAFT
                      ? _ ("Train the network first.")
                      : es_run_item_get_status (self->run));
  else if (dataset == NULL ||
           gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->empty))
    show_problem (self, _ ("Looking at the Network…"), NULL);
}

/* Shows the weights as they are now, at once or, off screen, when it is looked at. */
static void
update (EsTaskPage *self)
{
  EsModel *model;
  EsDataset *dataset;
  guint chosen;

  self->stale = TRUE;
  if (self->workspace == NULL || self->run == NULL ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  model = es_workspace_get_model (self->workspace);
  dataset = es_run_item_get_dataset (self->run);
  show_waiting (self, model, dataset);
  if (model == NULL || dataset == NULL || dataset->task == NULL)
    return;
  self->stale = FALSE;
  self->busy = TRUE;
  fill_outputs (self, dataset);
  es_task_settings_set_dataset (self->settings, dataset);
  show_epoch (self);
  chosen = dataset->task->kind == ES_TASK_CHALLENGE
               ? 0
               : gtk_drop_down_get_selected (self->outputs);
  es_task_view_async (model, dataset, es_run_item_get_name (self->run), (int)chosen - 1,
                      es_work_renew (&self->viewing), view_cb, g_object_ref (self));
}

static void
outputs_cb (EsTaskPage *self)
{
  if (!self->filling)
    update (self);
}

/* What is waited for is another thing now. */
static void
status_cb (EsTaskPage *self)
{
  if (self->workspace != NULL && es_workspace_get_model (self->workspace) == NULL)
    update (self);
}

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsTaskPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean brought = es_datasets_bring_finish (result, &error);

  if (ES_RUN_ITEM (source) != self->run ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (brought)
    update (self);
  else
    show_problem (self, _ ("Nothing to Show"), error->message);
}

static gboolean
is_task (EsRunItem *run)
{
  return run != NULL && es_task_is_text (es_run_item_get_plan (run)->data);
}

static void
load_dataset (EsTaskPage *self)
{
  if (!is_task (self->run) || es_run_item_get_dataset (self->run) != NULL ||
      es_run_item_get_model (self->run) == NULL)
    return;
  es_datasets_bring_async (self->run, es_work_renew (&self->loading), dataset_cb,
                           g_object_ref (self));
}

/* Weights come faster than views: the next one waits for the one under way. */
static void
snapshot_cb (EsTaskPage *self)
{
  if (es_workspace_get_frame (self->workspace) >= 0)
    return;
  /* Those of a kept run come after it was chosen. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_dataset (self);
  if (self->busy)
    self->stale = TRUE;
  else
    update (self);
}

static void
run_cb (EsTaskPage *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  if (g_set_object (&self->run, run))
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  g_clear_pointer (&self->view, es_task_view_free);
  if (!is_task (run))
    return;
  g_signal_connect_object (run, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::status", G_CALLBACK (status_cb), self,
                           G_CONNECT_SWAPPED);
  es_task_settings_set_plan (self->settings, es_run_item_get_plan (run));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_dataset (self);
  update (self);
}

static void
train_cb (EsTaskPage *self, const EsPlan *plan)
{
  g_signal_emit (self, signals[TRAIN], 0, plan);
}

void
es_task_page_choose_target (EsTaskPage *self)
{
  g_return_if_fail (ES_IS_TASK_PAGE (self));
  es_task_settings_choose_target (self->settings, self->workspace);
}

void
es_task_page_set_workspace (EsTaskPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_TASK_PAGE (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}

/* Life */

static void
es_task_page_map (GtkWidget *widget)
{
  EsTaskPage *self = ES_TASK_PAGE (widget);

  GTK_WIDGET_CLASS (es_task_page_parent_class)->map (widget);
  load_dataset (self);
  if (self->stale)
    update (self);
}

static void
es_task_page_dispose (GObject *object)
{
  EsTaskPage *self = ES_TASK_PAGE (object);

  es_work_drop (&self->viewing);
  es_work_drop (&self->loading);
  if (self->turn != NULL)
    adw_animation_skip (self->turn);
  g_clear_object (&self->turn);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->view, es_task_view_free);
  G_OBJECT_CLASS (es_task_page_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsTaskPage, name)

static void
es_task_page_class_init (EsTaskPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_task_page_dispose;
  widget_class->map = es_task_page_map;
  signals[TRAIN] = g_signal_new ("train", ES_TYPE_TASK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_TASK_SETTINGS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-task-page.ui");
  BIND (stack);
  BIND (empty);
  BIND (outputs);
  BIND (epoch);
  BIND (scrolled);
  BIND (figure);
  BIND (matrices_card);
  BIND (symmetric);
  BIND (matrices);
  BIND (words_card);
  BIND (words);
  BIND (loss);
  BIND (table_card);
  BIND (table);
  BIND (settings);
  gtk_widget_class_bind_template_callback (widget_class, outputs_cb);
  gtk_widget_class_bind_template_callback (widget_class, symmetric_cb);
  gtk_widget_class_bind_template_callback (widget_class, train_cb);
  gtk_widget_class_bind_template_callback (widget_class, es_task_page_choose_target);
}

static void
es_task_page_init (EsTaskPage *self)
{
  AdwAnimationTarget *target;

  gtk_widget_init_template (GTK_WIDGET (self));
  target = adw_callback_animation_target_new (show_matrices, self, NULL);
  self->turn = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, TURN_MS, target);
}
