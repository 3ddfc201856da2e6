/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-lit.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

#include <immintrin.h>
#include <string.h>

#define GROUP ES_LIT_GROUP

/* @what for each sum; unrolled, or the sums would go through memory. */
#define EACH_SUM(VECTORS, what)                                                        \
  _Pragma ("GCC unroll 8") for (gsize g = 0; g < GROUP; g++)                           \
  {                                                                                    \
    _Pragma ("GCC unroll 8") for (gsize v = 0; v < (VECTORS); v++)                     \
    {                                                                                  \
      what;                                                                            \
    }                                                                                  \
  }

/*
 * A tile in @VECTORS registers of @LANES numbers for each image: as many sums as the
 * processor can keep beside the weights. Products and sums are fused, as in the matrix
 * products of the processors that have these registers.
 */
#define DEFINE_ADD(name, processor, LANES, VECTORS)                                    \
  typedef float name##_vector                                                          \
      __attribute__ ((vector_size ((LANES)*4), aligned (4), may_alias));               \
                                                                                       \
  __attribute__ ((target (processor),                                                  \
                  optimize ("O3", "fp-contract=fast"))) static void                    \
  name (float *e, gsize stride, const float *tile, const EsLit *lit, gboolean fresh)   \
  {                                                                                    \
    name##_vector sums[GROUP][VECTORS], *out[GROUP];                                   \
                                                                                       \
    for (gsize g = 0; g < GROUP; g++)                                                  \
      out[g] = (name##_vector *)(e + g * stride);                                      \
    if (fresh)                                                                         \
      EACH_SUM (VECTORS, sums[g][v] = (name##_vector){0})                              \
    else                                                                               \
      EACH_SUM (VECTORS, sums[g][v] = out[g][v])                                       \
    for (gsize i = 0; i < lit->n; i++) {                                               \
      const float *first = tile + lit->places[i] * (gsize)((LANES) * (VECTORS));       \
      const name##_vector *weights = (const name##_vector *)first;                     \
                                                                                       \
      EACH_SUM (VECTORS, sums[g][v] += lit->values[g][i] * weights[v])                 \
    }                                                                                  \
    EACH_SUM (VECTORS, out[g][v] = sums[g][v])                                         \
  }

DEFINE_ADD (add_512, "arch=x86-64-v4", 16, 4)
DEFINE_ADD (add_256, "arch=x86-64-v3", 8, 2)

/* Sixteen pixels at a time: those that are lit in any image are moved together. */
__attribute__ ((target ("arch=x86-64-v4"))) static void
find_512 (EsLit *lit, const guint8 *const images[GROUP], gsize first, gsize end)
{
  const __m512 white = _mm512_set1_ps (255);
  const __m512i count =
      _mm512_set_epi32 (15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

  lit->n = 0;
  for (gsize p = first; p < end; p += 16) {
    __mmask16 there = (__mmask16)(0xffff >> (16 - MIN (16, end - p))), any;
    __m128i pixels[GROUP], all = _mm_setzero_si128 ();

    for (gsize g = 0; g < GROUP; g++) {
      pixels[g] = _mm_maskz_loadu_epi8 (there, images[g] + p);
      all = _mm_or_si128 (all, pixels[g]);
    }
    any = _mm_test_epi8_mask (all, all);
    if (any == 0)
      continue;
    _mm512_mask_compressstoreu_epi32 (
        lit->places + lit->n, any,
        _mm512_add_epi32 (count, _mm512_set1_epi32 ((int)p)));
    for (gsize g = 0; g < GROUP; g++) {
      __m512 values = _mm512_cvtepi32_ps (_mm512_cvtepu8_epi32 (pixels[g]));

      _mm512_mask_compressstoreu_ps (lit->values[g] + lit->n, any,
                                     _mm512_div_ps (values, white));
    }
    lit->n += (gsize)__builtin_popcount (any);
  }
}

/* What any of the images has in the @n pixels, at most eight, from @first on. */
static guint64
join (const guint8 *const images[GROUP], gsize first, gsize n)
{
  guint64 any = 0;

  for (gsize g = 0; g < GROUP; g++) {
    guint64 pixels = 0;

    memcpy (&pixels, images[g] + first, n);
    any |= pixels;
  }
  return any;
}

static void
find (EsLit *lit, const guint8 *const images[GROUP], gsize first, gsize end)
{
  lit->n = 0;
  for (gsize p = first; p < end; p += 8) {
    guint64 any = end - p >= 8 ? join (images, p, 8) : join (images, p, end - p);

    for (gsize i = p; any != 0; any >>= 8, i++)
      if ((any & 0xff) != 0)
        lit->places[lit->n++] = (guint32)i;
  }
  for (gsize g = 0; g < GROUP; g++)
    for (gsize i = 0; i < lit->n; i++)
      lit->values[g][i] = (float)images[g][lit->places[i]] / 255.0f;
}

const EsLitKernels *
es_lit_kernels (guint widest)
{
  static const EsLitKernels with_512 = {64, find_512, add_512};
  static const EsLitKernels with_256 = {16, find, add_256};

  if (widest >= 512 && __builtin_cpu_supports ("x86-64-v4"))
    return &with_512;
  if (widest >= 256 && __builtin_cpu_supports ("x86-64-v3"))
    return &with_256;
  return NULL;
}

#else

const EsLitKernels *
es_lit_kernels (guint widest)
{
  return NULL;
}

#endif
