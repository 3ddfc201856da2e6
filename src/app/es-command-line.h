/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-spectrum.h"
#include "es-workspace.h"

G_BEGIN_DECLS

/*
 * The eigenscope-cli command that draws the same figure of the chosen run: @kind as
 * there, e.g. "spectrum", with @options (nullable) as they are. NULL if there is none:
 * nothing is chosen, or an epoch of the past is shown. A run that has not been saved
 * goes by its place in the library or else the file name that is suggested for it; what
 * had to be assumed of a network that others saved is said. Free with g_free().
 */
char *es_command_line_figure (EsWorkspace *workspace,
                              const char *kind,
                              const char *options) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the comparison of @runs (n, at least one). */
char *es_command_line_overfitting (EsRunItem *const *runs,
                                   guint n) G_GNUC_WARN_UNUSED_RESULT;

/* The options that name the chosen direction and @basis. Free with g_free(). */
char *es_command_line_direction (EsWorkspace *workspace,
                                 EsBasis basis) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
