/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-explanation.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-parallel.h"
#include "es-pixel-map.h"

#include <math.h>

/* In which coordinates the spectrum's rows are multiplied with the input. */
typedef struct
{
  EsExplanation *explanation;
  const EsSpectrum *spectrum;
  gsize W;             /* coordinates without the constant: H, or P for pictures */
  const double *input; /* (W): e, or x in the pixel basis */
} Work;

static gboolean
check_fit (const EsSpectrum *spectrum, const EsModel *model, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  const char *problem = NULL;

  if (!es_directions_check (spectrum->directions, model, error))
    return FALSE;
  if (config->gate != ES_GATE_NONE || spectrum->constant != !!config->bias ||
      spectrum->P != es_model_config_inputs (config))
    problem = "The spectrum is not of this network";
  else if (spectrum->basis == ES_BASIS_PIXELS && spectrum->n_pictures < spectrum->D)
    problem = "In the pixel basis an explanation needs the pictures of all components";
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING, problem);
  return FALSE;
}

static double
dot_mixed (const float *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* In the pixel basis the pictures are the unit vectors in pixels. */
static void
explain_part (guint part, guint n_parts, gpointer data)
{
  const Work *work = data;
  const EsSpectrum *spectrum = work->spectrum;
  gsize D = spectrum->D;
  const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, part);

  for (gsize k = 0; k < D; k++) {
    const float *vector = es_spectrum_get_vector (spectrum, part, k);
    const float *row = spectrum->basis == ES_BASIS_PIXELS
                           ? es_spectrum_get_picture (spectrum, part, k)
                           : vector;
    double overlap = dot_mixed (row, work->input, work->W);

    if (spectrum->constant)
      overlap += vector[D - 1];
    work->explanation->contributions[part * D + k] = eigenvalues[k] * overlap * overlap;
  }
}

/* Whether every value and its parts are finite. */
static gboolean
check_finite (const EsExplanation *explanation, GError **error)
{
  double sum = 0;

  for (gsize i = 0; i < explanation->n; i++)
    sum += explanation->values[i] + explanation->direct[i];
  for (gsize i = 0; i < explanation->n * explanation->D; i++)
    sum += explanation->contributions[i];
  if (isfinite (sum))
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                       "The contributions to the outputs are not finite");
  return FALSE;
}

static EsExplanation *
explanation_alloc (const EsSpectrum *spectrum)
{
  EsExplanation *explanation = g_new0 (EsExplanation, 1);

  explanation->n = spectrum->n;
  explanation->D = spectrum->D;
  explanation->values = g_new0 (double, spectrum->n);
  explanation->direct = g_new0 (double, spectrum->n);
  explanation->contributions = g_new0 (double, spectrum->n * spectrum->D);
  return explanation;
}

EsExplanation *
es_explanation_new (const EsModel *model,
                    const EsSpectrum *spectrum,
                    const float *x,
                    GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  guint layer = spectrum->directions->layer;
  gboolean pixels = spectrum->basis == ES_BASIS_PIXELS;
  g_autoptr (EsExplanation) explanation = NULL;
  g_autofree double *e = NULL, *z = NULL, *x_d = NULL;
  Work work = {.spectrum = spectrum,
               .W = pixels ? P : es_spectrum_get_coordinates (spectrum)};

  if (!check_fit (spectrum, model, error))
    return NULL;
  explanation = work.explanation = explanation_alloc (spectrum);
  e = g_new (double, H);
  z = g_new (double, H);
  x_d = g_new (double, P);
  for (gsize p = 0; p < P; p++)
    x_d[p] = x[p];
  es_pixel_map_layer_input (e, model, layer, x);
  es_pixel_map_layer_input (z, model, layer + 1, x);
  for (gsize i = 0; i < spectrum->n; i++) {
    const float *m = spectrum->directions->hidden + i * H;

    explanation->values[i] = dot_mixed (m, z, H);
    explanation->direct[i] = config->residual ? dot_mixed (m, e, H) : 0;
  }
  work.input = pixels ? x_d : e;
  es_parallel_run ((guint)spectrum->n, explain_part, &work);
  if (!check_finite (explanation, error))
    return NULL;
  return g_steal_pointer (&explanation);
}

/* The value of form @i with @factors (D), from the value as it was or from the direct
   part, whichever needs fewer components. */
static double
edited_value (const EsExplanation *explanation, const float *factors, gsize i)
{
  gsize D = explanation->D, n_left = 0, n_changed = 0;
  const double *contributions = explanation->contributions + i * D;
  gboolean anew;
  double value;

  for (gsize k = 0; k < D; k++) {
    n_left += factors[k] != 0;
    n_changed += factors[k] != 1;
  }
  anew = n_left < n_changed;
  value = anew ? explanation->direct[i] : explanation->values[i];
  for (gsize k = 0; k < D; k++)
    value += contributions[k] * (factors[k] - (anew ? 0 : 1));
  return value;
}

EsExplanation *
es_explanation_edit (const EsExplanation *explanation, const float *factors)
{
  EsExplanation *edited = g_memdup2 (explanation, sizeof *explanation);
  gsize n = edited->n, D = edited->D;

  edited->n_edited = 0;
  edited->values = g_new (double, n);
  edited->direct = g_memdup2 (explanation->direct, n * sizeof (double));
  edited->contributions = g_new (double, n *D);
  for (gsize i = 0; i < n * D; i++) {
    edited->contributions[i] = explanation->contributions[i] * factors[i];
    edited->n_edited += factors[i] != 1;
  }
  for (gsize i = 0; i < n; i++)
    edited->values[i] = edited_value (explanation, factors + i * D, i);
  return edited;
}

void
es_explanation_free (EsExplanation *explanation)
{
  if (explanation == NULL)
    return;
  g_free (explanation->values);
  g_free (explanation->contributions);
  g_free (explanation->direct);
  g_free (explanation);
}
