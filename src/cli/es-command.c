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

/* What is said of a network on the command line; there is only one. */
static struct
{
  gboolean residual;
  gboolean no_residual;
  char **parts;
} network;

static const GOptionEntry network_entries[] = {
    {"residual", 0, 0, G_OPTION_ARG_NONE, &network.residual,
     "The network adds each layer's input to its output (weights don't show it)", NULL},
    {"no-residual", 0, 0, G_OPTION_ARG_NONE, &network.no_residual, "It does not", NULL},
    {"map", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &network.parts,
     "Tensor NAME is this part of it: embed, block.0, left.0, right.0, bias.0, head",
     "ROLE=NAME"},
    {NULL},
};

static gboolean
check_network (const EsCommand *command, EsModelOverrides *overrides)
{
  if (network.residual && network.no_residual) {
    es_command_misused (command, "--residual and --no-residual exclude each other");
    return FALSE;
  }
  for (guint i = 0; network.parts != NULL && network.parts[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (network.parts[i], "=", 2);
    EsRole role;

    if (g_strv_length (words) == 2 && es_role_from_string (words[0], &role))
      continue;
    es_command_misused (command,
                        "--map is '%s'; expected ROLE=NAME with a role like embed, "
                        "block.0, left.0, right.0, bias.0 or head",
                        network.parts[i]);
    return FALSE;
  }
  overrides->residual = network.residual      ? ES_ASSUME_YES
                        : network.no_residual ? ES_ASSUME_NO
                                              : ES_ASSUME_UNKNOWN;
  overrides->parts = (const char *const *)network.parts;
  return TRUE;
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
  if (command->takes_network)
    g_option_context_add_main_entries (context, network_entries, NULL);
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
  return check_network (command, &common->network);
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
