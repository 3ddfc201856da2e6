/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-report.h"
#include "figure-test.h"
#include "pdf-ask.h"

#include <glib/gstdio.h>
#include <string.h>

/* Saves the report of @test and asks @program about it. With EIGENSCOPE_TEST_KEEP, a
   folder, the reports stay there to be looked at. */
static char *
save_and_ask (const FigureTest *test,
              const EsSpectrum *spectrum,
              const char *command,
              const char *name,
              const char *program)
{
  const char *keep = g_getenv ("EIGENSCOPE_TEST_KEEP");
  g_autofree char *folder =
      keep != NULL ? g_strdup (keep) : g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *answer;

  if (!es_report_save (test->run, test->dataset, spectrum, command, path, &error))
    g_error ("%s", error->message);
  answer = ask (program, path);
  if (keep == NULL) {
    g_unlink (path);
    g_rmdir (folder);
  }
  return answer;
}

/* One page whose last line, the footer, ends on it. */
static void
check_page (const FigureTest *test, const char *name)
{
  g_autofree char *info =
      save_and_ask (test, test->spectrum, "the command", name, "pdfinfo");
  g_autofree char *text =
      save_and_ask (test, test->spectrum, "the command", name, "pdftotext");

  if (info == NULL || text == NULL)
    return;
  g_assert_nonnull (strstr (info, "Pages:           1\n"));
  g_assert_nonnull (strstr (info, "(A4)"));
  g_assert_nonnull (strstr (text, "How many patterns it takes"));
  g_assert_nonnull (strstr (text, "Made with Eigenscope"));
  g_assert_nonnull (strstr (text, "2410.08417"));
}

static void
test_texts (void)
{
  static const char *const expected[] = {
      "A small run", "What it learned",    "3 classes",         "9 × 9 pixels",
      "12 examples", "2 epochs",           "6 test images",     "33.3",
      "Accuracy",    "What it looks for",  "How many patterns", "bird",
      "the command", "of its 12 component"};
  static char *names[] = {(char *)"cat", (char *)"dog", (char *)"bird", NULL};
  g_auto (FigureTest) test = {NULL};
  g_autofree char *text = NULL;
  g_autofree char *lower = NULL;

  figure_test_init (&test, 9, 9, names, 3, 2);
  text = save_and_ask (&test, test.spectrum, "the command", "texts.pdf", "pdftotext");
  if (text == NULL)
    return;
  g_strdelimit (text, "\n", ' ');
  lower = g_utf8_strdown (text, -1);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *one = g_utf8_strdown (expected[i], -1);

    if (strstr (lower, one) == NULL)
      g_error ("\"%s\" is not in the report: %s", expected[i], text);
  }
}

/* However many classes, and however long their names, there is one page. */
static void
test_many_classes (void)
{
  char *names[48] = {NULL};
  g_auto (FigureTest) test = {NULL};

  for (guint i = 0; i < 47; i++)
    names[i] = g_strdup_printf ("a class with a name much too long for a figure, %u, "
                                "<b>&amp; \"odd\" letters äöü",
                                i);
  figure_test_init (&test, 12, 12, names, 47, 1);
  g_free (test.run->name);
  test.run->name = g_strnfill (5000, 'W');
  check_page (&test, "many.pdf");
  for (guint i = 0; i < 47; i++)
    g_free (names[i]);
}

static void
test_shapes (void)
{
  static const guint sizes[][2] = {{40, 6}, {6, 40}, {1, 3}};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_auto (FigureTest) test = {NULL};
    g_autofree char *name = g_strdup_printf ("shape-%u.pdf", i);

    figure_test_init (&test, sizes[i][0], sizes[i][1], NULL, 2, 1);
    check_page (&test, name);
  }
}

/* Gated networks have no spectrum; a command can be anything. */
static void
test_no_spectrum (void)
{
  g_auto (FigureTest) test = {NULL};
  g_autofree char *command = g_strnfill (20000, 'x');
  g_autofree char *text = NULL;

  figure_test_init (&test, 6, 6, NULL, 2, 1);
  command[0] = (char)0xff;
  text = save_and_ask (&test, NULL, command, "no-spectrum.pdf", "pdftotext");
  if (text == NULL)
    return;
  g_assert_nonnull (strstr (text, "What it learned"));
  g_assert_null (strstr (text, "What it looks for"));
  g_assert_nonnull (strstr (text, "2410.08417"));
}

static void
test_unwritable (void)
{
  g_auto (FigureTest) test = {NULL};
  g_autoptr (GError) error = NULL;

  figure_test_init (&test, 4, 4, NULL, 2, 1);
  g_assert_false (es_report_save (test.run, test.dataset, test.spectrum, "c",
                                  "/nowhere/report.pdf", &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/report.pdf"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/texts", test_texts);
  g_test_add_func ("/report/many-classes", test_many_classes);
  g_test_add_func ("/report/shapes", test_shapes);
  g_test_add_func ("/report/no-spectrum", test_no_spectrum);
  g_test_add_func ("/report/unwritable", test_unwritable);
  return g_test_run ();
}
