/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Overfitting, seen: two networks that differ in nothing but regularisation learn the
 * same images side by side, and their eigenvectors and numbers are compared as they do.
 * They are runs of the list only when they are kept. It trains at once.
 */
#define ES_TYPE_OVERFIT_WINDOW (es_overfit_window_get_type ())
G_DECLARE_FINAL_TYPE (EsOverfitWindow, es_overfit_window, ES, OVERFIT_WINDOW, AdwWindow)

/* Shows one in front of @parent, on the images of the chosen run of @workspace if it
   has some, else on the built-in digits. */
void es_overfit_window_present (GtkWindow *parent, EsWorkspace *workspace);

G_END_DECLS
