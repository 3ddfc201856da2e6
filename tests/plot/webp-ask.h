/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* What an animated WebP file says of itself, read from its chunks. */
typedef struct
{
  guint width, height;
  guint frames;
  guint duration; /* of all frames, milliseconds */
  gboolean lossless;
} WebpFacts;

static inline guint
webp_number (const guint8 *bytes, guint n)
{
  guint number = 0;

  for (guint i = n; i-- > 0;)
    number = number << 8 | bytes[i];
  return number;
}

static inline void
webp_take_chunk (WebpFacts *facts, const guint8 *chunk, guint size)
{
  const guint8 *data = chunk + 8;

  if (memcmp (chunk, "VP8X", 4) == 0) {
    facts->width = webp_number (data + 4, 3) + 1;
    facts->height = webp_number (data + 7, 3) + 1;
    g_assert_true (data[0] & 2); /* an animation */
  } else if (memcmp (chunk, "ANMF", 4) == 0) {
    g_assert_cmpuint (size, >, 24);
    g_assert_cmpuint (2 * webp_number (data, 3) + webp_number (data + 6, 3) + 1, <=,
                      facts->width);
    g_assert_cmpuint (2 * webp_number (data + 3, 3) + webp_number (data + 9, 3) + 1, <=,
                      facts->height);
    facts->duration += webp_number (data + 12, 3);
    facts->lossless &= memcmp (data + 16, "VP8L", 4) == 0;
    facts->frames++;
  }
}

/* Goes through @bytes; the test fails if it is no whole animated WebP file. */
static inline WebpFacts
webp_ask (gconstpointer bytes, gsize length)
{
  const guint8 *file = bytes;
  WebpFacts facts = {.lossless = TRUE};

  g_assert_cmpuint (length, >, 30);
  g_assert_true (memcmp (file, "RIFF", 4) == 0 && memcmp (file + 8, "WEBP", 4) == 0);
  g_assert_cmpuint (webp_number (file + 4, 4) + 8, ==, length);
  for (gsize at = 12; at < length;) {
    guint size = webp_number (file + at + 4, 4);

    g_assert_cmpuint (at + 8 + size, <=, length);
    webp_take_chunk (&facts, file + at, size);
    at += 8 + size + size % 2;
  }
  return facts;
}
