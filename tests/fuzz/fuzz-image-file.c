/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-image-file.h"

/* More would only wait for the decoder. */
#define MAX_PIXELS (1 << 20)

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_auto (EsImage) image = {0};
  EsImageFit fit = {
      .rows = 3, .cols = 2, .fit = ES_FIT_CROP, .colors = ES_COLORS_PLANES};
  EsImageHeader header;
  guint8 out[18];

  if (!es_image_read_header (&header, bytes, "FILE", NULL) ||
      (guint64)header.rows * header.cols > MAX_PIXELS)
    return 0;
  if (!es_image_decode (&image, bytes, "FILE", &error)) {
    g_assert (error != NULL);
    return 0;
  }
  es_image_fit_apply (out, &fit, &image);
  fit.fit = ES_FIT_PAD;
  es_image_fit_apply (out, &fit, &image);
  return 0;
}
