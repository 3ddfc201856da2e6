/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-webp.h"

#include <errno.h>
#include <webp/encode.h>
#include <webp/mux.h>

/* Of 0 to 9: above, files of figures get hardly smaller, and take longer. */
#define EFFORT 3
/* A player that jumps need not go through all pictures before. */
#define KEY_LEAST 20
#define KEY_MOST 38

struct _EsWebp
{
  WebPAnimEncoder *encoder;
  WebPConfig config;
  int width, height;
};

EsWebp *
es_webp_new (guint width, guint height)
{
  WebPAnimEncoderOptions options;
  EsWebp *webp;

  if (width == 0 || height == 0 || width > ES_WEBP_MAX_SIDE ||
      height > ES_WEBP_MAX_SIDE || !WebPAnimEncoderOptionsInit (&options))
    return NULL;
  webp = g_new0 (EsWebp, 1);
  webp->width = (int)width;
  webp->height = (int)height;
  options.kmin = KEY_LEAST;
  options.kmax = KEY_MOST;
  webp->encoder = WebPAnimEncoderNew (webp->width, webp->height, &options);
  if (webp->encoder == NULL || !WebPConfigInit (&webp->config) ||
      !WebPConfigLosslessPreset (&webp->config, EFFORT))
    g_clear_pointer (&webp, es_webp_free);
  return webp;
}

void
es_webp_free (EsWebp *webp)
{
  if (webp == NULL)
    return;
  WebPAnimEncoderDelete (webp->encoder);
  g_free (webp);
}

static gboolean
check (EsWebp *webp, gboolean done, char **message)
{
  if (!done)
    *message = g_strdup (WebPAnimEncoderGetError (webp->encoder));
  return done;
}

/* RGB24 leaves the highest byte open, where WebP has the opacity. */
static void
copy_pixels (WebPPicture *picture, cairo_surface_t *image)
{
  const guchar *rows = cairo_image_surface_get_data (image);
  gsize stride = (gsize)cairo_image_surface_get_stride (image);

  for (int y = 0; y < picture->height; y++) {
    const guint32 *from = (const guint32 *)(gconstpointer)(rows + (gsize)y * stride);
    uint32_t *to = picture->argb + (gsize)y * (gsize)picture->argb_stride;

    for (int x = 0; x < picture->width; x++)
      to[x] = from[x] | 0xff000000u;
  }
}

gboolean
es_webp_add (EsWebp *webp, cairo_surface_t *image, int start, char **message)
{
  WebPPicture picture;
  gboolean done;

  g_return_val_if_fail (cairo_image_surface_get_width (image) == webp->width, FALSE);
  g_return_val_if_fail (cairo_image_surface_get_height (image) == webp->height, FALSE);
  if (!WebPPictureInit (&picture))
    return check (webp, FALSE, message);
  picture.use_argb = 1;
  picture.width = webp->width;
  picture.height = webp->height;
  if (!WebPPictureAlloc (&picture)) {
    *message = g_strdup (g_strerror (ENOMEM));
    return FALSE;
  }
  cairo_surface_flush (image);
  copy_pixels (&picture, image);
  done = WebPAnimEncoderAdd (webp->encoder, &picture, start, &webp->config);
  WebPPictureFree (&picture);
  return check (webp, done, message);
}

static void
data_free (gpointer data)
{
  WebPDataClear (data);
  g_free (data);
}

GBytes *
es_webp_finish (EsWebp *webp, int end, char **message)
{
  WebPData *data = g_new0 (WebPData, 1);

  if (check (webp,
             WebPAnimEncoderAdd (webp->encoder, NULL, end, NULL) &&
                 WebPAnimEncoderAssemble (webp->encoder, data),
             message))
    return g_bytes_new_with_free_func (data->bytes, data->size, data_free, data);
  data_free (data);
  return NULL;
}
