/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-own-image.h"

#include "es-augment.h"
#include "es-image-file.h"
#include "es-work.h"

/* Images of the dataset that are looked at for how bright margins are. */
#define MARGINS 200

typedef struct
{
  GBytes *bytes;
  GdkTexture *texture;
  char *name;
  guint rows, cols;
  EsDataset *dataset;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  g_clear_pointer (&query->bytes, g_bytes_unref);
  g_clear_object (&query->texture);
  g_free (query->name);
  es_dataset_unref (query->dataset);
  g_free (query);
}

void
es_own_image_free (EsOwnImage *image)
{
  if (image == NULL)
    return;
  g_free (image->pixels);
  g_free (image);
}

/* The sum over the outermost pixels of @pixels (rows, cols), and how many. */
static guint64
sum_margin (const guint8 *pixels, guint rows, guint cols, guint64 *n)
{
  guint64 sum = 0;

  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < cols; c++)
      if (r == 0 || c == 0 || r == rows - 1 || c == cols - 1) {
        sum += pixels[(gsize)r * cols + c];
        (*n)++;
      }
  return sum;
}

static gboolean
has_bright_margins (const EsDataset *dataset)
{
  const EsSamples *samples;
  guint64 sum = 0, n = 0;

  if (dataset == NULL)
    return FALSE;
  samples = dataset->test.N > 0 ? &dataset->test : &dataset->train;
  for (gsize i = 0; i < MIN (samples->N, MARGINS); i++)
    sum += sum_margin (samples->pixels + i * dataset->rows * dataset->cols,
                       dataset->rows, dataset->cols, &n);
  return sum > n * 255 / 2;
}

static EsOwnImage *
fit (const Query *query, const EsImage *image)
{
  gboolean planes = query->cols == 3 * query->rows;
  EsImageFit how = {.rows = query->rows,
                    .cols = planes ? query->rows : query->cols,
                    .fit = ES_FIT_STRETCH,
                    .colors = planes ? ES_COLORS_PLANES : ES_COLORS_GRAY};
  gsize P = (gsize)query->rows * query->cols;
  g_autofree guint8 *bytes = g_new (guint8, P);
  EsOwnImage *own = g_new0 (EsOwnImage, 1);
  guint64 n = 0, sum;

  /* All of it, so that the margin is the picture's own. */
  es_image_fit_apply (bytes, &how, image);
  sum = sum_margin (bytes, query->rows, query->cols, &n);
  how.fit = ES_FIT_PAD;
  how.invert = (sum > n * 255 / 2) != has_bright_margins (query->dataset);
  es_image_fit_apply (bytes, &how, image);
  own->rows = query->rows;
  own->cols = query->cols;
  own->inverted = how.invert;
  own->pixels = g_new (float, P);
  es_augment_expand (own->pixels, bytes, P);
  return own;
}

static void
read_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Query *query = data;
  g_autoptr (GBytes) bytes = query->bytes != NULL
                                 ? g_bytes_ref (query->bytes)
                                 : gdk_texture_save_to_png_bytes (query->texture);
  g_auto (EsImage) image = {0};
  GError *error = NULL;

  if (!es_image_decode (&image, bytes, query->name, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, fit (query, &image),
                           (GDestroyNotify)es_own_image_free);
}

void
es_own_image_async (GBytes *bytes,
                    GdkTexture *texture,
                    const char *name,
                    const EsModelConfig *config,
                    EsDataset *dataset,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Query *query = g_new0 (Query, 1);

  query->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  query->texture = texture != NULL ? g_object_ref (texture) : NULL;
  query->name = g_strdup (name);
  query->rows = config->rows;
  query->cols = config->cols;
  query->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  g_task_set_source_tag (task, es_own_image_async);
  g_task_set_task_data (task, query, query_free);
  es_work_start (task, read_worker);
}

EsOwnImage *
es_own_image_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
