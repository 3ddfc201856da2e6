/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-file.h"

#include "es-run-json.h"

#include <math.h>
#include <string.h>

#define KEY "eigenscope"
#define MOMENT1 "optimizer.exp_avg"
#define MOMENT2 "optimizer.exp_avg_sq"
#define MAX_TENSORS (2 + 2 * ES_MODEL_MAX_LAYERS + 2)
/* Sizes beyond this are refused by es_model_config_check(). */
#define MAX_SIZE (1u << 24)

static const char *
boolean_text (gboolean value)
{
  return value ? "True" : "False";
}

gboolean
es_run_save (const EsRun *run, const char *path, GError **error)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  g_autofree char *json = es_run_to_json (run);
  g_autofree char *rows = g_strdup_printf ("%u", config->rows);
  g_autofree char *cols = g_strdup_printf ("%u", config->cols);
  const char *const metadata[] = {KEY,        json,
                                  "residual", boolean_text (config->residual),
                                  "bias",     boolean_text (config->bias),
                                  "gate",     es_gate_to_string (config->gate),
                                  "rows",     rows,
                                  "cols",     cols,
                                  NULL};
  gsize n_params = es_model_n_params (run->model);
  EsTensor tensors[MAX_TENSORS];
  guint n;
  const EsTensorInfo *infos = es_model_get_tensors (run->model, &n);

  for (guint i = 0; i < n; i++)
    tensors[i] = es_tensor_view (infos[i].name, ES_DTYPE_F32,
                                 es_model_get_params (run->model) + infos[i].offset,
                                 infos[i].n_dims, infos[i].dims);
  if (run->moment1 != NULL && run->moment2 != NULL) {
    tensors[n++] = es_tensor_view (MOMENT1, ES_DTYPE_F32, run->moment1, 1, &n_params);
    tensors[n++] = es_tensor_view (MOMENT2, ES_DTYPE_F32, run->moment2, 1, &n_params);
  }
  return es_safetensors_write (path, tensors, n, metadata, error);
}

/* What the reading of one file needs. */
typedef struct
{
  const EsSafetensors *file;
  const char *path;
  char *prefix; /* of all the tensors' names */
  EsModelConfig config;
  gsize P;
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

static const EsTensor *
lookup (const Reader *reader, const char *name)
{
  g_autofree char *full = g_strconcat (reader->prefix, name, NULL);

  return es_safetensors_lookup (reader->file, full);
}

/* The prefix is what stands before "embed.weight", up to a point. */
static gboolean
find_prefix (Reader *reader, GError **error)
{
  gsize n, n_suffix = strlen ("embed.weight");
  const EsTensor *tensors = es_safetensors_get_tensors (reader->file, &n);

  reader->prefix = g_strdup ("");
  if (lookup (reader, "embed.weight") != NULL)
    return TRUE;
  g_clear_pointer (&reader->prefix, g_free);
  for (gsize i = 0; i < n; i++) {
    if (!g_str_has_suffix (tensors[i].name, ".embed.weight"))
      continue;
    if (reader->prefix != NULL)
      return refuse (reader, ES_IO_ERROR_FORMAT, error,
                     "has several tensors “….embed.weight”; expected one network");
    reader->prefix = g_strndup (tensors[i].name, strlen (tensors[i].name) - n_suffix);
  }
  if (reader->prefix == NULL)
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "has no tensor “embed.weight”; expected embed.weight, "
                   "blocks.0.weight and head.weight");
  return TRUE;
}

/* Checks the shape of tensor @name: @rows, and @cols unless that is 0. */
static gboolean
check_shape (
    const Reader *reader, const char *name, gsize rows, gsize cols, GError **error)
{
  const EsTensor *tensor = lookup (reader, name);
  const gsize dims[2] = {rows, cols};
  g_autofree char *found = NULL, *expected = NULL;
  EsTensor wanted;

  if (tensor == NULL)
    return refuse (reader, ES_IO_ERROR_FORMAT, error, "has no tensor “%s”", name);
  if (es_tensor_has_shape (tensor, cols == 0 ? 1 : 2, dims))
    return TRUE;
  wanted = es_tensor_view (name, ES_DTYPE_U8, NULL, cols == 0 ? 1 : 2, dims);
  found = es_tensor_shape (tensor);
  expected = es_tensor_shape (&wanted);
  return refuse (reader, ES_IO_ERROR_FORMAT, error, "tensor “%s” is %s; expected %s",
                 name, found, expected);
}

/* Reads the sizes of matrix @name. */
static gboolean
get_matrix (
    const Reader *reader, const char *name, gsize *rows, gsize *cols, GError **error)
{
  const EsTensor *tensor = lookup (reader, name);
  g_autofree char *shape = NULL;

  if (tensor == NULL)
    return refuse (reader, ES_IO_ERROR_FORMAT, error, "has no tensor “%s”", name);
  if (tensor->n_dims == 2 && tensor->dims[0] >= 1 && tensor->dims[0] <= MAX_SIZE &&
      tensor->dims[1] >= 1 && tensor->dims[1] <= MAX_SIZE) {
    *rows = tensor->dims[0];
    *cols = tensor->dims[1];
    return TRUE;
  }
  shape = es_tensor_shape (tensor);
  return refuse (reader, ES_IO_ERROR_FORMAT, error,
                 "tensor “%s” is %s; expected a matrix with sides of 1 to %u", name,
                 shape, MAX_SIZE);
}

static gboolean
check_blocks (Reader *reader, GError **error)
{
  gsize H = reader->config.hidden;
  char name[32];

  for (guint i = 0; i < reader->config.layers; i++) {
    g_snprintf (name, sizeof name, "blocks.%u.weight", i);
    if (!check_shape (reader, name, 2 * H, H, error))
      return FALSE;
    g_snprintf (name, sizeof name, "blocks.%u.bias", i);
    if (reader->config.bias ? !check_shape (reader, name, 2 * H, 0, error)
                            : lookup (reader, name) != NULL &&
                                  !refuse (reader, ES_IO_ERROR_FORMAT, error,
                                           "has “%s” but no “blocks.0.bias”", name))
      return FALSE;
  }
  return TRUE;
}

/* Takes the sizes from the tensors and checks that they fit each other. */
static gboolean
read_shapes (Reader *reader, GError **error)
{
  EsModelConfig *config = &reader->config;
  gsize H, C, width;
  char name[32];

  if (!find_prefix (reader, error) ||
      !get_matrix (reader, "embed.weight", &H, &reader->P, error) ||
      !get_matrix (reader, "head.weight", &C, &width, error) ||
      !check_shape (reader, "head.weight", C, H, error))
    return FALSE;
  if (lookup (reader, "embed.bias") != NULL || lookup (reader, "head.bias") != NULL)
    return refuse (reader, ES_IO_ERROR_UNSUPPORTED, error,
                   "has a bias in its embedding or head; expected none there");
  config->hidden = (guint)H;
  config->outputs = (guint)C;
  for (config->layers = 0; config->layers <= ES_MODEL_MAX_LAYERS; config->layers++) {
    g_snprintf (name, sizeof name, "blocks.%u.weight", config->layers);
    if (lookup (reader, name) == NULL)
      break;
  }
  if (config->layers > ES_MODEL_MAX_LAYERS)
    return refuse (reader, ES_IO_ERROR_UNSUPPORTED, error,
                   "has more than %d bilinear layers", ES_MODEL_MAX_LAYERS);
  if (config->layers == 0)
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "has no tensor “blocks.0.weight”");
  config->bias = lookup (reader, "blocks.0.bias") != NULL;
  return check_blocks (reader, error);
}

/* "True", "true" and "1" are all in use. Returns unknown if @key is not there. */
static EsAssume
get_boolean (const Reader *reader, const char *key)
{
  const char *text = es_safetensors_get_metadata (reader->file, key);

  if (text == NULL)
    return ES_ASSUME_UNKNOWN;
  if (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0)
    return ES_ASSUME_YES;
  if (g_ascii_strcasecmp (text, "false") == 0 || strcmp (text, "0") == 0)
    return ES_ASSUME_NO;
  return ES_ASSUME_UNKNOWN;
}

static guint
get_size (const Reader *reader, const char *key)
{
  const char *text = es_safetensors_get_metadata (reader->file, key);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, MAX_SIZE, &value, NULL))
    return 0;
  return (guint)value;
}

/* Sets the image's sides if they give P pixels. */
static gboolean
set_sides (Reader *reader, gsize rows, gsize cols)
{
  if (rows * cols != reader->P)
    return FALSE;
  reader->config.rows = (guint)rows;
  reader->config.cols = (guint)cols;
  return TRUE;
}

static void
guess_sides (Reader *reader, const EsModelOverrides *overrides)
{
  gsize side = (gsize)lround (sqrt ((double)reader->P));

  if (set_sides (reader, get_size (reader, "rows"), get_size (reader, "cols")) ||
      (overrides != NULL && set_sides (reader, overrides->rows, overrides->cols)) ||
      set_sides (reader, side, side))
    return;
  set_sides (reader, 1, reader->P);
}

/* Completes the configuration of weights that others wrote. */
static gboolean
complete_foreign (Reader *reader,
                  const EsModelOverrides *overrides,
                  EsRunNotes *notes,
                  GError **error)
{
  EsAssume residual = get_boolean (reader, "residual");
  const char *gate = es_safetensors_get_metadata (reader->file, "gate");

  if (residual == ES_ASSUME_UNKNOWN && overrides != NULL)
    residual = overrides->residual;
  notes->residual_assumed = residual == ES_ASSUME_UNKNOWN;
  reader->config.residual = residual == ES_ASSUME_YES;
  guess_sides (reader, overrides);
  if (gate != NULL && g_ascii_strcasecmp (gate, "none") != 0 &&
      !es_gate_from_string (gate, &reader->config.gate))
    return refuse (reader, ES_IO_ERROR_UNSUPPORTED, error,
                   "names the gate “%.40s”; expected none, relu, gelu or silu", gate);
  return TRUE;
}

/* Completes the configuration of our own file, which has to agree with its tensors. */
static gboolean
complete_own (Reader *reader, const EsModelConfig *said, GError **error)
{
  EsModelConfig *config = &reader->config;

  if (said->hidden != config->hidden || said->outputs != config->outputs ||
      said->layers != config->layers || !said->bias != !config->bias ||
      !set_sides (reader, said->rows, said->cols))
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "describes a network of %u × %u inputs, H %u, C %u, %u layers, %s "
                   "bias; its tensors have %" G_GSIZE_FORMAT
                   " inputs, H %u, C %u, %u layers, %s bias",
                   said->rows, said->cols, said->hidden, said->outputs, said->layers,
                   said->bias ? "a" : "no", reader->P, config->hidden, config->outputs,
                   config->layers, config->bias ? "a" : "no");
  config->residual = said->residual;
  config->gate = said->gate;
  return TRUE;
}

static EsModel *
read_model (const Reader *reader, GError **error)
{
  g_autoptr (GError) cause = NULL;
  EsModel *model = es_model_new (&reader->config, &cause);
  const EsTensorInfo *infos;
  guint n;

  if (model == NULL) {
    gboolean too_large = g_error_matches (cause, ES_ERROR, ES_ERROR_NO_MEMORY);

    es_io_set_error (error, too_large ? ES_IO_ERROR_TOO_LARGE : ES_IO_ERROR_UNSUPPORTED,
                     reader->path, "%s", cause->message);
    return NULL;
  }
  infos = es_model_get_tensors (model, &n);
  for (guint i = 0; i < n; i++)
    es_tensor_copy_float (lookup (reader, infos[i].name),
                          es_model_params (model) + infos[i].offset);
  return model;
}

/* The moments of an unfinished training: both or none. */
static gboolean
read_moments (const Reader *reader, EsRun *run, GError **error)
{
  const EsTensor *first = es_safetensors_lookup (reader->file, MOMENT1);
  const EsTensor *second = es_safetensors_lookup (reader->file, MOMENT2);
  gsize n_params = es_model_n_params (run->model);

  if (first == NULL && second == NULL)
    return TRUE;
  if (first == NULL || second == NULL || first->n != n_params || second->n != n_params)
    return refuse (reader, ES_IO_ERROR_FORMAT, error,
                   "expected “" MOMENT1 "” and “" MOMENT2 "”, both of %" G_GSIZE_FORMAT
                   " numbers",
                   n_params);
  run->moment1 = es_tensor_to_float (first, reader->path, error);
  run->moment2 =
      run->moment1 == NULL ? NULL : es_tensor_to_float (second, reader->path, error);
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

static EsRun *
read_run (Reader *reader,
          const EsModelOverrides *overrides,
          EsRunNotes *notes,
          GError **error)
{
  const char *json = es_safetensors_get_metadata (reader->file, KEY);
  g_auto (EsRunRecipe) recipe = {0};
  g_autoptr (EsModel) model = NULL;
  g_autofree char *name = NULL;
  g_autoptr (EsRun) run = NULL;

  if (json != NULL && !es_run_recipe_parse (&recipe, json, reader->path, error))
    return NULL;
  if (!read_shapes (reader, error) ||
      !(json != NULL ? complete_own (reader, &recipe.model, error)
                     : complete_foreign (reader, overrides, notes, error)))
    return NULL;
  model = read_model (reader, error);
  if (model == NULL)
    return NULL;
  name = name_from_path (reader->path);
  run = es_run_new (name, model);
  if (json != NULL && (!es_run_recipe_apply (&recipe, run, reader->path, error) ||
                       !read_moments (reader, run, error)))
    return NULL;
  notes->n_not_finite = es_run_count_not_finite (run);
  return g_steal_pointer (&run);
}

EsRun *
es_run_from_safetensors (const EsSafetensors *file,
                         const EsModelOverrides *overrides,
                         EsRunNotes *notes,
                         GError **error)
{
  Reader reader = {.file = file, .path = es_safetensors_get_path (file)};
  EsRunNotes unheard = {0};
  EsRun *run;

  if (notes == NULL)
    notes = &unheard;
  *notes = (EsRunNotes){0};
  run = read_run (&reader, overrides, notes, error);
  g_free (reader.prefix);
  return run;
}

EsRun *
es_run_open (const char *path, const EsModelOverrides *overrides, GError **error)
{
  g_autoptr (EsSafetensors) file = es_safetensors_open (path, error);

  return file == NULL ? NULL : es_run_from_safetensors (file, overrides, NULL, error);
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
