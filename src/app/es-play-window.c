/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-play-window.h"

#include "es-columns.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-input-form.h"
#include "es-number-row.h"
#include "es-number.h"
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
/* States of the points that can be gone back to. */
#define MAX_UNDO 200

/* Rows of the list of points, after those of EsShape. */
#define ROW_OWN (ES_SHAPE_LINES + 1)

struct _EsPlayWindow
{
  AdwWindow parent_instance;

  EsPlayground *playground;
  GArray *points;  /* of EsPoint */
  GPtrArray *past; /* of GArray, the points before each edit */
  GPtrArray *future;
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

static guint
get_classes (EsPlayWindow *self)
{
  return 2 + MIN (adw_combo_row_get_selected (self->classes), 2);
}

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
  guint C = get_classes (self), chosen = gtk_drop_down_get_selected (self->class);
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
    text = g_strdup (self->points->len == 0 ? _ ("Click to place points")
                                            : _ ("No step yet"));
  } else if (isinf (self->loss)) {
    text = g_strdup (_ ("The learning rate is too high"));
  } else {
    loss = es_number_text (self->loss, 3, point);
    text = g_strdup_printf (_ ("Step %u · loss %s · %.0f %% right"), steps, loss,
                            100 * self->accuracy);
  }
  gtk_label_set_text (self->status, text);
  spoken = g_strdup_printf (_ ("%u points. %s. %s"), self->points->len, text,
                            gtk_label_get_text (self->conic));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pad),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

static void
show_network (EsPlayWindow *self, gboolean in_words)
{
  es_playground_fill_surface (self->playground, self->surface, SIDE);
  es_play_pad_set_surface (self->pad, self->surface, SIDE, get_classes (self));
  show_conic (self, in_words);
  if (in_words)
    show_status (self);
}

/* Learning */

static void
take_step (EsPlayWindow *self)
{
  self->loss = es_playground_step (
      self->playground, (const EsPoint *)self->points->data, self->points->len,
      es_number_row_get_value (self->lr), es_number_row_get_value (self->weight_decay),
      &self->accuracy);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);
  gboolean slow = gtk_switch_get_active (self->slow);
  gint64 end = g_get_monotonic_time () + BUDGET;
  guint left = STEPS;

  if (!gtk_toggle_button_get_active (self->playing) || self->points->len == 0)
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
                                        get_classes (self), self->seed++);
  self->loss = self->accuracy = NAN;
  show_network (self, TRUE);
}

/* The points */

static void
show_points (EsPlayWindow *self)
{
  es_play_pad_set_points (self->pad, (const EsPoint *)self->points->data,
                          self->points->len);
  if (self->points->len == 0)
    self->loss = NAN;
  show_status (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.undo", self->past->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.redo", self->future->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "play.clear",
                                 self->points->len > 0);
}

/* To be called before every edit. */
static void
remember (EsPlayWindow *self)
{
  g_ptr_array_set_size (self->future, 0);
  if (self->past->len == MAX_UNDO)
    g_ptr_array_remove_index (self->past, 0);
  g_ptr_array_add (self->past, g_array_copy (self->points));
}

/* Takes the last state of @from, and keeps the present one in @to. */
static void
go_to (EsPlayWindow *self, GPtrArray *from, GPtrArray *to)
{
  if (from->len == 0)
    return;
  g_ptr_array_add (to, self->points);
  self->points = g_ptr_array_steal_index (from, from->len - 1);
  show_points (self);
}

static void
place_cb (EsPlayWindow *self, double x, double y)
{
  EsPoint point = {(float)x, (float)y, gtk_drop_down_get_selected (self->class)};

  if (self->points->len == ES_PLAYGROUND_MAX_POINTS)
    return;
  remember (self);
  g_array_append_val (self->points, point);
  self->loading = TRUE;
  adw_combo_row_set_selected (self->shape, ROW_OWN);
  self->loading = FALSE;
  show_points (self);
}

static void
remove_cb (EsPlayWindow *self, double x, double y)
{
  double least = INFINITY;
  guint nearest = 0;

  for (guint i = 0; i < self->points->len; i++) {
    const EsPoint *point = &g_array_index (self->points, EsPoint, i);
    double distance = hypot (point->x - x, point->y - y);

    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  if (self->points->len == 0)
    return;
  remember (self);
  g_array_remove_index (self->points, nearest);
  show_points (self);
}

static void
fill_shape (EsPlayWindow *self)
{
  guint shape = adw_combo_row_get_selected (self->shape);

  if (shape >= ROW_OWN)
    return;
  remember (self);
  g_array_set_size (self->points, N_POINTS);
  es_shape_fill ((EsShape)shape, (EsPoint *)self->points->data, N_POINTS,
                 get_classes (self), es_number_row_get_value (self->noise), 1);
  show_points (self);
}

/* What the person changes */

static void
shape_cb (EsPlayWindow *self)
{
  if (self->playground == NULL || self->loading)
    return;
  fill_shape (self);
  restart (self);
}

/* The list of the classes of new points. */
static void
fill_class (EsPlayWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = gtk_drop_down_get_selected (self->class);

  for (guint c = 1; c <= get_classes (self); c++) {
    g_autofree char *name = g_strdup_printf (_ ("Class %u"), c);

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->class, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->class, chosen < get_classes (self) ? chosen : 0);
}

static void
classes_cb (EsPlayWindow *self)
{
  if (self->playground == NULL)
    return;
  fill_class (self);
  fill_shape (self);
  restart (self);
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
  if (self->playground == NULL)
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
  g_array_set_size (self->points, 0);
  self->loading = TRUE;
  adw_combo_row_set_selected (self->shape, ROW_OWN);
  self->loading = FALSE;
  show_points (self);
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
  g_array_unref (self->points);
  self->points = g_steal_pointer (&table->points);
  self->loading = TRUE;
  adw_combo_row_set_selected (self->shape, ROW_OWN);
  self->loading = FALSE;
  adw_combo_row_set_selected (self->classes, table->n_classes - 2);
  restart (self);
  show_points (self);
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

  go_to (self, self->past, self->future);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlayWindow *self = ES_PLAY_WINDOW (widget);

  go_to (self, self->future, self->past);
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
  g_array_unref (self->points);
  g_ptr_array_unref (self->past);
  g_ptr_array_unref (self->future);
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
  self->points = g_array_new (FALSE, FALSE, sizeof (EsPoint));
  self->past = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  self->future = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  self->surface = g_new (float, SIDE *SIDE *ES_PLAYGROUND_MAX_CLASSES);
  self->seed = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pad),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Points"), -1);
  restart (self);
  fill_class (self);
  fill_shape (self);
  /* What was there at first is nothing to go back to. */
  g_ptr_array_set_size (self->past, 0);
  show_points (self);
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

void
es_play_window_present (GtkWindow *parent)
{
  GtkWindow *window = g_object_new (ES_TYPE_PLAY_WINDOW, "transient-for", parent, NULL);

  gtk_window_present (window);
}
