/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyphs.h"

#include "es-glyph-hand.h"
#include "es-parallel.h"
#include "es-rng.h"

#define CLASSES 10

/* More parts than threads, so that all are busy to the end. */
#define PARTS 64

typedef struct
{
  guint64 seed;
  EsSplit split;
  EsSamples *samples;
} Job;

static void
fill_labels (guint16 *labels, const Job *job, gsize first)
{
  guint32 order[CLASSES];
  EsRng rng;

  /* The splits' images are a = 0 and 1. */
  es_rng_init (&rng, job->seed, ES_RNG_GLYPHS, job->split + 2,
               (guint32)(first / CLASSES));
  es_rng_shuffle (&rng, order, CLASSES);
  for (gsize n = first; n < MIN (first + CLASSES, job->samples->N); n++)
    labels[n] = (guint16)order[n - first];
}

static void
fill_part (guint part, guint n_parts, gpointer data)
{
  const Job *job = data;
  EsSamples *samples = job->samples;
  gsize first, end;
  EsGlyphPath path;
  EsRng rng;

  es_parallel_slice (samples->N, CLASSES, part, n_parts, &first, &end);
  for (gsize n = first; n < end; n++) {
    if (n % CLASSES == 0)
      fill_labels (samples->labels, job, n);
    es_rng_init (&rng, job->seed, ES_RNG_GLYPHS, job->split, (guint32)n);
    es_glyph_write (&path, samples->labels[n], &rng);
    es_glyph_draw (samples->pixels + n * ES_GLYPH_PIXELS, &path);
  }
}

static gboolean
make_split (EsSamples *samples, guint64 seed, EsSplit split, gsize n, GError **error)
{
  Job job = {seed, split, samples};

  samples->N = n;
  samples->pixels = g_try_malloc_n (n, ES_GLYPH_PIXELS);
  samples->labels = g_try_new (guint16, n);
  if (samples->pixels == NULL || samples->labels == NULL) {
    g_set_error (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                 "Not enough memory for %" G_GSIZE_FORMAT " glyphs", n);
    return FALSE;
  }
  es_parallel_run (PARTS, fill_part, &job);
  return TRUE;
}

static gboolean
check_number (gsize n, const char *what, GError **error)
{
  if (n >= 1 && n <= ES_GLYPHS_MAX)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The number of glyphs for %s must be 1 to %d, not %" G_GSIZE_FORMAT,
               what, ES_GLYPHS_MAX, n);
  return FALSE;
}

EsDataset *
es_glyphs_new (guint64 seed, gsize n_train, gsize n_test, GError **error)
{
  static const char *const names[] = {"0", "1", "2", "3", "4", "5",
                                      "6", "7", "8", "9", NULL};
  EsSamples train = {0}, test = {0};

  if (!check_number (n_train, "training", error) ||
      !check_number (n_test, "testing", error))
    return NULL;
  if (!make_split (&train, seed, ES_SPLIT_TRAIN, n_train, error) ||
      !make_split (&test, seed, ES_SPLIT_TEST, n_test, error)) {
    es_samples_clear (&train);
    es_samples_clear (&test);
    return NULL;
  }
  return es_dataset_new ("glyphs", ES_GLYPH_SIDE, ES_GLYPH_SIDE, names, &train, &test,
                         error);
}
