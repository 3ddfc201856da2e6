/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-table.h"
#include "io-test.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static void
test_csv (void)
{
  const char *const columns[] = {"name", "a, b", NULL};
  g_autoptr (EsTable) table = es_table_new (columns);
  g_autofree char *csv = NULL;

  es_table_add_text (table, "plain é");
  es_table_add_number (table, 0.1);
  es_table_add_text (table, "say \"x\", then\nstop");
  es_table_add_number (table, -3);
  g_assert_cmpuint (es_table_get_rows (table), ==, 2);
  csv = es_table_to_csv (table);
  g_assert_cmpstr (csv, ==,
                   "name,\"a, b\"\r\n"
                   "plain é,0.1\r\n"
                   "\"say \"\"x\"\", then\nstop\",-3\r\n");
}

static void
assert_number (double value, const char *expected)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_assert_cmpstr (es_table_format_number (value, buffer), ==, expected);
}

static void
test_numbers (void)
{
  guint32 bits = 1;

  assert_number (0.1f, "0.1");
  assert_number (1.0 / 3, "0.33333333");
  assert_number (1e-30, "1e-30");
  assert_number (1e300, "1e+300");
  assert_number (1234567890123.0, "1234567890123");
  assert_number (0, "0");
  assert_number (NAN, "nan");
  assert_number (-INFINITY, "-inf");
  for (guint i = 0; i < 100000; i++) {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    float value, back;

    bits = bits * 1664525 + 1013904223;
    memcpy (&value, &bits, sizeof value);
    if (!isfinite (value))
      continue;
    back = (float)g_ascii_strtod (es_table_format_number (value, buffer), NULL);
    g_assert_cmpfloat (back, ==, value);
  }
}

/* A locale with a decimal comma must not show. */
static void
test_locale (void)
{
  const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8"};
  const char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names) && found == NULL; i++)
    found = setlocale (LC_NUMERIC, names[i]);
  if (found == NULL) {
    g_test_skip ("no locale with a decimal comma is installed");
    return;
  }
  assert_number (0.5, "0.5");
  setlocale (LC_NUMERIC, "C");
}

static void
test_write (void)
{
  const char *const columns[] = {"x", NULL};
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
  g_autoptr (EsTable) table = es_table_new (columns);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  es_table_add_number (table, 2.5);
  g_assert_true (es_table_write_csv (table, path, &error));
  g_assert_no_error (error);
  bytes = io_test_read (path);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "x\r\n2.5\r\n", 8);
  g_assert_false (es_table_write_csv (table, folder, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/csv", test_csv);
  g_test_add_func ("/table/numbers", test_numbers);
  g_test_add_func ("/table/locale", test_locale);
  g_test_add_func ("/table/write", test_write);
  return g_test_run ();
}
