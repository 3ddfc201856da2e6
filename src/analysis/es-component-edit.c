/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-component-edit.h"

#include "es-blas.h"
#include "es-block.h"
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
  float *plain;    /* (N, C) the network's own logits */
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
      spectrum->D == es_block_get_size (model))
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
  edit->plain = g_try_malloc_n (edit->N, edit->C * sizeof (float));
  edit->logits = g_try_malloc_n (edit->N, edit->C * sizeof (double));
  edit->factors = g_try_malloc_n (edit->C, edit->D * sizeof (float));
  if (edit->e != NULL && edit->plain != NULL && edit->logits != NULL &&
      edit->factors != NULL)
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
      edit->logits[first * C + i] = edit->plain[first * C + i] = act->logits[i];
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
  g_free (edit->plain);
  g_free (edit->logits);
  g_free (edit->factors);
  g_free (edit);
}

const float *
es_component_edit_get_factors (const EsComponentEdit *edit)
{
  return edit->factors;
}

/* What the logits of a class are made from: those of before, the network's own, or the
   direct path alone, with the components that are not as they are there. */
typedef enum {
  BASE_BEFORE,
  BASE_PLAIN,
  BASE_NOTHING,
  N_BASES,
} Base;

/* New factors of one class. */
typedef struct
{
  EsComponentEdit *edit;
  gsize c;
  Base base;
  gsize m;        /* components that are added to it */
  float *vectors; /* (m, D) */
  double *steps;  /* (m) of factor times eigenvalue */
} Change;

/* The factor of component @k in @base. */
static float
base_factor (const Change *change, Base base, gsize k)
{
  const EsComponentEdit *edit = change->edit;

  return base == BASE_BEFORE ? edit->factors[change->c * edit->D + k]
                             : base == BASE_PLAIN;
}

/* Takes the base that needs the fewest components, of equals the one that carries no
   rounding of earlier changes: without components, the direct path is exact. */
static void
choose_base (Change *change, const float *wanted)
{
  gsize D = change->edit->D;

  change->m = G_MAXSIZE;
  for (guint base = N_BASES; base-- > 0;) {
    gsize m = 0;

    for (gsize k = 0; k < D; k++)
      m += wanted[k] != base_factor (change, base, k);
    if (m < change->m) {
      change->m = m;
      change->base = base;
    }
  }
}

/* Sets @logits (rows, C) from image @start on to the base. */
static void
set_base (const Change *change, double *logits, gsize start, gsize rows)
{
  const EsComponentEdit *edit = change->edit;
  gsize C = edit->C, H = edit->H, c = change->c;
  float direct[ROWS] = {0};

  if (change->base == BASE_BEFORE)
    return;
  if (change->base == BASE_NOTHING && es_model_get_config (edit->model)->residual)
    es_blas_gemm (direct, 1, ES_PLAIN, edit->e + start * H, H, ES_TRANSPOSED,
                  es_model_get_head (edit->model) + c * H, H, rows, 1, H, 1, 0);
  for (gsize n = 0; n < rows; n++)
    logits[n * C + c] =
        change->base == BASE_PLAIN ? edit->plain[(start + n) * C + c] : direct[n];
}

static void
change_part (guint part, guint n_parts, gpointer data)
{
  const Change *change = data;
  EsComponentEdit *edit = change->edit;
  gsize C = edit->C, H = edit->H, D = edit->D, m = change->m, first, end;
  gsize W = es_spectrum_get_coordinates (edit->spectrum);
  g_autofree float *overlaps = g_new (float, ROWS *m);

  es_parallel_slice (edit->N, 1, part, n_parts, &first, &end);
  for (gsize start = first; start < end; start += ROWS) {
    gsize rows = MIN (ROWS, end - start);
    double *logits = edit->logits + start * C;

    set_base (change, logits, start, rows);
    if (m > 0)
      es_blas_gemm (overlaps, m, ES_PLAIN, edit->e + start * H, H, ES_TRANSPOSED,
                    change->vectors, D, rows, m, W, 1, 0);
    for (gsize n = 0; n < rows; n++) {
      double sum = 0;

      for (gsize i = 0; i < m; i++) {
        double constant = D > W ? change->vectors[i * D + W] : 0;
        double overlap = overlaps[n * m + i] + constant;

        sum += change->steps[i] * overlap * overlap;
      }
      logits[n * C + change->c] += sum;
    }
  }
}

/* Gives class @c the factors @wanted (D). */
static void
set_class (EsComponentEdit *edit, gsize c, const float *wanted)
{
  const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);
  float *own = edit->factors + c * edit->D;
  gsize D = edit->D, m = 0;
  Change change = {.edit = edit, .c = c};
  g_autofree float *vectors = NULL;
  g_autofree double *steps = NULL;

  if (memcmp (wanted, own, D * sizeof (float)) == 0)
    return;
  choose_base (&change, wanted);
  change.vectors = vectors = g_new (float, change.m *D);
  change.steps = steps = g_new (double, change.m);
  for (gsize k = 0; k < D; k++) {
    float from = base_factor (&change, change.base, k);

    if (wanted[k] == from)
      continue;
    memcpy (vectors + m * D, es_spectrum_get_vector (edit->spectrum, c, k),
            D * sizeof (float));
    steps[m++] = ((double)wanted[k] - from) * eigenvalues[k];
  }
  memcpy (own, wanted, D * sizeof (float));
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
  gsize H = edit->H, D = edit->D, W = es_spectrum_get_coordinates (edit->spectrum);
  g_autofree double *e = g_new (double, H + 1);

  es_pixel_map_layer_input (e, edit->model, config->layers - 1, x);
  if (D > W)
    e[W] = 1;
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

/* Where the components of class @c that are like @k end, in rank and factor. */
static gsize
run_end (const EsComponentEdit *edit, gsize c, gsize k)
{
  const float *factors = edit->factors + c * edit->D;
  const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);
  gssize rank = es_component_from_index (k, eigenvalues, edit->D);
  gsize end = k + 1;

  while (end < edit->D && factors[end] == factors[k] &&
         (es_component_from_index (end, eigenvalues, edit->D) < 0) == (rank < 0))
    end++;
  return end;
}

/* NULL if nothing is edited. */
static char *
describe_class (const EsComponentEdit *edit, gsize c, const char *name)
{
  const float *factors = edit->factors + c * edit->D;
  const float *eigenvalues = es_spectrum_get_eigenvalues (edit->spectrum, c);
  GString *text = g_string_new (NULL);

  for (gsize k = 0, end; k < edit->D; k = end) {
    char factor[G_ASCII_DTOSTR_BUF_SIZE];

    end = run_end (edit, c, k);
    if (factors[k] == 1)
      continue;
    if (text->len == 0)
      g_string_printf (text, "%s: ", name);
    else
      g_string_append (text, ", ");
    g_string_append_printf (text, "%" G_GSSIZE_FORMAT,
                            es_component_from_index (k, eigenvalues, edit->D));
    if (end - k > 1)
      g_string_append_printf (text, "…%" G_GSSIZE_FORMAT,
                              es_component_from_index (end - 1, eigenvalues, edit->D));
    g_string_append_printf (
        text, " × %s",
        g_ascii_formatd (factor, sizeof factor, "%g", (double)factors[k]));
  }
  return g_string_free (text, text->len == 0);
}

char **
es_component_edit_describe (const EsComponentEdit *edit, char **names)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (gsize c = 0; c < edit->C; c++) {
    g_autofree char *number = g_strdup_printf ("%" G_GSIZE_FORMAT, c);
    g_autofree char *text = describe_class (edit, c, names != NULL ? names[c] : number);

    if (text != NULL)
      g_strv_builder_add (texts, text);
  }
  return g_strv_builder_end (texts);
}

/*
 * Where the edited network has what (equations 18 and 19). The first H units of its
 * embedding are the network's own; the others have no pixels, so that forms on them are
 * those on the own ones and zeros. A class is made anew if fewer of its components are
 * left than are changed.
 */
typedef struct
{
  gboolean *anew; /* (C) */
  gsize n_anew;   /* classes */
  gsize n_left;   /* components of all classes */
  gsize own;      /* first unit of the own products; not there if all are anew */
  gsize first;    /* unit of components */
  gsize width;
} Layout;

static gboolean
is_left (const EsComponentEdit *edit, gsize i)
{
  return edit->factors[i] != 0 && edit->spectrum->eigenvalues[i] != 0;
}

static gboolean
is_changed (const EsComponentEdit *edit, gsize i)
{
  return edit->factors[i] != 1 && edit->spectrum->eigenvalues[i] != 0;
}

static void
layout_init (Layout *layout, const EsComponentEdit *edit)
{
  gboolean residual = es_model_get_config (edit->model)->residual;
  gsize C = edit->C, D = edit->D, H = edit->H, n = 0;

  *layout = (Layout){.anew = g_new (gboolean, C)};
  for (gsize c = 0; c < C; c++) {
    gsize n_left = 0, n_changed = 0;

    for (gsize i = c * D; i < (c + 1) * D; i++) {
      n_left += is_left (edit, i);
      n_changed += is_changed (edit, i);
    }
    layout->anew[c] = n_left < n_changed;
    layout->n_anew += layout->anew[c];
    layout->n_left += n_left;
    n += MIN (n_left, n_changed);
  }
  /* The head of a class that is anew lets its own products through no more, but still
     the direct path: these are units of their own then. */
  if (layout->n_anew < C)
    layout->own = residual && layout->n_anew > 0 ? H : 0;
  layout->first = layout->n_anew < C ? layout->own + H : residual ? H : 0;
  layout->width = MAX (layout->first + n, H);
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

/* The network's own products, and the direct path. */
static void
fill_own (const EsComponentEdit *edit, const Layout *layout, Views *to)
{
  const EsModel *model = edit->model;
  const float *bias = es_model_get_bias (model, 0);
  gsize H = edit->H, row = H * sizeof (float);

  for (gsize c = 0; c < to->C; c++) {
    const float *head = es_model_get_head (model) + c * H;

    if (es_model_get_config (model)->residual)
      memcpy (to->head + c * to->H, head, row);
    if (!layout->anew[c])
      memcpy (to->head + c * to->H + layout->own, head, row);
  }
  if (layout->n_anew == to->C)
    return;
  for (gsize h = 0; h < H; h++) {
    gsize unit = layout->own + h;

    memcpy (to->left + unit * to->H, es_model_get_left (model, 0) + h * H, row);
    memcpy (to->right + unit * to->H, es_model_get_right (model, 0) + h * H, row);
  }
  if (bias != NULL) {
    memcpy (to->bias + layout->own, bias, row);
    memcpy (to->bias + to->H + layout->own, bias + H, row);
  }
}

/* Component @i as unit @unit: its overlap times itself. */
static void
fill_component (const EsComponentEdit *edit, gsize i, float by, gsize unit, Views *to)
{
  gsize c = i / edit->D, W = es_spectrum_get_coordinates (edit->spectrum);
  const float *vector = es_spectrum_get_vector (edit->spectrum, c, i % edit->D);

  memcpy (to->left + unit * to->H, vector, W * sizeof (float));
  memcpy (to->right + unit * to->H, vector, W * sizeof (float));
  if (edit->D > W)
    to->bias[unit] = to->bias[to->H + unit] = vector[W];
  to->head[c * to->H + unit] = by * edit->spectrum->eigenvalues[i];
}

/* What is left of classes that are anew, and what is changed of the others. */
static void
fill_components (const EsComponentEdit *edit, const Layout *layout, Views *to)
{
  gsize unit = layout->first;

  for (gsize i = 0; i < edit->C * edit->D; i++) {
    gboolean anew = layout->anew[i / edit->D];

    if (anew ? is_left (edit, i) : is_changed (edit, i))
      fill_component (edit, i, edit->factors[i] - (anew ? 0 : 1), unit++, to);
  }
}

static const char *
find_problem (const EsComponentEdit *edit, const Layout *layout)
{
  const EsModelConfig *config = es_model_get_config (edit->model);

  if (config->layers > 1)
    return "Only a network of one layer can be kept as edited";
  if (layout->n_left == 0 && !config->residual)
    return "No component is left to make a network of";
  return NULL;
}

EsModel *
es_component_edit_make_model (const EsComponentEdit *edit, GError **error)
{
  EsModelConfig config = *es_model_get_config (edit->model);
  const char *problem;
  EsModel *model = NULL;
  Layout layout;
  Views views;

  layout_init (&layout, edit);
  problem = find_problem (edit, &layout);
  config.units = 0;
  config.hidden = (guint)MIN (layout.width, G_MAXUINT32);
  if (problem != NULL)
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING, problem);
  else
    model = es_model_new (&config, error);
  if (model != NULL) {
    views = views_of (model);
    memcpy (views.embed, es_model_get_embed (edit->model),
            edit->H * views.P * sizeof (float));
    fill_own (edit, &layout, &views);
    fill_components (edit, &layout, &views);
  }
  g_free (layout.anew);
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
