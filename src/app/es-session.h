/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

G_BEGIN_DECLS

/*
 * The runs of the window in the person's library, from one start of the program to the
 * next: each training keeps itself there as it goes. Does nothing if the person does
 * not want that (setting "autosave").
 */

/* Called with the runs (of EsRunItem) whose trainings ended with their program, which
   was killed; at least one. */
typedef void (*EsSessionInterrupted) (const GPtrArray *runs, gpointer owner);

/* Lists the runs of the library, off the main thread, and removes those that have long
   been in its trash. @owner is kept alive until @interrupted has been called, if that
   is the case. */
void es_session_restore (EsWorkspace *workspace,
                         EsSessionInterrupted interrupted,
                         GObject *owner);

/* Brings the list up to date with what other programs have done to the library. */
void es_session_refresh (EsWorkspace *workspace);

/* Has trainings of @run, which the window has made, kept in the library. */
void es_session_adopt (EsRunItem *run);

/* Tries now to keep @run, which is at rest and could not be kept, off the main thread.
   Otherwise that is tried every half a minute. */
void es_session_keep (EsRunItem *run);

/* Puts @run, which is at rest, into the library if it is not in there because it was
   opened from a file or trained beside the list: something was done with it that is not
   to be lost. */
void es_session_keep_opened (EsRunItem *run);

/* For the session itself: has @run tried again while it cannot be kept; and what
   follows when it has been, as @id. */
void es_session_retry (EsRunItem *run);
void es_session_kept (EsRunItem *run, const char *id);

/* Brings the weights and the film of @run if they are away, off the main thread. */
void es_session_bring (EsRunItem *run);

/* Moves @run to the trash of the library, or back; it is off the list, or on it again.
   While it is still being trained that happens at the end of the training. */
void es_session_delete (EsRunItem *run);
void es_session_undelete (EsRunItem *run);

/* Ends the trainings of deleted runs, so that they move. */
void es_session_finish_deleting (void);

/* Changes what the person says of @run, here and, off the main thread, in the library.
   What is not in there yet is told it when it is. */
void es_session_edit (EsRunItem *run, const EsRunEdit *edit);

G_END_DECLS
