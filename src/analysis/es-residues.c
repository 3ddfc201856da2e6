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

/* Rows 2 f and 2 f + 1 are cosine and minus sine of frequency f over the order, such
   that the squares of all waves of x add up to those of x: all frequencies but the
   first, and the last of an even n, stand for two. */
static void
make_waves (EsResidues *residues)
{
  guint p = residues->p, n = residues->n;
  g_autofree double complex *circle = g_new (double complex, n);

  for (guint k = 0; k < n; k++)
    circle[k] = cexp (-2 * G_PI * I * k / n);
  residues->waves = g_new0 (float, 2 * (gsize)residues->n_frequencies * p);
  for (guint f = 0; f < residues->n_frequencies; f++) {
    float *wave_f = residues->waves + 2 * (gsize)f * p;
    double weight = sqrt ((f == 0 || 2 * f == n ? 1.0 : 2.0) / n);

    for (guint k = 0; k < n; k++) {
      double complex z = weight * circle[f * k % n];

      wave_f[residues->order[k]] = (float)creal (z);
      wave_f[p + residues->order[k]] = (float)cimag (z);
    }
  }
}

/* Of the @m rows of @x, @stride apart, whose first p elements are the residues', the
   waves in @out (m, 2 F). */
static void
fill_waves (
    float *out, const EsResidues *residues, const float *x, gsize stride, gsize m)
{
  gsize p = residues->p, n_waves = 2 * (gsize)residues->n_frequencies;

  es_blas_gemm (out, n_waves, ES_PLAIN, x, stride, ES_TRANSPOSED, residues->waves, p, m,
                n_waves, p, 1, 0);
}

/* Wave number @f of @x (p). */
static double complex
wave (const EsResidues *residues, const float *x, guint f)
{
  const float *wave_f = residues->waves + 2 * (gsize)f * residues->p;

  return es_blas_dot (wave_f, x, residues->p) +
         I * es_blas_dot (wave_f + residues->p, x, residues->p);
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

/*
 * What a and b do together in output c is the sum over products h = 1 ... 2 H of
 *   M_c = sum_h head_ch first_h second_h',
 * the left branch on a with the right one on b, and the other way round; terms of one
 * residue alone are not in it. All that is taken away, and the waves, can be had of the
 * factors, once for all outputs.
 */
typedef struct
{
  gsize H2;      /* 2 H */
  gsize n_waves; /* 2 F */
  float *first;  /* (2 H, 2 F) waves along a; those but the constant see no mean */
  float *second; /* (2 H, p) along b, less the mean */
  float *head;   /* (C, H) less the mean over outputs */
  float *scaled; /* (2 H, 2 F) first times the head's row */
  float *out;    /* (2 F, p) the waves of M_c */
} Products;

static void
products_clear (Products *products)
{
  g_free (products->first);
  g_free (products->second);
  g_free (products->head);
  g_free (products->scaled);
  g_free (products->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Products, products_clear)

/* Takes the mean away of @n elements of @x, @stride apart. */
static void
centre (float *x, gsize n, gsize stride)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += x[i * stride];
  for (gsize i = 0; i < n; i++)
    x[i * stride] -= (float)(sum / (double)n);
}

/* The left @branch (H, D) is the first half of the factors along a and the second of
   those along b; the @right one the other way round. */
static void
add_branch (Products *products,
            const EsResidues *residues,
            const float *branch,
            gsize D,
            gboolean right)
{
  gsize H = products->H2 / 2, p = residues->p;
  float *second = products->second + (right ? 0 : H * p);

  fill_waves (products->first + (right ? H * products->n_waves : 0), residues, branch,
              D, H);
  for (gsize h = 0; h < H; h++) {
    memcpy (second + h * p, branch + h * D + p, p * sizeof (float));
    centre (second + h * p, p, 1);
  }
}

static gboolean
products_init (Products *products,
               const EsResidues *residues,
               const EsModel *model,
               GError **error)
{
  gsize H = es_model_get_config (model)->hidden, D = es_input_form_get_size (model);
  gsize p = residues->p, n_waves = 2 * (gsize)residues->n_frequencies;
  g_autofree float *left = g_new (float, H *D);
  g_autofree float *right = g_new (float, H *D);

  *products =
      (Products){.H2 = 2 * H,
                 .n_waves = n_waves,
                 .first = g_new (float, 2 * H * n_waves),
                 .second = g_new (float, 2 * H * p),
                 .head = g_memdup2 (es_model_get_head (model), p * H * sizeof (float)),
                 .scaled = g_new (float, 2 * H * n_waves),
                 .out = g_new (float, n_waves *p)};
  if (!es_input_form_fill_branches (left, right, model, error))
    return FALSE;
  add_branch (products, residues, left, D, FALSE);
  add_branch (products, residues, right, D, TRUE);
  for (gsize h = 0; h < H; h++)
    centre (products->head + h, p, H);
  return TRUE;
}

/* Adds the waves of output @c to @power (F). */
static void
add_output (double *power, Products *products, guint c, gsize p)
{
  gsize n_waves = products->n_waves, H = products->H2 / 2;

  for (gsize h = 0; h < products->H2; h++)
    for (gsize k = 0; k < n_waves; k++)
      products->scaled[h * n_waves + k] =
          products->head[c * H + h % H] * products->first[h * n_waves + k];
  es_blas_gemm (products->out, p, ES_TRANSPOSED, products->scaled, n_waves, ES_PLAIN,
                products->second, p, n_waves, p, products->H2, 1, 0);
  for (gsize k = 2; k < n_waves; k++) {
    const float *wave_k = products->out + k * p;

    power[k / 2] += es_blas_dot (wave_k, wave_k, p);
  }
}

/* The waves along a of what a and b do together, over all outputs. */
static gboolean
measure (EsResidues *residues,
         const EsModel *model,
         const EsProgress *progress,
         GError **error)
{
  guint p = residues->p, F = residues->n_frequencies;
  g_auto (Products) products = {0};

  residues->power = g_new0 (double, F);
  residues->shared = g_new0 (float, (gsize)p *p);
  residues->used = g_new0 (gboolean, F);
  if (!fill_shared (residues, model, error) ||
      !products_init (&products, residues, model, error))
    return FALSE;
  for (guint c = 0; c < p; c++) {
    if (!es_progress_report (progress, (double)c / p, NULL, error))
      return FALSE;
    add_output (residues->power, &products, c, p);
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
es_residues_new (const EsModel *model,
                 const EsTask *task,
                 const EsProgress *progress,
                 GError **error)
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
  make_waves (residues);
  return measure (residues, model, progress, error) ? g_steal_pointer (&residues)
                                                    : NULL;
}

void
es_residues_free (EsResidues *residues)
{
  if (residues == NULL)
    return;
  g_free (residues->order);
  g_free (residues->waves);
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

gboolean
es_residues_fill_map (const EsResidues *residues,
                      float *map,
                      const EsModel *model,
                      const float *u,
                      GError **error)
{
  if (!fill_map (map, model, u, error))
    return FALSE;
  subtract_shared (map, residues, u);
  return TRUE;
}

static void
find_frequencies (const EsResidues *residues, EsResidueForm *form)
{
  gsize D = form->D, F = residues->n_frequencies;
  g_autofree float *first = g_new (float, D * 2 * F);
  g_autofree float *second = g_new (float, D * 2 * F);

  form->power = g_new0 (double, D *F);
  form->frequency = g_new0 (guint, D);
  fill_waves (first, residues, form->vectors, D, D);
  fill_waves (second, residues, form->vectors + residues->p, D, D);
  for (gsize i = 0; i < D; i++) {
    double *power = form->power + i * F;

    for (gsize k = 0; k < F; k++) {
      for (gsize w = 2 * (i * F + k); w < 2 * (i * F + k + 1); w++)
        power[k] += (double)first[w] * first[w] + (double)second[w] * second[w];
      if (power[k] > power[form->frequency[i]])
        form->frequency[i] = (guint)k;
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
  double complex y = wave (residues, a, k), z = wave (residues, b, k);

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
  if (!es_residues_fill_map (residues, form->map, model, u, error))
    return NULL;
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
