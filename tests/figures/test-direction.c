/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-direction.h"

#include <string.h>

#define C 5

static char *names[] = {(char *)"coat", (char *)"t-shirt", (char *)"t",
                        (char *)"3",    (char *)"bag",     NULL};

static void
check (const char *text, char **class_names, const float *expected)
{
  float u[C];
  g_autoptr (GError) error = NULL;

  if (!es_direction_parse (u, text, class_names, C, &error))
    g_error ("'%s': %s", text, error->message);
  for (guint c = 0; c < C; c++)
    if (u[c] < expected[c] - 1e-6 || u[c] > expected[c] + 1e-6)
      g_error ("'%s': factor %u is %g, expected %g", text, c, u[c], expected[c]);
}

static void
test_numbers (void)
{
  check ("3", NULL, (float[C]){0, 0, 0, 1, 0});
  check ("3 - 4", NULL, (float[C]){0, 0, 0, 1, -1});
  check ("3-4", NULL, (float[C]){0, 0, 0, 1, -1});
  check (" - 1 + 2*0 ", NULL, (float[C]){2, -1, 0, 0, 0});
  check ("0.5 * 1 + .25*2 - 1e-1*1", NULL, (float[C]){0, 0.4f, 0.25f, 0, 0});
  check ("3 + 3", NULL, (float[C]){0, 0, 0, 2, 0});
}

static void
test_names (void)
{
  check ("coat - bag", names, (float[C]){1, 0, 0, 0, -1});
  check ("t-shirt", names, (float[C]){0, 1, 0, 0, 0});
  check ("t - t-shirt", names, (float[C]){0, -1, 1, 0, 0});
  check ("2*t", names, (float[C]){0, 0, 2, 0, 0});
  /* A name that is a number is a name first. */
  check ("3", names, (float[C]){0, 0, 0, 1, 0});
  check ("4", names, (float[C]){0, 0, 0, 0, 1});
}

static void
test_rest (void)
{
  check ("coat - rest", names, (float[C]){1, -0.25f, -0.25f, -0.25f, -0.25f});
  check ("rest", NULL, (float[C]){0.2f, 0.2f, 0.2f, 0.2f, 0.2f});
}

static void
test_refusals (void)
{
  const char *const texts[] = {"",        "  ",    "-",     "3 -", "5",
                               "-1 0",    "coats", "3 3",   "2*",  "inf*3",
                               "1e300*3", "3 - 3", "3 % 4", "nan", "\xff"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    float u[C];
    g_autoptr (GError) error = NULL;

    if (es_direction_parse (u, texts[i], names, C, &error))
      g_error ("'%s' was taken", texts[i]);
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

/* All classes named and "rest" besides: it stands for nobody. */
static void
test_rest_of_none (void)
{
  float u[2];

  g_assert_true (es_direction_parse (u, "0 - 1 + rest", NULL, 2, NULL));
  g_assert_cmpfloat (u[0], ==, 1);
  g_assert_cmpfloat (u[1], ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/direction/numbers", test_numbers);
  g_test_add_func ("/direction/names", test_names);
  g_test_add_func ("/direction/rest", test_rest);
  g_test_add_func ("/direction/rest-of-none", test_rest_of_none);
  g_test_add_func ("/direction/refusals", test_refusals);
  return g_test_run ();
}
