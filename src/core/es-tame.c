/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tame.h"

gboolean
es_tame_is_control (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x200e || c == 0x200f ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
es_tame_text (const char *text)
{
  g_autofree char *valid = text == NULL ? NULL : g_utf8_make_valid (text, -1);
  GString *tame = NULL;

  if (valid == NULL)
    return NULL;
  tame = g_string_new (NULL);
  for (const char *next = valid; *next != '\0'; next = g_utf8_next_char (next)) {
    gunichar c = g_utf8_get_char (next);

    if (g_unichar_iscntrl (c))
      g_string_append_c (tame, ' ');
    else if (!es_tame_is_control (c))
      g_string_append_unichar (tame, c);
  }
  return g_string_free (tame, FALSE);
}
