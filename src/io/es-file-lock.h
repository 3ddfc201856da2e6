/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * The right to change what a file stands for: one holder at a time among all programs,
 * and within one. It ends with the program, however that ends, so nothing stale is ever
 * left. File systems without locks give the right to everybody.
 */
typedef struct _EsFileLock EsFileLock;

/*
 * Takes the lock on @path, which is made if it is not there, trying for up to @wait_ms
 * milliseconds. ES_IO_ERROR_BUSY if somebody else has it; ES_IO_ERROR_WRITE if there
 * can be no such file.
 */
EsFileLock *es_file_lock_take (const char *path,
                               guint wait_ms,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_file_lock_free (EsFileLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFileLock, es_file_lock_free)

/* Whether anybody has the lock on @path now; disturbs nobody. */
gboolean es_file_lock_is_held (const char *path);

G_END_DECLS
