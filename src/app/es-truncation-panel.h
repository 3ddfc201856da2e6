/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * How good the chosen run, or all that know the same dataset, are with few components
 * of each class, and the eigenvectors that come in one after another. Computed while it
 * is on screen and nothing is being trained of the run.
 */
#define ES_TYPE_TRUNCATION_PANEL (es_truncation_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    EsTruncationPanel, es_truncation_panel, ES, TRUNCATION_PANEL, GtkBox)

void es_truncation_panel_set_workspace (EsTruncationPanel *self,
                                        EsWorkspace *workspace);

G_END_DECLS
