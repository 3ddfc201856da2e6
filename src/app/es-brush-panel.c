/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-brush-panel.h"

#include "es-beside.h"
#include "es-brush-bar.h"
#include "es-canvas.h"
#include "es-i18n.h"
#include "es-toasts.h"

struct _EsBrushPanel
{
  AdwBin parent_instance;

  EsAttackEditor *editor;
  EsStroke *stroke;  /* under way, or NULL */
  gint layer;        /* that it goes to, or -1: a new one */
  gboolean painting; /* the editor is being changed by us */

  AdwBin *header;
  EsCanvas *canvas;
  EsBrushBar *bar;
  GtkToggleButton *on_change;
};

G_DEFINE_FINAL_TYPE (EsBrushPanel, es_brush_panel, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_PAINTING,
  PROP_HEADER,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* What is shown */

static void
show_picture (EsBrushPanel *self)
{
  const EsAttackOutcome *outcome =
      self->editor != NULL ? es_attack_editor_get_outcome (self->editor) : NULL;
  const EsModelConfig *config;
  gboolean change = gtk_toggle_button_get_active (self->on_change);

  if (outcome == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self->canvas)))
    return;
  config = es_model_get_config (es_attack_editor_get_model (self->editor));
  es_canvas_set_label (self->canvas,
                       change ? _ ("Change, to Paint On") : _ ("Result, to Paint On"));
  es_canvas_set_picture (self->canvas, change ? outcome->change : outcome->result,
                         config->rows, config->cols, ES_CANVAS_SIGNED);
}

static void
bar_cb (EsBrushPanel *self)
{
  EsBrush brush;

  es_brush_bar_get_brush (self->bar, &brush);
  es_canvas_set_brush_size (self->canvas, brush.size);
}

/* Strokes */

static void
drop_stroke (EsBrushPanel *self)
{
  g_clear_pointer (&self->stroke, es_stroke_free);
}

/* Something else has been done to the attack: what comes of the stroke would undo it.
 */
static void
editor_cb (EsBrushPanel *self)
{
  if (!self->painting)
    drop_stroke (self);
  show_picture (self);
}

/* The layer that strokes go to, or -1: there is none yet. */
static gint
find_layer (EsBrushPanel *self)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (self->editor);
  gint i = es_attack_editor_get_selected (self->editor);
  const EsAttackLayer *layer =
      i >= 0 ? es_attack_stack_get_layer (stack, (guint)i) : NULL;

  return layer != NULL && layer->kind == ES_ATTACK_LAYER_BRUSH && !layer->hidden &&
                 layer->strength != 0
             ? i
             : -1;
}

static void
began_cb (EsBrushPanel *self, gboolean eraser)
{
  const EsAttackStack *stack;
  const EsModelConfig *config;
  g_autofree float *none = NULL;
  const float *base;
  EsBrush brush;

  drop_stroke (self);
  if (self->editor == NULL || es_attack_editor_get_outcome (self->editor) == NULL)
    return;
  es_brush_bar_get_brush (self->bar, &brush);
  if (eraser)
    brush.mode = ES_BRUSH_ERASE;
  stack = es_attack_editor_get_stack (self->editor);
  self->layer = find_layer (self);
  if (self->layer < 0 && brush.mode != ES_BRUSH_PAINT) {
    es_toast (GTK_WIDGET (self), _ ("Select a painted layer first, or paint one"));
    return;
  }
  if (self->layer < 0 &&
      es_attack_stack_get_n_layers (stack) >= ES_ATTACK_STACK_MAX_LAYERS) {
    es_toast (GTK_WIDGET (self), _ ("There are too many layers"));
    return;
  }
  base = self->layer >= 0 ? es_attack_layer_get_pixels (
                                es_attack_stack_get_layer (stack, (guint)self->layer))
                          : (none = g_new0 (float, stack->P));
  config = es_model_get_config (es_attack_editor_get_model (self->editor));
  self->stroke = es_stroke_new (&brush, base, config->rows, config->cols);
  es_attack_editor_settle (self->editor);
}

static void
moved_cb (EsBrushPanel *self, double x, double y, double pressure)
{
  EsAttackLayer layer = {
      .kind = ES_ATTACK_LAYER_BRUSH, .strength = 1, .class_index = -1, .component = -1};

  if (self->stroke == NULL || !es_stroke_to (self->stroke, x, y, pressure))
    return;
  self->painting = TRUE;
  if (self->layer < 0) {
    layer.name = (char *)_ ("Painted");
    es_attack_editor_add (self->editor, &layer, es_stroke_get_pixels (self->stroke));
    self->layer = es_attack_editor_get_selected (self->editor);
  } else {
    es_attack_editor_set_pixels (self->editor, (guint)self->layer,
                                 es_stroke_get_pixels (self->stroke));
  }
  self->painting = FALSE;
}

static void
ended_cb (EsBrushPanel *self)
{
  if (self->stroke != NULL)
    es_attack_editor_settle (self->editor);
  drop_stroke (self);
}

static void
size_cb (EsBrushPanel *self, gboolean larger)
{
  es_brush_bar_step_size (self->bar, larger);
}

void
es_brush_panel_set_editor (EsBrushPanel *self, EsAttackEditor *editor)
{
  g_return_if_fail (ES_IS_BRUSH_PANEL (self));
  g_set_object (&self->editor, editor);
  g_signal_connect_object (editor, "changed", G_CALLBACK (editor_cb), self,
                           G_CONNECT_SWAPPED);
  editor_cb (self);
}

/* Life */

static void
es_brush_panel_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  EsBrushPanel *self = ES_BRUSH_PANEL (object);

  if (prop_id == PROP_PAINTING)
    g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->canvas)));
  else if (prop_id == PROP_HEADER)
    g_value_set_object (value, adw_bin_get_child (self->header));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
es_brush_panel_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  EsBrushPanel *self = ES_BRUSH_PANEL (object);

  if (prop_id == PROP_PAINTING)
    gtk_widget_set_visible (GTK_WIDGET (self->canvas), g_value_get_boolean (value));
  else if (prop_id == PROP_HEADER)
    adw_bin_set_child (self->header, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static gboolean
es_brush_panel_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ES_BRUSH_PANEL (widget)->canvas));
}

static void
es_brush_panel_dispose (GObject *object)
{
  EsBrushPanel *self = ES_BRUSH_PANEL (object);

  drop_stroke (self);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (es_brush_panel_parent_class)->dispose (object);
}

static void
es_brush_panel_class_init (EsBrushPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = es_brush_panel_get_property;
  object_class->set_property = es_brush_panel_set_property;
  object_class->dispose = es_brush_panel_dispose;
  props[PROP_PAINTING] = g_param_spec_boolean ("painting", NULL, NULL, FALSE, flags);
  props[PROP_HEADER] =
      g_param_spec_object ("header", NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  widget_class->grab_focus = es_brush_panel_grab_focus;
  g_type_ensure (ES_TYPE_BESIDE);
  g_type_ensure (ES_TYPE_BRUSH_BAR);
  g_type_ensure (ES_TYPE_CANVAS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-brush-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, EsBrushPanel, header);
  gtk_widget_class_bind_template_child (widget_class, EsBrushPanel, canvas);
  gtk_widget_class_bind_template_child (widget_class, EsBrushPanel, bar);
  gtk_widget_class_bind_template_child (widget_class, EsBrushPanel, on_change);
  gtk_widget_class_bind_template_callback (widget_class, show_picture);
  gtk_widget_class_bind_template_callback (widget_class, bar_cb);
  gtk_widget_class_bind_template_callback (widget_class, began_cb);
  gtk_widget_class_bind_template_callback (widget_class, moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, ended_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_cb);
}

static void
es_brush_panel_init (EsBrushPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->canvas, "map", G_CALLBACK (show_picture), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  bar_cb (self);
}
