/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"

G_BEGIN_DECLS

/*
 * Appends a PNG file of @image (ARGB32 or RGB24) to @out, with its dots per inch (pHYs)
 * and @texts (key, value, ..., NULL; nullable) as text chunks. Returns FALSE with
 * libpng's message in @message (transfer full) if that fails.
 */
gboolean es_png_encode (GByteArray *out,
                        cairo_surface_t *image,
                        double dpi,
                        const char *const *texts,
                        char **message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
