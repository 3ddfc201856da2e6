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

G_END_DECLS
