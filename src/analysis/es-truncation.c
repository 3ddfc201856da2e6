/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-truncation.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-components.h"
#include "es-embedding.h"
#include "es-loss.h"
#include "es-parallel.h"

#include <string.h>

/* Images between two reports of progress. */
#define IMAGES_PER_REPORT 4096

/* What one thread works with, and what its images gave. */
typedef struct
{
  EsActivations *act;
  float *e;         /* (max_rows, D) input of the layer, with the constant */
  float *overlaps;  /* (max_rows, n_keep) v_k . e of one class */
  float *logits;    /* (n_ranks, max_rows, C) */
  double *loss;     /* (n_ranks) */
  gsize *n_correct; /* (n_ranks) */
} Shard;

typedef struct
{
  const EsModel *model;
  const EsSamples *samples;
  EsEmbedding *embedding;
  const gsize *ranks;
  gsize n_ranks;
  EsTruncationRule rule;
  gsize D;
  gsize C;
  gsize n_keep;   /* the largest rank, at most D */
  float *vectors; /* (C, n_keep, D), the first to be kept first */
  float *lambda;  /* (C, n_keep) */
  gsize first;    /* the stretch of images under way */
  gsize end;
  guint n_shards;
  Shard *shards;
} Work;

static gboolean
shard_init (Shard *shard, const Work *work, GError **error)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize rows = es_activations_rows (config, IMAGES_PER_REPORT);

  shard->act = es_activations_new (config, rows, FALSE, error);
  if (shard->act == NULL)
    return FALSE;
  shard->e = g_try_malloc_n (rows, work->D * sizeof (float));
  shard->overlaps = g_try_malloc_n (rows, MAX (work->n_keep, 1) * sizeof (float));
  shard->logits = g_try_malloc_n (rows * work->C, work->n_ranks * sizeof (float));
  shard->loss = g_new0 (double, work->n_ranks);
  shard->n_correct = g_new0 (gsize, work->n_ranks);
  if (shard->e != NULL && shard->overlaps != NULL && shard->logits != NULL)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory to truncate");
  return FALSE;
}

static void
work_clear (Work *work)
{
  for (guint i = 0; i < work->n_shards; i++) {
    es_activations_free (work->shards[i].act);
    g_free (work->shards[i].e);
    g_free (work->shards[i].overlaps);
    g_free (work->shards[i].logits);
    g_free (work->shards[i].loss);
    g_free (work->shards[i].n_correct);
  }
  g_free (work->shards);
  es_embedding_free (work->embedding);
  g_free (work->vectors);
  g_free (work->lambda);
}

static const char *const rule_names[] = {"absolute", "positive", "negative"};

const char *
es_truncation_rule_to_string (EsTruncationRule rule)
{
  return rule_names[rule];
}

gboolean
es_truncation_rule_from_string (const char *name, EsTruncationRule *rule)
{
  for (guint i = 0; i < G_N_ELEMENTS (rule_names); i++)
    if (strcmp (name, rule_names[i]) == 0) {
      *rule = (EsTruncationRule)i;
      return TRUE;
    }
  return FALSE;
}

/* The components of one class, the first to be kept first. */
static void
order_components (guint *order,
                  EsTruncationRule rule,
                  const float *eigenvalues,
                  gsize D)
{
  if (rule == ES_TRUNCATION_ABSOLUTE)
    es_components_order (order, eigenvalues, D);
  for (gsize k = 0; rule != ES_TRUNCATION_ABSOLUTE && k < D; k++)
    order[k] = (guint)(rule == ES_TRUNCATION_NEGATIVE ? k : D - 1 - k);
}

/* A component of the sign that @rule excludes counts nothing. */
static float
kept_eigenvalue (EsTruncationRule rule, float eigenvalue)
{
  if (rule == ES_TRUNCATION_POSITIVE)
    return MAX (eigenvalue, 0);
  return rule == ES_TRUNCATION_NEGATIVE ? MIN (eigenvalue, 0) : eigenvalue;
}

/* The vectors that are kept, the first to be kept first. */
static gboolean
gather_components (Work *work, const EsSpectrum *spectrum, GError **error)
{
  gsize D = work->D, K = work->n_keep;
  g_autofree guint *order = g_new (guint, D);

  work->vectors = g_try_malloc_n (work->C * MAX (K, 1), D * sizeof (float));
  work->lambda = g_try_malloc_n (work->C, MAX (K, 1) * sizeof (float));
  if (work->vectors == NULL || work->lambda == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory to truncate");
    return FALSE;
  }
  for (gsize c = 0; c < work->C; c++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, c);

    order_components (order, work->rule, eigenvalues, D);
    for (gsize k = 0; k < K; k++) {
      work->lambda[c * K + k] = kept_eigenvalue (work->rule, eigenvalues[order[k]]);
      memcpy (work->vectors + (c * K + k) * D,
              es_spectrum_get_vector (spectrum, c, order[k]), D * sizeof (float));
    }
  }
  return TRUE;
}

/* The input of the last layer for the rows in shard->act, with the constant 1. */
static void
fill_inputs (const Work *work, Shard *shard, gsize rows)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize H = config->hidden, D = work->D, W = es_model_config_coordinates (config);
  const float *state =
      shard->act->state + (config->layers - 1) * shard->act->max_rows * H;

  for (gsize n = 0; n < rows; n++) {
    memcpy (shard->e + n * D, state + n * H, W * sizeof (float));
    if (D > W)
      shard->e[n * D + W] = 1;
  }
}

/* The direct path U e of a residual network, or 0, as logits of rank 0. */
static void
start_logits (const Work *work, Shard *shard, gsize rows)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize H = config->hidden, C = work->C;

  if (config->residual)
    es_blas_gemm (shard->logits, C, ES_PLAIN, shard->e, work->D, ES_TRANSPOSED,
                  es_model_get_head (work->model), H, rows, C, H, 1, 0);
  else
    memset (shard->logits, 0, rows * C * sizeof (float));
  for (gsize r = 1; r < work->n_ranks; r++)
    memcpy (shard->logits + r * rows * C, shard->logits, rows * C * sizeof (float));
}

/* Adds sum_{k < rank} lambda_k (v_k . e)^2 of class @c to the logits of every rank. */
static void
add_class (const Work *work, Shard *shard, gsize c, gsize rows)
{
  gsize K = work->n_keep, D = work->D, C = work->C;
  const float *lambda = work->lambda + c * K;

  es_blas_gemm (shard->overlaps, K, ES_PLAIN, shard->e, D, ES_TRANSPOSED,
                work->vectors + c * K * D, D, rows, K, D, 1, 0);
  for (gsize r = 0; r < work->n_ranks; r++)
    for (gsize n = 0; n < rows; n++) {
      const float *overlap_n = shard->overlaps + n * K;
      double sum = 0;

      for (gsize k = 0; k < MIN (work->ranks[r], K); k++)
        sum += (double)lambda[k] * overlap_n[k] * overlap_n[k];
      shard->logits[(r * rows + n) * C + c] += (float)sum;
    }
}

static void
truncate_rows (const Work *work, Shard *shard, gsize first, gsize rows)
{
  gsize P = es_model_config_inputs (es_model_get_config (work->model)), C = work->C;

  es_embedding_forward (work->embedding, shard->act, work->samples->pixels + first * P,
                        rows);
  fill_inputs (work, shard, rows);
  start_logits (work, shard, rows);
  for (gsize c = 0; work->n_keep > 0 && c < C; c++)
    add_class (work, shard, c, rows);
  for (gsize r = 0; r < work->n_ranks; r++)
    shard->loss[r] +=
        es_loss_of_samples (&shard->n_correct[r], shard->logits + r * rows * C,
                            work->samples, first, rows, C);
}

static void
truncate_part (guint part, guint n_parts, gpointer data)
{
  Work *work = data;
  Shard *shard = &work->shards[part];
  gsize first, end;

  es_parallel_slice (work->end - work->first, 1, part, n_parts, &first, &end);
  for (gsize n = work->first + first; n < work->first + end; n += shard->act->max_rows)
    truncate_rows (work, shard, n, MIN (shard->act->max_rows, work->first + end - n));
}

static gboolean
run (Work *work, const EsProgress *progress, GError **error)
{
  gsize N = work->samples->N;

  for (gsize n = 0; n < N; n = work->end) {
    work->first = n;
    work->end = MIN (n + IMAGES_PER_REPORT, N);
    es_parallel_run (work->n_shards, truncate_part, work);
    if (!es_progress_report (progress, (double)work->end / (double)N, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
sum_shards (EsEvaluation *evaluations, const Work *work)
{
  double N = (double)work->samples->N;

  for (gsize r = 0; r < work->n_ranks; r++) {
    double loss = 0;
    gsize n_correct = 0;

    for (guint i = 0; i < work->n_shards; i++) {
      loss += work->shards[i].loss[r];
      n_correct += work->shards[i].n_correct[r];
    }
    evaluations[r] = (EsEvaluation){work->samples->N, (double)n_correct / N, loss / N};
  }
}

static gboolean
prepare (Work *work, const EsSpectrum *spectrum, GError **error)
{
  for (gsize r = 0; r < work->n_ranks; r++)
    work->n_keep = MAX (work->n_keep, MIN (work->ranks[r], work->D));
  if (!gather_components (work, spectrum, error))
    return FALSE;
  work->embedding =
      es_embedding_new (work->model, work->samples->pixels, work->samples->N);
  work->n_shards = es_parallel_get_threads ();
  work->shards = g_new0 (Shard, work->n_shards);
  for (guint i = 0; i < work->n_shards; i++)
    if (!shard_init (&work->shards[i], work, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_fit (const Work *work, const EsSpectrum *spectrum, GError **error)
{
  const EsModelConfig *config = es_model_get_config (work->model);

  if (spectrum->basis == ES_BASIS_EMBEDDING && spectrum->n == config->outputs &&
      spectrum->directions->layer == config->layers - 1 &&
      spectrum->D == es_block_get_size (work->model))
    return es_evaluate_check_labels (work->model, work->samples, error);
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                       "Truncation needs the spectra of all classes of this network, "
                       "in the embedding basis");
  return FALSE;
}

gboolean
es_truncation_evaluate (EsEvaluation *evaluations,
                        const gsize *ranks,
                        gsize n_ranks,
                        EsTruncationRule rule,
                        const EsModel *model,
                        const EsSpectrum *spectrum,
                        const EsSamples *samples,
                        const EsProgress *progress,
                        GError **error)
{
  Work work = {
      .model = model,
      .samples = samples,
      .ranks = ranks,
      .n_ranks = n_ranks,
      .rule = rule,
      .D = spectrum->D,
      .C = spectrum->n,
  };
  gboolean done = check_fit (&work, spectrum, error) &&
                  prepare (&work, spectrum, error) && run (&work, progress, error);

  if (done)
    sum_shards (evaluations, &work);
  work_clear (&work);
  return done;
}
