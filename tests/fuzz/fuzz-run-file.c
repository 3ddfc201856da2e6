/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-run-file.h"
#include "es-run-json.h"

/* A description alone may claim any size; here it must stay cheap. */
#define MAX_WEIGHTS 100000

/* What was read can be written, and what was written can be read. */
static void
check_run (const EsRun *run)
{
  g_autofree char *json = es_run_to_json (run);
  g_autoptr (GError) error = NULL;
  g_auto (EsRunRecipe) recipe = {0};

  if (!es_run_recipe_parse (&recipe, json, "OWN", &error))
    g_error ("%s\n%s", error->message, json);
}

/* Input that begins with a brace is the description only. */
static void
feed_description (const char *text, gsize n_bytes)
{
  g_autofree char *json = g_strndup (text, n_bytes);
  g_auto (EsRunRecipe) recipe = {0};
  g_autoptr (EsModel) model = NULL;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;
  const EsModelConfig *config = &recipe.model;

  if (!es_run_recipe_parse (&recipe, json, "FILE", &error)) {
    g_assert (error != NULL);
    return;
  }
  if ((double)config->hidden * (double)es_model_config_inputs (config) > MAX_WEIGHTS ||
      (double)config->hidden * (config->hidden + config->outputs) > MAX_WEIGHTS)
    return;
  model = es_model_new (config, NULL);
  run = es_run_new ("name", model);
  if (es_run_recipe_apply (&recipe, run, "FILE", &error))
    check_run (run);
  else
    g_assert (error != NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EsTensorFile) file = NULL;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;
  EsRunNotes notes;

  if (n_bytes > 0 && data[0] == '{') {
    feed_description ((const char *)data, n_bytes);
    return 0;
  }
  bytes = g_bytes_new (data, n_bytes);
  file = es_tensor_file_parse (bytes, "FILE", NULL);
  if (file == NULL)
    return 0;
  run = es_run_from_tensor_file (file, NULL, &notes, &error);
  g_assert ((run == NULL) == (error != NULL));
  if (run != NULL)
    check_run (run);
  return 0;
}
