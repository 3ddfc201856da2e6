/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-json.h"

#include <math.h>
#include <string.h>

/* A value takes some 100 bytes once parsed, and may take two in the text. */
#define MAX_VALUES 4000000
#define MAX_DIGITS 18

/* Where the check of a text stands. */
typedef struct
{
  const char *next;
  const char *end;
  guint depth;
  guint max_depth;
  gboolean has_ended; /* the outermost bracket is closed */
  gsize n_values;
  char problem[96];
} Scan;

static gboolean
refuse (Scan *scan, const char *problem)
{
  g_strlcpy (scan->problem, problem, sizeof scan->problem);
  return FALSE;
}

/* From behind the opening quotation mark to behind the closing one. */
static gboolean
scan_string (Scan *scan)
{
  while (scan->next < scan->end) {
    char c = *scan->next++;

    if (c == '"')
      return TRUE;
    if ((guchar)c < 0x20)
      return refuse (scan, "a control character in a string");
    if (c != '\\')
      continue;
    if (scan->next == scan->end)
      break;
    if (scan->end - scan->next >= 5 && strncmp (scan->next, "u0000", 5) == 0)
      return refuse (scan, "a NUL in a string");
    scan->next++;
  }
  return refuse (scan, "a string that does not end");
}

/* json-glib takes a leading zero for octal and lets large numbers wrap around. */
static gboolean
scan_number (Scan *scan)
{
  const char *first = scan->next;
  gboolean is_whole = TRUE;
  gsize n;

  while (scan->next < scan->end && strchr ("+-.0123456789eE", *scan->next) != NULL) {
    is_whole = is_whole && strchr (".eE", *scan->next) == NULL;
    scan->next++;
  }
  n = (gsize)(scan->next - first);
  if (*first == '-') {
    first++;
    n--;
  }
  if (n == 0 || !g_ascii_isdigit (*first))
    return refuse (scan, "a number without digits");
  if (n > 1 && first[0] == '0' && g_ascii_isdigit (first[1]))
    return refuse (scan, "a number with a leading zero");
  if (is_whole && n > MAX_DIGITS)
    return refuse (scan, "a number beyond 10^18");
  if (n > 100)
    return refuse (scan, "a number of over 100 digits");
  return TRUE;
}

static gboolean
scan_word (Scan *scan)
{
  static const char *const words[] = {"true", "false", "null"};
  gsize n_left = (gsize)(scan->end - scan->next);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize n = strlen (words[i]);

    if (n_left >= n && memcmp (scan->next, words[i], n) == 0) {
      scan->next += n;
      return TRUE;
    }
  }
  g_snprintf (scan->problem, sizeof scan->problem,
              g_ascii_isprint (*scan->next) ? "an unexpected “%c”"
                                            : "an unexpected byte 0x%02x",
              (guchar)*scan->next);
  return FALSE;
}

static gboolean
scan_bracket (Scan *scan)
{
  char c = *scan->next++;

  if (c == '{' || c == '[') {
    if (++scan->depth <= scan->max_depth)
      return TRUE;
    g_snprintf (scan->problem, sizeof scan->problem, "more than %u levels",
                scan->max_depth);
    return FALSE;
  }
  if (scan->depth > 0) {
    scan->has_ended = --scan->depth == 0;
    return TRUE;
  }
  return refuse (scan, "a closing bracket without an opening one");
}

static gboolean
scan_text (Scan *scan)
{
  while (scan->next < scan->end) {
    char c = *scan->next;
    gboolean ok = TRUE;

    if (strchr ("{[,", c) != NULL && ++scan->n_values > MAX_VALUES)
      return refuse (scan, "millions of values");
    if (scan->has_ended && !g_ascii_isspace (c))
      return refuse (scan, "something after the end");
    if (strchr (" \t\n\r,:", c) != NULL) {
      scan->next++;
    } else if (c == '"') {
      scan->next++;
      ok = scan_string (scan);
    } else if (strchr ("{}[]", c) != NULL) {
      ok = scan_bracket (scan);
    } else if (c == '-' || g_ascii_isdigit (c)) {
      ok = scan_number (scan);
    } else {
      ok = scan_word (scan);
    }
    if (!ok)
      return FALSE;
  }
  return scan->depth == 0 || refuse (scan, "a bracket that is not closed");
}

/* What the parser's signals gather to find a name that stands twice in one object. */
typedef struct
{
  GHashTable *counts; /* object to the number of members parsed into it */
  char *duplicate;
} Members;

static void
object_member_cb (JsonParser *parser, JsonObject *object, const char *name, Members *m)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (m->counts, object)) + 1;

  /* The second member replaced the first, so the object did not grow. */
  if (json_object_get_size (object) < count && m->duplicate == NULL)
    m->duplicate = g_strdup (name);
  g_hash_table_insert (m->counts, object, GUINT_TO_POINTER (count));
}

static void
object_end_cb (JsonParser *parser, JsonObject *object, Members *m)
{
  /* The address may be used again by a later object. */
  g_hash_table_remove (m->counts, object);
}

static JsonObject *
parse_checked (
    const char *text, gsize n_bytes, const char *path, const char *what, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GError) cause = NULL;
  Members members = {counts, NULL};
  g_autofree char *duplicate = NULL;
  JsonNode *root;
  gboolean parsed;

  g_signal_connect (parser, "object-member", G_CALLBACK (object_member_cb), &members);
  g_signal_connect (parser, "object-end", G_CALLBACK (object_end_cb), &members);
  parsed = json_parser_load_from_data (parser, text, (gssize)n_bytes, &cause);
  duplicate = members.duplicate;
  root = parsed ? json_parser_get_root (parser) : NULL;
  if (!parsed)
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "%s is not valid JSON: %s", what,
                     cause->message);
  else if (duplicate != NULL)
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "%s has “%.100s” twice", what,
                     duplicate);
  else if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    es_io_set_error (error, ES_IO_ERROR_FORMAT, path, "%s is not a JSON object", what);
  else
    return json_node_dup_object (root);
  return NULL;
}

/* The first byte that is no space; NUL if there is none. */
static char
first_letter (const Scan *scan)
{
  const char *next = scan->next;

  while (next < scan->end && strchr (" \t\n\r", *next) != NULL && *next != '\0')
    next++;
  return next < scan->end ? *next : '\0';
}

JsonObject *
es_json_parse (const char *text,
               gsize n_bytes,
               guint max_depth,
               const char *path,
               const char *what,
               GError **error)
{
  Scan scan = {.max_depth = max_depth};
  EsIoError code = ES_IO_ERROR_FORMAT;

  /* As the bytes of an empty file are. */
  if (text == NULL)
    text = "";
  scan.next = text;
  scan.end = text + n_bytes;

  /* Anything before an object is refused here: json-glib loses what it has parsed of
     the object behind it. */
  if (first_letter (&scan) != '{') {
    es_io_set_error (error, code, path, "%s is not a JSON object", what);
    return NULL;
  }
  /* Also refuses NUL bytes. */
  if (!g_utf8_validate_len (text, n_bytes, NULL)) {
    es_io_set_error (error, code, path, "%s is not valid UTF-8", what);
    return NULL;
  }
  if (!scan_text (&scan)) {
    if (scan.n_values > MAX_VALUES)
      code = ES_IO_ERROR_TOO_LARGE;
    es_io_set_error (error, code, path, "%s is not valid: byte %" G_GSIZE_FORMAT ": %s",
                     what, (gsize)(scan.next - text), scan.problem);
    return NULL;
  }
  return parse_checked (text, n_bytes, path, what, error);
}

static JsonNode *
get_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const char *
es_json_get_string (JsonObject *object, const char *name, const char *fallback)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : fallback;
}

double
es_json_get_double (JsonObject *object, const char *name, double fallback)
{
  JsonNode *node = get_value (object, name);

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    return json_node_get_double (node);
  if (node != NULL && json_node_get_value_type (node) == G_TYPE_INT64)
    return (double)json_node_get_int (node);
  return fallback;
}

gint64
es_json_get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : fallback;
}

gboolean
es_json_get_boolean (JsonObject *object, const char *name, gboolean fallback)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
             ? json_node_get_boolean (node)
             : fallback;
}

gboolean
es_json_get_uint64 (JsonObject *object, const char *name, guint64 *value)
{
  const char *text = es_json_get_string (object, name, NULL);

  if (text == NULL)
    return !json_object_has_member (object, name);
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, value, NULL);
}

JsonArray *
es_json_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                      : NULL;
}

JsonObject *
es_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                       : NULL;
}

void
es_json_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
es_json_add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
es_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
es_json_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  text = g_utf8_make_valid (value, -1);
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

void
es_json_add_uint64 (JsonBuilder *builder, const char *name, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  es_json_add_string (builder, name, text);
}

/* Appends the number that begins at @text, without what json-glib adds to an exponent;
   returns where it ends. */
static const char *
append_number (GString *out, const char *text)
{
  gboolean has_exponent = FALSE;

  for (; *text != '\0' && strchr ("+-0123456789.e", *text) != NULL; text++) {
    has_exponent |= *text == 'e';
    if (has_exponent && *text == '.')
      return text + strspn (text, ".0");
    g_string_append_c (out, *text);
  }
  return text;
}

/* What json-glib 1.6 writes wrongly, put right: 10^18 as "1e+18.0", and the character
   0x1f as it is. */
static char *
mend (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean in_string = FALSE;

  while (*text != '\0') {
    if (!in_string && (*text == '-' || g_ascii_isdigit (*text))) {
      text = append_number (out, text);
      continue;
    }
    if (*text == '"')
      in_string = !in_string;
    if (in_string && *text == '\\')
      g_string_append_c (out, *text++);
    if (in_string && (guchar)*text < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint)*text);
    else
      g_string_append_c (out, *text);
    text++;
  }
  return g_string_free (out, FALSE);
}

char *
es_json_node_to_text (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  return mend (text);
}

char *
es_json_to_text (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return es_json_node_to_text (root);
}
