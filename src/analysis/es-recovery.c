/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-recovery.h"

#include "es-augment.h"
#include "es-components.h"
#include "es-input-form.h"

#include <math.h>
#include <string.h>

static const float direction[2] = {-1, 1};

double
es_recovery_cosine (const float *a, const float *b, gsize n)
{
  double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;

  for (gsize i = 0; i < n; i++) {
    mean_a += a[i] / (double)n;
    mean_b += b[i] / (double)n;
  }
  for (gsize i = 0; i < n; i++) {
    double x = a[i] - mean_a, y = b[i] - mean_b;

    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return aa > 0 && bb > 0 ? ab / sqrt (aa * bb) : 0;
}

static gboolean
check (const EsModel *model, const EsDataset *dataset, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  const EsTask *task = dataset->task;

  if (task != NULL && task->kind == ES_TASK_CHALLENGE && config->outputs == 2 &&
      config->layers == 1 &&
      es_model_config_inputs (config) == (gsize)dataset->rows * dataset->cols)
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                       "Expected a network of one layer that was trained for the "
                       "challenge");
  return FALSE;
}

/* The same network without its biases: what is left is the quadratic block. */
static EsModel *
drop_bias (const EsModel *model, GError **error)
{
  EsModelConfig config = *es_model_get_config (model);
  guint n, n_from;
  const EsTensorInfo *from = es_model_get_tensors (model, &n_from), *to;
  EsModel *plain;

  config.bias = FALSE;
  plain = es_model_new (&config, error);
  if (plain == NULL)
    return NULL;
  to = es_model_get_tensors (plain, &n);
  for (guint i = 0, k = 0; i < n; i++, k++) {
    while (strcmp (from[k].name, to[i].name) != 0)
      k++;
    memcpy (es_model_params (plain) + to[i].offset,
            es_model_get_params (model) + from[k].offset, to[i].n * sizeof (float));
  }
  return plain;
}

static EsSpectrum *
find_spectrum (const EsModel *model, GError **error)
{
  g_autoptr (EsDirections) directions =
      es_directions_new (model, ES_LAST_LAYER, direction, 1, error);

  return directions != NULL ? es_spectrum_new (model, directions, NULL, NULL, error)
                            : NULL;
}

static gboolean
decompose (EsRecovery *recovery, const EsModel *model, GError **error)
{
  g_autoptr (EsModel) plain = drop_bias (model, error);
  g_autofree guint *order = NULL;

  if (plain == NULL)
    return FALSE;
  recovery->spectrum = find_spectrum (plain, error);
  if (recovery->spectrum == NULL)
    return FALSE;
  recovery->whole = find_spectrum (model, error);
  if (recovery->whole == NULL)
    return FALSE;
  order = g_new (guint, recovery->spectrum->D);
  es_components_order (order, es_spectrum_get_eigenvalues (recovery->spectrum, 0),
                       recovery->spectrum->D);
  recovery->leading[0] = order[0];
  recovery->leading[1] = order[MIN (1, recovery->spectrum->D - 1)];
  return TRUE;
}

static void
compare (EsRecovery *recovery)
{
  gsize P = recovery->P;
  const float *picture;
  double sign;

  for (guint i = 0; i < 2; i++)
    recovery->cosine[i] = es_recovery_cosine (
        es_spectrum_get_picture (recovery->spectrum, 0, recovery->leading[i]),
        recovery->target, P);
  recovery->best = fabs (recovery->cosine[1]) > fabs (recovery->cosine[0]);
  picture = es_spectrum_get_picture (recovery->spectrum, 0,
                                     recovery->leading[recovery->best]);
  sign = recovery->cosine[recovery->best] < 0 ? -1 : 1;
  recovery->picture = g_new (float, P);
  for (gsize p = 0; p < P; p++)
    recovery->picture[p] = (float)(sign * picture[p]);
}

/* What the biases add: twice the constant's column, and its corner. */
static gboolean
read_bias (EsRecovery *recovery, const EsModel *model, GError **error)
{
  gsize P = recovery->P, D = es_input_form_get_size (model);
  g_autofree float *f = NULL;

  recovery->linear = g_new0 (float, P);
  if (D == P)
    return TRUE;
  f = g_try_malloc_n (D * D, sizeof (float));
  if (f == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory for this network's form");
    return FALSE;
  }
  if (!es_input_form_fill (f, model, direction, TRUE, error))
    return FALSE;
  for (gsize p = 0; p < P; p++)
    recovery->linear[p] = 2 * f[P * D + p];
  recovery->constant = f[P * D + P];
  recovery->linear_cosine = es_recovery_cosine (recovery->linear, recovery->target, P);
  return TRUE;
}

EsRecovery *
es_recovery_new (const EsModel *model, const EsDataset *dataset, GError **error)
{
  g_autoptr (EsRecovery) recovery = NULL;
  gsize P = (gsize)dataset->rows * dataset->cols;

  if (!check (model, dataset, error))
    return NULL;
  recovery = g_new0 (EsRecovery, 1);
  recovery->P = P;
  recovery->target = g_new (float, P);
  es_augment_expand (recovery->target, es_task_get_target (dataset->task, dataset), P);
  if (!decompose (recovery, model, error) || !read_bias (recovery, model, error))
    return NULL;
  compare (recovery);
  return g_steal_pointer (&recovery);
}

void
es_recovery_free (EsRecovery *recovery)
{
  if (recovery == NULL)
    return;
  g_clear_pointer (&recovery->spectrum, es_spectrum_unref);
  g_clear_pointer (&recovery->whole, es_spectrum_unref);
  g_free (recovery->target);
  g_free (recovery->picture);
  g_free (recovery->linear);
  g_free (recovery);
}
