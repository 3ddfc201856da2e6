/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-points-file.h"
#include "io-test.h"

#include <math.h>
#include <string.h>

static GArray *
load (const char *text, guint *n_classes, GError **error)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "points.csv", NULL);
  GArray *points;

  io_test_write (path, text, strlen (text));
  points = es_points_load (path, n_classes, error);
  io_test_remove (folder);
  return points;
}

static void
test_read (void)
{
  guint n_classes;
  g_autoptr (GArray) plain = load ("0.5,-0.25,a\n-1,1,b\n0,0,a\n", &n_classes, NULL);
  g_autoptr (GArray) large = NULL;
  const EsPoint *points = (const EsPoint *)plain->data;

  g_assert_cmpuint (plain->len, ==, 3);
  g_assert_cmpuint (n_classes, ==, 2);
  g_assert_cmpfloat (points[0].x, ==, 0.5f);
  g_assert_cmpfloat (points[0].y, ==, -0.25f);
  g_assert_cmpuint (points[0].class, ==, 0);
  g_assert_cmpuint (points[1].class, ==, 1);
  /* With headings; beyond the square, scaled alike in both directions. */
  large = load ("x;y;kind\n10;0;1\n30;0;2\n20;5;3\n", &n_classes, NULL);
  points = (const EsPoint *)large->data;
  g_assert_cmpuint (n_classes, ==, 3);
  g_assert_cmpfloat_with_epsilon (points[0].x, -0.9, 1e-6);
  g_assert_cmpfloat_with_epsilon (points[1].x, 0.9, 1e-6);
  g_assert_cmpfloat_with_epsilon (points[2].x, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (points[2].y - points[1].y, 0.45, 1e-6);
}

/* Each of them says the same two points. */
static void
test_separators (void)
{
  const char *const texts[] = {
      "0.5,-0.25,a\n-1,1,b\n",          "0.5;-0.25;a\r\n-1;1;b\r\n",
      "0.5\t-0.25\ta\n-1\t1\tb\n",      "0.5 -0.25 a\n-1 1 b\n",
      "  0.5   -0.25 a \n -1\t 1  b\n", "0,5;-0,25;a\n-1;1;b\n",
      "0,5\t-0,25\ta\n-1\t1\tb\n",      "\nx y \"the class\"\n0.5 -0.25 a\n-1 1 b",
      "0.5, -0.25, a\n-1, 1, b\n",      "0.5 -0.25 \"a a\"\r\n-1 1 b\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    guint n_classes = 0;
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) points = load (texts[i], &n_classes, &error);
    const EsPoint *point;

    g_assert_no_error (error);
    point = (const EsPoint *)points->data;
    g_assert_cmpuint (points->len, ==, 2);
    g_assert_cmpuint (n_classes, ==, 2);
    g_assert_cmpfloat (point[0].x, ==, 0.5f);
    g_assert_cmpfloat (point[0].y, ==, -0.25f);
    g_assert_cmpfloat (point[1].x, ==, -1);
    g_assert_cmpuint (point[1].class, ==, 1);
  }
}

static void
test_says_why (void)
{
  const struct
  {
    const char *text, *found;
  } cases[] = {
      {"1|2|a\n", "commas, semicolons, tabs or blanks between them; found one column"},
      {"1,2\n3,4\n", "found 2 columns"},
      {"1 2 a\n3 4 class b\n", "found 4 columns"},
      {"1 2 a\n3 north b\n", "found “north” for a number"},
      {"x,y,class\n", "expected points of 2 to 4 classes, found 0"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    guint n_classes;

    g_assert_null (load (cases[i].text, &n_classes, &error));
    if (strstr (error->message, cases[i].found) == NULL)
      g_error ("“%s” does not say “%s”", error->message, cases[i].found);
  }
}

static void
test_refused (void)
{
  const char *const texts[] = {
      "",
      "x,y,class\n",
      "1,2,a\n3,4,a\n",
      "1,2\n3,4\n",
      "1,2,a\n3,b,a\n",
      "1,2,a\ninf,0,b\n",
      "0,0,a\n0,0,b\n0,0,c\n0,0,d\n0,0,e\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    guint n_classes;

    g_assert_null (load (texts[i], &n_classes, &error));
    g_assert_true (error != NULL && error->domain == ES_IO_ERROR);
    g_assert_nonnull (strstr (error->message, "points.csv"));
  }
}

static void
test_extremes (void)
{
  guint n_classes;
  g_autoptr (GArray) huge = load ("1e308,0,a\n-1e308,1,b\n", &n_classes, NULL);
  g_autoptr (GArray) same = load ("7,7,a\n7,7,b\n", &n_classes, NULL);

  for (guint i = 0; i < 2; i++) {
    const EsPoint *point = &g_array_index (huge, EsPoint, i);

    g_assert_true (isfinite (point->x) && fabsf (point->x) <= 1 &&
                   fabsf (point->y) <= 1);
    g_assert_cmpfloat (g_array_index (same, EsPoint, i).x, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/points-file/read", test_read);
  g_test_add_func ("/points-file/separators", test_separators);
  g_test_add_func ("/points-file/says-why", test_says_why);
  g_test_add_func ("/points-file/refused", test_refused);
  g_test_add_func ("/points-file/extremes", test_extremes);
  return g_test_run ();
}
