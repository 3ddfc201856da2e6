/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-work.h"

#define TASKS 20

static void
slow_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_usleep (2000);
  g_atomic_int_inc ((int *)data);
  g_task_return_boolean (task, TRUE);
}

static void
start (int *n_done, GCancellable *cancellable)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, NULL, NULL);

  g_task_set_task_data (task, n_done, NULL);
  es_work_start (task, slow_worker);
}

/* Nothing is left running, also of what was cancelled before its turn. */
static void
test_wait (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int n_done = 0;

  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < TASKS; i++)
    start (&n_done, i % 2 ? cancellable : NULL);
  es_work_wait ();
  g_assert_cmpint (g_atomic_int_get (&n_done), ==, TASKS);
}

static void
test_nothing (void)
{
  es_work_wait ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/background/wait", test_wait);
  g_test_add_func ("/background/nothing", test_nothing);
  return g_test_run ();
}
