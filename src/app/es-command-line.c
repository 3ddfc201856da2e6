/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-line.h"

char *
es_command_line_figure (EsWorkspace *workspace, const char *kind, const char *options)
{
  EsRunItem *run = es_workspace_get_run (workspace);
  g_autofree char *name = NULL;
  g_autofree char *file = NULL;

  if (run == NULL || es_workspace_get_frame (workspace) >= 0)
    return NULL;
  name = g_strdup_printf ("%s.safetensors", es_run_item_get_name (run));
  file = g_shell_quote (es_run_item_get_path (run) != NULL ? es_run_item_get_path (run)
                                                           : name);
  return g_strdup_printf ("eigenscope-cli figure %s %s%s%s -o %s.pdf", kind, file,
                          options != NULL ? " " : "", options != NULL ? options : "",
                          kind);
}

char *
es_command_line_direction (EsWorkspace *workspace, EsBasis basis)
{
  int c = es_workspace_get_class (workspace);
  g_autofree char *what = NULL;
  g_autofree char *quoted = g_shell_quote (es_workspace_get_direction (workspace));

  if (c >= 0)
    what = g_strdup_printf ("--class=%d", c);
  else
    what = g_strdup_printf ("--direction=%s", quoted);
  return g_strdup_printf ("%s%s", what,
                          basis == ES_BASIS_PIXELS ? " --basis=pixels" : "");
}
