/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-plot-types.h"

G_BEGIN_DECLS

/* A pixel as cairo's 24-bit images hold it: 0x00RRGGBB. */
typedef guint32 EsPixel;

#define ES_COLOR_MAP_MAX_STOPS 11

/* Colours at equal distances, interpolated between; the first is for the low end. */
typedef struct
{
  const char *name;
  guint n_stops;
  guint8 stops[ES_COLOR_MAP_MAX_STOPS][3];
  EsPixel missing; /* for what is not a number: off the map's own colours */
} EsColorMap;

/* Diverging, for signed data: red negative, blue positive, white centre. */
extern const EsColorMap es_color_map_rdbu;
/* The same for dark screens: dark centre. */
extern const EsColorMap es_color_map_rdbu_dark;
/* The two with positive red, for readers who are used to that. */
extern const EsColorMap es_color_map_burd;
extern const EsColorMap es_color_map_burd_dark;
/* Perceptually even, for unsigned data. */
extern const EsColorMap es_color_map_viridis;
/* Ink on paper: black on white, and light on dark. */
extern const EsColorMap es_color_map_ink;
extern const EsColorMap es_color_map_ink_dark;

/* The colour at @t, 0 to 1, held at the ends; NaN gives the missing colour. */
EsPixel es_color_map_lookup (const EsColorMap *map, double t);

/* How values become colours: lo to hi over the map. */
typedef struct
{
  const EsColorMap *map;
  double lo, hi;
} EsColorScale;

/*
 * The scale of @values (n). Signed: symmetric about zero, as far as the largest finite
 * magnitude. Otherwise from the smallest to the largest finite value.
 */
EsColorScale es_color_scale_fit (const EsColorMap *map,
                                 gboolean is_signed,
                                 const float *values,
                                 gsize n);

/* The colour of @value: a constant scale gives the map's centre, infinities its
   ends. */
EsPixel es_color_scale_pixel (const EsColorScale *scale, double value);

G_END_DECLS
