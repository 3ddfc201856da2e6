/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-beside.h"

#define SPACING 12
/* The second child gets at least this width, or goes below. */
#define LEAST_BESIDE 240

struct _EsBeside
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (EsBeside, es_beside, GTK_TYPE_WIDGET)

/* The smallest and the wanted width of both children. */
typedef struct
{
  GtkWidget *first, *second; /* the first NULL: hidden */
  int least[2], wanted[2];
} Widths;

static gboolean
get_widths (EsBeside *self, Widths *widths)
{
  widths->first = gtk_widget_get_first_child (GTK_WIDGET (self));
  if (widths->first == NULL)
    return FALSE;
  widths->second = gtk_widget_get_next_sibling (widths->first);
  if (widths->second == NULL)
    return FALSE;
  widths->least[0] = widths->wanted[0] = 0;
  if (!gtk_widget_should_layout (widths->first))
    widths->first = NULL;
  else
    gtk_widget_measure (widths->first, GTK_ORIENTATION_HORIZONTAL, -1,
                        &widths->least[0], &widths->wanted[0], NULL, NULL);
  gtk_widget_measure (widths->second, GTK_ORIENTATION_HORIZONTAL, -1, &widths->least[1],
                      &widths->wanted[1], NULL, NULL);
  return TRUE;
}

/* The width of the first child if both fit side by side into @width, else 0. */
static int
get_split (const Widths *widths, int width)
{
  return widths->wanted[0] + SPACING + MAX (widths->least[1], LEAST_BESIDE) <= width
             ? widths->wanted[0]
             : 0;
}

static GtkSizeRequestMode
es_beside_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_height (const Widths *widths, int width, int split, int *minimum, int *natural)
{
  int least[2], wanted[2];

  if (widths->first == NULL) {
    gtk_widget_measure (widths->second, GTK_ORIENTATION_VERTICAL, width, minimum,
                        natural, NULL, NULL);
    return;
  }
  gtk_widget_measure (widths->first, GTK_ORIENTATION_VERTICAL,
                      split > 0 ? split : width, &least[0], &wanted[0], NULL, NULL);
  gtk_widget_measure (widths->second, GTK_ORIENTATION_VERTICAL,
                      split > 0 ? width - split - SPACING : width, &least[1],
                      &wanted[1], NULL, NULL);
  *minimum = split > 0 ? MAX (least[0], least[1]) : least[0] + SPACING + least[1];
  *natural = split > 0 ? MAX (wanted[0], wanted[1]) : wanted[0] + SPACING + wanted[1];
}

static void
es_beside_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  Widths widths;

  *minimum = *natural = 0;
  if (!get_widths (ES_BESIDE (widget), &widths))
    return;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    /* What is above and below decides how wide things are, not this. */
    *minimum = MAX (widths.least[0], widths.least[1]);
    *natural = MAX (widths.wanted[0], widths.wanted[1]);
    return;
  }
  if (for_size < 0)
    for_size = MAX (widths.wanted[0], widths.wanted[1]);
  measure_height (&widths, for_size, get_split (&widths, for_size), minimum, natural);
}

static void
allocate (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){x, y, width, height}, -1);
}

static void
es_beside_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  Widths widths;
  int split, least, wanted;

  if (!get_widths (ES_BESIDE (widget), &widths))
    return;
  if (widths.first == NULL) {
    allocate (widths.second, 0, 0, width, height);
    return;
  }
  split = get_split (&widths, width);
  if (split > 0) {
    int rest = width - split - SPACING;

    allocate (widths.first, mirrored ? rest + SPACING : 0, 0, split, height);
    allocate (widths.second, mirrored ? 0 : split + SPACING, 0, rest, height);
    return;
  }
  gtk_widget_measure (widths.second, GTK_ORIENTATION_VERTICAL, width, &least, &wanted,
                      NULL, NULL);
  wanted = CLAMP (wanted, 0, MAX (height / 2, least));
  allocate (widths.first, 0, 0, width, height - wanted - SPACING);
  allocate (widths.second, 0, height - wanted, width, wanted);
}

static void
es_beside_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (es_beside_parent_class)->dispose (object);
}

static void
es_beside_class_init (EsBesideClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_beside_dispose;
  widget_class->get_request_mode = es_beside_get_request_mode;
  widget_class->measure = es_beside_measure;
  widget_class->size_allocate = es_beside_size_allocate;
}

static void
es_beside_init (EsBeside *self)
{
}
