/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-work.h"

#include <sys/resource.h>

#define FUNC_KEY "es-work"

static GMutex lock;
static GCond done;
static guint n_started; /* and not done; guarded by lock */

void
es_work_stand_back (void)
{
  setpriority (PRIO_PROCESS, 0, ES_WORK_NICE);
}

static void
run_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func = (GTaskThreadFunc)g_object_get_data (G_OBJECT (task), FUNC_KEY);

  es_work_stand_back ();
  func (task, source, data, cancellable);
  g_mutex_lock (&lock);
  n_started--;
  g_cond_broadcast (&done);
  g_mutex_unlock (&lock);
}

void
es_work_start (GTask *task, GTaskThreadFunc func)
{
  g_return_if_fail (G_IS_TASK (task));
  g_object_set_data (G_OBJECT (task), FUNC_KEY, (gpointer)func);
  g_mutex_lock (&lock);
  n_started++;
  g_mutex_unlock (&lock);
  g_task_run_in_thread (task, run_worker);
}

void
es_work_wait (void)
{
  g_mutex_lock (&lock);
  while (n_started > 0)
    g_cond_wait (&done, &lock);
  g_mutex_unlock (&lock);
}

void
es_work_drop (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

GCancellable *
es_work_renew (GCancellable **cancellable)
{
  es_work_drop (cancellable);
  *cancellable = g_cancellable_new ();
  return *cancellable;
}

static gboolean
going (double fraction, const char *message, gpointer cancellable)
{
  return !g_cancellable_is_cancelled (cancellable);
}

EsProgress
es_work_progress (GCancellable *cancellable)
{
  return (EsProgress){going, cancellable};
}
