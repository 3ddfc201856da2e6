/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-entry.h"

#include "es-file.h"
#include "es-json.h"
#include "es-file-lock.h"
#include "es-library-files.h"
#include "es-run-file.h"
#include "es-run-json.h"
#include "es-tame.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define ABOUT_VERSION 1
#define MAX_BYTES (4 << 20)
#define MAX_DEPTH 8

EsRunEntry *
es_run_entry_new (void)
{
  EsRunEntry *entry = g_new0 (EsRunEntry, 1);

  entry->id = g_strdup ("");
  entry->name = g_strdup ("");
  entry->tags = g_new0 (char *, 1);
  entry->notes = g_strdup ("");
  entry->accuracy = NAN;
  return entry;
}

EsRunEntry *
es_run_entry_copy (const EsRunEntry *entry)
{
  EsRunEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->id = g_strdup (entry->id);
  copy->name = g_strdup (entry->name);
  copy->tags = g_strdupv (entry->tags);
  copy->notes = g_strdup (entry->notes);
  copy->dataset = g_strdup (entry->dataset);
  copy->checksum = g_strdup (entry->checksum);
  copy->program = g_strdup (entry->program);
  copy->edited_from = g_strdup (entry->edited_from);
  copy->edited_parts = g_strdupv (entry->edited_parts);
  copy->problem = g_strdup (entry->problem);
  return copy;
}

void
es_run_entry_free (EsRunEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->id);
  g_free (entry->name);
  g_strfreev (entry->tags);
  g_free (entry->notes);
  g_free (entry->dataset);
  g_free (entry->checksum);
  g_free (entry->program);
  g_free (entry->edited_from);
  g_strfreev (entry->edited_parts);
  g_free (entry->problem);
  g_free (entry);
}

static JsonObject *
read_json (const char *path)
{
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_BYTES, NULL);

  return bytes == NULL
             ? NULL
             : es_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              MAX_DEPTH, path, "the description", NULL);
}

/* The person's part */

static char **
read_strings (JsonObject *object, const char *name)
{
  JsonArray *list = es_json_get_array (object, name);
  GPtrArray *strings = g_ptr_array_new ();

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonNode *node = json_array_get_element (list, i);

    if (JSON_NODE_HOLDS_VALUE (node) &&
        json_node_get_value_type (node) == G_TYPE_STRING)
      g_ptr_array_add (strings, json_node_dup_string (node));
  }
  g_ptr_array_add (strings, NULL);
  return (char **)g_ptr_array_free (strings, FALSE);
}

gboolean
es_run_entry_read_about (const char *folder, EsRunEntry *entry)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_ABOUT, NULL);
  g_autoptr (JsonObject) object = read_json (path);

  if (object == NULL)
    return FALSE;
  g_free (entry->name);
  g_free (entry->notes);
  g_strfreev (entry->tags);
  entry->name = es_tame_text (es_json_get_string (object, "name", NULL));
  entry->notes = g_strdup (es_json_get_string (object, "notes", ""));
  entry->tags = read_strings (object, "tags");
  entry->starred = es_json_get_boolean (object, "starred", FALSE);
  entry->archived = es_json_get_boolean (object, "archived", FALSE);
  entry->created = es_json_get_int (object, "created", 0);
  return TRUE;
}

gboolean
es_run_entry_write_about (const char *folder, const EsRunEntry *entry, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_ABOUT, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  es_json_add_int (builder, "version", ABOUT_VERSION);
  es_json_add_string (builder, "name", entry->name);
  es_json_add_string (builder, "notes", entry->notes);
  es_json_add_boolean (builder, "starred", entry->starred);
  es_json_add_boolean (builder, "archived", entry->archived);
  es_json_add_int (builder, "created", entry->created);
  json_builder_set_member_name (builder, "tags");
  json_builder_begin_array (builder);
  for (char **tag = entry->tags; tag != NULL && *tag != NULL; tag++) {
    g_autofree char *valid = g_utf8_make_valid (*tag, -1);

    json_builder_add_string_value (builder, valid);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  text = es_json_to_text (builder);
  return es_file_write (path, text, strlen (text), error);
}

/* The training's part */

static gint64
file_time (const struct stat *info)
{
  return (gint64)info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;
}

/* Tells the file that @info is of from others of the same name. Clocks tick too slowly
   to tell two saves in a row; but these are never the same inode. */
static char *
identify (const struct stat *info)
{
  return g_strdup_printf (
      "%" G_GUINT64_FORMAT " bytes, %" G_GINT64_FORMAT " us, inode %" G_GUINT64_FORMAT,
      (guint64)info->st_size, file_time (info), (guint64)info->st_ino);
}

/* @info is of the file that has @run, or of one before it: never of one behind it,
   whose summary this would pass for. */
static gboolean
write_summary (const char *folder,
               const EsRun *run,
               const struct stat *info,
               GError **error)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_SUMMARY, NULL);
  g_autofree char *file = identify (info);
  g_autofree char *text = es_run_to_summary (run, file);

  return es_file_write (path, text, strlen (text), error);
}

gboolean
es_run_entry_write_summary (const char *folder, const EsRun *run, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_RUN, NULL);
  struct stat info;

  if (stat (path, &info) != 0) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, path, "is not there");
    return FALSE;
  }
  return write_summary (folder, run, &info, error);
}

static void
take_run (EsRunEntry *entry, const EsRun *run, const EsModelConfig *model)
{
  const EsEpoch *last = es_run_get_last (run);

  if (entry->name == NULL)
    entry->name = g_strdup (run->name);
  entry->model = *model;
  entry->has_recipe = run->has_recipe;
  entry->train = run->train;
  entry->dataset = g_strdup (run->dataset);
  entry->checksum = g_strdup (run->dataset_checksum);
  entry->program = g_strdup (run->program);
  entry->edited_from = g_strdup (run->edited_from);
  entry->edited_parts = g_strdupv (run->edited_parts);
  entry->epochs = last != NULL ? last->epoch + 1 : 0;
  entry->accuracy = es_run_get_accuracy (run);
}

/* A run without weights, for what its summary says of it. */
static EsRun *
new_without_weights (void)
{
  EsRun *run = g_new0 (EsRun, 1);

  run->history = g_array_new (FALSE, TRUE, sizeof (EsEpoch));
  run->changes = g_array_new (FALSE, TRUE, sizeof (EsRateChange));
  run->edited_accuracy = NAN;
  es_train_config_init (&run->train);
  return run;
}

/* FALSE if there is no summary of the file that @info describes. */
static gboolean
read_summary (EsRunEntry *entry, const char *folder, const struct stat *info)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_SUMMARY, NULL);
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_BYTES, NULL);
  g_autofree char *text = NULL;
  g_autofree char *file = identify (info);
  g_auto (EsRunRecipe) recipe = {0};
  g_autoptr (EsRun) run = new_without_weights ();

  if (bytes == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!es_run_recipe_parse (&recipe, text, path, NULL) ||
      !es_run_recipe_apply (&recipe, run, path, NULL) ||
      strcmp (es_json_get_string (recipe.root, "file", ""), file) != 0)
    return FALSE;
  take_run (entry, run, &recipe.model);
  entry->unfinished = json_object_has_member (recipe.root, "steps");
  return TRUE;
}

/* From the run itself, and notes it for the next time: if that fails, it is slow again.
 */
static void
read_run (EsRunEntry *entry, const char *folder, const struct stat *info)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_RUN, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (EsRun) run = es_run_open (path, NULL, &problem);

  if (run == NULL) {
    entry->problem = g_strdup (problem->message);
    entry->accuracy = NAN;
    return;
  }
  take_run (entry, run, es_model_get_config (run->model));
  entry->unfinished = run->moment1 != NULL;
  if (!write_summary (folder, run, info, NULL))
    g_debug ("%s: the summary could not be written", folder);
}

EsRunEntry *
es_run_entry_read (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, ES_LIBRARY_RUN, NULL);
  g_autofree char *lock = g_build_filename (folder, ES_LIBRARY_LOCK, NULL);
  g_autofree char *training = g_build_filename (folder, ES_LIBRARY_TRAINING, NULL);
  EsRunEntry *entry;
  struct stat info;

  if (stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return NULL;
  entry = g_new0 (EsRunEntry, 1);
  entry->id = g_path_get_basename (folder);
  entry->size = (guint64)info.st_size;
  entry->changed = file_time (&info);
  es_run_entry_read_about (folder, entry);
  if (!read_summary (entry, folder, &info))
    read_run (entry, folder, &info);
  if (entry->name == NULL)
    entry->name = g_strdup (entry->id);
  if (entry->notes == NULL)
    entry->notes = g_strdup ("");
  if (entry->tags == NULL)
    entry->tags = g_new0 (char *, 1);
  if (entry->created == 0)
    entry->created = entry->changed;
  entry->busy = es_file_lock_is_held (lock);
  entry->interrupted =
      !entry->busy && entry->unfinished && g_file_test (training, G_FILE_TEST_EXISTS);
  return entry;
}

/* Changing */

static void
replace (char **text, const char *by)
{
  if (by == NULL)
    return;
  g_free (*text);
  *text = g_strdup (by);
}

static void
edit_tags (EsRunEntry *entry, const EsRunEdit *edit)
{
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();

  if (edit->tags != NULL) {
    g_strfreev (entry->tags);
    entry->tags = g_strdupv ((char **)edit->tags);
  }
  for (char **tag = entry->tags; *tag != NULL; tag++)
    if (g_strcmp0 (*tag, edit->remove_tag) != 0 && g_strcmp0 (*tag, edit->add_tag) != 0)
      g_strv_builder_add (tags, *tag);
  if (edit->add_tag != NULL)
    g_strv_builder_add (tags, edit->add_tag);
  g_strfreev (entry->tags);
  entry->tags = g_strv_builder_end (tags);
}

void
es_run_entry_edit (EsRunEntry *entry, const EsRunEdit *edit)
{
  replace (&entry->name, edit->name);
  replace (&entry->notes, edit->notes);
  edit_tags (entry, edit);
  if (edit->starred != NULL)
    entry->starred = *edit->starred;
  if (edit->archived != NULL)
    entry->archived = *edit->archived;
}

/* Finding */

gboolean
es_run_entry_has_tag (const EsRunEntry *entry, const char *tag)
{
  return g_strv_contains ((const char *const *)entry->tags, tag);
}

gboolean
es_run_order_from_string (const char *text, EsRunOrder *order)
{
  static const char *const names[ES_RUN_N_ORDERS] = {"created", "changed", "name",
                                                     "accuracy"};

  for (guint i = 0; i < ES_RUN_N_ORDERS; i++)
    if (strcmp (text, names[i]) == 0) {
      *order = (EsRunOrder)i;
      return TRUE;
    }
  return FALSE;
}

static int
compare_names (const EsRunEntry *a, const EsRunEntry *b)
{
  g_autofree char *key_a = g_utf8_collate_key_for_filename (a->name, -1);
  g_autofree char *key_b = g_utf8_collate_key_for_filename (b->name, -1);

  return strcmp (key_a, key_b);
}

/* The larger first; what is not known last. */
static int
compare_falling (double a, double b)
{
  if (isnan (a) || isnan (b))
    return isnan (a) - isnan (b);
  return (a < b) - (a > b);
}

int
es_run_entry_compare (const EsRunEntry *a, const EsRunEntry *b, EsRunOrder order)
{
  int result = !a->starred - !b->starred;

  if (result != 0)
    return result;
  switch (order) {
  case ES_RUN_ORDER_CHANGED:
    result = (a->changed < b->changed) - (a->changed > b->changed);
    break;
  case ES_RUN_ORDER_NAME:
    result = compare_names (a, b);
    break;
  case ES_RUN_ORDER_ACCURACY:
    result = compare_falling (a->accuracy, b->accuracy);
    break;
  default:
    break;
  }
  if (result == 0)
    result = (a->created < b->created) - (a->created > b->created);
  return result != 0 ? result : strcmp (b->id, a->id);
}

static gboolean
contains (const char *text, const char *folded_word)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, folded_word) != NULL;
}

static gboolean
matches_word (const EsRunEntry *entry, const char *word)
{
  g_autofree char *folded = g_utf8_casefold (*word == '#' ? word + 1 : word, -1);

  for (char **tag = entry->tags; *tag != NULL; tag++) {
    g_autofree char *folded_tag = g_utf8_casefold (*tag, -1);

    if (*word == '#' ? strcmp (folded_tag, folded) == 0
                     : strstr (folded_tag, folded) != NULL)
      return TRUE;
  }
  return *word != '#' &&
         (contains (entry->name, folded) || contains (entry->notes, folded) ||
          contains (entry->dataset, folded));
}

gboolean
es_run_entry_matches (const EsRunEntry *entry, const char *query)
{
  g_auto (GStrv) words = g_strsplit_set (query, " \t\n", -1);

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && !matches_word (entry, *word))
      return FALSE;
  return TRUE;
}
