/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-spectrum-page.h"

#include "es-class-chooser.h"
#include "es-columns.h"
#include "es-command-line.h"
#include "es-datasets.h"
#include "es-focus.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-view.h"
#include "es-selection.h"
#include "es-study.h"
#include "es-theme.h"
#include "es-truncation-panel.h"
#include "es-work.h"

struct _EsSpectrumPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  gboolean stale; /* what is shown is not of the latest weights */
  gboolean busy;  /* a study is under way */
  EsStudy *study; /* of one direction, or NULL */
  GCancellable *studying;
  GCancellable *detailing;
  GCancellable *loading;

  EsClassChooser *classes;
  GtkDropDown *basis;
  GtkToggleButton *all;
  GtkLabel *epoch;
  GtkStack *stack;
  AdwStatusPage *empty;
  EsPlotView *spectrum;
  EsPlotView *picture;
  EsPlotView *images;
  EsPlotView *gallery;
  GtkLabel *component;
  GtkLabel *effect;
  GtkWidget *images_box;
  EsTruncationPanel *truncation;
};

G_DEFINE_FINAL_TYPE (EsSpectrumPage, es_spectrum_page, ADW_TYPE_BIN)

static void update (EsSpectrumPage *self);

/* The chosen component */

static void
show_numbers (EsSpectrumPage *self, const EsStudyDetail *detail)
{
  int component = es_workspace_get_component (self->workspace);
  g_autofree char *eigenvalue =
      es_number_signed (detail->eigenvalue, 4, es_theme_get_point ());
  g_autofree char *share =
      es_number_text (100 * detail->share, 3, es_theme_get_point ());
  g_autofree char *name =
      g_strdup_printf (_ ("Component %s%d"), component < 0 ? "\xe2\x88\x92" : "",
                       component < 0 ? -component : component);
  g_autofree char *effect = g_strdup_printf (
      _ ("Eigenvalue %s · %s %% of the sum of squares"), eigenvalue, share);

  gtk_label_set_text (self->component, name);
  gtk_label_set_text (self->effect, effect);
}

static void
detail_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsSpectrumPage *self = data;
  g_autoptr (EsStudyDetail) detail = es_study_detail_finish (result);

  if (detail != NULL) {
    show_numbers (self, detail);
    es_plot_view_set_plot (self->picture, detail->picture);
    es_plot_view_set_plot (self->images, detail->images);
    gtk_widget_set_visible (self->images_box, detail->images != NULL);
  }
  g_object_unref (self);
}

static void
show_selection (EsSpectrumPage *self)
{
  int component = es_workspace_get_component (self->workspace);
  int c = es_workspace_get_class (self->workspace);
  EsPlotId id = es_selection_component_id (component);

  es_plot_view_set_selected (self->spectrum, id);
  id = ES_PLOT_ID_NONE;
  if (c >= 0 && component >= -ES_STUDY_GALLERY && component < ES_STUDY_GALLERY) {
    id.series = c;
    id.index = component >= 0 ? component : ES_STUDY_GALLERY - 1 - component;
  }
  es_plot_view_set_selected (self->gallery, id);
}

static void
update_detail (EsSpectrumPage *self)
{
  show_selection (self);
  if (self->study == NULL || self->run == NULL)
    return;
  es_study_detail_async (self->study, es_workspace_get_component (self->workspace),
                         es_run_item_get_dataset (self->run),
                         es_work_renew (&self->detailing), detail_cb,
                         g_object_ref (self));
}

/* The spectrum */

static void
show_command (EsSpectrumPage *self, const EsSpectrum *spectrum)
{
  gboolean all = spectrum->n > 1;
  const char *basis = spectrum->basis == ES_BASIS_PIXELS ? "--basis=pixels" : NULL;
  g_autofree char *direction =
      es_command_line_direction (self->workspace, spectrum->basis);
  g_autofree char *command = es_command_line_figure (
      self->workspace, all ? "eigenvectors" : "spectrum", all ? basis : direction);

  es_plot_view_set_command (all ? self->gallery : self->spectrum, command);
}

static void
show_study (EsSpectrumPage *self, EsStudy *study)
{
  gboolean all = study->spectrum->n > 1;

  show_command (self, study->spectrum);
  es_plot_view_set_plot (all ? self->gallery : self->spectrum, study->plot);
  gtk_stack_set_visible_child_name (self->stack, all ? "all" : "one");
  if (all) {
    es_study_free (study);
    show_selection (self);
    return;
  }
  es_study_free (self->study);
  self->study = study;
  update_detail (self);
}

static void
show_problem (EsSpectrumPage *self, const char *problem)
{
  g_clear_pointer (&self->study, es_study_free);
  adw_status_page_set_title (self->empty, _ ("No Spectrum"));
  adw_status_page_set_description (self->empty, problem);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
study_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsSpectrumPage *self = data;
  g_autoptr (GError) error = NULL;
  EsStudy *study = es_study_finish (result, &error);

  if (study == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_object_unref (self);
    return;
  }
  self->busy = FALSE;
  if (study != NULL)
    show_study (self, study);
  else if (!g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED))
    show_problem (self, error->message);
  if (self->stale)
    update (self);
  g_object_unref (self);
}

static void
show_epoch (EsSpectrumPage *self)
{
  double epoch = es_workspace_get_epoch (self->workspace);
  g_autofree char *text = NULL;

  if (epoch > 0)
    text = g_strdup_printf (_ ("Epoch %.0f"), epoch);
  gtk_label_set_text (self->epoch, text != NULL ? text : "");
}

/* Shows the weights as they are now, at once or, off screen, when it is looked at. */
static void
update (EsSpectrumPage *self)
{
  EsStudyQuery query = {0};

  self->stale = TRUE;
  if (self->workspace == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  query.model = es_workspace_get_model (self->workspace);
  if (query.model == NULL || self->run == NULL) {
    show_problem (self, _ ("Train the network first."));
    adw_status_page_set_title (self->empty, _ ("Not Trained Yet"));
    return;
  }
  self->stale = FALSE;
  self->busy = TRUE;
  query.dataset = es_run_item_get_dataset (self->run);
  query.class_names = es_run_item_get_class_names (self->run);
  query.name = (char *)es_run_item_get_name (self->run);
  query.direction = (char *)es_workspace_get_direction (self->workspace);
  query.all = gtk_toggle_button_get_active (self->all);
  query.basis = gtk_drop_down_get_selected (self->basis) == 1 ? ES_BASIS_PIXELS
                                                              : ES_BASIS_EMBEDDING;
  show_epoch (self);
  es_study_async (&query, es_work_renew (&self->studying), study_cb,
                  g_object_ref (self));
}

/* Weights come faster than spectra: the next study waits for the one under way. */
static void
snapshot_cb (EsSpectrumPage *self)
{
  es_class_chooser_set_names (self->classes, es_run_item_get_class_names (self->run));
  if (es_workspace_get_frame (self->workspace) >= 0)
    return;
  if (self->busy)
    self->stale = TRUE;
  else
    update (self);
}

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsSpectrumPage *self = data;

  if (es_datasets_bring_finish (result, NULL) && ES_RUN_ITEM (source) == self->run)
    update_detail (self);
  g_object_unref (self);
}

static void
load_dataset (EsSpectrumPage *self)
{
  if (self->run == NULL || es_run_item_get_dataset (self->run) != NULL ||
      es_run_item_get_model (self->run) == NULL)
    return;
  es_datasets_bring_async (self->run, es_work_renew (&self->loading), dataset_cb,
                           g_object_ref (self));
}

static void
run_cb (EsSpectrumPage *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  g_clear_pointer (&self->study, es_study_free);
  if (run == NULL)
    return;
  g_signal_connect_object (run, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  es_class_chooser_set_names (self->classes, es_run_item_get_class_names (run));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_dataset (self);
  update (self);
}

static void
selected_cb (EsSpectrumPage *self, int panel, int series, int index)
{
  es_workspace_set_component (self->workspace, es_selection_component (series, index));
}

static void
gallery_selected_cb (EsSpectrumPage *self, int panel, int series, int index)
{
  es_workspace_set_component (
      self->workspace, index < ES_STUDY_GALLERY ? index : ES_STUDY_GALLERY - 1 - index);
  es_workspace_set_class (self->workspace, series);
  show_selection (self);
}

static void
all_cb (EsSpectrumPage *self)
{
  es_focus_set_sensitive (GTK_WIDGET (self->classes),
                          !gtk_toggle_button_get_active (self->all));
  update (self);
}

void
es_spectrum_page_toggle_all (EsSpectrumPage *self)
{
  g_return_if_fail (ES_IS_SPECTRUM_PAGE (self));
  gtk_toggle_button_set_active (self->all, !gtk_toggle_button_get_active (self->all));
}

void
es_spectrum_page_set_workspace (EsSpectrumPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_SPECTRUM_PAGE (self));
  g_set_object (&self->workspace, workspace);
  es_class_chooser_set_workspace (self->classes, workspace);
  es_truncation_panel_set_workspace (self->truncation, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::component", G_CALLBACK (update_detail),
                           self, G_CONNECT_SWAPPED);
}

/* Life */

static void
es_spectrum_page_map (GtkWidget *widget)
{
  EsSpectrumPage *self = ES_SPECTRUM_PAGE (widget);

  GTK_WIDGET_CLASS (es_spectrum_page_parent_class)->map (widget);
  load_dataset (self);
  if (self->stale)
    update (self);
}

static void
es_spectrum_page_dispose (GObject *object)
{
  EsSpectrumPage *self = ES_SPECTRUM_PAGE (object);

  es_work_drop (&self->studying);
  es_work_drop (&self->detailing);
  es_work_drop (&self->loading);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->study, es_study_free);
  G_OBJECT_CLASS (es_spectrum_page_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsSpectrumPage, name)

static void
es_spectrum_page_class_init (EsSpectrumPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_spectrum_page_dispose;
  widget_class->map = es_spectrum_page_map;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_CLASS_CHOOSER);
  g_type_ensure (ES_TYPE_TRUNCATION_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-spectrum-page.ui");
  BIND (classes);
  BIND (basis);
  BIND (all);
  BIND (epoch);
  BIND (stack);
  BIND (empty);
  BIND (spectrum);
  BIND (picture);
  BIND (images);
  BIND (images_box);
  BIND (truncation);
  BIND (gallery);
  BIND (component);
  BIND (effect);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, all_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, gallery_selected_cb);
}

static void
es_spectrum_page_init (EsSpectrumPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
