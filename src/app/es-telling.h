/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * How far work off the main thread is, told on the main thread: the worker leaves the
 * latest number, and a timer reads it often enough for a bar to move evenly.
 */
typedef struct _EsTelling EsTelling;

/* Called on the main thread, 0 to 1. */
typedef void (*EsTellingFunc) (double fraction, gpointer user_data);

/* Starts to tell @func (nullable: nobody), which gets @user_data until
   es_telling_stop(). Work that reports to it stops once @cancellable (nullable) is
   cancelled. */
EsTelling *es_telling_new (EsTellingFunc func,
                           gpointer user_data,
                           GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;

/* Tells no more. */
void es_telling_stop (EsTelling *telling);
void es_telling_free (EsTelling *telling);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTelling, es_telling_free)

/* For the worker; good as long as @telling is. */
EsProgress es_telling_progress (EsTelling *telling);

G_END_DECLS
