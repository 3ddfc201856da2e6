/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-attack-page.h"
#include "es-brush-bar.h"
#include "es-brush-panel.h"
#include "es-canvas.h"

#include <adwaita.h>

static EsAttackPage *
attack_page (Fixture *f)
{
  return ES_ATTACK_PAGE (
      find (GTK_WIDGET (f->window), ES_TYPE_ATTACK_PAGE, "tooltip-text", NULL));
}

static const EsAttackStack *
stack (Fixture *f)
{
  return es_attack_editor_get_stack (es_attack_page_get_editor (attack_page (f)));
}

static const EsAttackOutcome *
outcome (Fixture *f)
{
  return es_attack_editor_get_outcome (es_attack_page_get_editor (attack_page (f)));
}

static gboolean
has_image (Fixture *f)
{
  return outcome (f) != NULL;
}

/* What is inside the brush's panel. */
static GtkWidget *
in_panel (Fixture *f, GType type, const char *property, const char *text)
{
  return find (
      find (GTK_WIDGET (attack_page (f)), ES_TYPE_BRUSH_PANEL, "tooltip-text", NULL),
      type, property, text);
}

static void
choose (Fixture *f, const char *label)
{
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (in_panel (f, GTK_TYPE_TOGGLE_BUTTON, "label", label)), TRUE);
}

/* A line along @row on @canvas, as the canvas tells of it. */
static void
stroke_row (GtkWidget *canvas, double row)
{
  g_signal_emit_by_name (canvas, "stroke-began", FALSE);
  for (int x = 5; x <= 20; x++)
    g_signal_emit_by_name (canvas, "stroke-moved", (double)x, row, 1.0);
  g_signal_emit_by_name (canvas, "stroke-ended");
}

static void
open_brush (Fixture *f)
{
  start_small (f, 2);
  wait_for (f, is_finished);
  act (f, "win.paint");
  wait_for (f, has_image);
  g_assert_true (
      gtk_widget_get_mapped (in_panel (f, ES_TYPE_CANVAS, "tooltip-text", NULL)));
}

/* Two strokes are one layer and two steps; the sign is the brush's. */
static void
test_brush (Fixture *f, gconstpointer unused)
{
  GtkWidget *canvas;

  open_brush (f);
  canvas = in_panel (f, ES_TYPE_CANVAS, "tooltip-text", NULL);
  stroke_row (canvas, 3.5);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 1);
  g_assert_cmpint (es_attack_stack_get_layer (stack (f), 0)->kind, ==,
                   ES_ATTACK_LAYER_BRUSH);
  g_assert_cmpfloat (outcome (f)->result[3 * 28 + 10], >=, 0.5);
  choose (f, "Negative");
  stroke_row (canvas, 23.5);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 1);
  g_assert_cmpfloat (es_attack_layer_get_pixels (
                         es_attack_stack_get_layer (stack (f), 0))[23 * 28 + 9],
                     ==, -0.5);
  act (f, "win.undo");
  g_assert_cmpfloat (outcome (f)->change[23 * 28 + 9], ==, 0);
  g_assert_cmpfloat (outcome (f)->change[3 * 28 + 10], >, 0);
  act (f, "win.undo");
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 0);
  act (f, "win.redo");
  g_assert_cmpfloat (outcome (f)->change[3 * 28 + 10], >, 0);
}

/* Erasing takes painted pixels away, smoothing spreads them; neither makes a layer. A
   layer that is hidden is left alone. */
static void
test_modes (Fixture *f, gconstpointer unused)
{
  EsAttackEditor *editor;
  GtkWidget *canvas;

  open_brush (f);
  editor = es_attack_page_get_editor (attack_page (f));
  canvas = in_panel (f, ES_TYPE_CANVAS, "tooltip-text", NULL);
  choose (f, "Erase");
  stroke_row (canvas, 3.5);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 0);
  g_assert_false (es_attack_editor_can_undo (editor));
  choose (f, "Paint");
  stroke_row (canvas, 3.5);
  choose (f, "Smooth");
  stroke_row (canvas, 4.5);
  g_assert_cmpfloat (outcome (f)->change[5 * 28 + 10], >, 0);
  choose (f, "Erase");
  stroke_row (canvas, 3.5);
  g_assert_cmpfloat (outcome (f)->change[3 * 28 + 10], ==, 0);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 1);
  es_attack_editor_set_hidden (editor, 0, TRUE);
  choose (f, "Paint");
  stroke_row (canvas, 8.5);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 2);
}

/* Undone while it is drawn: the rest of the stroke does nothing. */
static void
test_interrupted (Fixture *f, gconstpointer unused)
{
  GtkWidget *canvas;

  open_brush (f);
  canvas = in_panel (f, ES_TYPE_CANVAS, "tooltip-text", NULL);
  g_signal_emit_by_name (canvas, "stroke-began", FALSE);
  g_signal_emit_by_name (canvas, "stroke-moved", 5.0, 5.0, 1.0);
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 1);
  act (f, "win.undo");
  g_signal_emit_by_name (canvas, "stroke-moved", 15.0, 5.0, 1.0);
  g_signal_emit_by_name (canvas, "stroke-ended");
  g_assert_cmpuint (es_attack_stack_get_n_layers (stack (f)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/painting/brush", Fixture, NULL, set_up, test_brush, tear_down);
  g_test_add ("/painting/modes", Fixture, NULL, set_up, test_modes, tear_down);
  g_test_add ("/painting/interrupted", Fixture, NULL, set_up, test_interrupted,
              tear_down);
  return g_test_run ();
}
