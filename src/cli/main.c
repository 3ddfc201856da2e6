/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"
#include "es-command.h"
#include "es-i18n.h"
#include "es-output.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of names that begin alike, the longer one first. */
static const EsCommand *const commands[] = {
    &es_command_train_image,   &es_command_train_toy,
    &es_command_train_modular, &es_command_train_challenge,
    &es_command_evaluate,      &es_command_info,
    &es_command_convert,       &es_command_spectrum,
    &es_command_truncate,      &es_command_explain,
    &es_command_attack,        &es_command_figure,
    &es_command_import,        &es_command_remove,
    &es_command_datasets,      &es_command_runs,
    &es_command_demo,          &es_command_bench,
};

static void
print_help (void)
{
  g_print ("Usage: eigenscope-cli COMMAND ...\n\n"
           "Train bilinear networks, take them apart into eigenvectors, draw them.\n\n"
           "Commands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-16s %s\n", commands[i]->name, commands[i]->summary);
  g_print ("\n'eigenscope-cli COMMAND --help' explains one. Every command takes --json "
           "and --threads N.\n"
           "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

/* Whether the words of @name start the command line; *n_words says how many. */
static gboolean
matches (const char *name, int argc, char **argv, int *n_words)
{
  g_auto (GStrv) words = g_strsplit (name, " ", 0);

  *n_words = (int)g_strv_length (words);
  if (argc < *n_words)
    return FALSE;
  for (int i = 0; i < *n_words; i++)
    if (strcmp (words[i], argv[i]) != 0)
      return FALSE;
  return TRUE;
}

static EsExit
run_command (int argc, char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    int n_words;

    if (matches (commands[i]->name, argc - 1, argv + 1, &n_words))
      return commands[i]->run (argc - n_words, argv + n_words);
  }
  g_printerr ("eigenscope-cli: there is no command '%s%s%s'. 'eigenscope-cli --help' "
              "lists them.\n",
              argv[1], argc > 2 && strcmp (argv[1], "train") == 0 ? " " : "",
              argc > 2 && strcmp (argv[1], "train") == 0 ? argv[2] : "");
  return ES_EXIT_USAGE;
}

/* A file that is opened while a standard stream is closed would take its place, and
   messages would be written into it. */
static void
keep_standard_streams (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);
}

/* Done is only done if what was to be read has been written. */
static EsExit
finish_output (EsExit status)
{
  if (status != ES_EXIT_DONE || es_output_is_read ())
    return status;
  g_printerr ("eigenscope-cli: standard output: cannot write all of it\n");
  return ES_EXIT_FAILED;
}

int
main (int argc, char **argv)
{
  keep_standard_streams ();
  /* Nobody listening any more, or a file that may not grow: an error where it happens,
     not the end of a training. */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  es_blas_choose_kernels (argv);
  setlocale (LC_ALL, "");
  /* What is printed and parsed here is for programs too: a point is a point. */
  setlocale (LC_NUMERIC, "C");
  /* Figures and reports speak the reader's language as in the window. */
  es_i18n_init ();
  es_output_init ();

  if (argc < 2) {
    g_printerr ("eigenscope-cli: expected a command. 'eigenscope-cli --help' lists "
                "them.\n");
    return ES_EXIT_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 ||
      strcmp (argv[1], "help") == 0) {
    print_help ();
    return finish_output (ES_EXIT_DONE);
  }
  if (strcmp (argv[1], "--version") == 0) {
    g_print ("Eigenscope %s\n", ES_VERSION);
    return finish_output (ES_EXIT_DONE);
  }
  return finish_output (run_command (argc, argv));
}
