/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Python's pickles, read without Python: a stream of opcodes becomes a tree of plain
 * values, and nothing is ever executed. Classes are names; an instance is a record of
 * its class's name, arguments and attributes. A call of a function is read only if it
 * is one of the few that store tensors and containers, and becomes such a record as
 * well.
 */
typedef enum {
  ES_PICKLE_NONE,
  ES_PICKLE_BOOLEAN,
  ES_PICKLE_INT,
  ES_PICKLE_DOUBLE,
  ES_PICKLE_TEXT, /* UTF-8 */
  ES_PICKLE_BYTES,
  ES_PICKLE_LIST,
  ES_PICKLE_TUPLE,
  ES_PICKLE_SET,
  ES_PICKLE_DICT, /* key, value, key, value; ordered dictionaries, too */
  ES_PICKLE_GLOBAL,
  ES_PICKLE_RECORD,
  ES_PICKLE_PERSISTENT, /* a reference to something outside, by its arguments */
} EsPickleKind;

typedef struct _EsPickleValue EsPickleValue;

struct _EsPickleValue
{
  EsPickleKind kind;
  gint64 integer; /* of an int or a boolean */
  double number;
  const char *text; /* of a text or bytes (n_text), not terminated */
  gsize n_text;
  const char *name;          /* "module.name" of a global or a record's class */
  GPtrArray *items;          /* of containers (nullable: none) */
  const EsPickleValue *args; /* of a record or persistent reference (nullable) */
  EsPickleValue *state;      /* attributes (nullable) */
};

typedef struct _EsPickle EsPickle;

/*
 * Reads @bytes; @path is for messages. Values refer to each other in any way that the
 * stream says, in circles too: whoever descends has to count. ES_IO_ERROR_FORMAT,
 * _TRUNCATED, _TOO_LARGE (over two million values), _UNSUPPORTED, by name, for opcodes
 * and calls that are not read.
 */
EsPickle *es_pickle_parse (GBytes *bytes,
                           const char *path,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_pickle_free (EsPickle *pickle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsPickle, es_pickle_free)

/* The value that the stream ends with, owned by @pickle as all of them. */
const EsPickleValue *es_pickle_get_root (const EsPickle *pickle);

/* The number of items of a container, 0 for anything else. */
guint es_pickle_value_get_n_items (const EsPickleValue *value);
const EsPickleValue *es_pickle_value_get_item (const EsPickleValue *value, guint i);

/* Whether @value (nullable) is this text, or a global or record of this name. */
gboolean es_pickle_value_is_text (const EsPickleValue *value, const char *text);
gboolean es_pickle_value_is_named (const EsPickleValue *value, const char *name);

/* What a dictionary holds or a record has as attributes: the dictionary of key, value
   pairs, or NULL for other values. */
const EsPickleValue *es_pickle_value_get_members (const EsPickleValue *value);

G_END_DECLS
