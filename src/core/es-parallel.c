/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-parallel.h"

#include <sched.h>

/* A job lives on its caller's stack: the caller takes parts too and leaves only when
   every part is done and no worker looks at the job any more. */
typedef struct
{
  EsPartFunc func;
  gpointer data;
  guint n_parts;
  guint next;    /* the next part to give out; guarded by the pool's lock */
  guint running; /* parts given out and not finished; guarded by the pool's lock */
} Job;

typedef struct
{
  GMutex lock;
  GCond work;   /* a job was queued, or workers are to leave */
  GCond done;   /* a job's last part was finished */
  GQueue queue; /* of Job, those with parts left to give out */
  GPtrArray *threads;
  guint n_threads;
  gboolean leave;
} Pool;

static Pool pool;
static GPrivate inside = G_PRIVATE_INIT (NULL);

/* Takes a part of @job and runs it; called and returns with the lock held. */
static void
run_next_part (Job *job)
{
  guint part = job->next++;

  job->running++;
  if (job->next == job->n_parts)
    g_queue_remove (&pool.queue, job);
  g_mutex_unlock (&pool.lock);
  job->func (part, job->n_parts, job->data);
  g_mutex_lock (&pool.lock);
  job->running--;
  if (job->running == 0 && job->next == job->n_parts)
    g_cond_broadcast (&pool.done);
}

static gpointer
pool_worker (gpointer unused)
{
  g_private_set (&inside, GINT_TO_POINTER (1));
  g_mutex_lock (&pool.lock);
  while (!pool.leave) {
    Job *job = g_queue_peek_head (&pool.queue);

    if (job != NULL)
      run_next_part (job);
    else
      g_cond_wait (&pool.work, &pool.lock);
  }
  g_mutex_unlock (&pool.lock);
  return NULL;
}

static guint
count_processors (void)
{
  cpu_set_t set;
  int n = 0;

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    n = CPU_COUNT (&set);
  return CLAMP (n, 1, ES_MAX_THREADS);
}

static void
stop_workers (void)
{
  g_mutex_lock (&pool.lock);
  pool.leave = TRUE;
  g_cond_broadcast (&pool.work);
  g_mutex_unlock (&pool.lock);
  for (guint i = 0; pool.threads != NULL && i < pool.threads->len; i++)
    g_thread_join (pool.threads->pdata[i]);
  g_clear_pointer (&pool.threads, g_ptr_array_unref);
  pool.leave = FALSE;
}

void
es_parallel_set_threads (guint n_threads)
{
  n_threads = n_threads == 0 ? count_processors () : MIN (n_threads, ES_MAX_THREADS);
  stop_workers ();
  pool.n_threads = n_threads;
  pool.threads = g_ptr_array_new ();
  for (guint i = 1; i < n_threads; i++)
    g_ptr_array_add (pool.threads, g_thread_new ("es-pool", pool_worker, NULL));
}

guint
es_parallel_get_threads (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    if (pool.n_threads == 0)
      es_parallel_set_threads (0);
    g_once_init_leave (&once, 1);
  }
  return pool.n_threads;
}

static void
run_inline (guint n_parts, EsPartFunc func, gpointer data)
{
  for (guint part = 0; part < n_parts; part++)
    func (part, n_parts, data);
}

void
es_parallel_run (guint n_parts, EsPartFunc func, gpointer data)
{
  Job job = {func, data, n_parts, 0, 0};

  if (n_parts <= 1 || es_parallel_get_threads () == 1 || g_private_get (&inside)) {
    run_inline (n_parts, func, data);
    return;
  }

  g_private_set (&inside, GINT_TO_POINTER (1));
  g_mutex_lock (&pool.lock);
  g_queue_push_tail (&pool.queue, &job);
  g_cond_broadcast (&pool.work);
  while (job.next < job.n_parts)
    run_next_part (&job);
  while (job.running > 0)
    g_cond_wait (&pool.done, &pool.lock);
  g_mutex_unlock (&pool.lock);
  g_private_set (&inside, NULL);
}

void
es_parallel_slice (
    gsize n_items, gsize grain, guint part, guint n_parts, gsize *first, gsize *end)
{
  gsize n_grains = (n_items + grain - 1) / grain;

  *first = MIN (n_items, n_grains * part / n_parts * grain);
  *end = MIN (n_items, n_grains * (part + 1) / n_parts * grain);
}
