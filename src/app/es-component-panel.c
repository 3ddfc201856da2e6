/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-component-panel.h"

#include "es-beside.h"
#include "es-components.h"
#include "es-edit-bench.h"
#include "es-edit-keep.h"
#include "es-factors.h"
#include "es-i18n.h"
#include "es-number-list.h"
#include "es-number.h"
#include "es-theme.h"
#include "es-tile.h"
#include "es-wheel.h"
#include "es-work.h"

#include <math.h>
#include <string.h>

#define TILE_SIZE 56

/* Rows that are there at first, and as many more each time that is asked for. A list
   makes 200 rows at once, which takes much longer than a frame. */
#define ROWS 24

/* A drawing is taken for done for now when it has not changed for this long. */
#define PAUSE_MILLISECONDS 500

struct _EsComponentPanel
{
  GtkBox parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  const EsReading *reading; /* that is shown, or NULL */
  EsModel *model;           /* that the factors are of, or NULL */
  EsSpectrum *spectrum;     /* the same */
  EsRunItem *owner;         /* the same */
  EsFactors *factors;
  EsEditBench *bench; /* NULL without images */
  GCancellable *scoring;
  char **names;             /* in the list of classes */
  guint c;                  /* class that is shown */
  EsNumberList *list;       /* its components, by falling magnitude of contribution */
  GtkSliceListModel *first; /* those of them that have rows */
  GHashTable *bound;        /* of GtkListItem: the rows there are */
  GHashTable *tiles;        /* of the class's eigenvectors, by component + 1 */
  guint pause_source;       /* until the rows follow a drawing, or 0 */
  gboolean updating;        /* the widgets are being set by us */

  GtkDropDown *classes;
  GtkLabel *sum;
  GtkLabel *score;
  GtkLabel *carried;
  GtkSpinButton *threshold;
  GtkListView *view;
  GtkButton *more;
};

/* On a run that is not shown: the edits that were left with it. */
#define EDITS "es-component-edits"

typedef struct
{
  EsModel *model;
  EsSpectrum *spectrum;
  EsFactors *factors;
} Edits;

enum {
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsComponentPanel, es_component_panel, GTK_TYPE_BOX)

/* Where component @k of the class that is shown is among all factors. */
static gsize
place (EsComponentPanel *self, guint k)
{
  return self->c * self->reading->spectrum->D + k;
}

/* Edits */

static void
update_actions (EsComponentPanel *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean changed =
      self->factors != NULL && es_factors_count_changed (self->factors) > 0;

  gtk_widget_action_set_enabled (widget, "components.undo",
                                 self->factors != NULL &&
                                     es_factors_can_undo (self->factors));
  gtk_widget_action_set_enabled (widget, "components.redo",
                                 self->factors != NULL &&
                                     es_factors_can_redo (self->factors));
  gtk_widget_action_set_enabled (widget, "components.reset", changed);
  gtk_widget_action_set_enabled (widget, "components.keep",
                                 changed && self->bench != NULL);
}

static void
scored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsComponentPanel *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree EsEditScore *score = es_edit_bench_score_finish (result, &error);
  g_autofree char *plain = NULL;
  g_autofree char *edited = NULL;
  g_autofree char *text = NULL;

  if (score != NULL) {
    plain = es_number_text (100 * score->plain.accuracy, 4, es_theme_get_point ());
    edited = es_number_text (100 * score->edited.accuracy, 4, es_theme_get_point ());
    text =
        self->factors != NULL && es_factors_count_changed (self->factors) > 0
            ? g_strdup_printf (_ ("Test accuracy %s %%, unedited %s %%"), edited, plain)
            : g_strdup_printf (_ ("Test accuracy %s %%"), plain);
    gtk_label_set_text (self->score, text);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
             !g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED)) {
    gtk_label_set_text (self->score, error->message);
  }
  g_object_unref (self);
}

static void
update_score (EsComponentPanel *self)
{
  es_work_drop (&self->scoring);
  if (self->bench == NULL) {
    gtk_label_set_text (self->score, "");
    return;
  }
  self->scoring = g_cancellable_new ();
  es_edit_bench_score_async (self->bench, es_factors_get (self->factors), self->scoring,
                             scored_cb, g_object_ref (self));
}

static void show_row (EsComponentPanel *self, GtkListItem *item);

/* Shows the factors as they are now. */
static void
edited (EsComponentPanel *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    show_row (self, item);
  gtk_widget_set_visible (GTK_WIDGET (self->carried), FALSE);
  update_actions (self);
  update_score (self);
  g_signal_emit (self, signals[EDITED], 0);
}

gboolean
es_component_panel_undo (EsComponentPanel *self)
{
  g_return_val_if_fail (ES_IS_COMPONENT_PANEL (self), FALSE);
  if (self->factors == NULL || !es_factors_undo (self->factors))
    return FALSE;
  edited (self);
  return TRUE;
}

gboolean
es_component_panel_redo (EsComponentPanel *self)
{
  g_return_val_if_fail (ES_IS_COMPONENT_PANEL (self), FALSE);
  if (self->factors == NULL || !es_factors_redo (self->factors))
    return FALSE;
  edited (self);
  return TRUE;
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_component_panel_undo (ES_COMPONENT_PANEL (widget));
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  es_component_panel_redo (ES_COMPONENT_PANEL (widget));
}

static void
reset (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsComponentPanel *self = ES_COMPONENT_PANEL (widget);
  gsize n = es_factors_get_n (self->factors);
  g_autofree float *ones = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    ones[i] = 1;
  es_factors_set_all (self->factors, ones);
  edited (self);
}

/* Switches off what is weaker than the threshold, in all classes. */
static void
threshold_cb (EsComponentPanel *self)
{
  g_autofree float *wanted = NULL;
  double threshold = gtk_spin_button_get_value (self->threshold);
  gsize n;

  if (self->reading == NULL)
    return;
  n = es_factors_get_n (self->factors);
  wanted = g_memdup2 (es_factors_get (self->factors), n * sizeof (float));
  for (gsize i = 0; i < n; i++)
    if (fabsf (self->reading->spectrum->eigenvalues[i]) < threshold)
      wanted[i] = 0;
  es_factors_set_all (self->factors, wanted);
  edited (self);
}

static void
keep (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsComponentPanel *self = ES_COMPONENT_PANEL (widget);

  es_edit_keep (widget, self->workspace, self->run, self->bench,
                es_factors_get (self->factors));
}

const float *
es_component_panel_get_factors (EsComponentPanel *self, EsRunItem *run, EsSpectrum **of)
{
  Edits edits = {self->model, self->spectrum, self->factors};
  const Edits *left;

  g_return_val_if_fail (ES_IS_COMPONENT_PANEL (self), NULL);
  if (run != self->owner) {
    left = run != NULL ? g_object_get_data (G_OBJECT (run), EDITS) : NULL;
    edits = left != NULL ? *left : (Edits){NULL};
  }
  if (edits.factors == NULL || es_factors_count_changed (edits.factors) == 0)
    return NULL;
  if (of != NULL)
    *of = edits.spectrum;
  return es_factors_get (edits.factors);
}

/* A row: eigenvector, eigenvector times input, numbers, switch, factor. */

typedef struct
{
  GtkWidget *eigenvector, *overlap, *name, *numbers, *active, *factor;
} Row;

static Row *
get_row (GtkListItem *item)
{
  return g_object_get_data (G_OBJECT (item), "row");
}

static guint
get_component (GtkListItem *item)
{
  return es_number_item_get_number (gtk_list_item_get_item (item));
}

static void
set_factor (EsComponentPanel *self, GtkListItem *item, float factor)
{
  if (self->updating || self->reading == NULL || gtk_list_item_get_item (item) == NULL)
    return;
  es_factors_set (self->factors, place (self, get_component (item)), factor);
  edited (self);
}

static void
active_cb (GtkListItem *item)
{
  EsComponentPanel *self = g_object_get_data (G_OBJECT (item), "panel");

  set_factor (self, item,
              gtk_switch_get_active (GTK_SWITCH (get_row (item)->active)) ? 1 : 0);
}

static void
factor_cb (GtkListItem *item)
{
  EsComponentPanel *self = g_object_get_data (G_OBJECT (item), "panel");

  set_factor (
      self, item,
      (float)gtk_spin_button_get_value (GTK_SPIN_BUTTON (get_row (item)->factor)));
}

static GtkWidget *
append_picture (GtkWidget *box)
{
  GtkWidget *picture = gtk_picture_new ();

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), FALSE);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), picture);
  return picture;
}

static GtkWidget *
append_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

/* GTK leaves the keys of a switch to its window, which has other uses for Space. */
static void
add_switch_keys (GtkWidget *widget)
{
  static const guint keys[] = {GDK_KEY_space, GDK_KEY_Return, GDK_KEY_KP_Enter};
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], 0),
                          gtk_signal_action_new ("activate")));
  gtk_widget_add_controller (widget, controller);
}

static void
setup_cb (EsComponentPanel *self, GtkListItem *item)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *controls = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  row->eigenvector = append_picture (box);
  row->overlap = append_picture (box);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (lines), words);
  gtk_box_append (GTK_BOX (lines), controls);
  row->name = append_label (words, "heading");
  /* Its number is what matters. */
  gtk_label_set_ellipsize (GTK_LABEL (row->name), PANGO_ELLIPSIZE_MIDDLE);
  row->numbers = append_label (words, "dim-label");
  row->factor = gtk_spin_button_new_with_range (-10, 10, 0.25);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (row->factor), 2);
  gtk_editable_set_width_chars (GTK_EDITABLE (row->factor), 5);
  es_wheel_leave (row->factor);
  gtk_widget_set_valign (row->factor, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (controls), row->factor);
  row->active = gtk_switch_new ();
  add_switch_keys (row->active);
  gtk_widget_set_valign (row->active, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (controls), row->active);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, box);
  g_object_set_data_full (G_OBJECT (item), "row", row, g_free);
  g_object_set_data (G_OBJECT (item), "panel", self);
  g_signal_connect_swapped (row->active, "notify::active", G_CALLBACK (active_cb),
                            item);
  g_signal_connect_swapped (row->factor, "value-changed", G_CALLBACK (factor_cb), item);
}

/* What changes with the factor. */
static void
show_row (EsComponentPanel *self, GtkListItem *item)
{
  const Row *row = get_row (item);
  guint k = get_component (item);
  const EsReading *reading = self->reading;
  gsize at = place (self, k);
  float factor = es_factors_get (self->factors)[at];
  g_autofree char *contribution = es_number_signed (
      factor * reading->explanation->contributions[at], 4, es_theme_get_point ());
  g_autofree char *eigenvalue = es_number_signed (
      (double)reading->spectrum->eigenvalues[at], 3, es_theme_get_point ());
  g_autofree char *numbers =
      g_strdup_printf ("%s \xc2\xb7 \xce\xbb %s", contribution, eigenvalue);

  gtk_label_set_text (GTK_LABEL (row->numbers), numbers);
  self->updating = TRUE;
  gtk_switch_set_active (GTK_SWITCH (row->active), factor != 0);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (row->factor), (double)factor);
  self->updating = FALSE;
}

static GdkTexture *
make_tile (EsComponentPanel *self, const float *values)
{
  const EsSample *sample = self->reading->sample;
  EsColorScale scale;
  EsStyle style;

  es_theme_get_style (&style, GTK_WIDGET (self));
  scale = es_color_scale_fit (style.diverging, TRUE, values,
                              (gsize)sample->rows * sample->cols);
  return es_tile_new (values, sample->rows, sample->cols,
                      es_tile_side (sample->rows, sample->cols, TILE_SIZE), &scale);
}

/* They are the same for all images. */
static GdkTexture *
get_eigenvector_tile (EsComponentPanel *self, guint k, const float *picture)
{
  GdkTexture *tile = g_hash_table_lookup (self->tiles, GUINT_TO_POINTER (k + 1));

  if (tile == NULL) {
    tile = make_tile (self, picture);
    g_hash_table_insert (self->tiles, GUINT_TO_POINTER (k + 1), tile);
  }
  return tile;
}

static void
name_row (const Row *row, const char *name)
{
  g_autofree char *active = g_strdup_printf (_ ("%s on"), name);
  g_autofree char *factor = g_strdup_printf (_ ("Factor of %s"), name);
  g_autofree char *overlap = g_strdup_printf (_ ("%s times input"), name);

  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_picture_set_alternative_text (GTK_PICTURE (row->eigenvector), name);
  gtk_picture_set_alternative_text (GTK_PICTURE (row->overlap), overlap);
  gtk_widget_set_tooltip_text (row->eigenvector, _ ("Eigenvector"));
  gtk_widget_set_tooltip_text (row->overlap, _ ("Eigenvector Times Input"));
  gtk_widget_set_tooltip_text (row->factor,
                               _ ("Factor of the component: 0 is off, −1 flips it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->active),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, active, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->factor),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, factor, -1);
}

static void
bind_cb (EsComponentPanel *self, GtkListItem *item)
{
  const Row *row = get_row (item);
  guint k = get_component (item);
  const EsSpectrum *spectrum = self->reading->spectrum;
  const float *picture = es_spectrum_get_picture (spectrum, self->c, k);
  const float *x = self->reading->sample->pixels;
  g_autofree float *overlap = g_new (float, spectrum->P);
  g_autoptr (GdkTexture) tile = NULL;
  int component = (int)es_component_from_index (
      k, es_spectrum_get_eigenvalues (spectrum, self->c), spectrum->D);
  g_autofree char *name =
      g_strdup_printf (_ ("Component %s%d"), component < 0 ? "\xe2\x88\x92" : "",
                       component < 0 ? -component : component);

  for (gsize p = 0; p < spectrum->P; p++)
    overlap[p] = picture[p] * x[p];
  tile = make_tile (self, overlap);
  gtk_picture_set_paintable (GTK_PICTURE (row->eigenvector),
                             GDK_PAINTABLE (get_eigenvector_tile (self, k, picture)));
  gtk_picture_set_paintable (GTK_PICTURE (row->overlap), GDK_PAINTABLE (tile));
  name_row (row, name);
  show_row (self, item);
  g_hash_table_add (self->bound, item);
}

static void
unbind_cb (EsComponentPanel *self, GtkListItem *item)
{
  g_hash_table_remove (self->bound, item);
}

/* The class */

static int
compare_magnitudes (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *values = data;
  double x = fabs (values[*(const guint32 *)a]), y = fabs (values[*(const guint32 *)b]);

  return (x < y) - (x > y);
}

static void
update_more (EsComponentPanel *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  guint n_rows = gtk_slice_list_model_get_size (self->first);
  g_autofree char *text = g_strdup_printf (_ ("Show _More: %u of %u Shown"), n_rows, n);

  gtk_button_set_label (self->more, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more), n > n_rows);
}

static void
more_cb (EsComponentPanel *self)
{
  gtk_slice_list_model_set_size (self->first,
                                 gtk_slice_list_model_get_size (self->first) + ROWS);
  update_more (self);
}

static void
fill_list (EsComponentPanel *self)
{
  const EsExplanation *explanation = self->reading->explanation;
  guint32 *order = g_new (guint32, explanation->D);

  for (gsize k = 0; k < explanation->D; k++)
    order[k] = (guint32)k;
  g_qsort_with_data (order, (int)explanation->D, sizeof *order, compare_magnitudes,
                     explanation->contributions + self->c * explanation->D);
  es_number_list_set_numbers (self->list, order, explanation->D);
  update_more (self);
}

/* That the contributions add up. */
static void
show_sum (EsComponentPanel *self)
{
  const EsReading *reading = self->reading;
  const EsExplanation *explanation =
      reading->edited != NULL ? reading->edited : reading->explanation;
  const char *point = es_theme_get_point ();
  double sum = 0, direct = explanation->direct[self->c];
  g_autofree char *parts = NULL;
  g_autofree char *straight = es_number_signed (direct, 4, point);
  g_autofree char *logit = NULL;
  g_autofree char *difference = NULL;
  g_autofree char *text = NULL;

  for (gsize k = 0; k < explanation->D; k++)
    sum += explanation->contributions[self->c * explanation->D + k];
  parts = es_number_signed (sum, 4, point);
  logit = es_number_signed (sum + direct, 4, point);
  difference =
      es_number_text (fabs (sum + direct - explanation->values[self->c]), 2, point);
  text = es_model_get_config (reading->model)->residual
             ? g_strdup_printf (_ ("Sum of the contributions %s, direct path %s: logit "
                                   "%s. The network's own differs by %s."),
                                parts, straight, logit, difference)
             : g_strdup_printf (_ ("Sum of the contributions: logit %s. The network's "
                                   "own differs by %s."),
                                logit, difference);
  gtk_label_set_text (self->sum, text);
}

static guint
choose_class (EsComponentPanel *self)
{
  const EsExplanation *explanation = self->reading->explanation;
  int c = es_workspace_get_class (self->workspace);
  guint best = 0;

  if (c >= 0 && (gsize)c < explanation->n)
    return (guint)c;
  for (guint i = 1; i < explanation->n; i++)
    if (explanation->values[i] > explanation->values[best])
      best = i;
  return best;
}

static void
forget_rows (EsComponentPanel *self)
{
  es_number_list_set_numbers (self->list, NULL, 0);
  gtk_slice_list_model_set_size (self->first, ROWS);
  update_more (self);
  g_hash_table_remove_all (self->tiles);
}

static void
show_class (EsComponentPanel *self)
{
  guint c;

  if (self->reading == NULL)
    return;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  c = choose_class (self);
  if (c != self->c)
    forget_rows (self);
  self->c = c;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->classes, self->c);
  self->updating = FALSE;
  fill_list (self);
  show_sum (self);
}

/* Tiles have the colours of the theme. */
static void
theme_cb (EsComponentPanel *self)
{
  forget_rows (self);
  show_class (self);
}

static gboolean
pause_cb (gpointer data)
{
  EsComponentPanel *self = data;
  EsDrawing *drawing = es_workspace_get_drawing (self->workspace);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) ||
      (drawing != NULL && es_drawing_has_stroke (drawing)))
    return G_SOURCE_CONTINUE;
  self->pause_source = 0;
  show_class (self);
  return G_SOURCE_REMOVE;
}

/* Rows take much longer than a frame: they wait for a pause in the drawing. */
static void
follow_drawing (EsComponentPanel *self)
{
  show_sum (self);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->pause_source = g_timeout_add (PAUSE_MILLISECONDS, pause_cb, self);
}

static void
class_cb (EsComponentPanel *self)
{
  guint c = gtk_drop_down_get_selected (self->classes);

  if (!self->updating && self->workspace != NULL && c != GTK_INVALID_LIST_POSITION)
    es_workspace_set_class (self->workspace, (int)c);
}

/* The reading */

static void
show_names (EsComponentPanel *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  g_autoptr (EsRun) run = es_run_new ("", self->reading->model);

  run->class_names = g_strdupv (es_run_item_get_class_names (self->run));
  for (guint c = 0; c < self->reading->spectrum->n; c++)
    gtk_string_list_take (model, es_run_dup_class_name (run, c));
  self->updating = TRUE;
  gtk_drop_down_set_model (self->classes, G_LIST_MODEL (model));
  self->updating = FALSE;
}

static void
edits_free (gpointer data)
{
  Edits *edits = data;

  es_model_unref (edits->model);
  es_spectrum_unref (edits->spectrum);
  es_factors_free (edits->factors);
  g_free (edits);
}

/* Leaves the edits with the run that was shown, and takes those of the one that is. */
static void
change_owner (EsComponentPanel *self)
{
  Edits *edits = g_new (Edits, 1);

  *edits = (Edits){g_steal_pointer (&self->model), g_steal_pointer (&self->spectrum),
                   g_steal_pointer (&self->factors)};
  if (self->owner != NULL &&
      (es_factors_can_undo (edits->factors) || es_factors_can_redo (edits->factors)))
    g_object_set_data_full (G_OBJECT (self->owner), EDITS, edits, edits_free);
  else if (self->owner != NULL)
    edits_free (edits);
  else
    g_free (edits);
  g_set_object (&self->owner, self->run);
  edits = g_object_steal_data (G_OBJECT (self->run), EDITS);
  if (edits == NULL)
    return;
  self->model = edits->model;
  self->spectrum = edits->spectrum;
  self->factors = edits->factors;
  g_free (edits);
}

/* The factors on other weights: by rank, where they are of the same run. */
static EsFactors *
carry_factors (EsComponentPanel *self)
{
  const EsSpectrum *spectrum = self->reading->spectrum;
  EsSpectrum *from = NULL;
  const float *old = es_component_panel_get_factors (self, self->run, &from);
  EsFactors *factors = es_factors_new (spectrum->n * spectrum->D);
  g_autofree float *carried = NULL;

  if (old == NULL)
    return factors;
  carried = g_new (float, spectrum->n * spectrum->D);
  if (es_component_edit_carry (carried, spectrum, old, from))
    es_factors_set_all (factors, carried);
  return factors;
}

/* Other weights. */
static void
take_weights (EsComponentPanel *self)
{
  const EsReading *reading = self->reading;
  EsFactors *factors = carry_factors (self);

  g_clear_pointer (&self->model, es_model_unref);
  self->model = es_model_ref (reading->model);
  es_spectrum_unref (self->spectrum);
  self->spectrum = es_spectrum_ref (reading->spectrum);
  es_factors_free (self->factors);
  self->factors = factors;
  gtk_widget_set_visible (GTK_WIDGET (self->carried),
                          es_factors_count_changed (factors) > 0);
}

/* Other weights or another run. */
static void
take_model (EsComponentPanel *self)
{
  const EsReading *reading = self->reading;
  EsDataset *dataset = es_run_item_get_dataset (self->run);

  if (self->owner != self->run)
    change_owner (self);
  gtk_widget_set_visible (GTK_WIDGET (self->carried), FALSE);
  if (self->model != reading->model)
    take_weights (self);
  g_clear_pointer (&self->bench, es_edit_bench_unref);
  if (dataset != NULL && es_evaluate_check (reading->model, dataset, NULL))
    self->bench = es_edit_bench_new (reading->model, reading->spectrum, dataset);
  show_names (self);
  update_score (self);
}

/* Whether the reading is one with the factors as they are. */
static gboolean
is_as_edited (EsComponentPanel *self)
{
  const float *factors = es_component_panel_get_factors (self, self->run, NULL);
  const float *read = self->reading->factors;

  if (factors == NULL || read == NULL)
    return factors == read;
  return memcmp (factors, read, es_factors_get_n (self->factors) * sizeof *factors) ==
         0;
}

void
es_component_panel_show (EsComponentPanel *self,
                         EsRunItem *run,
                         const EsReading *reading)
{
  const EsReading *before;
  gboolean same, same_rows, drawn, stale = FALSE;

  g_return_if_fail (ES_IS_COMPONENT_PANEL (self));
  before = self->reading;
  /* The rows are of what was shown before. */
  same_rows =
      before != NULL && reading != NULL && before->spectrum == reading->spectrum;
  same = same_rows && before->sample == reading->sample && self->pause_source == 0;
  drawn = same_rows && reading->sample->dataset == NULL &&
          g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0;
  if (!same_rows) {
    g_clear_handle_id (&self->pause_source, g_source_remove);
    forget_rows (self);
  }
  self->reading = reading;
  g_set_object (&self->run, run);
  if (reading == NULL)
    return;
  if (reading->model != self->model || run != self->owner) {
    take_model (self);
    stale = !is_as_edited (self);
  }
  if (same)
    show_sum (self);
  else if (drawn)
    follow_drawing (self);
  else
    show_class (self);
  update_actions (self);
  /* Edited while it was being made. */
  if (stale)
    g_signal_emit (self, signals[EDITED], 0);
}

void
es_component_panel_set_workspace (EsComponentPanel *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_COMPONENT_PANEL (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (show_class),
                           self, G_CONNECT_SWAPPED);
}

/* Life */

static void
es_component_panel_dispose (GObject *object)
{
  EsComponentPanel *self = ES_COMPONENT_PANEL (object);

  es_work_drop (&self->scoring);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  if (self->list != NULL)
    es_number_list_set_numbers (self->list, NULL, 0);
  g_clear_object (&self->first);
  g_clear_object (&self->list);
  g_clear_object (&self->workspace);
  g_clear_object (&self->run);
  g_clear_object (&self->owner);
  g_clear_pointer (&self->model, es_model_unref);
  g_clear_pointer (&self->spectrum, es_spectrum_unref);
  g_clear_pointer (&self->factors, es_factors_free);
  g_clear_pointer (&self->bench, es_edit_bench_unref);
  G_OBJECT_CLASS (es_component_panel_parent_class)->dispose (object);
}

static void
es_component_panel_finalize (GObject *object)
{
  g_hash_table_unref (ES_COMPONENT_PANEL (object)->bound);
  g_hash_table_unref (ES_COMPONENT_PANEL (object)->tiles);
  G_OBJECT_CLASS (es_component_panel_parent_class)->finalize (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsComponentPanel, name)

static void
es_component_panel_class_init (EsComponentPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_component_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_component_panel_finalize;
  signals[EDITED] = g_signal_new ("edited", ES_TYPE_COMPONENT_PANEL, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "components.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "components.redo", NULL, redo);
  gtk_widget_class_install_action (widget_class, "components.reset", NULL, reset);
  gtk_widget_class_install_action (widget_class, "components.keep", NULL, keep);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0, GDK_CONTROL_MASK,
                                       "components.reset", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, GDK_CONTROL_MASK,
                                       "components.keep", NULL);
  g_type_ensure (ES_TYPE_BESIDE);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-component-panel.ui");
  BIND (classes);
  BIND (sum);
  BIND (score);
  BIND (carried);
  BIND (threshold);
  BIND (view);
  BIND (more);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_cb);
  gtk_widget_class_bind_template_callback (widget_class, threshold_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
es_component_panel_init (EsComponentPanel *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  self->bound = g_hash_table_new (NULL, NULL);
  self->tiles = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->list = es_number_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  es_wheel_leave (GTK_WIDGET (self->threshold));
  self->first =
      gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->list)), 0, ROWS);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->first)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (es_theme_get_default (), "changed", G_CALLBACK (theme_cb),
                           self, G_CONNECT_SWAPPED);
  update_actions (self);
}
