/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/*
 * Runs the program as a person would. The program's path comes from the environment
 * variable EIGENSCOPE_CLI; every test works in a folder of its own.
 */

/* What a command left behind. */
typedef struct
{
  int status; /* exit status, or -1 if a signal ended it */
  char *out;
  char *err;
} CliResult;

void cli_result_clear (CliResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliResult, cli_result_clear)

/* Makes a folder for the tests of this program and changes to it; removes it again. */
void cli_test_enter_folder (void);
void cli_test_leave_folder (void);

/* Runs "eigenscope-cli @command_line", split as a shell would. */
CliResult cli_run (const char *command_line, ...) G_GNUC_PRINTF (1, 2);

/* The same; fails the test unless the exit status is @status, and 1 and 2 unless there
   is exactly one line on standard error and none on standard output. */
CliResult cli_expect (int status, const char *command_line, ...) G_GNUC_PRINTF (2, 3);

/* The objects on the lines of @out, each checked to be JSON (of JsonObject). */
GPtrArray *cli_json_lines (const char *out);

/* A trained run for tests that only need one; made once: width 16, 2 epochs. */
const char *cli_small_run (void);
