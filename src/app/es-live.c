/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-live.h"

#include "es-direction.h"
#include "es-figure-film.h"
#include "es-i18n.h"
#include "es-model-input.h"
#include "es-selection.h"
#include "es-work.h"

#include <gio/gio.h>

typedef struct
{
  gconstpointer subject;
  EsModel *model;
  char *direction;
  char **class_names;
  EsDataset *dataset;
  EsLeadingSolver *solver; /* lent by the object */
} Request;

struct _EsLive
{
  GObject parent_instance;

  EsLeadingSolver *solver; /* NULL while a computation has it */
  Request *next;           /* waits for the solver */
  gboolean busy;
  gboolean dropped; /* the computation under way is not wanted any more */

  gconstpointer subject; /* of the last computation */
  EsLeading *result;
  char *direction; /* of the result */
  char *title;
  guint rows, cols;
  char *problem;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsLive, es_live, G_TYPE_OBJECT)

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request == NULL)
    return;
  es_model_unref (request->model);
  es_dataset_unref (request->dataset);
  g_free (request->direction);
  g_strfreev (request->class_names);
  es_leading_solver_free (request->solver);
  g_free (request);
}

static EsLeading *
solve (const Request *request, GError **error)
{
  const EsModelConfig *config = es_model_get_config (request->model);
  g_autofree float *u = g_new0 (float, config->outputs);
  g_autofree float *x0 = NULL;
  g_autoptr (EsDirections) directions = NULL;

  if (!es_direction_parse (u, request->direction, request->class_names, config->outputs,
                           error))
    return NULL;
  directions = es_directions_new (request->model, ES_LAST_LAYER, u, 1, error);
  if (directions == NULL)
    return NULL;
  x0 = es_model_input_reference (config, request->dataset);
  return es_leading_solver_solve (request->solver, request->model, directions, x0,
                                  error);
}

static void
solve_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsLeading *leading = solve (data, &error);

  if (leading != NULL)
    g_task_return_pointer (task, leading, (GDestroyNotify)es_leading_unref);
  else
    g_task_return_error (task, error);
}

static void start (EsLive *self);

static void
take_result (EsLive *self, const Request *request, EsLeading *leading)
{
  const EsModelConfig *config = es_model_get_config (request->model);

  g_clear_pointer (&self->result, es_leading_unref);
  self->result = leading;
  self->rows = config->rows;
  self->cols = config->cols;
  g_free (self->title);
  self->title = es_selection_title (request->direction, request->class_names);
}

static void
solved_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsLive *self = ES_LIVE (source);
  Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (EsLeading) leading = g_task_propagate_pointer (G_TASK (result), &error);

  self->solver = g_steal_pointer (&request->solver);
  self->busy = FALSE;
  g_clear_pointer (&self->problem, g_free);
  if (!self->dropped) {
    take_result (self, request, g_steal_pointer (&leading));
    if (error != NULL)
      self->problem = g_strdup (error->message);
    g_signal_emit (self, signals[CHANGED], 0);
  }
  self->dropped = FALSE;
  start (self);
}

/* Starts what waits, if the solver is free. */
static void
start (EsLive *self)
{
  g_autoptr (GTask) task = NULL;
  Request *request = self->next;

  if (self->busy || request == NULL)
    return;
  self->next = NULL;
  self->busy = TRUE;
  if (request->subject != self->subject ||
      g_strcmp0 (request->direction, self->direction) != 0)
    es_leading_solver_reset (self->solver);
  self->subject = request->subject;
  g_free (self->direction);
  self->direction = g_strdup (request->direction);
  request->solver = g_steal_pointer (&self->solver);
  task = g_task_new (self, NULL, solved_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, request, request_free);
  es_work_start (task, solve_worker);
}

static void
es_live_finalize (GObject *object)
{
  EsLive *self = ES_LIVE (object);

  es_leading_solver_free (self->solver);
  request_free (self->next);
  es_leading_unref (self->result);
  g_free (self->direction);
  g_free (self->title);
  g_free (self->problem);
  G_OBJECT_CLASS (es_live_parent_class)->finalize (object);
}

static void
es_live_class_init (EsLiveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_live_finalize;
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_live_init (EsLive *self)
{
  self->solver = es_leading_solver_new (ES_LIVE_VALUES);
}

EsLive *
es_live_new (void)
{
  return g_object_new (ES_TYPE_LIVE, NULL);
}

void
es_live_request (EsLive *self,
                 gconstpointer subject,
                 EsModel *model,
                 const char *direction,
                 char **class_names,
                 EsDataset *dataset)
{
  Request *request;

  g_return_if_fail (ES_IS_LIVE (self));
  request = g_new0 (Request, 1);
  request->subject = subject;
  request->model = es_model_ref (model);
  request->direction = g_strdup (direction);
  request->class_names = g_strdupv (class_names);
  request->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  request_free (self->next);
  self->next = request;
  start (self);
}

void
es_live_forget (EsLive *self)
{
  g_return_if_fail (ES_IS_LIVE (self));
  self->subject = NULL;
}

void
es_live_clear (EsLive *self)
{
  g_return_if_fail (ES_IS_LIVE (self));
  g_clear_pointer (&self->next, request_free);
  g_clear_pointer (&self->result, es_leading_unref);
  g_clear_pointer (&self->problem, g_free);
  self->dropped = self->busy;
  g_signal_emit (self, signals[CHANGED], 0);
}

EsPlot *
es_live_dup_plot (EsLive *self, gboolean by_rule)
{
  EsLeadingLook look = {.n_values = ES_LIVE_VALUES, .n_vectors = ES_LIVE_PICTURES};

  g_return_val_if_fail (ES_IS_LIVE (self), NULL);
  if (self->result == NULL)
    return NULL;
  look.rows = self->rows;
  look.cols = self->cols;
  look.title = self->title;
  look.by_rule = by_rule;
  return es_figure_leading (self->result, &look);
}

const char *
es_live_get_problem (EsLive *self)
{
  g_return_val_if_fail (ES_IS_LIVE (self), NULL);
  return self->problem;
}
