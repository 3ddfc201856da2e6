/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-memory.h"

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
