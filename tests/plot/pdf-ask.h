/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a program prints about a PDF file; NULL, and the test skipped, without it. */
static inline char *
ask (const char *program, const char *path)
{
  g_autofree char *found = g_find_program_in_path (program);
  char *argv[] = {found, (char *)path, NULL, NULL};
  g_autofree char *out = NULL;
  int status;

  if (found == NULL) {
    g_autofree char *reason = g_strdup_printf ("%s not found", program);

    g_test_skip (reason);
    return NULL;
  }
  if (g_str_equal (program, "pdftotext"))
    argv[2] = (char *)"-";
  else if (g_str_equal (program, "pdfimages")) {
    argv[2] = argv[1];
    argv[1] = (char *)"-list";
    argv[3] = NULL;
  }
  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out,
                               NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return g_steal_pointer (&out);
}
