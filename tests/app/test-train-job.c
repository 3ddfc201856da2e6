/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-item.h"

#include "es-glyphs.h"

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 60

typedef gboolean (*Condition) (EsRunItem *item);

static EsRunItem *
item_new (guint epochs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_glyphs_new (1, 400, 60, &error);
  EsRunItem *item;
  EsPlan plan;

  g_assert_no_error (error);
  es_plan_init (&plan);
  plan.name = g_strdup ("Test");
  plan.model.hidden = 8;
  plan.train.epochs = epochs;
  plan.train.batch = 20;
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
wait_for (EsRunItem *item, Condition condition)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint source = g_timeout_add (20, wake, NULL);

  while (!condition (item) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  g_assert_true (condition (item));
}

static gboolean
is_finished (EsRunItem *item)
{
  return es_run_item_get_state (item) == ES_RUN_FINISHED;
}

static gboolean
is_paused (EsRunItem *item)
{
  return es_run_item_get_state (item) == ES_RUN_PAUSED;
}

static gboolean
is_at_rest (EsRunItem *item)
{
  return !es_run_item_is_active (item);
}

static gboolean
has_two_epochs (EsRunItem *item)
{
  return es_run_item_get_history (item)->len >= 2;
}

static void
test_finishes (void)
{
  EsRunItem *item = item_new (4);

  es_run_item_start (item);
  g_assert_true (es_run_item_is_active (item));
  wait_for (item, is_finished);
  g_assert_cmpuint (es_run_item_get_history (item)->len, ==, 4);
  /* The weights before training, and after each epoch. */
  g_assert_cmpuint (es_film_get_length (es_run_item_get_film (item)), ==, 5);
  g_assert_cmpfloat (es_run_item_get_position (item), ==, 4);
  g_assert_cmpuint (g_strv_length (es_run_item_get_class_names (item)), ==, 10);
  g_assert_cmpfloat (es_run_item_get_pace (item), >, 0);
  g_assert_finalize_object (item);
}

/* A paused training stands still; a step takes it to the end of one epoch. */
static void
test_pause_and_step (void)
{
  EsRunItem *item = item_new (100000);
  guint epochs;

  es_run_item_start (item);
  wait_for (item, has_two_epochs);
  es_run_item_pause (item);
  wait_for (item, is_paused);
  epochs = es_run_item_get_history (item)->len;
  g_usleep (G_USEC_PER_SEC / 5);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (es_run_item_get_history (item)->len, ==, epochs);

  for (guint step = 1; step <= 3; step++) {
    gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

    es_run_item_step (item);
    while (es_run_item_get_history (item)->len < epochs + step &&
           g_get_monotonic_time () < end)
      g_main_context_iteration (NULL, FALSE);
    wait_for (item, is_paused);
    g_assert_cmpuint (es_run_item_get_history (item)->len, ==, epochs + step);
  }
  es_run_item_resume (item);
  es_run_item_finish (item);
  g_assert_finalize_object (item);
}

/* Stopping keeps the finished epochs, and the training can go on from there. */
static void
test_stop_and_go_on (void)
{
  EsRunItem *item = item_new (100000);
  g_autoptr (EsRun) run = NULL;
  EsPlan plan;
  guint epochs;

  es_run_item_start (item);
  wait_for (item, has_two_epochs);
  es_run_item_stop (item);
  wait_for (item, is_at_rest);
  g_assert_cmpint (es_run_item_get_state (item), ==, ES_RUN_STOPPED);
  epochs = es_run_item_get_history (item)->len;
  run = es_run_item_dup_run (item);
  g_assert_cmpuint (run->history->len, ==, epochs);
  g_assert_nonnull (run->moment1);
  g_assert_cmpstr (run->dataset, ==, "glyphs");

  es_plan_copy (&plan, es_run_item_get_plan (item));
  plan.train.epochs = epochs + 2;
  es_run_item_set_plan (item, &plan);
  es_plan_clear (&plan);
  es_run_item_start (item);
  wait_for (item, is_finished);
  g_assert_cmpuint (es_run_item_get_history (item)->len, ==, epochs + 2);
  g_assert_finalize_object (item);
}

static guint n_epochs;

static gboolean
has_more_epochs (EsRunItem *item)
{
  return es_run_item_get_history (item)->len > n_epochs;
}

static void
test_rates (void)
{
  EsRunItem *item = item_new (100000), *again;
  g_autoptr (EsRun) run = NULL;
  EsTrainConfig rates;
  const GArray *marks;

  es_run_item_start (item);
  wait_for (item, has_two_epochs);
  rates = es_run_item_get_plan (item)->train;
  es_run_item_set_rates (item, &rates);
  marks = es_run_item_get_marks (item);
  g_assert_cmpuint (marks->len, ==, 0);
  rates.lr = 0.0003;
  rates.noise = 0.1;
  es_run_item_set_rates (item, &rates);
  g_assert_cmpuint (marks->len, ==, 2);
  g_assert_cmpint (g_array_index (marks, EsRateChange, 0).rate, ==, ES_RATE_LEARNING);
  g_assert_cmpfloat (g_array_index (marks, EsRateChange, 0).value, ==, 0.0003);
  g_assert_cmpfloat (g_array_index (marks, EsRateChange, 0).epoch, >=, 2);
  n_epochs = es_run_item_get_history (item)->len;
  wait_for (item, has_more_epochs);
  es_run_item_finish (item);
  g_assert_cmpfloat (es_run_item_get_plan (item)->train.lr, ==, 0.0003);
  /* They belong to the run, whatever becomes of the window. */
  run = es_run_item_dup_run (item);
  g_assert_cmpuint (run->changes->len, ==, 2);
  g_assert_cmpint (g_array_index (run->changes, EsRateChange, 1).rate, ==,
                   ES_RATE_NOISE);
  again = es_run_item_new_opened (g_steal_pointer (&run), NULL);
  g_assert_cmpuint (es_run_item_get_marks (again)->len, ==, 2);
  g_assert_finalize_object (again);
  g_assert_finalize_object (item);
}

static void
failed_cb (char **message, const char *text)
{
  g_free (*message);
  *message = g_strdup (text);
}

/* A setting that does not fit leaves a draft with its reason. */
static void
test_fails (void)
{
  EsRunItem *item = item_new (3);
  g_autofree char *message = NULL;
  EsPlan plan;

  es_plan_copy (&plan, es_run_item_get_plan (item));
  plan.train.batch = 5000;
  es_run_item_set_plan (item, &plan);
  es_plan_clear (&plan);
  g_signal_connect_swapped (item, "failed", G_CALLBACK (failed_cb), &message);
  es_run_item_start (item);
  wait_for (item, is_at_rest);
  g_assert_cmpint (es_run_item_get_state (item), ==, ES_RUN_DRAFT);
  g_assert_nonnull (strstr (message, "5000"));
  g_assert_finalize_object (item);
}

/* An item that is dropped while it trains ends its thread. */
static void
test_dropped (void)
{
  EsRunItem *item = item_new (100000);

  es_run_item_start (item);
  wait_for (item, has_two_epochs);
  g_assert_finalize_object (item);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train-job/finishes", test_finishes);
  g_test_add_func ("/train-job/pause-and-step", test_pause_and_step);
  g_test_add_func ("/train-job/stop-and-go-on", test_stop_and_go_on);
  g_test_add_func ("/train-job/rates", test_rates);
  g_test_add_func ("/train-job/fails", test_fails);
  g_test_add_func ("/train-job/dropped", test_dropped);
  return g_test_run ();
}
