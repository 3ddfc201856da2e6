/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-attack-page.h"
#include "es-brush-bar.h"
#include "es-brush-panel.h"
#include "es-canvas.h"
#include "es-drawing-pad.h"
#include "es-explain-page.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <unistd.h>

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

/* Drawing one's own */

static GtkWidget *
pad (Fixture *f, GType page)
{
  return find (find (GTK_WIDGET (f->window), page, "tooltip-text", NULL),
               ES_TYPE_DRAWING_PAD, "tooltip-text", NULL);
}

static const float *
sample_pixels (Fixture *f)
{
  return es_workspace_get_sample (f->workspace)->pixels;
}

static gboolean
is_own (Fixture *f)
{
  const EsSample *sample = es_workspace_get_sample (f->workspace);

  return sample != NULL && sample->dataset == NULL;
}

/* Whether the explanation reads it as the pad does. */
static gboolean
explains_own (Fixture *f)
{
  EsPlot *explanation = plot (f, "Explanation");

  return explanation != NULL && find (pad (f, ES_TYPE_EXPLAIN_PAGE), GTK_TYPE_LABEL,
                                      "label", es_plot_get_title (explanation)) != NULL;
}

static gboolean
has_pad (Fixture *f)
{
  return gtk_widget_get_mapped (pad (f, ES_TYPE_EXPLAIN_PAGE));
}

static gboolean
has_attack_pad (Fixture *f)
{
  return gtk_widget_get_mapped (pad (f, ES_TYPE_ATTACK_PAGE));
}

static void
draw_line (Fixture *f, GType page)
{
  stroke_row (find (pad (f, page), ES_TYPE_CANVAS, "tooltip-text", NULL), 6.5);
}

static void
open_pad (Fixture *f)
{
  start_small (f, 2);
  wait_for (f, is_finished);
  act (f, "win.draw");
  wait_for (f, has_pad);
}

/* What is drawn is explained, and attacked; undo is the pad's. */
static void
test_own (Fixture *f, gconstpointer unused)
{
  GtkWidget *widget;

  open_pad (f);
  draw_line (f, ES_TYPE_EXPLAIN_PAGE);
  g_assert_true (is_own (f));
  g_assert_cmpfloat (sample_pixels (f)[6 * 28 + 10], ==, 1);
  g_assert_nonnull (
      find (find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL),
            GTK_TYPE_LABEL, "label", "Own drawing"));
  wait_for (f, explains_own);
  act (f, "win.paint");
  wait_for (f, has_image);
  g_assert_cmpmem (outcome (f)->input, 784 * sizeof (float), sample_pixels (f),
                   784 * sizeof (float));
  g_assert_cmpint (outcome (f)->label, ==, -1);
  act (f, "win.draw");
  wait_for (f, has_attack_pad);
  widget = pad (f, ES_TYPE_ATTACK_PAGE);
  draw_line (f, ES_TYPE_ATTACK_PAGE);
  gtk_widget_activate_action (widget, "drawing.centre", NULL);
  g_assert_cmpfloat (sample_pixels (f)[6 * 28 + 10], ==, 0);
  g_assert_cmpfloat (outcome (f)->input[14 * 28 + 14], >, 0.5);
  gtk_widget_activate_action (widget, "drawing.undo", NULL);
  g_assert_cmpfloat (outcome (f)->input[6 * 28 + 10], ==, 1);
  gtk_widget_activate_action (widget, "drawing.invert", NULL);
  g_assert_cmpfloat (outcome (f)->input[6 * 28 + 10], ==, 0);
  gtk_widget_activate_action (widget, "drawing.clear", NULL);
  g_assert_cmpfloat (outcome (f)->input[0], ==, 0);
}

/* An image of the dataset, and back to the drawing, which is still there. */
static void
test_back (Fixture *f, gconstpointer unused)
{
  GtkWidget *page;
  g_autoptr (EsSample) sample = NULL;

  open_pad (f);
  draw_line (f, ES_TYPE_EXPLAIN_PAGE);
  page = find (GTK_WIDGET (f->window), ES_TYPE_EXPLAIN_PAGE, "tooltip-text", NULL);
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (find (page, GTK_TYPE_TOGGLE_BUTTON, "label", "Dataset")),
      TRUE);
  g_assert_true (is_own (f));
  sample = es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TEST, 3);
  es_workspace_set_sample (f->workspace, sample);
  g_assert_false (is_own (f));
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (find (page, GTK_TYPE_TOGGLE_BUTTON, "label", "Own Drawing")),
      TRUE);
  g_assert_true (is_own (f));
  g_assert_cmpfloat (sample_pixels (f)[6 * 28 + 10], ==, 1);
}

/* A dark square on white, 56 pixels a side. */
static GdkTexture *
texture_new (void)
{
  guint8 *pixels = g_malloc (56 * 56 * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, 56 * 56 * 3);

  for (guint r = 0; r < 56; r++)
    for (guint c = 0; c < 56; c++)
      memset (pixels + (r * 56 + c) * 3,
              r >= 20 && r < 36 && c >= 20 && c < 36 ? 0 : 255, 3);
  return gdk_memory_texture_new (56, 56, GDK_MEMORY_R8G8B8, bytes, 56 * 3);
}

static void
check_square (Fixture *f)
{
  wait_for (f, is_own);
  g_assert_cmpfloat (sample_pixels (f)[14 * 28 + 14], ==, 1);
  g_assert_cmpfloat (sample_pixels (f)[2 * 28 + 2], ==, 0);
}

/* Pasted, and opened as a file; nothing to paste, and no network to read it, are said.
 */
static void
test_picture (Fixture *f, gconstpointer unused)
{
  g_autoptr (GdkTexture) texture = texture_new ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (f->window));
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "square-XXXXXX", NULL);
  int fd = g_mkstemp (path);

  g_assert_true (gdk_texture_save_to_png (texture, path));
  close (fd);
  es_window_open_file (f->window, path);
  gdk_clipboard_set_text (clipboard, "no image");
  act (f, "win.paste");
  run_for (300);
  g_assert_null (es_workspace_get_sample (f->workspace));
  start_small (f, 2);
  wait_for (f, is_finished);
  gdk_clipboard_set_texture (clipboard, texture);
  act (f, "win.paste");
  check_square (f);
  es_workspace_set_sample (f->workspace, NULL);
  es_drawing_clear (es_workspace_get_drawing (f->workspace));
  es_workspace_set_sample (f->workspace, NULL);
  es_window_open_file (f->window, path);
  check_square (f);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/painting/brush", Fixture, NULL, set_up, test_brush, tear_down);
  g_test_add ("/painting/modes", Fixture, NULL, set_up, test_modes, tear_down);
  g_test_add ("/painting/interrupted", Fixture, NULL, set_up, test_interrupted,
              tear_down);
  g_test_add ("/painting/own", Fixture, NULL, set_up, test_own, tear_down);
  g_test_add ("/painting/back", Fixture, NULL, set_up, test_back, tear_down);
  g_test_add ("/painting/picture", Fixture, NULL, set_up, test_picture, tear_down);
  return g_test_run ();
}
