/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"

#include "es-export.h"
#include "es-parallel.h"

#include <stdarg.h>

#define PROGRAM "eigenscope-cli"

GQuark
es_usage_error_quark (void)
{
  return g_quark_from_static_string ("es-usage-error-quark");
}

static GOptionContext *
new_context (const EsCommand *command,
             const GOptionEntry *entries,
             const char *description,
             EsCommonOptions *common)
{
  g_autofree char *usage = g_strdup_printf ("%s %s", command->name, command->arguments);
  GOptionContext *context = g_option_context_new (usage);
  const GOptionEntry common_entries[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &common->json, "Print machine-readable lines",
       NULL},
      {"threads", 0, 0, G_OPTION_ARG_INT, &common->threads,
       "Threads to compute with (default: one per processor)", "N"},
      {NULL},
  };

  g_option_context_set_summary (context, command->summary);
  if (description != NULL)
    g_option_context_set_description (context, description);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common_entries, NULL);
  return context;
}

gboolean
es_command_parse (const EsCommand *command,
                  const GOptionEntry *entries,
                  const char *description,
                  EsCommonOptions *common,
                  int min_args,
                  int max_args,
                  int *argc,
                  char ***argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;

  *common = (EsCommonOptions){0};
  context = new_context (command, entries, description, common);
  /* The usage line is made from it. */
  g_set_prgname (PROGRAM);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    es_command_misused (command, "%s", error->message);
    return FALSE;
  }
  if (*argc - 1 < min_args || *argc - 1 > max_args) {
    if (*argc - 1 > max_args)
      es_command_misused (command, "unexpected argument '%s'", (*argv)[max_args + 1]);
    else
      es_command_misused (command, "expected: %s", command->arguments);
    return FALSE;
  }
  if (common->threads < 0 || common->threads > ES_MAX_THREADS) {
    es_command_misused (command, "--threads is %d; expected 0 to %d", common->threads,
                        ES_MAX_THREADS);
    return FALSE;
  }
  es_parallel_set_threads ((guint)common->threads);
  return TRUE;
}

EsExit
es_command_misused (const EsCommand *command, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("%s %s: %s. '%s %s --help' says more.\n", PROGRAM, command->name, message,
              PROGRAM, command->name);
  return ES_EXIT_USAGE;
}

EsExit
es_command_failed (GError *error)
{
  gboolean misused = error->domain == ES_USAGE_ERROR ||
                     g_error_matches (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE) ||
                     g_error_matches (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT);

  g_printerr ("%s: %s\n", PROGRAM, error->message);
  g_error_free (error);
  return misused ? ES_EXIT_USAGE : ES_EXIT_FAILED;
}
