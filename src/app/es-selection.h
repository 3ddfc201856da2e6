/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

G_BEGIN_DECLS

/* How the shared selection is named in plots and in words. */

/* Component 0, 1, ... from the most positive, -1, -2, ... from the most negative, as an
   element of a spectrum plot, and back. */
EsPlotId es_selection_component_id (int component);
int es_selection_component (int series, int index);

/* What a direction is called: the name of a class, else the text itself. Free with
   g_free(). */
char *es_selection_title (const char *direction,
                          char **class_names) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
