/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-view.h"

#include "es-i18n.h"
#include "es-plot-view-actions.h"
#include "es-theme.h"

#include <math.h>

#define MIN_WIDTH 120
#define MIN_HEIGHT 90
#define NATURAL_WIDTH 480
#define NARROW_WIDTH 440
/* Between widths that are tried below that. */
#define NARROW_STEP 20
#define MAX_PANELS 2

/* A screen reader hears of a changing figure at most this often. */
#define DESCRIBE_MILLISECONDS 700

struct _EsPlotView
{
  GtkWidget parent_instance;

  EsPlot *plot;
  EsPlot *file_plot; /* nullable */
  char *label;
  char *command;
  int min_height;
  int natural_width;
  int max_height; /* of the natural size, 0: none; not where it is narrow */
  int narrow_width;

  EsStyle style;
  EsPlotLayout *layout; /* of the current plot, style and size, or NULL */
  GskRenderNode *node;  /* the drawn plot, or NULL */
  double width, height; /* of layout */
  double natural;       /* the plot's natural height at that width, 0: unknown */

  EsPlotId selected;
  EsPlotHit hit;     /* what is pointed at, with the pointer or by key */
  gboolean by_key;   /* whether the cursor put it there */
  gboolean hovering; /* the pointer is inside, at x, y */
  double x, y;

  GtkWidget *read_out; /* what the element says */
  GtkWidget *menu_button;
  GtkWidget *popover;
  guint describe_source;
  gint64 described;
  guint renew_source; /* looks again what is pointed at, after a change of size */
};

enum {
  PROP_0,
  PROP_LABEL,
  PROP_MIN_HEIGHT,
  PROP_NATURAL_WIDTH,
  PROP_MAX_HEIGHT,
  PROP_NARROW_WIDTH,
  N_PROPS
};

enum {
  SELECTED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsPlotView, es_plot_view, GTK_TYPE_WIDGET)

/* Words for screen readers */

static void
describe (EsPlotView *self)
{
  g_autofree char *sentence = NULL;
  g_autofree char *text = NULL;

  self->described = g_get_monotonic_time ();
  sentence = self->plot != NULL ? es_plot_describe (self->plot, es_theme_get_point ())
                                : g_strdup ("");
  if (self->hit.text != NULL)
    text = g_strdup_printf ("%s: %s", self->hit.text, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : sentence, -1);
}

static gboolean
describe_cb (gpointer data)
{
  EsPlotView *self = data;

  self->describe_source = 0;
  describe (self);
  return G_SOURCE_REMOVE;
}

static void
queue_describe (EsPlotView *self)
{
  gint64 since = (g_get_monotonic_time () - self->described) / 1000;

  if (self->describe_source != 0)
    return;
  if (since >= DESCRIBE_MILLISECONDS)
    describe (self);
  else
    self->describe_source =
        g_timeout_add ((guint)(DESCRIBE_MILLISECONDS - since), describe_cb, self);
}

/* Layout */

static void
forget_layout (EsPlotView *self)
{
  g_clear_pointer (&self->layout, es_plot_layout_free);
  g_clear_pointer (&self->node, gsk_render_node_unref);
}

static EsPlotLayout *
get_layout (EsPlotView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  if (self->layout != NULL && (width != self->width || height != self->height))
    forget_layout (self);
  if (self->layout == NULL && self->plot != NULL && width > 0 && height > 0) {
    self->width = width;
    self->height = height;
    self->layout = es_plot_layout (self->plot, &self->style, width, height);
  }
  return self->layout;
}

/* The element pointed at */

static void
show_read_out (EsPlotView *self)
{
  gboolean visible = self->hit.text != NULL && *self->hit.text != '\0';

  gtk_label_set_text (GTK_LABEL (self->read_out), visible ? self->hit.text : "");
  gtk_widget_set_child_visible (self->read_out, visible);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
clear_hit (EsPlotView *self)
{
  if (self->hit.text == NULL && es_plot_id_equal (self->hit.id, ES_PLOT_ID_NONE))
    return;
  es_plot_hit_clear (&self->hit);
  self->by_key = FALSE;
  show_read_out (self);
}

static void
take_hit (EsPlotView *self, EsPlotHit *hit, gboolean by_key)
{
  gboolean same = es_plot_id_equal (hit->id, self->hit.id) &&
                  g_strcmp0 (hit->text, self->hit.text) == 0;

  es_plot_hit_clear (&self->hit);
  self->hit = *hit;
  *hit = (EsPlotHit)ES_PLOT_HIT_INIT;
  self->by_key = by_key;
  if (!same) {
    show_read_out (self);
    queue_describe (self);
  }
}

static void
pick (EsPlotView *self)
{
  EsPlotLayout *layout = get_layout (self);
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  if (layout != NULL && es_plot_pick (self->plot, layout, self->x, self->y, &hit))
    take_hit (self, &hit, FALSE);
  else if (!self->by_key)
    clear_hit (self);
}

/* After a change of plot or size: the element of the same name, or what is now under
   the pointer. */
static void
renew_hit (EsPlotView *self)
{
  EsPlotLayout *layout = get_layout (self);
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  if (layout == NULL)
    clear_hit (self);
  else if (self->by_key && es_plot_find (self->plot, layout, self->hit.id, &hit))
    take_hit (self, &hit, TRUE);
  else if (self->hovering)
    pick (self);
  else
    clear_hit (self);
}

static gboolean
renew_hit_cb (gpointer data)
{
  EsPlotView *self = data;

  self->renew_source = 0;
  renew_hit (self);
  return G_SOURCE_REMOVE;
}

static void
emit_selected (EsPlotView *self)
{
  EsPlotId id = self->hit.id;

  if (!es_plot_id_equal (id, ES_PLOT_ID_NONE))
    g_signal_emit (self, signals[SELECTED], 0, id.panel, id.series, id.index);
}

static void
move_cursor (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);
  EsPlotLayout *layout = get_layout (self);
  EsPlotDirection direction = (EsPlotDirection)g_variant_get_int32 (parameter);
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  if (layout == NULL)
    return;
  if (!es_plot_id_equal (self->hit.id, ES_PLOT_ID_NONE) &&
      !es_plot_find (self->plot, layout, self->hit.id, &hit))
    es_plot_hit_clear (&hit);
  if (es_plot_move (self->plot, layout, &hit, direction))
    take_hit (self, &hit, TRUE);
  else
    gtk_widget_error_bell (widget);
}

static gboolean
move_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  move_cursor (widget, NULL, parameter);
  return GDK_EVENT_STOP;
}

/* Out of a picture; where there is no way out, Escape is for somebody else. */
static gboolean
escape_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);
  EsPlotLayout *layout = get_layout (self);
  g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

  if (layout == NULL || es_plot_id_equal (self->hit.id, ES_PLOT_ID_NONE))
    return GDK_EVENT_PROPAGATE;
  if (es_plot_find (self->plot, layout, self->hit.id, &hit) &&
      es_plot_move (self->plot, layout, &hit, ES_PLOT_OUT))
    take_hit (self, &hit, TRUE);
  else
    clear_hit (self);
  return GDK_EVENT_STOP;
}

static gboolean
select_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);

  if (self->hit.text == NULL)
    return GDK_EVENT_PROPAGATE;
  emit_selected (self);
  return GDK_EVENT_STOP;
}

/* Pointer */

static void
motion_cb (EsPlotView *self, double x, double y)
{
  gboolean moved = x != self->x || y != self->y;

  self->hovering = TRUE;
  self->x = x;
  self->y = y;
  /* GTK tells of a pointer at rest after every change of the layout: what the keys
     point at stays. */
  if (moved || !self->by_key)
    pick (self);
}

static void
leave_cb (EsPlotView *self)
{
  self->hovering = FALSE;
  if (!self->by_key)
    clear_hit (self);
}

static void
pressed_cb (EsPlotView *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->x = x;
  self->y = y;
  pick (self);
  if (n_press == 1 && gtk_gesture_single_get_current_button (
                          GTK_GESTURE_SINGLE (gesture)) != GDK_BUTTON_SECONDARY)
    emit_selected (self);
}

static void
show_menu (EsPlotView *self, double x, double y)
{
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle){(int)x, (int)y, 1, 1});
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* A menu that opened while the button is down would get the release, which GTK would
   then wait for on the plot: clicks on the menu's items would be lost. */
static void
released_cb (
    EsPlotView *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) ==
      GDK_BUTTON_SECONDARY)
    show_menu (self, x, y);
}

static gboolean
menu_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);

  if (self->hit.text != NULL)
    show_menu (self, self->hit.rect.x + self->hit.rect.width / 2,
               self->hit.rect.y + self->hit.rect.height / 2);
  else
    show_menu (self, gtk_widget_get_width (widget) / 2.0,
               gtk_widget_get_height (widget) / 2.0);
  return GDK_EVENT_STOP;
}

/* Drawing */

static void
theme_changed_cb (EsPlotView *self)
{
  es_theme_get_style (&self->style, GTK_WIDGET (self));
  forget_layout (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static GskRenderNode *
get_node (EsPlotView *self, EsPlotLayout *layout)
{
  GtkSnapshot *snapshot;
  cairo_t *cr;

  if (self->node != NULL)
    return self->node;
  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)self->width, (float)self->height));
  es_plot_draw (self->plot, layout, &self->style, cr);
  cairo_destroy (cr);
  self->node = gtk_snapshot_free_to_node (snapshot);
  return self->node;
}

/* A frame around @hit in what has been drawn. */
static void
append_highlight (EsPlotView *self,
                  EsPlotLayout *layout,
                  const EsPlotHit *hit,
                  GtkSnapshot *snapshot)
{
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)self->width, (float)self->height));

  es_plot_draw_highlight (self->plot, layout, &self->style, hit, cr);
  cairo_destroy (cr);
}

/* The selected element may be in several panels: a point and its picture. */
static void
append_selection (EsPlotView *self, EsPlotLayout *layout, GtkSnapshot *snapshot)
{
  EsPlotId id = self->selected;

  for (id.panel = 0; id.panel < MAX_PANELS && id.index >= 0; id.panel++) {
    g_auto (EsPlotHit) hit = ES_PLOT_HIT_INIT;

    if (es_plot_find (self->plot, layout, id, &hit))
      append_highlight (self, layout, &hit, snapshot);
  }
}

static void
es_plot_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);
  EsPlotLayout *layout = get_layout (self);
  GskRenderNode *node = layout != NULL ? get_node (self, layout) : NULL;

  if (node != NULL)
    gtk_snapshot_append_node (snapshot, node);
  if (layout != NULL)
    append_selection (self, layout, snapshot);
  if (layout != NULL && !es_plot_id_equal (self->hit.id, ES_PLOT_ID_NONE))
    append_highlight (self, layout, &self->hit, snapshot);
  gtk_widget_snapshot_child (widget, self->menu_button, snapshot);
  gtk_widget_snapshot_child (widget, self->read_out, snapshot);
}

/* Size */

static GtkSizeRequestMode
es_plot_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* In a narrow window things stand on top of each other, and are scrolled. More width
   never needs more height, though a plot by itself may: GTK looks for the least width
   of a given height by halving, and takes a height that two widths share for that of
   all widths between. */
static int
narrow_height (EsPlotView *self, double width)
{
  double highest = 0;

  for (double w = NARROW_STEP * floor (width / NARROW_STEP);
       self->plot != NULL && w < self->narrow_width; w += NARROW_STEP)
    highest = MAX (highest, es_plot_natural_height (self->plot, &self->style, w));
  return (int)highest;
}

static void
es_plot_view_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);
  double width = for_size > 0 ? for_size : self->natural_width;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = MIN_WIDTH;
    *natural = self->natural_width;
    return;
  }
  *minimum = (int)(MAX (MIN_HEIGHT, self->min_height) *
                   MAX (es_theme_get_text_scale (widget), 1));
  if (width < self->narrow_width) {
    *minimum = *natural = MAX (*minimum, narrow_height (self, width));
    return;
  }
  *natural = *minimum;
  if (self->plot != NULL)
    *natural =
        MAX (*minimum, (int)es_plot_natural_height (self->plot, &self->style, width));
  if (self->max_height > 0)
    *natural = MAX (*minimum, MIN (*natural, self->max_height));
}

/* Puts the read-out beside the element, where it does not hide it. */
static void
place_read_out (EsPlotView *self, int width, int height)
{
  const EsRect *rect = &self->hit.rect;
  GtkRequisition size;
  int x, y;

  gtk_widget_get_preferred_size (self->read_out, NULL, &size);
  size.width = MIN (size.width, width);
  gtk_widget_measure (self->read_out, GTK_ORIENTATION_VERTICAL, size.width, NULL,
                      &size.height, NULL, NULL);
  x = (int)(rect->x + rect->width / 2) - size.width / 2;
  y = (int)rect->y - size.height - 6;
  if (y < 0)
    y = (int)es_rect_bottom (rect) + 6;
  if (y + size.height > height)
    y = 0;
  x = CLAMP (x, 0, MAX (0, width - size.width));
  gtk_widget_size_allocate (self->read_out,
                            &(GtkAllocation){x, y, size.width, size.height}, -1);
}

static void
es_plot_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);
  GtkRequisition size;

  /* Not here: a read-out with another text would need another size while sizes are
     being given out. */
  if (self->layout != NULL && (width != self->width || height != self->height) &&
      self->renew_source == 0)
    self->renew_source = g_idle_add (renew_hit_cb, self);
  gtk_widget_get_preferred_size (self->menu_button, &size, NULL);
  gtk_widget_size_allocate (
      self->menu_button,
      &(GtkAllocation){MAX (0, width - size.width), 0, size.width, size.height}, -1);
  if (gtk_widget_get_child_visible (self->read_out))
    place_read_out (self, width, height);
  gtk_popover_present (GTK_POPOVER (self->popover));
}

/* Life */

static void
es_plot_view_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  EsPlotView *self = ES_PLOT_VIEW (object);

  switch (prop_id) {
  case PROP_LABEL:
    g_value_set_string (value, self->label);
    break;
  case PROP_MIN_HEIGHT:
    g_value_set_int (value, self->min_height);
    break;
  case PROP_NATURAL_WIDTH:
    g_value_set_int (value, self->natural_width);
    break;
  case PROP_MAX_HEIGHT:
    g_value_set_int (value, self->max_height);
    break;
  case PROP_NARROW_WIDTH:
    g_value_set_int (value, self->narrow_width);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_plot_view_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  EsPlotView *self = ES_PLOT_VIEW (object);

  switch (prop_id) {
  case PROP_LABEL:
    es_plot_view_set_label (self, g_value_get_string (value));
    break;
  case PROP_MIN_HEIGHT:
    self->min_height = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_NATURAL_WIDTH:
    self->natural_width = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_MAX_HEIGHT:
    self->max_height = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_NARROW_WIDTH:
    self->narrow_width = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_plot_view_dispose (GObject *object)
{
  EsPlotView *self = ES_PLOT_VIEW (object);

  g_clear_handle_id (&self->describe_source, g_source_remove);
  g_clear_handle_id (&self->renew_source, g_source_remove);
  forget_layout (self);
  g_clear_pointer (&self->plot, es_plot_unref);
  g_clear_pointer (&self->file_plot, es_plot_unref);
  es_plot_hit_clear (&self->hit);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->menu_button, gtk_widget_unparent);
  g_clear_pointer (&self->read_out, gtk_widget_unparent);
  G_OBJECT_CLASS (es_plot_view_parent_class)->dispose (object);
}

static void
es_plot_view_finalize (GObject *object)
{
  EsPlotView *self = ES_PLOT_VIEW (object);

  g_free (self->label);
  g_free (self->command);
  G_OBJECT_CLASS (es_plot_view_parent_class)->finalize (object);
}

static void
bind_keys (GtkWidgetClass *klass)
{
  static const struct
  {
    guint key, keypad;
    EsPlotDirection direction;
  } moves[] = {
      {GDK_KEY_Left, GDK_KEY_KP_Left, ES_PLOT_LEFT},
      {GDK_KEY_Right, GDK_KEY_KP_Right, ES_PLOT_RIGHT},
      {GDK_KEY_Up, GDK_KEY_KP_Up, ES_PLOT_UP},
      {GDK_KEY_Down, GDK_KEY_KP_Down, ES_PLOT_DOWN},
      {GDK_KEY_Home, GDK_KEY_KP_Home, ES_PLOT_FIRST},
      {GDK_KEY_End, GDK_KEY_KP_End, ES_PLOT_LAST},
      {GDK_KEY_Return, GDK_KEY_KP_Enter, ES_PLOT_IN},
  };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++) {
    gtk_widget_class_add_binding (klass, moves[i].key, 0, move_key, "i",
                                  moves[i].direction);
    gtk_widget_class_add_binding (klass, moves[i].keypad, 0, move_key, "i",
                                  moves[i].direction);
  }
  gtk_widget_class_add_binding (klass, GDK_KEY_Escape, 0, escape_key, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_space, 0, select_key, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Menu, 0, menu_key, NULL);
}

static void
es_plot_view_class_init (EsPlotViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = es_plot_view_get_property;
  object_class->set_property = es_plot_view_set_property;
  object_class->dispose = es_plot_view_dispose;
  object_class->finalize = es_plot_view_finalize;
  widget_class->snapshot = es_plot_view_snapshot;
  widget_class->get_request_mode = es_plot_view_get_request_mode;
  widget_class->measure = es_plot_view_measure;
  widget_class->size_allocate = es_plot_view_size_allocate;

  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL,
                                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_MIN_HEIGHT] =
      g_param_spec_int ("min-height", NULL, NULL, 0, G_MAXINT, 0,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_NATURAL_WIDTH] =
      g_param_spec_int ("natural-width", NULL, NULL, MIN_WIDTH, G_MAXINT, NATURAL_WIDTH,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_MAX_HEIGHT] =
      g_param_spec_int ("max-height", NULL, NULL, 0, G_MAXINT, 0,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_NARROW_WIDTH] =
      g_param_spec_int ("narrow-width", NULL, NULL, 0, G_MAXINT, NARROW_WIDTH,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SELECTED] =
      g_signal_new ("selected", ES_TYPE_PLOT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT, G_TYPE_INT);

  gtk_widget_class_set_css_name (widget_class, "plotview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  bind_keys (widget_class);
  es_plot_view_install_actions (widget_class);
}

static void
add_controllers (EsPlotView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
add_children (EsPlotView *self)
{
  g_autoptr (GMenuModel) menu = es_plot_view_create_menu ();

  self->read_out = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->read_out), TRUE);
  gtk_widget_set_can_target (self->read_out, FALSE);
  gtk_widget_add_css_class (self->read_out, "readout");
  gtk_widget_set_parent (self->read_out, GTK_WIDGET (self));
  gtk_widget_set_child_visible (self->read_out, FALSE);

  self->menu_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu_button),
                                 "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  gtk_widget_add_css_class (self->menu_button, "flat");
  gtk_widget_set_tooltip_text (self->menu_button, _ ("Copy or Export the Figure"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Figure Menu"), -1);
  gtk_widget_set_parent (self->menu_button, GTK_WIDGET (self));

  self->popover = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
}

static void
es_plot_view_init (EsPlotView *self)
{
  self->hit = (EsPlotHit)ES_PLOT_HIT_INIT;
  self->selected = ES_PLOT_ID_NONE;
  self->natural_width = NATURAL_WIDTH;
  self->narrow_width = NARROW_WIDTH;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  add_children (self);
  add_controllers (self);
  es_theme_get_style (&self->style, GTK_WIDGET (self));
  g_signal_connect_object (es_theme_get_default (), "changed",
                           G_CALLBACK (theme_changed_cb), self, G_CONNECT_SWAPPED);
  es_plot_view_update_actions (self);
}

GtkWidget *
es_plot_view_new (void)
{
  return g_object_new (ES_TYPE_PLOT_VIEW, NULL);
}

EsPlot *
es_plot_view_get_plot (EsPlotView *self)
{
  g_return_val_if_fail (ES_IS_PLOT_VIEW (self), NULL);
  return self->plot;
}

void
es_plot_view_set_plot (EsPlotView *self, EsPlot *plot)
{
  double before = self->natural;

  g_return_if_fail (ES_IS_PLOT_VIEW (self));
  if (plot == self->plot)
    return;
  forget_layout (self);
  g_clear_pointer (&self->file_plot, es_plot_unref);
  g_clear_pointer (&self->plot, es_plot_unref);
  self->plot = plot != NULL ? es_plot_ref (plot) : NULL;
  self->natural = 0;
  if (plot != NULL && self->width > 0)
    self->natural = es_plot_natural_height (plot, &self->style, self->width);
  if (self->natural != before || self->natural <= 0)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  else
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->hovering || self->by_key)
    renew_hit (self);
  queue_describe (self);
  es_plot_view_update_actions (self);
}

EsPlot *
es_plot_view_get_file_plot (EsPlotView *self)
{
  g_return_val_if_fail (ES_IS_PLOT_VIEW (self), NULL);
  return self->file_plot != NULL ? self->file_plot : self->plot;
}

void
es_plot_view_set_file_plot (EsPlotView *self, EsPlot *plot)
{
  g_return_if_fail (ES_IS_PLOT_VIEW (self));
  g_clear_pointer (&self->file_plot, es_plot_unref);
  self->file_plot = plot != NULL ? es_plot_ref (plot) : NULL;
}

void
es_plot_view_set_selected (EsPlotView *self, EsPlotId id)
{
  g_return_if_fail (ES_IS_PLOT_VIEW (self));
  if (es_plot_id_equal (id, self->selected))
    return;
  self->selected = id;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
es_plot_view_get_label (EsPlotView *self)
{
  g_return_val_if_fail (ES_IS_PLOT_VIEW (self), NULL);
  return self->label != NULL ? self->label : "";
}

void
es_plot_view_set_label (EsPlotView *self, const char *label)
{
  g_return_if_fail (ES_IS_PLOT_VIEW (self));
  if (g_strcmp0 (label, self->label) == 0)
    return;
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  es_plot_view_get_label (self), -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

const char *
es_plot_view_get_command (EsPlotView *self)
{
  g_return_val_if_fail (ES_IS_PLOT_VIEW (self), NULL);
  return self->command;
}

void
es_plot_view_set_command (EsPlotView *self, const char *command)
{
  g_return_if_fail (ES_IS_PLOT_VIEW (self));
  if (g_strcmp0 (command, self->command) == 0)
    return;
  g_free (self->command);
  self->command = g_strdup (command);
  es_plot_view_update_actions (self);
}
