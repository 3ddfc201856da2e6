/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A bar above the views that says what is in doubt about the chosen run, if others
   saved it: what had to be assumed, what is not finite. Hidden if nothing is. */
#define ES_TYPE_ORIGIN_BAR (es_origin_bar_get_type ())
G_DECLARE_FINAL_TYPE (EsOriginBar, es_origin_bar, ES, ORIGIN_BAR, AdwBin)

void es_origin_bar_set_workspace (EsOriginBar *self, EsWorkspace *workspace);

G_END_DECLS
