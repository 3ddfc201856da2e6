/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-film.h"
#include "es-plot-layout.h"
#include "figure-test.h"
#include "webp-ask.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_CLASSES 4
#define N_EPOCHS 6

static char *names[] = {(char *)"a", (char *)"b", (char *)"c", (char *)"d", NULL};
static FigureTest test;
static EsFilm *film; /* N_EPOCHS + 1 frames */

/* The same training once more, all of it kept. */
static void
make_film (void)
{
  EsTrainConfig config = test.run->train;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsTrainer) trainer = NULL;

  trainer = es_trainer_new (es_model_get_config (test.run->model), &config,
                            test.dataset, &error);
  g_assert_no_error (error);
  film = es_film_new (ES_FILM_MAX_BYTES);
  for (guint i = 0; i <= N_EPOCHS; i++) {
    g_autoptr (EsRun) run = es_trainer_dup_run (trainer, "film");

    es_film_add (film, i, run->model);
    if (i < N_EPOCHS && !es_trainer_epoch (trainer, NULL, &error))
      g_error ("%s", error->message);
  }
}

static EsFilmFigure *
make_figure (void)
{
  const float outputs[N_CLASSES] = {0, 0, 1, 0};
  const EsFilmRequest request = {film, outputs, "Class c", NULL, 4, 2};
  g_autoptr (GError) error = NULL;
  EsFilmFigure *figure = es_film_figure_new (&request, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (es_film_figure_get_length (figure), ==, N_EPOCHS + 1);
  return figure;
}

static double
overlap (const EsTile *a, const EsTile *b)
{
  double sum = 0, aa = 0, bb = 0;

  for (guint p = 0; p < a->rows * a->cols; p++) {
    sum += (double)a->values[p] * (double)b->values[p];
    aa += (double)a->values[p] * (double)a->values[p];
    bb += (double)b->values[p] * (double)b->values[p];
  }
  return sum / sqrt (aa * bb);
}

/* What stands beside the color bar, from top to bottom. */
static char *
bar_labels (const EsPlotLayout *layout)
{
  GString *labels = g_string_new (NULL);

  g_assert_cmpfloat (layout->bar_rect.width, >, 0);
  for (guint i = 0; i < layout->texts->len; i++) {
    const EsPlacedText *text = &g_array_index (layout->texts, EsPlacedText, i);

    if (text->rect.x > es_rect_right (&layout->bar_rect))
      g_string_append_printf (labels, "%s ", pango_layout_get_text (text->text));
  }
  return g_string_free (labels, FALSE);
}

/* Whatever a frame shows, its axes, pictures and color scale are those of the first. */
static void
check_frame (const EsPlotLayout *first, const EsPlotLayout *next)
{
  g_autofree char *labels = bar_labels (first);
  g_autofree char *next_labels = bar_labels (next);

  g_assert_cmpstr (labels, ==, next_labels);
  /* Numbers: one scale for all pictures. */
  g_assert_null (strstr (labels, "max"));
  for (guint s = 0; s < 2; s++) {
    const EsAxes *a = es_plot_layout_get_axes (first, s);
    const EsAxes *b = es_plot_layout_get_axes (next, s);

    g_assert_cmpmem (&a->plot, sizeof a->plot, &b->plot, sizeof b->plot);
    g_assert_cmpfloat (es_scale_map (&a->y, 0.01), ==, es_scale_map (&b->y, 0.01));
  }
  for (int k = 0; k < 4; k++) {
    const EsPlotId id = {1, k % 2, k / 2, -1, -1};
    const EsTile *a = es_plot_layout_find_tile (first, id);
    const EsTile *b = es_plot_layout_find_tile (next, id);

    g_assert_cmpmem (&a->rect, sizeof a->rect, &b->rect, sizeof b->rect);
  }
}

static double
largest_shown (const EsPlotLayout *layout)
{
  double largest = 0;

  for (guint i = 0; i < layout->tiles->len; i++) {
    const EsTile *tile = &g_array_index (layout->tiles, EsTile, i);

    for (guint p = 0; p < tile->rows * tile->cols; p++)
      largest = MAX (largest, fabs ((double)tile->values[p]));
  }
  return largest;
}

static void
test_frames (void)
{
  const EsPlotId leading = {1, 0, 0, -1, -1};
  g_autoptr (EsFilmFigure) figure = make_figure ();
  g_autoptr (GPtrArray) plots =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_plot_unref);
  g_autoptr (GPtrArray) layouts =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_plot_layout_free);
  double largest = 0, least = INFINITY;
  EsStyle style;

  es_style_print (&style);
  for (guint i = 0; i <= N_EPOCHS; i++) {
    g_autofree char *title = g_strdup_printf ("Class c · epoch %u", i);
    EsPlot *plot = es_film_figure_frame (figure, i);

    g_ptr_array_add (plots, plot);
    g_ptr_array_add (layouts, es_plot_layout (plot, &style, 700, 400));
    g_assert_cmpstr (es_plot_get_title (plot), ==, title);
    check_frame (layouts->pdata[0], layouts->pdata[i]);
    largest = MAX (largest, largest_shown (layouts->pdata[i]));
    least = MIN (least, largest_shown (layouts->pdata[i]));
    if (i == 0)
      continue;
    /* Signs follow. */
    g_assert_cmpfloat (
        overlap (es_plot_layout_find_tile (layouts->pdata[i - 1], leading),
                 es_plot_layout_find_tile (layouts->pdata[i], leading)),
        >, 0);
  }
  /* It was worth having one scale. */
  g_assert_cmpfloat (largest, >, 1.02 * least);
}

/* Stops when it is asked for the @n-th time. */
static gboolean
stop_at (double fraction, const char *message, gpointer n)
{
  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <, 1);
  return --*(int *)n > 0;
}

static char *
temporary_folder (void)
{
  return g_dir_make_tmp ("eigenscope-XXXXXX", NULL);
}

static guint
count (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static const EsExportOptions options = {.width = 320, .height = 200, .dpi = 96};

static void
test_webp (void)
{
  g_autoptr (EsFilmFigure) figure = make_figure ();
  g_autofree char *folder = temporary_folder ();
  g_autofree char *path = g_build_filename (folder, "film.WebP", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  WebpFacts facts;
  gsize length;

  g_assert_true (es_film_figure_save (figure, path, &options, 5, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  facts = webp_ask (bytes, length);
  g_assert_cmpuint (facts.width, ==, 320);
  g_assert_cmpuint (facts.height, ==, 200);
  g_assert_cmpuint (facts.frames, ==, N_EPOCHS + 1);
  g_assert_cmpuint (facts.duration, ==, N_EPOCHS * 200 + 1000);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_folder (void)
{
  g_autoptr (EsFilmFigure) figure = make_figure ();
  g_autofree char *folder = temporary_folder ();
  g_autofree char *path = g_build_filename (folder, "frames", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (es_film_figure_save (figure, path, &options, 5, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (path), ==, N_EPOCHS + 1);
  for (guint i = 1; i <= N_EPOCHS + 1; i++) {
    g_autofree char *name = g_strdup_printf ("%s/frame-%04u.png", path, i);
    g_autofree char *bytes = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (name, &bytes, &length, NULL));
    g_assert_cmpmem (bytes + 1, 3, "PNG", 3);
    g_assert_cmpmem (bytes + 16, 8, "\0\0\x01\x40\0\0\0\xc8", 8);
    g_unlink (name);
  }
  g_rmdir (path);
  g_rmdir (folder);
}

/* At whatever moment it is stopped, nothing is left. */
static void
test_stopped (void)
{
  static const char *const outs[] = {"film.webp", "frames"};
  g_autoptr (EsFilmFigure) figure = make_figure ();
  g_autofree char *folder = temporary_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (outs); i++) {
    g_autofree char *path = g_build_filename (folder, outs[i], NULL);
    g_autoptr (GError) error = NULL;
    int n = 4;
    const EsProgress progress = {stop_at, &n};

    g_assert_false (es_film_figure_save (figure, path, &options, 5, &progress, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
    g_assert_cmpuint (count (folder), ==, 0);
  }
  g_rmdir (folder);
}

static void
test_refused (void)
{
  const float outputs[N_CLASSES] = {1};
  g_autoptr (EsFilm) empty = es_film_new (ES_FILM_MAX_BYTES);
  const EsFilmRequest request = {empty, outputs, "none", NULL, 4, 2};
  const EsExportOptions huge = {.width = 17000, .height = 20, .dpi = 96};
  g_autoptr (EsFilmFigure) figure = make_figure ();
  g_autoptr (GError) no_frames = NULL, rate = NULL, size = NULL;

  g_assert_null (es_film_figure_new (&request, NULL, &no_frames));
  g_assert_error (no_frames, ES_ERROR, ES_ERROR_SETTING);
  g_assert_false (
      es_film_figure_save (figure, "/nowhere/a.webp", &options, 1000, NULL, &rate));
  g_assert_error (rate, ES_ERROR, ES_ERROR_SETTING);
  g_assert_false (
      es_film_figure_save (figure, "/nowhere/a.webp", &huge, 5, NULL, &size));
  g_assert_error (size, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  figure_test_init (&test, 6, 5, names, N_CLASSES, N_EPOCHS);
  make_film ();
  g_test_add_func ("/figure-film/frames", test_frames);
  g_test_add_func ("/figure-film/webp", test_webp);
  g_test_add_func ("/figure-film/folder", test_folder);
  g_test_add_func ("/figure-film/stopped", test_stopped);
  g_test_add_func ("/figure-film/refused", test_refused);
  status = g_test_run ();
  es_film_free (film);
  figure_test_clear (&test);
  return status;
}
