/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-color-map.h"

#include <math.h>

/* METHOD: the stops of RdBu and of viridis are those of the published figures. */

#define RDBU                                                                           \
  {103, 0, 31}, {178, 24, 43}, {214, 96, 77}, {244, 165, 130}, {253, 219, 199},        \
      {247, 247, 247}, {209, 229, 240}, {146, 197, 222}, {67, 147, 195},               \
      {33, 102, 172},                                                                  \
  {                                                                                    \
    5, 48, 97                                                                          \
  }
#define BURD                                                                           \
  {5, 48, 97}, {33, 102, 172}, {67, 147, 195}, {146, 197, 222}, {209, 229, 240},       \
      {247, 247, 247}, {253, 219, 199}, {244, 165, 130}, {214, 96, 77}, {178, 24, 43}, \
  {                                                                                    \
    103, 0, 31                                                                         \
  }
#define RDBU_DARK                                                                      \
  {255, 190, 165}, {250, 128, 102}, {205, 62, 52}, {125, 35, 38}, {30, 30, 34},        \
      {26, 58, 112}, {30, 105, 190}, {84, 165, 238},                                   \
  {                                                                                    \
    175, 215, 255                                                                      \
  }
#define BURD_DARK                                                                      \
  {175, 215, 255}, {84, 165, 238}, {30, 105, 190}, {26, 58, 112}, {30, 30, 34},        \
      {125, 35, 38}, {205, 62, 52}, {250, 128, 102},                                   \
  {                                                                                    \
    255, 190, 165                                                                      \
  }

const EsColorMap es_color_map_rdbu = {"RdBu", 11, {RDBU}, 0x9a9a9a};
const EsColorMap es_color_map_burd = {"BuRd", 11, {BURD}, 0x9a9a9a};
const EsColorMap es_color_map_rdbu_dark = {"RdBu dark", 9, {RDBU_DARK}, 0x7a7a7a};
const EsColorMap es_color_map_burd_dark = {"BuRd dark", 9, {BURD_DARK}, 0x7a7a7a};
const EsColorMap es_color_map_viridis = {"viridis",
                                         10,
                                         {{68, 1, 84},
                                          {72, 40, 120},
                                          {62, 73, 137},
                                          {49, 104, 142},
                                          {38, 130, 142},
                                          {31, 158, 137},
                                          {53, 183, 121},
                                          {110, 206, 88},
                                          {181, 222, 43},
                                          {253, 231, 37}},
                                         0x9a9a9a};
const EsColorMap es_color_map_ink = {"ink", 2, {{255, 255, 255}, {0, 0, 0}}, 0xd08080};
const EsColorMap es_color_map_ink_dark = {
    "ink dark", 2, {{30, 30, 34}, {245, 245, 245}}, 0xa04040};

EsPixel
es_color_map_lookup (const EsColorMap *map, double t)
{
  double at;
  guint i;
  EsPixel pixel = 0;

  if (isnan (t))
    return map->missing;
  at = CLAMP (t, 0, 1) * (map->n_stops - 1);
  i = MIN ((guint)at, map->n_stops - 2);
  at -= i;
  for (guint c = 0; c < 3; c++) {
    double mixed = map->stops[i][c] + at * (map->stops[i + 1][c] - map->stops[i][c]);

    pixel = pixel << 8 | (EsPixel)lrint (mixed);
  }
  return pixel;
}

EsColorScale
es_color_scale_fit (const EsColorMap *map,
                    gboolean is_signed,
                    const float *values,
                    gsize n)
{
  double lo = 0, hi = 0;
  gboolean any = FALSE;

  for (gsize i = 0; i < n; i++) {
    if (!isfinite (values[i]))
      continue;
    lo = any ? MIN (lo, values[i]) : values[i];
    hi = any ? MAX (hi, values[i]) : values[i];
    any = TRUE;
  }
  if (is_signed) {
    hi = MAX (fabs (lo), fabs (hi));
    lo = -hi;
  }
  return (EsColorScale){map, lo, hi};
}

EsPixel
es_color_scale_pixel (const EsColorScale *scale, double value)
{
  if (isfinite (value) && !(scale->hi > scale->lo))
    return es_color_map_lookup (scale->map, 0.5);
  return es_color_map_lookup (scale->map,
                              (value - scale->lo) / (scale->hi - scale->lo));
}
