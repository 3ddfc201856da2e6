/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Says that the chosen run cannot be kept in the library, and why, as long as that is
   so. */
#define ES_TYPE_TROUBLE_BAR (es_trouble_bar_get_type ())
G_DECLARE_FINAL_TYPE (EsTroubleBar, es_trouble_bar, ES, TROUBLE_BAR, AdwBin)

void es_trouble_bar_set_workspace (EsTroubleBar *self, EsWorkspace *workspace);

G_END_DECLS
