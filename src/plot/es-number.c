/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-number.h"
#include "es-i18n.h"

#include <math.h>
#include <string.h>

#define MINUS "\u2212"

/* Beyond these, plain decimals are hard to read. */
#define SMALLEST_PLAIN 1e-4
#define LARGEST_PLAIN 1e6

/* Appends plain C number text, its hyphen turned into a minus sign and its point into
   @point. */
static void
append_plain (GString *out, const char *text, const char *point)
{
  for (; *text != '\0'; text++) {
    if (*text == '-')
      g_string_append (out, MINUS);
    else if (*text == '.' && point != NULL)
      g_string_append (out, point);
    else
      g_string_append_c (out, *text);
  }
}

static void
append_raised (GString *out, int exponent)
{
  static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴",
                                       "⁵", "⁶", "⁷", "⁸", "⁹"};
  char text[16];

  g_snprintf (text, sizeof text, "%d", exponent);
  for (const char *p = text; *p != '\0'; p++)
    g_string_append (out, *p == '-' ? "⁻" : digits[*p - '0']);
}

static void
append_scientific (GString *out, double value, int decimals, const char *point)
{
  char c_format[8], text[64];
  char *e;

  g_snprintf (c_format, sizeof c_format, "%%.%de", decimals);
  g_ascii_formatd (text, sizeof text, c_format, value);
  e = strchr (text, 'e');
  g_assert (e != NULL);
  *e = '\0';
  append_plain (out, text, point);
  g_string_append (out, "×10");
  append_raised (out, (int)g_ascii_strtoll (e + 1, NULL, 10));
}

/* Whether @text shows a value that rounds to zero, whose sign means nothing. */
static gboolean
shows_zero (const char *text)
{
  return strpbrk (text, "123456789") == NULL;
}

char *
es_number_write (const EsNumberFormat *format, double value, const char *point)
{
  GString *out = g_string_new (NULL);
  char c_format[8], text[400]; /* the largest double has 309 digits */

  if (isnan (value)) {
    g_string_append (out, _ ("not a number"));
    return g_string_free (out, FALSE);
  }
  if (isinf (value)) {
    g_string_append (out, value < 0 ? MINUS "∞" : format->plus ? "+∞" : "∞");
    return g_string_free (out, FALSE);
  }
  if (format->scientific && value != 0) {
    if (format->plus && value > 0)
      g_string_append_c (out, '+');
    append_scientific (out, value, format->decimals, point);
    return g_string_free (out, FALSE);
  }
  g_snprintf (c_format, sizeof c_format, "%%.%df",
              format->scientific ? 0 : format->decimals);
  g_ascii_formatd (text, sizeof text, c_format, value);
  if (shows_zero (text))
    g_ascii_formatd (text, sizeof text, c_format, 0.0);
  else if (format->plus && value > 0)
    g_string_append_c (out, '+');
  append_plain (out, text, point);
  return g_string_free (out, FALSE);
}

static gboolean
neighbours_differ (const EsNumberFormat *format, const double *values, gsize n)
{
  for (gsize i = 0; i + 1 < n; i++) {
    g_autofree char *a = NULL, *b = NULL;

    if (!isfinite (values[i]) || !isfinite (values[i + 1]) ||
        values[i] == values[i + 1])
      continue;
    a = es_number_write (format, values[i], NULL);
    b = es_number_write (format, values[i + 1], NULL);
    if (g_str_equal (a, b))
      return FALSE;
  }
  return TRUE;
}

EsNumberFormat
es_number_format_for (const double *values, gsize n, int significant)
{
  EsNumberFormat format = {0, FALSE, FALSE};
  double largest = 0;
  int exponent, most;

  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]) && fabs (values[i]) > largest)
      largest = fabs (values[i]);
  if (largest == 0)
    return format;
  significant = CLAMP (significant, 1, 9);
  exponent = (int)floor (log10 (largest) + 1e-9);
  format.scientific = largest < SMALLEST_PLAIN || largest >= LARGEST_PLAIN;
  format.decimals =
      format.scientific ? significant - 1 : MAX (0, significant - 1 - exponent);
  most = format.decimals + 3;
  while (format.decimals < most && !neighbours_differ (&format, values, n))
    format.decimals++;
  return format;
}

char *
es_number_text (double value, int significant, const char *point)
{
  EsNumberFormat format = es_number_format_for (&value, 1, significant);

  return es_number_write (&format, value, point);
}

char *
es_number_signed (double value, int significant, const char *point)
{
  EsNumberFormat format = es_number_format_for (&value, 1, significant);

  format.plus = TRUE;
  return es_number_write (&format, value, point);
}

char *
es_number_short (double value, const char *point)
{
  EsNumberFormat format = es_number_format_for (&value, 1, 6);
  double scale = 1;

  if (!isfinite (value))
    return es_number_write (&format, value, point);
  if (format.scientific)
    scale = pow (10, floor (log10 (fabs (value)) + 1e-9));
  /* Drops digits while none that matters is lost. */
  while (format.decimals > 0) {
    double unit = pow (10, 1 - format.decimals);

    if (fabs (rint (value / scale / unit) * unit - value / scale) >
        1e-7 * fabs (value / scale))
      break;
    format.decimals--;
  }
  return es_number_write (&format, value, point);
}
