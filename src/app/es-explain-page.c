/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-explain-page.h"

#include "es-command-line.h"
#include "es-component-panel.h"
#include "es-datasets.h"
#include "es-figure.h"
#include "es-i18n.h"
#include "es-plot-view.h"
#include "es-reading.h"
#include "es-sample-browser.h"

struct _EsExplainPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  gboolean stale;     /* what is shown is not of the latest weights */
  gboolean busy;      /* a reading is under way */
  EsReading *reading; /* that is shown, or NULL */
  GCancellable *working;
  GCancellable *loading;
  char *no_images; /* why the run has none, or NULL */

  GtkStack *stack;
  AdwStatusPage *empty;
  GtkLabel *title;
  GtkLabel *epoch;
  EsSampleBrowser *browser;
  EsPlotView *explanation;
  EsComponentPanel *components;
};

G_DEFINE_FINAL_TYPE (EsExplainPage, es_explain_page, ADW_TYPE_BIN)

static void update (EsExplainPage *self);

/* A new request makes the one under way worthless. */
static GCancellable *
renew (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
  *cancellable = g_cancellable_new ();
  return *cancellable;
}

/* What is shown */

static void
forget_reading (EsExplainPage *self)
{
  if (self->components != NULL)
    es_component_panel_show (self->components, NULL, NULL);
  g_clear_pointer (&self->reading, es_reading_free);
}

static void
show_problem (EsExplainPage *self, const char *title, const char *problem)
{
  forget_reading (self);
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, problem);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
show_command (EsExplainPage *self)
{
  const EsSample *sample = self->reading->sample;
  g_autofree char *options = NULL;
  g_autofree char *command = NULL;

  if (sample->dataset != NULL) {
    options = g_strdup_printf ("--index=%" G_GSIZE_FORMAT "%s", sample->index,
                               sample->split == ES_SPLIT_TRAIN ? " --split=train" : "");
    command = es_command_line_figure (self->workspace, "explanation", options);
  }
  es_plot_view_set_command (self->explanation, command);
}

static void
show_reading (EsExplainPage *self, EsReading *reading)
{
  es_component_panel_show (self->components, self->run, reading);
  es_reading_free (self->reading);
  self->reading = reading;
  show_command (self);
  es_plot_view_set_plot (self->explanation, reading->plot);
  gtk_stack_set_visible_child_name (self->stack, "shown");
}

static void
show_sample (EsExplainPage *self)
{
  const EsSample *sample = es_workspace_get_sample (self->workspace);

  gtk_label_set_text (self->title, sample != NULL ? sample->title : "");
}

static void
show_epoch (EsExplainPage *self)
{
  double epoch = es_workspace_get_epoch (self->workspace);
  g_autofree char *text = NULL;

  if (epoch > 0)
    text = g_strdup_printf (_ ("Epoch %.0f"), epoch);
  gtk_label_set_text (self->epoch, text != NULL ? text : "");
}

/* The work */

static void
reading_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsExplainPage *self = data;
  g_autoptr (GError) error = NULL;
  EsReading *reading = es_reading_finish (result, &error);

  if (reading == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_object_unref (self);
    return;
  }
  self->busy = FALSE;
  if (reading != NULL)
    show_reading (self, reading);
  else if (!g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED))
    show_problem (self, _ ("No Explanation"), error->message);
  if (self->stale)
    update (self);
  g_object_unref (self);
}

static void
start (EsExplainPage *self, EsModel *model, EsSample *sample)
{
  EsReadingQuery query = {.model = model, .sample = sample};

  self->stale = FALSE;
  self->busy = TRUE;
  query.dataset = es_run_item_get_dataset (self->run);
  query.class_names = es_run_item_get_class_names (self->run);
  query.name = (char *)es_run_item_get_name (self->run);
  if (self->reading != NULL && self->reading->model == model)
    query.spectrum = self->reading->spectrum;
  query.factors = (float *)es_component_panel_get_factors (self->components, self->run,
                                                           &query.edited);
  es_reading_async (&query, renew (&self->working), reading_cb, g_object_ref (self));
}

static void
show_no_sample (EsExplainPage *self, const EsModelConfig *config)
{
  const EsDataset *dataset = es_run_item_get_dataset (self->run);
  g_autofree char *text = NULL;

  if (dataset != NULL)
    text = g_strdup_printf (
        _ ("Images of “%s” have %u × %u pixels; the network reads %u × %u."),
        dataset->name, dataset->rows, dataset->cols, config->rows, config->cols);
  if (dataset != NULL || self->no_images != NULL)
    show_problem (self, _ ("No Image to Explain"),
                  text != NULL ? text : self->no_images);
}

/* Shows the weights as they are now, at once or, off screen, when it is looked at. */
static void
update (EsExplainPage *self)
{
  EsModel *model;
  EsSample *sample;

  self->stale = TRUE;
  if (self->workspace == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  model = es_workspace_get_model (self->workspace);
  show_epoch (self);
  show_sample (self);
  if (model == NULL || self->run == NULL) {
    g_cancellable_cancel (self->working);
    self->busy = FALSE;
    show_problem (self, _ ("Not Trained Yet"), _ ("Train the network first."));
    return;
  }
  /* The images may have come while the page was not looked at. */
  if (es_workspace_get_sample (self->workspace) == NULL)
    es_workspace_ensure_sample (self->workspace);
  sample = es_workspace_get_sample (self->workspace);
  if (sample != NULL && es_sample_fits (sample, es_model_get_config (model)))
    start (self, model, sample);
  else
    show_no_sample (self, es_model_get_config (model));
}

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsExplainPage *self = data;
  g_autoptr (GError) error = NULL;
  gboolean brought = es_datasets_bring_finish (result, &error);

  if (ES_RUN_ITEM (source) == self->run &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    if (!brought)
      self->no_images = g_strdup (error->message);
    es_workspace_ensure_sample (self->workspace);
    update (self);
  }
  g_object_unref (self);
}

static void
load_dataset (EsExplainPage *self)
{
  g_clear_pointer (&self->no_images, g_free);
  if (self->run != NULL && es_run_item_get_model (self->run) != NULL)
    es_datasets_bring_async (self->run, renew (&self->loading), dataset_cb,
                             g_object_ref (self));
}

/* Weights come faster than spectra: the next reading waits for the one under way. */
static void
snapshot_cb (EsExplainPage *self)
{
  if (es_workspace_get_frame (self->workspace) >= 0)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (self))) {
    if (es_run_item_get_dataset (self->run) == NULL && self->no_images == NULL)
      load_dataset (self);
    es_workspace_ensure_sample (self->workspace);
  }
  if (self->busy)
    self->stale = TRUE;
  else
    update (self);
}

/* An image that is being drawn changes with every frame: cancelling the reading under
   way each time, none would ever be shown. */
static void
sample_cb (EsExplainPage *self)
{
  show_sample (self);
  if (self->busy)
    self->stale = TRUE;
  else
    update (self);
}

static void
run_cb (EsExplainPage *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  forget_reading (self);
  if (run == NULL)
    return;
  g_signal_connect_object (run, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_dataset (self);
  update (self);
}

void
es_explain_page_set_workspace (EsExplainPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_EXPLAIN_PAGE (self));
  g_set_object (&self->workspace, workspace);
  es_sample_browser_set_workspace (self->browser, workspace);
  es_component_panel_set_workspace (self->components, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::sample", G_CALLBACK (sample_cb), self,
                           G_CONNECT_SWAPPED);
}

/* A logit shows the components of its class. */
static void
selected_cb (EsExplainPage *self, int panel, int series, int index)
{
  if (panel == ES_FIGURE_EXPLANATION_LOGITS)
    es_workspace_set_class (self->workspace, series);
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (!es_component_panel_undo (ES_EXPLAIN_PAGE (widget)->components))
    gtk_widget_activate_action (widget, "win.undo", NULL);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_component_panel_redo (ES_EXPLAIN_PAGE (widget)->components);
}

static void
draw (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_sample_browser_draw (ES_EXPLAIN_PAGE (widget)->browser);
}

/* Life */

static void
es_explain_page_map (GtkWidget *widget)
{
  EsExplainPage *self = ES_EXPLAIN_PAGE (widget);

  GTK_WIDGET_CLASS (es_explain_page_parent_class)->map (widget);
  load_dataset (self);
  if (self->stale)
    update (self);
}

static void
es_explain_page_dispose (GObject *object)
{
  EsExplainPage *self = ES_EXPLAIN_PAGE (object);

  g_cancellable_cancel (self->working);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->working);
  g_clear_object (&self->loading);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  forget_reading (self);
  g_clear_pointer (&self->no_images, g_free);
  G_OBJECT_CLASS (es_explain_page_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsExplainPage, name)

static void
es_explain_page_class_init (EsExplainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_explain_page_dispose;
  widget_class->map = es_explain_page_map;
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_SAMPLE_BROWSER);
  g_type_ensure (ES_TYPE_COMPONENT_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-explain-page.ui");
  BIND (stack);
  BIND (empty);
  BIND (title);
  BIND (epoch);
  BIND (browser);
  BIND (explanation);
  BIND (components);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_install_action (widget_class, "explain.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "explain.redo", NULL, redo);
  gtk_widget_class_install_action (widget_class, "explain.draw", NULL, draw);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK,
                                       "explain.undo", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "explain.redo", NULL);
}

static void
es_explain_page_init (EsExplainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
