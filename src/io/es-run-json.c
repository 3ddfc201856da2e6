/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-json.h"

#include "es-io-error.h"
#include "es-json.h"
#include "es-tame.h"

#include <math.h>
#include <string.h>

#define FORMAT_VERSION 1
#define MAX_DEPTH 8
#define WHAT "the run's description"

static void
begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
add_model (JsonBuilder *builder, const EsModelConfig *config)
{
  begin (builder, "model");
  es_json_add_int (builder, "rows", config->rows);
  es_json_add_int (builder, "cols", config->cols);
  es_json_add_int (builder, "hidden", config->hidden);
  es_json_add_int (builder, "outputs", config->outputs);
  es_json_add_int (builder, "layers", config->layers);
  es_json_add_boolean (builder, "bias", config->bias);
  es_json_add_boolean (builder, "residual", config->residual);
  es_json_add_string (builder, "gate", es_gate_to_string (config->gate));
  if (config->units > 0)
    es_json_add_int (builder, "units", config->units);
  json_builder_end_object (builder);
}

static void
add_training (JsonBuilder *builder, const EsTrainConfig *train)
{
  begin (builder, "training");
  es_json_add_int (builder, "epochs", train->epochs);
  es_json_add_int (builder, "batch", train->batch);
  es_json_add_double (builder, "lr", train->lr);
  es_json_add_double (builder, "weight_decay", train->weight_decay);
  if (train->decay != ES_DECAY_DECOUPLED)
    es_json_add_string (builder, "decay", es_decay_to_string (train->decay));
  es_json_add_double (builder, "noise", train->noise);
  es_json_add_double (builder, "rotate", train->rotate);
  es_json_add_double (builder, "translate", train->translate);
  es_json_add_double (builder, "blur", train->blur);
  es_json_add_uint64 (builder, "seed", train->seed);
  if (train->threads > 0)
    es_json_add_int (builder, "threads", train->threads);
  json_builder_end_object (builder);
}

static void
add_texts (JsonBuilder *builder, const char *name, char **texts)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (char **text = texts; *text != NULL; text++) {
    g_autofree char *valid = g_utf8_make_valid (*text, -1);

    json_builder_add_string_value (builder, valid);
  }
  json_builder_end_array (builder);
}

static void
add_dataset (JsonBuilder *builder, const EsRun *run)
{
  begin (builder, "dataset");
  es_json_add_string (builder, "name", run->dataset);
  es_json_add_string (builder, "path", run->dataset_path);
  es_json_add_string (builder, "sha256", run->dataset_checksum);
  if (run->class_names != NULL)
    add_texts (builder, "classes", run->class_names);
  json_builder_end_object (builder);
}

static void
add_history (JsonBuilder *builder, const EsRun *run, guint first)
{
  json_builder_set_member_name (builder, "history");
  json_builder_begin_array (builder);
  for (guint i = first; i < run->history->len; i++) {
    const EsEpoch *epoch = &g_array_index (run->history, EsEpoch, i);

    json_builder_begin_object (builder);
    es_json_add_int (builder, "epoch", epoch->epoch);
    es_json_add_double (builder, "seconds", epoch->seconds);
    es_json_add_double (builder, "train_loss", epoch->train_loss);
    es_json_add_double (builder, "train_acc", epoch->train_acc);
    es_json_add_double (builder, "val_loss", epoch->val_loss);
    es_json_add_double (builder, "val_acc", epoch->val_acc);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

void
es_run_add_changes (JsonBuilder *builder, const EsRun *run)
{
  if (run->changes->len == 0)
    return;
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < run->changes->len; i++) {
    const EsRateChange *change = &g_array_index (run->changes, EsRateChange, i);

    json_builder_begin_object (builder);
    es_json_add_double (builder, "epoch", change->epoch);
    es_json_add_string (builder, "setting", es_rate_to_string (change->rate));
    es_json_add_double (builder, "value", change->value);
    es_json_add_double (builder, "before", change->before);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_part (JsonBuilder *builder, const EsEpochPart *part)
{
  if (part->batches == 0)
    return;
  begin (builder, "part");
  es_json_add_int (builder, "batches", part->batches);
  es_json_add_double (builder, "seconds", part->seconds);
  es_json_add_double (builder, "train_loss", part->train_loss);
  es_json_add_double (builder, "train_acc", part->train_acc);
  json_builder_end_object (builder);
}

static void
add_opened (JsonBuilder *builder, const EsRun *run)
{
  if (run->opened_path == NULL)
    return;
  begin (builder, "opened");
  es_json_add_string (builder, "path", run->opened_path);
  if (run->opened_parts != NULL)
    add_texts (builder, "parts", run->opened_parts);
  es_json_add_boolean (builder, "residual_assumed", run->residual_assumed);
  json_builder_end_object (builder);
}

static void
add_edited (JsonBuilder *builder, const EsRun *run)
{
  if (run->edited_from == NULL)
    return;
  begin (builder, "edited");
  es_json_add_string (builder, "from", run->edited_from);
  if (run->edited_parts != NULL)
    add_texts (builder, "components", run->edited_parts);
  es_json_add_double (builder, "accuracy", run->edited_accuracy);
  json_builder_end_object (builder);
}

/* The members of the description, with the history from epoch @first on. */
static void
add_run (JsonBuilder *builder, const EsRun *run, guint first)
{
  es_json_add_int (builder, "version", FORMAT_VERSION);
  es_json_add_string (builder, "program", "eigenscope " ES_VERSION);
  es_json_add_string (builder, "name", run->name);
  add_model (builder, es_model_get_config (run->model));
  if (run->has_recipe)
    add_training (builder, &run->train);
  add_dataset (builder, run);
  add_history (builder, run, first);
  es_run_add_changes (builder, run);
  add_opened (builder, run);
  add_edited (builder, run);
  if (run->moment1 != NULL) {
    es_json_add_uint64 (builder, "steps", run->steps);
    add_part (builder, &run->part);
  }
}

char *
es_run_to_json (const EsRun *run)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_run (builder, run, 0);
  json_builder_end_object (builder);
  return es_json_to_text (builder);
}

char *
es_run_to_summary (const EsRun *run, const char *file)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_run (builder, run, MAX (run->history->len, 1) - 1);
  es_json_add_string (builder, "file", file);
  json_builder_end_object (builder);
  return es_json_to_text (builder);
}

void
es_run_recipe_clear (EsRunRecipe *recipe)
{
  g_clear_pointer ((JsonObject **)&recipe->root, json_object_unref);
}

static gboolean
refuse (const char *path, const char *problem, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, path, WHAT " %s", problem);
  return FALSE;
}

/* @problem is a sentence of its own. */
static gboolean
refuse_setting (const char *path, const char *problem, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, path, WHAT " cannot be used: %s",
                   problem);
  return FALSE;
}

/* A count from 0, or @fallback if there is none; anything else becomes the largest,
   which every check of a range refuses. */
static guint
get_uint (JsonObject *object, const char *name, guint fallback)
{
  gint64 value = es_json_get_int (object, name, fallback);

  return value < 0 || value > G_MAXUINT ? G_MAXUINT : (guint)value;
}

static gboolean
check_version (JsonObject *root, const char *path, GError **error)
{
  gint64 version = es_json_get_int (root, "version", 0);

  if (version < 1)
    return refuse (path, "has no version", error);
  if (version <= FORMAT_VERSION)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, path,
                   "was written by a newer version (%.40s, format %" G_GINT64_FORMAT
                   "); this one reads formats up to %d",
                   es_json_get_string (root, "program", "unknown program"), version,
                   FORMAT_VERSION);
  return FALSE;
}

static gboolean
read_model (EsModelConfig *config, JsonObject *root, const char *path, GError **error)
{
  JsonObject *object = es_json_get_object (root, "model");
  g_autoptr (GError) cause = NULL;

  if (object == NULL)
    return refuse (path, "has no model", error);
  config->rows = get_uint (object, "rows", 0);
  config->cols = get_uint (object, "cols", 0);
  config->hidden = get_uint (object, "hidden", 0);
  config->outputs = get_uint (object, "outputs", 0);
  config->layers = get_uint (object, "layers", 0);
  config->units = get_uint (object, "units", 0);
  config->bias = es_json_get_boolean (object, "bias", FALSE);
  config->residual = es_json_get_boolean (object, "residual", FALSE);
  if (!es_gate_from_string (es_json_get_string (object, "gate", "none"), &config->gate))
    return refuse (path, "names an unknown gate", error);
  if (es_model_config_check (config, &cause))
    return TRUE;
  return refuse_setting (path, cause->message, error);
}

static gboolean
read_training (EsRun *run, JsonObject *root, const char *path, GError **error)
{
  JsonObject *object = es_json_get_object (root, "training");
  EsTrainConfig *train = &run->train;
  g_autoptr (GError) cause = NULL;

  if (object == NULL)
    return TRUE;
  run->has_recipe = TRUE;
  train->epochs = get_uint (object, "epochs", train->epochs);
  train->batch = get_uint (object, "batch", train->batch);
  train->lr = es_json_get_double (object, "lr", train->lr);
  train->weight_decay =
      es_json_get_double (object, "weight_decay", train->weight_decay);
  train->noise = es_json_get_double (object, "noise", train->noise);
  train->rotate = es_json_get_double (object, "rotate", train->rotate);
  train->translate = es_json_get_double (object, "translate", train->translate);
  train->blur = es_json_get_double (object, "blur", train->blur);
  train->threads = get_uint (object, "threads", 0);
  if (!es_json_get_uint64 (object, "seed", &train->seed))
    return refuse (path, "has a seed that is no whole number", error);
  if (!es_decay_from_string (es_json_get_string (object, "decay", "decoupled"),
                             &train->decay))
    return refuse (path, "names an unknown kind of weight decay", error);
  if (es_train_config_check (train, &cause))
    return TRUE;
  return refuse_setting (path, cause->message, error);
}

/* The texts of @list (nullable) as a NULL-terminated array; FALSE if something in it is
   none. */
static gboolean
read_texts (JsonArray *list, char ***texts)
{
  guint n = list != NULL ? json_array_get_length (list) : 0;

  *texts = list != NULL ? g_new0 (char *, n + 1) : NULL;
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (list, i);

    if (!JSON_NODE_HOLDS_VALUE (node) ||
        json_node_get_value_type (node) != G_TYPE_STRING)
      return FALSE;
    (*texts)[i] = es_tame_text (json_node_get_string (node));
  }
  return TRUE;
}

static gboolean
read_classes (
    EsRun *run, JsonObject *dataset, guint outputs, const char *path, GError **error)
{
  JsonArray *list = es_json_get_array (dataset, "classes");

  if (list != NULL && json_array_get_length (list) != outputs)
    return refuse (path, "has not as many class names as outputs", error);
  if (!read_texts (list, &run->class_names))
    return refuse (path, "has a class name that is no text", error);
  return TRUE;
}

/* Where a network of others was read from. */
static gboolean
read_opened (EsRun *run, JsonObject *root, const char *path, GError **error)
{
  JsonObject *object = es_json_get_object (root, "opened");
  const char *opened =
      object != NULL ? es_json_get_string (object, "path", NULL) : NULL;

  if (opened == NULL)
    return TRUE;
  run->opened_path = g_strdup (opened);
  run->residual_assumed = es_json_get_boolean (object, "residual_assumed", FALSE);
  if (!read_texts (es_json_get_array (object, "parts"), &run->opened_parts))
    return refuse (path, "has a part that is no text", error);
  return TRUE;
}

/* What network it was made of. */
static gboolean
read_edited (EsRun *run, JsonObject *root, const char *path, GError **error)
{
  JsonObject *object = es_json_get_object (root, "edited");
  const char *from = object != NULL ? es_json_get_string (object, "from", NULL) : NULL;

  if (from == NULL)
    return TRUE;
  run->edited_from = g_strdup (from);
  run->edited_accuracy = es_json_get_double (object, "accuracy", NAN);
  if (!read_texts (es_json_get_array (object, "components"), &run->edited_parts))
    return refuse (path, "has edited components that are no text", error);
  return TRUE;
}

static gboolean
read_history (EsRun *run, JsonObject *root, const char *path, GError **error)
{
  JsonArray *list = es_json_get_array (root, "history");
  guint n = list == NULL ? 0 : json_array_get_length (list);

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (list, i);
    JsonObject *object =
        JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    EsEpoch epoch;

    if (object == NULL)
      return refuse (path, "has a history of something else than epochs", error);
    epoch.epoch = get_uint (object, "epoch", i);
    epoch.seconds = es_json_get_double (object, "seconds", NAN);
    epoch.train_loss = es_json_get_double (object, "train_loss", NAN);
    epoch.train_acc = es_json_get_double (object, "train_acc", NAN);
    epoch.val_loss = es_json_get_double (object, "val_loss", NAN);
    epoch.val_acc = es_json_get_double (object, "val_acc", NAN);
    g_array_append_val (run->history, epoch);
  }
  return TRUE;
}

/* A change of a setting that is not known here is none of ours. */
static gboolean
read_change (EsRateChange *change, JsonObject *object)
{
  if (!es_rate_from_string (es_json_get_string (object, "setting", ""), &change->rate))
    return FALSE;
  change->epoch = es_json_get_double (object, "epoch", NAN);
  change->value = es_json_get_double (object, "value", NAN);
  change->before = es_json_get_double (object, "before", NAN);
  return isfinite (change->epoch) && change->epoch >= 0 && isfinite (change->value);
}

static void
read_changes (EsRun *run, JsonObject *root)
{
  JsonArray *list = es_json_get_array (root, "changes");
  guint n = list == NULL ? 0 : json_array_get_length (list);

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (list, i);
    EsRateChange change;

    if (JSON_NODE_HOLDS_OBJECT (node) &&
        read_change (&change, json_node_get_object (node)))
      g_array_append_val (run->changes, change);
  }
}

/* What a part of an epoch is worth is checked when it is resumed. */
static void
read_part (EsEpochPart *part, JsonObject *root)
{
  JsonObject *object = es_json_get_object (root, "part");

  if (object == NULL)
    return;
  part->batches = get_uint (object, "batches", 0);
  part->seconds = es_json_get_double (object, "seconds", 0);
  part->train_loss = es_json_get_double (object, "train_loss", NAN);
  part->train_acc = es_json_get_double (object, "train_acc", NAN);
}

gboolean
es_run_recipe_parse (EsRunRecipe *recipe,
                     const char *json,
                     const char *path,
                     GError **error)
{
  recipe->root = es_json_parse (json, strlen (json), MAX_DEPTH, path, WHAT, error);
  return recipe->root != NULL && check_version (recipe->root, path, error) &&
         read_model (&recipe->model, recipe->root, path, error);
}

gboolean
es_run_recipe_apply (const EsRunRecipe *recipe,
                     EsRun *run,
                     const char *path,
                     GError **error)
{
  JsonObject *root = recipe->root;
  JsonObject *dataset = es_json_get_object (root, "dataset");
  const char *name = es_json_get_string (root, "name", NULL);

  if (name != NULL) {
    g_free (run->name);
    run->name = es_tame_text (name);
  }
  run->program = g_strdup (es_json_get_string (root, "program", NULL));
  if (!es_json_get_uint64 (root, "steps", &run->steps))
    return refuse (path, "has a number of steps that is no whole number", error);
  read_part (&run->part, root);
  read_changes (run, root);
  if (dataset != NULL) {
    run->dataset = g_strdup (es_json_get_string (dataset, "name", NULL));
    run->dataset_path = g_strdup (es_json_get_string (dataset, "path", NULL));
    run->dataset_checksum = g_strdup (es_json_get_string (dataset, "sha256", NULL));
    if (!read_classes (run, dataset, recipe->model.outputs, path, error))
      return FALSE;
  }
  return read_training (run, root, path, error) &&
         read_history (run, root, path, error) &&
         read_opened (run, root, path, error) && read_edited (run, root, path, error);
}
