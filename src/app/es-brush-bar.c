/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-brush-bar.h"

#include "es-wheel.h"

#define N_MODES 3
#define SIZE_STEP 0.5

struct _EsBrushBar
{
  GtkBox parent_instance;

  gboolean simple;
  gboolean updating; /* the widgets are being set by us */
  EsBrushMode mode;
  double strengths[N_MODES]; /* of each mode; the scale shows the one's */

  GtkToggleButton *paint;
  GtkToggleButton *erase;
  GtkToggleButton *smooth;
  GtkWidget *signs;
  GtkToggleButton *negative;
  GtkRange *size;
  GtkWidget *hardness_label;
  GtkRange *hardness;
  GtkWidget *strength_label;
  GtkRange *strength;
  GtkWidget *symmetry_label;
  GtkDropDown *symmetry;
};

G_DEFINE_FINAL_TYPE (EsBrushBar, es_brush_bar, GTK_TYPE_BOX)

enum {
  PROP_0,
  PROP_SIMPLE,
  N_PROPS
};

enum {
  CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
changed_cb (EsBrushBar *self)
{
  if (self->updating)
    return;
  self->strengths[self->mode] = gtk_range_get_value (self->strength);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
mode_cb (EsBrushBar *self)
{
  self->mode = gtk_toggle_button_get_active (self->erase)    ? ES_BRUSH_ERASE
               : gtk_toggle_button_get_active (self->smooth) ? ES_BRUSH_SMOOTH
                                                             : ES_BRUSH_PAINT;
  self->updating = TRUE;
  gtk_range_set_value (self->strength, self->strengths[self->mode]);
  self->updating = FALSE;
  gtk_widget_set_visible (self->signs, !self->simple && self->mode == ES_BRUSH_PAINT);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_brush_bar_get_brush (EsBrushBar *self, EsBrush *brush)
{
  g_return_if_fail (ES_IS_BRUSH_BAR (self));
  es_brush_init (brush);
  brush->mode = self->mode;
  brush->size = gtk_range_get_value (self->size);
  if (self->simple)
    return;
  brush->hardness = gtk_range_get_value (self->hardness);
  brush->strength = gtk_range_get_value (self->strength);
  brush->negative = gtk_toggle_button_get_active (self->negative);
  brush->symmetry = (EsSymmetry)gtk_drop_down_get_selected (self->symmetry);
}

void
es_brush_bar_set_mode (EsBrushBar *self, EsBrushMode mode)
{
  g_return_if_fail (ES_IS_BRUSH_BAR (self));
  gtk_toggle_button_set_active (mode == ES_BRUSH_ERASE    ? self->erase
                                : mode == ES_BRUSH_SMOOTH ? self->smooth
                                                          : self->paint,
                                TRUE);
}

void
es_brush_bar_step_size (EsBrushBar *self, gboolean larger)
{
  g_return_if_fail (ES_IS_BRUSH_BAR (self));
  gtk_range_set_value (self->size, gtk_range_get_value (self->size) +
                                       (larger ? SIZE_STEP : -SIZE_STEP));
}

/* Life */

static void
es_brush_bar_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_SIMPLE)
    g_value_set_boolean (value, ES_BRUSH_BAR (object)->simple);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
set_simple (EsBrushBar *self, gboolean simple)
{
  GtkWidget *others[] = {self->hardness_label, GTK_WIDGET (self->hardness),
                         self->strength_label, GTK_WIDGET (self->strength),
                         self->symmetry_label, GTK_WIDGET (self->symmetry)};

  self->simple = simple;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    gtk_widget_set_visible (others[i], !simple);
  mode_cb (self);
}

static void
es_brush_bar_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_SIMPLE)
    set_simple (ES_BRUSH_BAR (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsBrushBar, name)

static void
es_brush_bar_class_init (EsBrushBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = es_brush_bar_get_property;
  object_class->set_property = es_brush_bar_set_property;
  props[PROP_SIMPLE] = g_param_spec_boolean (
      "simple", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_BRUSH_BAR, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-brush-bar.ui");
  BIND (paint);
  BIND (erase);
  BIND (smooth);
  BIND (signs);
  BIND (negative);
  BIND (size);
  BIND (hardness_label);
  BIND (hardness);
  BIND (strength_label);
  BIND (strength);
  BIND (symmetry_label);
  BIND (symmetry);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
}

static void
es_brush_bar_init (EsBrushBar *self)
{
  static const double strengths[N_MODES] = {0.5, 1, 0.5};

  memcpy (self->strengths, strengths, sizeof strengths);
  gtk_widget_init_template (GTK_WIDGET (self));
  es_wheel_leave (GTK_WIDGET (self->size));
  es_wheel_leave (GTK_WIDGET (self->hardness));
  es_wheel_leave (GTK_WIDGET (self->strength));
  set_simple (self, FALSE);
}
