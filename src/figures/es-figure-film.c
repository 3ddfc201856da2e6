/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-film.h"

#include "es-file.h"
#include "es-folder-writer.h"
#include "es-i18n.h"
#include "es-picture.h"
#include "es-spectrum-plot.h"
#include "es-style.h"
#include "es-webp.h"

#include <math.h>
#include <string.h>

/* How long the last frame stays before the first comes again, in milliseconds. */
#define HOLD 1000
#define MAX_NAME 32
/* A film has no paper around it. */
#define MARGIN 8

/* One moment */

/* The slots of a result as one ascending list; where both ends overlap, once. */
static gsize
ascending (const EsLeading *leading, double *values)
{
  gsize k = leading->k, n_low = MIN (k, leading->D - k), n = 0;

  for (gsize j = 0; j < n_low; j++)
    values[n++] = (double)leading->eigenvalues[k + j];
  for (gsize j = k; j-- > 0;)
    values[n++] = (double)leading->eigenvalues[j];
  return n;
}

/* The pictures of @leading with the signs of the rule. */
static float *
pictures_by_rule (const EsLeading *leading)
{
  gsize n = 2 * leading->k, D = leading->D, P = leading->P;
  float *pictures = g_memdup2 (leading->pictures, n * P * sizeof (float));
  g_autofree float *vectors = g_memdup2 (leading->vectors, n * D * sizeof (float));

  for (gsize slot = 0; slot < n; slot++)
    es_picture_fix_sign (vectors + slot * D, pictures + slot * P, D, P);
  return pictures;
}

EsPlot *
es_figure_leading (const EsLeading *leading, const EsLeadingLook *look)
{
  EsSpectrumData data = ES_SPECTRUM_DATA_INIT;
  g_autofree double *values = g_new (double, 2 * leading->k);
  g_autofree float *ruled = look->by_rule ? pictures_by_rule (leading) : NULL;
  const float *pictures = look->by_rule ? ruled : leading->pictures;

  data.n = ascending (leading, values);
  data.eigenvalues = values;
  data.total = leading->D;
  data.positive = pictures;
  data.negative = pictures + leading->k * leading->P;
  data.n_positive = data.n_negative = leading->k;
  data.rows = look->rows;
  data.cols = look->cols;
  data.n_values = look->n_values;
  data.n_vectors = look->n_vectors;
  data.title = look->title;
  data.value_limit = look->value_limit;
  data.picture_limit = look->picture_limit;
  return es_spectrum_plot_new (&data);
}

/* The film */

typedef struct
{
  guint epoch;
  EsLeading *leading;
} Frame;

struct _EsFilmFigure
{
  GArray *frames; /* of Frame */
  char *title;
  EsLeadingLook look; /* without a title */
};

static void
frame_clear (gpointer data)
{
  es_leading_unref (((Frame *)data)->leading);
}

void
es_film_figure_free (EsFilmFigure *figure)
{
  if (figure == NULL)
    return;
  g_array_unref (figure->frames);
  g_free (figure->title);
  g_free (figure);
}

static gboolean
add_frame (EsFilmFigure *figure,
           const EsFilmRequest *request,
           guint i,
           EsLeadingSolver *solver,
           GError **error)
{
  const EsModel *model = es_film_get_model (request->film, i);
  g_autoptr (EsDirections) directions =
      es_directions_new (model, ES_LAST_LAYER, request->outputs, 1, error);
  Frame frame = {es_film_get_epoch (request->film, i), NULL};

  if (directions == NULL)
    return FALSE;
  frame.leading =
      es_leading_solver_solve (solver, model, directions, request->x0, error);
  if (frame.leading == NULL)
    return FALSE;
  g_array_append_val (figure->frames, frame);
  return TRUE;
}

/* Widens the limits to what @leading shows. */
static void
widen (EsLeadingLook *look, const EsLeading *leading)
{
  gsize k = leading->k, P = leading->P;

  for (gsize slot = 0; slot < 2 * k; slot++) {
    const float *picture = leading->pictures + slot * P;

    if (slot % k < look->n_values)
      look->value_limit =
          MAX (look->value_limit, fabs ((double)leading->eigenvalues[slot]));
    for (gsize p = 0; slot % k < look->n_vectors && p < P; p++)
      look->picture_limit = MAX (look->picture_limit, fabs ((double)picture[p]));
  }
}

EsFilmFigure *
es_film_figure_new (const EsFilmRequest *request,
                    const EsProgress *progress,
                    GError **error)
{
  guint n = es_film_get_length (request->film);
  g_autoptr (EsFilmFigure) figure = g_new0 (EsFilmFigure, 1);
  g_autoptr (EsLeadingSolver) solver =
      es_leading_solver_new (MAX (request->n_values, request->n_vectors));

  figure->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_array_set_clear_func (figure->frames, frame_clear);
  figure->title = g_strdup (request->title);
  figure->look.n_values = request->n_values;
  figure->look.n_vectors = request->n_vectors;
  if (n == 0) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         _ ("There is no film: no epochs were kept"));
    return NULL;
  }
  for (guint i = 0; i < n; i++) {
    if (!es_progress_report (progress, (double)i / n, _ ("Following the eigenvectors"),
                             error) ||
        !add_frame (figure, request, i, solver, error))
      return NULL;
    widen (&figure->look, g_array_index (figure->frames, Frame, i).leading);
  }
  figure->look.rows = es_model_get_config (es_film_get_model (request->film, 0))->rows;
  figure->look.cols = es_model_get_config (es_film_get_model (request->film, 0))->cols;
  return g_steal_pointer (&figure);
}

guint
es_film_figure_get_length (const EsFilmFigure *figure)
{
  return figure->frames->len;
}

EsPlot *
es_film_figure_frame (const EsFilmFigure *figure, guint i)
{
  const Frame *frame = &g_array_index (figure->frames, Frame, i);
  g_autofree char *title =
      g_strdup_printf (_ ("%s · epoch %u"), figure->title, frame->epoch);
  EsLeadingLook look = figure->look;

  look.title = title;
  return es_figure_leading (frame->leading, &look);
}

/* Files */

gboolean
es_film_figure_is_file (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, ".webp");
}

gboolean
es_film_figure_check_target (const char *path, GError **error)
{
  g_autoptr (EsFolderWriter) writer = NULL;

  if (es_film_figure_is_file (path))
    return es_file_check_target (path, error);
  writer = es_folder_writer_new (path, error);
  return writer != NULL;
}

/* What the writing of one film needs. */
typedef struct
{
  const EsFilmFigure *figure;
  const EsExportOptions *options;
  double rate;
  const EsProgress *progress;
} Save;

static gboolean
report (const Save *save, guint i, GError **error)
{
  return es_progress_report (save->progress, (double)i / save->figure->frames->len,
                             _ ("Drawing the frames"), error);
}

static gboolean
save_folder (const Save *save, const char *path, GError **error)
{
  g_autoptr (EsFolderWriter) writer = es_folder_writer_new (path, error);

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < save->figure->frames->len; i++) {
    g_autoptr (EsPlot) plot = es_film_figure_frame (save->figure, i);
    g_autoptr (GBytes) bytes = NULL;
    char name[MAX_NAME];

    if (!report (save, i, error))
      return FALSE;
    bytes = es_plot_render (plot, ES_EXPORT_PNG, save->options, error);
    g_snprintf (name, sizeof name, "frame-%04u.png", i + 1);
    if (bytes == NULL ||
        !es_folder_writer_add (writer, name, g_bytes_get_data (bytes, NULL),
                               g_bytes_get_size (bytes), error))
      return FALSE;
  }
  return es_folder_writer_commit (writer, error);
}

static int
start_of (const Save *save, guint i)
{
  return (int)lrint (i * 1000.0 / save->rate);
}

static void
set_webp_error (GError **error, const char *message)
{
  g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FAILED,
               _ ("The film could not be drawn: %s"), message);
}

/* Adds frame @i to @webp, which is made for the first one. */
static gboolean
add_picture (const Save *save, guint i, EsWebp **webp, GError **error)
{
  g_autoptr (EsPlot) plot = es_film_figure_frame (save->figure, i);
  cairo_surface_t *image = es_plot_render_image (plot, save->options, error);
  g_autofree char *message = NULL;
  guint width, height;
  gboolean done;

  if (image == NULL)
    return FALSE;
  width = (guint)cairo_image_surface_get_width (image);
  height = (guint)cairo_image_surface_get_height (image);
  if (*webp == NULL)
    *webp = es_webp_new (width, height);
  done = *webp != NULL && es_webp_add (*webp, image, start_of (save, i), &message);
  cairo_surface_destroy (image);
  if (*webp == NULL)
    g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE,
                 _ ("%u x %u pixels: a WebP has at most %d on a side"), width, height,
                 ES_WEBP_MAX_SIDE);
  else if (!done)
    set_webp_error (error, message);
  return done;
}

static gboolean
save_webp (const Save *save, const char *path, GError **error)
{
  EsExportOptions opaque = *save->options;
  Save drawn = *save;
  guint n = save->figure->frames->len;
  int frame = start_of (save, 1);
  g_autoptr (EsWebp) webp = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *message = NULL;

  opaque.transparent = FALSE;
  drawn.options = &opaque;
  for (guint i = 0; i < n; i++)
    if (!report (save, i, error) || !add_picture (&drawn, i, &webp, error))
      return FALSE;
  bytes = es_webp_finish (webp, start_of (save, n - 1) + MAX (frame, HOLD), &message);
  if (bytes == NULL) {
    set_webp_error (error, message);
    return FALSE;
  }
  return es_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                        error);
}

gboolean
es_film_figure_save (const EsFilmFigure *figure,
                     const char *path,
                     const EsExportOptions *options,
                     double rate,
                     const EsProgress *progress,
                     GError **error)
{
  EsExportOptions framed = *options;
  const Save save = {figure, &framed, rate, progress};
  EsStyle style;

  if (options->style != NULL)
    style = *options->style;
  else
    es_style_print (&style);
  style.margin = MAX (style.margin, MARGIN);
  framed.style = &style;
  if (!(rate >= ES_FILM_MIN_RATE && rate <= ES_FILM_MAX_RATE)) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 _ ("%g frames per second: expected %g to %d"), rate, ES_FILM_MIN_RATE,
                 ES_FILM_MAX_RATE);
    return FALSE;
  }
  return es_film_figure_is_file (path) ? save_webp (&save, path, error)
                                       : save_folder (&save, path, error);
}
