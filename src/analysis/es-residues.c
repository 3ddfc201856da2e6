/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-residues.h"

#include "es-blas.h"
#include "es-input-form.h"
#include "es-picture.h"

#include <complex.h>
#include <math.h>
#include <string.h>

/* A frequency is in use from this part of an even share on. */
#define USED 0.25

/* Components make a circle if both are mostly one wave of the same frequency, ... */
#define CIRCLE_SHARE 0.5
/* ... weigh about the same, ... */
#define CIRCLE_VALUES 0.4
/* ... and are about a quarter of a period apart: the cosine of their phases. */
#define CIRCLE_PHASE 0.4

static gboolean
is_prime (guint p)
{
  for (guint d = 2; d * d <= p; d++)
    if (p % d == 0)
      return FALSE;
  return p > 1;
}

/* Whether the powers of @g modulo the prime @p are all residues but 0. */
static gboolean
is_generator (guint g, guint p)
{
  guint power = g;

  for (guint k = 1; k < p - 1; k++, power = power * g % p)
    if (power == 1)
      return FALSE;
  return TRUE;
}

static void
choose_order (EsResidues *residues, const EsTask *task)
{
  guint p = residues->p;
  guint power = 1;

  residues->n = p;
  if (task->operation == ES_OPERATION_MULTIPLY && is_prime (p)) {
    for (residues->generator = 2; !is_generator (residues->generator, p);)
      residues->generator++;
    residues->n = p - 1;
  }
  residues->order = g_new (guint, residues->n);
  for (guint k = 0; k < residues->n; k++) {
    residues->order[k] = residues->generator == 0 ? k : power;
    power = power * MAX (residues->generator, 1) % p;
  }
  residues->n_frequencies = residues->n / 2 + 1;
}

/* Wave number @f of @x (p, elements @stride apart) over the order, such that the
   squares of all waves add up to those of x: all but the first, and the last of an even
   n, stand for two. */
static double complex
wave (const EsResidues *residues, const float *x, gsize stride, guint f)
{
  guint n = residues->n;
  double complex sum = 0;
  double weight = f == 0 || 2 * f == n ? 1 : 2;

  for (guint k = 0; k < n; k++)
    sum +=
        x[residues->order[k] * stride] * cexp (-2 * G_PI * I * (double)(f * k % n) / n);
  return sum * sqrt (weight / n);
}

static double
square (double complex z)
{
  return creal (z) * creal (z) + cimag (z) * cimag (z);
}

/* Makes shares of what is in @power (n). */
static void
normalise (double *power, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += power[i];
  for (gsize i = 0; sum > 0 && i < n; i++)
    power[i] /= sum;
}

/* The logit of an output for every a (row) and b, in @map (p, p): its form's diagonal
   entries of both, and twice the block between them; with bias, twice the constant's
   column and its corner. @f (D, D). */
static void
read_map (float *map, const float *f, gsize D, guint p)
{
  const float *constant = D > 2 * p ? f + 2 * p * D : NULL;

  for (guint a = 0; a < p; a++)
    for (guint b = 0; b < p; b++) {
      double y = f[a * D + a] + f[(p + b) * D + p + b] + 2.0 * f[a * D + p + b];

      if (constant != NULL)
        y += 2.0 * constant[a] + 2.0 * constant[p + b] + constant[2 * p];
      map[a * p + b] = (float)y;
    }
}

/* @map (p, p) of the combination @u (p) of outputs. */
static gboolean
fill_map (float *map, const EsModel *model, const float *u, GError **error)
{
  gsize D = es_input_form_get_size (model);
  g_autofree float *f = g_new (float, D *D);

  if (!es_input_form_fill (f, model, u, TRUE, error))
    return FALSE;
  read_map (map, f, D, es_model_get_config (model)->outputs);
  return TRUE;
}

/* Takes away what depends on one residue only. @map (p, p). */
static void
centre (float *map, guint p)
{
  for (guint a = 0; a < p; a++) {
    double sum = 0;

    for (guint b = 0; b < p; b++)
      sum += map[a * p + b];
    for (guint b = 0; b < p; b++)
      map[a * p + b] -= (float)(sum / p);
  }
  for (guint b = 0; b < p; b++) {
    double sum = 0;

    for (guint a = 0; a < p; a++)
      sum += map[a * p + b];
    for (guint a = 0; a < p; a++)
      map[a * p + b] -= (float)(sum / p);
  }
}

/* The softmax does not see what all outputs share, so training leaves anything there:
   takes out the share of it that the combination @u has. */
static void
subtract_shared (float *map, const EsResidues *residues, const float *u)
{
  gsize n = (gsize)residues->p * residues->p;
  double weight = 0;

  for (guint c = 0; c < residues->p; c++)
    weight += u[c];
  for (gsize i = 0; i < n; i++)
    map[i] -= (float)weight * residues->shared[i];
}

/* The mean over outputs. */
static gboolean
fill_shared (EsResidues *residues, const EsModel *model, GError **error)
{
  g_autofree float *u = g_new (float, residues->p);

  for (guint c = 0; c < residues->p; c++)
    u[c] = 1.0f / (float)residues->p;
  return fill_map (residues->shared, model, u, error);
}

/* The waves along a of what a and b do together, over all outputs. */
static gboolean
measure (EsResidues *residues, const EsModel *model, GError **error)
{
  guint p = residues->p, F = residues->n_frequencies;
  g_autofree float *map = g_new (float, (gsize)p *p);
  g_autofree float *u = g_new0 (float, p);

  residues->power = g_new0 (double, F);
  residues->shared = g_new0 (float, (gsize)p *p);
  residues->used = g_new0 (gboolean, F);
  if (!fill_shared (residues, model, error))
    return FALSE;
  for (guint c = 0; c < p; c++) {
    u[c] = 1;
    if (!fill_map (map, model, u, error))
      return FALSE;
    subtract_shared (map, residues, u);
    u[c] = 0;
    centre (map, p);
    for (guint b = 0; b < p; b++)
      for (guint k = 1; k < F; k++)
        residues->power[k] += square (wave (residues, map + b, p, k));
  }
  normalise (residues->power, F);
  for (guint k = 1; k < F; k++) {
    residues->used[k] = residues->power[k] * (F - 1) > USED;
    residues->n_used += residues->used[k];
    /* The wave of alternating signs is no circle. */
    if (2 * k != residues->n &&
        residues->power[k] > residues->power[residues->strongest])
      residues->strongest = k;
  }
  return TRUE;
}

EsResidues *
es_residues_new (const EsModel *model, const EsTask *task, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  g_autoptr (EsResidues) residues = NULL;

  if (task->kind != ES_TASK_MODULAR || config->outputs != task->modulus ||
      es_model_config_inputs (config) != 2 * task->modulus) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         "Expected a network that was trained on modular arithmetic");
    return NULL;
  }
  residues = g_new0 (EsResidues, 1);
  residues->p = task->modulus;
  choose_order (residues, task);
  return measure (residues, model, error) ? g_steal_pointer (&residues) : NULL;
}

void
es_residues_free (EsResidues *residues)
{
  if (residues == NULL)
    return;
  g_free (residues->order);
  g_free (residues->power);
  g_free (residues->shared);
  g_free (residues->used);
  g_free (residues);
}

void
es_residues_fill_direction (const EsResidues *residues, float *u, guint frequency)
{
  for (guint c = 0; c < residues->p; c++)
    u[c] = 0;
  for (guint k = 0; k < residues->n; k++)
    u[residues->order[k]] =
        (float)cos (2 * G_PI * (double)(frequency * k % residues->n) / residues->n);
}

static void
find_frequencies (const EsResidues *residues, EsResidueForm *form)
{
  guint p = residues->p, F = residues->n_frequencies;

  form->power = g_new0 (double, (gsize)form->D *F);
  form->frequency = g_new0 (guint, form->D);
  for (guint i = 0; i < form->D; i++) {
    const float *vector = form->vectors + (gsize)i * form->D;
    double *power = form->power + (gsize)i * F;

    for (guint k = 0; k < F; k++) {
      power[k] = square (wave (residues, vector, 1, k)) +
                 square (wave (residues, vector + p, 1, k));
      if (power[k] > power[form->frequency[i]])
        form->frequency[i] = k;
    }
    normalise (power, F);
  }
}

static gboolean
is_circle (const EsResidues *residues, const EsResidueForm *form, guint i, guint j)
{
  guint F = residues->n_frequencies, k = form->frequency[i];
  const float *a = form->vectors + (gsize)i * form->D;
  const float *b = form->vectors + (gsize)j * form->D;
  float first = form->eigenvalues[i], second = form->eigenvalues[j];
  double complex y = wave (residues, a, 1, k), z = wave (residues, b, 1, k);

  /* The constant and the wave of alternating signs have no quarter. */
  if (k == 0 || 2 * k == residues->n || form->frequency[j] != k)
    return FALSE;
  return form->power[(gsize)i * F + k] > CIRCLE_SHARE &&
         form->power[(gsize)j * F + k] > CIRCLE_SHARE &&
         fabsf (first - second) <=
             CIRCLE_VALUES * MAX (fabsf (first), fabsf (second)) &&
         fabs (creal (y * conj (z))) < CIRCLE_PHASE * sqrt (square (y) * square (z));
}

/* From both ends, since the outer components are those that matter. */
static void
find_circles (const EsResidues *residues, EsResidueForm *form)
{
  form->partner = g_new (gint, form->D);
  for (guint i = 0; i < form->D; i++)
    form->partner[i] = -1;
  for (guint end = 0; end < 2; end++)
    for (guint k = 0; k + 1 < form->D; k++) {
      guint i = end == 0 ? k : form->D - 1 - k, j = end == 0 ? i + 1 : i - 1;

      if ((form->eigenvalues[i] < 0) != (end == 0))
        break;
      if (form->partner[i] >= 0 || form->partner[j] >= 0 ||
          !is_circle (residues, form, i, j))
        continue;
      form->partner[i] = (gint)j;
      form->partner[j] = (gint)i;
    }
}

EsResidueForm *
es_residue_form_new (const EsResidues *residues,
                     const EsModel *model,
                     const float *u,
                     GError **error)
{
  guint p = residues->p;
  g_autoptr (EsResidueForm) form = g_new0 (EsResidueForm, 1);

  form->D = 2 * p;
  form->map = g_new (float, (gsize)p *p);
  form->vectors = g_new0 (float, (gsize)form->D * form->D);
  form->eigenvalues = g_new (float, form->D);
  if (!fill_map (form->map, model, u, error))
    return NULL;
  subtract_shared (form->map, residues, u);
  for (guint a = 0; a < p; a++)
    for (guint b = 0; b < p; b++)
      form->vectors[a * form->D + p + b] = form->vectors[(p + b) * form->D + a] =
          0.5f * form->map[a * p + b];
  if (!es_blas_symmetric_eigen (form->vectors, form->eigenvalues, form->D, error))
    return NULL;
  for (guint i = 0; i < form->D; i++)
    es_picture_fix_sign (form->vectors + (gsize)i * form->D, NULL, form->D, 0);
  find_frequencies (residues, form);
  find_circles (residues, form);
  return g_steal_pointer (&form);
}

void
es_residue_form_free (EsResidueForm *form)
{
  if (form == NULL)
    return;
  g_free (form->eigenvalues);
  g_free (form->vectors);
  g_free (form->power);
  g_free (form->frequency);
  g_free (form->partner);
  g_free (form->map);
  g_free (form);
}
