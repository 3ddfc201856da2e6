/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Why the chosen network reads the chosen image as it does. */
#define ES_TYPE_EXPLAIN_PAGE (es_explain_page_get_type ())
G_DECLARE_FINAL_TYPE (EsExplainPage, es_explain_page, ES, EXPLAIN_PAGE, AdwBin)

void es_explain_page_set_workspace (EsExplainPage *self, EsWorkspace *workspace);

G_END_DECLS
