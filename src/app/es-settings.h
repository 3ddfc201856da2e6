/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The person's settings; owned by the program. Found in the system's schemas or, when
   the program is started from its build folder, in that. */
GSettings *es_settings_get (void);

G_END_DECLS
