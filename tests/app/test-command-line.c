/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command-line.h"

/* A chosen network of two classes, from the file @path (nullable). */
static EsRunItem *
open_item (EsWorkspace *workspace, const char *path)
{
  const EsModelConfig config = {
      .rows = 3, .cols = 2, .hidden = 2, .outputs = 2, .layers = 1, .residual = TRUE};
  g_autoptr (EsModel) model = NULL;
  g_autoptr (EsRunItem) item = NULL;
  g_autoptr (GError) error = NULL;

  model = es_model_new (&config, &error);
  g_assert_no_error (error);
  item = es_run_item_new_opened (es_run_new ("It's", model), path);
  es_workspace_add (workspace, item);
  es_workspace_set_run (workspace, item);
  return item;
}

static void
check (EsWorkspace *workspace, const char *options, const char *expected)
{
  g_autofree char *command = es_command_line_figure (workspace, "attack", options);

  g_assert_cmpstr (command, ==, expected);
}

/* A run is named by its file, by its place in the library, or as it would be saved. */
static void
test_run (void)
{
  g_autoptr (EsWorkspace) workspace = es_workspace_new ();
  g_autoptr (EsLibrary) library = es_library_new ("/my runs");
  EsRunItem *item;

  check (workspace, NULL, NULL);
  item = open_item (workspace, NULL);
  check (workspace, NULL,
         "eigenscope-cli figure attack 'It'\\''s.safetensors' -o attack.pdf");
  es_run_item_set_library (item, library);
  es_run_item_set_kept (item, "2026-1");
  check (workspace, "--clip",
         "eigenscope-cli figure attack '/my runs/2026-1/run.safetensors' --clip "
         "-o attack.pdf");
  es_run_item_set_path (item, "/tmp/a.safetensors");
  check (workspace, "",
         "eigenscope-cli figure attack '/tmp/a.safetensors' -o attack.pdf");
}

/* What the file of others does not say is said, until the run is a file of its own. */
static void
test_origin (void)
{
  const char *const parts[] = {"embed=first layer", "head=w", NULL};
  g_autoptr (EsWorkspace) workspace = es_workspace_new ();
  EsRunItem *item = open_item (workspace, "/tmp/a.pt");
  EsOrigin *origin = es_origin_new ("/tmp/a.pt");

  es_run_item_set_origin (item, origin);
  check (workspace, NULL, "eigenscope-cli figure attack '/tmp/a.pt' -o attack.pdf");
  origin->data = g_strdup ("my digits");
  origin->residual_assumed = TRUE;
  check (workspace, "--steps=3",
         "eigenscope-cli figure attack '/tmp/a.pt' --steps=3 --residual "
         "--data='my digits' -o attack.pdf");
  origin->residual_assumed = FALSE;
  origin->residual = ES_ASSUME_YES;
  origin->parts = g_strdupv ((char **)parts);
  check (workspace, NULL,
         "eigenscope-cli figure attack '/tmp/a.pt' --residual "
         "--map='embed=first layer' --map='head=w' --data='my digits' -o attack.pdf");
  es_run_item_set_path (item, "/tmp/mine.safetensors");
  check (workspace, NULL,
         "eigenscope-cli figure attack '/tmp/mine.safetensors' -o attack.pdf");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-line/run", test_run);
  g_test_add_func ("/command-line/origin", test_origin);
  return g_test_run ();
}
