/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model-map.h"

G_BEGIN_DECLS

/* Exit statuses of the program. */
typedef enum {
  ES_EXIT_DONE = 0,
  ES_EXIT_FAILED = 1,
  ES_EXIT_USAGE = 2,
} EsExit;

/* Errors of this domain say that an option has a value which it can never have: wrong
   usage rather than a failure. */
#define ES_USAGE_ERROR (es_usage_error_quark ())
GQuark es_usage_error_quark (void);

/* A command: "train image", say. */
typedef struct
{
  const char *name;
  const char *arguments; /* what follows the name in its usage line */
  const char *summary;   /* one line, for the list of commands */
  /* argv[0] is the command's name; both belong to the callee. */
  EsExit (*run) (int argc, char **argv);
  gboolean takes_network; /* a file that may need --residual or --map */
} EsCommand;

extern const EsCommand es_command_train_image;
extern const EsCommand es_command_train_toy;
extern const EsCommand es_command_train_modular;
extern const EsCommand es_command_train_challenge;
extern const EsCommand es_command_evaluate;
extern const EsCommand es_command_info;
extern const EsCommand es_command_convert;
extern const EsCommand es_command_spectrum;
extern const EsCommand es_command_truncate;
extern const EsCommand es_command_explain;
extern const EsCommand es_command_attack;
extern const EsCommand es_command_figure;
extern const EsCommand es_command_import;
extern const EsCommand es_command_remove;
extern const EsCommand es_command_datasets;
extern const EsCommand es_command_runs;
extern const EsCommand es_command_demo;
extern const EsCommand es_command_bench;

/* What every command understands besides its own options. */
typedef struct
{
  gboolean json;
  int threads;              /* 0: one per processor */
  EsModelOverrides network; /* of commands that take a network */
} EsCommonOptions;

/*
 * Takes @entries and the common options off the command line and sets the number of
 * threads. @description (nullable) follows the options in the help text. At
 * least @min_args and at most @max_args other arguments may remain (argv[1], ...).
 * Returns FALSE with the usage error printed. --help prints and exits.
 */
gboolean es_command_parse (const EsCommand *command,
                           const GOptionEntry *entries,
                           const char *description,
                           EsCommonOptions *common,
                           int min_args,
                           int max_args,
                           int *argc,
                           char ***argv) G_GNUC_WARN_UNUSED_RESULT;

/* Prints a usage error: "eigenscope-cli NAME: MESSAGE" and how to get help. */
EsExit es_command_misused (const EsCommand *command, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Prints @error (transfer full) as the one line that says what failed. Returns the
   status to exit with: ES_EXIT_USAGE for wrong usage, sizes and suffixes of figures
   included. */
EsExit es_command_failed (GError *error);

G_END_DECLS
