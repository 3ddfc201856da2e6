/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-settings.h"

/* The folder with compiled schemas of the build that this program lies in. */
static char *
build_schemas (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;

  if (program == NULL)
    return NULL;
  folder = g_path_get_dirname (program);
  return g_build_filename (folder, "..", "..", "data", NULL);
}

/* A build's own schema goes before an installed one, which may be of another version.
 */
static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *fallback = g_settings_schema_source_get_default ();
  g_autofree char *folder = build_schemas ();
  g_autoptr (GSettingsSchemaSource) source = NULL;

  if (folder != NULL)
    source =
        g_settings_schema_source_new_from_directory (folder, fallback, FALSE, NULL);
  if (source == NULL && fallback != NULL)
    source = g_settings_schema_source_ref (fallback);
  if (source == NULL)
    return NULL;
  return g_settings_schema_source_lookup (source, ES_APPLICATION_ID, TRUE);
}

GSettings *
es_settings_get (void)
{
  static GSettings *settings = NULL;

  if (settings == NULL) {
    g_autoptr (GSettingsSchema) schema = find_schema ();

    if (schema == NULL)
      g_error ("The settings schema %s is not installed", ES_APPLICATION_ID);
    settings = g_settings_new_full (schema, NULL, NULL);
  }
  return settings;
}
