/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks how the film of the chosen run and direction is to be written, then where to,
   and writes it off the main thread while it shows how far that is. Closing it stops
   that. */
void es_film_dialog_present (GtkWidget *owner, EsWorkspace *workspace);

G_END_DECLS
