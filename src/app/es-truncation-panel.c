/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-truncation-panel.h"

#include "es-command-line.h"
#include "es-datasets.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-view.h"
#include "es-selection.h"
#include "es-theme.h"
#include "es-truncated.h"
#include "es-wheel.h"
#include "es-work.h"

struct _EsTruncationPanel
{
  GtkBox parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsTruncatedStudy *study; /* that is shown, or NULL */
  GCancellable *working;
  GCancellable *loading;
  gboolean stale;

  GtkDropDown *rule;
  GtkCheckButton *show_error;
  GtkCheckButton *all_runs;
  EsPlotView *plot;
  GtkRange *rank;
  GtkLabel *kept;
  EsPlotView *components;
};

G_DEFINE_FINAL_TYPE (EsTruncationPanel, es_truncation_panel, GTK_TYPE_BOX)

static void update (EsTruncationPanel *self);

static EsTruncationRule
chosen_rule (EsTruncationPanel *self)
{
  return (EsTruncationRule)gtk_drop_down_get_selected (self->rule);
}

/* The eigenvectors that are kept at the slider's rank. */
static void
show_rank (EsTruncationPanel *self)
{
  gsize n = (gsize)gtk_range_get_value (self->rank);
  const EsModelConfig *config;
  g_autofree char *accuracy = NULL;
  g_autofree char *text = NULL, *number = NULL, *title = NULL;
  EsPlot *plot;
  int c;

  if (self->study == NULL || es_workspace_get_model (self->workspace) == NULL)
    return;
  config = es_model_get_config (es_workspace_get_model (self->workspace));
  /* What is kept is kept per class; a direction has none of its own. */
  c = CLAMP (es_workspace_get_class (self->workspace), 0,
             (int)self->study->spectrum->n - 1);
  number = g_strdup_printf ("%d", c);
  title = es_selection_title (number, es_run_item_get_class_names (self->run));
  accuracy =
      es_number_text (100 * self->study->accuracy[MIN (n, self->study->n_ranks - 1)], 4,
                      es_theme_get_point ());
  text = g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN,
                                       "%u component per class: accuracy %s %%",
                                       "%u components per class: accuracy %s %%", n),
                          (guint)n, accuracy);
  gtk_label_set_text (self->kept, text);
  plot = es_truncated_study_components (self->study, (gsize)c, title, n, config->rows,
                                        config->cols);
  es_plot_view_set_plot (self->components, plot);
  es_plot_unref (plot);
}

static void
show_command (EsTruncationPanel *self)
{
  g_autoptr (GString) options = g_string_new ("--ranks=");
  g_autofree char *command = NULL;

  for (gsize r = 0; r < self->study->n_ranks; r++)
    g_string_append_printf (options, "%s%" G_GSIZE_FORMAT, r > 0 ? "," : "",
                            self->study->ranks[r]);
  g_string_append_printf (
      options, " --keep=%s%s", es_truncation_rule_to_string (self->study->rule),
      gtk_check_button_get_active (self->show_error) ? " --error" : "");
  command = es_command_line_figure (self->workspace, "truncation", options->str);

  es_plot_view_set_command (
      self->plot, gtk_check_button_get_active (self->all_runs) ? NULL : command);
}

/* The figures, or why there are none (@problem). */
static void
show_problem (EsTruncationPanel *self, const char *problem)
{
  gtk_widget_set_visible (GTK_WIDGET (self->plot), problem == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->rank), problem == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->components), problem == NULL);
  if (problem != NULL)
    gtk_label_set_text (self->kept, problem);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
study_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsTruncationPanel *self = data;
  g_autoptr (GError) error = NULL;
  EsTruncatedStudy *study = es_truncated_study_finish (result, &error);

  if (study != NULL && self->workspace != NULL) {
    es_truncated_study_free (self->study);
    self->study = study;
    show_problem (self, NULL);
    show_command (self);
    es_plot_view_set_plot (self->plot, study->plot);
    show_rank (self);
  } else if (study != NULL) {
    es_truncated_study_free (study);
  } else if (self->workspace != NULL && !is_cancelled (error)) {
    show_problem (self, error->message);
  }
  g_object_unref (self);
}

/* The run that is shown, and with "All Runs" the others of its dataset. */
static GPtrArray *
gather (EsTruncationPanel *self, EsDataset *dataset)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify)es_run_free);
  GListModel *list = G_LIST_MODEL (self->workspace);
  EsRun *own = es_workspace_dup_run (self->workspace);

  if (own != NULL)
    g_ptr_array_add (runs, own);
  for (guint i = 0; gtk_check_button_get_active (self->all_runs) && own != NULL &&
                    i < g_list_model_get_n_items (list);
       i++) {
    g_autoptr (EsRunItem) item = g_list_model_get_item (list, i);
    EsRun *run = item != self->run && !es_run_item_is_active (item)
                     ? es_run_item_dup_run (item)
                     : NULL;

    if (run != NULL && g_strcmp0 (run->dataset, dataset->name) == 0)
      g_ptr_array_add (runs, run);
    else
      es_run_free (run);
  }
  return runs;
}

static void
update (EsTruncationPanel *self)
{
  EsDataset *dataset;
  GPtrArray *runs;

  self->stale = TRUE;
  if (self->workspace == NULL || self->run == NULL ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)) || es_run_item_is_active (self->run))
    return;
  dataset = es_run_item_get_dataset (self->run);
  if (dataset == NULL || es_workspace_get_model (self->workspace) == NULL)
    return;
  runs = gather (self, dataset);
  if (runs->len == 0) {
    g_ptr_array_unref (runs);
    return;
  }
  self->stale = FALSE;
  es_work_renew (&self->working);
  es_truncated_study_async (runs, dataset, chosen_rule (self),
                            gtk_check_button_get_active (self->show_error),
                            self->working, study_cb, g_object_ref (self));
}

/* The run */

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsTruncationPanel *self = data;

  g_autoptr (GError) error = NULL;
  gboolean there = es_datasets_bring_finish (result, &error);

  if (ES_RUN_ITEM (source) == self->run && there)
    update (self);
  else if (ES_RUN_ITEM (source) == self->run && !is_cancelled (error))
    show_problem (self, error->message);
  g_object_unref (self);
}

/* Of another run or other weights nothing is shown until it is known. */
static void
refresh (EsTruncationPanel *self)
{
  self->stale = TRUE;
  if (self->run == NULL || es_run_item_get_model (self->run) == NULL ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  es_work_renew (&self->loading);
  es_datasets_bring_async (self->run, self->loading, dataset_cb, g_object_ref (self));
}

static void
clear (EsTruncationPanel *self)
{
  g_cancellable_cancel (self->working);
  g_clear_pointer (&self->study, es_truncated_study_free);
  es_plot_view_set_plot (self->plot, NULL);
  es_plot_view_set_plot (self->components, NULL);
  gtk_label_set_text (self->kept, "");
  show_problem (self, NULL);
}

static void
run_cb (EsTruncationPanel *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, es_workspace_get_run (self->workspace));
  clear (self);
  if (self->run == NULL)
    return;
  g_signal_connect_object (self->run, "snapshot", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "notify::state", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  refresh (self);
}

void
es_truncation_panel_set_workspace (EsTruncationPanel *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_TRUNCATION_PANEL (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (show_rank), self,
                           G_CONNECT_SWAPPED);
}

/* Life */

static void
es_truncation_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (es_truncation_panel_parent_class)->map (widget);
  if (ES_TRUNCATION_PANEL (widget)->stale)
    refresh (ES_TRUNCATION_PANEL (widget));
}

static void
es_truncation_panel_dispose (GObject *object)
{
  EsTruncationPanel *self = ES_TRUNCATION_PANEL (object);

  es_work_drop (&self->working);
  es_work_drop (&self->loading);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->study, es_truncated_study_free);
  G_OBJECT_CLASS (es_truncation_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsTruncationPanel, name)

static void
es_truncation_panel_class_init (EsTruncationPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_truncation_panel_dispose;
  widget_class->map = es_truncation_panel_map;
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-truncation-panel.ui");
  BIND (rule);
  BIND (show_error);
  BIND (all_runs);
  BIND (plot);
  BIND (rank);
  BIND (kept);
  BIND (components);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, show_rank);
}

static void
es_truncation_panel_init (EsTruncationPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_wheel_leave (GTK_WIDGET (self->rank));
}
