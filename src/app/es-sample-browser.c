/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-sample-browser.h"

#include "es-datasets.h"
#include "es-drawing-pad.h"
#include "es-i18n.h"
#include "es-number-list.h"
#include "es-sample-search.h"
#include "es-theme.h"
#include "es-tile.h"
#include "es-work.h"

#include <adwaita.h>
#include <math.h>

/* How large a picture is, about, and how many are kept. */
#define TILE_SIZE 56
#define MAX_TILES 4096

/* In the order of the lists. */
enum {
  OUTCOME_ALL,
  OUTCOME_RIGHT,
  OUTCOME_WRONG,
};

static const double margins[] = {INFINITY, 0.5, 1, 2, 4};

struct _EsSampleBrowser
{
  GtkBox parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsNumberList *list;
  EsSampleIndex *index; /* of what is shown, or NULL */
  EsDataset *dataset;   /* that is shown, or NULL */
  EsSplit split;        /* that is shown */
  char **names;         /* of the classes in the lists */
  GHashTable *tiles;    /* number -> GdkTexture */
  GCancellable *searching;
  GCancellable *loading;
  gboolean stale;    /* what is shown is not what is asked for */
  gboolean updating; /* the widgets are being set by us */

  GtkSpinButton *number;
  GtkDropDown *splits;
  GtkDropDown *label;
  GtkDropDown *read;
  GtkDropDown *outcome;
  GtkDropDown *margin;
  GtkDropDown *order;
  GtkToggleButton *descending;
  GtkLabel *count;
  GtkStack *stack;
  GtkGridView *grid;
  GtkSingleSelection *selection;
  GtkToggleButton *show_drawing;
  EsDrawingPad *pad;
};

G_DEFINE_FINAL_TYPE (EsSampleBrowser, es_sample_browser, GTK_TYPE_BOX)

/* One image of the grid */

/* The name of a class, as far as there is room. */
static GtkWidget *
new_name (void)
{
  GtkWidget *name = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 12);
  return name;
}

/* What it is and, if that is something else, what it is read as: each has its part. */
static void
set_caption (GtkWidget *caption, const char *is, const char *read)
{
  GtkWidget *first = gtk_widget_get_first_child (caption);
  GtkWidget *arrow = gtk_widget_get_next_sibling (first);
  GtkWidget *second = gtk_widget_get_next_sibling (arrow);

  gtk_label_set_text (GTK_LABEL (first), is);
  gtk_label_set_text (GTK_LABEL (second), read != NULL ? read : "");
  gtk_widget_set_visible (arrow, read != NULL);
  gtk_widget_set_visible (second, read != NULL);
  if (read != NULL)
    gtk_widget_add_css_class (caption, "error");
  else
    gtk_widget_remove_css_class (caption, "error");
}

static void
setup_cb (EsSampleBrowser *self, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *caption = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), FALSE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "numeric");
  gtk_widget_set_halign (caption, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (caption), new_name ());
  gtk_box_append (GTK_BOX (caption), gtk_label_new ("\xe2\x86\x92"));
  gtk_box_append (GTK_BOX (caption), new_name ());
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_list_item_set_child (item, box);
}

static GdkTexture *
make_tile (EsSampleBrowser *self, guint number)
{
  g_autoptr (EsSample) sample = es_sample_new (self->dataset, self->split, number);
  EsColorScale scale = {NULL, 0, 1};
  EsStyle style;

  es_theme_get_style (&style, GTK_WIDGET (self));
  scale.map = style.ink;
  return es_tile_new (sample->pixels, sample->rows, sample->cols,
                      es_tile_side (sample->rows, sample->cols, TILE_SIZE), &scale);
}

static GdkTexture *
get_tile (EsSampleBrowser *self, guint number)
{
  GdkTexture *tile = g_hash_table_lookup (self->tiles, GUINT_TO_POINTER (number));

  if (tile != NULL)
    return tile;
  if (g_hash_table_size (self->tiles) >= MAX_TILES)
    g_hash_table_remove_all (self->tiles);
  tile = make_tile (self, number);
  g_hash_table_insert (self->tiles, GUINT_TO_POINTER (number), tile);
  return tile;
}

static const char *
class_name (EsSampleBrowser *self, guint c)
{
  return c < self->dataset->n_classes ? self->dataset->class_names[c] : "?";
}

static void
bind_cb (EsSampleBrowser *self, GtkListItem *item)
{
  guint number = es_number_item_get_number (gtk_list_item_get_item (item));
  GtkWidget *picture = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *caption = gtk_widget_get_next_sibling (picture);
  const EsImageIndex *index = self->index != NULL ? self->index->index : NULL;
  guint label = es_dataset_get_split (self->dataset, self->split)->labels[number];
  guint read = index != NULL ? index->read[number] : label;
  const char *is = class_name (self, label);
  const char *other = read != label ? class_name (self, read) : NULL;
  g_autofree char *spoken =
      other == NULL
          ? g_strdup_printf (_ ("Image %u: %s"), number, is)
          : g_strdup_printf (_ ("Image %u: %s, read as %s"), number, is, other);

  set_caption (caption, is, other);
  gtk_picture_set_paintable (GTK_PICTURE (picture),
                             GDK_PAINTABLE (get_tile (self, number)));
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), spoken);
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (item), spoken);
}

/* The choice */

static void
show_sample (EsSampleBrowser *self)
{
  const EsSample *sample = es_workspace_get_sample (self->workspace);
  guint position = GTK_INVALID_LIST_POSITION;

  if (sample != NULL && self->dataset != NULL &&
      es_sample_is (sample, self->dataset, self->split, sample->index))
    position = es_number_list_find (self->list, (guint)sample->index);
  self->updating = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  if (sample != NULL && sample->dataset != NULL)
    gtk_spin_button_set_value (self->number, (double)sample->index);
  self->updating = FALSE;
  if (sample != NULL && sample->dataset == NULL)
    gtk_toggle_button_set_active (self->show_drawing, TRUE);
}

static void
drawing_cb (EsSampleBrowser *self)
{
  if (self->workspace != NULL && gtk_toggle_button_get_active (self->show_drawing))
    es_workspace_show_drawing (self->workspace);
}

/* The flap that the browser is in, or NULL. */
static AdwFlap *
get_flap (EsSampleBrowser *self)
{
  GtkWidget *flap = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_FLAP);

  return flap != NULL ? ADW_FLAP (flap) : NULL;
}

static gboolean
draw_cb (GtkWidget *flap, GdkFrameClock *clock, gpointer data)
{
  EsSampleBrowser *self = data;

  if (gtk_widget_get_width (flap) == 0)
    return G_SOURCE_CONTINUE;
  adw_flap_set_reveal_flap (ADW_FLAP (flap), TRUE);
  gtk_toggle_button_set_active (self->show_drawing, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->pad));
  return G_SOURCE_REMOVE;
}

/* A flap that was never laid out folds when it is, and libadwaita 1.2 reckons with a
   place that is not a number if it is told to move before. */
void
es_sample_browser_draw (EsSampleBrowser *self)
{
  AdwFlap *flap;

  g_return_if_fail (ES_IS_SAMPLE_BROWSER (self));
  flap = get_flap (self);
  if (flap != NULL && draw_cb (GTK_WIDGET (flap), NULL, self))
    gtk_widget_add_tick_callback (GTK_WIDGET (flap), draw_cb, g_object_ref (self),
                                  g_object_unref);
}

static void
choose (EsSampleBrowser *self, guint number)
{
  g_autoptr (EsSample) sample = NULL;

  if (number >= es_dataset_get_split (self->dataset, self->split)->N)
    return;
  sample = es_sample_new (self->dataset, self->split, number);
  es_workspace_set_sample (self->workspace, sample);
}

static void
selected_cb (EsSampleBrowser *self)
{
  EsNumberItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (!self->updating && item != NULL && self->dataset != NULL)
    choose (self, es_number_item_get_number (item));
}

static void
number_cb (EsSampleBrowser *self)
{
  if (!self->updating && self->dataset != NULL)
    choose (self, (guint)gtk_spin_button_get_value_as_int (self->number));
}

/* Searching */

static void
show_found (EsSampleBrowser *self, EsSampleFound *found)
{
  g_autofree char *text = NULL;

  if (self->dataset != found->index->dataset || self->split != found->index->split)
    g_hash_table_remove_all (self->tiles);
  self->updating = TRUE;
  es_number_list_set_numbers (self->list, NULL, 0);
  es_dataset_unref (self->dataset);
  self->dataset = es_dataset_ref (found->index->dataset);
  self->split = found->index->split;
  es_sample_index_unref (self->index);
  self->index = g_steal_pointer (&found->index);
  gtk_spin_button_set_range (
      self->number, 0,
      (double)es_dataset_get_split (self->dataset, self->split)->N - 1);
  es_number_list_set_numbers (self->list, g_steal_pointer (&found->numbers), found->n);
  self->updating = FALSE;
  text = g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN, "%u image", "%u images", (gulong)found->n),
      (guint)found->n);
  gtk_label_set_text (self->count, text);
  gtk_stack_set_visible_child_name (self->stack, found->n > 0 ? "images" : "none");
  show_sample (self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsSampleBrowser *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsSampleFound) found = es_sample_search_finish (result, &error);

  if (found != NULL) {
    show_found (self, found);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
             !g_error_matches (error, ES_ERROR, ES_ERROR_CANCELLED)) {
    gtk_label_set_text (self->count, error->message);
    es_number_list_set_numbers (self->list, NULL, 0);
  }
  g_object_unref (self);
}

/* The class that @list says, -1 for its first line. */
static gint
chosen_class (GtkDropDown *list)
{
  guint selected = gtk_drop_down_get_selected (list);

  return selected == GTK_INVALID_LIST_POSITION ? -1 : (gint)selected - 1;
}

static void
fill_query (EsSampleBrowser *self, EsSampleQuery *query)
{
  double margin = margins[MIN (gtk_drop_down_get_selected (self->margin),
                               G_N_ELEMENTS (margins) - 1)];
  guint outcome = gtk_drop_down_get_selected (self->outcome);

  es_image_query_init (&query->images);
  query->images.label = chosen_class (self->label);
  query->images.read = chosen_class (self->read);
  query->images.outcome = outcome == OUTCOME_RIGHT   ? ES_IMAGES_RIGHT
                          : outcome == OUTCOME_WRONG ? ES_IMAGES_WRONG
                                                     : ES_IMAGES_ALL;
  query->images.least_margin = -margin;
  query->images.most_margin = margin;
  query->images.order = (EsImageOrder)gtk_drop_down_get_selected (self->order);
  query->images.sort_class = (guint)MAX (es_workspace_get_class (self->workspace), 0);
  query->images.descending = gtk_toggle_button_get_active (self->descending);
  query->split =
      gtk_drop_down_get_selected (self->splits) == 1 ? ES_SPLIT_TRAIN : ES_SPLIT_TEST;
  query->direction = (char *)es_workspace_get_direction (self->workspace);
  query->component = es_workspace_get_component (self->workspace);
  query->class_names = es_run_item_get_class_names (self->run);
  query->index = self->index;
}

static void
update (EsSampleBrowser *self)
{
  EsSampleQuery query = {0};

  self->stale = TRUE;
  if (self->updating || self->workspace == NULL || self->run == NULL ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  query.dataset = es_run_item_get_dataset (self->run);
  es_work_drop (&self->searching);
  if (query.dataset == NULL)
    return;
  self->stale = FALSE;
  query.model = es_workspace_get_model (self->workspace);
  fill_query (self, &query);
  self->searching = g_cancellable_new ();
  es_sample_search_async (&query, self->searching, found_cb, g_object_ref (self));
}

/* For what counts only in some orders. */
static void
direction_cb (EsSampleBrowser *self)
{
  EsImageOrder order = (EsImageOrder)gtk_drop_down_get_selected (self->order);

  if (order == ES_IMAGES_BY_VALUES || order == ES_IMAGES_BY_LOGIT)
    update (self);
}

static void
component_cb (EsSampleBrowser *self)
{
  if (gtk_drop_down_get_selected (self->order) == ES_IMAGES_BY_VALUES)
    update (self);
}

/* The run */

/* @first, then the classes. */
static void
fill_classes (GtkDropDown *list, const char *first, char **names, gboolean read)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);

  gtk_string_list_append (model, first);
  for (guint c = 0; names != NULL && names[c] != NULL; c++)
    gtk_string_list_take (model, read ? g_strdup_printf (_ ("Read as %s"), names[c])
                                      : g_strdup_printf (_ ("Class %s"), names[c]));
  gtk_drop_down_set_model (list, G_LIST_MODEL (model));
}

static void
show_names (EsSampleBrowser *self)
{
  char **names = es_run_item_get_class_names (self->run);

  if (names == NULL ||
      (self->names != NULL &&
       g_strv_equal ((const char *const *)names, (const char *const *)self->names)))
    return;
  g_strfreev (self->names);
  self->names = g_strdupv (names);
  self->updating = TRUE;
  fill_classes (self->label, _ ("Any Class"), names, FALSE);
  fill_classes (self->read, _ ("Read as Any"), names, TRUE);
  self->updating = FALSE;
}

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsSampleBrowser *self = data;
  g_autoptr (GError) error = NULL;
  gboolean brought = es_datasets_bring_finish (result, &error);

  if (brought && ES_RUN_ITEM (source) == self->run) {
    show_names (self);
    update (self);
  } else if (!brought && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    gtk_label_set_text (self->count, error->message);
  }
  g_object_unref (self);
}

static void
load (EsSampleBrowser *self)
{
  es_work_drop (&self->loading);
  if (self->run == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->loading = g_cancellable_new ();
  es_datasets_bring_async (self->run, self->loading, dataset_cb, g_object_ref (self));
}

static void
snapshot_cb (EsSampleBrowser *self)
{
  self->stale = TRUE;
  if (!es_run_item_is_active (self->run))
    load (self);
}

static void
run_cb (EsSampleBrowser *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, es_workspace_get_run (self->workspace));
  self->stale = TRUE;
  if (self->run == NULL)
    return;
  g_signal_connect_object (self->run, "snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "notify::state", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
  load (self);
}

void
es_sample_browser_set_workspace (EsSampleBrowser *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_SAMPLE_BROWSER (self));
  g_set_object (&self->workspace, workspace);
  es_drawing_pad_set_workspace (self->pad, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (direction_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::component", G_CALLBACK (component_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::sample", G_CALLBACK (show_sample), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}

/* Life */

static void
theme_cb (EsSampleBrowser *self)
{
  g_hash_table_remove_all (self->tiles);
  if (self->index != NULL)
    update (self);
}

static void
es_sample_browser_map (GtkWidget *widget)
{
  EsSampleBrowser *self = ES_SAMPLE_BROWSER (widget);

  GTK_WIDGET_CLASS (es_sample_browser_parent_class)->map (widget);
  if (self->stale)
    load (self);
}

static void
es_sample_browser_dispose (GObject *object)
{
  EsSampleBrowser *self = ES_SAMPLE_BROWSER (object);

  es_work_drop (&self->searching);
  es_work_drop (&self->loading);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->index, es_sample_index_unref);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->tiles, g_hash_table_unref);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (es_sample_browser_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsSampleBrowser, name)

static void
es_sample_browser_class_init (EsSampleBrowserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_sample_browser_dispose;
  widget_class->map = es_sample_browser_map;
  g_type_ensure (ES_TYPE_DRAWING_PAD);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-sample-browser.ui");
  BIND (number);
  BIND (splits);
  BIND (label);
  BIND (read);
  BIND (outcome);
  BIND (margin);
  BIND (order);
  BIND (descending);
  BIND (count);
  BIND (stack);
  BIND (grid);
  BIND (selection);
  BIND (show_drawing);
  BIND (pad);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, drawing_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
}

static void
es_sample_browser_init (EsSampleBrowser *self)
{
  self->tiles = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->list = es_number_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->list));
  fill_classes (self->label, _ ("Any Class"), NULL, FALSE);
  fill_classes (self->read, _ ("Read as Any"), NULL, TRUE);
  g_signal_connect_object (es_theme_get_default (), "changed", G_CALLBACK (theme_cb),
                           self, G_CONNECT_SWAPPED);
}
