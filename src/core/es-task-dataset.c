/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset.h"
#include "es-rng.h"
#include "es-task.h"

#include <math.h>
#include <string.h>

/* Inputs of toy logic in a split: training draws its own, these are for measuring. */
#define TOY_SAMPLES 2048

/* Epochs end far below: streams of their own for the splits. */
#define TOY_STREAM (G_MAXUINT32 - 1)

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory for this task");
  return FALSE;
}

static gboolean
samples_init (EsSamples *samples, gsize N, gsize P, GError **error)
{
  *samples = (EsSamples){
      .N = N,
      .pixels = g_try_malloc0_n (N, P),
      .labels = g_try_malloc0_n (N, sizeof (guint16)),
  };
  return (samples->pixels != NULL && samples->labels != NULL) || no_memory (error);
}

/* Takes the splits. */
static EsDataset *
dataset_new (const EsTask *task,
             guint rows,
             guint cols,
             char **class_names,
             EsSamples splits[2],
             GError **error)
{
  g_autofree char *name = es_task_to_text (task);
  EsDataset *dataset =
      es_dataset_new (name, rows, cols, (const char *const *)class_names, &splits[0],
                      &splits[1], error);

  if (dataset != NULL)
    dataset->task = es_task_copy (task);
  return dataset;
}

static void
splits_clear (EsSamples *splits)
{
  es_samples_clear (&splits[0]);
  es_samples_clear (&splits[1]);
}

static gboolean
fill_toy (EsSamples *samples, const EsTask *task, guint32 split, GError **error)
{
  guint n = task->inputs;
  gsize C = es_task_count_pairs (n);
  float x[ES_TOY_MAX_INPUTS];

  if (!samples_init (samples, TOY_SAMPLES, n, error))
    return FALSE;
  samples->targets = g_new (float, TOY_SAMPLES *C);
  for (guint32 row = 0; row < TOY_SAMPLES; row++) {
    es_task_draw (task, x, samples->targets + row * C, 0, TOY_STREAM + split, row);
    for (guint i = 0; i < n; i++)
      samples->pixels[row * n + i] = (guint8)lrintf (255 * x[i]);
  }
  return TRUE;
}

/* "x1 AND x2", or "x1, x2" for a mix. */
static char **
name_pairs (const EsTask *task)
{
  guint C = es_task_count_pairs (task->inputs), n_gates = 0, gate = 0, i, j;
  char **names = g_new0 (char *, C + 1);
  g_autofree char *word = NULL;

  for (guint k = 0; k < ES_N_LOGICS; k++)
    if (task->logic[k] != 0) {
      gate = k;
      n_gates++;
    }
  if (n_gates == 1 && task->logic[gate] == 1)
    word = g_ascii_strup (es_logic_to_string ((EsLogic)gate), -1);
  for (guint c = 0; c < C; c++) {
    es_task_get_pair (task->inputs, c, &i, &j);
    names[c] = word != NULL ? g_strdup_printf ("x%u %s x%u", i + 1, word, j + 1)
                            : g_strdup_printf ("x%u, x%u", i + 1, j + 1);
  }
  return names;
}

static EsDataset *
make_toy (const EsTask *task, GError **error)
{
  EsSamples splits[2] = {{0}, {0}};
  g_auto (GStrv) names = name_pairs (task);

  if (!fill_toy (&splits[0], task, 0, error) ||
      !fill_toy (&splits[1], task, 1, error)) {
    splits_clear (splits);
    return NULL;
  }
  return dataset_new (task, 1, task->inputs, names, splits, error);
}

/* A pair of residues as an image of two rows, one pixel lit in each. */
static EsDataset *
make_modular (const EsTask *task, GError **error)
{
  guint p = task->modulus, n = p * p;
  guint n_train = es_task_count_training_pairs (task);
  g_autofree guint32 *order = g_new (guint32, n);
  g_auto (GStrv) names = g_new0 (char *, p + 1);
  EsSamples splits[2] = {{0}, {0}};
  EsRng rng;

  if (!samples_init (&splits[0], n_train, 2 * p, error) ||
      !samples_init (&splits[1], n - n_train, 2 * p, error)) {
    splits_clear (splits);
    return NULL;
  }
  for (guint c = 0; c < p; c++)
    names[c] = g_strdup_printf ("%u", c);
  es_rng_init (&rng, task->seed, ES_RNG_TASK, 0, 0);
  es_rng_shuffle (&rng, order, n);
  for (guint k = 0; k < n; k++) {
    EsSamples *split = &splits[k >= n_train];
    gsize place = k < n_train ? k : k - n_train;
    guint a = order[k] / p, b = order[k] % p;

    split->pixels[place * 2 * p + a] = 255;
    split->pixels[place * 2 * p + p + b] = 255;
    split->labels[place] = (guint16)es_task_operate (task, a, b);
  }
  return dataset_new (task, 2, p, names, splits, error);
}

const guint8 *
es_task_get_target (const EsTask *task, const EsDataset *images)
{
  gsize P = (gsize)images->rows * images->cols;

  return task->drawn != NULL ? task->drawn : images->train.pixels + task->target * P;
}

/* Whether the cosine of @x with @t, or with its negative, is above the threshold. Both
   (P), 0 to 255. */
static gboolean
is_alike (const EsTask *task, const guint8 *x, const guint8 *t, gsize P)
{
  guint64 xx = 0, tt = 0, xt = 0, nn = 0, xn = 0;
  double alike, negative;

  for (gsize p = 0; p < P; p++) {
    guint64 value = x[p], target = t[p], other = 255u - t[p];

    xx += value * value;
    tt += target * target;
    nn += other * other;
    xt += value * target;
    xn += value * other;
  }
  alike = (double)xt / MAX (sqrt ((double)xx * (double)tt), 1);
  negative = (double)xn / MAX (sqrt ((double)xx * (double)nn), 1);
  return alike > task->threshold || (!task->one_sided && negative > task->threshold);
}

static gboolean
fill_challenge (EsSamples *samples,
                const EsTask *task,
                const EsDataset *images,
                EsSplit split,
                GError **error)
{
  const EsSamples *from = es_dataset_get_split (images, split);
  gsize P = (gsize)images->rows * images->cols, n_alike = 0;
  const guint8 *target = es_task_get_target (task, images);

  if (!samples_init (samples, from->N, P, error))
    return FALSE;
  memcpy (samples->pixels, from->pixels, from->N * P);
  for (gsize n = 0; n < from->N; n++)
    n_alike += samples->labels[n] = is_alike (task, from->pixels + n * P, target, P);
  if (n_alike > 0 && n_alike < from->N)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "With the threshold %g %s image of %s is like the target; expected some "
               "that are and some that are not",
               task->threshold, n_alike == 0 ? "no" : "every", images->name);
  return FALSE;
}

static gboolean
check_target (const EsTask *task, const EsDataset *images, GError **error)
{
  gsize P = (gsize)images->rows * images->cols;

  if (task->drawn != NULL && task->n_drawn != P)
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "The drawn target has %" G_GSIZE_FORMAT
                 " pixels; the images of %s have %" G_GSIZE_FORMAT,
                 task->n_drawn, images->name, P);
  else if (task->drawn == NULL && task->target >= images->train.N)
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "There is no training image %u: %s has %" G_GSIZE_FORMAT
                 ", counted from 0",
                 task->target, images->name, images->train.N);
  else
    return TRUE;
  return FALSE;
}

static EsDataset *
make_challenge (const EsTask *task, const EsDataset *images, GError **error)
{
  const char *names[] = {"unlike", "alike", NULL};
  EsSamples splits[2] = {{0}, {0}};

  if (!check_target (task, images, error))
    return NULL;
  if (!fill_challenge (&splits[0], task, images, ES_SPLIT_TRAIN, error) ||
      !fill_challenge (&splits[1], task, images, ES_SPLIT_TEST, error)) {
    splits_clear (splits);
    return NULL;
  }
  return dataset_new (task, images->rows, images->cols, (char **)names, splits, error);
}

EsDataset *
es_task_make_dataset (const EsTask *task, const EsDataset *images, GError **error)
{
  if (!es_task_check (task, error))
    return NULL;
  switch (task->kind) {
  case ES_TASK_TOY:
    return make_toy (task, error);
  case ES_TASK_MODULAR:
    return make_modular (task, error);
  case ES_TASK_CHALLENGE:
    g_return_val_if_fail (images != NULL, NULL);
    return make_challenge (task, images, error);
  }
  return NULL;
}
