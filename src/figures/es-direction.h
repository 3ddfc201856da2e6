/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-error.h"

G_BEGIN_DECLS

/*
 * Reads an output direction as people write it: classes with optional factors, joined
 * by
 * + and -, e.g. "3", "3 - 8", "2*coat - 0.5*shirt - 0.5*dress". Classes go by name or
 * number; "rest" is the mean of all classes that are not named.
 *
 * @u (C) gets the factors. @class_names (C, NULL-terminated; nullable).
 * ES_ERROR_SETTING says what could not be read and which classes there are, also if all
 * factors are 0.
 */
gboolean es_direction_parse (float *u,
                             const char *text,
                             char **class_names,
                             gsize C,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
