/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot.h"

G_BEGIN_DECLS

/* Figures as files, by the same functions that draw them on a screen. */

#define ES_EXPORT_ERROR (es_export_error_quark ())

typedef enum {
  ES_EXPORT_ERROR_SIZE,   /* not a size, or one that no file can have */
  ES_EXPORT_ERROR_FORMAT, /* not a suffix of a known format */
  ES_EXPORT_ERROR_FAILED, /* cairo or libpng could not draw */
} EsExportError;

GQuark es_export_error_quark (void);

typedef enum {
  ES_EXPORT_PDF,
  ES_EXPORT_SVG,
  ES_EXPORT_PNG,
} EsExportFormat;

/* The format that the suffix of @path names. */
gboolean es_export_format_from_path (const char *path,
                                     EsExportFormat *format,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  double width;  /* units of 1/96 inch; 0 for 5.5 in */
  double height; /* 0 for the plot's natural height */
  double dpi;    /* of PNG; 0 for 300 */
  double scale;  /* of text and lines; 0 for 1 */
  gboolean transparent;
  gboolean hide_title;
  const EsStyle *style; /* NULL for print */
  /* Key, value, key, value, ..., NULL: where the figure comes from, e.g. "Software",
     "Source", "Command"; nullable. PNG wants keys of at most 79 ASCII characters. */
  const char *const *provenance;
} EsExportOptions;

/*
 * Sets size, and for some presets dpi and scale, from @size: a preset ("neurips",
 * "iclr", "icml-column", "icml-page", "journal-column", "journal-page", "slide",
 * "readme"), a width ("5.5in", "89mm", "240pt", "1200px") or width and height
 * ("120x80mm"). A pixel is one of the PNG at @options->dpi.
 */
gboolean es_export_options_set_size (EsExportOptions *options,
                                     const char *size,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The names of the presets, NULL-terminated. */
const char *const *es_export_presets (void);

/*
 * Draws @plot into the bytes of a file. PDF has real text with embedded fonts and the
 * pictures as images that viewers don't smooth; SVG has text as outlines.
 * ES_EXPORT_ERROR.
 */
GBytes *es_plot_render (EsPlot *plot,
                        EsExportFormat format,
                        const EsExportOptions *options,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The pixels of what es_plot_render() would make a PNG of: an image surface, RGB24 or,
   if it is transparent, ARGB32. Free with cairo_surface_destroy(). ES_EXPORT_ERROR. */
cairo_surface_t *es_plot_render_image (EsPlot *plot,
                                       const EsExportOptions *options,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
