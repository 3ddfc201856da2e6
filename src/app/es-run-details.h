/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows what is known of @run in a window over @owner's, and has its name, tags and
   notes changed there; they are taken when the window is closed. */
void es_run_details_present (GtkWidget *owner, EsRunItem *run);

G_END_DECLS
