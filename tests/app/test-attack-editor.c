/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-editor.h"

#include "es-attack-figures.h"
#include "es-brush.h"
#include "es-loss.h"
#include "es-network.h"

#include <string.h>

#define ROWS 6
#define COLS 5
#define P (ROWS * COLS)
#define LARGER_P (P + COLS) /* of images with a row more */
#define CLASSES 4
#define ACTIONS 200
#define MEMORY ES_ATTACK_EDITOR_MEMORY

typedef struct
{
  EsModel *model;
  EsAttackEditor *editor;
  float x[P];
  guint n_changed;
} Fixture;

static void
changed_cb (EsAttackEditor *editor, Fixture *f)
{
  f->n_changed++;
}

static void
fill_random (float *values, double lower, double upper)
{
  for (gsize p = 0; p < P; p++)
    values[p] = (float)g_test_rand_double_range (lower, upper);
}

static EsModel *
model_new (guint rows)
{
  EsModelConfig config = {
      .rows = rows, .cols = COLS, .hidden = 8, .outputs = CLASSES, .layers = 1};
  EsModel *model = es_model_new (&config, NULL);

  es_model_init (model, 3);
  return model;
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  f->model = model_new (ROWS);
  f->editor = es_attack_editor_new (MEMORY);
  fill_random (f->x, 0, 1);
  g_assert_true (es_attack_editor_set_image (f->editor, f->model, f->x, 2, &error));
  g_assert_no_error (error);
  g_signal_connect (f->editor, "changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_assert_finalize_object (f->editor);
  es_model_unref (f->model);
}

static void
add_random (Fixture *f)
{
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_BRUSH,
                         .name = (char *)"Layer",
                         .strength = g_test_rand_double_range (-1, 1),
                         .class_index = -1,
                         .component = -1};
  float pixels[P];

  fill_random (pixels, -0.3, 0.3);
  es_attack_editor_add (f->editor, &layer, pixels);
}

/* What the editor says is what the network says of what it shows. */
static void
check_outcome (Fixture *f)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (f->editor);
  g_autoptr (EsActivations) act =
      es_activations_new (es_model_get_config (f->model), 1, FALSE, NULL);
  float change[P];
  EsNorms norms;

  es_attack_stack_compose (es_attack_editor_get_stack (f->editor), f->x, change);
  es_norms_measure (&norms, change, P);
  for (gsize p = 0; p < P; p++) {
    g_assert_cmpfloat (outcome->change[p], ==, change[p]);
    act->x[p] = f->x[p] + change[p];
    g_assert_cmpfloat (outcome->result[p], ==, act->x[p]);
  }
  es_network_forward (f->model, act, 1);
  for (gsize c = 0; c < CLASSES; c++)
    g_assert_cmpfloat_with_epsilon ((double)outcome->after[c], (double)act->logits[c],
                                    1e-4);
  g_assert_cmpuint (outcome->read_after, ==, es_argmax (outcome->after, CLASSES));
  g_assert_cmpfloat (outcome->norms.l2, ==, norms.l2);
}

/* The logits are of classes by name, by number where they have none. */
static void
test_logits (Fixture *f, gconstpointer unused)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (f->editor);
  const char *const names[] = {"T-shirt/top", "Trouser", "Bag", "Ankle boot", NULL};
  g_autoptr (EsPlot) named = es_attack_figures_logits (outcome, (char **)names);
  g_autoptr (EsPlot) numbered = es_attack_figures_logits (outcome, NULL);
  g_autofree char *by_name = es_plot_describe (named, NULL);
  g_autofree char *by_number = es_plot_describe (numbered, NULL);

  g_assert_nonnull (strstr (by_name, "before T-shirt/top "));
  g_assert_nonnull (strstr (by_name, "; after T-shirt/top "));
  g_assert_nonnull (strstr (by_name, ", Ankle boot "));
  g_assert_nonnull (strstr (by_number, ", 3 "));
}

static void
test_outcome (Fixture *f, gconstpointer unused)
{
  check_outcome (f);
  add_random (f);
  add_random (f);
  g_assert_cmpuint (f->n_changed, ==, 2);
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, 1);
  check_outcome (f);
  es_attack_editor_set_clip (f->editor, FALSE);
  check_outcome (f);
  es_attack_editor_set_budget (f->editor, ES_NORM_L2, 0.1);
  check_outcome (f);
  g_assert_cmpfloat (es_attack_editor_get_outcome (f->editor)->norms.l2, <=, 0.1001);
}

/* A stroke of three moves on layer @i, or on a new layer: one step. */
static void
paint_randomly (Fixture *f, guint i)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (f->editor);
  gboolean on_new = es_attack_stack_get_n_layers (stack) == 0 || g_test_rand_bit ();
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_BRUSH,
                         .name = (char *)"Painted",
                         .strength = 1,
                         .class_index = -1,
                         .component = -1};
  g_autoptr (EsStroke) stroke = NULL;
  float none[P] = {0};
  EsBrush brush;

  es_brush_init (&brush);
  brush.mode = (EsBrushMode)g_test_rand_int_range (0, 3);
  brush.size = g_test_rand_double_range (0.5, 3);
  brush.strength = g_test_rand_double_range (0.1, 1);
  brush.negative = g_test_rand_bit ();
  brush.symmetry = (EsSymmetry)g_test_rand_int_range (0, 4);
  stroke = es_stroke_new (
      &brush,
      on_new ? none : es_attack_layer_get_pixels (es_attack_stack_get_layer (stack, i)),
      ROWS, COLS);
  es_attack_editor_settle (f->editor);
  for (guint move = 0; move < 3; move++) {
    es_stroke_to (stroke, g_test_rand_double_range (-1, COLS + 1),
                  g_test_rand_double_range (-1, ROWS + 1), 1);
    if (on_new && move == 0) {
      es_attack_editor_add (f->editor, &layer, es_stroke_get_pixels (stroke));
      i = (guint)es_attack_editor_get_selected (f->editor);
    } else {
      es_attack_editor_set_pixels (f->editor, i, es_stroke_get_pixels (stroke));
    }
    check_outcome (f);
  }
  es_attack_editor_settle (f->editor);
}

static void
edit_randomly (Fixture *f)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (f->editor);
  guint n = es_attack_stack_get_n_layers (stack);
  guint i = n > 0 ? (guint)g_test_rand_int_range (0, (gint)n) : 0;
  float pixels[P];

  switch (g_test_rand_int_range (0, 15)) {
  case 0:
  case 1:
    add_random (f);
    break;
  case 2:
    es_attack_editor_remove (f->editor, i);
    break;
  case 3:
    es_attack_editor_move (f->editor, i, (guint)g_test_rand_int_range (0, 4));
    break;
  case 4:
    es_attack_editor_set_hidden (f->editor, i, g_test_rand_bit ());
    break;
  case 5:
    es_attack_editor_set_strength (f->editor, i, g_test_rand_double_range (-2, 2));
    break;
  case 6:
    fill_random (pixels, -1, 1);
    es_attack_editor_set_pixels (f->editor, i, pixels);
    break;
  case 7:
    es_attack_editor_duplicate (f->editor, i);
    break;
  case 8:
    es_attack_editor_set_budget (f->editor, (EsNorm)g_test_rand_int_range (0, 3),
                                 g_test_rand_double_range (0.1, 2));
    break;
  case 9:
    es_attack_editor_set_clip (f->editor, g_test_rand_bit ());
    break;
  case 10:
    es_attack_editor_undo (f->editor);
    break;
  case 11:
  case 12:
  case 13:
    paint_randomly (f, i);
    break;
  default:
    es_attack_editor_redo (f->editor);
    break;
  }
  if (g_test_rand_bit ())
    es_attack_editor_settle (f->editor);
}

static void
check_same (Fixture *f, const EsAttackStack *stack, gint selected)
{
  g_assert_true (es_attack_stack_equal (es_attack_editor_get_stack (f->editor), stack));
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, selected);
  check_outcome (f);
}

static void
test_walk (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsAttackStack) first =
      es_attack_stack_copy (es_attack_editor_get_stack (f->editor));
  g_autoptr (EsAttackStack) last = NULL;
  gint selected;

  for (guint i = 0; i < ACTIONS; i++) {
    edit_randomly (f);
    check_outcome (f);
  }
  while (es_attack_editor_can_redo (f->editor))
    es_attack_editor_redo (f->editor);
  last = es_attack_stack_copy (es_attack_editor_get_stack (f->editor));
  selected = es_attack_editor_get_selected (f->editor);
  while (es_attack_editor_can_undo (f->editor))
    es_attack_editor_undo (f->editor);
  check_same (f, first, -1);
  while (es_attack_editor_can_redo (f->editor))
    es_attack_editor_redo (f->editor);
  check_same (f, last, selected);
}

/* A drag is one step; two drags are two. */
static void
test_joined (Fixture *f, gconstpointer unused)
{
  add_random (f);
  for (guint i = 1; i <= 5; i++)
    es_attack_editor_set_strength (f->editor, 0, 2 + 0.1 * i);
  es_attack_editor_settle (f->editor);
  for (guint i = 1; i <= 5; i++)
    es_attack_editor_set_strength (f->editor, 0, 3 + 0.1 * i);
  es_attack_editor_undo (f->editor);
  g_assert_cmpfloat (
      es_attack_stack_get_layer (es_attack_editor_get_stack (f->editor), 0)->strength,
      ==, 2.5);
  es_attack_editor_undo (f->editor);
  es_attack_editor_undo (f->editor);
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 0);
  g_assert_false (es_attack_editor_can_undo (f->editor));
}

/* A stroke that begins a layer is one step with it; the next stroke is another. */
static void
test_strokes (Fixture *f, gconstpointer unused)
{
  float pixels[P];

  add_random (f);
  for (guint i = 0; i < 5; i++) {
    fill_random (pixels, -1, 1);
    es_attack_editor_set_pixels (f->editor, 0, pixels);
  }
  es_attack_editor_settle (f->editor);
  fill_random (pixels, -1, 1);
  es_attack_editor_set_pixels (f->editor, 0, pixels);
  es_attack_editor_undo (f->editor);
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 1);
  es_attack_editor_undo (f->editor);
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 0);
  g_assert_false (es_attack_editor_can_undo (f->editor));
}

/* The selection follows its layer. */
static void
test_selected (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 4; i++)
    add_random (f);
  es_attack_editor_set_selected (f->editor, 1);
  es_attack_editor_move (f->editor, 3, 0);
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, 2);
  es_attack_editor_remove (f->editor, 0);
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, 1);
  es_attack_editor_duplicate (f->editor, 1);
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, 2);
  es_attack_editor_remove (f->editor, 3);
  es_attack_editor_remove (f->editor, 2);
  g_assert_cmpint (es_attack_editor_get_selected (f->editor), ==, 1);
}

/* @n steps on one layer. */
static void
paint_over (EsAttackEditor *editor, guint n)
{
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_BRUSH, .name = (char *)"Layer"};
  float pixels[LARGER_P] = {0};

  for (guint i = 0; i < n; i++) {
    fill_random (pixels, 0, 1);
    if (i == 0)
      es_attack_editor_add (editor, &layer, pixels);
    else
      es_attack_editor_set_pixels (editor, 0, pixels);
    es_attack_editor_settle (editor);
  }
}

static guint
undo_all (EsAttackEditor *editor)
{
  guint n = 0;

  for (; es_attack_editor_can_undo (editor); n++)
    es_attack_editor_undo (editor);
  return n;
}

/* Old steps go when they take too much memory; the latest ones stay. */
static void
test_memory (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsAttackEditor) editor = es_attack_editor_new (20 * P * sizeof (float));
  guint n;

  g_assert_true (es_attack_editor_set_image (editor, f->model, f->x, 0, NULL));
  paint_over (editor, 101);
  n = undo_all (editor);
  g_assert_cmpuint (n, >=, 5);
  g_assert_cmpuint (n, <=, 20);
}

/* Layers stay when the image changes; those for images of another size come back with
   one, as do all edits. */
static void
test_image (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsModel) larger = model_new (ROWS + 1);
  g_autoptr (EsAttackStack) stack = NULL;
  float x[LARGER_P] = {0};

  add_random (f);
  stack = es_attack_stack_copy (es_attack_editor_get_stack (f->editor));
  fill_random (f->x, 0, 1);
  g_assert_true (es_attack_editor_set_image (f->editor, f->model, f->x, 1, NULL));
  check_outcome (f);
  g_assert_true (es_attack_editor_can_undo (f->editor));
  g_assert_true (es_attack_editor_set_image (f->editor, NULL, NULL, -1, NULL));
  g_assert_null (es_attack_editor_get_outcome (f->editor));
  add_random (f);
  es_attack_editor_undo (f->editor);
  g_assert_true (es_attack_editor_set_image (f->editor, f->model, f->x, 1, NULL));
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 1);
  g_assert_true (es_attack_editor_set_image (f->editor, larger, x, 1, NULL));
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 0);
  g_assert_false (es_attack_editor_can_undo (f->editor));
  g_assert_true (es_attack_editor_set_image (f->editor, f->model, f->x, 1, NULL));
  check_same (f, stack, 0);
  es_attack_editor_undo (f->editor);
  g_assert_cmpuint (
      es_attack_stack_get_n_layers (es_attack_editor_get_stack (f->editor)), ==, 0);
  g_assert_true (es_attack_editor_set_image (f->editor, larger, x, 1, NULL));
  g_assert_true (es_attack_editor_set_image (f->editor, f->model, f->x, 1, NULL));
  es_attack_editor_redo (f->editor);
  check_same (f, stack, 0);
}

/* Steps for images of another size go before those of this one, but the latest. */
static void
test_sizes_memory (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsAttackEditor) editor = es_attack_editor_new (20 * P * sizeof (float));
  g_autoptr (EsModel) larger = model_new (ROWS + 1);
  float x[LARGER_P] = {0};
  guint n;

  g_assert_true (es_attack_editor_set_image (editor, larger, x, 0, NULL));
  paint_over (editor, 6);
  g_assert_true (es_attack_editor_set_image (editor, f->model, f->x, 0, NULL));
  paint_over (editor, 6);
  g_assert_cmpuint (undo_all (editor), ==, 6);
  g_assert_true (es_attack_editor_set_image (editor, larger, x, 0, NULL));
  n = undo_all (editor);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/attack-editor/logits", test_logits);
  ADD ("/attack-editor/outcome", test_outcome);
  ADD ("/attack-editor/walk", test_walk);
  ADD ("/attack-editor/joined", test_joined);
  ADD ("/attack-editor/strokes", test_strokes);
  ADD ("/attack-editor/selected", test_selected);
  ADD ("/attack-editor/memory", test_memory);
  ADD ("/attack-editor/sizes-memory", test_sizes_memory);
  ADD ("/attack-editor/image", test_image);
  return g_test_run ();
}
