/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-layer-row.h"

#include "es-i18n.h"
#include "es-wheel.h"

/* After this long without a change, the next one can be undone by itself. */
#define SETTLE_MILLISECONDS 600
/* Reach of the slider: deviations of a mask; times what was painted or found. */
#define MASK_REACH 1.0
#define OTHER_REACH 2.0

struct _EsLayerRow
{
  GtkListBoxRow parent_instance;

  EsAttackEditor *editor;
  guint layer;
  gboolean updating;
  guint settle_source;

  GtkToggleButton *shown;
  GtkLabel *name;
  GtkSpinButton *number;
  GtkScale *scale;
};

G_DEFINE_FINAL_TYPE (EsLayerRow, es_layer_row, GTK_TYPE_LIST_BOX_ROW)

static const EsAttackLayer *
layer_of (EsLayerRow *self)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (self->editor);

  return stack != NULL && self->layer < es_attack_stack_get_n_layers (stack)
             ? es_attack_stack_get_layer (stack, self->layer)
             : NULL;
}

static gboolean
settle_cb (gpointer data)
{
  EsLayerRow *self = data;

  self->settle_source = 0;
  es_attack_editor_settle (self->editor);
  return G_SOURCE_REMOVE;
}

static void
set_strength (EsLayerRow *self, double strength)
{
  if (self->updating)
    return;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MILLISECONDS, settle_cb, self);
  es_attack_editor_set_selected (self->editor, (gint)self->layer);
  es_attack_editor_set_strength (self->editor, self->layer, strength);
}

static void
number_cb (EsLayerRow *self)
{
  set_strength (self, gtk_spin_button_get_value (self->number));
}

static void
scale_cb (EsLayerRow *self)
{
  set_strength (self, gtk_range_get_value (GTK_RANGE (self->scale)));
}

static void
shown_cb (EsLayerRow *self)
{
  if (!self->updating)
    es_attack_editor_set_hidden (self->editor, self->layer,
                                 !gtk_toggle_button_get_active (self->shown));
}

/* Moving: up in the list is up in the stack. */

static void
move_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsLayerRow *self = ES_LAYER_ROW (widget);

  es_attack_editor_move (self->editor, self->layer, self->layer + 1);
}

static void
move_down (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsLayerRow *self = ES_LAYER_ROW (widget);

  if (self->layer > 0)
    es_attack_editor_move (self->editor, self->layer, self->layer - 1);
}

static void
duplicate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsLayerRow *self = ES_LAYER_ROW (widget);

  es_attack_editor_duplicate (self->editor, self->layer);
}

static void
remove_layer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsLayerRow *self = ES_LAYER_ROW (widget);

  es_attack_editor_remove (self->editor, self->layer);
}

static GdkContentProvider *
prepare_cb (EsLayerRow *self)
{
  return gdk_content_provider_new_typed (ES_TYPE_LAYER_ROW, self);
}

static gboolean
drop_cb (EsLayerRow *self, const GValue *value)
{
  EsLayerRow *dragged = g_value_get_object (value);

  if (dragged == NULL || dragged->editor != self->editor)
    return FALSE;
  es_attack_editor_move (self->editor, dragged->layer, self->layer);
  return TRUE;
}

static void
add_controllers (EsLayerRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (ES_TYPE_LAYER_ROW, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->name), GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* Showing */

void
es_layer_row_show (EsLayerRow *self, guint i)
{
  const EsAttackStack *stack;
  const EsAttackLayer *layer;
  double reach;

  g_return_if_fail (ES_IS_LAYER_ROW (self));
  self->layer = i;
  stack = es_attack_editor_get_stack (self->editor);
  layer = layer_of (self);
  if (layer == NULL)
    return;
  reach = layer->kind == ES_ATTACK_LAYER_MASK || layer->kind == ES_ATTACK_LAYER_CONTROL
              ? MASK_REACH
              : OTHER_REACH;
  self->updating = TRUE;
  gtk_label_set_text (self->name, layer->name);
  gtk_toggle_button_set_active (self->shown, !layer->hidden);
  gtk_button_set_icon_name (GTK_BUTTON (self->shown), layer->hidden
                                                          ? "view-conceal-symbolic"
                                                          : "view-reveal-symbolic");
  gtk_range_set_range (GTK_RANGE (self->scale), -reach, reach);
  gtk_range_set_value (GTK_RANGE (self->scale), layer->strength);
  gtk_spin_button_set_value (self->number, layer->strength);
  self->updating = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  layer->name, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.up",
                                 i + 1 < es_attack_stack_get_n_layers (stack));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.down", i > 0);
}

guint
es_layer_row_get_layer (EsLayerRow *self)
{
  g_return_val_if_fail (ES_IS_LAYER_ROW (self), 0);
  return self->layer;
}

/* Life */

static void
es_layer_row_dispose (GObject *object)
{
  EsLayerRow *self = ES_LAYER_ROW (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (es_layer_row_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsLayerRow, name)

static void
es_layer_row_class_init (EsLayerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_layer_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-layer-row.ui");
  BIND (shown);
  BIND (name);
  BIND (number);
  BIND (scale);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, scale_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
  gtk_widget_class_install_action (widget_class, "layer.up", NULL, move_up);
  gtk_widget_class_install_action (widget_class, "layer.down", NULL, move_down);
  gtk_widget_class_install_action (widget_class, "layer.duplicate", NULL, duplicate);
  gtk_widget_class_install_action (widget_class, "layer.remove", NULL, remove_layer);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK,
                                       "layer.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK,
                                       "layer.down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_ALT_MASK,
                                       "layer.duplicate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "layer.remove",
                                       NULL);
}

static void
es_layer_row_init (EsLayerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_wheel_leave (GTK_WIDGET (self->number));
  es_wheel_leave (GTK_WIDGET (self->scale));
  add_controllers (self);
}

GtkWidget *
es_layer_row_new (EsAttackEditor *editor)
{
  EsLayerRow *self = g_object_new (ES_TYPE_LAYER_ROW, NULL);

  self->editor = g_object_ref (editor);
  return GTK_WIDGET (self);
}
