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
/* A whole number of up to 64 bits, as text. Leaves @value if there is none; FALSE if
   there is something else. */
gboolean es_json_get_uint64 (JsonObject *object, const char *name, guint64 *value);
JsonArray *es_json_get_array (JsonObject *object, const char *name);
JsonObject *es_json_get_object (JsonObject *object, const char *name);

/*
 * Adds member @name to the object that is being built. JSON has no infinity and no NaN:
 * null stands for them. Whole numbers that need 64 bits are written as text, because
 * many readers keep numbers as doubles. A NULL string is left out; others are made
 * valid UTF-8, which file names need not be.
 */
void es_json_add_int (JsonBuilder *builder, const char *name, gint64 value);
void es_json_add_uint64 (JsonBuilder *builder, const char *name, guint64 value);
void es_json_add_double (JsonBuilder *builder, const char *name, double value);
void es_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
void es_json_add_string (JsonBuilder *builder, const char *name, const char *value);

/* The text of @node, or of @builder's root, in one line (g_free()). */
char *es_json_node_to_text (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
char *es_json_to_text (JsonBuilder *builder) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
