/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Leaves the wheel to what @widget, a spin button or a scale, is scrolled in: over a
   number it would change it unnoticed. */
void es_wheel_leave (GtkWidget *widget);

G_END_DECLS
