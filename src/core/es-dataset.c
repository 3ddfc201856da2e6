/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset.h"

#include "es-tame.h"

#include <string.h>

static guint
count_labels (const EsSamples *samples)
{
  guint count = 0;

  for (gsize n = 0; n < samples->N; n++)
    count = MAX (count, samples->labels[n] + 1u);
  return count;
}

static char **
number_names (guint n)
{
  char **names = g_new0 (char *, n + 1);

  for (guint c = 0; c < n; c++)
    names[c] = g_strdup_printf ("%u", c);
  return names;
}

/* Names come from files, and are shown beside other text. */
static char **
tame_names (const char *const *names)
{
  guint n = g_strv_length ((char **)names);
  char **tame = g_new0 (char *, n + 1);

  for (guint c = 0; c < n; c++)
    tame[c] = es_tame_text (names[c]);
  return tame;
}

static gboolean
check_splits (const EsDataset *dataset, guint n_labels, GError **error)
{
  const char *problem = NULL;

  if (dataset->train.N == 0 || dataset->test.N == 0)
    problem = "has no images in one of its splits";
  else if (dataset->n_classes < 2)
    problem = "has fewer than two classes";
  else if (n_labels > dataset->n_classes)
    problem = "has labels beyond its class names";
  if (problem == NULL)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "The dataset %s %s", dataset->name,
               problem);
  return FALSE;
}

void
es_samples_clear (EsSamples *samples)
{
  g_clear_pointer (&samples->pixels, g_free);
  g_clear_pointer (&samples->exact, g_free);
  g_clear_pointer (&samples->labels, g_free);
  g_clear_pointer (&samples->targets, g_free);
  samples->N = 0;
}

static void
dataset_clear (gpointer data)
{
  EsDataset *dataset = data;

  g_free (dataset->name);
  g_free (dataset->path);
  g_strfreev (dataset->class_names);
  es_samples_clear (&dataset->train);
  es_samples_clear (&dataset->test);
  es_task_free (dataset->task);
}

EsDataset *
es_dataset_new (const char *name,
                guint rows,
                guint cols,
                const char *const *class_names,
                EsSamples *train,
                EsSamples *test,
                GError **error)
{
  g_autoptr (EsDataset) dataset = g_atomic_rc_box_new0 (EsDataset);
  guint n_labels;

  dataset->name = g_strdup (name);
  dataset->rows = rows;
  dataset->cols = cols;
  dataset->train = *train;
  dataset->test = *test;
  memset (train, 0, sizeof *train);
  memset (test, 0, sizeof *test);
  n_labels = MAX (count_labels (&dataset->train), count_labels (&dataset->test));
  if (class_names != NULL) {
    dataset->class_names = tame_names (class_names);
    dataset->n_classes = g_strv_length (dataset->class_names);
  } else {
    dataset->class_names = number_names (n_labels);
    dataset->n_classes = n_labels;
  }
  if (!check_splits (dataset, n_labels, error))
    return NULL;
  return g_steal_pointer (&dataset);
}

EsDataset *
es_dataset_ref (EsDataset *dataset)
{
  return g_atomic_rc_box_acquire (dataset);
}

void
es_dataset_unref (EsDataset *dataset)
{
  if (dataset != NULL)
    g_atomic_rc_box_release_full (dataset, dataset_clear);
}

gboolean
es_dataset_is_fresh (const EsDataset *dataset)
{
  return dataset->task != NULL && dataset->task->kind == ES_TASK_TOY;
}

const EsSamples *
es_dataset_get_split (const EsDataset *dataset, EsSplit split)
{
  return split == ES_SPLIT_TRAIN ? &dataset->train : &dataset->test;
}

void
es_dataset_mean_image (const EsDataset *dataset, float *mean)
{
  gsize P = (gsize)dataset->rows * dataset->cols, N = dataset->train.N;
  g_autofree guint64 *sums = g_new0 (guint64, P);

  for (gsize n = 0; n < N; n++)
    for (gsize p = 0; p < P; p++)
      sums[p] += dataset->train.pixels[n * P + p];
  for (gsize p = 0; p < P; p++)
    mean[p] = (float)((double)sums[p] / (255.0 * (double)N));
}

static void
checksum_samples (GChecksum *checksum, const EsSamples *samples, gsize P)
{
  guint64 n_le = GUINT64_TO_LE ((guint64)samples->N);

  g_checksum_update (checksum, (const guchar *)&n_le, sizeof n_le);
  for (gsize n = 0; n < samples->N; n++) {
    guint16 label_le = GUINT16_TO_LE (samples->labels[n]);

    g_checksum_update (checksum, samples->pixels + n * P, (gssize)P);
    g_checksum_update (checksum, (const guchar *)&label_le, sizeof label_le);
  }
}

char *
es_dataset_checksum (const EsDataset *dataset)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint32 sizes[2] = {GUINT32_TO_LE (dataset->rows), GUINT32_TO_LE (dataset->cols)};
  gsize P = (gsize)dataset->rows * dataset->cols;

  g_checksum_update (checksum, (const guchar *)sizes, sizeof sizes);
  checksum_samples (checksum, &dataset->train, P);
  checksum_samples (checksum, &dataset->test, P);
  return g_strdup (g_checksum_get_string (checksum));
}
