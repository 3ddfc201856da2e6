/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-sweep.h"

#include "es-augment.h"
#include "es-blas.h"
#include "es-evaluate.h"
#include "es-loss.h"
#include "es-network.h"
#include "es-parallel.h"
#include "es-vector.h"

#include <string.h>

/* Images between two reports of progress. */
#define IMAGES_PER_REPORT 2048

/* How images meet a mask. */
typedef enum {
  BY_POLYNOMIAL, /* one ungated layer */
  BY_EMBEDDING,  /* e + s E m, then the layers */
  BY_PIXELS,     /* clipped, so everything anew */
} Method;

/* What one thread works with, and what it counted. */
typedef struct
{
  EsActivations *act;
  float *x;  /* (max_rows, P) clean images */
  float *e;  /* (max_rows, H) their embeddings */
  float *y0; /* (max_rows, C) logits at strength 0 */
  float *y1; /* (max_rows, n_masks, C) */
  float *y;  /* (C) */
  guint32 *totals;
  guint32 *correct;
  guint32 *taken;
  guint32 *reads;
} Shard;

typedef struct
{
  EsSweep *sweep;
  const EsModel *model;
  const EsSamples *samples;
  const float *masks; /* (n_masks, P) */
  gsize n_controls;   /* of them, the last ones */
  Method method;
  float *em;    /* (n_masks, H) E m */
  float *lr;    /* (n_masks, 2H) L E m, R E m */
  float *slope; /* (n_masks, C, H): y1 = slope e + shift */
  float *shift; /* (n_masks, C) */
  float *y2;    /* (n_masks, C) */
  gsize first;  /* the stretch of images under way */
  gsize end;
  guint n_shards;
  Shard *shards;
} Work;

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory to try the masks");
  return FALSE;
}

/* The coefficients of one mask that images have no part in (equation 17). */
static void
prepare_part (guint part, guint n_parts, gpointer data)
{
  const Work *work = data;
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize H = config->hidden, C = config->outputs, m = part;
  const float *U = es_model_get_head (work->model);
  const float *L = es_model_get_left (work->model, 0);
  const float *R = es_model_get_right (work->model, 0);
  const float *b = es_model_get_bias (work->model, 0);
  const float *lm = work->lr + m * 2 * H, *rm = lm + H, *em = work->em + m * H;
  float *slope = work->slope + m * C * H;
  g_autofree float *by_r = g_new (float, C *H), *by_l = g_new (float, C *H);

  for (gsize c = 0; c < C; c++) {
    double y2 = 0, shift = 0;

    for (gsize h = 0; h < H; h++) {
      double u = U[c * H + h];

      by_r[c * H + h] = (float)(u * rm[h]);
      by_l[c * H + h] = (float)(u * lm[h]);
      y2 += u * lm[h] * rm[h];
      shift += b != NULL ? u * (b[h] * rm[h] + b[H + h] * lm[h]) : 0;
      shift += config->residual ? u * em[h] : 0;
    }
    work->y2[m * C + c] = (float)y2;
    work->shift[m * C + c] = (float)shift;
  }
  es_blas_gemm (slope, H, ES_PLAIN, by_r, H, ES_PLAIN, L, H, C, H, H, 1, 0);
  es_blas_gemm (slope, H, ES_PLAIN, by_l, H, ES_PLAIN, R, H, C, H, H, 1, 1);
}

static gboolean
prepare (Work *work, GError **error)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize M = work->sweep->n_masks, H = config->hidden, C = config->outputs;
  gsize P = es_model_config_inputs (config);

  if (work->method == BY_PIXELS)
    return TRUE;
  work->em = g_try_malloc_n (M, H * sizeof (float));
  if (work->em == NULL)
    return no_memory (error);
  es_blas_gemm_parallel (work->em, H, ES_PLAIN, work->masks, P, ES_TRANSPOSED,
                         es_model_get_embed (work->model), P, M, H, P, 1, 0);
  if (work->method == BY_EMBEDDING)
    return TRUE;
  work->lr = g_try_malloc_n (M, 2 * H * sizeof (float));
  work->slope = g_try_malloc_n (M * C, H * sizeof (float));
  work->shift = g_try_malloc_n (M, C * sizeof (float));
  work->y2 = g_try_malloc_n (M, C * sizeof (float));
  if (!work->lr || !work->slope || !work->shift || !work->y2)
    return no_memory (error);
  es_blas_gemm_parallel (work->lr, 2 * H, ES_PLAIN, work->em, H, ES_TRANSPOSED,
                         es_model_get_left (work->model, 0), H, M, 2 * H, H, 1, 0);
  es_parallel_run ((guint)M, prepare_part, work);
  return TRUE;
}

static gsize
n_reads (const EsSweep *sweep)
{
  return 2 * sweep->n_strengths * sweep->C * sweep->C;
}

static guint32 *
reads_new (const EsSweep *sweep)
{
  return g_try_malloc0_n (n_reads (sweep), sizeof (guint32));
}

static gboolean
shard_init (Shard *shard, const Work *work, GError **error)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize rows = es_activations_rows (config, IMAGES_PER_REPORT);
  gsize P = es_model_config_inputs (config), H = config->hidden, C = config->outputs;
  gsize M = work->sweep->n_masks, n = M * work->sweep->n_strengths * C;

  shard->act = es_activations_new (config, rows, FALSE, error);
  if (shard->act == NULL)
    return FALSE;
  shard->x = g_try_malloc_n (rows, P * sizeof (float));
  shard->e = g_try_malloc_n (rows, H * sizeof (float));
  shard->y0 = g_try_malloc_n (rows, C * sizeof (float));
  shard->y1 =
      g_try_malloc_n (work->method == BY_POLYNOMIAL ? rows * M : 1, C * sizeof (float));
  shard->y = g_new (float, C);
  shard->totals = g_new0 (guint32, C);
  shard->correct = g_try_malloc0_n (n, sizeof (guint32));
  shard->taken = g_try_malloc0_n (n, sizeof (guint32));
  shard->reads = reads_new (work->sweep);
  if (shard->x && shard->e && shard->y0 && shard->y1 && shard->correct &&
      shard->taken && shard->reads)
    return TRUE;
  return no_memory (error);
}

static void
work_clear (Work *work)
{
  for (guint i = 0; i < work->n_shards; i++) {
    Shard *shard = &work->shards[i];

    es_activations_free (shard->act);
    g_free (shard->x);
    g_free (shard->e);
    g_free (shard->y0);
    g_free (shard->y1);
    g_free (shard->y);
    g_free (shard->totals);
    g_free (shard->correct);
    g_free (shard->taken);
    g_free (shard->reads);
  }
  g_free (work->shards);
  g_free (work->em);
  g_free (work->lr);
  g_free (work->slope);
  g_free (work->shift);
  g_free (work->y2);
}

/* Counts the class that image @n was read as. */
static void
count (const Work *work, Shard *shard, gsize n, gsize mask, gsize strength, guint read)
{
  const EsSweep *sweep = work->sweep;
  guint label = work->samples->labels[n], target = sweep->targets[mask];
  gsize at = (mask * sweep->n_strengths + strength) * sweep->C + label;
  gsize group = mask + work->n_controls >= sweep->n_masks;

  shard->reads[((group * sweep->n_strengths + strength) * sweep->C + label) * sweep->C +
               read]++;
  if (read == label)
    shard->correct[at]++;
  else if (read == target)
    shard->taken[at]++;
}

/* y = y0 + s y1 + s^2 y2, for all masks and strengths. */
ES_MULTIVERSION
static void
try_polynomials (const Work *work, Shard *shard, gsize first, gsize rows)
{
  const EsSweep *sweep = work->sweep;
  gsize C = sweep->C, M = sweep->n_masks;
  float *y = shard->y;

  for (gsize n = 0; n < rows; n++)
    for (gsize m = 0; m < M; m++) {
      const float *y0 = shard->y0 + n * C, *y1 = shard->y1 + (n * M + m) * C;
      const float *shift = work->shift + m * C, *y2 = work->y2 + m * C;

      for (gsize i = 0; i < sweep->n_strengths; i++) {
        float s = (float)sweep->strengths[i];

        for (gsize c = 0; c < C; c++)
          y[c] = y0[c] + s * (y1[c] + shift[c] + s * y2[c]);
        count (work, shard, first + n, m, i, es_argmax (y, C));
      }
    }
}

/* Reads the logits of all rows under one mask at one strength. */
static void
count_rows (
    const Work *work, Shard *shard, gsize first, gsize rows, gsize mask, gsize strength)
{
  gsize C = work->sweep->C;

  for (gsize n = 0; n < rows; n++)
    count (work, shard, first + n, mask, strength,
           es_argmax (shard->act->logits + n * C, C));
}

/* @out (rows, width) = @in + s @shift (width) in every row, held in 0 to 1 if @clip. */
ES_MULTIVERSION
static void
add_shift (float *restrict out,
           const float *restrict in,
           const float *restrict shift,
           float s,
           gboolean clip,
           gsize rows,
           gsize width)
{
  for (gsize n = 0; n < rows; n++)
    for (gsize i = 0; i < width; i++) {
      float value = in[n * width + i] + s * shift[i];

      out[n * width + i] = clip ? CLAMP (value, 0, 1) : value;
    }
}

static void
try_networks (const Work *work, Shard *shard, gsize first, gsize rows)
{
  const EsSweep *sweep = work->sweep;
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize P = es_model_config_inputs (config), H = config->hidden;

  for (gsize m = 0; m < sweep->n_masks; m++)
    for (gsize i = 0; i < sweep->n_strengths; i++) {
      float s = (float)sweep->strengths[i];

      if (work->method == BY_PIXELS) {
        add_shift (shard->act->x, shard->x, work->masks + m * P, s, TRUE, rows, P);
        es_network_forward (work->model, shard->act, rows);
      } else {
        add_shift (shard->act->state, shard->e, work->em + m * H, s, FALSE, rows, H);
        es_network_forward_embedded (work->model, shard->act, rows);
      }
      count_rows (work, shard, first, rows, m, i);
    }
}

static void
sweep_rows (const Work *work, Shard *shard, gsize first, gsize rows)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize P = es_model_config_inputs (config), H = config->hidden, C = config->outputs;
  gsize M = work->sweep->n_masks;

  for (gsize n = 0; n < rows; n++)
    shard->totals[work->samples->labels[first + n]]++;
  es_augment_expand (shard->act->x, work->samples->pixels + first * P, rows * P);
  memcpy (shard->x, shard->act->x, rows * P * sizeof (float));
  if (work->method == BY_PIXELS) {
    try_networks (work, shard, first, rows);
    return;
  }
  es_network_forward (work->model, shard->act, rows);
  memcpy (shard->e, shard->act->state, rows * H * sizeof (float));
  memcpy (shard->y0, shard->act->logits, rows * C * sizeof (float));
  if (work->method == BY_EMBEDDING) {
    try_networks (work, shard, first, rows);
    return;
  }
  es_blas_gemm (shard->y1, M * C, ES_PLAIN, shard->e, H, ES_TRANSPOSED, work->slope, H,
                rows, M * C, H, 1, 0);
  try_polynomials (work, shard, first, rows);
}

static void
sweep_part (guint part, guint n_parts, gpointer data)
{
  Work *work = data;
  Shard *shard = &work->shards[part];
  gsize first, end;

  es_parallel_slice (work->end - work->first, 1, part, n_parts, &first, &end);
  for (gsize n = work->first + first; n < work->first + end; n += shard->act->max_rows)
    sweep_rows (work, shard, n, MIN (shard->act->max_rows, work->first + end - n));
}

static gboolean
run (Work *work, const EsProgress *progress, GError **error)
{
  gsize N = work->samples->N;
  /* Short stretches where each image takes long, so that stopping does not. */
  gsize stretch = work->method == BY_POLYNOMIAL ? IMAGES_PER_REPORT : 256;

  for (gsize n = 0; n < N; n = work->end) {
    work->first = n;
    work->end = MIN (n + stretch, N);
    es_parallel_run (work->n_shards, sweep_part, work);
    if (!es_progress_report (progress, (double)work->end / (double)N, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
sum_shards (EsSweep *sweep, const Work *work)
{
  gsize n = sweep->n_masks * sweep->n_strengths * sweep->C;

  for (guint i = 0; i < work->n_shards; i++) {
    const Shard *shard = &work->shards[i];

    for (gsize c = 0; c < sweep->C; c++)
      sweep->totals[c] += shard->totals[c];
    for (gsize at = 0; at < n; at++) {
      sweep->correct[at] += shard->correct[at];
      sweep->taken[at] += shard->taken[at];
    }
    for (gsize at = 0; at < n_reads (sweep); at++)
      sweep->reads[at] += shard->reads[at];
  }
}

static gboolean
start_shards (Work *work, GError **error)
{
  work->n_shards = es_parallel_get_threads ();
  work->shards = g_new0 (Shard, work->n_shards);
  for (guint i = 0; i < work->n_shards; i++)
    if (!shard_init (&work->shards[i], work, error))
      return FALSE;
  return TRUE;
}

static EsSweep *
sweep_alloc (const guint *targets,
             gsize n_masks,
             const double *strengths,
             gsize n_strengths,
             gsize C,
             GError **error)
{
  g_autoptr (EsSweep) sweep = g_new0 (EsSweep, 1);
  gsize n = n_masks * n_strengths * C;

  sweep->n_masks = n_masks;
  sweep->n_strengths = n_strengths;
  sweep->C = C;
  sweep->targets = g_memdup2 (targets, n_masks * sizeof (guint));
  sweep->strengths = g_memdup2 (strengths, n_strengths * sizeof (double));
  sweep->totals = g_new0 (guint32, C);
  sweep->correct = g_try_malloc0_n (n, sizeof (guint32));
  sweep->taken = g_try_malloc0_n (n, sizeof (guint32));
  sweep->reads = reads_new (sweep);
  if (sweep->correct != NULL && sweep->taken != NULL && sweep->reads != NULL)
    return g_steal_pointer (&sweep);
  no_memory (error);
  return NULL;
}

EsSweep *
es_sweep_new (const EsModel *model,
              const float *masks,
              const guint *targets,
              gsize n_masks,
              gsize n_controls,
              const double *strengths,
              gsize n_strengths,
              gboolean clip,
              const EsSamples *samples,
              const EsProgress *progress,
              GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  g_autoptr (EsSweep) sweep = NULL;
  Work work = {
      .model = model, .samples = samples, .masks = masks, .n_controls = n_controls};
  gboolean done;

  g_return_val_if_fail (n_masks > 0 && n_strengths > 0, NULL);
  g_return_val_if_fail (n_controls <= n_masks, NULL);
  if (!es_evaluate_check_labels (model, samples, error))
    return NULL;
  sweep =
      sweep_alloc (targets, n_masks, strengths, n_strengths, config->outputs, error);
  if (sweep == NULL)
    return NULL;
  sweep->N = samples->N;
  work.sweep = sweep;
  if (clip)
    work.method = BY_PIXELS;
  else if (config->layers > 1 || config->gate != ES_GATE_NONE)
    work.method = BY_EMBEDDING;
  done = prepare (&work, error) && start_shards (&work, error) &&
         run (&work, progress, error);
  if (done)
    sum_shards (sweep, &work);
  work_clear (&work);
  return done ? g_steal_pointer (&sweep) : NULL;
}

void
es_sweep_free (EsSweep *sweep)
{
  if (sweep == NULL)
    return;
  g_free (sweep->targets);
  g_free (sweep->strengths);
  g_free (sweep->totals);
  g_free (sweep->correct);
  g_free (sweep->taken);
  g_free (sweep->reads);
  g_free (sweep);
}

/* The sum over classes of one mask at one strength, as a share of all images. */
static double
share (const EsSweep *sweep, const guint32 *counts, gsize mask, gsize strength)
{
  const guint32 *row = counts + (mask * sweep->n_strengths + strength) * sweep->C;
  double sum = 0;

  for (gsize c = 0; c < sweep->C; c++)
    sum += row[c];
  return sweep->N > 0 ? sum / (double)sweep->N : 0;
}

double
es_sweep_get_accuracy (const EsSweep *sweep, gsize mask, gsize strength)
{
  return share (sweep, sweep->correct, mask, strength);
}

double
es_sweep_get_misclassified (const EsSweep *sweep, gsize mask, gsize strength)
{
  return share (sweep, sweep->taken, mask, strength);
}
