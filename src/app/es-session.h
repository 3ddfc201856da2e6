/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

G_BEGIN_DECLS

/*
 * Keeps trained runs that nobody has saved: in the state folder of the person, from one
 * start of the program to the next, and every half minute while they are trained. Does
 * nothing if the person does not want that (setting "autosave").
 */

/* Seconds between two savings of a run that is being trained. */
#define ES_SESSION_SECONDS 30

/* Brings back the runs of the last session, off the main thread. */
void es_session_restore (EsWorkspace *workspace);

/* Saves @run off the main thread, unless that was done a short while ago. */
void es_session_keep (EsRunItem *run);

/* Saves all runs and forgets those that are not there any more; returns when that is
   done. No training may be active. */
void es_session_close (EsWorkspace *workspace);

G_END_DECLS
