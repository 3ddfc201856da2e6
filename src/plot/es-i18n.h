/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * Translations of what people read, from the program's own domain whichever program
 * links the library. _() translates, N_() marks a string that is translated later.
 * Plurals are g_dngettext() with the same domain.
 */
#define ES_TEXT_DOMAIN "eigenscope"

/*
 * Chooses the catalogues: those of the build that the program lies in, which go before
 * installed ones of perhaps another version. Called once at the start, after
 * setlocale().
 */
void es_i18n_init (void);

#define _(string) g_dgettext (ES_TEXT_DOMAIN, string)
#define N_(string) (string)
