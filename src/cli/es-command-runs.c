/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-io-error.h"
#include "es-library.h"
#include "es-output.h"
#include "es-run-file.h"

#include <math.h>
#include <string.h>

/* The options as given. */
typedef struct
{
  char *sort;
  gboolean starred;
  gboolean archived;
  gboolean deleted;
  gboolean json;
} Options;

/* Listing */

static void
add_tags (JsonBuilder *object, const EsRunEntry *entry)
{
  json_builder_set_member_name (object, "tags");
  json_builder_begin_array (object);
  for (char **tag = entry->tags; *tag != NULL; tag++)
    json_builder_add_string_value (object, *tag);
  json_builder_end_array (object);
}

static char *
format_time (gint64 microseconds, const char *format)
{
  g_autoptr (GDateTime) time =
      g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("");
}

static void
report_json (const EsRunEntry *entry)
{
  JsonBuilder *object = es_output_object ();
  g_autofree char *created = format_time (entry->created, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *changed = format_time (entry->changed, "%Y-%m-%dT%H:%M:%SZ");

  es_output_string (object, "id", entry->id);
  es_output_string (object, "name", entry->name);
  add_tags (object, entry);
  es_output_string (object, "notes", entry->notes);
  es_output_boolean (object, "starred", entry->starred);
  es_output_boolean (object, "archived", entry->archived);
  es_output_string (object, "created", created);
  es_output_string (object, "changed", changed);
  es_output_int (object, "bytes", (gint64)entry->size);
  es_output_string (object, "dataset", entry->dataset);
  es_output_int (object, "hidden", entry->model.hidden);
  es_output_int (object, "layers", entry->model.layers);
  es_output_int (object, "epochs_done", entry->epochs);
  es_output_int (object, "epochs", entry->train.epochs);
  es_output_double (object, "test_accuracy", entry->accuracy);
  es_output_boolean (object, "unfinished", entry->unfinished);
  es_output_boolean (object, "training", entry->busy);
  es_output_string (object, "problem", entry->problem);
  es_output_json (object);
}

static void
report_line (const EsRunEntry *entry)
{
  g_autofree char *tags = g_strjoinv (" #", entry->tags);
  g_autofree char *accuracy = isnan (entry->accuracy)
                                  ? g_strdup ("     -")
                                  : g_strdup_printf ("%.4f", entry->accuracy);
  const char *state = entry->problem != NULL ? "unreadable"
                      : entry->busy          ? "training"
                      : entry->unfinished    ? "unfinished"
                                             : "";

  g_print ("%s%s  %s  %4u epochs  %-10s  %s%s%s\n", entry->starred ? "*" : " ",
           entry->id, accuracy, entry->epochs, state, entry->name,
           *tags != '\0' ? "  #" : "", tags);
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer order)
{
  return es_run_entry_compare (*(EsRunEntry *const *)a, *(EsRunEntry *const *)b,
                               *(const EsRunOrder *)order);
}

static gboolean
is_wanted (const EsRunEntry *entry, const Options *options, const char *query)
{
  return (options->deleted || !entry->archived == !options->archived) &&
         (entry->starred || !options->starred) && es_run_entry_matches (entry, query);
}

static gboolean
list_runs (const EsLibrary *library,
           const Options *options,
           const char *query,
           GError **error)
{
  g_autoptr (GPtrArray) entries = es_library_list (
      library, options->deleted ? ES_LIBRARY_DELETED : ES_LIBRARY_KEPT);
  EsRunOrder order = ES_RUN_ORDER_CREATED;

  if (options->sort != NULL && !es_run_order_from_string (options->sort, &order)) {
    g_set_error (error, ES_USAGE_ERROR, 0,
                 "--sort is %s; expected created, changed, name or accuracy",
                 options->sort);
    return FALSE;
  }
  g_ptr_array_sort_with_data (entries, compare_entries, &order);
  for (guint i = 0; i < entries->len; i++) {
    if (!is_wanted (entries->pdata[i], options, query))
      continue;
    if (options->json)
      report_json (entries->pdata[i]);
    else
      report_line (entries->pdata[i]);
  }
  return TRUE;
}

/* What can be done to one run. @value is what follows the run, or NULL. */

static gboolean
show_run (const EsLibrary *library,
          const char *id,
          const char *value,
          const Options *options,
          GError **error)
{
  g_autoptr (EsRunEntry) entry = es_library_get (library, id, error);
  g_autofree char *path = es_library_run_path (library, id);

  if (entry == NULL)
    return FALSE;
  if (options->json) {
    report_json (entry);
    return TRUE;
  }
  report_line (entry);
  if (*entry->notes != '\0')
    g_print ("%s\n", entry->notes);
  g_print ("%s\n", entry->problem != NULL ? entry->problem : path);
  return TRUE;
}

static gboolean
export_run (const EsLibrary *library,
            const char *id,
            const char *value,
            const Options *options,
            GError **error)
{
  g_autoptr (EsRun) run = es_library_open_run (library, id, error);

  return run != NULL && es_run_save (run, value, error);
}

static gboolean
rename_run (const EsLibrary *library,
            const char *id,
            const char *value,
            const Options *options,
            GError **error)
{
  return es_library_edit (library, id, &(EsRunEdit){.name = value}, error);
}

static gboolean
tag_run (const EsLibrary *library,
         const char *id,
         const char *value,
         const Options *options,
         GError **error)
{
  return es_library_edit (library, id, &(EsRunEdit){.add_tag = value}, error);
}

static gboolean
untag_run (const EsLibrary *library,
           const char *id,
           const char *value,
           const Options *options,
           GError **error)
{
  return es_library_edit (library, id, &(EsRunEdit){.remove_tag = value}, error);
}

static gboolean
note_run (const EsLibrary *library,
          const char *id,
          const char *value,
          const Options *options,
          GError **error)
{
  return es_library_edit (library, id, &(EsRunEdit){.notes = value}, error);
}

static const gboolean yes = TRUE, no = FALSE;

static gboolean
delete_run (const EsLibrary *library,
            const char *id,
            const char *value,
            const Options *options,
            GError **error)
{
  return es_library_delete (library, id, error);
}

static gboolean
restore_run (const EsLibrary *library,
             const char *id,
             const char *value,
             const Options *options,
             GError **error)
{
  return es_library_restore (library, id, error);
}

typedef struct
{
  const char *name;
  const char *value; /* what follows the run, or NULL if nothing does */
  EsLibraryPart part;
  gboolean (*act) (const EsLibrary *library,
                   const char *id,
                   const char *value,
                   const Options *options,
                   GError **error); /* NULL: it is the edit */
  EsRunEdit edit;
} Action;

static const Action actions[] = {
    {"show", NULL, ES_LIBRARY_KEPT, show_run},
    {"export", "FILE.safetensors", ES_LIBRARY_KEPT, export_run},
    {"rename", "NAME", ES_LIBRARY_KEPT, rename_run},
    {"tag", "TAG", ES_LIBRARY_KEPT, tag_run},
    {"untag", "TAG", ES_LIBRARY_KEPT, untag_run},
    {"note", "TEXT", ES_LIBRARY_KEPT, note_run},
    {"star", NULL, ES_LIBRARY_KEPT, NULL, {.starred = &yes}},
    {"unstar", NULL, ES_LIBRARY_KEPT, NULL, {.starred = &no}},
    {"archive", NULL, ES_LIBRARY_KEPT, NULL, {.archived = &yes}},
    {"unarchive", NULL, ES_LIBRARY_KEPT, NULL, {.archived = &no}},
    {"delete", NULL, ES_LIBRARY_KEPT, delete_run},
    {"restore", NULL, ES_LIBRARY_DELETED, restore_run},
};

static const Action *
find_action (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (strcmp (actions[i].name, name) == 0)
      return &actions[i];
  return NULL;
}

static gboolean
act_on_run (const EsLibrary *library,
            const Action *action,
            const char *run,
            const char *value,
            const Options *options,
            GError **error)
{
  g_autofree char *id = es_library_find (library, action->part, run, error);

  if (id == NULL)
    return FALSE;
  return action->act != NULL ? action->act (library, id, value, options, error)
                             : es_library_edit (library, id, &action->edit, error);
}

static EsExit
run_runs (int argc, char **argv)
{
  g_autofree char *sort = NULL;
  Options options = {0};
  const GOptionEntry entries[] = {
      {"sort", 0, 0, G_OPTION_ARG_STRING, &sort,
       "Order of the list (default created); starred runs come first",
       "created|changed|name|accuracy"},
      {"starred", 0, 0, G_OPTION_ARG_NONE, &options.starred, "List starred runs only",
       NULL},
      {"archived", 0, 0, G_OPTION_ARG_NONE, &options.archived,
       "List archived runs, not the others", NULL},
      {"deleted", 0, 0, G_OPTION_ARG_NONE, &options.deleted,
       "List deleted runs, which stay for 30 days", NULL},
      {NULL},
  };
  g_autoptr (EsLibrary) library = es_library_new (NULL);
  const Action *action;
  EsCommonOptions common;
  GError *error = NULL;
  gboolean done;
  int wanted;

  if (!es_command_parse (
          &es_command_runs, entries,
          "Without an action, the runs are listed; with QUERY those in which all of "
          "its "
          "words occur.\n"
          "Actions: show RUN, export RUN FILE.safetensors, rename RUN NAME,\n"
          "tag RUN TAG, untag RUN TAG, note RUN TEXT, star RUN, unstar RUN,\n"
          "archive RUN, unarchive RUN, delete RUN, restore RUN.\n"
          "RUN is an identifier, its beginning, or a name.",
          &common, 0, 3, &argc, &argv))
    return ES_EXIT_USAGE;
  options.sort = sort;
  options.json = common.json;
  action = argc > 1 ? find_action (argv[1]) : NULL;
  if (action != NULL) {
    wanted = action->value != NULL ? 4 : 3;
    if (argc != wanted)
      return es_command_misused (&es_command_runs, "expected: %s RUN%s%s", action->name,
                                 action->value != NULL ? " " : "",
                                 action->value != NULL ? action->value : "");
    done = act_on_run (library, action, argv[2], argv[3], &options, &error);
  } else if (argc > 2) {
    return es_command_misused (&es_command_runs, "there is no action '%s'", argv[1]);
  } else {
    done = list_runs (library, &options, argc > 1 ? argv[1] : "", &error);
  }
  return done ? ES_EXIT_DONE : es_command_failed (error);
}

const EsCommand es_command_runs = {
    .name = "runs",
    .arguments = "[QUERY | ACTION RUN ...]",
    .summary = "The library of kept runs",
    .run = run_runs,
};
