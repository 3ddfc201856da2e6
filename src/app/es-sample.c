/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-sample.h"

#include "es-augment.h"
#include "es-i18n.h"

G_DEFINE_BOXED_TYPE (EsSample, es_sample, es_sample_ref, es_sample_unref)

static EsSample *
sample_alloc (guint rows, guint cols)
{
  EsSample *sample = g_new0 (EsSample, 1);

  g_atomic_ref_count_init (&sample->refs);
  sample->rows = rows;
  sample->cols = cols;
  sample->pixels = g_new (float, (gsize)rows *cols);
  sample->label = -1;
  return sample;
}

EsSample *
es_sample_new (EsDataset *dataset, EsSplit split, gsize index)
{
  const EsSamples *samples = es_dataset_get_split (dataset, split);
  gsize P = (gsize)dataset->rows * dataset->cols;
  EsSample *sample;

  g_return_val_if_fail (index < samples->N, NULL);
  sample = sample_alloc (dataset->rows, dataset->cols);
  es_augment_expand (sample->pixels, samples->pixels + index * P, P);
  sample->label = samples->labels[index];
  sample->title = g_strdup_printf (split == ES_SPLIT_TEST ? _ ("Test image %u")
                                                          : _ ("Training image %u"),
                                   (guint)index);
  sample->dataset = es_dataset_ref (dataset);
  sample->split = split;
  sample->index = index;
  return sample;
}

EsSample *
es_sample_new_own (const float *pixels, guint rows, guint cols, const char *title)
{
  EsSample *sample = sample_alloc (rows, cols);

  for (gsize p = 0; p < (gsize)rows * cols; p++)
    sample->pixels[p] = CLAMP (pixels[p], 0, 1);
  sample->title = g_strdup (title);
  return sample;
}

EsSample *
es_sample_ref (EsSample *sample)
{
  g_atomic_ref_count_inc (&sample->refs);
  return sample;
}

void
es_sample_unref (EsSample *sample)
{
  if (sample == NULL || !g_atomic_ref_count_dec (&sample->refs))
    return;
  g_free (sample->pixels);
  g_free (sample->title);
  es_dataset_unref (sample->dataset);
  g_free (sample);
}

gboolean
es_sample_fits (const EsSample *sample, const EsModelConfig *config)
{
  return sample->rows == config->rows && sample->cols == config->cols;
}

static gboolean
is_same_dataset (const EsDataset *a, const EsDataset *b)
{
  return a == b ||
         (a != NULL && b != NULL && g_strcmp0 (a->name, b->name) == 0 &&
          g_strcmp0 (a->path, b->path) == 0 && a->rows == b->rows &&
          a->cols == b->cols && a->train.N == b->train.N && a->test.N == b->test.N);
}

gboolean
es_sample_is (const EsSample *sample,
              const EsDataset *dataset,
              EsSplit split,
              gsize index)
{
  return sample->dataset != NULL && is_same_dataset (sample->dataset, dataset) &&
         sample->split == split && sample->index == index;
}
