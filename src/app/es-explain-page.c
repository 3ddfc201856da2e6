/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-explain-page.h"

#include "es-columns.h"
#include "es-command-line.h"
#include "es-component-panel.h"
#include "es-figure.h"
#include "es-i18n.h"
#include "es-image-feed.h"
#include "es-plot-view.h"
#include "es-reading.h"
#include "es-sample-browser.h"
#include "es-work.h"

struct _EsExplainPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsImageFeed *feed;
  EsRunItem *run;     /* that is shown, or NULL */
  gboolean stale;     /* what is shown is not of the latest weights */
  gboolean busy;      /* a reading is under way */
  EsReading *reading; /* that is shown, or NULL */
  EsDataset *dataset; /* that it was asked for with; to be compared only */
  GCancellable *working;

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

  /* The command line knows neither drawings nor edited components. */
  if (sample->dataset != NULL && self->reading->edited == NULL) {
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

/* Whether what is shown is what there is now. */
static gboolean
is_shown (EsExplainPage *self)
{
  g_auto (EsImageProblem) problem = {NULL, NULL};
  EsModel *model;
  EsSample *sample;

  return es_image_feed_get (self->feed, &model, &sample, &problem) &&
         self->reading != NULL && self->reading->model == model &&
         self->reading->sample == sample &&
         self->dataset == es_run_item_get_dataset (self->run);
}

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
  if (self->stale && self->feed != NULL && !is_shown (self))
    update (self);
  else
    self->stale = FALSE;
  g_object_unref (self);
}

static void
start (EsExplainPage *self, EsModel *model, EsSample *sample)
{
  EsReadingQuery query = {.model = model, .sample = sample};

  self->stale = FALSE;
  self->busy = TRUE;
  self->dataset = query.dataset = es_run_item_get_dataset (self->run);
  query.class_names = es_run_item_get_class_names (self->run);
  query.name = (char *)es_run_item_get_name (self->run);
  if (self->reading != NULL && self->reading->model == model)
    query.spectrum = self->reading->spectrum;
  query.factors = (float *)es_component_panel_get_factors (self->components, self->run,
                                                           &query.edited);
  es_reading_async (&query, es_work_renew (&self->working), reading_cb,
                    g_object_ref (self));
}

/* Shows what there is now. */
static void
update (EsExplainPage *self)
{
  g_auto (EsImageProblem) problem = {NULL, NULL};
  EsModel *model;
  EsSample *sample;

  self->stale = FALSE;
  if (self->workspace == NULL)
    return;
  show_epoch (self);
  if (es_image_feed_get (self->feed, &model, &sample, &problem)) {
    show_sample (self);
    start (self, model, sample);
    return;
  }
  show_sample (self);
  if (problem.text == NULL)
    return;
  g_cancellable_cancel (self->working);
  self->busy = FALSE;
  show_problem (self, problem.title != NULL ? problem.title : _ ("No Image to Explain"),
                problem.text);
}

/* Weights, and an image that is being drawn, change with every frame: cancelling the
   reading under way each time, none would ever be shown. Another run does not wait. */
static void
feed_cb (EsExplainPage *self)
{
  EsRunItem *run = es_image_feed_get_run (self->feed);

  if (run != self->run) {
    g_set_object (&self->run, run);
    forget_reading (self);
    update (self);
  } else if (self->busy) {
    show_sample (self);
    self->stale = TRUE;
  } else {
    update (self);
  }
}

void
es_explain_page_set_workspace (EsExplainPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_EXPLAIN_PAGE (self));
  g_set_object (&self->workspace, workspace);
  es_sample_browser_set_workspace (self->browser, workspace);
  es_component_panel_set_workspace (self->components, workspace);
  es_image_feed_set_workspace (self->feed, workspace);
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
es_explain_page_dispose (GObject *object)
{
  EsExplainPage *self = ES_EXPLAIN_PAGE (object);

  es_work_drop (&self->working);
  g_clear_object (&self->feed);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  forget_reading (self);
  G_OBJECT_CLASS (es_explain_page_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsExplainPage, name)

static void
es_explain_page_class_init (EsExplainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_explain_page_dispose;
  g_type_ensure (ES_TYPE_COLUMNS);
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
  self->feed = es_image_feed_new (GTK_WIDGET (self));
  g_signal_connect_object (self->feed, "changed", G_CALLBACK (feed_cb), self,
                           G_CONNECT_SWAPPED);
}
