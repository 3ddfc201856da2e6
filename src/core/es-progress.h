/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-error.h"

G_BEGIN_DECLS

/*
 * How long work reports and is cancelled, without threads of its own.
 *
 * func is called on the thread that computes, with the share done (0 to 1, or
 * negative while it is not known) and a short text for people (nullable). It
 * returns FALSE to stop; the work then ends with ES_ERROR_CANCELLED.
 */
typedef gboolean (*EsProgressFunc) (double fraction,
                                    const char *message,
                                    gpointer data);

typedef struct
{
  EsProgressFunc func;
  gpointer data;
} EsProgress;

/* Reports to @progress (nullable). Returns FALSE with ES_ERROR_CANCELLED if the
   work is to stop. */
static inline gboolean
es_progress_report (const EsProgress *progress,
                    double fraction,
                    const char *message,
                    GError **error)
{
  if (progress == NULL || progress->func == NULL ||
      progress->func (fraction, message, progress->data))
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

G_END_DECLS
