/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-rng.h"
#include "es-run.h"
#include "es-spectrum.h"
#include "es-trainer.h"

#include <math.h>

/* A dataset of noise around one pattern for each class, a run on it and its spectrum.
 */
typedef struct
{
  EsDataset *dataset;
  EsRun *run;
  EsSpectrum *spectrum;
} FigureTest;

static inline EsSamples
figure_test_samples (EsRng *rng, gsize n, guint rows, guint cols, guint n_classes)
{
  gsize P = (gsize)rows * cols;
  EsSamples samples = {n, g_new (guint8, n * P), g_new (guint16, n)};

  for (gsize i = 0; i < n; i++) {
    samples.labels[i] = (guint16)(i % n_classes);
    for (gsize p = 0; p < P; p++) {
      gboolean ink = (p * 2654435761u >> 7) % n_classes == i % n_classes;

      samples.pixels[i * P + p] =
          (guint8)((ink ? 155 : 0) + 100 * es_rng_uniform (rng));
    }
  }
  return samples;
}

static inline void
figure_test_init (FigureTest *test,
                  guint rows,
                  guint cols,
                  char **class_names,
                  guint n_classes,
                  guint n_epochs)
{
  EsModelConfig model = {
      .rows = rows, .cols = cols, .hidden = 12, .outputs = n_classes, .layers = 1};
  EsTrainConfig config;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsTrainer) trainer = NULL;
  EsRng rng;
  EsSamples train = {0}, samples = {0};

  es_rng_init (&rng, 5, ES_RNG_TEST, 0, 0);
  train = figure_test_samples (&rng, 4 * n_classes, rows, cols, n_classes);
  samples = figure_test_samples (&rng, 2 * n_classes, rows, cols, n_classes);
  test->dataset =
      es_dataset_new ("patterns", rows, cols, (const char *const *)class_names, &train,
                      &samples, &error);
  g_assert_no_error (error);
  es_train_config_init (&config);
  config.epochs = n_epochs;
  config.batch = n_classes;
  trainer = es_trainer_new (&model, &config, test->dataset, &error);
  g_assert_no_error (error);
  while (!es_trainer_is_finished (trainer))
    if (!es_trainer_epoch (trainer, NULL, &error))
      g_error ("%s", error->message);
  test->run = es_trainer_dup_run (trainer, "A small run");
  test->spectrum = es_spectrum_new (test->run->model, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static inline void
figure_test_clear (FigureTest *test)
{
  g_clear_pointer (&test->dataset, es_dataset_unref);
  g_clear_pointer (&test->run, es_run_free);
  g_clear_pointer (&test->spectrum, es_spectrum_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FigureTest, figure_test_clear)
