/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A picture in memory, 8 bits a channel. */
typedef struct
{
  const guint8 *pixels; /* (rows, stride); a row has cols × channels bytes of use */
  guint rows;
  guint cols;
  guint channels; /* 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha */
  gsize stride;   /* bytes from row to row */
  GBytes *owner;  /* holds the pixels (nullable: they are the caller's) */
} EsImage;

void es_image_clear (EsImage *image);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsImage, es_image_clear)

/* What happens to pictures of another shape than the one wanted. */
typedef enum {
  ES_FIT_STRETCH, /* all of the picture, each side scaled by itself */
  ES_FIT_CROP,    /* the largest part of the right shape, from the middle */
  ES_FIT_PAD,     /* all of the picture in its own shape, zeros beside it */
} EsFit;

/* The networks see one number a pixel. */
typedef enum {
  ES_COLORS_GRAY,   /* 0.299 red + 0.587 green + 0.114 blue */
  ES_COLORS_PLANES, /* red, green and blue as three pictures side by side */
} EsColors;

/* How pictures become the input of a network. */
typedef struct
{
  guint rows; /* of the result, at least 1 */
  guint cols; /* of the result, or of each of its three planes */
  EsFit fit;
  EsColors colors;
  gboolean invert; /* dark becomes bright */
} EsImageFit;

/* The columns of the result: cols, or 3 cols. */
guint es_image_fit_width (const EsImageFit *fit);

/*
 * Writes @image, fitted, to @out (rows, es_image_fit_width()). Each pixel of the result
 * is the mean over the area that it covers. Transparent parts lie on white.
 */
void es_image_fit_apply (guint8 *out, const EsImageFit *fit, const EsImage *image);

G_END_DECLS
