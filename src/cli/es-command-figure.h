/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-command.h"
#include "es-export.h"
#include "es-subject.h"

G_BEGIN_DECLS

/* What was asked of the figure command. */
typedef struct
{
  char *class_name;
  char *direction;
  char *basis;
  char *data;
  char *split;
  char *size;
  char *style;
  char *numbers;
  char *out;
  char *ranks;
  char *keep;
  char *control;
  char **more_runs; /* after the first, NULL-terminated, borrowed */
  double dpi;
  double rare;
  double fps;
  double strength;
  int values;
  int vectors;
  int images;
  int index;
  int component;
  int components;
  int eigenvectors;
  int strongest;
  int steps;
  gboolean log_loss;
  gboolean error;
  gboolean clip;
  gboolean transparent;
  gboolean no_title;
} EsFigureOptions;

/* The kinds that need the dataset; @subject has a run. */
EsPlot *es_figure_make_explanation (EsSubject *subject,
                                    const EsFigureOptions *options,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsPlot *es_figure_make_truncation (EsSubject *subject,
                                   const EsFigureOptions *options,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of 1 to 4 runs. */
EsPlot *es_figure_make_overfitting (EsSubject *subject,
                                    const EsFigureOptions *options,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of networks whose answer is known. */
EsPlot *es_figure_make_toy (EsSubject *subject,
                            const EsFigureOptions *options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsPlot *es_figure_make_modular (EsSubject *subject,
                                const EsFigureOptions *options,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsPlot *es_figure_make_challenge (EsSubject *subject,
                                  const EsFigureOptions *options,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsPlot *es_figure_make_attack (EsSubject *subject,
                               const EsFigureOptions *options,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the options suit a film; ES_USAGE_ERROR. */
gboolean es_figure_film_check (const EsFigureOptions *options,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Follows one direction through the film of @run, writes it and says so; the size in
   @export (its style and provenance are used) is set from @options. */
gboolean es_figure_make_film (const char *run,
                              const EsFigureOptions *options,
                              EsExportOptions *export,
                              const EsCommonOptions *common,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
