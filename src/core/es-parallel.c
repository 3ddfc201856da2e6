/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-parallel.h"

#include <sched.h>
#include <sys/resource.h>

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
  GCond work;      /* a job was queued, or workers are to leave */
  GCond done;      /* a job's last part was finished */
  GQueue queue;    /* of Job, those with parts left to give out */
  guint n_threads; /* wanted, callers included; written under the lock */
  guint n_workers; /* running; guarded by the lock */
  int nice;        /* of workers to come; atomic */
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
  /* Linux lets every thread have its own. */
  setpriority (PRIO_PROCESS, 0, g_atomic_int_get (&pool.nice));
  g_private_set (&inside, GINT_TO_POINTER (1));
  g_mutex_lock (&pool.lock);
  while (pool.n_workers < pool.n_threads) {
    Job *job = g_queue_peek_head (&pool.queue);

    if (job != NULL)
      run_next_part (job);
    else
      g_cond_wait (&pool.work, &pool.lock);
  }
  pool.n_workers--;
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

/* Workers beyond the number leave by themselves when they are next idle: a job's caller
   takes what parts are left, so none has to be waited for. */
void
es_parallel_set_threads (guint n_threads)
{
  n_threads = n_threads == 0 ? count_processors () : MIN (n_threads, ES_MAX_THREADS);
  g_mutex_lock (&pool.lock);
  g_atomic_int_set (&pool.n_threads, n_threads);
  for (; pool.n_workers + 1 < n_threads; pool.n_workers++)
    g_thread_unref (g_thread_new ("es-pool", pool_worker, NULL));
  g_cond_broadcast (&pool.work);
  g_mutex_unlock (&pool.lock);
}

void
es_parallel_set_nice (int nice)
{
  g_atomic_int_set (&pool.nice, nice);
}

guint
es_parallel_get_threads (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    if (g_atomic_int_get (&pool.n_threads) == 0)
      es_parallel_set_threads (0);
    g_once_init_leave (&once, 1);
  }
  return (guint)g_atomic_int_get (&pool.n_threads);
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
