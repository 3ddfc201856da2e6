/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-play-window.h"

#include "es-columns.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-input-form.h"
#include "es-number-row.h"
#include "es-number.h"
#include "es-play-history.h"
#include "es-play-pad.h"
#include "es-points-file.h"
#include "es-theme.h"
#include "es-toasts.h"
#include "es-work.h"

#include <math.h>

/* What a frame may cost for steps, in microseconds; the surface takes about as much. */
#define BUDGET 1500
/* Steps in a frame, if there is time for them: few enough to be watched. */
#define STEPS 5
/* Frames from step to step in slow motion. */
#define SLOW_FRAMES 15
/* Frames from one saying of numbers to the next. */
#define WORD_FRAMES 6
/* Cells of the surface along a side. */
#define SIDE 64
/* Points that a formula makes, and their seed. */
#define N_POINTS 200
struct _EsPlayWindow
{
  AdwWindow parent_instance;

  EsPlayground *playground;
  EsPlayScene scene; /* of which the network tells as many classes apart */
  EsPlayHistory *history;
  guint64 seed;
  guint tick;
  guint frames;
  double loss, accuracy;
  gboolean loading;
  float *surface; /* (SIDE, SIDE, classes) */

  EsPlayPad *pad;
  GtkToggleButton *playing;
  GtkDropDown *class;
  AdwComboRow *shape;
  AdwComboRow *classes;
  EsNumberRow *noise;
  EsNumberRow *layers;
  EsNumberRow *width;
  EsNumberRow *lr;
  EsNumberRow *weight_decay;
  GtkSwitch *slow;
  GtkLabel *status;
  GtkLabel *conic;
};

G_DEFINE_FINAL_TYPE (EsPlayWindow, es_play_window, ADW_TYPE_WINDOW)

/* The conic */

/* A whole sentence for each, which languages need. */
static char *
say_conic (const EsConic *conic, guint class)
{
  switch (conic->kind) {
  case ES_CONIC_ELLIPSE:
    return g_strdup_printf (_ ("Class %u and the others are even on an ellipse."),
                            class);
  case ES_CONIC_HYPERBOLA:
    return g_strdup_printf (_ ("Class %u and the others are even on a hyperbola."),
                            class);
  case ES_CONIC_PARABOLA:
    return g_strdup_printf (_ ("Class %u and the others are even on a parabola."),
                            class);
  case ES_CONIC_LINE:
  default:
    return g_strdup_printf (_ ("Class %u and the others are even on a line."), class);
  }
}

/* Of the class of new points against the others. */
static gboolean
find_conic (EsPlayWindow *self, EsConic *conic)
{
  guint C = self->scene.n_classes, chosen = gtk_drop_down_get_selected (self->class);
  float u[ES_PLAYGROUND_MAX_CLASSES], f[9];

  for (guint c = 0; c < C; c++)
    u[c] = c == chosen ? 1 : -1.0f / (float)(C - 1);
  if (!es_input_form_fill (f, es_playground_get_model (self->playground), u, TRUE,
                           NULL))
    return FALSE;
  es_conic_init (conic, f);
  return TRUE;
}

/* What there is to say of @conic, NULL for none (g_free()). */
static char *
write_conic (EsPlayWindow *self, const EsConic *conic)
{
  const char *point = es_theme_get_point ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *axes = NULL;

  if (conic == NULL)
    return g_strdup (_ ("Two layers make a form of fourth degree, which has no axes."));
  first = es_number_signed (conic->eigenvalues[0], 3, point);
  second = es_number_signed (conic->eigenvalues[1], 3, point);
  kind = say_conic (conic, gtk_drop_down_get_selected (self->class) + 1);
  axes =
      g_strdup_printf (_ ("Its axes are the eigenvectors of the quadratic form, with "
                          "eigenvalues %s and %s."),
                       first, second);
  return g_strdup_printf ("%s %s", kind, axes);
}

/* @in_words: not only drawn. */
static void
show_conic (EsPlayWindow *self, gboolean in_words)
{
  EsConic conic;
  gboolean found = find_conic (self, &conic);

  es_play_pad_set_conic (self->pad, found ? &conic : NULL, es_theme_get_point ());
  if (in_words) {
    g_autofree char *text = write_conic (self, found ? &conic : NULL);

    gtk_label_set_text (self->conic, text);
  }
}

/* What is shown */

static void
show_status (EsPlayWindow *self)
{
  const char *point = es_theme_get_point ();
  guint steps = (guint)es_playground_get_steps (self->playground);
  g_autofree char *loss = NULL;
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;

  if (isnan (self->loss)) {
    text = g_strdup (self->scene.points->len == 0 ? _ ("Click to place points")
                                                  : _ ("No step yet"));
  } else if (isinf (self->loss)) {
    text = g_strdup (_ ("The learning rate is too high"));
  } else {
    loss = es_number_text (self->loss, 3, point);
    text = g_strdup_printf (_ ("Step %u · loss %s · %.0f %% right"), steps, loss,
                            100 * self->accuracy);
  }
  gtk_label_set_text (self->status, text);
  spoken = g_strdup_printf (_ ("%u points. %s. %s"), self->scene.points->len, text,
                            gtk_label_get_text (self->conic));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pad),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

static void
show_network (EsPlayWindow *self, gboolean in_words)
{
  es_playground_fill_surface (self->playground, self->surface, SIDE);
  es_play_pad_set_surface (self->pad, self->surface, SIDE, self->scene.n_classes);
  show_conic (self, in_words);
  if (in_words)
    show_status (self);
}

/* Learning */

static void
take_step (EsPlayWindow *self)
{
  self->loss = es_playground_step (
      self->playground, (const EsPoint *)self->scene.points->data,
      self->scene.points->len, es_number_row_get_value (self->lr),
      es_number_row_get_value (self->weight_decay), &self->accuracy);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);
  gboolean slow = gtk_switch_get_active (self->slow);
  gint64 end = g_get_monotonic_time () + BUDGET;
  guint left = STEPS;

  if (!gtk_toggle_button_get_active (self->playing) || self->scene.points->len == 0)
    return G_SOURCE_CONTINUE;
  self->frames++;
  if (slow && self->frames % SLOW_FRAMES != 0)
    return G_SOURCE_CONTINUE;
  do
    take_step (self);
  while (!slow && --left > 0 && g_get_monotonic_time () < end);
  /* Words are laid out anew, and nobody reads sixty a second. */
  show_network (self, slow || self->frames % WORD_FRAMES == 0);
  return G_SOURCE_CONTINUE;
}

/* A new network, which knows nothing. */
static void
restart (EsPlayWindow *self)
{
  es_playground_free (self->playground);
  self->playground = es_playground_new (es_number_row_get_whole (self->width),
                                        es_number_row_get_whole (self->layers),
                                        self->scene.n_classes, self->seed++);
  self->loss = self->accuracy = NAN;
  show_network (self, TRUE);
}

/* The points */

static void
show_points (EsPlayWindow *self)
{
  es_play_pad_set_points (self->pad, (const EsPoint *)self->scene.points->data,
                          self->scene.points->len);
  if (self->scene.points->len == 0)
    self->loss = NAN;
  show_status (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.undo",
                                 es_play_history_can_undo (self->history));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.redo",
                                 es_play_history_can_redo (self->history));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.clear",
                                 self->scene.points->len > 0);
}

/* To be called before every edit. */
static void
remember (EsPlayWindow *self)
{
  es_play_history_remember (self->history, &self->scene);
}

/* The list of the classes of new points. */
static void
fill_class (EsPlayWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = gtk_drop_down_get_selected (self->class);

  if (g_list_model_get_n_items (gtk_drop_down_get_model (self->class)) ==
      self->scene.n_classes)
    return;
  for (guint c = 1; c <= self->scene.n_classes; c++) {
    g_autofree char *name = g_strdup_printf (_ ("Class %u"), c);

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->class, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->class, chosen < self->scene.n_classes ? chosen : 0);
}

/* The widgets follow the scene, and so does the network: a new one, if it has to be
   @anew or is one for other classes. */
static void
show_scene (EsPlayWindow *self, gboolean anew)
{
  const EsModel *model = es_playground_get_model (self->playground);

  self->loading = TRUE;
  adw_combo_row_set_selected (self->shape, self->scene.pattern);
  adw_combo_row_set_selected (self->classes, self->scene.n_classes - 2);
  es_number_row_set_value (self->noise, self->scene.scatter);
  fill_class (self);
  self->loading = FALSE;
  if (anew || es_model_get_config (model)->outputs != self->scene.n_classes)
    restart (self);
  show_points (self);
}

static void
place_cb (EsPlayWindow *self, double x, double y)
{
  EsPoint point = {(float)x, (float)y, gtk_drop_down_get_selected (self->class)};

  if (self->scene.points->len == ES_PLAYGROUND_MAX_POINTS)
    return;
  remember (self);
  g_array_append_val (self->scene.points, point);
  self->scene.pattern = ES_PATTERN_OWN;
  show_scene (self, FALSE);
}

static void
remove_cb (EsPlayWindow *self, double x, double y)
{
  double least = INFINITY;
  guint nearest = 0;

  for (guint i = 0; i < self->scene.points->len; i++) {
    const EsPoint *point = &g_array_index (self->scene.points, EsPoint, i);
    double distance = hypot (point->x - x, point->y - y);

    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  if (self->scene.points->len == 0)
    return;
  remember (self);
  g_array_remove_index (self->scene.points, nearest);
  self->scene.pattern = ES_PATTERN_OWN;
  show_scene (self, FALSE);
}

/* The points of a pattern; own ones stay. */
static void
fill_points (EsPlayWindow *self)
{
  EsPlayScene *scene = &self->scene;

  if (scene->pattern == ES_PATTERN_OWN)
    return;
  g_array_set_size (scene->points, N_POINTS);
  es_shape_fill ((EsShape)scene->pattern, (EsPoint *)scene->points->data, N_POINTS,
                 scene->n_classes, scene->scatter, 1);
}

/* What the person changes */

static void
shape_cb (EsPlayWindow *self)
{
  guint pattern = adw_combo_row_get_selected (self->shape);
  double scatter = es_number_row_get_value (self->noise);
  /* Own points are not scattered: nothing to undo. */
  gboolean changes = pattern != ES_PATTERN_OWN || self->scene.pattern != pattern;

  if (self->playground == NULL || self->loading)
    return;
  if (changes)
    remember (self);
  self->scene.pattern = MIN (pattern, ES_PATTERN_OWN);
  self->scene.scatter = scatter;
  if (!changes)
    return;
  fill_points (self);
  show_scene (self, TRUE);
}

static void
classes_cb (EsPlayWindow *self)
{
  if (self->playground == NULL || self->loading)
    return;
  remember (self);
  es_play_scene_set_classes (&self->scene,
                             2 + MIN (adw_combo_row_get_selected (self->classes), 2));
  fill_points (self);
  show_scene (self, TRUE);
}

static void
network_cb (EsPlayWindow *self)
{
  if (self->playground != NULL)
    restart (self);
}

static void
playing_cb (EsPlayWindow *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (self->playing),
                            gtk_toggle_button_get_active (self->playing)
                                ? "media-playback-pause-symbolic"
                                : "media-playback-start-symbolic");
}

static void
class_cb (EsPlayWindow *self)
{
  if (self->playground == NULL || self->loading)
    return;
  show_conic (self, TRUE);
  show_status (self);
}

/* Actions */

static void
step (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);

  gtk_toggle_button_set_active (self->playing, FALSE);
  take_step (self);
  show_network (self, TRUE);
}

static void
toggle (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkToggleButton *playing = ES_PLAY_WINDOW (widget)->playing;

  gtk_toggle_button_set_active (playing, !gtk_toggle_button_get_active (playing));
}

static void
begin_again (GtkWidget *widget, const char *name, GVariant *parameter)
{
  restart (ES_PLAY_WINDOW (widget));
}

static void
clear (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);

  remember (self);
  g_array_set_size (self->scene.points, 0);
  self->scene.pattern = ES_PATTERN_OWN;
  show_scene (self, FALSE);
}

/* Points from a file */

/* What was read. */
typedef struct
{
  GArray *points;
  guint n_classes;
} Table;

static void
table_free (Table *table)
{
  g_clear_pointer (&table->points, g_array_unref);
  g_free (table);
}

static void
read_worker (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  Table *table = g_new0 (Table, 1);
  GError *error = NULL;

  table->points = es_points_load (path, &table->n_classes, &error);
  if (table->points != NULL) {
    g_task_return_pointer (task, table, (GDestroyNotify)table_free);
    return;
  }
  table_free (table);
  g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (source);
  g_autoptr (GError) error = NULL;
  Table *table;

  /* Closed meanwhile, it has no network any more. */
  if (self->playground == NULL)
    return;
  table = g_task_propagate_pointer (G_TASK (result), &error);
  if (table == NULL) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  remember (self);
  g_array_unref (self->scene.points);
  self->scene.points = g_steal_pointer (&table->points);
  self->scene.pattern = ES_PATTERN_OWN;
  self->scene.n_classes = table->n_classes;
  show_scene (self, TRUE);
  table_free (table);
}

static void
chosen_cb (const char *path, gpointer owner)
{
  g_autoptr (GTask) task = g_task_new (owner, NULL, read_cb, NULL);

  g_task_set_task_data (task, g_strdup (path), g_free);
  es_work_start (task, read_worker);
}

static void
open_points (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const EsFileKind kinds[] = {
      {_ ("Tables"), "csv tsv txt"}, {_ ("All Files"), "*"}, {NULL, NULL}};

  es_files_open (widget, _ ("Open Points"), kinds, chosen_cb);
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);

  if (es_play_history_undo (self->history, &self->scene))
    show_scene (self, FALSE);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);

  if (es_play_history_redo (self->history, &self->scene))
    show_scene (self, FALSE);
}

/* Life */

static void
es_play_window_dispose (GObject *object)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->playground, es_playground_free);
  G_OBJECT_CLASS (es_play_window_parent_class)->dispose (object);
}

static void
es_play_window_finalize (GObject *object)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (object);

  g_free (self->surface);
  g_array_unref (self->scene.points);
  es_play_history_free (self->history);
  G_OBJECT_CLASS (es_play_window_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  static const struct
  {
    const char *action;
    guint key;
    GdkModifierType modifiers;
  } keys[] = {
      {"play.toggle", GDK_KEY_F5, 0},
      {"play.step", GDK_KEY_F8, 0},
      {"play.restart", GDK_KEY_r, GDK_CONTROL_MASK},
      {"play.open", GDK_KEY_o, GDK_CONTROL_MASK},
      {"play.clear", GDK_KEY_Delete, GDK_CONTROL_MASK},
      {"play.undo", GDK_KEY_z, GDK_CONTROL_MASK},
      {"play.redo", GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK},
      {"window.close", GDK_KEY_w, GDK_CONTROL_MASK},
      {"window.close", GDK_KEY_Escape, 0},
  };

  gtk_widget_class_install_action (klass, "play.toggle", NULL, toggle);
  gtk_widget_class_install_action (klass, "play.step", NULL, step);
  gtk_widget_class_install_action (klass, "play.restart", NULL, begin_again);
  gtk_widget_class_install_action (klass, "play.open", NULL, open_points);
  gtk_widget_class_install_action (klass, "play.clear", NULL, clear);
  gtk_widget_class_install_action (klass, "play.undo", NULL, undo);
  gtk_widget_class_install_action (klass, "play.redo", NULL, redo);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (klass, keys[i].key, keys[i].modifiers,
                                         keys[i].action, NULL);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsPlayWindow, name)

static void
es_play_window_class_init (EsPlayWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_play_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_play_window_finalize;
  g_type_ensure (ES_TYPE_COLUMNS);
  g_type_ensure (ES_TYPE_PLAY_PAD);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-play-window.ui");
  BIND (pad);
  BIND (playing);
  BIND (class);
  BIND (shape);
  BIND (classes);
  BIND (noise);
  BIND (layers);
  BIND (width);
  BIND (lr);
  BIND (weight_decay);
  BIND (slow);
  BIND (status);
  BIND (conic);
  gtk_widget_class_bind_template_callback (widget_class, place_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, shape_cb);
  gtk_widget_class_bind_template_callback (widget_class, classes_cb);
  gtk_widget_class_bind_template_callback (widget_class, network_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_cb);
  gtk_widget_class_bind_template_callback (widget_class, playing_cb);
  install_actions (widget_class);
}

static void
es_play_window_init (EsPlayWindow *self)
{
  self->scene = (EsPlayScene){.points = g_array_new (FALSE, FALSE, sizeof (EsPoint)),
                              .n_classes = 2};
  self->history = es_play_history_new ();
  self->surface = g_new (float, SIDE *SIDE *ES_PLAYGROUND_MAX_CLASSES);
  self->seed = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pad),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Points"), -1);
  self->scene.scatter = es_number_row_get_value (self->noise);
  fill_points (self);
  fill_class (self);
  restart (self);
  show_points (self);
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

void
es_play_window_present (GtkWindow *parent)
{
  GtkWindow *window = g_object_new (ES_TYPE_PLAY_WINDOW, "transient-for", parent, NULL);

  gtk_window_present (window);
}
