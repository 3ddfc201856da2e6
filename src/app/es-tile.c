/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tile.h"

guint
es_tile_side (guint rows, guint cols, guint size)
{
  return MAX (1, size / MAX (MAX (rows, cols), 1));
}

GdkTexture *
es_tile_new (
    const float *values, guint rows, guint cols, guint side, const EsColorScale *scale)
{
  gsize width = (gsize)cols * side, height = (gsize)rows * side;
  guint32 *pixels = g_new (guint32, width * height);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      pixels[y * width + x] =
          0xff000000u |
          (x % side > 0
               ? pixels[y * width + x - 1] & 0xffffffu
               : es_color_scale_pixel (scale, values[y / side * cols + x / side]));
  bytes = g_bytes_new_take (pixels, width * height * sizeof *pixels);
  return gdk_memory_texture_new ((int)width, (int)height,
                                 G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8A8
                                                                 : GDK_MEMORY_A8R8G8B8,
                                 bytes, width * sizeof *pixels);
}
