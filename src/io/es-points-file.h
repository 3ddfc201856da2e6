/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"
#include "es-playground.h"

G_BEGIN_DECLS

/*
 * Points of a plane from a table in text: two numbers and what the point's class is
 * called on each line, a line of headings or none. Between them are commas, semicolons,
 * tabs or blanks, the same ones throughout; where it is not commas, numbers may have a
 * decimal comma. Classes are numbered in the order in
 * which they come. Points that do not lie in the square from -1 to 1 are moved and
 * scaled into it, all together.
 *
 * Returns an array of EsPoint (g_array_unref()), at least one of each of two classes.
 * ES_IO_ERROR_FORMAT naming the line, ES_IO_ERROR_TOO_LARGE for more points or classes
 * than a playground has; errors of reading files.
 */
GArray *es_points_load (const char *path,
                        guint *n_classes,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
