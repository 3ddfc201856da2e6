/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ES_SCALE_LINEAR,
  ES_SCALE_LOG,
} EsScaleKind;

/*
 * Maps data to positions and back. Drawing and picking share it. @from is the position
 * of @lo, @to that of @hi; an upward axis has from > to.
 */
typedef struct
{
  EsScaleKind kind;
  double lo, hi; /* data; finite, lo < hi, both positive on a log scale */
  double from, to;
} EsScale;

/*
 * A usable scale for any data range: ends in either order, equal ends are widened,
 * non-finite ones replaced; on a log scale an @hi that is not positive gives 0.1 to 1
 * and such an @lo gives six decades below @hi.
 */
void es_scale_init (
    EsScale *scale, EsScaleKind kind, double lo, double hi, double from, double to);

/* The position of @value, beyond the ends as well; NaN for NaN, and on a log scale
   for what is not positive. */
double es_scale_map (const EsScale *scale, double value);
/* The same, held between the ends; NaN stays NaN, and on a log scale what is not
   positive is at the low end. */
double es_scale_map_clamped (const EsScale *scale, double value);
double es_scale_unmap (const EsScale *scale, double position);

/* Smallest and largest finite value of @values (n), of the positive ones only on a
   log scale. Returns FALSE, with 0 and 1, if there are none. */
gboolean es_scale_range (
    EsScaleKind kind, const double *values, gsize n, double *lo, double *hi);

#define ES_TICKS_MAX 16

typedef struct
{
  double value;
  char label[40]; /* empty on a minor tick */
} EsTick;

typedef struct
{
  guint n;
  EsTick tick[ES_TICKS_MAX];
} EsTicks;

/*
 * Round values within the ends of @scale, ascending. Linear: steps of 1, 2, 2.5 or 5
 * times a power of ten, at most @most (2 to ES_TICKS_MAX) of them, whole numbers only
 * if
 * @whole. Log: powers of ten, also 2 and 5 times them (or every digit) while there is
 * room; a log scale of under half a decade gets linear ones. Labels have as many digits
 * as neighbours need to differ; @point as for es_number_write().
 */
void es_ticks_find (EsTicks *ticks,
                    const EsScale *scale,
                    guint most,
                    gboolean whole,
                    const char *point);

G_END_DECLS
