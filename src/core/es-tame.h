/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @c does something to the text around it instead of being shown: control
   characters, and those that turn the direction of writing. */
gboolean es_tame_is_control (gunichar c);

/* @text (nullable) without such characters, as a name is shown: blanks stand for the
   former, nothing for the latter. Text that is no UTF-8 is made such (g_free()). */
char *es_tame_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
