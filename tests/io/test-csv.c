/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-csv.h"

#include <math.h>
#include <string.h>

/* Rows as "a|b" lines. */
static char *
read_all (const char *text, GError **error)
{
  g_auto (EsCsv) csv = {0};
  GString *all = g_string_new (NULL);

  es_csv_init (&csv, text, strlen (text), "FILE");
  while (es_csv_next (&csv, error)) {
    for (guint i = 0; i < csv.cells->len; i++) {
      const EsCsvCell *cell = &g_array_index (csv.cells, EsCsvCell, i);

      g_string_append_printf (all, "%s%.*s", i == 0 ? "" : "|", (int)cell->n,
                              cell->text);
    }
    g_string_append_printf (all, ";%" G_GSIZE_FORMAT "\n", csv.line);
  }
  return g_string_free (all, FALSE);
}

static void
assert_reads (const char *text, const char *expected)
{
  GError *error = NULL;
  g_autofree char *found = read_all (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_rows (void)
{
  assert_reads ("", "");
  assert_reads ("a,b\nc, d \n", "a|b;1\nc|d;2\n");
  assert_reads ("\xef\xbb\xbf"
                "a;b,c;d\r\n\r\n1;;3",
                "a|b,c|d;1\n1||3;3\n");
  assert_reads ("a\tb\n\n\n", "a|b;1\n");
  assert_reads ("\"a,\"\"b\"\"\nc\",\"\",d\r\ne,f,g", "a,\"b\"\nc||d;1\ne|f|g;3\n");
  assert_reads ("a,b,\n", "a|b|;1\n");
}

static void
test_damaged (void)
{
  const char *const texts[][2] = {{"a,b\n\"c", "line 2 opens a quotation"},
                                  {"\"a\"b,c", "line 1 has text behind"}};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *found = read_all (texts[i][0], &error);

    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
    g_assert_nonnull (strstr (error->message, texts[i][1]));
  }
}

static void
test_numbers (void)
{
  const struct
  {
    const char *text;
    double value;
  } good[] = {{"0", 0},
              {"255", 255},
              {"007", 7},
              {"-1", -1},
              {"1.5e2", 150},
              {"123456789", 123456789},
              {"1234567890", 1234567890},
              {"1e999", INFINITY},
              {".5", 0.5}};
  const char *const bad[] = {"", "a", "1a", "1,5", "- 1", "\t1", " 1", "1 "};
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    EsCsvCell cell = {good[i].text, strlen (good[i].text)};

    g_assert_true (es_csv_get_number (&cell, &value));
    g_assert_cmpfloat (value, ==, good[i].value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    EsCsvCell cell = {bad[i], strlen (bad[i])};

    g_assert_false (es_csv_get_number (&cell, &value));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/rows", test_rows);
  g_test_add_func ("/csv/damaged", test_damaged);
  g_test_add_func ("/csv/numbers", test_numbers);
  return g_test_run ();
}
