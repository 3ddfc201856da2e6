/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-checkpoint-tree.h"
#include "es-pickle.h"
#include "io-test.h"

#include <math.h>
#include <string.h>

/* Parses a stream of the fuzz targets' corpus, made by Python's own pickler. */
static EsPickle *
parse_sample (const char *name, GError **error)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("EIGENSCOPE_TEST_SOURCE"), "tests", "fuzz", "corpus",
                        "pickle", name, NULL);
  g_autoptr (GBytes) bytes = io_test_read (path);

  return es_pickle_parse (bytes, name, error);
}

static void
assert_int (const EsPickleValue *value, EsPickleKind kind, gint64 expected)
{
  g_assert_cmpint (value->kind, ==, kind);
  g_assert_cmpint (value->integer, ==, expected);
}

static void
assert_n_items (const EsPickleValue *value, EsPickleKind kind, guint n)
{
  g_assert_cmpint (value->kind, ==, kind);
  g_assert_cmpuint (es_pickle_value_get_n_items (value), ==, n);
}

/* Everything that Python's pickler writes, in all protocols that have opcodes of their
   own for it. */
static void
test_everything (void)
{
  for (guint protocol = 2; protocol <= 5; protocol++) {
    g_autofree char *name = g_strdup_printf ("everything-%u", protocol);
    g_autoptr (GError) error = NULL;
    g_autoptr (EsPickle) pickle = parse_sample (name, &error);
    const EsPickleValue *const *v;

    g_assert_no_error (error);
    assert_n_items (es_pickle_get_root (pickle), ES_PICKLE_LIST, 28);
    v = (gconstpointer)es_pickle_get_root (pickle)->items->pdata;
    g_assert_cmpint (v[0]->kind, ==, ES_PICKLE_NONE);
    assert_int (v[1], ES_PICKLE_BOOLEAN, TRUE);
    assert_int (v[2], ES_PICKLE_BOOLEAN, FALSE);
    assert_int (v[4], ES_PICKLE_INT, 255);
    assert_int (v[5], ES_PICKLE_INT, 65535);
    assert_int (v[6], ES_PICKLE_INT, -1);
    assert_int (v[7], ES_PICKLE_INT, G_GINT64_CONSTANT (1) << 31);
    assert_int (v[8], ES_PICKLE_INT, -(G_GINT64_CONSTANT (1) << 40));
    assert_int (v[9], ES_PICKLE_INT, G_MAXINT64);
    g_assert_cmpfloat (v[10]->number, ==, ldexp (1, 90));
    g_assert_cmpfloat (v[11]->number, ==, 0.5);
    g_assert_cmpfloat (v[12]->number, ==, INFINITY);
    g_assert_true (es_pickle_value_is_text (v[13], "text"));
    g_assert_true (es_pickle_value_is_text (v[14], "ключ"));
    for (guint i = 0; i < 5; i++)
      assert_n_items (v[17 + i], ES_PICKLE_TUPLE, i);
    assert_n_items (v[22], ES_PICKLE_LIST, 0);
    assert_n_items (v[23], ES_PICKLE_DICT, 0);
    assert_n_items (v[24], ES_PICKLE_DICT, 4);
    assert_n_items (es_pickle_value_get_item (v[24], 3), ES_PICKLE_LIST, 1);
    assert_n_items (v[27], ES_PICKLE_DICT, 2);
  }
}

/* An object of a class that nobody knows is its name and its attributes. */
static void
test_record (void)
{
  for (guint protocol = 2; protocol <= 5; protocol++) {
    g_autofree char *name = g_strdup_printf ("state-%u", protocol);
    g_autoptr (EsPickle) pickle = parse_sample (name, NULL);
    const EsPickleValue *root = es_pickle_get_root (pickle);
    const EsPickleValue *config = es_pickle_value_get_item (root, 1);
    g_autoptr (JsonObject) settings = es_checkpoint_tree_get_settings (root);
    JsonObject *said = json_object_get_object_member (settings, "config");

    g_assert_cmpint (config->kind, ==, ES_PICKLE_RECORD);
    g_assert_cmpstr (config->name, ==, "image.model.Config");
    g_assert_cmpint (json_object_get_int_member (settings, "epoch"), ==, 3);
    g_assert_false (json_object_has_member (settings, "model"));
    g_assert_true (json_object_get_boolean_member (said, "residual"));
    g_assert_cmpint (json_object_get_int_member (said, "d_hidden"), ==, 4);
    g_assert_cmpfloat (json_object_get_double_member (said, "noise"), ==, 0.15);
    g_assert_true (json_object_get_null_member (said, "gate"));
  }
}

static void
test_refused (void)
{
  const struct
  {
    const char *name;
    EsIoError code;
    const char *part;
  } cases[] = {
      {"call-system", ES_IO_ERROR_UNSUPPORTED, "“posix.system” is not executed"},
      {"call-system-text", ES_IO_ERROR_UNSUPPORTED, "opcode 0x53"},
      {"call-eval", ES_IO_ERROR_UNSUPPORTED, "“builtins.eval” is not executed"},
      {"call-getattr", ES_IO_ERROR_UNSUPPORTED, "“builtins.getattr” is not executed"},
      {"call-result", ES_IO_ERROR_FORMAT, "something else than a function"},
      {"control-name", ES_IO_ERROR_UNSUPPORTED, "\\033[31m"},
      {"broken-name", ES_IO_ERROR_FORMAT, "cannot be read"},
      {"broken-text", ES_IO_ERROR_FORMAT, "UTF-8"},
      {"text-beyond", ES_IO_ERROR_TRUNCATED, "ends within opcode"},
      {"text-huge", ES_IO_ERROR_TRUNCATED, "ends within opcode"},
      {"long-huge", ES_IO_ERROR_TRUNCATED, "ends within opcode"},
      {"memo-missing", ES_IO_ERROR_FORMAT, "remembered"},
      {"marks", ES_IO_ERROR_FORMAT, "ends within a container"},
      {"no-mark", ES_IO_ERROR_FORMAT, "no mark"},
      {"odd-pairs", ES_IO_ERROR_FORMAT, "without a value"},
      {"empty-stack", ES_IO_ERROR_FORMAT, "too few values"},
      {"append-to-number", ES_IO_ERROR_FORMAT, "another kind"},
      {"build-number", ES_IO_ERROR_FORMAT, "attributes"},
      {"below-mark", ES_IO_ERROR_FORMAT, "too few values"},
      {"protocol-9", ES_IO_ERROR_UNSUPPORTED, "protocol 9"},
      {"extension", ES_IO_ERROR_UNSUPPORTED, "opcode 0x82"},
      {"no-end", ES_IO_ERROR_TRUNCATED, "no end"},
      {"none", ES_IO_ERROR_TRUNCATED, "no end"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse_sample (cases[i].name, &error));
    g_assert_error (error, ES_IO_ERROR, (int)cases[i].code);
    if (strstr (error->message, cases[i].part) == NULL)
      g_error ("“%s” does not contain “%s”", error->message, cases[i].part);
  }
}

static gboolean
never_cb (const char *name,
          const char *function,
          const EsPickleValue *args,
          gpointer data,
          GError **error)
{
  g_assert_not_reached ();
}

/* Values that contain themselves or each other many times over end the search. */
static void
test_circles (void)
{
  const struct
  {
    const char *name;
    gboolean ok;
  } cases[] = {{"list-of-itself", TRUE},   {"dictionary-of-itself", TRUE},
               {"record-of-itself", TRUE}, {"nested", TRUE},
               {"pairs-again", TRUE},      {"laughs", FALSE}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EsPickle) pickle = parse_sample (cases[i].name, &error);
    const EsPickleValue *root;
    g_autoptr (JsonObject) settings = NULL;
    gboolean ok;

    g_assert_no_error (error);
    root = es_pickle_get_root (pickle);
    settings = es_checkpoint_tree_get_settings (root);
    ok = es_checkpoint_tree_find_tensors (root, "FILE", never_cb, NULL, &error);
    g_assert_cmpint (ok, ==, cases[i].ok);
    if (!ok)
      g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TOO_LARGE);
  }
}

/* @n copies of @part behind @head. */
static GBytes *
repeat (const char *head, const char *part, gsize n)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)head, (guint)strlen (head));
  for (gsize i = 0; i < n; i++)
    g_byte_array_append (bytes, (const guint8 *)part, (guint)strlen (part));
  return g_byte_array_free_to_bytes (bytes);
}

/* Streams of millions of opcodes come to an end within their limits. */
static void
test_limits (void)
{
  const struct
  {
    const char *part;
    EsIoError code;
  } cases[] = {{"]", ES_IO_ERROR_TOO_LARGE},
               {"(", ES_IO_ERROR_TOO_LARGE},
               {"2", ES_IO_ERROR_TOO_LARGE},
               {"N0", ES_IO_ERROR_TOO_LARGE}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = repeat ("N", cases[i].part, 3000000);
    g_autoptr (GError) error = NULL;

    g_assert_null (es_pickle_parse (bytes, "FILE", &error));
    g_assert_error (error, ES_IO_ERROR, (int)cases[i].code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pickle/everything", test_everything);
  g_test_add_func ("/pickle/record", test_record);
  g_test_add_func ("/pickle/refused", test_refused);
  g_test_add_func ("/pickle/circles", test_circles);
  g_test_add_func ("/pickle/limits", test_limits);
  return g_test_run ();
}
