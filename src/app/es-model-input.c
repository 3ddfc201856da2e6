/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model-input.h"

/* Images averaged at most: more do not change the picture. */
#define MAX_IMAGES 2000

float *
es_model_input_reference (const EsModelConfig *config, const EsDataset *dataset)
{
  gsize P = es_model_config_inputs (config), N;
  float *x0;

  if (config->layers < 2)
    return NULL;
  x0 = g_new0 (float, P);
  if (dataset == NULL || dataset->rows != config->rows ||
      dataset->cols != config->cols) {
    for (gsize p = 0; p < P; p++)
      x0[p] = 0.5f;
    return x0;
  }
  N = MIN (dataset->test.N, MAX_IMAGES);
  for (gsize n = 0; n < N; n++)
    for (gsize p = 0; p < P; p++)
      x0[p] += dataset->test.pixels[n * P + p];
  for (gsize p = 0; p < P; p++)
    x0[p] /= 255.0f * (float)N;
  return x0;
}
