/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Bytes of memory that the system can give now without taking any from other programs
 * or to the disk: its own estimate, or all that the machine has where it gives none.
 * The system promises more than that, and kills whoever takes it at its word.
 */
guint64 es_memory_available (void);

/* The estimate in @meminfo, the text of /proc/meminfo, in bytes; 0 if it gives none. */
guint64 es_memory_parse_available (const char *meminfo);

#define ES_MEMORY_MOST_READY ((gsize)64 << 20)

/*
 * Takes @bytes (at most ES_MEMORY_MOST_READY are taken) and frees them, for blocks as
 * large together that come and go, such as what a window is painted on; the C library
 * keeps them. Memory that is new to a process comes page by page, and each page makes
 * every processor that runs one of its threads pause: painting on 10 MB of it took 30
 * ms while a network was trained. From the main thread.
 */
void es_memory_keep_ready (gsize bytes);

/* Gives what was freed back to the system, but for what is kept ready: the C library
   keeps what lies between what is still used. Takes some milliseconds; from any thread.
 */
void es_memory_give_back (void);

G_END_DECLS
