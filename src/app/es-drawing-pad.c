/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-drawing-pad.h"

#include "es-attack-probe.h"
#include "es-brush-bar.h"
#include "es-canvas.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-theme.h"

/* Classes whose logits are said. */
#define N_SAID 3

struct _EsDrawingPad
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsDrawing *drawing; /* that is shown, or NULL */
  EsModel *model;     /* that the probe is of, or NULL */
  EsAttackProbe *probe;
  EsAttackStack *stack; /* the drawing as a layer on nothing */

  GtkStack *pages;
  EsCanvas *canvas;
  EsBrushBar *bar;
  GtkLabel *reading;
  GtkLabel *logits;
};

G_DEFINE_FINAL_TYPE (EsDrawingPad, es_drawing_pad, ADW_TYPE_BIN)

/* What the network reads: by what moved, so at every move. */

static void
forget_probe (EsDrawingPad *self)
{
  g_clear_pointer (&self->probe, es_attack_probe_free);
  g_clear_pointer (&self->stack, es_attack_stack_free);
  g_clear_pointer (&self->model, es_model_unref);
}

static gboolean
ensure_probe (EsDrawingPad *self, EsModel *model)
{
  gsize P = es_model_config_inputs (es_model_get_config (model));
  g_autofree float *nothing = NULL;

  if (self->model == model)
    return self->probe != NULL;
  forget_probe (self);
  nothing = g_new0 (float, P);
  self->model = es_model_ref (model);
  self->probe = es_attack_probe_new (model, nothing, NULL);
  self->stack = es_attack_stack_new (P);
  es_attack_stack_add (self->stack, ES_ATTACK_LAYER_BRUSH, "", nothing);
  return self->probe != NULL;
}

static guint
find_largest (const float *logits, guint n)
{
  guint best = 0;

  for (guint c = 1; c < n; c++)
    if (logits[c] > logits[best])
      best = c;
  return best;
}

/* Says the largest of @logits (n), which are lost. */
static void
say_logits (EsDrawingPad *self, float *logits, guint n)
{
  char **names = es_run_item_get_class_names (self->run);
  guint n_names = names != NULL ? g_strv_length (names) : 0;
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < MIN (n, N_SAID); k++) {
    guint c = find_largest (logits, n);
    g_autofree char *number =
        c < n_names ? g_strdup (names[c]) : g_strdup_printf ("%u", c);
    g_autofree char *value =
        es_number_text ((double)logits[c], 3, es_theme_get_point ());

    if (k == 0) {
      g_autofree char *read = g_strdup_printf (_ ("Read as %s"), number);

      gtk_label_set_text (self->reading, read);
    }
    g_string_append_printf (text, "%s%s: %s", k > 0 ? " · " : "", number, value);
    logits[c] = -G_MAXFLOAT;
  }
  gtk_label_set_text (self->logits, text->str);
  g_string_free (text, TRUE);
}

static void
say_reading (EsDrawingPad *self)
{
  EsModel *model = es_workspace_get_model (self->workspace);
  g_autofree float *logits = NULL;
  guint n;

  if (self->drawing == NULL || model == NULL || es_drawing_is_empty (self->drawing) ||
      !ensure_probe (self, model)) {
    gtk_label_set_text (self->reading, _ ("Draw Here"));
    gtk_label_set_text (self->logits,
                        _ ("Or paste an image (Ctrl+V), or drop one on the window"));
    return;
  }
  n = es_model_get_config (model)->outputs;
  logits = g_new (float, n);
  es_attack_stack_set_pixels (self->stack, 0, es_drawing_get_pixels (self->drawing));
  es_attack_probe_logits (self->probe, self->stack, logits);
  say_logits (self, logits, n);
}

/* What is shown */

static void
drawing_cb (EsDrawingPad *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  EsDrawing *drawing = self->drawing;
  gboolean drawn = drawing != NULL && !es_drawing_is_empty (drawing);

  gtk_widget_action_set_enabled (widget, "drawing.undo",
                                 drawing != NULL && es_drawing_can_undo (drawing));
  gtk_widget_action_set_enabled (widget, "drawing.redo",
                                 drawing != NULL && es_drawing_can_redo (drawing));
  gtk_widget_action_set_enabled (widget, "drawing.clear", drawn);
  gtk_widget_action_set_enabled (widget, "drawing.invert", drawing != NULL);
  gtk_widget_action_set_enabled (widget, "drawing.centre", drawn);
  gtk_stack_set_visible_child_name (self->pages, drawing != NULL ? "pad" : "none");
  if (drawing == NULL || !gtk_widget_get_mapped (widget))
    return;
  es_canvas_set_picture (self->canvas, es_drawing_get_pixels (drawing),
                         es_drawing_get_rows (drawing), es_drawing_get_cols (drawing),
                         ES_CANVAS_INK);
  say_reading (self);
}

static void
set_drawing (EsDrawingPad *self, EsDrawing *drawing)
{
  if (drawing != self->drawing) {
    es_canvas_end_stroke (self->canvas);
    if (self->drawing != NULL)
      g_signal_handlers_disconnect_by_data (self->drawing, self);
    g_set_object (&self->drawing, drawing);
    if (drawing != NULL)
      g_signal_connect_object (drawing, "changed", G_CALLBACK (drawing_cb), self,
                               G_CONNECT_SWAPPED);
  }
  drawing_cb (self);
}

/* Other weights, perhaps of another size. */
static void
model_cb (EsDrawingPad *self)
{
  set_drawing (self, es_workspace_get_drawing (self->workspace));
}

static void
run_cb (EsDrawingPad *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, es_workspace_get_run (self->workspace));
  if (self->run != NULL)
    g_signal_connect_object (self->run, "snapshot", G_CALLBACK (model_cb), self,
                             G_CONNECT_SWAPPED);
  model_cb (self);
}

void
es_drawing_pad_set_workspace (EsDrawingPad *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_DRAWING_PAD (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::frame", G_CALLBACK (model_cb), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}

/* Strokes */

static void
bar_cb (EsDrawingPad *self)
{
  EsBrush brush;

  es_brush_bar_get_brush (self->bar, &brush);
  es_canvas_set_brush_size (self->canvas, brush.size);
}

static void
began_cb (EsDrawingPad *self, gboolean eraser)
{
  EsBrush brush;

  es_brush_bar_get_brush (self->bar, &brush);
  if (eraser)
    brush.mode = ES_BRUSH_ERASE;
  if (self->drawing != NULL)
    es_drawing_begin (self->drawing, &brush);
}

static void
moved_cb (EsDrawingPad *self, double x, double y, double pressure)
{
  if (self->drawing != NULL)
    es_drawing_move (self->drawing, x, y, pressure);
}

static void
ended_cb (EsDrawingPad *self)
{
  if (self->drawing != NULL)
    es_drawing_end (self->drawing);
}

static void
size_cb (EsDrawingPad *self, gboolean larger)
{
  es_brush_bar_step_size (self->bar, larger);
}

/* Actions: "drawing." and what is done. */

static void
change (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const struct
  {
    const char *name;
    void (*act) (EsDrawing *drawing);
  } changes[] = {
      {"drawing.undo", es_drawing_undo},     {"drawing.redo", es_drawing_redo},
      {"drawing.clear", es_drawing_clear},   {"drawing.invert", es_drawing_invert},
      {"drawing.centre", es_drawing_centre},
  };
  EsDrawing *drawing = ES_DRAWING_PAD (widget)->drawing;

  for (guint i = 0; i < G_N_ELEMENTS (changes) && drawing != NULL; i++)
    if (g_str_equal (name, changes[i].name))
      changes[i].act (drawing);
}

/* Life */

static void
es_drawing_pad_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (es_drawing_pad_parent_class)->map (widget);
  drawing_cb (ES_DRAWING_PAD (widget));
}

static gboolean
es_drawing_pad_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ES_DRAWING_PAD (widget)->canvas));
}

static void
es_drawing_pad_dispose (GObject *object)
{
  EsDrawingPad *self = ES_DRAWING_PAD (object);

  forget_probe (self);
  if (self->drawing != NULL)
    g_signal_handlers_disconnect_by_data (self->drawing, self);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->drawing);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_drawing_pad_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsDrawingPad, name)
#define CALLBACK(name) gtk_widget_class_bind_template_callback (widget_class, name)

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const char *const names[] = {"drawing.undo", "drawing.redo", "drawing.clear",
                                      "drawing.invert", "drawing.centre"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_class_install_action (widget_class, names[i], NULL, change);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK,
                                       "drawing.undo", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "drawing.redo", NULL);
}

static void
es_drawing_pad_class_init (EsDrawingPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_drawing_pad_dispose;
  widget_class->map = es_drawing_pad_map;
  widget_class->grab_focus = es_drawing_pad_grab_focus;
  g_type_ensure (ES_TYPE_BRUSH_BAR);
  g_type_ensure (ES_TYPE_CANVAS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-drawing-pad.ui");
  BIND (pages);
  BIND (canvas);
  BIND (bar);
  BIND (reading);
  BIND (logits);
  CALLBACK (bar_cb);
  CALLBACK (began_cb);
  CALLBACK (moved_cb);
  CALLBACK (ended_cb);
  CALLBACK (size_cb);
  install_actions (widget_class);
}

static void
es_drawing_pad_init (EsDrawingPad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_canvas_set_label (self->canvas, _ ("Own Drawing"));
  bar_cb (self);
}
