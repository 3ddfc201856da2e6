/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-plot.h"

G_BEGIN_DECLS

/* Figures of an attack while it is edited: they take less than a frame. @names are the
   classes' (nullable). */

/* Input, change and result on one scale. */
EsPlot *
es_attack_figures_pictures (const EsAttackOutcome *outcome,
                            const EsModelConfig *config) G_GNUC_WARN_UNUSED_RESULT;

/* The logits before and after. */
EsPlot *es_attack_figures_logits (const EsAttackOutcome *outcome,
                                  char **names) G_GNUC_WARN_UNUSED_RESULT;

/* "Read as 3 instead of 8", and of class @label (-1: unknown) if it was misread before
   already. */
char *es_attack_figures_verdict (gint label, guint before, guint after, char **names)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same where there is little room: "8 → 3", or "5: 8 → 3". */
char *es_attack_figures_caption (gint label, guint before, guint after, char **names)
    G_GNUC_WARN_UNUSED_RESULT;

/* All norms in words. */
char *es_attack_figures_norms (const EsAttackOutcome *outcome,
                               const char *point) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
