/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-export.h"
#include "es-film.h"
#include "es-leading.h"
#include "es-plot.h"
#include "es-progress.h"

G_BEGIN_DECLS

/*
 * The leading components of one direction while a network learns: as a plot of one
 * moment, and as a film with a frame for each kept epoch.
 */

/* How leading components are drawn. */
typedef struct
{
  guint rows, cols;
  const char *title; /* of what they are; nullable */
  guint n_values;    /* eigenvalues of each sign */
  guint n_vectors;   /* pictures of each sign */
  gboolean by_rule;  /* signs by the general rule, not those that @leading has */
  /* The same scales for several plots: see EsSpectrumData. */
  double value_limit;
  double picture_limit;
} EsLeadingLook;

/* The first form of @leading. */
EsPlot *es_figure_leading (const EsLeading *leading,
                           const EsLeadingLook *look) G_GNUC_WARN_UNUSED_RESULT;

/* What a film shows; all borrowed. */
typedef struct
{
  const EsFilm *film;
  const float *outputs; /* (C) factors of the direction */
  const char *title;    /* what it is called, e.g. "Class 5" */
  const float *x0;      /* (P) as in EsSpectrumOptions; nullable for one layer */
  guint n_values;       /* of each sign */
  guint n_vectors;
} EsFilmRequest;

#define ES_FILM_VALUES 12
#define ES_FILM_VECTORS 3

/* The plots of a film. All have the same scales and the same layout, and a picture's
   sign follows from frame to frame; it is that of the sign rule where an eigenvector
   comes into view. */
typedef struct _EsFilmFigure EsFilmFigure;

/* ES_ERROR_SETTING for an empty film, ES_ERROR_MATH for weights that are not numbers,
   ES_ERROR_CANCELLED. @progress is nullable. */
EsFilmFigure *es_film_figure_new (const EsFilmRequest *request,
                                  const EsProgress *progress,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_film_figure_free (EsFilmFigure *figure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFilmFigure, es_film_figure_free)

guint es_film_figure_get_length (const EsFilmFigure *figure);
EsPlot *es_film_figure_frame (const EsFilmFigure *figure,
                              guint frame) G_GNUC_WARN_UNUSED_RESULT;

/* How much larger text is than in a figure on paper, whose pixels are smaller. */
#define ES_FILM_SCALE 1.25

/* Frames in a second. */
#define ES_FILM_MIN_RATE 0.1
#define ES_FILM_MAX_RATE 100
#define ES_FILM_RATE 8

/*
 * Writes the film to @path, atomically: an animated WebP if it ends in .webp, which
 * holds the last frame for a second and then begins again; else a folder, which must
 * not be there yet or be empty, with frame-0001.png, frame-0002.png, ... The size of
 * the frames is @options', transparency is for PNG only. Errors are those of figures,
 * and ES_ERROR_CANCELLED; then nothing is left.
 */
gboolean es_film_figure_save (const EsFilmFigure *figure,
                              const char *path,
                              const EsExportOptions *options,
                              double rate,
                              const EsProgress *progress,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether es_film_figure_save() makes one file of @path and not a folder. */
gboolean es_film_figure_is_file (const char *path);

/* Whether it can be written, to be asked before long work. */
gboolean es_film_figure_check_target (const char *path,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
