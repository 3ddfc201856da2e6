/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-color-map.h"
#include "es-plot-types.h"

G_BEGIN_DECLS

/*
 * How figures look: every font, width and colour. A plain value; whoever draws on a
 * screen starts from one of these and changes what the theme says.
 */
struct _EsStyle
{
  char family[128];  /* fonts by preference, separated by commas */
  double size;       /* of body text, units of 1/96 inch */
  double size_small; /* of tick labels, captions and notes */
  double size_title;
  gboolean show_title;
  char point[8]; /* between whole and fraction of numbers, UTF-8: "." in files */

  double margin;     /* around the figure */
  double gap;        /* between neighbouring things */
  double line;       /* data */
  double line_minor; /* data of second rank */
  double frame;      /* axes, frames, ticks, leaders */
  double dot;        /* radius of an emphasised point */

  EsColor background; /* opacity 0 draws none */
  EsColor text;
  EsColor dim; /* text of second rank */
  EsColor axis;
  EsColor grid;
  EsColor series[2]; /* train, test */
  EsColor positive;
  EsColor negative;
  EsColor accent;     /* selection, cursor, highlight */
  EsColor accent_rim; /* around it, so that it shows on any picture */

  const EsColorMap *diverging;
  const EsColorMap *sequential;
  const EsColorMap *ink;
};

/* For screens. */
void es_style_light (EsStyle *style);
void es_style_dark (EsStyle *style);
void es_style_high_contrast (EsStyle *style);
void es_style_high_contrast_dark (EsStyle *style);
/* For paper: 7 to 9 point text, lines of 0.5 to 1 point, on white. */
void es_style_print (EsStyle *style);

/* Multiplies all lengths, e.g. by 2 for a slide. */
void es_style_scale (EsStyle *style, double factor);

/* Makes red the positive colour, everywhere. */
void es_style_swap_signs (EsStyle *style);

G_END_DECLS
