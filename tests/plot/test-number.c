/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-number.h"
#include "es-plot-table.h"

#include <math.h>

static void
check (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_text (void)
{
  check (es_number_text (0.0, 3, NULL), "0");
  check (es_number_text (-0.0, 3, NULL), "0");
  check (es_number_text (0.96812, 3, NULL), "0.968");
  check (es_number_text (-0.031, 2, NULL), "−0.031");
  check (es_number_text (52.61, 3, NULL), "52.6");
  check (es_number_text (1234.6, 3, NULL), "1235");
  check (es_number_text (0.00012345, 3, NULL), "0.000123");
  check (es_number_text (1.5e-7, 2, NULL), "1.5×10⁻⁷");
  check (es_number_text (-2.5e12, 2, NULL), "−2.5×10¹²");
  check (es_number_text (1e300, 1, NULL), "1×10³⁰⁰");
  check (es_number_text (INFINITY, 3, NULL), "∞");
  check (es_number_text (-INFINITY, 3, NULL), "−∞");
  check (es_number_text (NAN, 3, NULL), "not a number");
  check (es_number_signed (0.134, 3, NULL), "+0.134");
  check (es_number_signed (-0.134, 3, NULL), "−0.134");
  check (es_number_signed (0, 3, NULL), "0");
  check (es_number_signed (INFINITY, 3, NULL), "+∞");
  check (es_number_signed (3e-9, 1, NULL), "+3×10⁻⁹");
}

static void
test_short (void)
{
  check (es_number_short (7, NULL), "7");
  check (es_number_short (100, NULL), "100");
  check (es_number_short (0.25, NULL), "0.25");
  check (es_number_short (-1.5, NULL), "−1.5");
  check (es_number_short (1.0 / 3, NULL), "0.333333");
  check (es_number_short (2e-8, NULL), "2×10⁻⁸");
  check (es_number_short (0, NULL), "0");
}

static void
test_point (void)
{
  EsNumberFormat scientific = {1, TRUE, FALSE};

  check (es_number_text (52.61, 3, ","), "52,6");
  check (es_number_text (52.61, 3, "."), "52.6");
  check (es_number_text (52.61, 3, "٫"), "52٫6");
  check (es_number_signed (-0.134, 3, ","), "−0,134");
  check (es_number_short (1e6 / 3, ","), "333333");
  check (es_number_short (0.25, ","), "0,25");
  check (es_number_write (&scientific, 1.5e-7, ","), "1,5×10⁻⁷");
}

/* Digits grow until unequal neighbours differ, and no further than three more. */
static void
test_format_for (void)
{
  const double apart[] = {0.146, 0.133, 0.114};
  const double close[] = {0.1461, 0.1463, NAN, 0.1};
  const double equal[] = {0.5, 0.5};
  const double closest[] = {0.5, 0.5 + 1e-12};
  EsNumberFormat format = es_number_format_for (apart, 3, 3);

  g_assert_cmpint (format.decimals, ==, 3);
  g_assert_cmpint (es_number_format_for (apart, 3, 1).decimals, ==, 2);
  g_assert_cmpint (es_number_format_for (close, 4, 3).decimals, ==, 4);
  g_assert_cmpint (es_number_format_for (equal, 2, 2).decimals, ==, 2);
  g_assert_cmpint (es_number_format_for (closest, 2, 2).decimals, ==, 5);
  g_assert_cmpint (es_number_format_for (NULL, 0, 3).decimals, ==, 0);
  /* What rounds to zero has no sign. */
  check (es_number_write (&format, -0.0001, NULL), "0.000");
}

static void
test_table (void)
{
  g_autoptr (EsPlotTable) table = es_plot_table_new (2);
  double *numbers = es_plot_table_add_numbers (table, "epoch", "Epoch");
  char **strings = es_plot_table_add_strings (table, "class", "Class");

  g_assert_true (isnan (numbers[1]));
  numbers[0] = 3.5;
  strings[1] = g_strdup ("coat");
  g_assert_cmpuint (table->n_columns, ==, 2);
  g_assert_cmpstr (table->columns[0].name, ==, "epoch");
  g_assert_cmpstr (table->columns[1].title, ==, "Class");
  check (es_plot_table_dup_cell (table, 0, 0, NULL), "3.5");
  check (es_plot_table_dup_cell (table, 0, 0, ","), "3,5");
  check (es_plot_table_dup_cell (table, 1, 0, NULL), "");
  check (es_plot_table_dup_cell (table, 0, 1, NULL), "");
  check (es_plot_table_dup_cell (table, 1, 1, NULL), "coat");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/text", test_text);
  g_test_add_func ("/number/short", test_short);
  g_test_add_func ("/number/point", test_point);
  g_test_add_func ("/number/format-for", test_format_for);
  g_test_add_func ("/number/table", test_table);
  return g_test_run ();
}
