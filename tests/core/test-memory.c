/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-memory.h"

#include <sys/resource.h>
#include <unistd.h>

static void
test_parse (void)
{
  g_assert_cmpuint (es_memory_parse_available (
                        "MemTotal:  16000000 kB\nMemFree:  900 kB\nMemAvailable:    "
                        "8123456 kB\nBuffers:  7 kB\n"),
                    ==, 8123456ull * 1024);
  g_assert_cmpuint (es_memory_parse_available ("MemTotal: 16 kB\nMemFree: 9 kB\n"), ==,
                    0);
  g_assert_cmpuint (es_memory_parse_available ("\nMemAvailable: much\n"), ==, 0);
  g_assert_cmpuint (es_memory_parse_available ("\nMemAvailable:"), ==, 0);
  g_assert_cmpuint (
      es_memory_parse_available ("\nMemAvailable: 99999999999999999999999 kB\n"), ==,
      0);
  g_assert_cmpuint (es_memory_parse_available (""), ==, 0);
}

/* Never more than there is. */
static void
test_available (void)
{
  guint64 all = (guint64)sysconf (_SC_PHYS_PAGES) * (guint64)sysconf (_SC_PAGESIZE);

  g_assert_cmpuint (es_memory_available (), >, 0);
  g_assert_cmpuint (es_memory_available (), <=, all);
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define READY ((gsize)8 << 20)

/* Pages that the system had to hand out for blocks of @bytes together, read and written
   as surfaces are. */
static glong
count_new_pages (gsize bytes)
{
  struct rusage before, after;
  gsize n = bytes / 2;
  guint8 *blocks[2];

  getrusage (RUSAGE_SELF, &before);
  for (guint b = 0; b < 2; b++) {
    blocks[b] = g_malloc0 (n);
    for (gsize i = 0; i < n; i += 4096)
      blocks[b][i]++;
  }
  getrusage (RUSAGE_SELF, &after);
  for (guint b = 0; b < 2; b++)
    g_free (blocks[b]);
  return after.ru_minflt - before.ru_minflt;
}

/* What was made ready stays, also when all else is given back. */
static void
test_ready (void)
{
  gpointer other;

  es_memory_keep_ready (READY);
  g_assert_cmpint (count_new_pages (READY - READY / 8), <, 64);
  g_assert_cmpint (count_new_pages (READY - READY / 8), <, 64);
  other = g_malloc0 (4 * READY);
  g_free (other);
  es_memory_give_back ();
  g_assert_cmpint (count_new_pages (READY - READY / 8), <, 64);
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/parse", test_parse);
  g_test_add_func ("/memory/available", test_available);
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
  g_test_add_func ("/memory/ready", test_ready);
#endif
  return g_test_run ();
}
