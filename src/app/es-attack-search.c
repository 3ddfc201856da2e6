/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-search.h"

#include "es-work.h"

#include <string.h>

typedef struct
{
  EsModel *model;
  float *x; /* (P) */
  EsAttackStack *stack;
  guint layer;
  guint label;
  gint target;
  gboolean best;
  double strength; /* found */

  EsGradientOptions options;
  EsTelling *telling; /* or NULL */
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  es_telling_free (query->telling);
  es_model_unref (query->model);
  es_attack_stack_free (query->stack);
  g_free (query->x);
  g_free (query);
}

static Query *
query_new (EsAttackEditor *editor)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (editor);
  Query *query = g_new0 (Query, 1);

  query->model = es_model_ref (es_attack_editor_get_model (editor));
  query->x = g_memdup2 (outcome->input, outcome->P * sizeof *outcome->input);
  query->stack = es_attack_stack_copy (es_attack_editor_get_stack (editor));
  query->layer = (guint)MAX (0, es_attack_editor_get_selected (editor));
  query->label = outcome->label >= 0 && (gsize)outcome->label < outcome->C
                     ? (guint)outcome->label
                     : outcome->read_before;
  return query;
}

/* Whether the editor still has the image that @query is of, and the network. */
static gboolean
has_image (const Query *query, EsAttackEditor *editor)
{
  const EsAttackOutcome *outcome = es_attack_editor_get_outcome (editor);

  return outcome != NULL && es_attack_editor_get_model (editor) == query->model &&
         outcome->P == query->stack->P &&
         memcmp (outcome->input, query->x, outcome->P * sizeof *query->x) == 0;
}

/* Along one layer */

static void
search_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Query *query = data;
  GError *error = NULL;
  g_autoptr (EsAttackProbe) probe =
      es_attack_probe_new (query->model, query->x, &error);
  gboolean found = TRUE;

  if (probe == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (query->best)
    es_attack_probe_best (probe, query->stack, query->layer, query->label,
                          query->target, ES_ATTACK_SEARCH_MOST, &query->strength);
  else
    found = es_attack_probe_smallest (probe, query->stack, query->layer, query->label,
                                      query->target, ES_ATTACK_SEARCH_MOST,
                                      &query->strength);
  g_task_return_boolean (task, found);
}

void
es_attack_search_async (EsAttackEditor *editor,
                        gboolean best,
                        gint target,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = query_new (editor);

  query->best = best;
  query->target = target;
  g_task_set_source_tag (task, es_attack_search_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, search_worker);
}

gboolean
es_attack_search_is_current (GAsyncResult *result, EsAttackEditor *editor)
{
  const Query *query = g_task_get_task_data (G_TASK (result));

  return has_image (query, editor) &&
         es_attack_editor_get_selected (editor) == (gint)query->layer &&
         es_attack_stack_equal (es_attack_editor_get_stack (editor), query->stack);
}

gboolean
es_attack_search_finish (GAsyncResult *result, double *strength, GError **error)
{
  const Query *query = g_task_get_task_data (G_TASK (result));

  *strength = query->strength;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Along the gradient */

void
es_gradient_found_free (EsGradientFound *found)
{
  if (found == NULL)
    return;
  g_free (found->change);
  g_free (found);
}

static void
gradient_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Query *query = data;
  const EsProgress progress = es_telling_progress (query->telling);
  g_autoptr (EsGradientFound) found = g_new0 (EsGradientFound, 1);
  GError *error = NULL;

  found->change = g_new (float, query->stack->P);
  if (es_gradient_attack (found->change, &found->result, query->model, query->x,
                          query->label, &query->options, &progress, &error))
    g_task_return_pointer (task, g_steal_pointer (&found),
                           (GDestroyNotify)es_gradient_found_free);
  else
    g_task_return_error (task, error);
}

void
es_attack_gradient_async (EsAttackEditor *editor,
                          const EsGradientOptions *options,
                          EsTellingFunc progress,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = query_new (editor);

  query->options = *options;
  query->telling = es_telling_new (progress, user_data, cancellable);
  g_task_set_source_tag (task, es_attack_gradient_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, gradient_worker);
}

gboolean
es_attack_gradient_is_current (GAsyncResult *result, EsAttackEditor *editor)
{
  return has_image (g_task_get_task_data (G_TASK (result)), editor);
}

EsGradientFound *
es_attack_gradient_finish (GAsyncResult *result, GError **error)
{
  Query *query = g_task_get_task_data (G_TASK (result));

  es_telling_stop (query->telling);
  return g_task_propagate_pointer (G_TASK (result), error);
}
