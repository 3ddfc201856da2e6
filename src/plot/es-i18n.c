/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"

#include <libintl.h>

/* The catalogues of the build that this program lies in, or NULL if it lies in none. */
static char *
build_catalogues (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *parent = NULL, *folder = NULL, *mark = NULL;

  if (program == NULL)
    return NULL;
  parent = g_path_get_dirname (program);
  folder = g_build_filename (parent, "..", "..", "po", NULL);
  mark = g_build_filename (parent, "..", "..", "build.ninja", NULL);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR) ||
      !g_file_test (mark, G_FILE_TEST_IS_REGULAR))
    return NULL;
  return g_steal_pointer (&folder);
}

void
es_i18n_init (void)
{
  g_autofree char *built = build_catalogues ();

  bindtextdomain (ES_TEXT_DOMAIN, built != NULL ? built : ES_LOCALE_DIR);
  bind_textdomain_codeset (ES_TEXT_DOMAIN, "UTF-8");
  textdomain (ES_TEXT_DOMAIN);
}
