/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * A stream is named by a seed, a purpose and two numbers (an epoch and a row, say). Its
 * numbers depend on that name and on nothing else, so whoever knows the name can draw
 * them, on any thread, in any order.
 */

/* What a stream is for; keeps streams of one seed apart. Values are part of what
   makes runs repeatable: add at the end only. */
typedef enum {
  ES_RNG_INIT,    /* (tensor, 0) initial weights */
  ES_RNG_SHUFFLE, /* (epoch, 0) order of the samples */
  ES_RNG_NOISE,   /* (epoch, position in the epoch) input noise of one sample */
  ES_RNG_AFFINE,  /* (epoch, position in the epoch) rotation and translation */
  ES_RNG_GLYPHS,  /* (split, sample) the generated digits */
  ES_RNG_PERMUTE, /* (.., ..) permutations of masks */
  ES_RNG_START,   /* (.., ..) starting vectors of iterative solvers */
  ES_RNG_TEST,    /* (.., ..) tests and examples */
  ES_RNG_SPLIT,   /* (0, 0) which images of a dataset are for testing */
  ES_RNG_TASK,    /* (epoch, row) made inputs; (0, 0) which pairs are for training */
} EsRngPurpose;

typedef struct
{
  guint64 seed;
  guint32 purpose; /* EsRngPurpose */
  guint32 a;
  guint32 b;
} EsRngStream;

/* Draws a stream's numbers one after another. */
typedef struct
{
  EsRngStream stream;
  guint32 block; /* the next block of four words */
  guint32 words[4];
  guint n_left; /* words not yet handed out */
} EsRng;

/* The four random words number @block of @stream. */
void es_rng_block (const EsRngStream *stream, guint32 block, guint32 words[4]);

void es_rng_init (EsRng *rng, guint64 seed, EsRngPurpose purpose, guint32 a, guint32 b);

/* Uniform over all 32-bit numbers. */
guint32 es_rng_next (EsRng *rng);

/* Uniform in [0, 1), 24 bits. */
double es_rng_uniform (EsRng *rng);

/* Uniform in [low, high). */
double es_rng_range (EsRng *rng, double low, double high);

/* Uniform over 0 to n - 1 without bias; @n at least 1. */
guint32 es_rng_below (EsRng *rng, guint32 n);

/* Standard normal. */
double es_rng_normal (EsRng *rng);

/* A random order of 0 to n - 1 in @order (n) (Fisher-Yates). */
void es_rng_shuffle (EsRng *rng, guint32 *order, gsize n);

/*
 * Adds @sigma times standard normal numbers to @x (n): element i gets number i of
 * @stream, whatever n is. Not the numbers that es_rng_normal() draws: these are
 * made 64 at a time by the Box-Muller transform in single precision.
 */
void es_rng_add_normal (float *x, gsize n, float sigma, const EsRngStream *stream);

/* Fills @x (n) with uniform numbers in [low, high). */
void es_rng_fill_uniform (
    float *x, gsize n, float low, float high, const EsRngStream *stream);

G_END_DECLS
