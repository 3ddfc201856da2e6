/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-play-pad.h"

#include "es-number.h"

#include <adwaita.h>
#include <math.h>

/* Smallest and usual side, in units. */
#define MIN_SIDE 260
#define USUAL_SIDE 480
/* Radius of a point. */
#define RADIUS 5.5
/* How far the pointer is pulled from point to point, and a key moves the cursor. */
#define APART 0.06
#define KEY_STEP 0.05
/* Half the length of an axis that the conic does not meet. */
#define SHORT_AXIS 0.35

struct _EsPlayPad
{
  GtkWidget parent_instance;

  GArray *points;           /* of EsPoint */
  cairo_surface_t *surface; /* nullable */
  EsConic conic;
  gboolean has_conic;
  char *values[2]; /* the eigenvalues */
  double cursor[2];
  double last[2]; /* the last point of a pull */
};

G_DEFINE_FINAL_TYPE (EsPlayPad, es_play_pad, GTK_TYPE_WIDGET)

enum {
  PLACE,
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Told apart by people who are colour-blind; the marks differ as well. */
static const float colors[ES_PLAYGROUND_MAX_CLASSES][3] = {{0.13f, 0.40f, 0.67f},
                                                           {0.84f, 0.37f, 0.0f},
                                                           {0.0f, 0.62f, 0.45f},
                                                           {0.80f, 0.47f, 0.65f}};

/* From the square to the widget and back */

static double
get_side (EsPlayPad *self)
{
  return MIN (gtk_widget_get_width (GTK_WIDGET (self)),
              gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
to_widget (EsPlayPad *self, double x, double y, double *wx, double *wy)
{
  double side = get_side (self);

  *wx = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0 + x * side / 2;
  *wy = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0 - y * side / 2;
}

static gboolean
from_widget (EsPlayPad *self, double wx, double wy, double *x, double *y)
{
  double side = MAX (get_side (self), 1);

  *x = (wx - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0) * 2 / side;
  *y = (gtk_widget_get_height (GTK_WIDGET (self)) / 2.0 - wy) * 2 / side;
  return fabs (*x) <= 1 && fabs (*y) <= 1;
}

/* Drawing */

static void
draw_surface (EsPlayPad *self, cairo_t *cr)
{
  double x, y, side = get_side (self);
  int n = self->surface != NULL ? cairo_image_surface_get_width (self->surface) : 0;

  to_widget (self, -1, 1, &x, &y);
  cairo_rectangle (cr, x, y, side, side);
  if (n == 0) {
    cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, 0.1);
    cairo_fill (cr);
    return;
  }
  cairo_save (cr);
  cairo_clip (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, side / n, side / n);
  cairo_set_source_surface (cr, self->surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
set_ink (EsPlayPad *self, cairo_t *cr, double alpha)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                               &color);
  cairo_set_source_rgba (cr, color.red, color.green, color.blue, alpha);
}

/* Moved as far as it takes to lie within the square. */
static void
draw_text (EsPlayPad *self, cairo_t *cr, const char *text, double x, double y)
{
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  double left, top;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  to_widget (self, -1, 1, &left, &top);
  x = CLAMP (x, left, left + MAX (get_side (self) - width, 0));
  y = CLAMP (y, top, top + MAX (get_side (self) - height, 0));
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

/* The axes through the centre: to the conic, or dashed where they do not meet it. Their
   eigenvalues stand where they end, at the edge of the square if they go beyond. */
static void
draw_conic (EsPlayPad *self, cairo_t *cr)
{
  static const double dashes[] = {4, 4};
  const EsConic *conic = &self->conic;
  gboolean centred =
      !isnan (conic->centre[0]) && hypot (conic->centre[0], conic->centre[1]) < 3;
  double x, y;

  to_widget (self, -1, 1, &x, &y);
  cairo_save (cr);
  cairo_rectangle (cr, x, y, get_side (self), get_side (self));
  cairo_clip (cr);
  set_ink (self, cr, 0.9);
  cairo_set_line_width (cr, 2);
  for (guint k = 0; k < 2; k++) {
    const double *axis = conic->axes[k];
    double cx = centred ? conic->centre[0] : 0, cy = centred ? conic->centre[1] : 0;
    double end[2];
    gboolean meets = !isnan (conic->half[k]);
    double half = meets ? MIN (conic->half[k], 3) : SHORT_AXIS;

    cairo_set_dash (cr, dashes, meets ? 0 : 2, 0);
    to_widget (self, cx - half * axis[0], cy - half * axis[1], &x, &y);
    cairo_move_to (cr, x, y);
    to_widget (self, cx + half * axis[0], cy + half * axis[1], &x, &y);
    cairo_line_to (cr, x, y);
    cairo_stroke (cr);
    if (!es_conic_clip_axis (end, (double[]){cx, cy}, axis, half))
      continue;
    to_widget (self, end[0], end[1], &x, &y);
    draw_text (self, cr, self->values[k], x + 6, y + 2);
  }
  cairo_restore (cr);
}

/* A disc, a square, a triangle or a diamond. */
static void
trace_mark (cairo_t *cr, guint class, double x, double y)
{
  static const double corners[4][4][2] = {
      {{0}},
      {{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}},
      {{0, -1.2}, {1.1, 0.9}, {-1.1, 0.9}, {-1.1, 0.9}},
      {{0, -1.3}, {1.1, 0}, {0, 1.3}, {-1.1, 0}},
  };

  cairo_new_path (cr);
  if (class == 0) {
    cairo_arc (cr, x, y, RADIUS, 0, 2 * G_PI);
    return;
  }
  for (guint i = 0; i < 4; i++)
    cairo_line_to (cr, x + RADIUS * corners[class][i][0],
                   y + RADIUS * corners[class][i][1]);
  cairo_close_path (cr);
}

static void
draw_points (EsPlayPad *self, cairo_t *cr)
{
  cairo_set_line_width (cr, 1.2);
  for (guint i = 0; i < self->points->len; i++) {
    const EsPoint *point = &g_array_index (self->points, EsPoint, i);
    guint class = MIN (point->class, ES_PLAYGROUND_MAX_CLASSES - 1);
    double x, y;

    to_widget (self, point->x, point->y, &x, &y);
    trace_mark (cr, class, x, y);
    cairo_set_source_rgb (cr, colors[class][0], colors[class][1], colors[class][2]);
    cairo_fill_preserve (cr);
    cairo_set_source_rgb (cr, 1, 1, 1);
    cairo_stroke (cr);
  }
}

static void
draw_cursor (EsPlayPad *self, cairo_t *cr)
{
  double x, y;

  to_widget (self, self->cursor[0], self->cursor[1], &x, &y);
  set_ink (self, cr, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_move_to (cr, x - 10, y);
  cairo_line_to (cr, x + 10, y);
  cairo_move_to (cr, x, y - 10);
  cairo_line_to (cr, x, y + 10);
  cairo_stroke (cr);
}

static void
es_play_pad_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EsPlayPad *self = ES_PLAY_PAD (widget);
  graphene_rect_t bounds =
      GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                          (float)gtk_widget_get_height (widget));
  cairo_t *cr;

  if (get_side (self) < 1)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  draw_surface (self, cr);
  draw_points (self, cr);
  if (self->has_conic)
    draw_conic (self, cr);
  if (gtk_widget_has_visible_focus (widget))
    draw_cursor (self, cr);
  cairo_destroy (cr);
}

static void
es_play_pad_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  *minimum = MIN_SIDE;
  *natural = USUAL_SIDE;
  /* As high as wide: the window scrolls. */
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size > 0)
    *minimum = *natural = MAX (MIN (for_size, USUAL_SIDE), MIN_SIDE);
}

static GtkSizeRequestMode
es_play_pad_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Input */

static void
drag_begin_cb (GtkGestureDrag *gesture, double wx, double wy, EsPlayPad *self)
{
  double x, y;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!from_widget (self, wx, wy, &x, &y))
    return;
  self->last[0] = x;
  self->last[1] = y;
  g_signal_emit (self, signals[PLACE], 0, x, y);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, EsPlayPad *self)
{
  double wx, wy, x, y;

  if (!gtk_gesture_drag_get_start_point (gesture, &wx, &wy) ||
      !from_widget (self, wx + dx, wy + dy, &x, &y) ||
      hypot (x - self->last[0], y - self->last[1]) < APART)
    return;
  self->last[0] = x;
  self->last[1] = y;
  g_signal_emit (self, signals[PLACE], 0, x, y);
}

static void
secondary_cb (
    GtkGestureClick *gesture, int n_press, double wx, double wy, EsPlayPad *self)
{
  double x, y;

  if (from_widget (self, wx, wy, &x, &y))
    g_signal_emit (self, signals[REMOVE], 0, x, y);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        EsPlayPad *self)
{
  double dx = 0, dy = 0;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  switch (key) {
  case GDK_KEY_Left:
    dx = -KEY_STEP;
    break;
  case GDK_KEY_Right:
    dx = KEY_STEP;
    break;
  case GDK_KEY_Up:
    dy = KEY_STEP;
    break;
  case GDK_KEY_Down:
    dy = -KEY_STEP;
    break;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
  case GDK_KEY_space:
    g_signal_emit (self, signals[PLACE], 0, self->cursor[0], self->cursor[1]);
    return TRUE;
  case GDK_KEY_Delete:
  case GDK_KEY_BackSpace:
    g_signal_emit (self, signals[REMOVE], 0, self->cursor[0], self->cursor[1]);
    return TRUE;
  default:
    return FALSE;
  }
  self->cursor[0] = CLAMP (self->cursor[0] + dx, -1, 1);
  self->cursor[1] = CLAMP (self->cursor[1] + dy, -1, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

/* What is shown */

void
es_play_pad_set_points (EsPlayPad *self, const EsPoint *points, gsize n)
{
  g_return_if_fail (ES_IS_PLAY_PAD (self));
  g_array_set_size (self->points, 0);
  if (n > 0)
    g_array_append_vals (self->points, points, (guint)n);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The classes' colours by their probabilities, made light or dark as the rest is. */
static guint32
mix (const float *p, guint n_classes, gboolean dark)
{
  float ground = dark ? 0.15f : 1.0f, strength = dark ? 0.75f : 0.6f;
  guint32 pixel = 0xff;

  for (guint k = 0; k < 3; k++) {
    float sum = 0;

    for (guint c = 0; c < n_classes; c++)
      sum += p[c] * colors[c][k];
    pixel = pixel << 8 | (guint32)lrintf (255 * (ground + strength * (sum - ground)));
  }
  return pixel;
}

void
es_play_pad_set_surface (EsPlayPad *self, const float *p, guint side, guint n_classes)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  guchar *data;
  int stride;

  g_return_if_fail (ES_IS_PLAY_PAD (self));
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (p == NULL)
    return;
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)side, (int)side);
  cairo_surface_flush (self->surface);
  data = cairo_image_surface_get_data (self->surface);
  stride = cairo_image_surface_get_stride (self->surface);
  for (guint row = 0; row < side; row++)
    for (guint col = 0; col < side; col++)
      ((guint32 *)(data + row * (guint)stride))[col] =
          mix (p + ((gsize)row * side + col) * n_classes, n_classes, dark);
  cairo_surface_mark_dirty (self->surface);
}

void
es_play_pad_set_conic (EsPlayPad *self, const EsConic *conic, const char *point)
{
  g_return_if_fail (ES_IS_PLAY_PAD (self));
  self->has_conic = conic != NULL;
  for (guint k = 0; k < 2; k++)
    g_clear_pointer (&self->values[k], g_free);
  if (conic != NULL) {
    self->conic = *conic;
    for (guint k = 0; k < 2; k++)
      self->values[k] = es_number_signed (conic->eigenvalues[k], 2, point);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Life */

static void
es_play_pad_finalize (GObject *object)
{
  EsPlayPad *self = ES_PLAY_PAD (object);

  g_array_unref (self->points);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_free (self->values[0]);
  g_free (self->values[1]);
  G_OBJECT_CLASS (es_play_pad_parent_class)->finalize (object);
}

static void
es_play_pad_class_init (EsPlayPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = es_play_pad_finalize;
  widget_class->snapshot = es_play_pad_snapshot;
  widget_class->measure = es_play_pad_measure;
  widget_class->get_request_mode = es_play_pad_get_request_mode;
  signals[PLACE] =
      g_signal_new ("place", ES_TYPE_PLAY_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[REMOVE] =
      g_signal_new ("remove", ES_TYPE_PLAY_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "playpad");
}

static void
es_play_pad_init (EsPlayPad *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->points = g_array_new (FALSE, FALSE, sizeof (EsPoint));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (secondary, "pressed", G_CALLBACK (secondary_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
