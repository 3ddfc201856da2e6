/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-canvas.h"

#include "es-i18n.h"
#include "es-number.h"
#include "es-theme.h"
#include "es-tile.h"

#include <math.h>

#define MIN_SIZE 140
#define NATURAL_SIZE 280

struct _EsCanvas
{
  GtkWidget parent_instance;

  float *pixels; /* (rows, cols) */
  guint rows, cols;
  EsCanvasColors colors;
  GdkTexture *texture; /* of the pixels at that side, or NULL */
  guint side;          /* of a pixel, in those of the texture */
  EsStyle style;

  double brush_size;
  double x, y;             /* the brush, in pixels of the picture */
  gboolean hovering;       /* the pointer is inside, at x, y */
  gboolean drawing;        /* a stroke is under way, */
  gboolean by_key;         /* of keys */
  double start_x, start_y; /* of the drag, in the widget */
};

enum {
  STROKE_BEGAN,
  STROKE_MOVED,
  STROKE_ENDED,
  SIZE_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsCanvas, es_canvas, GTK_TYPE_WIDGET)

/* Where the picture is: as large as whole pixels of the screen allow, in the middle. */

typedef struct
{
  double x, y, pixel; /* of the upper left corner; the size of a pixel */
  guint side;         /* the same in pixels of the screen */
} Place;

static Place
get_place (EsCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int scale = gtk_widget_get_scale_factor (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double most =
      self->rows > 0 ? MIN (width / self->cols, height / self->rows) * scale : 0;
  Place place;

  place.side = (guint)MAX (most, 1);
  place.pixel = (double)place.side / scale;
  place.x = floor ((width - place.pixel * self->cols) / 2);
  place.y = floor ((height - place.pixel * self->rows) / 2);
  return place;
}

/* For screen readers */

static void
describe (EsCanvas *self)
{
  int row = (int)floor (self->y), col = (int)floor (self->x);
  g_autofree char *value = NULL;
  g_autofree char *text = NULL;

  if (row < 0 || col < 0 || row >= (int)self->rows || col >= (int)self->cols)
    return;
  value = es_number_text ((double)self->pixels[(gsize)row * self->cols + (gsize)col], 2,
                          es_theme_get_point ());
  text = g_strdup_printf (
      _ ("Row %d, column %d: %s. Arrow keys move, with Shift they draw; Space dabs"),
      row + 1, col + 1, value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/* Strokes */

static void
begin (EsCanvas *self, gboolean by_key, gboolean eraser)
{
  es_canvas_end_stroke (self);
  self->drawing = TRUE;
  self->by_key = by_key;
  g_signal_emit (self, signals[STROKE_BEGAN], 0, eraser);
}

static void
move (EsCanvas *self, double x, double y, double pressure)
{
  self->x = x;
  self->y = y;
  if (self->drawing)
    g_signal_emit (self, signals[STROKE_MOVED], 0, x, y, pressure);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
es_canvas_end_stroke (EsCanvas *self)
{
  g_return_if_fail (ES_IS_CANVAS (self));
  if (!self->drawing)
    return;
  self->drawing = FALSE;
  g_signal_emit (self, signals[STROKE_ENDED], 0);
  describe (self);
}

/* Pointer, finger, pen */

/* To the place at (@x, @y) of the widget. */
static void
move_to (EsCanvas *self, double x, double y, double pressure)
{
  Place place = get_place (self);

  move (self, (x - place.x) / place.pixel, (y - place.y) / place.pixel, pressure);
}

static double
get_pressure (GtkGesture *gesture)
{
  GdkEvent *event = gtk_gesture_get_last_event (
      gesture, gtk_gesture_get_last_updated_sequence (gesture));
  double pressure;

  if (event != NULL && gdk_event_get_device_tool (event) != NULL &&
      gdk_event_get_axis (event, GDK_AXIS_PRESSURE, &pressure))
    return CLAMP (pressure, 0, 1);
  return 1;
}

static gboolean
is_eraser (GtkGesture *gesture)
{
  GdkEvent *event = gtk_gesture_get_last_event (
      gesture, gtk_gesture_get_last_updated_sequence (gesture));
  GdkDeviceTool *tool = event != NULL ? gdk_event_get_device_tool (event) : NULL;

  return tool != NULL &&
         gdk_device_tool_get_tool_type (tool) == GDK_DEVICE_TOOL_TYPE_ERASER;
}

static void
drag_begin_cb (EsCanvas *self, double x, double y, GtkGesture *gesture)
{
  /* A finger paints and does not scroll. */
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->start_x = x;
  self->start_y = y;
  begin (self, FALSE, is_eraser (gesture));
  move_to (self, x, y, get_pressure (gesture));
}

static void
drag_update_cb (EsCanvas *self, double x, double y, GtkGesture *gesture)
{
  move_to (self, self->start_x + x, self->start_y + y, get_pressure (gesture));
}

static void
motion_cb (EsCanvas *self, double x, double y)
{
  self->hovering = TRUE;
  if (!self->drawing)
    move_to (self, x, y, 1);
}

static void
leave_cb (EsCanvas *self)
{
  self->hovering = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Keys */

/* The centre of the pixel that is @right and @down from where the cursor is. */
static void
get_neighbour (EsCanvas *self, int right, int down, double *x, double *y)
{
  *x = CLAMP (floor (self->x) + right, 0, (double)self->cols - 1) + 0.5;
  *y = CLAMP (floor (self->y) + down, 0, (double)self->rows - 1) + 0.5;
}

static gboolean
move_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsCanvas *self = ES_CANVAS (widget);
  int right, down;
  gboolean draws;
  double x, y;

  if (self->rows == 0)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (parameter, "(iib)", &right, &down, &draws);
  get_neighbour (self, 0, 0, &x, &y);
  if (!draws) {
    es_canvas_end_stroke (self);
  } else if (!self->drawing) {
    begin (self, TRUE, FALSE);
    move (self, x, y, 1);
  }
  get_neighbour (self, right, down, &x, &y);
  move (self, x, y, 1);
  describe (self);
  return GDK_EVENT_STOP;
}

static gboolean
dab_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsCanvas *self = ES_CANVAS (widget);
  double x, y;

  if (self->rows == 0)
    return GDK_EVENT_PROPAGATE;
  get_neighbour (self, 0, 0, &x, &y);
  begin (self, TRUE, FALSE);
  move (self, x, y, 1);
  es_canvas_end_stroke (self);
  return GDK_EVENT_STOP;
}

static gboolean
size_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  g_signal_emit (widget, signals[SIZE_WANTED], 0, g_variant_get_boolean (parameter));
  return GDK_EVENT_STOP;
}

static void
released_cb (EsCanvas *self, guint key)
{
  if (self->by_key && (key == GDK_KEY_Shift_L || key == GDK_KEY_Shift_R))
    es_canvas_end_stroke (self);
}

static void
unfocused_cb (EsCanvas *self)
{
  if (self->by_key)
    es_canvas_end_stroke (self);
}

/* Drawing */

static void
append_brush (EsCanvas *self, const Place *place, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double radius = MAX (self->brush_size / 2 * place->pixel, 2);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                                     (float)gtk_widget_get_height (widget)));
  const EsColor colors[] = {self->style.accent_rim, self->style.accent};

  for (guint i = 0; i < G_N_ELEMENTS (colors); i++) {
    cairo_arc (cr, place->x + self->x * place->pixel, place->y + self->y * place->pixel,
               radius, 0, 2 * G_PI);
    cairo_set_source_rgba (cr, colors[i].r, colors[i].g, colors[i].b, colors[i].a);
    cairo_set_line_width (cr, i == 0 ? 3 : 1.5);
    cairo_stroke (cr);
  }
  cairo_destroy (cr);
}

static GdkTexture *
get_texture (EsCanvas *self, guint side)
{
  EsColorScale scale = {self->style.ink, 0, 1};

  if (self->texture != NULL && self->side == side)
    return self->texture;
  if (self->colors == ES_CANVAS_SIGNED)
    scale = (EsColorScale){self->style.diverging, -1, 1};
  g_clear_object (&self->texture);
  self->side = side;
  self->texture = es_tile_new (self->pixels, self->rows, self->cols, side, &scale);
  return self->texture;
}

static void
es_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EsCanvas *self = ES_CANVAS (widget);
  Place place = get_place (self);
  graphene_rect_t picture;

  if (self->rows == 0)
    return;
  graphene_rect_init (&picture, (float)place.x, (float)place.y,
                      (float)(place.pixel * self->cols),
                      (float)(place.pixel * self->rows));
  gtk_snapshot_append_texture (snapshot, get_texture (self, place.side), &picture);
  {
    const EsColor *axis = &self->style.axis;
    GdkRGBA color = {(float)axis->r, (float)axis->g, (float)axis->b, (float)axis->a};
    GskRoundedRect frame;

    gsk_rounded_rect_init_from_rect (&frame, &picture, 0);
    gtk_snapshot_append_border (snapshot, &frame, (float[4]){1, 1, 1, 1},
                                (GdkRGBA[4]){color, color, color, color});
  }
  if (self->hovering || self->drawing || gtk_widget_has_focus (widget))
    append_brush (self, &place, snapshot);
}

static GtkSizeRequestMode
es_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
es_canvas_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  EsCanvas *self = ES_CANVAS (widget);
  double height = for_size > 0 ? for_size : NATURAL_SIZE;

  *minimum = MIN_SIZE;
  *natural = NATURAL_SIZE;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (self->cols > 0)
    height *= (double)self->rows / self->cols;
  *minimum = *natural = (int)CLAMP (height, MIN_SIZE, NATURAL_SIZE);
}

static void
theme_cb (EsCanvas *self)
{
  es_theme_get_style (&self->style, GTK_WIDGET (self));
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What it shows */

void
es_canvas_set_picture (
    EsCanvas *self, const float *pixels, guint rows, guint cols, EsCanvasColors colors)
{
  g_return_if_fail (ES_IS_CANVAS (self));
  if (rows != self->rows || cols != self->cols) {
    es_canvas_end_stroke (self);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    self->x = floor (cols / 2.0) + 0.5;
    self->y = floor (rows / 2.0) + 0.5;
  }
  g_free (self->pixels);
  self->pixels = g_memdup2 (pixels, (gsize)rows * cols * sizeof *pixels);
  self->rows = rows;
  self->cols = cols;
  self->colors = colors;
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!self->drawing)
    describe (self);
}

void
es_canvas_set_brush_size (EsCanvas *self, double size)
{
  g_return_if_fail (ES_IS_CANVAS (self));
  self->brush_size = size;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
es_canvas_set_label (EsCanvas *self, const char *label)
{
  g_return_if_fail (ES_IS_CANVAS (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

/* Life */

static void
es_canvas_dispose (GObject *object)
{
  EsCanvas *self = ES_CANVAS (object);

  self->drawing = FALSE;
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (es_canvas_parent_class)->dispose (object);
}

static void
es_canvas_finalize (GObject *object)
{
  g_free (ES_CANVAS (object)->pixels);
  G_OBJECT_CLASS (es_canvas_parent_class)->finalize (object);
}

static void
bind_keys (GtkWidgetClass *klass)
{
  static const struct
  {
    guint key, keypad;
    int right, down;
  } moves[] = {
      {GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0},
      {GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0},
      {GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1},
      {GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    for (int draws = 0; draws < 2; draws++) {
      GdkModifierType modifiers = draws ? GDK_SHIFT_MASK : 0;

      gtk_widget_class_add_binding (klass, moves[i].key, modifiers, move_key, "(iib)",
                                    moves[i].right, moves[i].down, draws);
      gtk_widget_class_add_binding (klass, moves[i].keypad, modifiers, move_key,
                                    "(iib)", moves[i].right, moves[i].down, draws);
    }
  gtk_widget_class_add_binding (klass, GDK_KEY_space, 0, dab_key, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_bracketleft, 0, size_key, "b", FALSE);
  gtk_widget_class_add_binding (klass, GDK_KEY_bracketright, 0, size_key, "b", TRUE);
}

static void
add_signals (GType type)
{
  signals[STROKE_BEGAN] =
      g_signal_new ("stroke-began", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[STROKE_MOVED] =
      g_signal_new ("stroke-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[STROKE_ENDED] = g_signal_new ("stroke-ended", type, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIZE_WANTED] = g_signal_new ("size-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
es_canvas_class_init (EsCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = es_canvas_dispose;
  object_class->finalize = es_canvas_finalize;
  widget_class->snapshot = es_canvas_snapshot;
  widget_class->get_request_mode = es_canvas_get_request_mode;
  widget_class->measure = es_canvas_measure;
  add_signals (ES_TYPE_CANVAS);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  bind_keys (widget_class);
}

static void
add_controllers (EsCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (es_canvas_end_stroke), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (es_canvas_end_stroke), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (widget, keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (unfocused_cb), self);
  gtk_widget_add_controller (widget, focus);
}

static void
es_canvas_init (EsCanvas *self)
{
  self->brush_size = 2;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  add_controllers (self);
  es_theme_get_style (&self->style, GTK_WIDGET (self));
  g_signal_connect_object (es_theme_get_default (), "changed", G_CALLBACK (theme_cb),
                           self, G_CONNECT_SWAPPED);
}
