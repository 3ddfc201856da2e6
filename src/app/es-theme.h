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

/* What stands between whole and fraction of a number in the reader's locale, UTF-8. */
const char *es_theme_get_point (void);

/* Fills @style for plots drawn in @widget, on a transparent ground. */
void es_theme_get_style (EsStyle *style, GtkWidget *widget);
/* The size of text in @widget as a multiple of the usual one, 0.5 to 3. */
double es_theme_get_text_scale (GtkWidget *widget);

G_END_DECLS
