/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The recipe and the history of a run as the JSON of its file. */

/* One line of JSON (g_free()). */
char *es_run_to_json (const EsRun *run) G_GNUC_WARN_UNUSED_RESULT;

/* The same with the last epoch only, and with @file, which tells the run's file from
   earlier and later ones of the same name. */
char *es_run_to_summary (const EsRun *run, const char *file) G_GNUC_WARN_UNUSED_RESULT;

/* Adds "changes", the rates that were changed while @run was trained, if there are any.
 */
void es_run_add_changes (JsonBuilder *builder, const EsRun *run);

/* A description that is being read: first the model, then, into a run made with that
   model, the rest. */
typedef struct
{
  EsModelConfig model;
  gpointer root; /* the JSON */
} EsRunRecipe;

void es_run_recipe_clear (EsRunRecipe *recipe);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsRunRecipe, es_run_recipe_clear)

/*
 * Reads @json into @recipe. ES_IO_ERROR_UNSUPPORTED if a newer version wrote it,
 * ES_IO_ERROR_FORMAT, naming @path and the member, if it cannot be used.
 */
gboolean es_run_recipe_parse (EsRunRecipe *recipe,
                              const char *json,
                              const char *path,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Copies the name, recipe, dataset and history to @run. ES_IO_ERROR_FORMAT. */
gboolean es_run_recipe_apply (const EsRunRecipe *recipe,
                              EsRun *run,
                              const char *path,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
