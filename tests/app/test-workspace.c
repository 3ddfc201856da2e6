/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyphs.h"
#include "es-workspace.h"

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 120

/* So large that the film holds about twenty frames. */
#define HIDDEN 1024
#define EPOCHS 40
#define CHOSEN 5

static EsRunItem *
item_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_glyphs_new (1, 100, 20, &error);
  EsRunItem *item;
  EsPlan plan;

  g_assert_no_error (error);
  es_plan_init (&plan);
  plan.name = g_strdup ("Test");
  plan.model.hidden = HIDDEN;
  plan.train.epochs = EPOCHS;
  plan.train.batch = 100;
  item = es_run_item_new (&plan);
  es_run_item_set_dataset (item, dataset);
  es_plan_clear (&plan);
  return item;
}

static gboolean
wake (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for_epochs (EsRunItem *item, guint n)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (es_run_item_get_history (item)->len < n && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (es_run_item_get_history (item)->len, >=, n);
}

/* What was chosen stays, though the film lets its frame go. */
static void
test_held_frame (void)
{
  g_autoptr (EsWorkspace) workspace = es_workspace_new ();
  g_autoptr (EsRunItem) item = item_new ();
  const EsFilm *film = es_run_item_get_film (item);
  guint source = g_timeout_add (5, wake, NULL);
  EsModel *chosen;

  es_workspace_add (workspace, item);
  es_run_item_step (item);
  for (guint i = 1; i <= CHOSEN + 1; i++) {
    wait_for_epochs (item, i);
    es_run_item_step (item);
  }
  film = es_run_item_get_film (item);
  es_workspace_set_frame (workspace, CHOSEN);
  g_assert_cmpint (es_workspace_get_frame (workspace), ==, CHOSEN);
  chosen = es_workspace_get_model (workspace);
  g_assert_true (chosen == es_film_get_model (film, CHOSEN));
  es_run_item_resume (item);
  wait_for_epochs (item, EPOCHS);
  es_run_item_finish (item);
  g_assert_cmpuint (es_film_get_length (film), <, EPOCHS);
  g_assert_cmpuint (es_film_get_epoch (film, es_film_find (film, CHOSEN)), !=, CHOSEN);
  g_assert_cmpfloat (es_workspace_get_epoch (workspace), ==, CHOSEN);
  g_assert_true (es_workspace_get_model (workspace) == chosen);
  es_workspace_set_frame (workspace, -1);
  g_assert_true (es_workspace_get_model (workspace) == es_run_item_get_model (item));
  g_source_remove (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workspace/held-frame", test_held_frame);
  return g_test_run ();
}
