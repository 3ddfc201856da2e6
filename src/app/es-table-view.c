/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-table-view.h"

#include "es-i18n.h"
#include "es-number-list.h"
#include "es-shrink.h"
#include "es-theme.h"

#include <math.h>

struct _EsTableView
{
  AdwBin parent_instance;

  EsPlotTable *table; /* nullable */
  EsNumberList *rows; /* 0, 1, ... */
  gboolean updating;  /* the widgets are being set by us */

  GtkWidget *scrolled;
  GtkDropDown *order;
  GtkToggleButton *descending;
  GtkColumnView *view;
};

G_DEFINE_FINAL_TYPE (EsTableView, es_table_view, ADW_TYPE_BIN)

/* A column: which one, of which view; both outlive what they are given to. */
typedef struct
{
  EsTableView *view;
  guint column;
} Place;

/* Order */

static int
compare_numbers (double a, double b)
{
  /* What is missing comes last. */
  if (isnan (a) || isnan (b))
    return isnan (a) - isnan (b);
  return (a > b) - (a < b);
}

static int
compare_texts (const char *a, const char *b)
{
  g_autofree char *x = g_utf8_collate_key_for_filename (a != NULL ? a : "", -1);
  g_autofree char *y = g_utf8_collate_key_for_filename (b != NULL ? b : "", -1);

  return g_strcmp0 (x, y);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const Place *place = data;
  const EsPlotTable *table = place->view->table;
  guint x = es_number_item_get_number ((EsNumberItem *)a);
  guint y = es_number_item_get_number ((EsNumberItem *)b);
  const EsPlotColumn *column = &table->columns[place->column];

  return column->numbers != NULL
             ? compare_numbers (column->numbers[x], column->numbers[y])
             : compare_texts (column->strings[x], column->strings[y]);
}

/* By the list and the button. */
static void
order_cb (EsTableView *self)
{
  guint chosen = gtk_drop_down_get_selected (self->order);
  GListModel *columns = gtk_column_view_get_columns (self->view);
  g_autoptr (GtkColumnViewColumn) column = NULL;

  if (self->updating)
    return;
  if (chosen > 0 && chosen != GTK_INVALID_LIST_POSITION)
    column = g_list_model_get_item (columns, chosen - 1);
  self->updating = TRUE;
  gtk_column_view_sort_by_column (self->view, column,
                                  gtk_toggle_button_get_active (self->descending)
                                      ? GTK_SORT_DESCENDING
                                      : GTK_SORT_ASCENDING);
  self->updating = FALSE;
}

/* By the head of a column; which, only the view knows. */
static void
sorted_cb (EsTableView *self)
{
  if (self->updating)
    return;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->order, GTK_INVALID_LIST_POSITION);
  self->updating = FALSE;
}

/* Cells */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, Place *place)
{
  GtkWidget *label = gtk_label_new (NULL);
  gboolean number = place->view->table->columns[place->column].numbers != NULL;

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, Place *place)
{
  guint row = es_number_item_get_number (gtk_list_item_get_item (item));
  g_autofree char *text = es_plot_table_dup_cell (place->view->table, row,
                                                  place->column, es_theme_get_point ());

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
free_place (gpointer place, GClosure *closure)
{
  g_free (place);
}

static void
add_column (EsTableView *self, guint c)
{
  const EsPlotColumn *column = &self->table->columns[c];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  const Place place = {self, c};
  g_autoptr (GtkColumnViewColumn) shown = NULL;
  g_autoptr (GtkSorter) sorter = NULL;

  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb),
                         g_memdup2 (&place, sizeof place), free_place, 0);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cb),
                         g_memdup2 (&place, sizeof place), free_place, 0);
  sorter = GTK_SORTER (
      gtk_custom_sorter_new (compare_rows, g_memdup2 (&place, sizeof place), g_free));
  shown = gtk_column_view_column_new (column->title, factory);
  gtk_column_view_column_set_sorter (shown, sorter);
  gtk_column_view_column_set_resizable (shown, TRUE);
  gtk_column_view_column_set_expand (shown, TRUE);
  gtk_column_view_append_column (self->view, shown);
}

/* The table */

static gboolean
same_columns (const EsPlotTable *a, const EsPlotTable *b)
{
  if (a == NULL || a->n_columns != b->n_columns)
    return FALSE;
  for (guint c = 0; c < a->n_columns; c++)
    if (g_strcmp0 (a->columns[c].title, b->columns[c].title) != 0 ||
        (a->columns[c].numbers == NULL) != (b->columns[c].numbers == NULL))
      return FALSE;
  return TRUE;
}

static void
replace_columns (EsTableView *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);
  g_autoptr (GtkStringList) orders = gtk_string_list_new (NULL);
  guint n = g_list_model_get_n_items (columns);

  self->updating = TRUE;
  for (guint i = n; i-- > 0;) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

    gtk_column_view_remove_column (self->view, column);
  }
  gtk_string_list_append (orders, _ ("As It Comes"));
  for (guint c = 0; c < self->table->n_columns; c++) {
    add_column (self, c);
    gtk_string_list_append (orders, self->table->columns[c].title);
  }
  gtk_drop_down_set_model (self->order, G_LIST_MODEL (orders));
  self->updating = FALSE;
}

void
es_table_view_set_table (EsTableView *self, EsPlotTable *table)
{
  EsPlotTable *before;
  guint32 *numbers;

  g_return_if_fail (ES_IS_TABLE_VIEW (self));
  /* No row may be looked at that the next table lacks. */
  es_number_list_set_numbers (self->rows, NULL, 0);
  before = self->table;
  self->table = table;
  if (!same_columns (before, table))
    replace_columns (self);
  es_plot_table_free (before);
  numbers = g_new (guint32, MAX (table->n_rows, 1));
  for (gsize row = 0; row < table->n_rows; row++)
    numbers[row] = (guint32)row;
  es_number_list_set_numbers (self->rows, numbers, table->n_rows);
}

void
es_table_view_set_whole (EsTableView *self, gboolean whole)
{
  g_return_if_fail (ES_IS_TABLE_VIEW (self));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled),
                                  GTK_POLICY_AUTOMATIC,
                                  whole ? GTK_POLICY_NEVER : GTK_POLICY_AUTOMATIC);
}

void
es_table_view_set_label (EsTableView *self, const char *label)
{
  g_return_if_fail (ES_IS_TABLE_VIEW (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Life */

static void
es_table_view_dispose (GObject *object)
{
  EsTableView *self = ES_TABLE_VIEW (object);

  /* Columns that go are told of by their sorter. */
  self->updating = TRUE;
  if (self->rows != NULL)
    es_number_list_set_numbers (self->rows, NULL, 0);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (es_table_view_parent_class)->dispose (object);
}

static void
es_table_view_finalize (GObject *object)
{
  es_plot_table_free (ES_TABLE_VIEW (object)->table);
  G_OBJECT_CLASS (es_table_view_parent_class)->finalize (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsTableView, name)

static void
es_table_view_class_init (EsTableViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_table_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_table_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-table-view.ui");
  BIND (scrolled);
  BIND (order);
  BIND (descending);
  BIND (view);
  gtk_widget_class_bind_template_callback (widget_class, order_cb);
}

static void
es_table_view_init (EsTableView *self)
{
  GtkSortListModel *sorted;

  self->rows = es_number_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  es_shrink (GTK_WIDGET (self));
  sorted =
      gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)),
                               g_object_ref (gtk_column_view_get_sorter (self->view)));
  gtk_sort_list_model_set_incremental (sorted, TRUE);
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed",
                           G_CALLBACK (sorted_cb), self, G_CONNECT_SWAPPED);
  {
    g_autoptr (GtkSingleSelection) selection =
        gtk_single_selection_new (G_LIST_MODEL (sorted));

    gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  }
}

GtkWidget *
es_table_view_new (void)
{
  return g_object_new (ES_TYPE_TABLE_VIEW, NULL);
}
