/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-parallel.h"

#include <string.h>

static void
count_part (guint part, guint n_parts, gpointer data)
{
  int *counts = data;

  g_atomic_int_inc (&counts[part]);
}

static void
test_each_once (void)
{
  for (guint threads = 1; threads <= 8; threads++) {
    es_parallel_set_threads (threads);
    g_assert_cmpuint (es_parallel_get_threads (), ==, threads);
    for (guint n = 0; n <= 20; n++) {
      int counts[20] = {0};

      es_parallel_run (n, count_part, counts);
      for (guint i = 0; i < 20; i++)
        g_assert_cmpint (counts[i], ==, i < n);
    }
  }
}

static void
nested_part (guint part, guint n_parts, gpointer data)
{
  int *counts = data;

  es_parallel_run (4, count_part, counts + 4 * part);
}

static void
test_nested (void)
{
  int counts[32] = {0};

  es_parallel_set_threads (3);
  es_parallel_run (8, nested_part, counts);
  for (guint i = 0; i < 32; i++)
    g_assert_cmpint (counts[i], ==, 1);
}

static gpointer
call_often (gpointer unused)
{
  for (guint i = 0; i < 500; i++) {
    int counts[6] = {0};

    es_parallel_run (6, count_part, counts);
    for (guint k = 0; k < 6; k++)
      g_assert_cmpint (counts[k], ==, 1);
  }
  return NULL;
}

static void
test_several_callers (void)
{
  GThread *threads[4];

  es_parallel_set_threads (3);
  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("caller", call_often, NULL);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
}

static void
test_slices (void)
{
  for (gsize n = 0; n < 200; n += 7)
    for (gsize grain = 1; grain < 40; grain += 13)
      for (guint parts = 1; parts < 9; parts++) {
        gsize expected = 0;

        for (guint part = 0; part < parts; part++) {
          gsize first, end;

          es_parallel_slice (n, grain, part, parts, &first, &end);
          g_assert_cmpuint (first, ==, expected);
          g_assert_true (end == n || end % grain == 0);
          expected = end;
        }
        g_assert_cmpuint (expected, ==, n);
      }
}

/* The number changes while others compute: nothing is lost, and nobody waits. */
static void
test_change_while_running (void)
{
  GThread *callers[3];

  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    callers[i] = g_thread_new ("caller", call_often, NULL);
  for (guint i = 0; i < 200; i++)
    es_parallel_set_threads (1 + i % 5);
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    g_thread_join (callers[i]);
  es_parallel_set_threads (2);
  g_assert_cmpuint (es_parallel_get_threads (), ==, 2);
  g_assert_null (call_often (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parallel/each-once", test_each_once);
  g_test_add_func ("/parallel/nested", test_nested);
  g_test_add_func ("/parallel/several-callers", test_several_callers);
  g_test_add_func ("/parallel/change-while-running", test_change_while_running);
  g_test_add_func ("/parallel/slices", test_slices);
  return g_test_run ();
}
