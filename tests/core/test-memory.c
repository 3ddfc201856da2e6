/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-memory.h"

#include <malloc.h>
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

/* Mappings of their own, also after larger ones were freed. */
static void
test_return_large (void)
{
#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the sanitizer has its own malloc()");
#else
  void *volatile array; /* or the compiler sees that nobody uses it */
  gsize before;

  es_memory_return_large ();
  array = malloc (16 << 20);
  free (array);
  before = mallinfo2 ().hblkhd;
  array = malloc (1 << 20);
  g_assert_nonnull (array);
  g_assert_cmpuint (mallinfo2 ().hblkhd, >=, before + (1 << 20));
  free (array);
  g_assert_cmpuint (mallinfo2 ().hblkhd, ==, before);
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/parse", test_parse);
  g_test_add_func ("/memory/available", test_available);
  g_test_add_func ("/memory/return-large", test_return_large);
  return g_test_run ();
}
