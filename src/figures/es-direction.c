/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-direction.h"

#include <math.h>
#include <string.h>

#define REST "rest"

typedef struct
{
  const char *at; /* what is still to be read */
  const char *text;
  char **class_names;
  gsize C;
  float *u;
  gboolean *named; /* (C) */
  double rest;     /* factor of "rest" */
} Parser;

static gboolean
refuse (const Parser *parser, GError **error)
{
  g_autofree char *names =
      parser->class_names != NULL ? g_strjoinv (", ", parser->class_names) : NULL;
  g_autofree char *numbers =
      parser->C > 1 ? g_strdup_printf ("0 to %" G_GSIZE_FORMAT, parser->C - 1)
                    : g_strdup ("0 alone");

  g_set_error (
      error, ES_ERROR, ES_ERROR_SETTING,
      "The direction '%s' cannot be read at '%s'; expected classes joined by + "
      "and -, such as '3 - 8'. The classes are: %s",
      parser->text, parser->at, names != NULL ? names : numbers);
  return FALSE;
}

static void
skip_spaces (Parser *parser)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
}

/* Whether a class may end before @c. */
static gboolean
ends_word (char c)
{
  return c == '\0' || c == '+' || c == '-' || g_ascii_isspace (c);
}

static gboolean
take_word (Parser *parser, const char *word)
{
  gsize length = strlen (word);

  if (length == 0 || strncmp (parser->at, word, length) != 0 ||
      !ends_word (parser->at[length]))
    return FALSE;
  parser->at += length;
  return TRUE;
}

/* The longest class name that fits here: names may begin alike or hold a dash. */
static gboolean
take_name (Parser *parser, gsize *c)
{
  gsize longest = 0;

  for (gsize i = 0; parser->class_names != NULL && i < parser->C; i++) {
    Parser attempt = *parser;

    if (take_word (&attempt, parser->class_names[i]) &&
        (gsize)(attempt.at - parser->at) > longest) {
      longest = (gsize)(attempt.at - parser->at);
      *c = i;
    }
  }
  parser->at += longest;
  return longest > 0;
}

static gboolean
take_number (Parser *parser, gsize *c)
{
  char *end = NULL;
  guint64 value;

  if (!g_ascii_isdigit (*parser->at))
    return FALSE;
  value = g_ascii_strtoull (parser->at, &end, 10);
  if (value >= parser->C || !ends_word (*end))
    return FALSE;
  *c = (gsize)value;
  parser->at = end;
  return TRUE;
}

/* "2*" or nothing. */
static double
take_factor (Parser *parser)
{
  char *end = NULL;
  double factor;

  if (!g_ascii_isdigit (*parser->at) && *parser->at != '.')
    return 1;
  factor = g_ascii_strtod (parser->at, &end);
  while (g_ascii_isspace (*end))
    end++;
  if (*end != '*')
    return 1;
  parser->at = end + 1;
  skip_spaces (parser);
  return factor;
}

static gboolean
take_term (Parser *parser, double sign, GError **error)
{
  double factor = sign * take_factor (parser);
  gsize c;

  if (!isfinite (factor) || fabs (factor) > 1e6)
    return refuse (parser, error);
  if (take_name (parser, &c) || take_number (parser, &c)) {
    parser->u[c] += (float)factor;
    parser->named[c] = TRUE;
    return TRUE;
  }
  if (!take_word (parser, REST))
    return refuse (parser, error);
  parser->rest += factor;
  return TRUE;
}

static void
spread_rest (Parser *parser)
{
  gsize n_unnamed = 0;

  for (gsize c = 0; c < parser->C; c++)
    n_unnamed += !parser->named[c];
  for (gsize c = 0; c < parser->C; c++)
    if (!parser->named[c])
      parser->u[c] += (float)(parser->rest / (double)n_unnamed);
}

static gboolean
is_zero (const float *u, gsize C)
{
  for (gsize c = 0; c < C; c++)
    if (u[c] != 0)
      return FALSE;
  return TRUE;
}

/* [+|-] TERM { (+|-) TERM } */
static gboolean
take_all (Parser *parser, GError **error)
{
  gboolean first = TRUE;

  skip_spaces (parser);
  while (*parser->at != '\0' || first) {
    double sign = *parser->at == '-' ? -1 : 1;

    if (*parser->at == '-' || *parser->at == '+')
      parser->at++;
    else if (!first)
      return refuse (parser, error);
    skip_spaces (parser);
    if (!take_term (parser, sign, error))
      return FALSE;
    skip_spaces (parser);
    first = FALSE;
  }
  return TRUE;
}

gboolean
es_direction_parse (
    float *u, const char *text, char **class_names, gsize C, GError **error)
{
  g_autofree gboolean *named = g_new0 (gboolean, C);
  Parser parser = {text, text, class_names, C, u, named, 0};

  memset (u, 0, C * sizeof (float));
  if (!take_all (&parser, error))
    return FALSE;
  spread_rest (&parser);
  if (!is_zero (u, C))
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "The direction '%s' is zero: all classes cancel", text);
  return FALSE;
}
