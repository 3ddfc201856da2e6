/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * What a network makes of a task whose answer is known, live while it trains: matrices,
 * answers in words and truth table of logic gates; residues and their waves; the target
 * brought back from the weights. And the settings of another such task.
 *
 * "train" (EsPlan *) is emitted when a person wants to train another one.
 */
#define ES_TYPE_TASK_PAGE (es_task_page_get_type ())
G_DECLARE_FINAL_TYPE (EsTaskPage, es_task_page, ES, TASK_PAGE, AdwBin)

void es_task_page_set_workspace (EsTaskPage *self, EsWorkspace *workspace);

/* Turns the matrices from trained to symmetrised, or back. */
void es_task_page_toggle_symmetric (EsTaskPage *self);

/* Opens the window in which a target of the challenge is chosen or drawn. */
void es_task_page_choose_target (EsTaskPage *self);

G_END_DECLS
