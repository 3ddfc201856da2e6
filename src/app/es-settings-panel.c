/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-settings-panel.h"

#include "es-dataset-row.h"
#include "es-dataset-search.h"
#include "es-datasets.h"
#include "es-figure-task.h"
#include "es-figure.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-plot-view.h"
#include "es-toasts.h"
#include "es-work.h"

#define PREVIEW_IMAGES 20

struct _EsSettingsPanel
{
  AdwBin parent_instance;

  EsRunItem *run;
  gboolean loading; /* the rows are being filled in */
  GCancellable *cancellable;

  EsDatasetRow *data;
  EsPlotView *preview;
  EsNumberRow *hidden;
  EsNumberRow *layers;
  AdwComboRow *gate;
  GtkSwitch *bias;
  GtkSwitch *residual;
  GtkSwitch *coupled;
  GtkWidget *coupled_row;
  EsNumberRow *epochs;
  EsNumberRow *batch;
  EsNumberRow *lr;
  EsNumberRow *seed;
  EsNumberRow *weight_decay;
  EsNumberRow *noise;
  EsNumberRow *rotate;
  EsNumberRow *translate;
  EsNumberRow *blur;
  GtkWidget *data_group;
  GtkWidget *model_group;
  GtkWidget *fixed_box; /* why rows are insensitive */
  GtkLabel *fixed;
  GtkWidget *again;
};

G_DEFINE_FINAL_TYPE (EsSettingsPanel, es_settings_panel, ADW_TYPE_BIN)

/* From the rows to the plan and back */

static void
read_rows (EsSettingsPanel *self, EsPlan *plan)
{
  EsTrainConfig *train = &plan->train;

  g_free (plan->data);
  plan->data = g_strdup (es_dataset_row_get_data (self->data));
  /* Without embedding it is the product that has a width. */
  if (plan->model.units > 0)
    es_model_config_set_units (&plan->model, es_number_row_get_whole (self->hidden));
  else
    plan->model.hidden = es_number_row_get_whole (self->hidden);
  plan->model.layers = es_number_row_get_whole (self->layers);
  plan->model.gate = (EsGate)adw_combo_row_get_selected (self->gate);
  plan->model.bias = gtk_switch_get_active (self->bias);
  plan->model.residual = gtk_switch_get_active (self->residual);
  train->epochs = es_number_row_get_whole (self->epochs);
  train->batch = es_number_row_get_whole (self->batch);
  train->lr = es_number_row_get_value (self->lr);
  train->seed = (guint64)es_number_row_get_value (self->seed);
  train->weight_decay = es_number_row_get_value (self->weight_decay);
  train->decay =
      gtk_switch_get_active (self->coupled) ? ES_DECAY_COUPLED : ES_DECAY_DECOUPLED;
  train->noise = es_number_row_get_value (self->noise);
  train->rotate = es_number_row_get_value (self->rotate);
  train->translate = es_number_row_get_value (self->translate) / 100;
  train->blur = es_number_row_get_value (self->blur);
}

static void
fill_rows (EsSettingsPanel *self, const EsPlan *plan)
{
  const EsTrainConfig *train = &plan->train;

  self->loading = TRUE;
  es_dataset_row_set_data (self->data, plan->data);
  es_number_row_set_value (self->hidden, plan->model.units > 0 ? plan->model.units
                                                               : plan->model.hidden);
  es_number_row_set_value (self->layers, plan->model.layers);
  adw_combo_row_set_selected (self->gate, plan->model.gate);
  gtk_switch_set_active (self->bias, plan->model.bias);
  gtk_switch_set_active (self->residual, plan->model.residual);
  es_number_row_set_value (self->epochs, train->epochs);
  es_number_row_set_value (self->batch, train->batch);
  es_number_row_set_value (self->lr, train->lr);
  es_number_row_set_value (self->seed, (double)train->seed);
  es_number_row_set_value (self->weight_decay, train->weight_decay);
  gtk_switch_set_active (self->coupled, train->decay == ES_DECAY_COUPLED);
  es_number_row_set_value (self->noise, train->noise);
  es_number_row_set_value (self->rotate, train->rotate);
  es_number_row_set_value (self->translate, 100 * train->translate);
  es_number_row_set_value (self->blur, train->blur);
  self->loading = FALSE;
}

/* The preview of the images */

static void
show_preview (EsSettingsPanel *self, const EsDataset *dataset)
{
  g_autoptr (EsPlot) plot = NULL;

  if (dataset != NULL)
    plot = es_figure_samples (dataset, ES_SPLIT_TRAIN, PREVIEW_IMAGES);
  es_plot_view_set_plot (self->preview, plot);
}

static void
preview_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_datasets_load_finish (result, &error);
  g_autoptr (EsSettingsPanel) self = data;

  if (self->run == NULL)
    return;
  if (dataset != NULL) {
    if (es_run_item_get_state (self->run) == ES_RUN_DRAFT)
      es_run_item_set_dataset (self->run, dataset);
    show_preview (self, dataset);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    show_preview (self, NULL);
    /* A trained network is shown without its images just as well. */
    if (es_run_item_get_state (self->run) == ES_RUN_DRAFT)
      es_toast_error (GTK_WIDGET (self), error);
  }
}

static void
load_preview (EsSettingsPanel *self)
{
  const EsPlan *plan = es_run_item_get_plan (self->run);
  EsDataset *dataset = es_run_item_get_dataset (self->run);

  es_work_drop (&self->cancellable);
  show_preview (self, dataset);
  if (dataset == NULL && plan->data != NULL) {
    self->cancellable = g_cancellable_new ();
    es_datasets_load_async (plan->data, self->cancellable, preview_loaded_cb,
                            g_object_ref (self));
  }
}

/* What the person does */

static void
changed_cb (EsSettingsPanel *self)
{
  EsPlan plan;

  if (self->loading || self->run == NULL)
    return;
  es_plan_copy (&plan, es_run_item_get_plan (self->run));
  read_rows (self, &plan);
  if (es_run_item_get_state (self->run) == ES_RUN_DRAFT)
    es_run_item_set_plan (self->run, &plan);
  else
    es_run_item_set_rates (self->run, &plan.train);
  es_plan_clear (&plan);
}

static void
data_info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsSettingsPanel) self = data;
  g_autoptr (GPtrArray) infos = es_datasets_list_finish (result);

  if (self->run == NULL || es_run_item_get_state (self->run) != ES_RUN_DRAFT)
    return;
  for (guint i = 0; i < infos->len; i++) {
    const EsDatasetInfo *info = infos->pdata[i];

    if (g_strcmp0 (info->name, es_dataset_row_get_data (self->data)) == 0 &&
        info->n_train > 0)
      es_number_row_set_value (self->batch,
                               es_train_config_default_batch (info->n_train));
  }
}

/* A task brings its usual settings with it; another dataset its embedding. */
static void
adapt_to_data (EsSettingsPanel *self)
{
  EsPlan plan;
  g_auto (EsTask) task = {0};

  es_plan_copy (&plan, es_run_item_get_plan (self->run));
  if (es_task_is_text (plan.data) && es_task_parse (&task, plan.data, NULL))
    es_train_config_plan_task (&plan.train, &plan.model, &task, 0);
  else
    plan.model.units = 0;
  es_run_item_set_plan (self->run, &plan);
  fill_rows (self, &plan);
  es_plan_clear (&plan);
}

static void
data_changed_cb (EsSettingsPanel *self)
{
  if (self->loading || self->run == NULL)
    return;
  changed_cb (self);
  if (es_run_item_get_state (self->run) == ES_RUN_DRAFT)
    adapt_to_data (self);
  load_preview (self);
  es_datasets_list_async (NULL, data_info_cb, g_object_ref (self));
}

static void
folder_chosen_cb (const char *path, gpointer data)
{
  EsSettingsPanel *self = data;

  es_dataset_row_set_data (self->data, path);
}

static void
choose_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_files_open_folder (widget, _ ("Choose a Folder with MNIST Files"),
                        folder_chosen_cb);
}

/* The run */

/* An entry that goes insensitive while it has the focus is never told that it lost it;
   so the focus leaves first: to @next, if it can. */
static void
move_focus (EsSettingsPanel *self,
            GtkWidget *const *fixed,
            guint n_fixed,
            GtkWidget *next)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean within = FALSE;

  for (guint i = 0; focus != NULL && i < n_fixed; i++)
    within = within || gtk_widget_is_ancestor (focus, fixed[i]);
  if (within && (next == NULL || !gtk_widget_grab_focus (next)))
    gtk_root_set_focus (root, NULL);
}

static void
explain_sensitivity (EsSettingsPanel *self, gboolean draft, gboolean rates)
{
  gtk_label_set_text (
      self->fixed,
      rates ? _ ("While it trains, the learning rate, weight decay and input noise can "
                 "be changed. The rest is fixed.")
            : _ ("A run keeps the settings it was started with. Others are for a new "
                 "run."));
  gtk_widget_set_visible (self->again, !rates);
  gtk_widget_set_visible (self->fixed_box, !draft);
}

static void
update_sensitivity (EsSettingsPanel *self)
{
  EsRunState state = es_run_item_get_state (self->run);
  gboolean draft = state == ES_RUN_DRAFT;
  gboolean rates = draft || state == ES_RUN_TRAINING || state == ES_RUN_PAUSED ||
                   state == ES_RUN_LOADING;
  GtkWidget *const fixed[] = {
      self->data_group,          GTK_WIDGET (self->hidden),
      GTK_WIDGET (self->layers), GTK_WIDGET (self->gate),
      self->model_group,         GTK_WIDGET (self->epochs),
      GTK_WIDGET (self->batch),  GTK_WIDGET (self->seed),
      GTK_WIDGET (self->rotate), GTK_WIDGET (self->translate),
      GTK_WIDGET (self->blur),   self->coupled_row,
  };

  GtkWidget *const changeable[] = {
      GTK_WIDGET (self->lr), GTK_WIDGET (self->weight_decay), GTK_WIDGET (self->noise)};

  if (!rates)
    move_focus (self, changeable, G_N_ELEMENTS (changeable), NULL);
  if (!draft)
    move_focus (self, fixed, G_N_ELEMENTS (fixed), rates ? changeable[0] : NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    gtk_widget_set_sensitive (fixed[i], draft);
  for (guint i = 0; i < G_N_ELEMENTS (changeable); i++)
    gtk_widget_set_sensitive (changeable[i], rates);
  explain_sensitivity (self, draft, rates);
}

static void
state_cb (EsSettingsPanel *self)
{
  update_sensitivity (self);
  if (es_plot_view_get_plot (self->preview) == NULL)
    load_preview (self);
}

/* A network that others trained is given its dataset when it is known. */
static void
described_cb (EsSettingsPanel *self)
{
  const EsPlan *plan = es_run_item_get_plan (self->run);

  if (es_run_item_get_state (self->run) == ES_RUN_DRAFT ||
      g_strcmp0 (es_dataset_row_get_data (self->data), plan->data) == 0)
    return;
  fill_rows (self, plan);
  load_preview (self);
}

void
es_settings_panel_commit (EsSettingsPanel *self)
{
  EsNumberRow *rows[] = {self->hidden, self->layers,    self->epochs,       self->batch,
                         self->lr,     self->seed,      self->weight_decay, self->noise,
                         self->rotate, self->translate, self->blur};

  g_return_if_fail (ES_IS_SETTINGS_PANEL (self));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (gtk_widget_get_state_flags (GTK_WIDGET (rows[i])) & GTK_STATE_FLAG_FOCUS_WITHIN)
      es_number_row_commit (rows[i]);
}

void
es_settings_panel_set_run (EsSettingsPanel *self, EsRunItem *run)
{
  g_return_if_fail (ES_IS_SETTINGS_PANEL (self));
  if (run == self->run)
    return;
  es_settings_panel_commit (self);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->run, run);
  if (run == NULL)
    return;
  g_signal_connect_object (run, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "described", G_CALLBACK (described_cb), self,
                           G_CONNECT_SWAPPED);
  fill_rows (self, es_run_item_get_plan (run));
  update_sensitivity (self);
  load_preview (self);
}

/* Life */

static void
es_settings_panel_dispose (GObject *object)
{
  EsSettingsPanel *self = ES_SETTINGS_PANEL (object);

  es_work_drop (&self->cancellable);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (es_settings_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsSettingsPanel, name)

static void
es_settings_panel_class_init (EsSettingsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_settings_panel_dispose;
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_DATASET_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-settings-panel.ui");
  BIND (data);
  BIND (data_group);
  BIND (preview);
  BIND (model_group);
  BIND (fixed_box);
  BIND (fixed);
  BIND (again);
  BIND (hidden);
  BIND (layers);
  BIND (gate);
  BIND (bias);
  BIND (residual);
  BIND (coupled);
  BIND (coupled_row);
  BIND (epochs);
  BIND (batch);
  BIND (lr);
  BIND (seed);
  BIND (weight_decay);
  BIND (noise);
  BIND (rotate);
  BIND (translate);
  BIND (blur);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, data_changed_cb);
  gtk_widget_class_install_action (widget_class, "settings.choose-folder", NULL,
                                   choose_folder);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d,
                                       GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "settings.choose-folder", NULL);
}

static void
es_settings_panel_init (EsSettingsPanel *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->loading = FALSE;
}
