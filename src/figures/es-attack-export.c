/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-export.h"

#include "es-augment.h"
#include "es-evaluate.h"
#include "es-file.h"
#include "es-json.h"
#include "es-loss.h"
#include "es-network.h"
#include "es-npy.h"
#include "es-npz.h"
#include "es-png.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

/* Images between two reports of progress. */
#define IMAGES_PER_REPORT 256

/* The part of writing that is over when the images are made. */
#define MADE 0.5

/* An image */

gboolean
es_attack_save_image (const float *pixels,
                      guint rows,
                      guint cols,
                      const char *about,
                      const char *path,
                      GError **error)
{
  const char *const texts[] = {"Software", "Eigenscope " ES_VERSION,
                               about != NULL ? "Description" : NULL, about, NULL};
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *message = NULL;
  cairo_surface_t *image =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)cols, (int)rows);
  gboolean done = FALSE;

  if (cairo_surface_status (image) == CAIRO_STATUS_SUCCESS) {
    guint8 *data = cairo_image_surface_get_data (image);
    gsize stride = (gsize)cairo_image_surface_get_stride (image);

    for (gsize y = 0; y < rows; y++)
      for (gsize x = 0; x < cols; x++) {
        float value = CLAMP (pixels[y * cols + x], 0, 1);
        guint32 grey = (guint32)lrintf (255 * value);

        ((guint32 *)(void *)(data + y * stride))[x] = grey << 16 | grey << 8 | grey;
      }
    cairo_surface_mark_dirty (image);
    done = es_png_encode (bytes, image, 96, texts, &message);
  }
  cairo_surface_destroy (image);
  if (done)
    return es_file_write (path, bytes->data, bytes->len, error);
  es_io_set_error (error, ES_IO_ERROR_WRITE, path, "cannot be drawn: %s",
                   message != NULL ? message : "its size");
  return FALSE;
}

gboolean
es_attack_save_change (
    const float *pixels, guint rows, guint cols, const char *path, GError **error)
{
  const gsize dims[2] = {rows, cols};
  EsTensor tensor = es_tensor_view ("change", ES_DTYPE_F32, pixels, 2, dims);

  return es_npy_write (path, &tensor, error);
}

/* A dataset */

typedef struct
{
  const EsAttackStack *stack;
  const EsSamples *samples;
  const EsModel *model;
  float *images;        /* (N, P) */
  guint16 *read_before; /* (N) */
  guint16 *read_after;  /* (N) */
} Work;

/* Attacks the images from @first on, as many as @act has rows for. */
static void
attack_rows (const Work *work, EsActivations *act, gsize first, gsize rows)
{
  gsize P = work->stack->P, C = es_model_get_config (work->model)->outputs;
  g_autofree float *change = g_new (float, P);

  es_augment_expand (act->x, work->samples->pixels + first * P, rows * P);
  memcpy (work->images + first * P, act->x, rows * P * sizeof *act->x);
  es_network_forward (work->model, act, rows);
  for (gsize n = 0; n < rows; n++)
    work->read_before[first + n] = (guint16)es_argmax (act->logits + n * C, C);
  for (gsize n = 0; n < rows; n++) {
    float *image = work->images + (first + n) * P;

    es_attack_stack_compose (work->stack, image, change);
    for (gsize p = 0; p < P; p++)
      image[p] += change[p];
  }
  memcpy (act->x, work->images + first * P, rows * P * sizeof *act->x);
  es_network_forward (work->model, act, rows);
  for (gsize n = 0; n < rows; n++)
    work->read_after[first + n] = (guint16)es_argmax (act->logits + n * C, C);
}

static gboolean
attack_all (const Work *work, const EsProgress *progress, GError **error)
{
  const EsModelConfig *config = es_model_get_config (work->model);
  gsize N = work->samples->N;
  g_autoptr (EsActivations) act = es_activations_new (
      config, es_activations_rows (config, IMAGES_PER_REPORT), FALSE, error);

  if (act == NULL)
    return FALSE;
  for (gsize n = 0; n < N; n += act->max_rows) {
    attack_rows (work, act, n, MIN (act->max_rows, N - n));
    if (!es_progress_report (progress, MADE * (double)n / (double)N, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* What was done, for people and programs. */
static char *
describe (const EsAttackStack *stack, const EsDataset *dataset, EsSplit split)
{
  static const char *const norms[] = {"none", "l2", "linf"};
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  es_json_add_string (builder, "program", "Eigenscope " ES_VERSION);
  es_json_add_string (builder, "dataset", dataset->name);
  es_json_add_string (builder, "split", split == ES_SPLIT_TRAIN ? "train" : "test");
  es_json_add_string (builder, "norm", norms[stack->norm]);
  if (stack->norm != ES_NORM_NONE)
    es_json_add_double (builder, "budget", stack->budget);
  es_json_add_boolean (builder, "clip", stack->clip);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < es_attack_stack_get_n_layers (stack); i++) {
    const EsAttackLayer *layer = es_attack_stack_get_layer (stack, i);

    json_builder_begin_object (builder);
    es_json_add_string (builder, "name", layer->name);
    es_json_add_double (builder, "strength", layer->strength);
    es_json_add_boolean (builder, "hidden", layer->hidden);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return es_json_to_text (builder);
}

/* What comes after the images are made, of the whole. */
static gboolean
written (double fraction, const char *message, gpointer data)
{
  return es_progress_report (data, MADE + (1 - MADE) * fraction, message, NULL);
}

static gboolean
write_all (const Work *work,
           const EsDataset *dataset,
           EsSplit split,
           const char *path,
           const EsProgress *progress,
           GError **error)
{
  const EsProgress rest = {written, (gpointer)progress};
  gsize N = work->samples->N, P = work->stack->P;
  const gsize all[3] = {N, dataset->rows, dataset->cols};
  g_autofree float *change = g_new (float, P);
  g_autofree char *about = describe (work->stack, dataset, split);
  gsize n_about = strlen (about);
  gboolean trains = split == ES_SPLIT_TRAIN;
  static const float black_white[] = {0, 1};
  const gsize two = G_N_ELEMENTS (black_white);
  EsTensor tensors[7];

  es_attack_stack_sum (work->stack, change);
  tensors[0] = es_tensor_view (trains ? "x_train" : "x_test", ES_DTYPE_F32,
                               work->images, 3, all);
  tensors[1] = es_tensor_view (trains ? "y_train" : "y_test", ES_DTYPE_U16,
                               work->samples->labels, 1, all);
  tensors[2] = es_tensor_view ("read_before", ES_DTYPE_U16, work->read_before, 1, all);
  tensors[3] = es_tensor_view ("read_after", ES_DTYPE_U16, work->read_after, 1, all);
  tensors[4] = es_tensor_view ("change", ES_DTYPE_F32, change, 2, all + 1);
  tensors[5] = es_tensor_view ("about", ES_DTYPE_U8, about, 1, &n_about);
  tensors[6] = es_tensor_view ("value_range", ES_DTYPE_F32, black_white, 1, &two);
  return es_npz_write (path, tensors, G_N_ELEMENTS (tensors), &rest, error);
}

gboolean
es_attack_save_dataset (const EsAttackStack *stack,
                        const EsDataset *dataset,
                        EsSplit split,
                        const EsModel *model,
                        const char *path,
                        const EsProgress *progress,
                        GError **error)
{
  const EsSamples *samples = es_dataset_get_split (dataset, split);
  gsize N = samples->N;
  Work work = {.stack = stack, .samples = samples, .model = model};
  gboolean done = FALSE;

  if (!es_evaluate_check (model, dataset, error))
    return FALSE;
  g_return_val_if_fail (stack->P == (gsize)dataset->rows * dataset->cols, FALSE);
  work.images = g_try_malloc_n (N, stack->P * sizeof (float));
  work.read_before = g_try_malloc_n (N, sizeof (guint16));
  work.read_after = g_try_malloc_n (N, sizeof (guint16));
  if (work.images == NULL || work.read_before == NULL || work.read_after == NULL)
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory for all the images");
  else
    done = attack_all (&work, progress, error) &&
           write_all (&work, dataset, split, path, progress, error);
  g_free (work.images);
  g_free (work.read_before);
  g_free (work.read_after);
  return done;
}
