/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-columns.h"

#define N_COLUMNS 2

struct _EsColumns
{
  GtkWidget parent_instance;
  int spacing;
  gboolean homogeneous;
  int widths[N_COLUMNS]; /* given for the columns, 0: what their children want */
};

enum {
  PROP_SPACING = 1,
  PROP_HOMOGENEOUS,
  PROP_FIRST_WIDTH,
  PROP_SECOND_WIDTH,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (EsColumns, es_columns, GTK_TYPE_WIDGET)

/* The columns at one width: a single one has no second width. */
typedef struct
{
  int n, width[N_COLUMNS];
} Grid;

/* The first child at @child or after it that takes part, or NULL. */
static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
get_first (GtkWidget *widget)
{
  return skip_hidden (gtk_widget_get_first_child (widget));
}

static GtkWidget *
get_next (GtkWidget *child)
{
  return skip_hidden (gtk_widget_get_next_sibling (child));
}

/* The least width of any child, and the wanted width of each column. */
static int
measure_widths (EsColumns *self, int wanted[N_COLUMNS])
{
  guint at = 0;
  int least = 0;

  wanted[0] = wanted[1] = 0;
  for (GtkWidget *child = get_first (GTK_WIDGET (self)); child != NULL;
       child = get_next (child), at++) {
    int minimum, natural;
    int *column = &wanted[at % N_COLUMNS], given = self->widths[at % N_COLUMNS];

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL,
                        NULL);
    least = MAX (least, minimum);
    *column = MAX (*column, given > 0 ? MAX (given, minimum) : natural);
  }
  if (self->homogeneous)
    wanted[0] = wanted[1] = MAX (wanted[0], wanted[1]);
  return least;
}

/* The width at which nothing has to give way. A lone child has the first column. */
static int
add_widths (EsColumns *self, const int wanted[N_COLUMNS])
{
  return wanted[0] + (wanted[1] > 0 ? self->spacing + wanted[1] : 0);
}

/* @width: that there is, or negative for as much as is wanted. */
static Grid
divide (EsColumns *self, int width)
{
  int wanted[N_COLUMNS], rest;

  measure_widths (self, wanted);
  if (width < 0)
    width = add_widths (self, wanted);
  rest = width - add_widths (self, wanted);
  if (wanted[1] == 0 || rest < 0)
    return (Grid){1, {width, 0}};
  return (Grid){2, {wanted[0] + rest / 2, wanted[1] + rest - rest / 2}};
}

/* The height of the row that begins at @child; *@next: the first child after it. */
static void
measure_row (
    const Grid *grid, GtkWidget *child, int *minimum, int *natural, GtkWidget **next)
{
  *minimum = *natural = 0;
  for (int i = 0; i < grid->n && child != NULL; i++, child = get_next (child)) {
    int least, wanted;

    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, grid->width[i], &least,
                        &wanted, NULL, NULL);
    *minimum = MAX (*minimum, least);
    *natural = MAX (*natural, wanted);
  }
  *next = child;
}

static void
measure_height (EsColumns *self, int width, int *minimum, int *natural)
{
  Grid grid = divide (self, width);
  GtkWidget *child = get_first (GTK_WIDGET (self)), *next;

  *minimum = *natural = 0;
  for (; child != NULL; child = next) {
    int least, wanted, gap;

    measure_row (&grid, child, &least, &wanted, &next);
    gap = next != NULL ? self->spacing : 0;
    *minimum += least + gap;
    *natural += wanted + gap;
  }
}

static GtkSizeRequestMode
es_columns_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
es_columns_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  EsColumns *self = ES_COLUMNS (widget);
  int wanted[N_COLUMNS];

  if (orientation == GTK_ORIENTATION_VERTICAL) {
    measure_height (self, for_size, minimum, natural);
    return;
  }
  *minimum = measure_widths (self, wanted);
  *natural = add_widths (self, wanted);
}

static void
allocate_row (EsColumns *self, const Grid *grid, GtkWidget *child, int y, int height)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (GTK_WIDGET (self)), x = 0;

  for (int i = 0; i < grid->n && child != NULL; i++, child = get_next (child)) {
    int left = mirrored ? width - x - grid->width[i] : x;

    gtk_widget_size_allocate (child, &(GtkAllocation){left, y, grid->width[i], height},
                              -1);
    x += grid->width[i] + self->spacing;
  }
}

/* Rows get the height that they want, or where that is too much, their least. */
static void
es_columns_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EsColumns *self = ES_COLUMNS (widget);
  Grid grid = divide (self, width);
  int least, wanted, y = 0;
  gboolean roomy;

  measure_height (self, width, &least, &wanted);
  roomy = wanted <= height;
  for (GtkWidget *child = get_first (widget), *next; child != NULL; child = next) {
    int row_least, row_wanted;

    measure_row (&grid, child, &row_least, &row_wanted, &next);
    allocate_row (self, &grid, child, y, roomy ? row_wanted : row_least);
    y += (roomy ? row_wanted : row_least) + self->spacing;
  }
}

static void
es_columns_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EsColumns *self = ES_COLUMNS (object);

  if (id == PROP_SPACING)
    g_value_set_int (value, self->spacing);
  else if (id == PROP_HOMOGENEOUS)
    g_value_set_boolean (value, self->homogeneous);
  else if (id == PROP_FIRST_WIDTH || id == PROP_SECOND_WIDTH)
    g_value_set_int (value, self->widths[id - PROP_FIRST_WIDTH]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
es_columns_set_property (GObject *object,
                         guint id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  EsColumns *self = ES_COLUMNS (object);

  if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else if (id == PROP_HOMOGENEOUS)
    self->homogeneous = g_value_get_boolean (value);
  else if (id == PROP_FIRST_WIDTH || id == PROP_SECOND_WIDTH)
    self->widths[id - PROP_FIRST_WIDTH] = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
es_columns_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (es_columns_parent_class)->dispose (object);
}

static void
es_columns_class_init (EsColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = es_columns_dispose;
  object_class->get_property = es_columns_get_property;
  object_class->set_property = es_columns_set_property;
  widget_class->get_request_mode = es_columns_get_request_mode;
  widget_class->measure = es_columns_measure;
  widget_class->size_allocate = es_columns_size_allocate;

  props[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, 0,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_HOMOGENEOUS] = g_param_spec_boolean (
      "homogeneous", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_FIRST_WIDTH] =
      g_param_spec_int ("first-width", NULL, NULL, 0, G_MAXINT16, 0,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_SECOND_WIDTH] =
      g_param_spec_int ("second-width", NULL, NULL, 0, G_MAXINT16, 0,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
es_columns_init (EsColumns *self)
{
}
