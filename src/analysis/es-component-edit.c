/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-component-edit.h"

#include "es-blas.h"
#include "es-components.h"
#include "es-embedding.h"
#include "es-loss.h"
#include "es-parallel.h"
#include "es-pixel-map.h"

#include <math.h>
#include <string.h>

/* Images between two reports of progress. */
#define IMAGES_PER_REPORT 1024
/* Images in one matrix product. */
#define ROWS 256

struct _EsComponentEdit
{
  EsModel *model;
  EsSpectrum *spectrum;
  gsize N, H, C, D;
  guint16 *labels; /* (N) */
  float *e;        /* (N, H) the last layer's input */
  double *logits;  /* (N, C) as edited; double, so that many edits leave no trace */
  float *factors;  /* (C, D) */
};

static gboolean
check_fit (const EsModel *model,
           const EsSpectrum *spectrum,
           const EsSamples *samples,
           GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);

  if (spectrum->basis == ES_BASIS_EMBEDDING && spectrum->n == config->outputs &&
      spectrum->directions->layer == config->layers - 1 &&
      spectrum->D == config->hidden + (config->bias ? 1 : 0))
    return es_evaluate_check_labels (model, samples, error);
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                       "Components are edited by the spectra of all classes of this "
                       "network, in the embedding basis");
  return FALSE;
}

static gboolean
edit_alloc (EsComponentEdit *edit, GError **error)
{
  edit->e = g_try_malloc_n (edit->N, edit->H * sizeof (float));
  edit->logits = g_try_malloc_n (edit->N, edit->C * sizeof (double));
  edit->factors = g_try_malloc_n (edit->C, edit->D * sizeof (float));
  if (edit->e != NULL && edit->logits != NULL && edit->factors != NULL)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is not enough memory to edit components");
  return FALSE;
}

/* Runs the network over all images. */
static gboolean
run (EsComponentEdit *edit,
     const EsSamples *samples,
     const EsProgress *progress,
     GError **error)
{
  const EsModelConfig *config = es_model_get_config (edit->model);
  gsize P = es_model_config_inputs (config), H = edit->H, C = edit->C;
  gsize max_rows = es_activations_rows (config, IMAGES_PER_REPORT);
  g_autoptr (EsActivations) act = es_activations_new (config, max_rows, FALSE, error);
  g_autoptr (EsEmbedding) embedding = NULL;

  if (act == NULL)
    return FALSE;
  embedding = es_embedding_new (edit->model, samples->pixels, samples->N);
  for (gsize first = 0; first < edit->N; first += max_rows) {
    gsize rows = MIN (max_rows, edit->N - first);

    es_embedding_forward (embedding, act, samples->pixels + first * P, rows);
    memcpy (edit->e + first * H, act->state + (config->layers - 1) * max_rows * H,
            rows * H * sizeof (float));
    for (gsize i = 0; i < rows * C; i++)
      edit->logits[first * C + i] = act->logits[i];
    if (!es_progress_report (progress, (double)(first + rows) / (double)edit->N, NULL,
                             error))
      return FALSE;
  }
  return TRUE;
}

EsComponentEdit *
es_component_edit_new (EsModel *model,
                       EsSpectrum *spectrum,
                       const EsSamples *samples,
                       const EsProgress *progress,
                       GError **error)
{
  g_autoptr (EsComponentEdit) edit = NULL;

  if (!check_fit (model, spectrum, samples, error))
    return NULL;
  edit = g_new0 (EsComponentEdit, 1);
  edit->model = es_model_ref (model);
  edit->spectrum = es_spectrum_ref (spectrum);
  edit->N = samples->N;
  edit->H = es_model_get_config (model)->hidden;
  edit->C = spectrum->n;
  edit->D = spectrum->D;
  edit->labels = g_memdup2 (samples->labels, samples->N * sizeof (guint16));
  if (!edit_alloc (edit, error) || !run (edit, samples, progress, error))
    return NULL;
  for (gsize i = 0; i < edit->C * edit->D; i++)
    edit->factors[i] = 1;
  return g_steal_pointer (&edit);
}

void
es_component_edit_free (EsComponentEdit *edit)
{
  if (edit == NULL)
    return;
  es_model_unref (edit->model);
  es_spectrum_unref (edit->spectrum);
  g_free (edit->labels);
  g_free (edit->e);
  g_free (edit->logits);
  g_free (edit->factors);
  g_free (edit);
}

const float *
es_component_edit_get_factors (const EsComponentEdit *edit)
{
  return edit->factors;
}

/* What changes of factors of one class add to its logits. */
typedef struct
{
  EsComponentEdit *edit;
  gsize c;
  gsize m;        /* components that change */
  float *vectors; /* (m, D) */
  double *steps;  /* (m) of factor times eigenvalue */
} Change;

static void
change_part (guint part, guint n_parts, gpointer data)
{
  const Change *change = data;
  EsComponentEdit *edit = change->edit;
  gsize H = edit->H, D = edit->D, m = change->m, first, end;
  g_autofree float *overlaps = g_new (float, ROWS *m);

  es_parallel_slice (edit->N, 1, part, n_parts, &first, &end);
  for (gsize start = first; start < end; start += ROWS) {
    gsize rows = MIN (ROWS, end - start);

    es_blas_gemm (overlaps, m, ES_PLAIN, edit->e + start * H, H, ES_TRANSPOSED,
                  change->vectors, D, rows, m, H, 1, 0);
    for (gsize n = 0; n < rows; n++) {
      double sum = 0;

      for (gsize i = 0; i < m; i++) {
        double constant = D > H ? change->vectors[i * D + H] : 0;
        double overlap = overlaps[n * m + i] + constant;

        sum += change->steps[i] * overlap * overlap;
      }
      edit->logits[(start + n) * edit->C + change->c] += sum;
    }
  }
}

/* Gives class @c the factors @wanted (D). */
static void
set_class (EsComponentEdit *edit, gsize c, const float *wanted)
{
  const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);
  float *own = edit->factors + c * edit->D;
  gsize D = edit->D;
  g_autofree float *vectors = g_new (float, D *D);
  g_autofree double *steps = g_new (double, D);
  Change change = {edit, c, 0, vectors, steps};

  for (gsize k = 0; k < D; k++) {
    double step = ((double)wanted[k] - own[k]) * eigenvalues[k];

    own[k] = wanted[k];
    if (step == 0)
      continue;
    memcpy (vectors + change.m * D, es_spectrum_get_vector (edit->spectrum, c, k),
            D * sizeof (float));
    steps[change.m++] = step;
  }
  if (change.m > 0)
    es_parallel_run (es_parallel_get_threads (), change_part, &change);
}

void
es_component_edit_set (EsComponentEdit *edit, gsize c, gsize k, float factor)
{
  g_autofree float *wanted = NULL;

  g_return_if_fail (c < edit->C && k < edit->D && isfinite (factor));
  wanted = g_memdup2 (edit->factors + c * edit->D, edit->D * sizeof (float));
  wanted[k] = factor;
  set_class (edit, c, wanted);
}

void
es_component_edit_set_all (EsComponentEdit *edit, const float *factors)
{
  for (gsize c = 0; c < edit->C; c++)
    set_class (edit, c, factors + c * edit->D);
}

void
es_component_edit_set_threshold (EsComponentEdit *edit, double threshold)
{
  g_autofree float *wanted = g_new (float, edit->D);

  for (gsize c = 0; c < edit->C; c++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);

    for (gsize k = 0; k < edit->D; k++)
      wanted[k] = fabs (eigenvalues[k]) < threshold ? 0 : 1;
    set_class (edit, c, wanted);
  }
}

void
es_component_edit_evaluate (const EsComponentEdit *edit, EsEvaluation *evaluation)
{
  g_autofree float *row = g_new (float, edit->C);
  gsize n_correct = 0;
  double loss = 0, N = (double)MAX (edit->N, 1);

  for (gsize n = 0; n < edit->N; n++) {
    for (gsize c = 0; c < edit->C; c++)
      row[c] = (float)edit->logits[n * edit->C + c];
    loss += es_cross_entropy (NULL, &n_correct, row, &edit->labels[n], 1, edit->C, 1);
  }
  *evaluation = (EsEvaluation){edit->N, (double)n_correct / N, loss / N};
}

void
es_component_edit_logits (const EsComponentEdit *edit, const float *x, double *logits)
{
  const EsModelConfig *config = es_model_get_config (edit->model);
  const float *head = es_model_get_head (edit->model);
  gsize H = edit->H, D = edit->D;
  g_autofree double *e = g_new (double, D);

  es_pixel_map_layer_input (e, edit->model, config->layers - 1, x);
  if (D > H)
    e[H] = 1;
  for (gsize c = 0; c < edit->C; c++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);

    logits[c] = 0;
    for (gsize h = 0; config->residual && h < H; h++)
      logits[c] += head[c * H + h] * e[h];
    for (gsize k = 0; k < D; k++) {
      const float *vector = es_spectrum_get_vector (edit->spectrum, c, k);
      double overlap = 0, weight = (double)edit->factors[c * D + k] * eigenvalues[k];

      for (gsize d = 0; weight != 0 && d < D; d++)
        overlap += vector[d] * e[d];
      logits[c] += weight * overlap * overlap;
    }
  }
}

/* factor times eigenvalue of component @i, counted over all classes. */
static float
weight_of (const EsComponentEdit *edit, gsize i)
{
  return edit->factors[i] *
         es_spectrum_get_eigenvalues (edit->spectrum, i / edit->D)[i % edit->D];
}

/* The parameters of a network that is being filled. */
typedef struct
{
  float *embed, *left, *right, *bias, *head;
  gsize P, H, C;
} Views;

static Views
views_of (EsModel *model)
{
  const EsModelConfig *config = es_model_get_config (model);
  const float *own = es_model_get_params (model), *bias = es_model_get_bias (model, 0);
  float *params = es_model_params (model);

  return (Views){params + (es_model_get_embed (model) - own),
                 params + (es_model_get_left (model, 0) - own),
                 params + (es_model_get_right (model, 0) - own),
                 bias != NULL ? params + (bias - own) : NULL,
                 params + (es_model_get_head (model) - own),
                 es_model_config_inputs (config),
                 config->hidden,
                 config->outputs};
}

/* @row (P) = @vector (H) E. */
static void
embed_row (const EsComponentEdit *edit, float *row, const float *vector, gsize P)
{
  es_blas_gemm (row, P, ES_PLAIN, vector, edit->H, ES_PLAIN,
                es_model_get_embed (edit->model), P, 1, P, edit->H, 1, 0);
}

/* Units from @unit on, one for each component whose @weight is not 0. */
static void
fill_components (const EsComponentEdit *edit,
                 float (*weight) (const EsComponentEdit *edit, gsize i),
                 gsize unit,
                 Views *to)
{
  for (gsize i = 0; i < edit->C * edit->D; i++) {
    const float *vector =
        es_spectrum_get_vector (edit->spectrum, i / edit->D, i % edit->D);

    if (weight (edit, i) == 0)
      continue;
    embed_row (edit, to->embed + unit * to->P, vector, to->P);
    to->left[unit * to->H + unit] = 1;
    to->right[unit * to->H + unit] = 1;
    if (edit->D > edit->H)
      to->bias[unit] = to->bias[to->H + unit] = vector[edit->H];
    to->head[i / edit->D * to->H + unit] = weight (edit, i);
    unit++;
  }
}

/* The direct path as units of their own, the last ones. */
static void
fill_direct (const EsComponentEdit *edit, Views *to)
{
  for (gsize c = 0; c < to->C; c++) {
    gsize unit = to->H - to->C + c;

    embed_row (edit, to->embed + unit * to->P,
               es_model_get_head (edit->model) + c * edit->H, to->P);
    to->left[unit * to->H + unit] = 1;
    to->bias[to->H + unit] = 1;
    to->head[c * to->H + unit] = 1;
  }
}

/* How much component @i changes: the factor less 1, times the eigenvalue. */
static float
change_of (const EsComponentEdit *edit, gsize i)
{
  return (edit->factors[i] - 1) *
         es_spectrum_get_eigenvalues (edit->spectrum, i / edit->D)[i % edit->D];
}

/* The network as it is, without its direct path. */
static void
fill_own (const EsComponentEdit *edit, Views *to)
{
  const EsModel *model = edit->model;
  const float *bias = es_model_get_bias (model, 0);
  gsize H = edit->H;

  memcpy (to->embed, es_model_get_embed (model), H * to->P * sizeof (float));
  for (gsize h = 0; h < H; h++) {
    memcpy (to->left + h * to->H, es_model_get_left (model, 0) + h * H,
            H * sizeof (float));
    memcpy (to->right + h * to->H, es_model_get_right (model, 0) + h * H,
            H * sizeof (float));
  }
  for (gsize c = 0; c < to->C; c++)
    memcpy (to->head + c * to->H, es_model_get_head (model) + c * H,
            H * sizeof (float));
  if (bias != NULL) {
    memcpy (to->bias, bias, H * sizeof (float));
    memcpy (to->bias + to->H, bias + H, H * sizeof (float));
  }
}

EsModel *
es_component_edit_make_model (const EsComponentEdit *edit, GError **error)
{
  EsModelConfig config = *es_model_get_config (edit->model);
  gsize n_left = 0, n_changed = 0, n_direct = config.residual ? edit->C : 0, n_units;
  gboolean additive;
  EsModel *model;
  Views views;

  for (gsize i = 0; i < edit->C * edit->D; i++) {
    n_left += weight_of (edit, i) != 0;
    n_changed += change_of (edit, i) != 0;
  }
  additive = edit->H + n_changed < n_left;
  n_units = (additive ? edit->H + n_changed : n_left) + n_direct;
  config.units = 0;
  if (config.layers > 1 || n_units == 0 || n_units > G_MAXUINT32) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         config.layers > 1
                             ? "Only a network of one layer can be kept as edited"
                             : "No component is left to make a network of");
    return NULL;
  }
  config.hidden = (guint)n_units;
  config.bias = config.bias || config.residual;
  config.residual = FALSE;
  model = es_model_new (&config, error);
  if (model == NULL)
    return NULL;
  views = views_of (model);
  if (additive)
    fill_own (edit, &views);
  fill_components (edit, additive ? change_of : weight_of, additive ? edit->H : 0,
                   &views);
  if (n_direct > 0)
    fill_direct (edit, &views);
  return model;
}

gboolean
es_component_edit_carry (float *out,
                         const EsSpectrum *to,
                         const float *factors,
                         const EsSpectrum *from)
{
  gsize D = to->D;

  for (gsize i = 0; i < to->n * D; i++)
    out[i] = 1;
  if (from->n != to->n || from->D != D)
    return FALSE;
  for (gsize c = 0; c < to->n; c++)
    for (gsize k = 0; k < D; k++) {
      const float *old = from->eigenvalues + c * D, *new = to->eigenvalues + c *D;
      gssize rank = es_component_from_index (k, old, D);
      gsize index;

      if (factors[c * D + k] != 1 && es_component_to_index (rank, D, &index) &&
          es_component_from_index (index, new, D) == rank)
        out[c * D + index] = factors[c * D + k];
    }
  return TRUE;
}
