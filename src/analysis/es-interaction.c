/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-interaction.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-parallel.h"

typedef struct
{
  float *q;
  const EsBlock *block;
  const EsDirections *directions;
  gint no_memory; /* set by any part */
} Work;

static void
fill_part (guint part, guint n_parts, gpointer data)
{
  Work *work = data;
  gsize D = work->block->D, H = work->block->H;
  g_autofree float *scratch = g_try_malloc_n (H * D, sizeof (float));

  if (scratch == NULL) {
    g_atomic_int_set (&work->no_memory, TRUE);
    return;
  }
  es_block_interaction (work->q + part * D * D, scratch, work->block,
                        work->directions->hidden + part * H);
}

gsize
es_interaction_get_size (const EsModel *model)
{
  return es_block_get_size (model);
}

gboolean
es_interaction_fill (float *q,
                     const EsModel *model,
                     const EsDirections *directions,
                     GError **error)
{
  g_autoptr (EsDirections) outputs = NULL;
  g_autoptr (EsBlock) block = NULL;
  Work work = {.q = q};

  if (directions == NULL)
    directions = outputs = es_directions_new_outputs (model);
  if (!es_directions_check (directions, model, error) ||
      (block = es_block_new (model, directions->layer, error)) == NULL)
    return FALSE;
  work.block = block;
  work.directions = directions;
  es_parallel_run ((guint)directions->n, fill_part, &work);
  if (work.no_memory) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is no memory for an interaction matrix");
    return FALSE;
  }
  if (!es_blas_all_finite (q, directions->n * block->D * block->D)) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                         "An interaction matrix holds numbers that are not finite");
    return FALSE;
  }
  return TRUE;
}
