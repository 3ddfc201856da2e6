/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-figure.h"
#include "es-command.h"
#include "es-figure-task.h"

static EsPlot *
make (EsSubject *subject,
      const EsFigureOptions *options,
      EsTaskKind kind,
      GError **error)
{
  gint output = -1;

  if (!es_subject_load_dataset (subject, options->data, error))
    return NULL;
  if (subject->dataset->task == NULL || subject->dataset->task->kind != kind) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "%s was not trained on this task but on %s; --data can say another",
                 subject->run->name, subject->dataset->name);
    return NULL;
  }
  if (options->class_name != NULL) {
    gsize c;

    if (!es_subject_find_class (subject, options->class_name, &c, error))
      return NULL;
    output = (gint)c;
  }
  return es_figure_task (subject->run, subject->dataset, output, NULL, NULL, error);
}

EsPlot *
es_figure_make_toy (EsSubject *subject, const EsFigureOptions *options, GError **error)
{
  return make (subject, options, ES_TASK_TOY, error);
}

EsPlot *
es_figure_make_modular (EsSubject *subject,
                        const EsFigureOptions *options,
                        GError **error)
{
  return make (subject, options, ES_TASK_MODULAR, error);
}

EsPlot *
es_figure_make_challenge (EsSubject *subject,
                          const EsFigureOptions *options,
                          GError **error)
{
  return make (subject, options, ES_TASK_CHALLENGE, error);
}
