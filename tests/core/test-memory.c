/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-memory.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/parse", test_parse);
  g_test_add_func ("/memory/available", test_available);
  return g_test_run ();
}
