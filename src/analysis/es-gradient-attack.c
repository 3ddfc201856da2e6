/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gradient-attack.h"

#include "es-blas.h"
#include "es-loss.h"
#include "es-network.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

/* Bisections of the budget: 2^-10 of it. */
#define BISECTIONS 10

/* The search under way: one row for each restart. */
typedef struct
{
  const EsModel *model;
  const EsGradientOptions *options;
  const float *x;
  guint label;
  gsize P;
  gsize C;
  gsize n;        /* restarts */
  float *changes; /* (n, P) */
  float *dx;      /* (n, P) */
  guint16 *goals; /* (n) the class that the loss is of */
  EsActivations *act;
} Search;

void
es_gradient_options_init_fgsm (EsGradientOptions *options)
{
  *options = (EsGradientOptions){.norm = ES_NORM_LINF,
                                 .budget = 0.1,
                                 .step = 0.1,
                                 .steps = 1,
                                 .restarts = 1,
                                 .target = -1,
                                 .clip = TRUE,
                                 .seed = 42};
}

void
es_gradient_options_init_pgd (EsGradientOptions *options)
{
  *options = (EsGradientOptions){.norm = ES_NORM_L2,
                                 .budget = 1.5,
                                 .steps = 40,
                                 .restarts = 1,
                                 .target = -1,
                                 .clip = TRUE,
                                 .seed = 42};
}

static gboolean
check_options (const EsGradientOptions *options,
               const EsModel *model,
               guint label,
               GError **error)
{
  guint C = es_model_get_config (model)->outputs;
  const char *problem = NULL;

  if (options->norm != ES_NORM_L2 && options->norm != ES_NORM_LINF)
    problem = "A gradient attack needs a budget in L2 or L-infinity";
  else if (!(options->budget >= 0) || !isfinite (options->budget))
    problem = "The budget of a gradient attack must not be negative";
  else if (!(options->step >= 0) || !isfinite (options->step))
    problem = "The step of a gradient attack must not be negative";
  else if (options->steps < 1 || options->steps > ES_GRADIENT_MAX_STEPS)
    problem = "A gradient attack takes 1 to 10000 steps";
  else if (options->restarts < 1 || options->restarts > ES_GRADIENT_MAX_RESTARTS)
    problem = "A gradient attack takes 1 to 256 restarts";
  else if (label >= C || options->target < -1 || options->target >= (gint)C)
    problem = "There is no such class to attack";
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING, problem);
  return FALSE;
}

static void
search_clear (Search *search)
{
  g_free (search->changes);
  g_free (search->dx);
  g_free (search->goals);
  es_activations_free (search->act);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
search_init (Search *search, GError **error)
{
  const EsModelConfig *config = es_model_get_config (search->model);

  search->P = es_model_config_inputs (config);
  search->C = config->outputs;
  search->n = search->options->restarts;
  search->act = es_activations_new (config, search->n, TRUE, error);
  if (search->act == NULL)
    return FALSE;
  search->changes = g_new0 (float, search->n * search->P);
  search->dx = g_new (float, search->n * search->P);
  search->goals = g_new (guint16, search->n);
  for (gsize i = 0; i < search->n; i++)
    search->goals[i] =
        (guint16)(search->options->target >= 0 ? (guint)search->options->target
                                               : search->label);
  return TRUE;
}

/* Back into the budget and, if asked for, into the valid range. The latter makes no
   pixel's change larger, so the first still holds. */
static void
restrain (const Search *search, float *change, double budget)
{
  es_norms_project (change, search->P, search->options->norm, budget);
  if (search->options->clip)
    es_norms_clip (change, search->x, search->P);
}

/* The first restart begins at the image, the others anywhere in the budget. */
static void
start (Search *search, double budget)
{
  gsize P = search->P;

  memset (search->changes, 0, P * sizeof (float));
  for (gsize i = 1; i < search->n; i++) {
    float *change = search->changes + i * P;
    double size = search->options->norm == ES_NORM_LINF
                      ? budget
                      : budget * sqrt (3.0 / (double)P);
    EsRngStream stream = {search->options->seed, ES_RNG_START, 1, (guint32)i};

    es_rng_fill_uniform (change, P, (float)-size, (float)size, &stream);
    restrain (search, change, budget);
  }
}

/* Logits of all rows. */
static void
run_network (Search *search)
{
  gsize P = search->P;

  for (gsize i = 0; i < search->n; i++)
    for (gsize p = 0; p < P; p++)
      search->act->x[i * P + p] = search->x[p] + search->changes[i * P + p];
  es_network_forward (search->model, search->act, search->n);
}

/* Keeps the best change so far. */
static void
keep_best (const Search *search, float *best, EsGradientResult *result)
{
  for (gsize i = 0; i < search->n; i++) {
    const float *logits = search->act->logits + i * search->C;
    double margin =
        es_norms_margin (logits, search->C, search->label, search->options->target);

    if (!(margin > result->margin))
      continue;
    result->margin = margin;
    result->read = es_argmax (logits, search->C);
    result->fooled = search->options->target >= 0
                         ? result->read == (guint)search->options->target
                         : result->read != search->label;
    memcpy (best, search->changes + i * search->P, search->P * sizeof (float));
  }
}

/* One step of @size up the loss of the label, or down that of the target. */
static gboolean
step_rows (Search *search, double size, double budget, GError **error)
{
  gsize P = search->P, n_correct = 0;
  double sign = search->options->target >= 0 ? -1 : 1;

  es_cross_entropy (search->act->dlogits, &n_correct, search->act->logits,
                    search->goals, search->n, search->C, 1);
  es_network_backward_input (search->model, search->act, search->n, search->dx);
  if (!es_blas_all_finite (search->dx, search->n * P)) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                         "The gradient by the image is not finite");
    return FALSE;
  }
  for (gsize i = 0; i < search->n; i++) {
    float *change = search->changes + i * P, *dx = search->dx + i * P;
    double norm = sqrt (es_blas_dot (dx, dx, P));
    double scale = norm > 0 ? sign * size / norm : 0;

    for (gsize p = 0; p < P; p++)
      change[p] += (float)(search->options->norm == ES_NORM_LINF
                               ? sign * size * ((dx[p] > 0) - (dx[p] < 0))
                               : scale * dx[p]);
    restrain (search, change, budget);
  }
  return TRUE;
}

/* The best change within @budget. The work is the stretch @first to @last of the whole.
 */
static gboolean
attack_within (Search *search,
               float *change,
               EsGradientResult *result,
               double budget,
               double first,
               double last,
               const EsProgress *progress,
               GError **error)
{
  const EsGradientOptions *options = search->options;
  double share = options->budget > 0 ? budget / options->budget : 0;
  double size =
      options->step > 0 ? options->step * share : 2.5 * budget / options->steps;

  *result = (EsGradientResult){.margin = -INFINITY};
  memset (change, 0, search->P * sizeof (float));
  start (search, budget);
  for (guint i = 0; i <= options->steps; i++) {
    run_network (search);
    keep_best (search, change, result);
    if (i < options->steps && !step_rows (search, size, budget, error))
      return FALSE;
    if (!es_progress_report (progress, first + (last - first) * i / options->steps,
                             NULL, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
es_gradient_attack (float *change,
                    EsGradientResult *result,
                    const EsModel *model,
                    const float *x,
                    guint label,
                    const EsGradientOptions *options,
                    const EsProgress *progress,
                    GError **error)
{
  g_auto (Search) search = {.model = model, .options = options, .x = x, .label = label};

  return check_options (options, model, label, error) && search_init (&search, error) &&
         attack_within (&search, change, result, options->budget, 0, 1, progress,
                        error);
}

gboolean
es_gradient_attack_smallest (float *change,
                             double *budget,
                             EsGradientResult *result,
                             const EsModel *model,
                             const float *x,
                             guint label,
                             const EsGradientOptions *options,
                             const EsProgress *progress,
                             GError **error)
{
  g_auto (Search) search = {.model = model, .options = options, .x = x, .label = label};
  g_autofree float *tried = NULL;
  double enough = options->budget, too_little = 0;

  if (!check_options (options, model, label, error) || !search_init (&search, error) ||
      !attack_within (&search, change, result, enough, 0, 1.0 / (BISECTIONS + 1),
                      progress, error))
    return FALSE;
  tried = g_new (float, search.P);
  for (guint i = 1; result->fooled && i <= BISECTIONS; i++) {
    double middle = (enough + too_little) / 2;
    EsGradientResult found;

    if (!attack_within (&search, tried, &found, middle, (double)i / (BISECTIONS + 1),
                        (i + 1.0) / (BISECTIONS + 1), progress, error))
      return FALSE;
    if (!found.fooled) {
      too_little = middle;
      continue;
    }
    enough = middle;
    *result = found;
    memcpy (change, tried, search.P * sizeof (float));
  }
  *budget = enough;
  return TRUE;
}
