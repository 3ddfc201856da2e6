/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-algebra.h"

#include "es-dataset.h"
#include "es-evaluate.h"
#include "es-input-form.h"

#include <math.h>
#include <string.h>

/* Number of the first square, which are there if continuous, and of the first product.
 */
static guint
first_square (const EsAlgebra *algebra)
{
  return 1 + algebra->n;
}

static guint
first_product (const EsAlgebra *algebra)
{
  return 1 + algebra->n + (algebra->task.continuous ? algebra->n : 0);
}

/* Reads the coefficients off @f (D, D), symmetric. */
static void
read_form (const EsAlgebra *algebra, double *found, const float *f, gsize D)
{
  guint n = algebra->n, product = first_product (algebra);
  gboolean bias = D > n;

  found[0] = bias ? f[n * D + n] : 0;
  for (guint i = 0; i < n; i++) {
    double linear = bias ? 2.0 * f[i * D + n] : 0, square = f[i * D + i];

    found[1 + i] = linear + (algebra->task.continuous ? 0 : square);
    if (algebra->task.continuous)
      found[first_square (algebra) + i] = square;
    for (guint j = i + 1; j < n; j++)
      found[product++] = 2.0 * f[i * D + j];
  }
}

static void
fill_wanted (const EsAlgebra *algebra)
{
  double truth[4];

  es_task_get_truth (&algebra->task, truth);
  for (guint c = 0; c < algebra->C; c++) {
    double *wanted = algebra->wanted + c * algebra->n_terms;
    guint i, j;

    es_task_get_pair (algebra->n, c, &i, &j);
    wanted[0] = truth[0];
    wanted[1 + i] = truth[1];
    wanted[1 + j] = truth[2];
    wanted[first_product (algebra) + c] = truth[3];
  }
}

static void
compare (EsAlgebra *algebra)
{
  algebra->largest = -1;
  for (guint i = 0; i < algebra->C * algebra->n_terms; i++) {
    double difference = fabs (algebra->found[i] - algebra->wanted[i]);

    if (!(difference > algebra->largest))
      continue;
    algebra->largest = difference;
    algebra->largest_output = i / algebra->n_terms;
    algebra->largest_term = i % algebra->n_terms;
  }
}

/* The mean over outputs of the variance of the targets. */
static double
measure_variance (const EsSamples *samples, guint C)
{
  double variance = 0;

  for (guint c = 0; c < C; c++) {
    double sum = 0, squares = 0, N = (double)samples->N;

    for (gsize n = 0; n < samples->N; n++) {
      double y = samples->targets[n * C + c];

      sum += y;
      squares += y * y;
    }
    variance += (squares - sum * sum / N) / N / C;
  }
  return variance;
}

static gboolean
measure_loss (EsAlgebra *algebra, const EsModel *model, GError **error)
{
  g_autoptr (EsDataset) dataset = es_task_make_dataset (&algebra->task, NULL, error);
  EsEvaluation evaluation;

  if (dataset == NULL || !es_evaluate (&evaluation, model, &dataset->test, NULL, error))
    return FALSE;
  algebra->loss = evaluation.loss;
  algebra->variance = measure_variance (&dataset->test, algebra->C);
  return TRUE;
}

static gboolean
read_model (EsAlgebra *algebra, const EsModel *model, GError **error)
{
  gsize D = es_input_form_get_size (model);
  g_autofree float *f = g_new (float, D *D);
  g_autofree float *u = g_new0 (float, algebra->C);

  for (guint c = 0; c < algebra->C; c++) {
    u[c] = 1;
    if (!es_input_form_fill (f, model, u, TRUE, error))
      return FALSE;
    u[c] = 0;
    read_form (algebra, algebra->found + c * algebra->n_terms, f, D);
  }
  return TRUE;
}

EsAlgebra *
es_algebra_new (const EsModel *model, const EsTask *task, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  guint n = task->inputs, C = es_task_count_pairs (n);
  g_autoptr (EsAlgebra) algebra = NULL;
  g_autofree EsTask *copy = NULL;

  if (task->kind != ES_TASK_TOY || es_model_config_inputs (config) != n ||
      config->outputs != C) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         "Expected a network that was trained on toy logic");
    return NULL;
  }
  algebra = g_new0 (EsAlgebra, 1);
  copy = es_task_copy (task);
  algebra->task = *copy;
  algebra->n = n;
  algebra->C = C;
  algebra->n_terms = 1 + n + C + (task->continuous ? n : 0);
  algebra->found = g_new0 (double, C * algebra->n_terms);
  algebra->wanted = g_new0 (double, C * algebra->n_terms);
  if (!read_model (algebra, model, error) || !measure_loss (algebra, model, error))
    return NULL;
  fill_wanted (algebra);
  compare (algebra);
  return g_steal_pointer (&algebra);
}

void
es_algebra_free (EsAlgebra *algebra)
{
  if (algebra == NULL)
    return;
  es_task_clear (&algebra->task);
  g_free (algebra->found);
  g_free (algebra->wanted);
  g_free (algebra);
}

char *
es_algebra_term_name (const EsAlgebra *algebra, guint term)
{
  guint product = first_product (algebra), i, j;

  if (term == 0)
    return g_strdup ("1");
  if (term < first_square (algebra))
    return g_strdup_printf ("x%u", term);
  if (term < product)
    return g_strdup_printf ("x%u²", term - algebra->n);
  es_task_get_pair (algebra->n, term - product, &i, &j);
  return g_strdup_printf ("x%u x%u", i + 1, j + 1);
}

char *
es_algebra_write (const EsAlgebra *algebra,
                  const double *coefficients,
                  double least,
                  const char *point)
{
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < algebra->n_terms; k++) {
    g_autofree char *name = es_algebra_term_name (algebra, k);
    double value = coefficients[k];
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    if (!(fabs (value) >= least))
      continue;
    g_ascii_formatd (number, sizeof number, "%.2f", fabs (value));
    if (text->len > 0)
      g_string_append (text, value < 0 ? " − " : " + ");
    else if (value < 0)
      g_string_append (text, "−");
    for (const char *digit = number; *digit != '\0'; digit++)
      if (*digit == '.')
        g_string_append (text, point);
      else
        g_string_append_c (text, *digit);
    if (k > 0)
      g_string_append_printf (text, " %s", name);
  }
  if (text->len == 0)
    g_string_append_c (text, '0');
  return g_string_free (text, FALSE);
}

double
es_algebra_lost_share (const EsAlgebra *algebra)
{
  return algebra->variance > 0 ? algebra->loss / algebra->variance : 0;
}

/* The polynomial at the state whose bit i is input i. */
static double
answer (const EsAlgebra *algebra, const double *found, guint state)
{
  guint product = first_product (algebra);
  double y = found[0];

  for (guint i = 0; i < algebra->n; i++) {
    gboolean on = (state >> i & 1) != 0;

    if (on)
      y += found[1 + i] +
           (algebra->task.continuous ? found[first_square (algebra) + i] : 0);
    for (guint j = i + 1; j < algebra->n; j++, product++)
      if (on && (state >> j & 1) != 0)
        y += found[product];
  }
  return y;
}

void
es_algebra_fill_table (const EsAlgebra *algebra, guint output, EsTruthTable *table)
{
  const double *found = algebra->found + output * algebra->n_terms;
  guint n_states = 1u << algebra->n, i, j;
  double t[4];

  es_task_get_truth (&algebra->task, t);
  es_task_get_pair (algebra->n, output, &i, &j);
  for (guint k = 0; k < 4; k++) {
    gboolean a = (k & 1) != 0, b = (k & 2) != 0;

    table->truth[k] = t[0] + t[1] * a + t[2] * b + t[3] * (a && b);
    table->mean[k] = 0;
    table->low[k] = INFINITY;
    table->high[k] = -INFINITY;
  }
  for (guint state = 0; state < n_states; state++) {
    guint k = (state >> i & 1) + 2 * (state >> j & 1);
    double y = answer (algebra, found, state);

    table->mean[k] += 4 * y / n_states;
    table->low[k] = MIN (table->low[k], y);
    table->high[k] = MAX (table->high[k], y);
  }
}
