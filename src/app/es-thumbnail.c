/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-thumbnail.h"

#include "es-leading.h"
#include "es-model-input.h"
#include "es-work.h"

/* Pictures in a row and in a column. */
#define TILES 2

typedef struct
{
  EsModel *model;
  const EsColorMap *map;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  es_model_unref (query->model);
  g_free (query);
}

static void
draw_tile (guint32 *pixels,
           const EsColorMap *map,
           const float *picture,
           guint rows,
           guint cols,
           gsize stride)
{
  EsColorScale scale = es_color_scale_fit (map, TRUE, picture, (gsize)rows * cols);

  for (guint row = 0; row < rows; row++)
    for (guint col = 0; col < cols; col++)
      pixels[row * stride + col] =
          0xff000000u | es_color_scale_pixel (&scale, picture[row * cols + col]);
}

static GdkTexture *
draw (const EsLeading *leading, const EsColorMap *map, guint rows, guint cols)
{
  gsize stride = (gsize)TILES * cols, n = stride * TILES * rows;
  guint32 *pixels = g_new (guint32, n);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i++)
    pixels[i] = 0xff000000u | es_color_map_lookup (map, 0.5);
  for (gsize i = 0; i < MIN (leading->n, TILES * TILES); i++)
    draw_tile (pixels + (i / TILES * rows * stride) + i % TILES * cols, map,
               leading->pictures + i * 2 * leading->k * leading->P, rows, cols, stride);
  bytes = g_bytes_new_take (pixels, n * sizeof *pixels);
  return gdk_memory_texture_new ((int)stride, (int)(TILES * rows),
                                 G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8A8
                                                                 : GDK_MEMORY_A8R8G8B8,
                                 bytes, stride * sizeof *pixels);
}

static void
thumbnail_worker (GTask *task,
                  gpointer source,
                  gpointer data,
                  GCancellable *cancellable)
{
  const Query *query = data;
  const EsModelConfig *config = es_model_get_config (query->model);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (1);
  g_autofree float *x0 = es_model_input_reference (config, NULL);
  g_autoptr (EsLeading) leading =
      es_leading_solver_solve (solver, query->model, NULL, x0, NULL);

  if (leading != NULL)
    g_task_return_pointer (task, draw (leading, query->map, config->rows, config->cols),
                           g_object_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
}

void
es_thumbnail_async (EsModel *model,
                    const EsColorMap *map,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new (Query, 1);

  *query = (Query){es_model_ref (model), map};
  g_task_set_source_tag (task, es_thumbnail_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, thumbnail_worker);
}

GdkTexture *
es_thumbnail_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
