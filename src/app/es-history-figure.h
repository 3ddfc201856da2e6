/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"
#include "es-run-item.h"

G_BEGIN_DECLS

/* The curves of a run so far, with the changes of settings marked and a line at epoch
   @cursor (negative: none). */
EsPlot *es_history_figure_new (EsRunItem *run,
                               gboolean logarithmic,
                               double cursor) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
