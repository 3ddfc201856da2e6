/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks how large and in which format @plot is to be, then where to, and writes it off
   the main thread. @name is the suggested file name, without suffix; @command
   (nullable) makes the same figure and goes into the file. */
void es_export_dialog_present (GtkWidget *owner,
                               EsPlot *plot,
                               const char *name,
                               const char *command);

G_END_DECLS
