/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-figure.h"
#include "es-command.h"
#include "es-figure-film.h"
#include "es-output.h"

#include <string.h>

/* Sizes of films are in pixels: 1 is 1/96 inch. */
#define DPI 96
#define USUAL_SIZE "960px"
/* The share of the work that following the eigenvectors takes. */
#define FOLLOWING 0.2

gboolean
es_figure_film_check (const EsFigureOptions *options, GError **error)
{
  if (!(options->fps >= ES_FILM_MIN_RATE && options->fps <= ES_FILM_MAX_RATE))
    g_set_error (error, ES_USAGE_ERROR, 0, "--fps is %g; expected %g to %d",
                 options->fps, ES_FILM_MIN_RATE, ES_FILM_MAX_RATE);
  else if (options->numbers != NULL || options->transparent)
    g_set_error (error, ES_USAGE_ERROR, 0, "a film has no %s",
                 options->numbers != NULL ? "--numbers" : "--transparent");
  else if (options->basis != NULL && !g_str_equal (options->basis, "embedding"))
    g_set_error_literal (error, ES_USAGE_ERROR, 0,
                         "a film is in the embedding basis only");
  else
    return TRUE;
  return FALSE;
}

/* "960x540" means pixels. */
static char *
complete_size (const char *size)
{
  if (size == NULL)
    return g_strdup (USUAL_SIZE);
  return g_strconcat (size, g_ascii_isdigit (size[strlen (size) - 1]) ? "px" : "",
                      NULL);
}

static EsFilmFigure *
follow (EsSubject *subject,
        const EsFigureOptions *options,
        const EsFilm *film,
        const EsProgress *progress,
        GError **error)
{
  const EsSpectrumRequest spectrum = {.class_name = options->class_name,
                                      .direction = options->direction,
                                      .data = options->data};
  guint vectors = options->vectors > 0 ? (guint)options->vectors : ES_FILM_VECTORS;
  g_autofree float *outputs = NULL, *x0 = NULL;
  g_autofree char *name = NULL, *title = NULL;
  EsFilmRequest request = {film, NULL, NULL, NULL, (guint)options->values, vectors};

  if (!es_subject_direction (subject, &spectrum, &outputs, &x0, &name, error))
    return NULL;
  title =
      g_strdup_printf (options->direction != NULL ? "Direction %s" : "Class %s", name);
  request.outputs = outputs;
  request.x0 = x0;
  request.title = title;
  return es_film_figure_new (&request, progress, error);
}

static void
report (const char *out, guint n_frames, gboolean json)
{
  JsonBuilder *object;

  if (!json) {
    g_print ("Saved %s: %u frames\n", out, n_frames);
    return;
  }
  object = es_output_object ();
  es_output_boolean (object, "done", TRUE);
  es_output_string (object, "out", out);
  es_output_int (object, "frames", n_frames);
  es_output_json (object);
}

gboolean
es_figure_make_film (const char *run,
                     const EsFigureOptions *options,
                     EsExportOptions *export,
                     const EsCommonOptions *common,
                     GError **error)
{
  g_auto (EsSubject) subject = {NULL};
  g_autofree char *size = complete_size (options->size);
  g_autoptr (EsFilm) film = NULL;
  g_autoptr (EsFilmFigure) figure = NULL;
  EsProgressBar bar;
  gboolean saved;

  export->dpi = DPI;
  export->scale = ES_FILM_SCALE;
  if (!es_export_options_set_size (export, size, error) ||
      !es_film_figure_check_target (options->out, error) ||
      !es_subject_open_film (&subject, run, &film, error))
    return FALSE;
  es_progress_bar_init (&bar, "Drawing");
  es_progress_bar_set_stretch (&bar, 0, FOLLOWING);
  figure = follow (&subject, options, film, &bar.progress, error);
  es_progress_bar_set_stretch (&bar, FOLLOWING, 1);
  saved = figure != NULL && es_film_figure_save (figure, options->out, export,
                                                 options->fps, &bar.progress, error);
  es_progress_bar_clear (&bar);
  if (saved)
    report (options->out, es_film_figure_get_length (figure), common->json);
  return saved;
}
