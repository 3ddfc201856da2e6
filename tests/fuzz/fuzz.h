/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Each fuzz target feeds one parser and then uses whatever it gave. It is linked either
 * with libFuzzer (-Dfuzz=true, clang) or with replay.c, an ordinary test.
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes);

/* For readers that open files themselves: the bytes as one that is in memory only, to
   be closed, and its path. */
static inline int
fuzz_file_new (const guint8 *data, gsize n_bytes, char **path)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  g_assert (fd >= 0 && write (fd, data, n_bytes) == (gssize)n_bytes);
  *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  return fd;
}
