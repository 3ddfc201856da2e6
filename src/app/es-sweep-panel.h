/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-trial-study.h"
#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Masks on all test images against strength: what becomes of accuracy, which classes
   fall. A trial goes on, and its result stays, while another run is looked at. */
#define ES_TYPE_SWEEP_PANEL (es_sweep_panel_get_type ())
G_DECLARE_FINAL_TYPE (EsSweepPanel, es_sweep_panel, ES, SWEEP_PANEL, AdwBin)

void es_sweep_panel_set_workspace (EsSweepPanel *self, EsWorkspace *workspace);

/* Whose selected layer can be tried. */
void es_sweep_panel_set_editor (EsSweepPanel *self, EsAttackEditor *editor);

/* Starts with what is chosen, unless that cannot be tried or a trial of the chosen run
   is under way; ends the one that is. */
void es_sweep_panel_start (EsSweepPanel *self);
void es_sweep_panel_cancel (EsSweepPanel *self);
gboolean es_sweep_panel_is_busy (EsSweepPanel *self);

/* Ends the trials of all runs. */
void es_sweep_panel_cancel_all (EsSweepPanel *self);

/* The chosen run's latest trial (nullable). */
const EsTrialStudy *es_sweep_panel_get_study (EsSweepPanel *self);

/* Asks where its figure is to go; FALSE if there is none yet. */
gboolean es_sweep_panel_export (EsSweepPanel *self);

G_END_DECLS
