/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model-names.h"

#include <string.h>

static const struct
{
  const char *word;
  EsRoleKind kind;
} words[] = {
    {"embed", ES_ROLE_EMBED},     {"embedding", ES_ROLE_EMBED},
    {"linear_in", ES_ROLE_EMBED}, {"head", ES_ROLE_HEAD},
    {"unembed", ES_ROLE_HEAD},    {"linear_out", ES_ROLE_HEAD},
    {"down", ES_ROLE_HEAD},       {"bilinear", ES_ROLE_BLOCK},
    {"block", ES_ROLE_BLOCK},     {"left", ES_ROLE_LEFT},
    {"w_l", ES_ROLE_LEFT},        {"w_left", ES_ROLE_LEFT},
    {"linear1", ES_ROLE_LEFT},    {"right", ES_ROLE_RIGHT},
    {"w_r", ES_ROLE_RIGHT},       {"w_right", ES_ROLE_RIGHT},
    {"linear2", ES_ROLE_RIGHT},
};

/* A name that is read from its end. */
typedef struct
{
  const char *name;
  gsize n; /* what is left of it */
} Rest;

/* Whether the last word is @word. */
static gboolean
ends_in (const Rest *rest, const char *word)
{
  gsize n = strlen (word);

  return rest->n >= n && memcmp (rest->name + rest->n - n, word, n) == 0 &&
         (rest->n == n || rest->name[rest->n - n - 1] == '.');
}

/* Takes the last @n bytes and the point before them away. */
static void
cut (Rest *rest, gsize n)
{
  rest->n -= n;
  if (rest->n > 0)
    rest->n--;
}

static gboolean
accept (Rest *rest, const char *word)
{
  if (!ends_in (rest, word))
    return FALSE;
  cut (rest, strlen (word));
  return TRUE;
}

/* "blocks.3" or "layers.3": the number. */
static gboolean
accept_layer (Rest *rest, guint *layer)
{
  Rest before = *rest;
  gsize n = 0;
  guint64 number;
  char digits[8];

  while (n < rest->n && g_ascii_isdigit (rest->name[rest->n - 1 - n]))
    n++;
  if (n == 0 || n >= sizeof digits)
    return FALSE;
  g_strlcpy (digits, rest->name + rest->n - n, n + 1);
  if (n < rest->n && rest->name[rest->n - 1 - n] != '.')
    return FALSE;
  cut (&before, n);
  if (!accept (&before, "blocks") && !accept (&before, "layers"))
    return FALSE;
  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT, &number, NULL))
    return FALSE;
  *layer = (guint)number;
  *rest = before;
  return TRUE;
}

static gboolean
accept_part (Rest *rest, EsRole *role)
{
  if (accept_layer (rest, &role->layer)) {
    role->kind = ES_ROLE_BLOCK;
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (!accept (rest, words[i].word))
      continue;
    role->kind = words[i].kind;
    /* A half belongs to what it stands in. */
    if ((role->kind == ES_ROLE_LEFT || role->kind == ES_ROLE_RIGHT) &&
        !accept_layer (rest, &role->layer) && !accept (rest, "bilinear"))
      accept (rest, "block");
    return TRUE;
  }
  return FALSE;
}

EsNameKind
es_model_name_parse (const char *name, EsRole *role, gsize *n_prefix)
{
  Rest rest = {name, strlen (name)};
  gboolean is_bias = accept (&rest, "bias");

  *role = (EsRole){ES_ROLE_EMBED, 0};
  if (!is_bias)
    accept (&rest, "weight");
  if (!accept_part (&rest, role))
    return ES_NAME_NONE;
  *n_prefix = rest.n == 0 ? 0 : rest.n + 1;
  if (!is_bias)
    return ES_NAME_PART;
  switch (role->kind) {
  case ES_ROLE_BLOCK:
    role->kind = ES_ROLE_BIAS;
    return ES_NAME_PART;
  case ES_ROLE_LEFT:
    role->kind = ES_ROLE_LEFT_BIAS;
    return ES_NAME_PART;
  case ES_ROLE_RIGHT:
    role->kind = ES_ROLE_RIGHT_BIAS;
    return ES_NAME_PART;
  case ES_ROLE_HEAD:
    role->kind = ES_ROLE_HEAD_BIAS;
    return ES_NAME_PART;
  default:
    return ES_NAME_BIAS;
  }
}
