/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-pickle.h"

#include "es-pickle-calls.h"

#include <string.h>

/* A value takes some 100 bytes, and may take one in the stream. */
#define MAX_VALUES 2000000
#define BLOCK 256
#define MAX_PROTOCOL 5
#define MAX_NAME 1000

struct _EsPickle
{
  GBytes *bytes;
  GPtrArray *blocks; /* of EsPickleValue[BLOCK], which never move */
  guint n_values;
  GStringChunk *names;
  EsPickleValue *root;
};

/* The machine that reads a stream. */
typedef struct
{
  EsPickle *pickle;
  const char *path;
  const guint8 *start;
  const guint8 *next;
  const guint8 *end;
  GPtrArray *stack;
  GArray *marks;    /* of guint, heights of the stack */
  GHashTable *memo; /* number to value */
  guint n_copied;   /* values put into a second container */
  guint8 opcode;
  GError **error;
} Machine;

static void
block_free (gpointer data)
{
  EsPickleValue *block = data;

  for (guint i = 0; i < BLOCK; i++)
    if (block[i].items != NULL)
      g_ptr_array_unref (block[i].items);
  g_free (block);
}

void
es_pickle_free (EsPickle *pickle)
{
  if (pickle == NULL)
    return;
  g_bytes_unref (pickle->bytes);
  g_ptr_array_unref (pickle->blocks);
  g_string_chunk_free (pickle->names);
  g_free (pickle);
}

static gboolean G_GNUC_PRINTF (3, 4)
    refuse (Machine *m, EsIoError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  es_io_set_error (m->error, code, m->path,
                   "byte %" G_GSIZE_FORMAT " of its pickle: %s",
                   (gsize)(m->next - m->start), message);
  return FALSE;
}

/* A name may hold anything; a message must not. */
static gboolean
refuse_name (Machine *m, const char *what, const char *name)
{
  g_autofree char *shown = g_strescape (name, NULL);

  return refuse (m, ES_IO_ERROR_UNSUPPORTED,
                 "%s “%.100s” is not executed; only what stores tensors is read", what,
                 shown);
}

/* @n bytes of the stream, or NULL. */
static const guint8 *
take (Machine *m, guint64 n)
{
  const guint8 *taken = m->next;

  if (n > (guint64)(m->end - m->next)) {
    refuse (m, ES_IO_ERROR_TRUNCATED, "it ends within opcode 0x%02x", m->opcode);
    return NULL;
  }
  m->next += n;
  return taken;
}

/* A little-endian number of @n bytes. */
static gboolean
take_number (Machine *m, guint n, guint64 *number)
{
  const guint8 *bytes = take (m, n);

  *number = 0;
  for (guint i = 0; bytes != NULL && i < n; i++)
    *number |= (guint64)bytes[i] << (8 * i);
  return bytes != NULL;
}

static EsPickleValue *
new_value (Machine *m, EsPickleKind kind)
{
  EsPickle *pickle = m->pickle;
  EsPickleValue *value;

  if (pickle->n_values == MAX_VALUES) {
    refuse (m, ES_IO_ERROR_TOO_LARGE, "over %d values", MAX_VALUES);
    return NULL;
  }
  if (pickle->n_values % BLOCK == 0)
    g_ptr_array_add (pickle->blocks, g_new0 (EsPickleValue, BLOCK));
  value = pickle->blocks->pdata[pickle->n_values / BLOCK];
  value += pickle->n_values++ % BLOCK;
  value->kind = kind;
  return value;
}

/* Pushes a new value and returns it, or NULL. */
static EsPickleValue *
push (Machine *m, EsPickleKind kind)
{
  EsPickleValue *value = new_value (m, kind);

  if (value != NULL)
    g_ptr_array_add (m->stack, value);
  return value;
}

/* Adds what is on the stack already, which costs the stream a byte each time. */
static gboolean
push_again (Machine *m, EsPickleValue *value)
{
  if (m->stack->len == MAX_VALUES)
    return refuse (m, ES_IO_ERROR_TOO_LARGE, "over %d values on the stack", MAX_VALUES);
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

/* The value @depth below the top, above the last mark; NULL with an error. */
static EsPickleValue *
peek (Machine *m, guint depth)
{
  guint floor =
      m->marks->len == 0 ? 0 : g_array_index (m->marks, guint, m->marks->len - 1);

  if (m->stack->len < floor + depth + 1) {
    refuse (m, ES_IO_ERROR_FORMAT, "too few values for opcode 0x%02x", m->opcode);
    return NULL;
  }
  return m->stack->pdata[m->stack->len - 1 - depth];
}

static void
drop (Machine *m, guint n)
{
  g_ptr_array_set_size (m->stack, (gint)(m->stack->len - n));
}

/* Where the values above the last mark begin; the mark is gone then. */
static gboolean
pop_mark (Machine *m, guint *first)
{
  if (m->marks->len == 0)
    return refuse (m, ES_IO_ERROR_FORMAT, "no mark for opcode 0x%02x", m->opcode);
  *first = g_array_index (m->marks, guint, m->marks->len - 1);
  g_array_set_size (m->marks, m->marks->len - 1);
  return TRUE;
}

/* Moves the stack from @first on to the end of @container. */
static gboolean
move_items (Machine *m, EsPickleValue *container, guint first)
{
  guint n = m->stack->len - first;

  if (n > 0 && container->items == NULL)
    container->items = g_ptr_array_sized_new (n);
  for (guint i = first; i < m->stack->len; i++)
    g_ptr_array_add (container->items, m->stack->pdata[i]);
  drop (m, n);
  return TRUE;
}

/* Makes a container of the stack from @first on. */
static gboolean
collect (Machine *m, EsPickleKind kind, guint first)
{
  EsPickleValue *value = new_value (m, kind);

  if (value == NULL)
    return FALSE;
  if (kind == ES_PICKLE_DICT && (m->stack->len - first) % 2 != 0)
    return refuse (m, ES_IO_ERROR_FORMAT, "a key without a value");
  move_items (m, value, first);
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

static gboolean
collect_marked (Machine *m, EsPickleKind kind)
{
  guint first = 0;

  return pop_mark (m, &first) && collect (m, kind, first);
}

static gboolean
collect_top (Machine *m, EsPickleKind kind, guint n)
{
  return peek (m, n - 1) != NULL && collect (m, kind, m->stack->len - n);
}

/* Adds the stack from @first on to the container below it. Lists and sets take items,
   dictionaries pairs, and records either, as subclasses of such. */
static gboolean
extend (Machine *m, guint first, gboolean pairs)
{
  EsPickleValue *container;
  guint n = m->stack->len - first;

  if (pairs && n % 2 != 0)
    return refuse (m, ES_IO_ERROR_FORMAT, "a key without a value");
  container = peek (m, n);
  if (container == NULL)
    return FALSE;
  if (container->kind != ES_PICKLE_RECORD &&
      (pairs ? container->kind != ES_PICKLE_DICT
             : container->kind != ES_PICKLE_LIST && container->kind != ES_PICKLE_SET))
    return refuse (m, ES_IO_ERROR_FORMAT, "opcode 0x%02x for another kind of value",
                   m->opcode);
  return move_items (m, container, first);
}

static gboolean
extend_marked (Machine *m, gboolean pairs)
{
  guint first = 0;

  return pop_mark (m, &first) && extend (m, first, pairs);
}

static gboolean
extend_top (Machine *m, gboolean pairs)
{
  guint n = pairs ? 2 : 1;

  return peek (m, n) != NULL && extend (m, m->stack->len - n, pairs);
}

static gboolean
push_int (Machine *m, EsPickleKind kind, gint64 integer)
{
  EsPickleValue *value = push (m, kind);

  if (value != NULL)
    value->integer = integer;
  return value != NULL;
}

/* An unsigned number of @n bytes, or a signed one of 4. */
static gboolean
read_int (Machine *m, guint n)
{
  guint64 number;

  if (!take_number (m, n, &number))
    return FALSE;
  return push_int (m, ES_PICKLE_INT, n == 4 ? (gint32)(guint32)number : (gint64)number);
}

/* A signed number of any length; beyond 64 bits it is kept as a double. */
static gboolean
read_long (Machine *m, guint length_bytes)
{
  guint64 n, bits = 0;
  const guint8 *bytes;
  gboolean negative;
  double number = 0;
  EsPickleValue *value;

  if (!take_number (m, length_bytes, &n))
    return FALSE;
  bytes = take (m, n);
  if (bytes == NULL)
    return FALSE;
  negative = n > 0 && bytes[n - 1] >= 0x80;
  if (n <= 8) {
    bits = negative ? G_MAXUINT64 : 0;
    for (guint64 i = n; i-- > 0;)
      bits = bits << 8 | bytes[i];
    return push_int (m, ES_PICKLE_INT, (gint64)bits);
  }
  for (guint64 i = n; i-- > 0;)
    number = number * 256 + (negative ? 255 - bytes[i] : bytes[i]);
  value = push (m, ES_PICKLE_DOUBLE);
  if (value != NULL)
    value->number = negative ? -number - 1 : number;
  return value != NULL;
}

/* Big-endian, unlike everything else. */
static gboolean
read_double (Machine *m)
{
  const guint8 *bytes = take (m, 8);
  EsPickleValue *value = bytes == NULL ? NULL : push (m, ES_PICKLE_DOUBLE);
  guint64 bits;

  if (value == NULL)
    return FALSE;
  memcpy (&bits, bytes, sizeof bits);
  bits = GUINT64_FROM_BE (bits);
  memcpy (&value->number, &bits, sizeof bits);
  return TRUE;
}

/* What follows a length of @length_bytes; old strings are text if they can be. */
static gboolean
read_text (Machine *m, EsPickleKind kind, guint length_bytes, gboolean either)
{
  EsPickleValue *value;
  const char *text;
  guint64 n;
  gboolean valid;

  if (!take_number (m, length_bytes, &n))
    return FALSE;
  text = (const char *)take (m, n);
  if (text == NULL)
    return FALSE;
  valid = kind == ES_PICKLE_TEXT && g_utf8_validate_len (text, (gsize)n, NULL);
  if (kind == ES_PICKLE_TEXT && !valid && !either)
    return refuse (m, ES_IO_ERROR_FORMAT, "a text that is not valid UTF-8");
  value = push (m, valid ? ES_PICKLE_TEXT : ES_PICKLE_BYTES);
  if (value == NULL)
    return FALSE;
  value->text = text;
  value->n_text = (gsize)n;
  return TRUE;
}

/* The text up to the end of the line, for the names of globals. */
static gboolean
take_line (Machine *m, const char **text, gsize *n)
{
  const guint8 *newline = memchr (m->next, '\n', (gsize)(m->end - m->next));

  if (newline == NULL)
    return refuse (m, ES_IO_ERROR_TRUNCATED, "it ends within a name");
  *text = (const char *)m->next;
  *n = (gsize)(newline - m->next);
  m->next = newline + 1;
  return TRUE;
}

static gboolean
push_global (Machine *m, const char *module, gsize n_module, const char *name, gsize n)
{
  g_autofree char *full = NULL;
  EsPickleValue *value;

  if (n_module > MAX_NAME || n > MAX_NAME ||
      !g_utf8_validate_len (module, n_module, NULL) ||
      !g_utf8_validate_len (name, n, NULL))
    return refuse (m, ES_IO_ERROR_FORMAT, "a class's name that cannot be read");
  full = g_strdup_printf ("%.*s.%.*s", (int)n_module, module, (int)n, name);
  value = push (m, ES_PICKLE_GLOBAL);
  if (value != NULL)
    value->name = g_string_chunk_insert_const (m->pickle->names, full);
  return value != NULL;
}

static gboolean
read_global (Machine *m)
{
  const char *module = NULL, *name = NULL;
  gsize n_module = 0, n = 0;

  return take_line (m, &module, &n_module) && take_line (m, &name, &n) &&
         push_global (m, module, n_module, name, n);
}

static gboolean
read_stack_global (Machine *m)
{
  const EsPickleValue *name = peek (m, 0);
  const EsPickleValue *module = name == NULL ? NULL : peek (m, 1);

  if (module == NULL)
    return FALSE;
  if (name->kind != ES_PICKLE_TEXT || module->kind != ES_PICKLE_TEXT)
    return refuse (m, ES_IO_ERROR_FORMAT, "a class whose name is no text");
  drop (m, 2);
  return push_global (m, module->text, module->n_text, name->text, name->n_text);
}

/* Replaces the @n uppermost values by a record of class @name. */
static gboolean
push_record (Machine *m, guint n, const char *name, const EsPickleValue *args)
{
  EsPickleValue *value;

  drop (m, n);
  value = push (m, ES_PICKLE_RECORD);
  if (value == NULL)
    return FALSE;
  value->name = name;
  value->args = args;
  return TRUE;
}

/* An instance whose constructor is not called: class, arguments, perhaps keywords. */
static gboolean
read_new_object (Machine *m, gboolean keywords)
{
  guint n = keywords ? 3 : 2;
  const EsPickleValue *args, *class;

  if (peek (m, n - 1) == NULL)
    return FALSE;
  args = peek (m, n - 2);
  class = peek (m, n - 1);
  if (class->kind != ES_PICKLE_GLOBAL || args->kind != ES_PICKLE_TUPLE)
    return refuse (m, ES_IO_ERROR_FORMAT, "an instance of something else than a class");
  return push_record (m, n, class->name, args);
}

/* The pairs of [(key, value), ...], the argument of an ordered dictionary. */
static gboolean
push_dictionary (Machine *m, const EsPickleValue *args, guint first_arg)
{
  EsPickleValue *dict;
  const EsPickleValue *pairs = es_pickle_value_get_item (args, first_arg);

  drop (m, 2);
  dict = push (m, ES_PICKLE_DICT);
  for (guint i = 0; dict != NULL && i < es_pickle_value_get_n_items (pairs); i++) {
    const EsPickleValue *pair = es_pickle_value_get_item (pairs, i);

    if (es_pickle_value_get_n_items (pair) != 2 || pair->kind == ES_PICKLE_DICT)
      return refuse (m, ES_IO_ERROR_FORMAT, "an ordered dictionary without pairs");
    if (++m->n_copied > MAX_VALUES)
      return refuse (m, ES_IO_ERROR_TOO_LARGE, "over %d values", MAX_VALUES);
    if (dict->items == NULL)
      dict->items = g_ptr_array_new ();
    g_ptr_array_add (dict->items, pair->items->pdata[0]);
    g_ptr_array_add (dict->items, pair->items->pdata[1]);
  }
  return dict != NULL;
}

/* A call, of which only a few are read: each of them by what it would give. */
static gboolean
read_call (Machine *m)
{
  const EsPickleValue *args = peek (m, 0);
  const EsPickleValue *function = args == NULL ? NULL : peek (m, 1);
  const EsPickleValue *inner;

  if (function == NULL)
    return FALSE;
  if (function->kind != ES_PICKLE_GLOBAL || args->kind != ES_PICKLE_TUPLE)
    return refuse (m, ES_IO_ERROR_FORMAT, "a call of something else than a function");
  switch (es_pickle_call_from_name (function->name)) {
  case ES_PICKLE_CALL_RECORD:
    return push_record (m, 2, function->name, args);
  case ES_PICKLE_CALL_DICT:
    return push_dictionary (m, args, 0);
  case ES_PICKLE_CALL_DEFAULT_DICT:
    return push_dictionary (m, args, 1);
  case ES_PICKLE_CALL_INSTANCE:
    inner = es_pickle_value_get_item (args, 0);
    if (inner == NULL || inner->kind != ES_PICKLE_GLOBAL)
      return refuse (m, ES_IO_ERROR_FORMAT, "an instance of no class");
    return push_record (m, 2, inner->name, args);
  case ES_PICKLE_CALL_REFUSED:
    break;
  }
  return refuse_name (m, "the call of", function->name);
}

static gboolean
read_build (Machine *m)
{
  EsPickleValue *state = peek (m, 0);
  EsPickleValue *target = state == NULL ? NULL : peek (m, 1);

  if (target == NULL)
    return FALSE;
  if (target->kind != ES_PICKLE_RECORD && target->kind != ES_PICKLE_DICT)
    return refuse (m, ES_IO_ERROR_FORMAT, "attributes for something that has none");
  target->state = state;
  drop (m, 1);
  return TRUE;
}

static gboolean
read_persistent (Machine *m)
{
  const EsPickleValue *args = peek (m, 0);
  EsPickleValue *value;

  if (args == NULL)
    return FALSE;
  drop (m, 1);
  value = push (m, ES_PICKLE_PERSISTENT);
  if (value != NULL)
    value->args = args;
  return value != NULL;
}

static gboolean
put (Machine *m, guint number_bytes)
{
  guint64 number = g_hash_table_size (m->memo);
  EsPickleValue *value = peek (m, 0);

  if (value == NULL || (number_bytes > 0 && !take_number (m, number_bytes, &number)))
    return FALSE;
  g_hash_table_insert (m->memo, GUINT_TO_POINTER ((guint)number), value);
  return TRUE;
}

static gboolean
get (Machine *m, guint number_bytes)
{
  guint64 number;
  EsPickleValue *value;

  if (!take_number (m, number_bytes, &number))
    return FALSE;
  value = g_hash_table_lookup (m->memo, GUINT_TO_POINTER ((guint)number));
  if (value == NULL)
    return refuse (m, ES_IO_ERROR_FORMAT, "nothing is remembered under %u",
                   (guint)number);
  return push_again (m, value);
}

static gboolean
read_protocol (Machine *m)
{
  guint64 version;

  return take_number (m, 1, &version) &&
         (version <= MAX_PROTOCOL ||
          refuse (m, ES_IO_ERROR_UNSUPPORTED, "protocol %u; expected at most %d",
                  (guint)version, MAX_PROTOCOL));
}

static gboolean
mark (Machine *m)
{
  if (m->marks->len == MAX_VALUES)
    return refuse (m, ES_IO_ERROR_TOO_LARGE, "over %d marks", MAX_VALUES);
  g_array_append_val (m->marks, m->stack->len);
  return TRUE;
}

static gboolean
pop (Machine *m)
{
  guint first = 0;

  if (m->marks->len > 0 &&
      g_array_index (m->marks, guint, m->marks->len - 1) == m->stack->len)
    return pop_mark (m, &first);
  if (peek (m, 0) == NULL)
    return FALSE;
  drop (m, 1);
  return TRUE;
}

static gboolean
pop_to_mark (Machine *m)
{
  guint first = 0;

  if (!pop_mark (m, &first))
    return FALSE;
  drop (m, m->stack->len - first);
  return TRUE;
}

static gboolean
push_top_again (Machine *m)
{
  EsPickleValue *top = peek (m, 0);

  return top != NULL && push_again (m, top);
}

/* Numbers and texts. */
static gboolean
step_scalar (Machine *m, gboolean *known)
{
  switch (m->opcode) {
  case 'N':
    return push (m, ES_PICKLE_NONE) != NULL;
  case 0x88:
    return push_int (m, ES_PICKLE_BOOLEAN, TRUE);
  case 0x89:
    return push_int (m, ES_PICKLE_BOOLEAN, FALSE);
  case 'K':
    return read_int (m, 1);
  case 'M':
    return read_int (m, 2);
  case 'J':
    return read_int (m, 4);
  case 0x8a:
    return read_long (m, 1);
  case 0x8b:
    return read_long (m, 4);
  case 'G':
    return read_double (m);
  case 0x8c:
    return read_text (m, ES_PICKLE_TEXT, 1, FALSE);
  case 'X':
    return read_text (m, ES_PICKLE_TEXT, 4, FALSE);
  case 0x8d:
    return read_text (m, ES_PICKLE_TEXT, 8, FALSE);
  case 'U':
    return read_text (m, ES_PICKLE_TEXT, 1, TRUE);
  case 'T':
    return read_text (m, ES_PICKLE_TEXT, 4, TRUE);
  case 'C':
    return read_text (m, ES_PICKLE_BYTES, 1, FALSE);
  case 'B':
    return read_text (m, ES_PICKLE_BYTES, 4, FALSE);
  case 0x8e:
  case 0x96:
    return read_text (m, ES_PICKLE_BYTES, 8, FALSE);
  }
  *known = FALSE;
  return FALSE;
}

static gboolean
step_container (Machine *m, gboolean *known)
{
  switch (m->opcode) {
  case ']':
    return push (m, ES_PICKLE_LIST) != NULL;
  case ')':
    return push (m, ES_PICKLE_TUPLE) != NULL;
  case '}':
    return push (m, ES_PICKLE_DICT) != NULL;
  case 0x8f:
    return push (m, ES_PICKLE_SET) != NULL;
  case 'l':
    return collect_marked (m, ES_PICKLE_LIST);
  case 't':
    return collect_marked (m, ES_PICKLE_TUPLE);
  case 'd':
    return collect_marked (m, ES_PICKLE_DICT);
  case 0x91:
    return collect_marked (m, ES_PICKLE_SET);
  case 0x85:
  case 0x86:
  case 0x87:
    return collect_top (m, ES_PICKLE_TUPLE, m->opcode - 0x84u);
  case 'a':
    return extend_top (m, FALSE);
  case 's':
    return extend_top (m, TRUE);
  case 'e':
  case 0x90:
    return extend_marked (m, FALSE);
  case 'u':
    return extend_marked (m, TRUE);
  }
  *known = FALSE;
  return FALSE;
}

static gboolean
step_object (Machine *m, gboolean *known)
{
  switch (m->opcode) {
  case 'c':
    return read_global (m);
  case 0x93:
    return read_stack_global (m);
  case 0x81:
    return read_new_object (m, FALSE);
  case 0x92:
    return read_new_object (m, TRUE);
  case 'R':
    return read_call (m);
  case 'b':
    return read_build (m);
  case 'Q':
    return read_persistent (m);
  }
  *known = FALSE;
  return FALSE;
}

static gboolean
step_machine (Machine *m, gboolean *known)
{
  switch (m->opcode) {
  case 0x80:
    return read_protocol (m);
  case 0x95: /* a frame, whose length says nothing that is needed */
    return take (m, 8) != NULL;
  case '(':
    return mark (m);
  case '0':
    return pop (m);
  case '1':
    return pop_to_mark (m);
  case '2':
    return push_top_again (m);
  case 'q':
    return put (m, 1);
  case 'r':
    return put (m, 4);
  case 0x94:
    return put (m, 0);
  case 'h':
    return get (m, 1);
  case 'j':
    return get (m, 4);
  }
  *known = FALSE;
  return FALSE;
}

static gboolean
step (Machine *m)
{
  static gboolean (*const steps[]) (Machine *, gboolean *) = {
      step_scalar, step_container, step_object, step_machine};

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    gboolean known = TRUE, ok = steps[i](m, &known);

    if (known)
      return ok;
  }
  return refuse (m, ES_IO_ERROR_UNSUPPORTED, "opcode 0x%02x is not read", m->opcode);
}

static gboolean
run (Machine *m)
{
  while (TRUE) {
    if (m->next == m->end)
      return refuse (m, ES_IO_ERROR_TRUNCATED, "it has no end");
    m->opcode = *m->next++;
    if (m->opcode == '.')
      break;
    if (!step (m))
      return FALSE;
  }
  m->pickle->root = m->marks->len == 0 ? peek (m, 0) : NULL;
  if (m->marks->len > 0)
    return refuse (m, ES_IO_ERROR_FORMAT, "it ends within a container");
  return m->pickle->root != NULL;
}

EsPickle *
es_pickle_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (EsPickle) pickle = g_new0 (EsPickle, 1);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) memo = g_hash_table_new (NULL, NULL);
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  const guint8 *start = data != NULL ? data : (const guint8 *)"";
  Machine machine = {.pickle = pickle,
                     .path = path,
                     .start = start,
                     .next = start,
                     .end = start + n,
                     .stack = stack,
                     .marks = marks,
                     .memo = memo,
                     .error = error};

  pickle->bytes = g_bytes_ref (bytes);
  pickle->blocks = g_ptr_array_new_with_free_func (block_free);
  pickle->names = g_string_chunk_new (256);
  return run (&machine) ? g_steal_pointer (&pickle) : NULL;
}

const EsPickleValue *
es_pickle_get_root (const EsPickle *pickle)
{
  return pickle->root;
}

guint
es_pickle_value_get_n_items (const EsPickleValue *value)
{
  return value == NULL || value->items == NULL ? 0 : value->items->len;
}

const EsPickleValue *
es_pickle_value_get_item (const EsPickleValue *value, guint i)
{
  return i < es_pickle_value_get_n_items (value) ? value->items->pdata[i] : NULL;
}

gboolean
es_pickle_value_is_text (const EsPickleValue *value, const char *text)
{
  return value != NULL && value->kind == ES_PICKLE_TEXT &&
         value->n_text == strlen (text) &&
         memcmp (value->text, text, value->n_text) == 0;
}

gboolean
es_pickle_value_is_named (const EsPickleValue *value, const char *name)
{
  return value != NULL && value->name != NULL && strcmp (value->name, name) == 0;
}

const EsPickleValue *
es_pickle_value_get_members (const EsPickleValue *value)
{
  if (value->kind == ES_PICKLE_DICT)
    return value;
  if (value->kind != ES_PICKLE_RECORD)
    return NULL;
  if (value->state != NULL && value->state->kind == ES_PICKLE_DICT)
    return value->state;
  /* Attributes in a dictionary, and others in slots. */
  if (value->state != NULL && value->state->kind == ES_PICKLE_TUPLE)
    for (guint i = 0; i < MIN (2, es_pickle_value_get_n_items (value->state)); i++)
      if (es_pickle_value_get_item (value->state, i)->kind == ES_PICKLE_DICT)
        return es_pickle_value_get_item (value->state, i);
  /* Of a class that is a dictionary. */
  return es_pickle_value_get_n_items (value) % 2 == 0 &&
                 es_pickle_value_get_n_items (value) > 0
             ? value
             : NULL;
}
