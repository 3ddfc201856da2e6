/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-scale.h"
#include "es-number.h"

#include <math.h>
#include <string.h>

/* Differences of ends beyond this would overflow. */
#define LARGEST 1e300
/* Closer ends, relative to their size, cannot be told apart on an axis. */
#define CLOSEST 1e-9
#define SMALLEST_LOG 1e-300

static void
repair_log (double *lo, double *hi)
{
  if (!(*hi > 0)) {
    *lo = 0.1;
    *hi = 1;
  }
  *hi = MAX (*hi, SMALLEST_LOG * 1e7);
  if (!(*lo > 0))
    *lo = *hi * 1e-6;
  *lo = MAX (*lo, SMALLEST_LOG);
  if (*hi / *lo < 1 + CLOSEST) {
    *lo /= 2;
    *hi *= 2;
  }
}

static void
repair_linear (double *lo, double *hi)
{
  double size = MAX (fabs (*lo), fabs (*hi));
  double pad;

  if (*hi - *lo > size * CLOSEST)
    return;
  pad = size > 0 ? size / 2 : 0.5;
  *lo -= pad;
  *hi += pad;
}

void
es_scale_init (
    EsScale *scale, EsScaleKind kind, double lo, double hi, double from, double to)
{
  if (!isfinite (lo) && !isfinite (hi)) {
    lo = kind == ES_SCALE_LOG ? 0.1 : 0;
    hi = 1;
  } else if (!isfinite (lo)) {
    lo = hi;
  } else if (!isfinite (hi)) {
    hi = lo;
  }
  if (lo > hi) {
    double swap = lo;

    lo = hi;
    hi = swap;
  }
  lo = CLAMP (lo, -LARGEST, LARGEST);
  hi = CLAMP (hi, -LARGEST, LARGEST);
  if (kind == ES_SCALE_LOG)
    repair_log (&lo, &hi);
  else
    repair_linear (&lo, &hi);
  *scale = (EsScale){kind, lo, hi, from, to};
}

/* Without forming hi / lo, which can overflow. */
static double
log_length (const EsScale *scale)
{
  return log (scale->hi) - log (scale->lo);
}

static double
share (const EsScale *scale, double value)
{
  if (scale->kind == ES_SCALE_LOG)
    return value > 0 ? (log (value) - log (scale->lo)) / log_length (scale) : NAN;
  return (value - scale->lo) / (scale->hi - scale->lo);
}

double
es_scale_map (const EsScale *scale, double value)
{
  return scale->from + share (scale, value) * (scale->to - scale->from);
}

double
es_scale_map_clamped (const EsScale *scale, double value)
{
  if (isnan (value))
    return NAN;
  return es_scale_map (scale, CLAMP (value, scale->lo, scale->hi));
}

double
es_scale_unmap (const EsScale *scale, double position)
{
  double t;

  if (scale->to == scale->from)
    return scale->lo;
  t = (position - scale->from) / (scale->to - scale->from);
  if (scale->kind == ES_SCALE_LOG)
    return exp (log (scale->lo) + t * log_length (scale));
  return scale->lo + t * (scale->hi - scale->lo);
}

gboolean
es_scale_range (EsScaleKind kind, const double *values, gsize n, double *lo, double *hi)
{
  gboolean any = FALSE;

  *lo = 0;
  *hi = 1;
  for (gsize i = 0; i < n; i++) {
    if (!isfinite (values[i]) || (kind == ES_SCALE_LOG && values[i] <= 0))
      continue;
    *lo = any ? MIN (*lo, values[i]) : values[i];
    *hi = any ? MAX (*hi, values[i]) : values[i];
    any = TRUE;
  }
  return any;
}

static void
add_tick (EsTicks *ticks, double value)
{
  if (ticks->n < ES_TICKS_MAX)
    ticks->tick[ticks->n++].value = value;
}

/* Digits grow until a label is its value to a hundredth of the distance to the next,
   which also makes neighbours differ. */
static void
label_linear (EsTicks *ticks, double step, const char *point)
{
  double largest = 0;
  EsNumberFormat format = {0, FALSE, FALSE};

  for (guint i = 0; i < ticks->n; i++)
    largest = MAX (largest, fabs (ticks->tick[i].value));
  format.scientific = largest >= 1e6 || (largest > 0 && largest < 1e-3);
  for (; format.decimals < 15; format.decimals++) {
    double unit = pow (10, -format.decimals);
    double worst = 0;

    for (guint i = 0; i < ticks->n; i++) {
      double value = ticks->tick[i].value;
      double scale = 1;

      if (format.scientific && value != 0)
        scale = pow (10, floor (log10 (fabs (value)) + 1e-9));
      worst = MAX (worst,
                   fabs (rint (value / scale / unit) * unit - value / scale) * scale);
    }
    if (worst < step / 100)
      break;
  }
  for (guint i = 0; i < ticks->n; i++) {
    g_autofree char *text = es_number_write (&format, ticks->tick[i].value, point);

    g_strlcpy (ticks->tick[i].label, text, sizeof ticks->tick[i].label);
  }
}

static double
round_step (double rough, gboolean whole)
{
  static const double choices[] = {1, 2, 2.5, 5, 10};
  double power = pow (10, floor (log10 (rough)));

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    double step = choices[i] * power;

    if (step >= rough * (1 - 1e-9) && (!whole || step == rint (step)))
      return step;
  }
  return 10 * power;
}

static void
find_linear (
    EsTicks *ticks, const EsScale *scale, guint most, gboolean whole, const char *point)
{
  double range = scale->hi - scale->lo;
  double rough = range / most;
  double step, slack;

  if (whole)
    rough = MAX (rough, 1);
  /* A range of k steps can hold k + 1 ticks. */
  for (step = round_step (rough, whole);; step = round_step (step * 1.01, whole)) {
    slack = step * 1e-6;
    if (floor ((scale->hi + slack) / step) - ceil ((scale->lo - slack) / step) < most)
      break;
  }
  for (double k = ceil ((scale->lo - slack) / step); k * step <= scale->hi + slack; k++)
    add_tick (ticks, k == 0 ? 0 : k * step);
  label_linear (ticks, step, point);
}

static void
label_log (EsTicks *ticks, const char *point)
{
  for (guint i = 0; i < ticks->n; i++) {
    double value = ticks->tick[i].value;
    g_autofree char *text = NULL;

    if (value >= 0.9e-3 && value < 1.1e4) {
      int exponent = (int)floor (log10 (value) + 1e-9);
      EsNumberFormat format = {MAX (0, -exponent), FALSE, FALSE};

      text = es_number_write (&format, value, point);
    } else {
      EsNumberFormat format = {0, TRUE, FALSE};
      g_autofree char *full = es_number_write (&format, value, point);

      /* A power of ten needs no "1×". */
      text = g_strdup (g_str_has_prefix (full, "1×") ? full + strlen ("1×") : full);
    }
    g_strlcpy (ticks->tick[i].label, text, sizeof ticks->tick[i].label);
  }
}

/* The ticks digit * 10^k for the digits given, every @stride decades. */
static void
collect_log (
    EsTicks *ticks, const EsScale *scale, const int *digits, guint n_digits, int stride)
{
  int first = (int)floor (log10 (scale->lo) - 1e-9);
  int last = (int)floor (log10 (scale->hi) + 1e-9);

  ticks->n = 0;
  first = (int)(stride * floor ((double)first / stride));
  for (int k = first; k <= last; k += stride) {
    for (guint d = 0; d < n_digits; d++) {
      double value = digits[d] * pow (10, k);

      if (value >= scale->lo * (1 - 1e-9) && value <= scale->hi * (1 + 1e-9))
        add_tick (ticks, value);
    }
  }
}

static void
find_log (EsTicks *ticks, const EsScale *scale, guint most, const char *point)
{
  static const int every[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  static const int some[] = {1, 2, 5};
  static const int two[] = {1, 3};
  static const int doubled[] = {1, 2, 4, 8};
  static const int one[] = {1};
  double decades = log_length (scale) / G_LN10;

  if (9 * decades <= most)
    collect_log (ticks, scale, every, G_N_ELEMENTS (every), 1);
  else if (3 * decades <= most)
    collect_log (ticks, scale, some, G_N_ELEMENTS (some), 1);
  else if (2 * decades <= most)
    collect_log (ticks, scale, two, G_N_ELEMENTS (two), 1);
  else
    collect_log (ticks, scale, one, 1, MAX (1, (int)ceil (decades / most)));
  /* One number alone says nothing of a scale. */
  if (ticks->n < 2)
    collect_log (ticks, scale, two, G_N_ELEMENTS (two), 1);
  if (ticks->n < 2)
    collect_log (ticks, scale, doubled, G_N_ELEMENTS (doubled), 1);
  if (ticks->n < 2)
    collect_log (ticks, scale, every, G_N_ELEMENTS (every), 1);
  label_log (ticks, point);
}

void
es_ticks_find (
    EsTicks *ticks, const EsScale *scale, guint most, gboolean whole, const char *point)
{
  *ticks = (EsTicks){0};
  most = CLAMP (most, 2, ES_TICKS_MAX);
  if (scale->kind == ES_SCALE_LOG && log_length (scale) > G_LN10 / 2)
    find_log (ticks, scale, most, point);
  else
    find_linear (ticks, scale, most, whole, point);
}
