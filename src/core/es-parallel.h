/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A pool of threads for loops whose parts are independent.
 *
 * Work is given out by number, never by which thread is free, wherever a result
 * could depend on it: the same thread count gives the same bits. Calls may come
 * from several threads at once, and from within a part (it then runs inline).
 */

#define ES_MAX_THREADS 256

/* Sets the number of threads, 1 to ES_MAX_THREADS; 0 means one per processor that
   this process may use. Returns at once, also while parallel work is running; what is
   running may go on with the old number. */
void es_parallel_set_threads (guint n_threads);
guint es_parallel_get_threads (void);

/* How much the workers started from now on stand back for other threads, as nice(2) has
   it: 0 (not at all) to 19. A window stays quick beside a training that way. */
void es_parallel_set_nice (int nice);

/* One part of @n_parts. */
typedef void (*EsPartFunc) (guint part, guint n_parts, gpointer data);

/* Runs @func once for every part from 0 to @n_parts - 1 and returns when all are done.
 */
void es_parallel_run (guint n_parts, EsPartFunc func, gpointer data);

/* Items [*first, *end) of @n_items that belong to @part: contiguous, sizes differ by
   at most one @grain. */
void es_parallel_slice (
    gsize n_items, gsize grain, guint part, guint n_parts, gsize *first, gsize *end);

G_END_DECLS
