/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-edit-bench.h"
#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes a run of what @bench, which is of @from, makes of @factors (C, D, copied), off
   the main thread: it is added to @workspace and, if the person has their runs kept,
   to the library. @widget's window says that, or what was wrong. */
void es_edit_keep (GtkWidget *widget,
                   EsWorkspace *workspace,
                   EsRunItem *from,
                   EsEditBench *bench,
                   const float *factors);

G_END_DECLS
