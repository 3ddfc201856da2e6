/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-selection.h"

#include "es-i18n.h"

#include <stdlib.h>
#include <string.h>

EsPlotId
es_selection_component_id (int component)
{
  EsPlotId id = ES_PLOT_ID_NONE;

  id.series = component >= 0 ? 0 : 1;
  id.index = component >= 0 ? component : -1 - component;
  return id;
}

int
es_selection_component (int series, int index)
{
  return series == 0 ? index : -1 - index;
}

char *
es_selection_title (const char *direction, char **class_names)
{
  guint n = class_names != NULL ? g_strv_length (class_names) : 0;
  char *end;
  long c = strtol (direction, &end, 10);

  if (*end != '\0' || end == direction || c < 0)
    return g_strdup (direction);
  if ((gulong)c < n && strcmp (class_names[c], direction) != 0)
    return g_strdup (class_names[c]);
  return g_strdup_printf (_ ("Class %ld"), c);
}
