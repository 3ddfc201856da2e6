/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The list of runs, sorted and filtered, with a line to search it. The chosen row is
 * the chosen run of the workspace, wherever it is chosen; it stays chosen when it is
 * filtered out.
 *
 * Properties: "searching", whether the line is shown.
 * Signals: "activated" when a person has gone for a row.
 */
#define ES_TYPE_RUN_LIST (es_run_list_get_type ())
G_DECLARE_FINAL_TYPE (EsRunList, es_run_list, ES, RUN_LIST, GtkBox)

void es_run_list_set_workspace (EsRunList *self, EsWorkspace *workspace);

/* The actions on the list and its chosen run, to be called "runs". */
GActionGroup *es_run_list_get_actions (EsRunList *self);

/* Shows the line and goes there. */
void es_run_list_search (EsRunList *self);

G_END_DECLS
