/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-reading.h"
#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The components of one class by what they contribute to the logit of an image, to be
 * switched off, scaled and flipped; what the network is like then, and a run of it.
 * The class is the workspace's, or while that is no class the one that the image is
 * read as. Edits are of one set of weights; to others of the same run they are carried
 * over by the components' ranks. Each run has its own, which stay with it.
 *
 * "edited" is emitted when factors change. Actions: "components.undo",
 * "components.redo", "components.reset", "components.keep".
 */
#define ES_TYPE_COMPONENT_PANEL (es_component_panel_get_type ())
G_DECLARE_FINAL_TYPE (EsComponentPanel, es_component_panel, ES, COMPONENT_PANEL, GtkBox)

void es_component_panel_set_workspace (EsComponentPanel *self, EsWorkspace *workspace);

/* Shows @reading (nullable), which is of @run and belongs to the caller, who keeps it
   until another one is shown. */
void es_component_panel_show (EsComponentPanel *self,
                              EsRunItem *run,
                              const EsReading *reading);

/* The factors (C, D) by which the components of @run are scaled, and in *@of (nullable)
   the spectrum that they are of; NULL: unedited. */
const float *es_component_panel_get_factors (EsComponentPanel *self,
                                             EsRunItem *run,
                                             EsSpectrum **of);

/* FALSE if there is nothing to undo or redo. */
gboolean es_component_panel_undo (EsComponentPanel *self);
gboolean es_component_panel_redo (EsComponentPanel *self);

G_END_DECLS
