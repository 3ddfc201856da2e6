/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A hidden target for the challenge, chosen from the images of the chosen run or drawn:
   what is chosen is the workspace's sample, here as everywhere. */
#define ES_TYPE_TARGET_WINDOW (es_target_window_get_type ())
G_DECLARE_FINAL_TYPE (EsTargetWindow, es_target_window, ES, TARGET_WINDOW, AdwWindow)

/* @owner is kept alive until the window is closed. */
typedef void (*EsTargetChosen) (const EsSample *sample, gpointer owner);

/* Shows one in front of the window that @owner is in; @chosen is called when a person
   has decided. */
void es_target_window_present (GtkWidget *owner,
                               EsWorkspace *workspace,
                               EsTargetChosen chosen);

G_END_DECLS
