/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Parses JSON that comes from a file. json-glib reads more than JSON, descends as
 * deep as the text does and keeps the last of two members of one name, so the text is
 * checked first: UTF-8, only JSON's own tokens, at most @max_depth levels, whole
 * numbers below 10^18, no NUL in strings, no name twice in one object.
 *
 * @path and @what ("the header") are for messages. Returns the root (transfer full),
 * an object, or NULL with ES_IO_ERROR_FORMAT or ES_IO_ERROR_TOO_LARGE.
 */
JsonObject *es_json_parse (const char *text,
                           gsize n_bytes,
                           guint max_depth,
                           const char *path,
                           const char *what,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The member @name of @object if it has the type, else @fallback. Owned by @object. */
const char *
es_json_get_string (JsonObject *object, const char *name, const char *fallback);
double es_json_get_double (JsonObject *object, const char *name, double fallback);
gint64 es_json_get_int (JsonObject *object, const char *name, gint64 fallback);
gboolean es_json_get_boolean (JsonObject *object, const char *name, gboolean fallback);
JsonArray *es_json_get_array (JsonObject *object, const char *name);
JsonObject *es_json_get_object (JsonObject *object, const char *name);

/* The text of @builder's root, in one line. */
char *es_json_to_text (JsonBuilder *builder) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
