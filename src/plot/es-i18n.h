/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * Translations of what people read, from the program's own domain whichever program
 * links the library. _() translates, N_() marks a string that is translated later.
 * Plurals are g_dngettext() with the same domain.
 */
#define ES_TEXT_DOMAIN "eigenscope"

#define _(string) g_dgettext (ES_TEXT_DOMAIN, string)
#define N_(string) (string)
