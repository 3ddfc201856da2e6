/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-file.h"

#include "es-json.h"
#include "es-npz.h"
#include "es-run-json.h"
#include "es-safetensors.h"

#include <math.h>
#include <string.h>

#define KEY "eigenscope"
#define MOMENT1 "optimizer.exp_avg"
#define MOMENT2 "optimizer.exp_avg_sq"
#define MAX_TENSORS (2 + 2 * ES_MODEL_MAX_LAYERS + 2)
/* Of a network without embedding: two halves with biases, and the head. */
#define N_UNIT_TENSORS 5

static const char *
boolean_text (gboolean value)
{
  return value ? "True" : "False";
}

/* What had to be copied to be written. */
typedef struct
{
  float *of[N_UNIT_TENSORS];
} Copies;

static void
copies_clear (Copies *copies)
{
  for (guint i = 0; i < N_UNIT_TENSORS; i++)
    g_free (copies->of[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copies, copies_clear)

/* The upper left (rows, cols) of @a, whose rows have @stride elements, as a tensor; the
   numbers are in *@copy, to be freed. */
static EsTensor
crop (const char *name,
      guint n_dims,
      const float *a,
      gsize stride,
      gsize rows,
      gsize cols,
      float **copy)
{
  gsize dims[2] = {rows, cols};

  *copy = g_new (float, rows *cols);
  for (gsize i = 0; i < rows; i++)
    memcpy (*copy + i * cols, a + i * stride, cols * sizeof (float));
  return es_tensor_view (name, ES_DTYPE_F32, *copy, n_dims, dims);
}

/* The tensors of a network without embedding, by the names that the published code for
   toy tasks gives them. Returns how many. */
static guint
view_units (const EsModel *model, EsTensor *tensors, Copies *copies)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config), m = config->units;
  const float *bias = es_model_get_bias (model, 0);

  tensors[0] =
      crop ("left.weight", 2, es_model_get_left (model, 0), H, m, P, &copies->of[0]);
  tensors[1] =
      crop ("right.weight", 2, es_model_get_right (model, 0), H, m, P, &copies->of[1]);
  tensors[2] = crop ("head.weight", 2, es_model_get_head (model), H, config->outputs, m,
                     &copies->of[2]);
  if (bias == NULL)
    return 3;
  tensors[3] = crop ("left.bias", 1, bias, 1, m, 1, &copies->of[3]);
  tensors[4] = crop ("right.bias", 1, bias + H, 1, m, 1, &copies->of[4]);
  return 5;
}

/* Views of the weights of @run; returns how many. @copies holds what they look at if
   that is no part of the model. */
static guint
view_weights (const EsRun *run, EsTensor *tensors, Copies *copies)
{
  guint n;
  const EsTensorInfo *infos = es_model_get_tensors (run->model, &n);

  if (es_model_get_config (run->model)->units > 0)
    return view_units (run->model, tensors, copies);
  for (guint i = 0; i < n; i++)
    tensors[i] = es_tensor_view (infos[i].name, ES_DTYPE_F32,
                                 es_model_get_params (run->model) + infos[i].offset,
                                 infos[i].n_dims, infos[i].dims);
  return n;
}

/* Writes @tensors with metadata that say what the network is, and all of @json
   (nullable). */
static gboolean
write_tensors (const EsRun *run,
               const char *path,
               const EsTensor *tensors,
               guint n,
               const char *json,
               GError **error)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  g_autofree char *rows = g_strdup_printf ("%u", config->rows);
  g_autofree char *cols = g_strdup_printf ("%u", config->cols);
  const char *const metadata[] = {"residual",
                                  boolean_text (config->residual),
                                  "bias",
                                  boolean_text (config->bias),
                                  "gate",
                                  es_gate_to_string (config->gate),
                                  "rows",
                                  rows,
                                  "cols",
                                  cols,
                                  json != NULL ? KEY : NULL,
                                  json,
                                  NULL};

  return es_safetensors_write (path, tensors, n, metadata, error);
}

gboolean
es_run_save (const EsRun *run, const char *path, GError **error)
{
  g_autofree char *json = es_run_to_json (run);
  gsize n_params = es_model_n_params (run->model);
  EsTensor tensors[MAX_TENSORS];
  g_auto (Copies) copies = {{NULL}};
  guint n = view_weights (run, tensors, &copies);

  if (run->moment1 != NULL && run->moment2 != NULL) {
    tensors[n++] = es_tensor_view (MOMENT1, ES_DTYPE_F32, run->moment1, 1, &n_params);
    tensors[n++] = es_tensor_view (MOMENT2, ES_DTYPE_F32, run->moment2, 1, &n_params);
  }
  return write_tensors (run, path, tensors, n, json, error);
}

gboolean
es_run_export_weights (const EsRun *run, const char *path, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  EsTensor tensors[MAX_TENSORS];
  g_auto (Copies) copies = {{NULL}};
  guint n = view_weights (run, tensors, &copies);

  if (g_str_has_suffix (lower, ".npz"))
    return es_npz_write (path, tensors, n, NULL, error);
  if (g_str_has_suffix (lower, ".safetensors"))
    return write_tensors (run, path, tensors, n, NULL, error);
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, path,
                   "expected a name that ends in .safetensors or .npz");
  return FALSE;
}

/* What the reading of one file needs. */
typedef struct
{
  EsTensorFile *file;
  const char *path;
  EsModelMap *map;
  EsModelConfig config;
} Reader;

static gboolean G_GNUC_PRINTF (4, 5) refuse (
    const Reader *reader, EsIoError code, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  es_io_set_error (error, code, reader->path, "%s", message);
  return FALSE;
}

/* Completes the configuration of our own file, which has to agree with its tensors. */
static gboolean
complete_own (Reader *reader, const EsModelConfig *said, GError **error)
{
  EsModelConfig *config = &reader->config;
  gsize P = es_model_config_inputs (config);

  if (said->hidden != config->hidden || said->outputs != config->outputs ||
      said->layers != config->layers || !said->bias != !config->bias ||
      said->units != config->units || es_model_config_inputs (said) != P)
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "describes a network of %u × %u inputs, H %u, C %u, %u layers, %s "
                   "bias; its tensors have %" G_GSIZE_FORMAT
                   " inputs, H %u, C %u, %u layers, %s bias",
                   said->rows, said->cols, said->hidden, said->outputs, said->layers,
                   said->bias ? "a" : "no", P, config->hidden, config->outputs,
                   config->layers, config->bias ? "a" : "no");
  *config = *said;
  return TRUE;
}

/* What a person says of a file is for those that do not say it themselves. */
static gboolean
apply_overrides (Reader *reader,
                 const EsModelOverrides *overrides,
                 gboolean is_own,
                 GError **error)
{
  if (overrides == NULL)
    return TRUE;
  if (is_own && (overrides->residual != ES_ASSUME_UNKNOWN ||
                 (overrides->parts != NULL && overrides->parts[0] != NULL)))
    return refuse (reader, ES_IO_ERROR_UNSUPPORTED, error,
                   "was written by Eigenscope and says itself what its network is");
  return es_model_map_override (reader->map, overrides, error);
}

static float *
read_floats (const Reader *reader, const EsTensor *tensor, GError **error)
{
  g_autoptr (EsArray) array = es_tensor_file_read (reader->file, tensor, error);

  return array == NULL ? NULL
                       : es_tensor_to_float (&array->tensor, reader->path, error);
}

/* The moments of an unfinished training: both or none. */
static gboolean
read_moments (const Reader *reader, EsRun *run, GError **error)
{
  const EsTensor *first = es_tensor_file_lookup (reader->file, MOMENT1);
  const EsTensor *second = es_tensor_file_lookup (reader->file, MOMENT2);
  gsize n_params = es_model_n_params (run->model);

  if (first == NULL && second == NULL)
    return TRUE;
  if (first == NULL || second == NULL || first->n != n_params || second->n != n_params)
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "expected “" MOMENT1 "” and “" MOMENT2 "”, both of %" G_GSIZE_FORMAT
                   " numbers",
                   n_params);
  run->moment1 = read_floats (reader, first, error);
  run->moment2 = run->moment1 == NULL ? NULL : read_floats (reader, second, error);
  return run->moment2 != NULL;
}

/* The file's name without its ending. */
static char *
name_from_path (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *point = strrchr (base, '.');

  if (point != NULL && point != base)
    *point = '\0';
  return g_filename_display_name (base);
}

/* The setting @name as a number, which a safetensors file has as text; NAN if it is
   there neither. */
static double
find_number (EsTensorFile *file, const char *name)
{
  JsonNode *node = es_tensor_file_find_setting (file, name);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                   ? json_node_get_value_type (node)
                   : G_TYPE_INVALID;
  char *end;
  double value;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    return json_node_get_double (node);
  if (type != G_TYPE_STRING)
    return NAN;
  value = g_ascii_strtod (json_node_get_string (node), &end);
  return end != json_node_get_string (node) && *end == '\0' ? value : NAN;
}

/* What others say of a training by the names that are in use, as far as it is within
   the bounds of our own settings. */
static void
read_training (EsTensorFile *file, EsTrainConfig *train)
{
  static const struct
  {
    const char *name;
    gboolean is_whole;
    gsize offset; /* in EsTrainConfig */
  } settings[] = {
      {"epochs", TRUE, G_STRUCT_OFFSET (EsTrainConfig, epochs)},
      {"n_epochs", TRUE, G_STRUCT_OFFSET (EsTrainConfig, epochs)},
      {"batch_size", TRUE, G_STRUCT_OFFSET (EsTrainConfig, batch)},
      {"lr", FALSE, G_STRUCT_OFFSET (EsTrainConfig, lr)},
      {"learning_rate", FALSE, G_STRUCT_OFFSET (EsTrainConfig, lr)},
      {"wd", FALSE, G_STRUCT_OFFSET (EsTrainConfig, weight_decay)},
      {"weight_decay", FALSE, G_STRUCT_OFFSET (EsTrainConfig, weight_decay)},
      {"noise", FALSE, G_STRUCT_OFFSET (EsTrainConfig, noise)},
  };
  double seed = find_number (file, "seed");

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    double value = find_number (file, settings[i].name);
    EsTrainConfig changed = *train;

    if (!isfinite (value) || value < 0 || value > G_MAXUINT)
      continue;
    if (settings[i].is_whole)
      G_STRUCT_MEMBER (guint, &changed, settings[i].offset) = (guint)value;
    else
      G_STRUCT_MEMBER (double, &changed, settings[i].offset) = value;
    if (es_train_config_check (&changed, NULL))
      *train = changed;
  }
  if (seed >= 0 && seed <= G_MAXINT32)
    train->seed = (guint64)seed;
}

/* What is known of @run from a file of others. */
static void
note_opened (const Reader *reader, const EsModelOverrides *overrides, EsRun *run)
{
  read_training (reader->file, &run->train);
  run->opened_path = g_canonicalize_filename (reader->path, NULL);
  run->residual_assumed = es_model_map_is_residual_assumed (reader->map);
  if (overrides != NULL)
    run->opened_parts = g_strdupv ((char **)overrides->parts);
}

static EsRun *
read_run (Reader *reader,
          const EsModelOverrides *overrides,
          EsRunNotes *notes,
          GError **error)
{
  const char *json =
      es_json_get_string (es_tensor_file_get_settings (reader->file), KEY, NULL);
  g_auto (EsRunRecipe) recipe = {0};
  g_autoptr (EsModel) model = NULL;
  g_autofree char *name = NULL;
  g_autoptr (EsRun) run = NULL;

  if (json != NULL && !es_run_recipe_parse (&recipe, json, reader->path, error))
    return NULL;
  if (!apply_overrides (reader, overrides, json != NULL, error) ||
      !es_model_map_get_config (reader->map, &reader->config, error) ||
      (json != NULL && !complete_own (reader, &recipe.model, error)))
    return NULL;
  notes->residual_assumed =
      json == NULL && es_model_map_is_residual_assumed (reader->map);
  model = es_model_map_read (reader->map, &reader->config, error);
  if (model == NULL)
    return NULL;
  name = name_from_path (reader->path);
  run = es_run_new (name, model);
  if (json == NULL)
    note_opened (reader, overrides, run);
  if (json != NULL && (!es_run_recipe_apply (&recipe, run, reader->path, error) ||
                       !read_moments (reader, run, error)))
    return NULL;
  notes->n_not_finite = es_run_count_not_finite (run);
  return g_steal_pointer (&run);
}

EsRun *
es_run_from_tensor_file (EsTensorFile *file,
                         const EsModelOverrides *overrides,
                         EsRunNotes *notes,
                         GError **error)
{
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  Reader reader = {file, es_tensor_file_get_path (file), map, {0}};
  EsRunNotes unheard = {0};

  if (notes == NULL)
    notes = &unheard;
  *notes = (EsRunNotes){0};
  return read_run (&reader, overrides, notes, error);
}

EsRun *
es_run_open (const char *path, const EsModelOverrides *overrides, GError **error)
{
  g_autoptr (EsTensorFile) file = es_tensor_file_open (path, error);

  return file == NULL ? NULL : es_run_from_tensor_file (file, overrides, NULL, error);
}

gsize
es_run_count_not_finite (const EsRun *run)
{
  const float *params = es_model_get_params (run->model);
  gsize n = es_model_n_params (run->model), count = 0;

  for (gsize i = 0; i < n; i++)
    count += !isfinite (params[i]);
  return count;
}
