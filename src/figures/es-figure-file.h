/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-export.h"
#include "es-plot.h"

G_BEGIN_DECLS

/* Draws @plot into @path, in the format of its suffix (pdf, svg, png), atomically.
   ES_EXPORT_ERROR, ES_IO_ERROR. */
gboolean es_figure_save (EsPlot *plot,
                         const char *path,
                         const EsExportOptions *options,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the numbers of @plot to @path: a table if it ends in .csv, one array for each
   column if it ends in .npz (text that is not numbers becomes the numbers 0, 1, ... of
   its distinct texts in the order of their appearance). */
gboolean es_figure_save_data (const EsPlot *plot,
                              const char *path,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
