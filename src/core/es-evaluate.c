/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-evaluate.h"

#include "es-embedding.h"
#include "es-loss.h"
#include "es-parallel.h"

#include <string.h>

/* Images between two reports of progress. */
#define IMAGES_PER_REPORT 16384
/* Images whose losses are summed before those of others. */
#define IMAGES_PER_LOSS 1024

/* One stretch of images, shared among the threads in slices. */
typedef struct
{
  const EsModel *model;
  const EsEmbedding *embedding;
  gsize P, C;
  const guint8 *pixels; /* (N, P) */
  const float *exact;   /* (N, P) in place of them (nullable) */
  gsize N;
  float *logits;       /* (N, C) */
  EsActivations **act; /* one for each part */
} Pass;

/* The logits of @rows images from @n on. */
static void
pass_rows (const Pass *pass, EsActivations *act, gsize n, gsize rows)
{
  gsize P = pass->P;

  if (pass->exact == NULL) {
    es_embedding_forward (pass->embedding, act, pass->pixels + n * P, rows);
  } else {
    memcpy (act->x, pass->exact + n * P, rows * P * sizeof (float));
    es_network_forward (pass->model, act, rows);
  }
  memcpy (pass->logits + n * pass->C, act->logits, rows * pass->C * sizeof (float));
}

static void
pass_part (guint part, guint n_parts, gpointer data)
{
  Pass *pass = data;
  gsize first, end;
  EsActivations *act = pass->act[part];

  es_parallel_slice (pass->N, 1, part, n_parts, &first, &end);
  for (gsize n = first; n < end; n += act->max_rows)
    pass_rows (pass, act, n, MIN (act->max_rows, end - n));
}

static void
free_activations (EsActivations **act, guint n)
{
  for (guint i = 0; i < n; i++)
    es_activations_free (act[i]);
}

static gboolean
run_passes (Pass *all, const EsProgress *progress, guint n_parts, GError **error)
{
  for (gsize n = 0; n < all->N; n += IMAGES_PER_REPORT) {
    Pass pass = *all;

    pass.pixels += n * all->P;
    if (pass.exact != NULL)
      pass.exact += n * all->P;
    pass.N = MIN (IMAGES_PER_REPORT, all->N - n);
    pass.logits += n * all->C;
    es_parallel_run (n_parts, pass_part, &pass);
    if (!es_progress_report (progress, (double)(n + pass.N) / (double)all->N, NULL,
                             error))
      return FALSE;
  }
  return TRUE;
}

/* Of @exact (N, P; nullable) in place of @pixels (N, P). */
static gboolean
find_logits (float *logits,
             const EsModel *model,
             const guint8 *pixels,
             const float *exact,
             gsize N,
             const EsProgress *progress,
             GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  guint n_parts = (guint)MIN (es_parallel_get_threads (), MAX (N, 1));
  EsActivations *act[ES_MAX_THREADS] = {NULL};
  g_autoptr (EsEmbedding) embedding = es_embedding_new (model, pixels, N);
  Pass pass = {model,
               embedding,
               es_model_config_inputs (config),
               config->outputs,
               pixels,
               exact,
               N,
               logits,
               act};
  gboolean done = TRUE;

  for (guint i = 0; done && i < n_parts; i++) {
    act[i] = es_activations_new (config, es_activations_rows (config, N), FALSE, error);
    done = act[i] != NULL;
  }
  done = done && run_passes (&pass, progress, n_parts, error);
  free_activations (act, n_parts);
  return done;
}

gboolean
es_evaluate_logits (float *logits,
                    const EsModel *model,
                    const guint8 *pixels,
                    gsize N,
                    const EsProgress *progress,
                    GError **error)
{
  return find_logits (logits, model, pixels, NULL, N, progress, error);
}

gboolean
es_evaluate_check_labels (const EsModel *model,
                          const EsSamples *samples,
                          GError **error)
{
  guint C = es_model_get_config (model)->outputs;

  for (gsize n = 0; n < samples->N; n++)
    if (samples->labels[n] >= C) {
      g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                   "An image has the label %u, but the network has outputs for %u",
                   samples->labels[n], C);
      return FALSE;
    }
  return TRUE;
}

/* The losses of all images, summed in stretches: the sum does not depend on the number
   of threads. */
typedef struct
{
  const EsSamples *samples;
  const float *logits; /* (N, C) */
  gsize C;
  double *loss;     /* (stretches) */
  gsize *n_correct; /* (stretches) */
} Losses;

static void
losses_part (guint part, guint n_parts, gpointer data)
{
  Losses *losses = data;
  const EsSamples *samples = losses->samples;
  gsize C = losses->C, first = part * (gsize)IMAGES_PER_LOSS;
  gsize n = MIN (IMAGES_PER_LOSS, samples->N - first);

  losses->loss[part] = es_loss_of_samples (
      &losses->n_correct[part], losses->logits + first * C, samples, first, n, C);
}

static void
sum_losses (EsEvaluation *evaluation,
            const EsSamples *samples,
            const float *logits,
            gsize C)
{
  gsize N = samples->N, n_parts = (N + IMAGES_PER_LOSS - 1) / IMAGES_PER_LOSS;
  g_autofree double *loss = g_new0 (double, n_parts);
  g_autofree gsize *n_correct = g_new0 (gsize, n_parts);
  Losses losses = {samples, logits, C, loss, n_correct};
  double sum = 0;
  gsize right = 0;

  es_parallel_run ((guint)n_parts, losses_part, &losses);
  for (gsize i = 0; i < n_parts; i++) {
    sum += loss[i];
    right += n_correct[i];
  }
  evaluation->images = N;
  evaluation->accuracy = (double)right / (double)N;
  evaluation->loss = sum / (double)N;
}

gboolean
es_evaluate (EsEvaluation *evaluation,
             const EsModel *model,
             const EsSamples *samples,
             const EsProgress *progress,
             GError **error)
{
  gsize C = es_model_get_config (model)->outputs, N = samples->N;
  g_autofree float *logits = g_try_malloc_n (N * C, sizeof (float));

  if (logits == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory to evaluate");
    return FALSE;
  }
  if (!es_evaluate_check_labels (model, samples, error) ||
      !find_logits (logits, model, samples->pixels, samples->exact, N, progress, error))
    return FALSE;
  sum_losses (evaluation, samples, logits, C);
  return TRUE;
}

gboolean
es_evaluate_check (const EsModel *model, const EsDataset *dataset, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);

  if (es_model_config_inputs (config) == (gsize)dataset->rows * dataset->cols &&
      config->outputs >= dataset->n_classes)
    return TRUE;
  if (config->outputs == 1) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "The network has a single output, which tells no classes apart; the "
                 "dataset %s has %u classes",
                 dataset->name, dataset->n_classes);
    return FALSE;
  }
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The network takes images of %u x %u pixels and has %u outputs; the "
               "dataset %s has images of %u x %u and %u classes",
               config->rows, config->cols, config->outputs, dataset->name,
               dataset->rows, dataset->cols, dataset->n_classes);
  return FALSE;
}
