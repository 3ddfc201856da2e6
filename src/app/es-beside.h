/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two children side by side where there is room, else the second below the first. The
   first may be hidden. */
#define ES_TYPE_BESIDE (es_beside_get_type ())
G_DECLARE_FINAL_TYPE (EsBeside, es_beside, ES, BESIDE, GtkWidget)

G_END_DECLS
