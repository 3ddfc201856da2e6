/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-style.h"

#define HEX(value)                                                                     \
  {                                                                                    \
    ((value) >> 16 & 0xff) / 255.0, ((value) >> 8 & 0xff) / 255.0,                     \
        ((value)&0xff) / 255.0, 1                                                      \
  }

#define POINT (96.0 / 72.0)

/* Series are vermilion and blue of Okabe and Ito's palette, darkened until text in
   them has a contrast of 4.5 on its background; signs are the ends of the map. */
static const EsStyle light = {
    .family = "sans-serif",
    .size = 13,
    .size_small = 11.5,
    .size_title = 15,
    .show_title = TRUE,
    .point = ".",
    .margin = 10,
    .gap = 8,
    .line = 2,
    .line_minor = 1.4,
    .frame = 1,
    .dot = 3.5,
    .background = HEX (0xffffff),
    .text = HEX (0x1f1f23),
    .dim = HEX (0x62626a),
    .axis = HEX (0x77777f),
    .grid = HEX (0xe6e6ea),
    .series = {HEX (0xb84d00), HEX (0x0068a8)},
    .positive = HEX (0x2166ac),
    .negative = HEX (0xb2182b),
    .accent = HEX (0xe08a00),
    .accent_rim = HEX (0x1f1f23),
    .diverging = &es_color_map_rdbu,
    .sequential = &es_color_map_viridis,
    .ink = &es_color_map_ink,
};

void
es_style_light (EsStyle *style)
{
  *style = light;
}

void
es_style_dark (EsStyle *style)
{
  *style = light;
  style->background = (EsColor)HEX (0x1e1e22);
  style->text = (EsColor)HEX (0xf2f2f4);
  style->dim = (EsColor)HEX (0xa9a9b2);
  style->axis = (EsColor)HEX (0x8c8c96);
  style->grid = (EsColor)HEX (0x36363c);
  style->series[0] = (EsColor)HEX (0xf5a05a);
  style->series[1] = (EsColor)HEX (0x62b5f0);
  style->positive = (EsColor)HEX (0x62b0f5);
  style->negative = (EsColor)HEX (0xfa8066);
  style->accent = (EsColor)HEX (0xffc44d);
  style->accent_rim = (EsColor)HEX (0x000000);
  style->diverging = &es_color_map_rdbu_dark;
  style->ink = &es_color_map_ink_dark;
}

static void
thicken (EsStyle *style)
{
  style->line = 2.8;
  style->line_minor = 2.2;
  style->frame = 1.5;
  style->dot = 4.5;
}

void
es_style_high_contrast (EsStyle *style)
{
  *style = light;
  thicken (style);
  style->text = (EsColor)HEX (0x000000);
  style->dim = (EsColor)HEX (0x222222);
  style->axis = (EsColor)HEX (0x000000);
  style->grid = (EsColor)HEX (0xb0b0b0);
  style->series[0] = (EsColor)HEX (0x8a3500);
  style->series[1] = (EsColor)HEX (0x004a80);
  style->positive = (EsColor)HEX (0x053061);
  style->negative = (EsColor)HEX (0x8b0a1e);
  style->accent = (EsColor)HEX (0xffb000);
  style->accent_rim = (EsColor)HEX (0x000000);
}

void
es_style_high_contrast_dark (EsStyle *style)
{
  es_style_dark (style);
  thicken (style);
  style->background = (EsColor)HEX (0x000000);
  style->text = (EsColor)HEX (0xffffff);
  style->dim = (EsColor)HEX (0xe0e0e4);
  style->axis = (EsColor)HEX (0xffffff);
  style->grid = (EsColor)HEX (0x606068);
  style->series[0] = (EsColor)HEX (0xffc08a);
  style->series[1] = (EsColor)HEX (0x96d2ff);
  style->positive = (EsColor)HEX (0x96d2ff);
  style->negative = (EsColor)HEX (0xffb09a);
  style->accent = (EsColor)HEX (0xffdc50);
}

void
es_style_print (EsStyle *style)
{
  *style = light;
  g_strlcpy (style->family,
             "Nimbus Sans, Liberation Sans, Arimo, DejaVu Sans, sans-serif",
             sizeof style->family);
  style->size = 8 * POINT;
  style->size_small = 7 * POINT;
  style->size_title = 9 * POINT;
  style->margin = 3;
  style->gap = 6;
  style->line = 1 * POINT;
  style->line_minor = 0.75 * POINT;
  style->frame = 0.5 * POINT;
  style->dot = 2.4;
}

void
es_style_scale (EsStyle *style, double factor)
{
  double *const lengths[] = {
      &style->size, &style->size_small, &style->size_title, &style->margin, &style->gap,
      &style->line, &style->frame,      &style->line_minor, &style->dot,
  };

  g_return_if_fail (factor > 0);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    *lengths[i] *= factor;
}

void
es_style_swap_signs (EsStyle *style)
{
  static const EsColorMap *const pairs[][2] = {
      {&es_color_map_rdbu, &es_color_map_burd},
      {&es_color_map_rdbu_dark, &es_color_map_burd_dark},
  };
  EsColor positive = style->positive;

  style->positive = style->negative;
  style->negative = positive;
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    if (style->diverging == pairs[i][0] || style->diverging == pairs[i][1]) {
      style->diverging = pairs[i][style->diverging == pairs[i][0]];
      return;
    }
  }
}
