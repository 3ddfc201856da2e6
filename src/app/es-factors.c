/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-factors.h"

/* A factor that changed. */
typedef struct
{
  gsize i;
  float before, after;
} Change;

struct _EsFactors
{
  gsize n;
  float *values;
  GPtrArray *steps; /* of GArray of Change */
  guint n_done;     /* of the steps; the others can be redone */
};

EsFactors *
es_factors_new (gsize n)
{
  EsFactors *factors = g_new0 (EsFactors, 1);

  factors->n = n;
  factors->values = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    factors->values[i] = 1;
  factors->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  return factors;
}

void
es_factors_free (EsFactors *factors)
{
  if (factors == NULL)
    return;
  g_free (factors->values);
  g_ptr_array_unref (factors->steps);
  g_free (factors);
}

const float *
es_factors_get (const EsFactors *factors)
{
  return factors->values;
}

gsize
es_factors_get_n (const EsFactors *factors)
{
  return factors->n;
}

gsize
es_factors_count_changed (const EsFactors *factors)
{
  gsize n = 0;

  for (gsize i = 0; i < factors->n; i++)
    n += factors->values[i] != 1;
  return n;
}

/* Does @step (transfer full), in place of those that were undone. */
static void
take_step (EsFactors *factors, GArray *step)
{
  if (step->len == 0) {
    g_array_unref (step);
    return;
  }
  g_ptr_array_set_size (factors->steps, (gint)factors->n_done);
  g_ptr_array_add (factors->steps, step);
  es_factors_redo (factors);
}

void
es_factors_set (EsFactors *factors, gsize i, float value)
{
  GArray *step = g_array_new (FALSE, FALSE, sizeof (Change));
  Change change = {i, factors->values[i], value};

  if (change.before != change.after)
    g_array_append_val (step, change);
  take_step (factors, step);
}

void
es_factors_set_all (EsFactors *factors, const float *values)
{
  GArray *step = g_array_new (FALSE, FALSE, sizeof (Change));

  for (gsize i = 0; i < factors->n; i++) {
    Change change = {i, factors->values[i], values[i]};

    if (change.before != change.after)
      g_array_append_val (step, change);
  }
  take_step (factors, step);
}

gboolean
es_factors_can_undo (const EsFactors *factors)
{
  return factors->n_done > 0;
}

gboolean
es_factors_can_redo (const EsFactors *factors)
{
  return factors->n_done < factors->steps->len;
}

gboolean
es_factors_undo (EsFactors *factors)
{
  const GArray *step;

  if (!es_factors_can_undo (factors))
    return FALSE;
  step = factors->steps->pdata[--factors->n_done];
  for (guint s = 0; s < step->len; s++) {
    const Change *change = &g_array_index (step, Change, s);

    factors->values[change->i] = change->before;
  }
  return TRUE;
}

gboolean
es_factors_redo (EsFactors *factors)
{
  const GArray *step;

  if (!es_factors_can_redo (factors))
    return FALSE;
  step = factors->steps->pdata[factors->n_done++];
  for (guint s = 0; s < step->len; s++) {
    const Change *change = &g_array_index (step, Change, s);

    factors->values[change->i] = change->after;
  }
  return TRUE;
}
