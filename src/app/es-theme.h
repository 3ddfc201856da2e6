/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-style.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * How plots look on this screen: light, dark or high contrast as the desktop says, the
 * person's choice of colours, the widget's font. "changed" is emitted when any of it
 * changes.
 */
#define ES_TYPE_THEME (es_theme_get_type ())
G_DECLARE_FINAL_TYPE (EsTheme, es_theme, ES, THEME, GObject)

/* The only one; owned by itself. */
EsTheme *es_theme_get_default (void);

/* Fills @style for plots drawn in @widget, on a transparent ground. */
void es_theme_get_style (EsStyle *style, GtkWidget *widget);

G_END_DECLS
