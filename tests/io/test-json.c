/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-json.h"
#include "io-test.h"

/* Every double comes back as it was, also those that have no fraction. */
static void
test_doubles (void)
{
  static const double values[] = {0,    -0.0, 1,     0.1,    1e16,   1e17,       -1e18,
                                  1e22, 3e19, 1e-05, 1e-300, 5e-324, G_MAXDOUBLE};

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (JsonBuilder) builder = json_builder_begin_object (json_builder_new ());
    g_autoptr (JsonObject) object = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    es_json_add_double (builder, "value", values[i]);
    json_builder_end_object (builder);
    text = es_json_to_text (builder);
    object = es_json_parse (text, strlen (text), 1, "FILE", "the text", &error);
    g_assert_no_error (error);
    g_assert_true (es_json_get_double (object, "value", 7) == values[i]);
  }
}

/* What looks like such a number in a string is left alone. */
static void
test_strings (void)
{
  static const char said[] = "1e+18.0 \"2e+18.0\" \\";
  g_autoptr (JsonBuilder) builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  es_json_add_string (builder, said, said);
  es_json_add_double (builder, "value", 1e18);
  json_builder_end_object (builder);
  text = es_json_to_text (builder);
  object = es_json_parse (text, strlen (text), 1, "FILE", "the text", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (es_json_get_string (object, said, NULL), ==, said);
  g_assert_cmpfloat (es_json_get_double (object, "value", 0), ==, 1e18);
}

/* Every character comes back that a string may hold. */
static void
test_characters (void)
{
  for (gunichar c = 1; c < 0x100; c++) {
    g_autoptr (JsonBuilder) builder = json_builder_begin_object (json_builder_new ());
    g_autoptr (JsonObject) object = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    char said[16] = "1e+1.0\"\\";

    said[8 + g_unichar_to_utf8 (c, said + 8)] = '\0';
    es_json_add_string (builder, "value", said);
    json_builder_end_object (builder);
    text = es_json_to_text (builder);
    object = es_json_parse (text, strlen (text), 1, "FILE", "the text", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (es_json_get_string (object, "value", NULL), ==, said);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/doubles", test_doubles);
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/characters", test_characters);
  return g_test_run ();
}
