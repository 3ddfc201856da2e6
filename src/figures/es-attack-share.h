/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-record.h"

G_BEGIN_DECLS

/*
 * A file of attacks that several windows and programs change at the same time: what one
 * adds or removes stays so whatever the others do. All arrays are of EsAttackRecord.
 */

/*
 * What comes of @own, which was @base once, and of @theirs, which others have made of
 * the same @base: without what either side has removed, with what either has added. The
 * order is that of @own; additions of others stand behind what both began with.
 */
GPtrArray *es_attack_records_merge (const GPtrArray *base,
                                    const GPtrArray *own,
                                    const GPtrArray *theirs) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Brings @own and the file @path together, as above, under the lock @lock_path (see
 * es_file_lock_take()); without changes of one's own it is only read. No file is an
 * empty one, and the other way round. Returns what is in the file then: @own's records
 * where they are the same. Nothing is written over a file that cannot be read; errors
 * are those of reading, writing and locking, and ES_IO_ERROR_TOO_LARGE for more than
 * ES_ATTACK_RECORD_MAX.
 */
GPtrArray *es_attack_records_share (const char *path,
                                    const char *lock_path,
                                    const GPtrArray *base,
                                    const GPtrArray *own,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
