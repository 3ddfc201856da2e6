/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-rng.h"

#include "es-vector.h"

#include <math.h>
#include <string.h>

#define ROUNDS 10
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

/* Blocks made side by side in the bulk functions, one per vector lane. */
#define LANES 16
#define CHUNK (4 * LANES)

void
es_rng_block (const EsRngStream *stream, guint32 block, guint32 words[4])
{
  guint32 k0 = (guint32)stream->seed, k1 = (guint32)(stream->seed >> 32);
  guint32 c0 = block, c1 = stream->b, c2 = stream->a, c3 = stream->purpose;

  for (guint round = 0; round < ROUNDS; round++) {
    guint64 p0 = (guint64)MULTIPLIER_0 * c0, p1 = (guint64)MULTIPLIER_1 * c2;

    c0 = (guint32)(p1 >> 32) ^ c1 ^ k0;
    c2 = (guint32)(p0 >> 32) ^ c3 ^ k1;
    c1 = (guint32)p1;
    c3 = (guint32)p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

/* Blocks @block to @block + LANES - 1: word j of block i in words[j][i]. */
static inline __attribute__ ((always_inline)) void
fill_blocks (const EsRngStream *stream, guint32 block, guint32 words[4][LANES])
{
  guint32 k0 = (guint32)stream->seed, k1 = (guint32)(stream->seed >> 32);
  guint32 *restrict c0 = words[0], *restrict c1 = words[1];
  guint32 *restrict c2 = words[2], *restrict c3 = words[3];

  for (guint i = 0; i < LANES; i++) {
    c0[i] = block + i;
    c1[i] = stream->b;
    c2[i] = stream->a;
    c3[i] = stream->purpose;
  }
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < LANES; i++) {
      guint64 p0 = (guint64)MULTIPLIER_0 * c0[i], p1 = (guint64)MULTIPLIER_1 * c2[i];

      c0[i] = (guint32)(p1 >> 32) ^ c1[i] ^ k0;
      c2[i] = (guint32)(p0 >> 32) ^ c3[i] ^ k1;
      c1[i] = (guint32)p1;
      c3[i] = (guint32)p0;
    }
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
}

void
es_rng_init (EsRng *rng, guint64 seed, EsRngPurpose purpose, guint32 a, guint32 b)
{
  *rng = (EsRng){.stream = {seed, purpose, a, b}};
}

guint32
es_rng_next (EsRng *rng)
{
  if (rng->n_left == 0) {
    es_rng_block (&rng->stream, rng->block++, rng->words);
    rng->n_left = 4;
  }
  return rng->words[4 - rng->n_left--];
}

double
es_rng_uniform (EsRng *rng)
{
  return (es_rng_next (rng) >> 8) * 0x1p-24;
}

double
es_rng_range (EsRng *rng, double low, double high)
{
  return low + (high - low) * es_rng_uniform (rng);
}

guint32
es_rng_below (EsRng *rng, guint32 n)
{
  guint64 product = (guint64)es_rng_next (rng) * n;

  /* Lemire, "Fast random integer generation in an interval", 2019. */
  if ((guint32)product < n) {
    guint32 threshold = -n % n;

    while ((guint32)product < threshold)
      product = (guint64)es_rng_next (rng) * n;
  }
  return product >> 32;
}

double
es_rng_normal (EsRng *rng)
{
  double u = (es_rng_next (rng) + 1.0) * 0x1p-32, phase = es_rng_next (rng) * 0x1p-32;

  return sqrt (-2 * log (u)) * cos (2 * G_PI * phase);
}

void
es_rng_shuffle (EsRng *rng, guint32 *order, gsize n)
{
  for (gsize i = 0; i < n; i++)
    order[i] = (guint32)i;
  for (gsize i = n; i > 1; i--) {
    gsize j = es_rng_below (rng, (guint32)i);
    guint32 swap = order[i - 1];

    order[i - 1] = order[j];
    order[j] = swap;
  }
}

/* log (u) for u in (0, 1], relative error about 1e-7: u = m 2^e with m in
   [sqrt (1/2), sqrt (2)), log (m) = 2 atanh ((m - 1) / (m + 1)) as a series. */
static inline __attribute__ ((always_inline)) float
log_unit (float u)
{
  guint32 bits, exponent_bits;
  float m, t, t2;
  gint32 e;

  memcpy (&bits, &u, sizeof bits);
  exponent_bits = bits - 0x3f3504f3u; /* sqrt (1/2) */
  e = (gint32)exponent_bits >> 23;
  bits -= (guint32)e << 23;
  memcpy (&m, &bits, sizeof m);
  t = (m - 1) / (m + 1);
  t2 = t * t;
  return 0.69314718f * (float)e +
         t * (2.0f +
              t2 * (0.66666667f + t2 * (0.4f + t2 * (0.28571429f + t2 * 0.2222f))));
}

/* sin and cos of 2 pi phase / 2^32, absolute error about 1e-7: the nearest quarter turn
   and a Taylor series over the rest, at most an eighth of a turn. */
static inline __attribute__ ((always_inline)) void
sin_cos_turn (guint32 phase, float *sine, float *cosine)
{
  guint32 quarter = (phase + 0x20000000u) >> 30;
  float x = (float)(gint32)(phase - (quarter << 30)) * (float)(G_PI * 0x1p-31);
  float x2 = x * x;
  float s =
      x * (1 + x2 * (-1.6666667e-1f + x2 * (8.3333333e-3f + x2 * -1.9515296e-4f)));
  float c =
      1 +
      x2 * (-0.5f + x2 * (4.1666667e-2f + x2 * (-1.3888397e-3f + x2 * 2.4433157e-5f)));
  gboolean swap = quarter & 1;
  float sin_sign = (quarter & 2) ? -1.0f : 1.0f;
  float cos_sign = ((quarter + 1) & 2) ? -1.0f : 1.0f;

  *sine = sin_sign * (swap ? c : s);
  *cosine = cos_sign * (swap ? s : c);
}

/* Numbers 64 block .. 64 block + 63 of the stream of normal numbers. */
static inline __attribute__ ((always_inline)) void
fill_normal_chunk (float *restrict out,
                   float sigma,
                   const EsRngStream *stream,
                   guint32 chunk)
{
  guint32 words[4][LANES];

  fill_blocks (stream, chunk * LANES, words);
  for (guint pair = 0; pair < 2; pair++) {
    const guint32 *restrict u = words[2 * pair], *restrict phase = words[2 * pair + 1];
    float *restrict first = out + 2 * pair * LANES, *restrict second = first + LANES;

    for (guint i = 0; i < LANES; i++) {
      /* 24 bits from the middle of their cells: never 0, never above 1. */
      float unit = ((float)(gint32)(u[i] >> 8) + 0.5f) * 0x1p-24f;
      float radius = sigma * sqrtf (-2 * log_unit (unit));
      float s, c;

      sin_cos_turn (phase[i], &s, &c);
      first[i] = radius * c;
      second[i] = radius * s;
    }
  }
}

ES_MULTIVERSION
void
es_rng_add_normal (float *x, gsize n, float sigma, const EsRngStream *stream)
{
  float normal[CHUNK];
  gsize i = 0;
  guint32 chunk = 0;

  for (; i + CHUNK <= n; i += CHUNK, chunk++) {
    fill_normal_chunk (normal, sigma, stream, chunk);
    for (guint k = 0; k < CHUNK; k++)
      x[i + k] += normal[k];
  }
  if (i < n) {
    fill_normal_chunk (normal, sigma, stream, chunk);
    for (guint k = 0; i + k < n; k++)
      x[i + k] += normal[k];
  }
}

ES_MULTIVERSION
void
es_rng_fill_uniform (
    float *x, gsize n, float low, float high, const EsRngStream *stream)
{
  guint32 words[4][LANES];
  const guint32 *flat = &words[0][0];
  guint32 chunk = 0;

  for (gsize i = 0; i < n; i += CHUNK, chunk++) {
    fill_blocks (stream, chunk * LANES, words);
    for (guint k = 0; k < CHUNK && i + k < n; k++)
      x[i + k] = low + (high - low) * ((float)(gint32)(flat[k] >> 8) * 0x1p-24f);
  }
}
