/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The window: the runs on one side, views of the chosen one on the other. */
#define ES_TYPE_WINDOW (es_window_get_type ())
G_DECLARE_FINAL_TYPE (EsWindow, es_window, ES, WINDOW, AdwApplicationWindow)

GtkWidget *es_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;

EsWorkspace *es_window_get_workspace (EsWindow *self);

/* Opens a file or folder by its content, off the main thread; says what went wrong if
   something does. */
void es_window_open_file (EsWindow *self, const char *path);

/* Adds a draft with the settings of @plan (nullable: the usual ones) but a new name,
   and trains it at once if @start. */
void es_window_add_run (EsWindow *self, const EsPlan *plan, gboolean start);

/* Takes over a number that is still being typed: before the chosen run's settings are
   used. */
void es_window_commit (EsWindow *self);

/* Shows the chosen run's views, where the window is too narrow for the list as well. */
void es_window_show_content (EsWindow *self);

/* Shows a page that the sample is on: the one that is looked at, else the explanation.
 */
void es_window_show_sample (EsWindow *self);

/* Shows the attacks @records (of EsAttackRecord, at least one) on the chosen run's
   network. */
void es_window_take_attacks (EsWindow *self, const GPtrArray *records);

/* Undoes the latest edit of the page that is looked at; FALSE if there is none. */
gboolean es_window_undo_edit (EsWindow *self);

G_END_DECLS
