/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-record.h"

#include "es-json.h"

#include <math.h>
#include <string.h>

#define VERSION 1
#define MAX_DEPTH 8

static const char *const kinds[] = {"mask", "brush", "gradient", "control"};
static const char *const norms[] = {"none", "l2", "linf"};
static const char *const splits[] = {"train", "test"};

/* A record */

static EsAttackRecord *
record_alloc (guint rows, guint cols)
{
  EsAttackRecord *record = g_atomic_rc_box_new0 (EsAttackRecord);

  record->rows = rows;
  record->cols = cols;
  record->label = -1;
  return record;
}

static void
record_clear (gpointer data)
{
  EsAttackRecord *record = data;

  g_free (record->input);
  g_free (record->result);
  g_free (record->title);
  g_free (record->dataset);
  es_attack_stack_free (record->stack);
}

EsAttackRecord *
es_attack_record_ref (EsAttackRecord *record)
{
  return g_atomic_rc_box_acquire (record);
}

void
es_attack_record_unref (EsAttackRecord *record)
{
  if (record != NULL)
    g_atomic_rc_box_release_full (record, record_clear);
}

/* What follows from image and layers. */
static void
compose (EsAttackRecord *record)
{
  gsize P = record->stack->P;
  g_autofree float *change = g_new (float, P);

  record->result = g_new (float, P);
  es_attack_stack_compose (record->stack, record->input, change);
  for (gsize p = 0; p < P; p++)
    record->result[p] = record->input[p] + change[p];
  es_norms_measure (&record->norms, change, P);
}

EsAttackRecord *
es_attack_record_new (const float *input,
                      guint rows,
                      guint cols,
                      const EsAttackStack *stack)
{
  EsAttackRecord *record = record_alloc (rows, cols);

  g_return_val_if_fail (stack->P == (gsize)rows * cols, NULL);
  record->input = g_memdup2 (input, stack->P * sizeof *input);
  record->stack = es_attack_stack_copy (stack);
  compose (record);
  return record;
}

/* None is as good as an empty one: that is how it is read. */
static gboolean
same_title (const char *a, const char *b)
{
  return strcmp (a != NULL ? a : "", b != NULL ? b : "") == 0;
}

gboolean
es_attack_record_equal (const EsAttackRecord *a, const EsAttackRecord *b)
{
  if (a == b)
    return TRUE;
  if (a->rows != b->rows || a->cols != b->cols || a->label != b->label ||
      a->read_before != b->read_before || a->read_after != b->read_after ||
      !same_title (a->title, b->title) || g_strcmp0 (a->dataset, b->dataset) != 0)
    return FALSE;
  if (a->dataset != NULL && (a->split != b->split || a->index != b->index))
    return FALSE;
  return memcmp (a->input, b->input, a->stack->P * sizeof *a->input) == 0 &&
         es_attack_stack_equal (a->stack, b->stack);
}

/* Writing */

static void
add_layer (JsonBuilder *builder, const EsAttackLayer *layer)
{
  json_builder_begin_object (builder);
  es_json_add_string (builder, "kind", kinds[layer->kind]);
  es_json_add_string (builder, "name", layer->name);
  es_json_add_double (builder, "strength", layer->strength);
  es_json_add_boolean (builder, "hidden", layer->hidden);
  es_json_add_int (builder, "class", layer->class_index);
  es_json_add_int (builder, "component", layer->component);
  json_builder_end_object (builder);
}

static void
add_record (JsonBuilder *builder, const EsAttackRecord *record)
{
  const EsAttackStack *stack = record->stack;

  json_builder_begin_object (builder);
  es_json_add_int (builder, "label", record->label);
  es_json_add_string (builder, "title", record->title);
  if (record->dataset != NULL) {
    es_json_add_string (builder, "dataset", record->dataset);
    es_json_add_string (builder, "split", splits[record->split]);
    es_json_add_int (builder, "index", (gint64)record->index);
  }
  es_json_add_int (builder, "read_before", record->read_before);
  es_json_add_int (builder, "read_after", record->read_after);
  es_json_add_string (builder, "norm", norms[stack->norm]);
  if (stack->norm != ES_NORM_NONE)
    es_json_add_double (builder, "budget", stack->budget);
  es_json_add_boolean (builder, "clip", stack->clip);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < es_attack_stack_get_n_layers (stack); i++)
    add_layer (builder, es_attack_stack_get_layer (stack, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static char *
to_json (const GPtrArray *records)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  es_json_add_int (builder, "version", VERSION);
  json_builder_set_member_name (builder, "attacks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < records->len; i++)
    add_record (builder, records->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return es_json_to_text (builder);
}

/* Takes @name. */
static void
add_tensor (GArray *tensors,
            GPtrArray *names,
            char *name,
            const float *pixels,
            const EsAttackRecord *record)
{
  const gsize dims[2] = {record->rows, record->cols};
  EsTensor tensor = es_tensor_view (name, ES_DTYPE_F32, pixels, 2, dims);

  g_ptr_array_add (names, name);
  g_array_append_val (tensors, tensor);
}

gboolean
es_attack_records_save (const GPtrArray *records, const char *path, GError **error)
{
  g_autofree char *json = to_json (records);
  const char *const metadata[] = {ES_ATTACK_RECORD_KEY, json, NULL};
  g_autoptr (GArray) tensors = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (records->len <= ES_ATTACK_RECORD_MAX, FALSE);
  for (guint i = 0; i < records->len; i++) {
    const EsAttackRecord *record = records->pdata[i];

    add_tensor (tensors, names, g_strdup_printf ("attacks.%u.input", i), record->input,
                record);
    add_tensor (tensors, names, g_strdup_printf ("attacks.%u.result", i),
                record->result, record);
    for (guint j = 0; j < es_attack_stack_get_n_layers (record->stack); j++)
      add_tensor (
          tensors, names, g_strdup_printf ("attacks.%u.layers.%u", i, j),
          es_attack_layer_get_pixels (es_attack_stack_get_layer (record->stack, j)),
          record);
  }
  return es_safetensors_write (path, (const EsTensor *)(void *)tensors->data,
                               tensors->len, metadata, error);
}

/* Reading */

typedef struct
{
  const EsSafetensors *file;
  const char *path;
  guint i; /* the attack that is being read */
} Reader;

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (const Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  es_io_set_error (error, ES_IO_ERROR_FORMAT, reader->path, "attack %u %s", reader->i,
                   what);
  return FALSE;
}

/* The place of the member @name among @words (n), or -1. */
static gint
find_word (JsonObject *object, const char *name, const char *const *words, guint n)
{
  const char *text = es_json_get_string (object, name, "");

  for (guint i = 0; i < n; i++)
    if (strcmp (text, words[i]) == 0)
      return (gint)i;
  return -1;
}

/* The pixels @what, (rows, cols) with the sizes of @record unless that has none yet,
   all of them finite. */
static float *
read_pixels (const Reader *reader,
             EsAttackRecord *record,
             const char *what,
             GError **error)
{
  g_autofree char *name = g_strdup_printf ("attacks.%u.%s", reader->i, what);
  const EsTensor *tensor = es_safetensors_lookup (reader->file, name);
  g_autofree float *pixels = NULL;

  if (tensor == NULL) {
    refuse (reader, error, "has no tensor “%s”", name);
    return NULL;
  }
  if (record->rows == 0 && tensor->n_dims == 2 && tensor->dims[0] <= G_MAXINT &&
      tensor->dims[1] <= G_MAXINT) {
    record->rows = (guint)tensor->dims[0];
    record->cols = (guint)tensor->dims[1];
  }
  if (tensor->n == 0 || tensor->n_dims != 2 || tensor->dims[0] != record->rows ||
      tensor->dims[1] != record->cols) {
    g_autofree char *shape = es_tensor_shape (tensor);

    refuse (reader, error, "has “%s” as %s; expected %u × %u pixels", name, shape,
            record->rows, record->cols);
    return NULL;
  }
  pixels = es_tensor_to_float (tensor, reader->path, error);
  for (gsize p = 0; pixels != NULL && p < tensor->n; p++)
    if (!isfinite (pixels[p])) {
      refuse (reader, error, "has a value in “%s” that is not a finite number", name);
      return NULL;
    }
  return g_steal_pointer (&pixels);
}

static gboolean
read_layer (const Reader *reader,
            EsAttackRecord *record,
            guint j,
            JsonNode *node,
            GError **error)
{
  JsonObject *object =
      JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *what = g_strdup_printf ("layers.%u", j);
  g_autofree float *pixels = NULL;
  EsAttackLayer *layer;
  gint kind;
  double strength;
  gint64 c, component;

  if (object == NULL)
    return refuse (reader, error, "has a layer %u that is no object", j);
  kind = find_word (object, "kind", kinds, G_N_ELEMENTS (kinds));
  strength = es_json_get_double (object, "strength", NAN);
  c = es_json_get_int (object, "class", -1);
  component = es_json_get_int (object, "component", -1);
  if (kind < 0)
    return refuse (reader, error, "has a layer %u of an unknown kind “%s”", j,
                   es_json_get_string (object, "kind", ""));
  if (!isfinite (strength))
    return refuse (reader, error, "has a layer %u without a strength", j);
  if (c < -1 || c > G_MAXINT || component < -1 || component > G_MAXINT)
    return refuse (reader, error, "has a layer %u of an impossible component", j);
  pixels = read_pixels (reader, record, what, error);
  if (pixels == NULL)
    return FALSE;
  layer = es_attack_stack_add (record->stack, (EsAttackLayerKind)kind,
                               es_json_get_string (object, "name", ""), pixels);
  layer->strength = strength;
  layer->hidden = es_json_get_boolean (object, "hidden", FALSE);
  layer->class_index = (gint)c;
  layer->component = (gint)component;
  return TRUE;
}

static gboolean
read_stack (const Reader *reader,
            EsAttackRecord *record,
            JsonObject *object,
            GError **error)
{
  JsonArray *layers = es_json_get_array (object, "layers");
  guint n = layers != NULL ? json_array_get_length (layers) : 0;
  gint norm = find_word (object, "norm", norms, G_N_ELEMENTS (norms));

  if (norm < 0)
    return refuse (reader, error, "has an unknown norm “%s”; expected none, l2 or linf",
                   es_json_get_string (object, "norm", ""));
  if (n > ES_ATTACK_STACK_MAX_LAYERS)
    return refuse (reader, error, "has %u layers; at most %d are read", n,
                   ES_ATTACK_STACK_MAX_LAYERS);
  record->stack = es_attack_stack_new ((gsize)record->rows * record->cols);
  record->stack->norm = (EsNorm)norm;
  record->stack->clip = es_json_get_boolean (object, "clip", TRUE);
  record->stack->budget = es_json_get_double (object, "budget", 0);
  if (!isfinite (record->stack->budget) || record->stack->budget < 0)
    return refuse (reader, error, "has the budget %g; expected 0 or more",
                   record->stack->budget);
  for (guint j = 0; j < n; j++)
    if (!read_layer (reader, record, j, json_array_get_element (layers, j), error))
      return FALSE;
  return TRUE;
}

static gboolean
read_origin (const Reader *reader,
             EsAttackRecord *record,
             JsonObject *object,
             GError **error)
{
  gint64 label = es_json_get_int (object, "label", -1);
  gint64 before = es_json_get_int (object, "read_before", -1);
  gint64 after = es_json_get_int (object, "read_after", -1);
  gint64 index = es_json_get_int (object, "index", 0);
  gint split = find_word (object, "split", splits, G_N_ELEMENTS (splits));

  if (label < -1 || label > G_MAXUINT16 || before < 0 || before > G_MAXUINT16 ||
      after < 0 || after > G_MAXUINT16)
    return refuse (reader, error, "has no possible classes");
  record->label = (gint)label;
  record->read_before = (guint)before;
  record->read_after = (guint)after;
  record->title = g_strdup (es_json_get_string (object, "title", ""));
  record->dataset = g_strdup (es_json_get_string (object, "dataset", NULL));
  if (record->dataset == NULL)
    return TRUE;
  if (split < 0 || index < 0)
    return refuse (reader, error, "is of an image without a possible number");
  record->split = (EsSplit)split;
  record->index = (gsize)index;
  return TRUE;
}

static EsAttackRecord *
read_record (const Reader *reader, JsonNode *node, GError **error)
{
  JsonObject *object =
      JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (EsAttackRecord) record = record_alloc (0, 0);

  if (object == NULL) {
    refuse (reader, error, "is no object");
    return NULL;
  }
  record->input = read_pixels (reader, record, "input", error);
  if (record->input == NULL)
    return NULL;
  for (gsize p = 0; p < (gsize)record->rows * record->cols; p++)
    if (!(record->input[p] >= 0 && record->input[p] <= 1)) {
      refuse (reader, error, "has an image with the value %g; expected 0 to 1",
              (double)record->input[p]);
      return NULL;
    }
  if (!read_origin (reader, record, object, error) ||
      !read_stack (reader, record, object, error))
    return NULL;
  compose (record);
  for (gsize p = 0; p < record->stack->P; p++)
    if (!isfinite (record->result[p])) {
      refuse (reader, error, "has layers that add up to no finite number");
      return NULL;
    }
  return g_steal_pointer (&record);
}

/* The list of attacks in @root. */
static JsonArray *
check_root (JsonObject *root, const char *path, GError **error)
{
  JsonArray *attacks = es_json_get_array (root, "attacks");
  gint64 version = es_json_get_int (root, "version", 0);

  if (version > VERSION) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, path,
                     "was written by a newer version of Eigenscope (attacks of version "
                     "%" G_GINT64_FORMAT "; this one reads %d)",
                     version, VERSION);
    return NULL;
  }
  if (version < 1 || attacks == NULL) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "has no list of attacks");
    return NULL;
  }
  if (json_array_get_length (attacks) > ES_ATTACK_RECORD_MAX) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "has %u attacks; at most %d are read",
                     json_array_get_length (attacks), ES_ATTACK_RECORD_MAX);
    return NULL;
  }
  return attacks;
}

gboolean
es_attack_records_are_in (const EsSafetensors *file)
{
  return es_safetensors_get_metadata (file, ES_ATTACK_RECORD_KEY) != NULL;
}

GPtrArray *
es_attack_records_load (const char *path, GError **error)
{
  g_autoptr (EsSafetensors) file = es_safetensors_open (path, error);
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (JsonObject) root = NULL;
  Reader reader = {file, path, 0};
  const char *json;
  JsonArray *attacks;

  if (file == NULL)
    return NULL;
  json = es_safetensors_get_metadata (file, ES_ATTACK_RECORD_KEY);
  if (json == NULL) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                     "holds no attacks: it has no metadata “%s”", ES_ATTACK_RECORD_KEY);
    return NULL;
  }
  root = es_json_parse (json, strlen (json), MAX_DEPTH, path, "the list of attacks",
                        error);
  if (root == NULL || (attacks = check_root (root, path, error)) == NULL)
    return NULL;
  for (; reader.i < json_array_get_length (attacks); reader.i++) {
    EsAttackRecord *record =
        read_record (&reader, json_array_get_element (attacks, reader.i), error);

    if (record == NULL)
      return NULL;
    g_ptr_array_add (records, record);
  }
  return g_steal_pointer (&records);
}
