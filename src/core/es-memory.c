/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-memory.h"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

guint64
es_memory_parse_available (const char *meminfo)
{
  static const char key[] = "\nMemAvailable:";
  const char *line = strstr (meminfo, key);
  char *end = NULL;
  guint64 kibibytes;

  if (line == NULL)
    return 0;
  kibibytes = g_ascii_strtoull (line + strlen (key), &end, 10);
  return g_str_has_prefix (end, " kB") && kibibytes <= G_MAXUINT64 / 1024
             ? 1024 * kibibytes
             : 0;
}

guint64
es_memory_available (void)
{
  g_autofree char *meminfo = NULL;
  guint64 available = 0;

  if (g_file_get_contents ("/proc/meminfo", &meminfo, NULL, NULL))
    available = es_memory_parse_available (meminfo);
  if (available == 0)
    available = (guint64)sysconf (_SC_PHYS_PAGES) * (guint64)sysconf (_SC_PAGESIZE);
  return available;
}

/* Bytes that stay when freed memory is given back; atomic. */
static int n_kept = 0;

/* In pieces: a block of its own would be mapped and unmapped by itself. */
#define PIECES 16

void
es_memory_keep_ready (gsize bytes)
{
  gsize piece = MIN (bytes, ES_MEMORY_MOST_READY) / PIECES;
  gpointer pieces[PIECES];

  mallopt (M_MMAP_THRESHOLD, (int)(PIECES * piece));
  mallopt (M_TRIM_THRESHOLD, (int)((PIECES + 1) * piece));
  g_atomic_int_set (&n_kept, (int)(PIECES * piece));
  for (gsize i = 0; i < PIECES; i++) {
    pieces[i] = g_try_malloc (piece);
    if (pieces[i] != NULL)
      memset (pieces[i], 0, piece);
    /* Or the compiler sees that nobody reads it. */
    __asm__ volatile("" : : "r"(pieces[i]) : "memory");
  }
  for (gsize i = 0; i < PIECES; i++)
    g_free (pieces[i]);
}

void
es_memory_give_back (void)
{
  malloc_trim ((gsize)g_atomic_int_get (&n_kept));
}
