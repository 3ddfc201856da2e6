/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tame.h"

static void
test_controls (void)
{
  const gunichar controls[] = {0,      '\n',   0x7f,   0x9f,   0x200e,
                               0x200f, 0x202a, 0x202e, 0x2066, 0x2069};
  const gunichar others[] = {' ', 'a', 0xe9, 0x5d0, 0x200d, 0x202f, 0x2065, 0x206a};

  for (guint i = 0; i < G_N_ELEMENTS (controls); i++)
    g_assert_true (es_tame_is_control (controls[i]));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (es_tame_is_control (others[i]));
}

static void
test_without (void)
{
  const char *const pairs[][2] = {
      {"plain", "plain"},       {"", ""},
      {"a\u202eb\u202c", "ab"}, {"\u05d0\u200e\t1", "\u05d0 1"},
      {"a\xff", "a\ufffd"},     {NULL, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree char *text = es_tame_text (pairs[i][0]);

    g_assert_cmpstr (text, ==, pairs[i][1]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tame/controls", test_controls);
  g_test_add_func ("/tame/without", test_without);
  return g_test_run ();
}
