/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The settings of a run, in groups. All can be changed while it is a draft; learning
 * rate, weight decay and noise also while it trains.
 */
#define ES_TYPE_SETTINGS_PANEL (es_settings_panel_get_type ())
G_DECLARE_FINAL_TYPE (EsSettingsPanel, es_settings_panel, ES, SETTINGS_PANEL, AdwBin)

/* @run: nullable. */
void es_settings_panel_set_run (EsSettingsPanel *self, EsRunItem *run);

/* Takes over a number that is still being typed. */
void es_settings_panel_commit (EsSettingsPanel *self);

G_END_DECLS
