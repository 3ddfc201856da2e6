/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-overfit-window.h"

#include "es-columns.h"
#include "es-command-line.h"
#include "es-dataset-search.h"
#include "es-datasets.h"
#include "es-figure-task.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-number.h"
#include "es-overfit-view.h"
#include "es-plot-view.h"
#include "es-session.h"
#include "es-theme.h"
#include "es-toasts.h"
#include "es-work.h"

#include <string.h>

/* Images a step, at most, and steps: enough for a network to learn by heart what nobody
   keeps it from. */
#define BATCH 256
#define STEPS 1900
/* Learning longer than this is the person's wish. */
#define MAX_EPOCHS 100

/* What the table says of each network. */
enum {
  ROW_EPOCH,
  ROW_TRAIN,
  ROW_TEST,
  ROW_GAP,
  ROW_RANK,
  ROW_PIXELS,
  N_ROWS
};

struct _EsOverfitWindow
{
  AdwWindow parent_instance;

  EsWorkspace *workspace;
  char *data;
  EsDataset *dataset;             /* once loaded */
  EsRunItem *items[ES_OVERFIT_N]; /* without, with; once started */
  gboolean kept;                  /* they are in the list */
  gboolean stale;
  gboolean busy;
  GCancellable *loading;
  GCancellable *viewing;

  GtkStack *stack;
  EsPlotView *figure;
  GtkLabel *intro;
  GtkLabel *guide;
  GtkGrid *table;
  GtkLabel *cells[N_ROWS][ES_OVERFIT_N];
  EsNumberRow *noise;
  EsNumberRow *weight_decay;
  EsNumberRow *rotate;
  EsNumberRow *translate;
  EsNumberRow *blur;
  EsNumberRow *width;
  EsNumberRow *epochs;
};

G_DEFINE_FINAL_TYPE (EsOverfitWindow, es_overfit_window, ADW_TYPE_WINDOW)

static void update (EsOverfitWindow *self);

static gboolean
is_running (EsOverfitWindow *self)
{
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    if (self->items[i] != NULL && es_run_item_is_active (self->items[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_trained (EsOverfitWindow *self)
{
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    if (self->items[i] == NULL || es_run_item_is_active (self->items[i]) ||
        es_run_item_get_history (self->items[i])->len == 0)
      return FALSE;
  return TRUE;
}

static void
update_actions (EsOverfitWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "overfit.train", self->dataset != NULL);
  gtk_widget_action_set_enabled (widget, "overfit.stop", is_running (self));
  gtk_widget_action_set_enabled (widget, "overfit.keep",
                                 is_trained (self) && !self->kept);
}

/* What is shown */

static void
set_cell (EsOverfitWindow *self, guint row, guint i, double value, guint decimals)
{
  const EsNumberFormat format = {.decimals = (int)decimals};
  g_autofree char *text = es_number_write (&format, value, es_theme_get_point ());

  gtk_label_set_text (self->cells[row][i], text);
}

static void
show_epochs (EsOverfitWindow *self)
{
  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    EsRunItem *item = self->items[i];
    g_autofree char *text =
        g_strdup_printf (_ ("%u of %u"), es_run_item_get_history (item)->len,
                         es_run_item_get_plan (item)->train.epochs);

    gtk_label_set_text (self->cells[ROW_EPOCH][i], text);
  }
}

/* Where they are is another place when they are kept. */
static void
show_command (EsOverfitWindow *self)
{
  g_autofree char *command = es_command_line_overfitting (self->items, ES_OVERFIT_N);

  es_plot_view_set_command (self->figure, command);
}

static void
show_view (EsOverfitWindow *self, const EsOverfitView *view)
{
  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    const EsOverfitNumbers *of = &view->numbers[i];

    set_cell (self, ROW_TRAIN, i, 100 * of->train_accuracy, 1);
    set_cell (self, ROW_TEST, i, 100 * of->test_accuracy, 1);
    set_cell (self, ROW_GAP, i, 100 * (of->train_accuracy - of->test_accuracy), 1);
    set_cell (self, ROW_RANK, i, of->rank, 1);
    set_cell (self, ROW_PIXELS, i, of->pixels, 0);
  }
  es_plot_view_set_plot (self->figure, view->plot);
  show_command (self);
  gtk_label_set_text (self->guide, view->guide);
  gtk_stack_set_visible_child_name (self->stack, "view");
}

static void
view_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsOverfitWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsOverfitView) view = es_overfit_view_finish (result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  self->busy = FALSE;
  if (view != NULL)
    show_view (self, view);
  else
    es_toast_error (GTK_WIDGET (self), error);
  if (self->stale)
    update (self);
}

/* Shows both as they are now; weights come faster than that, and the next waits for the
   one under way. */
static void
update (EsOverfitWindow *self)
{
  const char *const names[ES_OVERFIT_N] = {es_run_item_get_name (self->items[0]),
                                           es_run_item_get_name (self->items[1])};
  EsModel *models[ES_OVERFIT_N];

  self->stale = TRUE;
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    models[i] = es_run_item_get_model (self->items[i]);
  if (self->busy || models[0] == NULL || models[1] == NULL)
    return;
  self->stale = FALSE;
  self->busy = TRUE;
  es_overfit_view_async (models, names, self->dataset, es_work_renew (&self->viewing),
                         view_cb, g_object_ref (self));
}

static void
epoch_cb (EsOverfitWindow *self)
{
  show_epochs (self);
  update (self);
}

static void
state_cb (EsOverfitWindow *self)
{
  update_actions (self);
  if (!is_running (self))
    update (self);
}

static void
failed_cb (EsOverfitWindow *self, const char *message)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  es_toast_error (GTK_WIDGET (self), error);
}

/* Training */

static void
fill_plan (EsOverfitWindow *self, EsPlan *plan, gboolean regularised)
{
  EsTrainConfig *train = &plan->train;

  es_plan_init (plan);
  g_free (plan->data);
  plan->data = g_strdup (self->data);
  plan->name = g_strdup (regularised ? _ ("with") : _ ("without"));
  plan->model.hidden = es_number_row_get_whole (self->width);
  es_train_config_init (train);
  train->epochs = es_number_row_get_whole (self->epochs);
  train->batch = MIN (BATCH, es_train_config_default_batch (self->dataset->train.N));
  train->noise = regularised ? es_number_row_get_value (self->noise) : 0;
  train->weight_decay = regularised ? es_number_row_get_value (self->weight_decay) : 0;
  train->rotate = regularised ? es_number_row_get_value (self->rotate) : 0;
  train->translate = regularised ? es_number_row_get_value (self->translate) / 100 : 0;
  train->blur = regularised ? es_number_row_get_value (self->blur) : 0;
}

/* They end by themselves where they are. */
static void
drop_items (EsOverfitWindow *self)
{
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    if (self->items[i] != NULL) {
      g_signal_handlers_disconnect_by_data (self->items[i], self);
      g_clear_object (&self->items[i]);
    }
}

static void
start (EsOverfitWindow *self)
{
  es_work_drop (&self->viewing);
  self->busy = self->kept = FALSE;
  drop_items (self);
  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    EsPlan plan;

    fill_plan (self, &plan, i == 1);
    self->items[i] = es_run_item_new (&plan);
    es_plan_clear (&plan);
    es_run_item_set_dataset (self->items[i], self->dataset);
    g_signal_connect_object (self->items[i], "epoch", G_CALLBACK (epoch_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->items[i], "failed", G_CALLBACK (failed_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->items[i], "notify::state", G_CALLBACK (state_cb),
                             self, G_CONNECT_SWAPPED);
  }
  show_epochs (self);
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    es_run_item_start (self->items[i]);
  update_actions (self);
}

static void
show_intro (EsOverfitWindow *self)
{
  g_autofree char *images = strcmp (self->data, ES_DATASET_BUILTIN) == 0
                                ? g_strdup (_ ("built-in digits"))
                                : es_figure_task_name (self->data);
  g_autofree char *text = g_strdup_printf (
      _ ("Two networks learn the same images (%s), from the same random start. Nothing "
         "keeps the first from learning them by heart; the second is held back by the "
         "settings here. Below are the top eigenvectors of every class, as they "
         "learn."),
      images);

  gtk_label_set_text (self->intro, text);
}

static void load (EsOverfitWindow *self);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsOverfitWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_datasets_load_finish (result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  if (dataset == NULL) {
    /* What is built in is always there. */
    es_toast_error (GTK_WIDGET (self), error);
    if (strcmp (self->data, ES_DATASET_BUILTIN) != 0) {
      g_free (self->data);
      self->data = g_strdup (ES_DATASET_BUILTIN);
      load (self);
    }
    return;
  }
  self->dataset = g_steal_pointer (&dataset);
  es_number_row_set_value (
      self->epochs,
      CLAMP (STEPS * BATCH / MAX (self->dataset->train.N, 1), 1, MAX_EPOCHS));
  show_intro (self);
  start (self);
}

static void
load (EsOverfitWindow *self)
{
  es_datasets_load_async (self->data, es_work_renew (&self->loading), loaded_cb,
                          g_object_ref (self));
}

/* Actions */

static void
train (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsOverfitWindow *self = ES_OVERFIT_WINDOW (widget);
  EsNumberRow *rows[] = {self->noise, self->weight_decay, self->rotate, self->translate,
                         self->blur,  self->width,        self->epochs};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (gtk_widget_get_state_flags (GTK_WIDGET (rows[i])) & GTK_STATE_FLAG_FOCUS_WITHIN)
      es_number_row_commit (rows[i]);
  start (self);
}

static void
stop (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsOverfitWindow *self = ES_OVERFIT_WINDOW (widget);

  for (guint i = 0; i < ES_OVERFIT_N; i++)
    es_run_item_stop (self->items[i]);
}

static void
keep (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsOverfitWindow *self = ES_OVERFIT_WINDOW (widget);

  for (guint i = 0; i < ES_OVERFIT_N; i++) {
    g_autofree char *run = es_workspace_new_name (self->workspace);
    g_autofree char *text =
        g_strdup_printf ("%s, %s", run, es_run_item_get_name (self->items[i]));

    es_run_item_set_name (self->items[i], text);
    es_session_adopt (self->items[i]);
    es_workspace_add (self->workspace, self->items[i]);
    es_session_keep_opened (self->items[i]);
  }
  self->kept = TRUE;
  for (guint i = 0; i < ES_OVERFIT_N; i++)
    g_signal_connect_object (self->items[i], "described", G_CALLBACK (show_command),
                             self, G_CONNECT_SWAPPED);
  show_command (self);
  update_actions (self);
  es_toast (widget, _ ("Both are in the list of runs now"));
}

/* Life */

static void
end_work (EsOverfitWindow *self)
{
  es_work_drop (&self->loading);
  es_work_drop (&self->viewing);
  drop_items (self);
}

/* It is closed. */
static void
es_overfit_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (es_overfit_window_parent_class)->unmap (widget);
  end_work (ES_OVERFIT_WINDOW (widget));
  /* What is under way still holds it, and may do so longer than its parent lives. */
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
}

static void
es_overfit_window_dispose (GObject *object)
{
  EsOverfitWindow *self = ES_OVERFIT_WINDOW (object);

  end_work (self);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_overfit_window_parent_class)->dispose (object);
}

static void
es_overfit_window_finalize (GObject *object)
{
  g_free (ES_OVERFIT_WINDOW (object)->data);
  G_OBJECT_CLASS (es_overfit_window_parent_class)->finalize (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsOverfitWindow, name)

static void
es_overfit_window_class_init (EsOverfitWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_overfit_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_overfit_window_finalize;
  widget_class->unmap = es_overfit_window_unmap;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-overfit-window.ui");
  BIND (stack);
  BIND (figure);
  BIND (intro);
  BIND (guide);
  BIND (table);
  BIND (noise);
  BIND (weight_decay);
  BIND (rotate);
  BIND (translate);
  BIND (blur);
  BIND (width);
  BIND (epochs);
  gtk_widget_class_install_action (widget_class, "overfit.train", NULL, train);
  gtk_widget_class_install_action (widget_class, "overfit.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "overfit.keep", NULL, keep);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "overfit.train",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, GDK_SHIFT_MASK,
                                       "overfit.stop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK,
                                       "overfit.keep", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GtkLabel *
add_cell (EsOverfitWindow *self, const char *text, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_widget_add_css_class (label, row == 0 ? "dim-label" : "numeric");
  gtk_grid_attach (self->table, label, column, row, 1, 1);
  return GTK_LABEL (label);
}

static void
es_overfit_window_init (EsOverfitWindow *self)
{
  const char *const rows[N_ROWS] = {
      _ ("Epoch"),
      _ ("Training images right (%)"),
      _ ("New images right (%)"),
      _ ("Gap (points)"),
      _ ("Effective rank of the eigenvalues"),
      _ ("Effective pixels of an eigenvector"),
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  add_cell (self, _ ("without"), 1, 0);
  add_cell (self, _ ("with"), 2, 0);
  for (int r = 0; r < N_ROWS; r++) {
    add_cell (self, rows[r], 0, r + 1);
    for (int i = 0; i < ES_OVERFIT_N; i++)
      self->cells[r][i] = add_cell (self, "", i + 1, r + 1);
  }
  update_actions (self);
}

void
es_overfit_window_present (GtkWindow *parent, EsWorkspace *workspace)
{
  EsOverfitWindow *self =
      g_object_new (ES_TYPE_OVERFIT_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  self->data = es_datasets_choose_images (es_workspace_get_run (workspace));
  show_intro (self);
  load (self);
  gtk_window_present (GTK_WINDOW (self));
}
