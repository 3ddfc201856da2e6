/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Work off the main thread that the program waits for before it ends: a file that is
 * being written gets whole, and no thread computes any more while the libraries that it
 * computes with are being taken down.
 */

/* How much all threads but the main one stand back for it, see es_parallel_set_nice().
   Training with two threads on two processors would otherwise make frames late. */
#define ES_WORK_NICE 5

/* For the start of every thread of this layer that computes. */
void es_work_stand_back (void);

/* g_task_run_in_thread(), counted. All of this layer goes through it. */
void es_work_start (GTask *task, GTaskThreadFunc func);

/* Waits until all that was started is done; tasks that can be cancelled should be. To
   be called on the main thread when it has stopped starting any. */
void es_work_wait (void);

/* Cancels what @cancellable (whose content is nullable) belongs to, and forgets it. */
void es_work_drop (GCancellable **cancellable);

/* The same with another in its place, which is returned: a new request makes the one
   under way worthless. */
GCancellable *es_work_renew (GCancellable **cancellable);

/* For work that goes on until @cancellable (nullable) is cancelled, and tells nobody
   how far it is. @cancellable must outlive it. */
EsProgress es_work_progress (GCancellable *cancellable);

G_END_DECLS
