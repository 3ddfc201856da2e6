/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The spectrum of the chosen direction in full, the chosen component large, and the
   eigenvectors of all classes side by side. */
#define ES_TYPE_SPECTRUM_PAGE (es_spectrum_page_get_type ())
G_DECLARE_FINAL_TYPE (EsSpectrumPage, es_spectrum_page, ES, SPECTRUM_PAGE, AdwBin)

void es_spectrum_page_set_workspace (EsSpectrumPage *self, EsWorkspace *workspace);

/* Between one direction and all classes. */
void es_spectrum_page_toggle_all (EsSpectrumPage *self);

G_END_DECLS
