/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-index.h"

#include "es-block.h"
#include "es-embedding.h"
#include "es-evaluate.h"
#include "es-loss.h"
#include "es-norms.h"

#include <math.h>
#include <stdlib.h>

/* An image while it is sorted. */
typedef struct
{
  float value;
  guint32 number;
} Item;

static gboolean
check_finite (const EsImageIndex *index, GError **error)
{
  for (gsize i = 0; i < index->N * index->C; i++)
    if (!isfinite (index->logits[i])) {
      g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                           "The network's outputs are not finite");
      return FALSE;
    }
  return TRUE;
}

static void
read_images (EsImageIndex *index)
{
  gsize C = index->C;

  for (gsize n = 0; n < index->N; n++) {
    const float *logits = index->logits + n * C;
    gsize n_correct = 0;

    index->read[n] = (guint16)es_argmax (logits, C);
    index->loss[n] =
        (float)es_cross_entropy (NULL, &n_correct, logits, &index->labels[n], 1, C, 1);
    index->margin[n] = (float)-es_norms_margin (logits, C, index->labels[n], -1);
  }
}

EsImageIndex *
es_image_index_new (const EsModel *model,
                    const EsSamples *samples,
                    const EsProgress *progress,
                    GError **error)
{
  g_autoptr (EsImageIndex) index = g_new0 (EsImageIndex, 1);
  gsize N = samples->N, C = es_model_get_config (model)->outputs;

  if (!es_evaluate_check_labels (model, samples, error))
    return NULL;
  index->N = N;
  index->C = C;
  index->labels = g_memdup2 (samples->labels, N * sizeof (guint16));
  index->read = g_try_malloc_n (N, sizeof (guint16));
  index->logits = g_try_malloc_n (N * C, sizeof (float));
  index->loss = g_try_malloc_n (N, sizeof (float));
  index->margin = g_try_malloc_n (N, sizeof (float));
  if (!index->read || !index->logits || !index->loss || !index->margin) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory to look at all images");
    return NULL;
  }
  if (!es_evaluate_logits (index->logits, model, samples->pixels, N, progress, error) ||
      !check_finite (index, error))
    return NULL;
  read_images (index);
  return g_steal_pointer (&index);
}

void
es_image_index_free (EsImageIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->labels);
  g_free (index->read);
  g_free (index->logits);
  g_free (index->loss);
  g_free (index->margin);
  g_free (index);
}

gboolean
es_image_index_contributions (float *values,
                              const EsModel *model,
                              const EsSpectrum *spectrum,
                              gsize i,
                              gsize k,
                              const EsSamples *samples,
                              const EsProgress *progress,
                              GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize P = es_model_config_inputs (config), H = config->hidden, D = spectrum->D;
  gsize W = es_spectrum_get_coordinates (spectrum);
  gsize max_rows = es_activations_rows (config, samples->N);
  guint layer = spectrum->directions->layer;
  g_autoptr (EsActivations) act = NULL;
  g_autoptr (EsEmbedding) embedding = NULL;
  const float *vector;
  float eigenvalue;

  if (spectrum->basis != ES_BASIS_EMBEDDING || D != es_block_get_size (model) ||
      layer >= config->layers || i >= spectrum->n || k >= D) {
    g_set_error_literal (
        error, ES_ERROR, ES_ERROR_SETTING,
        "The component is not of this network, in the embedding basis");
    return FALSE;
  }
  act = es_activations_new (config, max_rows, FALSE, error);
  if (act == NULL)
    return FALSE;
  embedding = es_embedding_new (model, samples->pixels, samples->N);
  vector = es_spectrum_get_vector (spectrum, i, k);
  eigenvalue = es_spectrum_get_eigenvalues (spectrum, i)[k];
  for (gsize first = 0; first < samples->N; first += max_rows) {
    gsize rows = MIN (max_rows, samples->N - first);
    const float *e = act->state + layer * max_rows * H;

    es_embedding_forward (embedding, act, samples->pixels + first * P, rows);
    for (gsize n = 0; n < rows; n++) {
      double overlap = spectrum->constant ? vector[W] : 0;

      for (gsize h = 0; h < W; h++)
        overlap += (double)vector[h] * e[n * H + h];
      values[first + n] = (float)(eigenvalue * overlap * overlap);
    }
    if (!es_progress_report (progress, (double)(first + rows) / (double)samples->N,
                             NULL, error))
      return FALSE;
  }
  return TRUE;
}

void
es_image_query_init (EsImageQuery *query)
{
  *query = (EsImageQuery){
      .label = -1, .read = -1, .least_margin = -INFINITY, .most_margin = INFINITY};
}

static gboolean
is_asked_for (const EsImageIndex *index, const EsImageQuery *query, gsize n)
{
  gboolean right = index->read[n] == index->labels[n];

  return (query->label < 0 || index->labels[n] == query->label) &&
         (query->read < 0 || index->read[n] == query->read) &&
         (query->outcome == ES_IMAGES_ALL ||
          right == (query->outcome == ES_IMAGES_RIGHT)) &&
         !(index->margin[n] < query->least_margin) &&
         !(index->margin[n] > query->most_margin);
}

static float
sort_value (const EsImageIndex *index, const EsImageQuery *query, gsize n)
{
  float value = 0;

  if (query->order == ES_IMAGES_BY_LOGIT && query->sort_class < index->C)
    value = index->logits[n * index->C + query->sort_class];
  else if (query->order == ES_IMAGES_BY_LOSS)
    value = index->loss[n];
  else if (query->order == ES_IMAGES_BY_MARGIN)
    value = index->margin[n];
  else if (query->order == ES_IMAGES_BY_VALUES && query->values != NULL)
    value = query->values[n];
  if (isnan (value))
    return INFINITY;
  return query->descending ? -value : value;
}

static int
compare_items (const void *a, const void *b)
{
  const Item *first = a, *second = b;

  if (first->value != second->value)
    return first->value < second->value ? -1 : 1;
  return (first->number > second->number) - (first->number < second->number);
}

guint32 *
es_image_index_query (const EsImageIndex *index, const EsImageQuery *query, gsize *n)
{
  g_autofree Item *items = g_new (Item, MAX (index->N, 1));
  guint32 *numbers;
  gsize n_found = 0;

  for (gsize i = 0; i < index->N; i++)
    if (is_asked_for (index, query, i))
      items[n_found++] = (Item){sort_value (index, query, i), (guint32)i};
  if (query->order != ES_IMAGES_BY_NUMBER)
    qsort (items, n_found, sizeof (Item), compare_items);
  numbers = g_new (guint32, MAX (n_found, 1));
  for (gsize i = 0; i < n_found; i++)
    numbers[i] =
        items[query->order == ES_IMAGES_BY_NUMBER && query->descending ? n_found - 1 - i
                                                                       : i]
            .number;
  *n = n_found;
  return numbers;
}
