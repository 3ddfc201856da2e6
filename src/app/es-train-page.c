/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-train-page.h"

#include "es-class-chooser.h"
#include "es-command-line.h"
#include "es-history-figure.h"
#include "es-i18n.h"
#include "es-live.h"
#include "es-plot-view.h"
#include "es-selection.h"
#include "es-settings-panel.h"
#include "es-settings.h"
#include "es-toasts.h"

/* Between two frames of the film. */
#define PLAY_MILLISECONDS 150

struct _EsTrainPage
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsLive *live;
  guint play_source;
  gboolean scrubbing; /* the slider is being set by us */
  gboolean awaiting;  /* the live pictures of the latest weights are being computed */
  gboolean has_epoch; /* and an epoch has ended that is not shown yet */
  EsTrainCommands commands;

  AdwFlap *flap;
  GtkWidget *show_settings;
  GtkWidget *start;
  EsSettingsPanel *settings;
  AdwButtonContent *start_content;
  GtkLabel *status;
  GtkLabel *timing;
  GtkProgressBar *progress;
  GtkStack *stack;
  AdwStatusPage *empty;
  EsPlotView *history;
  GtkToggleButton *logarithmic;
  EsClassChooser *classes;
  EsPlotView *spectrum;
  GtkLabel *problem;
  GtkWidget *film;
  GtkButton *play;
  GtkScale *time;
  GtkLabel *epoch;
};

enum {
  COMMANDS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsTrainPage, es_train_page, ADW_TYPE_BIN)

/* Words */

/* A time as people say it. */
static char *
time_text (double seconds)
{
  guint s = (guint)(seconds + 0.5);

  if (s < 60)
    return g_strdup_printf (_ ("%u s"), s);
  if (s < 3600)
    return g_strdup_printf (_ ("%u min %02u s"), s / 60, s % 60);
  return g_strdup_printf (_ ("%u h %02u min"), s / 3600, s / 60 % 60);
}

static void
update_timing (EsTrainPage *self)
{
  double pace = es_run_item_get_pace (self->run);
  double left = es_run_item_get_plan (self->run)->train.epochs -
                es_run_item_get_position (self->run);
  g_autofree char *rest = NULL;
  g_autofree char *text = NULL;

  if (pace > 0 && left > 0 && es_run_item_is_active (self->run)) {
    rest = time_text (left * pace);
    if (pace < 1)
      text = g_strdup_printf (_ ("%.1f epochs/s · %s left"), 1 / pace, rest);
    else
      text = g_strdup_printf (_ ("%.1f s/epoch · %s left"), pace, rest);
  }
  gtk_label_set_text (self->timing, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->timing), text != NULL);
}

static void
update_progress (EsTrainPage *self)
{
  double epochs = es_run_item_get_plan (self->run)->train.epochs;
  double share = es_run_item_get_position (self->run) / MAX (epochs, 1);

  gtk_progress_bar_set_fraction (self->progress, CLAMP (share, 0, 1));
  update_timing (self);
}

static void
status_cb (EsTrainPage *self)
{
  gtk_label_set_text (self->status, es_run_item_get_status (self->run));
}

/* Plots */

static void
update_history (EsTrainPage *self)
{
  gboolean logarithmic = gtk_toggle_button_get_active (self->logarithmic);
  double cursor = es_workspace_get_frame (self->workspace) >= 0
                      ? es_workspace_get_epoch (self->workspace)
                      : -1;
  g_autoptr (EsPlot) plot = es_history_figure_new (self->run, logarithmic, cursor);
  g_autofree char *command = es_command_line_figure (
      self->workspace, "history", logarithmic ? "--log --error" : NULL);

  es_plot_view_set_plot (self->history, plot);
  es_plot_view_set_command (self->history, command);
}

/* Returns whether pictures will come. */
static gboolean
request (EsTrainPage *self)
{
  EsModel *model = es_workspace_get_model (self->workspace);

  if (model == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return FALSE;
  /* Where nothing moves that could jump, the signs are those of all other views. */
  if (!es_run_item_is_active (self->run) &&
      es_workspace_get_frame (self->workspace) < 0)
    es_live_forget (self->live);
  es_live_request (
      self->live, self->run, model, es_workspace_get_direction (self->workspace),
      es_run_item_get_class_names (self->run), es_run_item_get_dataset (self->run));
  return TRUE;
}

/* The film */

static void
update_epoch_label (EsTrainPage *self)
{
  gboolean live = es_workspace_get_frame (self->workspace) < 0;
  g_autofree char *text = NULL;

  if (live && es_run_item_is_active (self->run))
    text = g_strdup (_ ("Live"));
  else
    text = g_strdup_printf (_ ("Epoch %u"),
                            (guint)es_workspace_get_epoch (self->workspace));
  gtk_label_set_text (self->epoch, text);
}

static void
update_film (EsTrainPage *self)
{
  guint n = es_film_get_length (es_run_item_get_film (self->run));
  int frame = es_workspace_get_frame (self->workspace);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (self->time));

  gtk_widget_set_visible (self->film, n > 1);
  if (n == 0)
    return;
  if (frame < 0 || (guint)frame >= n)
    frame = (int)n - 1;
  self->scrubbing = TRUE;
  gtk_adjustment_configure (adjustment, frame, 0, MAX (n, 2) - 1, 1, 5, 0);
  self->scrubbing = FALSE;
  update_epoch_label (self);
}

static void
time_cb (EsTrainPage *self)
{
  guint n;
  int frame;

  if (self->scrubbing || self->run == NULL)
    return;
  n = es_film_get_length (es_run_item_get_film (self->run));
  frame = (int)(gtk_range_get_value (GTK_RANGE (self->time)) + 0.5);
  es_workspace_set_frame (self->workspace, (guint)frame + 1 >= n ? -1 : frame);
}

static void
show_playing (EsTrainPage *self)
{
  gboolean playing = self->play_source != 0;
  const char *name = playing ? _ ("Hold the Film") : _ ("Play the Film");
  g_autofree char *tooltip = g_strconcat (name, " (F7)", NULL);

  gtk_button_set_icon_name (self->play, playing ? "media-playback-pause-symbolic"
                                                : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
stop_playing (EsTrainPage *self)
{
  g_clear_handle_id (&self->play_source, g_source_remove);
  show_playing (self);
}

static gboolean
play_cb (gpointer data)
{
  EsTrainPage *self = data;
  int n = (int)es_film_get_length (es_run_item_get_film (self->run));
  int frame = es_workspace_get_frame (self->workspace);

  if (frame < 0 || frame + 1 >= n) {
    stop_playing (self);
    return G_SOURCE_REMOVE;
  }
  es_workspace_set_frame (self->workspace, frame + 2 >= n ? -1 : frame + 1);
  return G_SOURCE_CONTINUE;
}

void
es_train_page_play (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  if (self->run == NULL || es_film_get_length (es_run_item_get_film (self->run)) < 2)
    return;
  if (self->play_source != 0) {
    stop_playing (self);
    return;
  }
  if (es_workspace_get_frame (self->workspace) < 0)
    es_workspace_set_frame (self->workspace, 0);
  self->play_source = g_timeout_add (PLAY_MILLISECONDS, play_cb, self);
  show_playing (self);
}

/* Commands */

static EsTrainCommands
find_commands (EsTrainPage *self)
{
  EsTrainCommands commands = 0;

  switch (es_run_item_get_state (self->run)) {
  case ES_RUN_DRAFT:
  case ES_RUN_STOPPED:
    commands = ES_TRAIN_START | ES_TRAIN_STEP;
    break;
  case ES_RUN_PAUSED:
    commands = ES_TRAIN_START | ES_TRAIN_STEP | ES_TRAIN_STOP;
    break;
  case ES_RUN_TRAINING:
    commands = ES_TRAIN_START | ES_TRAIN_STOP;
    break;
  case ES_RUN_LOADING:
  case ES_RUN_QUEUED:
    commands = ES_TRAIN_STOP;
    break;
  case ES_RUN_STOPPING:
  case ES_RUN_FINISHED:
    break;
  }
  if (es_film_get_length (es_run_item_get_film (self->run)) > 1)
    commands |= ES_TRAIN_PLAY;
  return commands;
}

/* What the page says before there is anything to show. */
static void
update_empty (EsTrainPage *self)
{
  const char *title = _ ("Getting Ready");
  const char *words = _ ("The images are loaded, then the eigenvectors form here.");

  switch (es_run_item_get_state (self->run)) {
  case ES_RUN_DRAFT:
  case ES_RUN_STOPPED:
  case ES_RUN_FINISHED:
    title = _ ("Ready to Train");
    words = _ ("Press Train, and watch the eigenvectors form.");
    break;
  case ES_RUN_QUEUED:
    title = _ ("Waiting for Its Turn");
    words = _ ("It starts by itself when the training before it has ended.");
    break;
  default:
    break;
  }
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, words);
}

static void
update_buttons (EsTrainPage *self)
{
  EsRunState state = es_run_item_get_state (self->run);
  const char *icon = "media-playback-start-symbolic", *text = _ ("Train");
  EsTrainCommands commands = find_commands (self);

  if (state == ES_RUN_TRAINING) {
    icon = "media-playback-pause-symbolic";
    text = _ ("Pause");
  } else if (state == ES_RUN_PAUSED) {
    text = _ ("Resume");
  } else if (state == ES_RUN_STOPPED) {
    text = _ ("Go On");
  }
  adw_button_content_set_icon_name (self->start_content, icon);
  adw_button_content_set_label (self->start_content, text);
  update_empty (self);
  if (self->commands != commands) {
    self->commands = commands;
    g_signal_emit (self, signals[COMMANDS_CHANGED], 0);
  }
}

void
es_train_page_commit (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  es_settings_panel_commit (self->settings);
}

void
es_train_page_start (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  if (self->run == NULL)
    return;
  es_settings_panel_commit (self->settings);
  switch (es_run_item_get_state (self->run)) {
  case ES_RUN_TRAINING:
    es_run_item_pause (self->run);
    break;
  case ES_RUN_PAUSED:
    es_run_item_resume (self->run);
    break;
  case ES_RUN_DRAFT:
  case ES_RUN_STOPPED:
    if (adw_flap_get_folded (self->flap))
      adw_flap_set_reveal_flap (self->flap, FALSE);
    es_workspace_set_frame (self->workspace, -1);
    es_workspace_start (self->workspace, self->run);
    break;
  default:
    break;
  }
}

void
es_train_page_step (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  if (self->run == NULL || !(self->commands & ES_TRAIN_STEP))
    return;
  es_settings_panel_commit (self->settings);
  es_run_item_step (self->run);
}

void
es_train_page_stop (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  if (self->run == NULL)
    return;
  if (es_run_item_get_state (self->run) == ES_RUN_QUEUED)
    es_run_item_set_queued (self->run, FALSE);
  else
    es_run_item_stop (self->run);
}

EsTrainCommands
es_train_page_get_commands (EsTrainPage *self)
{
  g_return_val_if_fail (ES_IS_TRAIN_PAGE (self), 0);
  return self->run != NULL ? self->commands : 0;
}

void
es_train_page_toggle_logarithmic (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  gtk_toggle_button_set_active (self->logarithmic,
                                !gtk_toggle_button_get_active (self->logarithmic));
}

/* Not to Pause where training has started: Return held down would stop it at once. */
void
es_train_page_focus (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  if (self->run != NULL && es_run_item_get_state (self->run) == ES_RUN_DRAFT)
    gtk_widget_grab_focus (self->start);
  else
    gtk_widget_grab_focus (self->show_settings);
}

void
es_train_page_toggle_settings (EsTrainPage *self)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

/* The run and the selection */

/* Everything else that follows the training is shown with the pictures, in one frame.
 */
static void
show_progress (EsTrainPage *self)
{
  self->awaiting = FALSE;
  update_progress (self);
  if (!self->has_epoch)
    return;
  self->has_epoch = FALSE;
  update_buttons (self);
  update_history (self);
  update_film (self);
}

static void
live_cb (EsTrainPage *self)
{
  g_autoptr (EsPlot) plot = es_live_dup_plot (self->live, FALSE);
  g_autoptr (EsPlot) for_files = es_live_dup_plot (self->live, TRUE);
  const char *problem = es_live_get_problem (self->live);
  g_autofree char *direction =
      es_command_line_direction (self->workspace, ES_BASIS_EMBEDDING);
  g_autofree char *command =
      es_command_line_figure (self->workspace, "spectrum", direction);

  es_plot_view_set_plot (self->spectrum, plot);
  es_plot_view_set_file_plot (self->spectrum, for_files);
  es_plot_view_set_command (self->spectrum, command);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spectrum), problem == NULL);
  if (self->awaiting && self->run != NULL)
    show_progress (self);
}

static void
epoch_cb (EsTrainPage *self)
{
  self->has_epoch = TRUE;
  if (!self->awaiting)
    show_progress (self);
}

static void
snapshot_cb (EsTrainPage *self)
{
  es_class_chooser_set_names (self->classes, es_run_item_get_class_names (self->run));
  gtk_stack_set_visible_child_name (self->stack, "plots");
  self->awaiting = es_workspace_get_frame (self->workspace) < 0 && request (self);
  if (!self->awaiting)
    update_progress (self);
}

static void
state_cb (EsTrainPage *self)
{
  if (!es_run_item_is_active (self->run))
    request (self);
  update_buttons (self);
  update_film (self);
  update_timing (self);
}

static void
frame_cb (EsTrainPage *self)
{
  if (self->run == NULL)
    return;
  update_history (self);
  update_film (self);
  request (self);
}

static void
direction_cb (EsTrainPage *self)
{
  if (self->run != NULL)
    request (self);
}

static void
component_cb (EsTrainPage *self)
{
  es_plot_view_set_selected (
      self->spectrum,
      es_selection_component_id (es_workspace_get_component (self->workspace)));
}

static void
forget_run (EsTrainPage *self)
{
  stop_playing (self);
  self->awaiting = self->has_epoch = FALSE;
  es_live_clear (self->live);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
}

static void
run_cb (EsTrainPage *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  forget_run (self);
  es_settings_panel_set_run (self->settings, run);
  if (run == NULL) {
    self->commands = 0;
    g_signal_emit (self, signals[COMMANDS_CHANGED], 0);
    return;
  }
  self->run = g_object_ref (run);
  g_signal_connect_object (run, "epoch", G_CALLBACK (epoch_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::status", G_CALLBACK (status_cb), self,
                           G_CONNECT_SWAPPED);
  es_class_chooser_set_names (self->classes, es_run_item_get_class_names (run));
  gtk_stack_set_visible_child_name (
      self->stack, es_run_item_get_model (run) != NULL ? "plots" : "empty");
  status_cb (self);
  state_cb (self);
  epoch_cb (self);
  request (self);
}

static void
selected_cb (EsTrainPage *self, int panel, int series, int index)
{
  es_workspace_set_component (self->workspace, es_selection_component (series, index));
}

/* Choosing an epoch on the curve moves the film there. */
static void
history_selected_cb (EsTrainPage *self, int panel, int series, int index)
{
  const EsFilm *film = es_run_item_get_film (self->run);
  guint n = es_film_get_length (film);
  guint frame;

  if (n < 2)
    return;
  frame = es_film_find (film, index + 1);
  es_workspace_set_frame (self->workspace, frame + 1 >= n ? -1 : (int)frame);
}

static void
logarithmic_cb (EsTrainPage *self)
{
  if (self->run != NULL)
    update_history (self);
}

void
es_train_page_set_workspace (EsTrainPage *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_TRAIN_PAGE (self));
  g_set_object (&self->workspace, workspace);
  es_class_chooser_set_workspace (self->classes, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (frame_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (direction_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::component", G_CALLBACK (component_cb),
                           self, G_CONNECT_SWAPPED);
  component_cb (self);
}

/* Life */

static void
es_train_page_map (GtkWidget *widget)
{
  EsTrainPage *self = ES_TRAIN_PAGE (widget);

  GTK_WIDGET_CLASS (es_train_page_parent_class)->map (widget);
  if (self->run != NULL)
    request (self);
}

static void
es_train_page_dispose (GObject *object)
{
  EsTrainPage *self = ES_TRAIN_PAGE (object);

  g_clear_handle_id (&self->play_source, g_source_remove);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  if (self->live != NULL)
    g_signal_handlers_disconnect_by_data (self->live, self);
  g_clear_object (&self->live);
  G_OBJECT_CLASS (es_train_page_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsTrainPage, name)

static void
es_train_page_class_init (EsTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_train_page_dispose;
  widget_class->map = es_train_page_map;
  signals[COMMANDS_CHANGED] =
      g_signal_new ("commands-changed", ES_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ES_TYPE_SETTINGS_PANEL);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  g_type_ensure (ES_TYPE_CLASS_CHOOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-train-page.ui");
  BIND (flap);
  BIND (show_settings);
  BIND (start);
  BIND (settings);
  BIND (start_content);
  BIND (status);
  BIND (timing);
  BIND (progress);
  BIND (stack);
  BIND (empty);
  BIND (history);
  BIND (logarithmic);
  BIND (classes);
  BIND (spectrum);
  BIND (problem);
  BIND (film);
  BIND (play);
  BIND (time);
  BIND (epoch);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, history_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, logarithmic_cb);
  gtk_widget_class_bind_template_callback (widget_class, time_cb);
}

static void
es_train_page_init (EsTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->live = es_live_new ();
  g_signal_connect_swapped (self->live, "changed", G_CALLBACK (live_cb), self);
  g_settings_bind (es_settings_get (), "logarithmic", self->logarithmic, "active",
                   G_SETTINGS_BIND_DEFAULT);
  show_playing (self);
}
