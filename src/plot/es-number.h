/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Numbers as people read them in figures: a real minus sign (U+2212), powers of ten
 * with raised exponents. What stands between whole and fraction is an argument, @point,
 * since only the caller knows whether it writes for the reader's screen (the locale's
 * sign) or into a file (NULL: a point).
 */

/* How the numbers of one list are written, so that they line up and can be told
   apart. */
typedef struct
{
  int decimals;        /* behind the point, of the mantissa if scientific */
  gboolean scientific; /* mantissa times a power of ten */
  gboolean plus;       /* a plus sign before positive numbers */
} EsNumberFormat;

/*
 * The format in which the largest magnitude of @values (n) has @significant digits, 1
 * to 9, and unequal neighbours differ as far as three more digits allow. Non-finite
 * values don't count.
 */
EsNumberFormat es_number_format_for (const double *values, gsize n, int significant);

/* @value in @format; "∞" and a translated "not a number" included. */
char *es_number_write (const EsNumberFormat *format,
                       double value,
                       const char *point) G_GNUC_WARN_UNUSED_RESULT;

/* One number by itself with @significant digits. */
char *es_number_text (double value,
                      int significant,
                      const char *point) G_GNUC_WARN_UNUSED_RESULT;
/* The same with a plus sign before positive numbers. */
char *es_number_signed (double value,
                        int significant,
                        const char *point) G_GNUC_WARN_UNUSED_RESULT;
/* As few digits as say it, six at most: "7", "0.25". */
char *es_number_short (double value, const char *point) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
