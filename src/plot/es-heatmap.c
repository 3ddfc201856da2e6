/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-heatmap.h"

#include <math.h>

/* What an enlarged image is to have at least, dots per unit: 384 per inch. */
#define VECTOR_DOTS 4
#define VECTOR_MAX_SIDE 2048

static EsPixel *
image_row (cairo_surface_t *image, guint row)
{
  return (EsPixel *)(void *)(cairo_image_surface_get_data (image) +
                             (gsize)row *
                                 (gsize)cairo_image_surface_get_stride (image));
}

cairo_surface_t *
es_heatmap_new_image (const float *values,
                      guint rows,
                      guint cols,
                      const EsColorScale *scale)
{
  cairo_surface_t *image =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)cols, (int)rows);

  if (cairo_surface_status (image) != CAIRO_STATUS_SUCCESS)
    return image;
  cairo_surface_flush (image);
  for (guint row = 0; row < rows; row++) {
    EsPixel *pixels = image_row (image, row);

    for (guint col = 0; col < cols; col++)
      pixels[col] = es_color_scale_pixel (scale, values[(gsize)row * cols + col]);
  }
  cairo_surface_mark_dirty (image);
  return image;
}

cairo_surface_t *
es_heatmap_new_strip (const EsColorMap *map, guint n)
{
  EsColorScale scale = {map, 0, 1};
  g_autofree float *values = g_new (float, n);

  for (guint i = 0; i < n; i++)
    values[i] = 1 - (float)i / (float)MAX (n - 1, 1);
  return es_heatmap_new_image (values, n, 1, &scale);
}

static cairo_surface_t *
enlarge (cairo_surface_t *image, guint factor)
{
  int width = cairo_image_surface_get_width (image);
  int height = cairo_image_surface_get_height (image);
  cairo_surface_t *large = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, width * (int)factor, height * (int)factor);

  if (cairo_surface_status (large) != CAIRO_STATUS_SUCCESS)
    return large;
  cairo_surface_flush (large);
  for (guint row = 0; row < (guint)height * factor; row++) {
    const EsPixel *from = image_row (image, row / factor);
    EsPixel *to = image_row (large, row);

    for (guint col = 0; col < (guint)width * factor; col++)
      to[col] = from[col / factor];
  }
  cairo_surface_mark_dirty (large);
  return large;
}

static guint
vector_factor (cairo_surface_t *image, const EsRect *rect)
{
  double width = cairo_image_surface_get_width (image);
  double height = cairo_image_surface_get_height (image);
  double wanted = ceil (VECTOR_DOTS * MAX (rect->width / width, rect->height / height));
  double most = floor (VECTOR_MAX_SIDE / MAX (width, height));

  return (guint)MAX (1, MIN (wanted, most));
}

static gboolean
is_vector (cairo_surface_t *target)
{
  cairo_surface_type_t type = cairo_surface_get_type (target);

  return type == CAIRO_SURFACE_TYPE_SVG || type == CAIRO_SURFACE_TYPE_PDF;
}

void
es_heatmap_draw (cairo_t *cr, cairo_surface_t *image, const EsRect *rect)
{
  cairo_surface_t *source = cairo_surface_reference (image);

  if (cairo_surface_status (image) == CAIRO_STATUS_SUCCESS && rect->width > 0 &&
      rect->height > 0) {
    if (is_vector (cairo_get_target (cr))) {
      cairo_surface_destroy (source);
      source = enlarge (image, vector_factor (image, rect));
    }
    cairo_save (cr);
    cairo_translate (cr, rect->x, rect->y);
    cairo_scale (cr, rect->width / cairo_image_surface_get_width (source),
                 rect->height / cairo_image_surface_get_height (source));
    cairo_set_source_surface (cr, source, 0, 0);
    cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
    cairo_paint (cr);
    cairo_restore (cr);
  }
  cairo_surface_destroy (source);
}
