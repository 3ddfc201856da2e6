/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-drawing.h"

#include "es-own-image.h"
#include "es-workspace.h"

#include <string.h>

#define ROWS 10
#define COLS 8
#define N (ROWS * COLS)

static void
count_cb (EsDrawing *drawing, guint *n)
{
  (*n)++;
}

static void
stroke (EsDrawing *drawing, EsBrushMode mode, double row)
{
  EsBrush brush;

  es_brush_init (&brush);
  brush.mode = mode;
  es_drawing_begin (drawing, &brush);
  for (int x = 0; x <= COLS; x++)
    es_drawing_move (drawing, x, row, 1);
  es_drawing_end (drawing);
}

/* A stroke is one step, whatever it is made of; one that changes nothing is none. */
static void
test_strokes (void)
{
  g_autoptr (EsDrawing) drawing = es_drawing_new (ROWS, COLS);
  guint n = 0;

  g_signal_connect (drawing, "changed", G_CALLBACK (count_cb), &n);
  g_assert_true (es_drawing_is_empty (drawing));
  stroke (drawing, ES_BRUSH_ERASE, 3.5);
  g_assert_false (es_drawing_can_undo (drawing));
  g_assert_cmpuint (n, ==, 0);
  stroke (drawing, ES_BRUSH_PAINT, 3.5);
  g_assert_cmpuint (n, >=, COLS - 1);
  stroke (drawing, ES_BRUSH_PAINT, 6.5);
  g_assert_cmpfloat (es_drawing_get_pixels (drawing)[3 * COLS + 4], ==, 1);
  g_assert_cmpfloat (es_drawing_get_pixels (drawing)[6 * COLS + 4], ==, 1);
  es_drawing_undo (drawing);
  g_assert_cmpfloat (es_drawing_get_pixels (drawing)[6 * COLS + 4], ==, 0);
  g_assert_cmpfloat (es_drawing_get_pixels (drawing)[3 * COLS + 4], ==, 1);
  es_drawing_undo (drawing);
  g_assert_true (es_drawing_is_empty (drawing));
  g_assert_false (es_drawing_can_undo (drawing));
  es_drawing_redo (drawing);
  stroke (drawing, ES_BRUSH_ERASE, 3.5);
  g_assert_false (es_drawing_can_redo (drawing));
  g_assert_cmpfloat (es_drawing_get_pixels (drawing)[3 * COLS + 4], ==, 0);
}

/* Undone in the middle of a stroke: the rest of it is not drawn. */
static void
test_interrupted (void)
{
  g_autoptr (EsDrawing) drawing = es_drawing_new (ROWS, COLS);
  EsBrush brush;

  es_brush_init (&brush);
  es_drawing_begin (drawing, &brush);
  es_drawing_move (drawing, 2, 2, 1);
  g_assert_true (es_drawing_has_stroke (drawing));
  es_drawing_undo (drawing);
  g_assert_false (es_drawing_has_stroke (drawing));
  es_drawing_move (drawing, 6, 6, 1);
  g_assert_true (es_drawing_is_empty (drawing));
  g_assert_true (es_drawing_can_redo (drawing));
}

/* Steps at random, undone to the beginning and done again to the end. */
static void
test_walk (void)
{
  g_autoptr (EsDrawing) drawing = es_drawing_new (ROWS, COLS);
  float last[N];

  for (guint i = 0; i < 200; i++) {
    float pixels[N];

    switch (g_test_rand_int_range (0, 9)) {
    case 0:
      es_drawing_clear (drawing);
      break;
    case 1:
      es_drawing_invert (drawing);
      break;
    case 2:
      es_drawing_centre (drawing);
      break;
    case 3:
      for (guint p = 0; p < N; p++)
        pixels[p] = (float)g_test_rand_double ();
      es_drawing_set_pixels (drawing, pixels);
      break;
    case 4:
      es_drawing_undo (drawing);
      break;
    case 5:
      es_drawing_redo (drawing);
      break;
    default:
      stroke (drawing, (EsBrushMode)g_test_rand_int_range (0, 3),
              g_test_rand_double_range (-1, ROWS + 1));
    }
    for (guint p = 0; p < N; p++)
      g_assert_true (es_drawing_get_pixels (drawing)[p] >= 0 &&
                     es_drawing_get_pixels (drawing)[p] <= 1);
  }
  while (es_drawing_can_redo (drawing))
    es_drawing_redo (drawing);
  memcpy (last, es_drawing_get_pixels (drawing), sizeof last);
  while (es_drawing_can_undo (drawing))
    es_drawing_undo (drawing);
  g_assert_true (es_drawing_is_empty (drawing));
  while (es_drawing_can_redo (drawing))
    es_drawing_redo (drawing);
  g_assert_cmpmem (es_drawing_get_pixels (drawing), sizeof last, last, sizeof last);
}

/* Pictures from outside */

typedef struct
{
  GMainLoop *loop;
  EsOwnImage *image;
  GError *error;
} Answer;

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->image = es_own_image_finish (result, &answer->error);
  g_main_loop_quit (answer->loop);
}

static void
ask (Answer *answer, GBytes *bytes, GdkTexture *texture, EsDataset *dataset)
{
  EsModelConfig config = {
      .rows = 28, .cols = 28, .hidden = 4, .outputs = 10, .layers = 1};
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  *answer = (Answer){.loop = loop};
  es_own_image_async (bytes, texture, "picture", &config, dataset, NULL, answer_cb,
                      answer);
  g_main_loop_run (loop);
}

/* 56 high, 28 wide; @ink in the middle of @paper. */
static GdkTexture *
texture_new (guint8 ink, guint8 paper)
{
  guint8 *pixels = g_malloc (56 * 28 * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, 56 * 28 * 3);

  for (guint r = 0; r < 56; r++)
    for (guint c = 0; c < 28; c++)
      memset (pixels + (r * 28 + c) * 3,
              r >= 20 && r < 36 && c >= 10 && c < 18 ? ink : paper, 3);
  return gdk_memory_texture_new (28, 56, GDK_MEMORY_R8G8B8, bytes, 28 * 3);
}

/* Scaled in its own shape, with nothing beside it; ink on paper is turned round. */
static void
test_picture (void)
{
  g_autoptr (GdkTexture) light = texture_new (255, 0);
  g_autoptr (GdkTexture) dark = texture_new (0, 255);
  g_autoptr (GBytes) file = gdk_texture_save_to_png_bytes (dark);
  g_autoptr (GBytes) broken = g_bytes_new_from_bytes (file, 0, 40);
  Answer answers[3];

  ask (&answers[0], NULL, light, NULL);
  ask (&answers[1], NULL, dark, NULL);
  ask (&answers[2], file, NULL, NULL);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (EsOwnImage) image = answers[i].image;

    g_assert_no_error (answers[i].error);
    g_assert_true (image->inverted == (i > 0));
    g_assert_cmpfloat (image->pixels[14 * 28 + 14], ==, 1);
    g_assert_cmpfloat (image->pixels[14 * 28 + 2], ==, 0);
    g_assert_cmpfloat (image->pixels[3 * 28 + 14], ==, 0);
  }
  ask (&answers[0], broken, NULL, NULL);
  g_assert_null (answers[0].image);
  g_assert_nonnull (answers[0].error);
  g_clear_error (&answers[0].error);
}

/* The workspace */

static EsRunItem *
item_new (guint rows)
{
  EsModelConfig config = {
      .rows = rows, .cols = COLS, .hidden = 4, .outputs = 3, .layers = 1};
  g_autoptr (EsModel) model = es_model_new (&config, NULL);

  es_model_init (model, 1);
  return es_run_item_new_opened (es_run_new ("Run", model), NULL);
}

/* What is drawn becomes the sample; networks of another shape have another drawing. */
static void
test_workspace (void)
{
  g_autoptr (EsWorkspace) workspace = es_workspace_new ();
  g_autoptr (EsRunItem) tall = item_new (ROWS);
  g_autoptr (EsRunItem) flat = item_new (ROWS / 2);
  EsDrawing *drawing;
  const EsSample *sample;

  g_assert_null (es_workspace_get_drawing (workspace));
  es_workspace_add (workspace, tall);
  drawing = es_workspace_get_drawing (workspace);
  g_assert_null (es_workspace_get_sample (workspace));
  stroke (drawing, ES_BRUSH_PAINT, 3.5);
  sample = es_workspace_get_sample (workspace);
  g_assert_nonnull (sample);
  g_assert_null (sample->dataset);
  g_assert_cmpint (sample->label, ==, -1);
  g_assert_cmpstr (sample->title, ==, "Own drawing");
  g_assert_cmpmem (sample->pixels, N * sizeof (float), es_drawing_get_pixels (drawing),
                   N * sizeof (float));
  es_workspace_add (workspace, flat);
  g_assert_true (es_workspace_get_drawing (workspace) != drawing);
  g_assert_cmpuint (es_drawing_get_rows (es_workspace_get_drawing (workspace)), ==,
                    ROWS / 2);
  es_workspace_set_run (workspace, tall);
  g_assert_true (es_workspace_get_drawing (workspace) == drawing);
  es_workspace_set_sample (workspace, NULL);
  es_workspace_show_drawing (workspace);
  g_assert_nonnull (es_workspace_get_sample (workspace));
  es_workspace_shutdown (workspace);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drawing/strokes", test_strokes);
  g_test_add_func ("/drawing/interrupted", test_interrupted);
  g_test_add_func ("/drawing/walk", test_walk);
  g_test_add_func ("/drawing/picture", test_picture);
  g_test_add_func ("/drawing/workspace", test_workspace);
  return g_test_run ();
}
