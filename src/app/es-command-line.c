/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-line.h"

/* Where the command finds @run: its file, or its place in the library. The name that is
   suggested for it where there is none yet. */
static char *
find_file (EsRunItem *run)
{
  const char *path = es_run_item_get_path (run);

  if (path != NULL)
    return g_strdup (path);
  if (es_run_item_is_kept (run) && !es_run_item_is_active (run))
    return es_library_run_path (es_run_item_get_library (run),
                                es_run_item_get_id (run));
  return g_strdup_printf ("%s.safetensors", es_run_item_get_name (run));
}

static void
add_quoted (GString *options, const char *option, const char *value)
{
  g_autofree char *quoted = g_shell_quote (value);

  g_string_append_printf (options, " %s=%s", option, quoted);
}

/* What the file of a network that others saved does not say, and was found out or
   said here. */
static void
add_origin (GString *options, EsRunItem *run)
{
  const EsOrigin *origin = es_run_item_get_origin (run);
  const char *path = es_run_item_get_path (run);
  const EsModelConfig *config = es_run_item_get_model (run) != NULL
                                    ? es_model_get_config (es_run_item_get_model (run))
                                    : NULL;

  if (origin == NULL || g_strcmp0 (path, origin->path) != 0)
    return;
  if (config != NULL &&
      (origin->residual != ES_ASSUME_UNKNOWN || origin->residual_assumed))
    g_string_append (options, config->residual ? " --residual" : " --no-residual");
  for (char **part = origin->parts; part != NULL && *part != NULL; part++)
    add_quoted (options, "--map", *part);
  if (origin->data != NULL)
    add_quoted (options, "--data", origin->data);
}

char *
es_command_line_figure (EsWorkspace *workspace, const char *kind, const char *options)
{
  EsRunItem *run = es_workspace_get_run (workspace);
  g_autoptr (GString) command = NULL;
  g_autofree char *path = NULL;
  g_autofree char *file = NULL;

  if (run == NULL || es_workspace_get_frame (workspace) >= 0)
    return NULL;
  path = find_file (run);
  file = g_shell_quote (path);
  command = g_string_new (NULL);
  g_string_printf (command, "eigenscope-cli figure %s %s", kind, file);
  if (options != NULL && *options != '\0')
    g_string_append_printf (command, " %s", options);
  add_origin (command, run);
  g_string_append_printf (command, " -o %s.pdf", kind);
  return g_string_free (g_steal_pointer (&command), FALSE);
}

char *
es_command_line_overfitting (EsRunItem *const *runs, guint n)
{
  GString *command = g_string_new ("eigenscope-cli figure overfitting");

  for (guint i = 0; i < n; i++) {
    g_autofree char *path = find_file (runs[i]);
    g_autofree char *file = g_shell_quote (path);

    g_string_append_printf (command, " %s", file);
  }
  g_string_append (command, " -o overfitting.pdf");
  return g_string_free (command, FALSE);
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
