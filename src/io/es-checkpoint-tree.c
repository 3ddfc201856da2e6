/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-checkpoint-tree.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 32
#define MAX_VISITS 2000000
#define MAX_NAME 1000
/* Of what stands beside the tensors, the history of a long training need not be kept.
 */
#define MAX_SETTINGS 20000
#define MAX_SETTINGS_DEPTH 8
#define MAX_LIST 64
#define MAX_TEXT 4000

/* A value on the way from the root, and what leads to it: a key, or a position if there
   is none. */
typedef struct
{
  const EsPickleValue *value;
  const EsPickleValue *key;
  guint position;
} Link;

typedef struct
{
  const char *path;
  EsCheckpointFound found;
  gpointer data;
  GError **error;
  guint n_visits;
  Link chain[MAX_DEPTH];
  guint depth;
} Search;

static gboolean search (Search *s, Link link);

static gboolean
fail (Search *s, EsIoError code, const char *problem)
{
  es_io_set_error (s->error, code, s->path, "%s", problem);
  return FALSE;
}

/* The modules' own shelves are no part of a tensor's name in a state dictionary; nor is
   the place of a tensor among the arguments that make a parameter of it. */
static gboolean
is_shelf (const EsPickleValue *key)
{
  return key->kind == ES_PICKLE_NONE || es_pickle_value_is_text (key, "_modules") ||
         es_pickle_value_is_text (key, "_parameters") ||
         es_pickle_value_is_text (key, "_buffers");
}

static gboolean
append_link (Search *s, GString *name, const Link *link)
{
  const EsPickleValue *key = link->key;

  if (key != NULL && is_shelf (key))
    return TRUE;
  if (name->len > 0)
    g_string_append_c (name, '.');
  if (key == NULL)
    g_string_append_printf (name, "%u", link->position);
  else if (key->kind == ES_PICKLE_INT)
    g_string_append_printf (name, "%" G_GINT64_FORMAT, key->integer);
  else if (key->kind != ES_PICKLE_TEXT)
    g_string_append_c (name, '?');
  else if (key->n_text <= MAX_NAME)
    g_string_append_len (name, key->text, (gssize)key->n_text);
  return (name->len <= MAX_NAME &&
          (key == NULL || key->kind != ES_PICKLE_TEXT || key->n_text <= MAX_NAME)) ||
         fail (s, ES_IO_ERROR_TOO_LARGE, "has a tensor's name of over 1000 bytes");
}

static gboolean
report (Search *s, const char *function, const EsPickleValue *args)
{
  g_autoptr (GString) name = g_string_new (NULL);

  /* Nothing leads to the root. */
  for (guint i = 1; i < s->depth; i++)
    if (!append_link (s, name, &s->chain[i]))
      return FALSE;
  return s->found (name->len == 0 ? "tensor" : name->str, function, args, s->data,
                   s->error);
}

static gboolean
search_members (Search *s, const EsPickleValue *members)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i + 1 < es_pickle_value_get_n_items (members); i += 2)
    ok = search (s, (Link){es_pickle_value_get_item (members, i + 1),
                           es_pickle_value_get_item (members, i), 0});
  return ok;
}

static gboolean
search_items (Search *s, const EsPickleValue *value)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < es_pickle_value_get_n_items (value); i++)
    ok = search (s, (Link){es_pickle_value_get_item (value, i), NULL, i});
  return ok;
}

/* A tensor, a parameter around one, or something with neither. */
static gboolean
search_record (Search *s, const EsPickleValue *record)
{
  static const EsPickleValue nothing = {.kind = ES_PICKLE_NONE};
  const EsPickleValue *inner = es_pickle_value_get_item (record->args, 0);
  const EsPickleValue *members;

  if (g_str_has_prefix (record->name, "torch._utils._rebuild_tensor"))
    return report (s, record->name, record->args);
  if (g_str_has_prefix (record->name, "torch._utils._rebuild_parameter"))
    return inner == NULL || search (s, (Link){inner, &nothing, 0});
  if (strcmp (record->name, "torch._tensor._rebuild_from_type_v2") == 0)
    return inner == NULL || inner->name == NULL ||
           report (s, inner->name, es_pickle_value_get_item (record->args, 2));
  members = es_pickle_value_get_members (record);
  return members == NULL || search_members (s, members);
}

static gboolean
search (Search *s, Link link)
{
  gboolean ok = TRUE;

  if (++s->n_visits > MAX_VISITS)
    return fail (s, ES_IO_ERROR_TOO_LARGE,
                 "has values that refer to each other millions of times");
  for (guint i = 0; i < s->depth; i++)
    if (s->chain[i].value == link.value)
      return TRUE;
  if (s->depth == MAX_DEPTH)
    return TRUE;
  s->chain[s->depth++] = link;
  if (link.value->kind == ES_PICKLE_RECORD)
    ok = search_record (s, link.value);
  else if (link.value->kind == ES_PICKLE_DICT)
    ok = search_members (s, link.value);
  else if (link.value->kind == ES_PICKLE_LIST || link.value->kind == ES_PICKLE_TUPLE)
    ok = search_items (s, link.value);
  s->depth--;
  return ok;
}

gboolean
es_checkpoint_tree_find_tensors (const EsPickleValue *root,
                                 const char *path,
                                 EsCheckpointFound found,
                                 gpointer data,
                                 GError **error)
{
  Search s = {.path = path, .found = found, .data = data, .error = error};

  return search (&s, (Link){root, NULL, 0});
}

static JsonNode *plain (const EsPickleValue *value, guint depth, guint *n);

static char *
key_text (const EsPickleValue *key)
{
  if (key->kind == ES_PICKLE_TEXT && key->n_text <= MAX_NAME)
    return g_strndup (key->text, key->n_text);
  if (key->kind == ES_PICKLE_INT)
    return g_strdup_printf ("%" G_GINT64_FORMAT, key->integer);
  return NULL;
}

static JsonObject *
plain_members (const EsPickleValue *members, guint depth, guint *n)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i + 1 < es_pickle_value_get_n_items (members); i += 2) {
    g_autofree char *key = key_text (es_pickle_value_get_item (members, i));
    JsonNode *node;

    /* Members that are no text count, too: the same ones may be met again. */
    if ((*n)++ >= MAX_SETTINGS)
      break;
    node = key == NULL
               ? NULL
               : plain (es_pickle_value_get_item (members, i + 1), depth + 1, n);
    if (node != NULL)
      json_object_set_member (object, key, node);
  }
  return object;
}

/* Nothing is said by an object all of whose members are tensors. */
static JsonNode *
plain_object (const EsPickleValue *value, guint depth, guint *n)
{
  const EsPickleValue *members = es_pickle_value_get_members (value);
  g_autoptr (JsonObject) object =
      members == NULL ? NULL : plain_members (members, depth, n);

  return object == NULL || json_object_get_size (object) == 0
             ? NULL
             : json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
plain_list (const EsPickleValue *value, guint depth, guint *n)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < es_pickle_value_get_n_items (value); i++) {
    JsonNode *node = plain (es_pickle_value_get_item (value, i), depth + 1, n);

    if (node == NULL)
      return NULL;
    json_array_add_element (array, node);
  }
  return json_node_init_array (json_node_alloc (), array);
}

/* @value as JSON, or NULL if it is nothing plain. */
static JsonNode *
plain (const EsPickleValue *value, guint depth, guint *n)
{
  g_autofree char *text = NULL;

  if (depth > MAX_SETTINGS_DEPTH || (*n)++ >= MAX_SETTINGS)
    return NULL;
  switch (value->kind) {
  case ES_PICKLE_NONE:
    return json_node_init_null (json_node_alloc ());
  case ES_PICKLE_BOOLEAN:
    return json_node_init_boolean (json_node_alloc (), value->integer != 0);
  case ES_PICKLE_INT:
    return json_node_init_int (json_node_alloc (), value->integer);
  case ES_PICKLE_DOUBLE:
    return !isfinite (value->number)
               ? NULL
               : json_node_init_double (json_node_alloc (), value->number);
  case ES_PICKLE_TEXT:
    if (value->n_text > MAX_TEXT)
      return NULL;
    text = g_strndup (value->text, value->n_text);
    return json_node_init_string (json_node_alloc (), text);
  case ES_PICKLE_GLOBAL:
    return json_node_init_string (json_node_alloc (), value->name);
  case ES_PICKLE_LIST:
  case ES_PICKLE_TUPLE:
  case ES_PICKLE_SET:
    return es_pickle_value_get_n_items (value) > MAX_LIST
               ? NULL
               : plain_list (value, depth, n);
  case ES_PICKLE_DICT:
  case ES_PICKLE_RECORD:
    return plain_object (value, depth, n);
  case ES_PICKLE_BYTES:
  case ES_PICKLE_PERSISTENT:
    return NULL;
  }
  g_assert_not_reached ();
}

JsonObject *
es_checkpoint_tree_get_settings (const EsPickleValue *root)
{
  const EsPickleValue *members = es_pickle_value_get_members (root);
  guint n = 0;

  return members == NULL ? json_object_new () : plain_members (members, 0, &n);
}
