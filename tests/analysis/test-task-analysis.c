/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-algebra.h"
#include "es-components.h"
#include "es-glyphs.h"
#include "es-input-form.h"
#include "es-network.h"
#include "es-recovery.h"
#include "es-residues.h"
#include "es-rng.h"
#include "es-trainer.h"

#include <math.h>
#include <string.h>

static EsModel *
train (const EsDataset *dataset, guint64 seed, guint epochs, guint units, gboolean bias)
{
  EsModelConfig model;
  EsTrainConfig config;
  g_autoptr (EsTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;

  es_train_config_init_task (&config, &model, dataset);
  model.bias |= bias;
  if (units > 0)
    es_model_config_set_units (&model, units);
  config.seed = seed;
  config.threads = 1;
  if (epochs > 0)
    config.epochs = epochs;
  trainer = es_trainer_new (&model, &config, (EsDataset *)dataset, &error);
  g_assert_no_error (error);
  while (!es_trainer_is_finished (trainer))
    g_assert_true (es_trainer_epoch (trainer, NULL, NULL));
  return es_model_copy (es_trainer_get_model (trainer));
}

static EsDataset *
make (const char *text)
{
  g_auto (EsTask) task;

  g_assert_true (es_task_parse (&task, text, NULL));
  return es_task_make_dataset (&task, NULL, NULL);
}

/* The form against the network itself, with every kind of shape. */
static void
test_input_form (void)
{
  for (guint i = 0; i < 4; i++) {
    EsModelConfig config = {.rows = 1,
                            .cols = 5,
                            .hidden = 7,
                            .outputs = 3,
                            .layers = 1,
                            .bias = i % 2 == 1};
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsActivations) act = NULL;
    float u[3] = {0.5f, -1, 2}, x[6] = {0.3f, -1, 0.2f, 0.9f, -0.4f, 1}, f[36];
    gsize D;

    if (i >= 2)
      es_model_config_set_units (&config, 4);
    model = es_model_new (&config, NULL);
    es_model_init (model, i);
    D = es_input_form_get_size (model);
    act = es_activations_new (&config, 1, FALSE, NULL);
    memcpy (act->x, x, 5 * sizeof (float));
    es_network_forward (model, act, 1);
    for (guint symmetric = 0; symmetric < 2; symmetric++) {
      double y = 0, wanted = 0;

      g_assert_true (es_input_form_fill (f, model, u, symmetric, NULL));
      for (gsize a = 0; a < D; a++)
        for (gsize b = 0; b < D; b++) {
          y += (double)x[a] * f[a * D + b] * x[b];
          g_assert_true (!symmetric || f[a * D + b] == f[b * D + a]);
        }
      for (guint c = 0; c < 3; c++)
        wanted += u[c] * act->logits[c];
      g_assert_cmpfloat_with_epsilon (y, wanted, 1e-5);
    }
  }
}

/* Nine seeds of ten find every coefficient, to 0.03, of AND and XOR. */
static void
test_coefficients (void)
{
  const char *const texts[] = {"toy:and=1,inputs=4,sparsity=0.7",
                               "toy:xor=1,inputs=4,sparsity=0.7"};

  for (guint t = 0; t < G_N_ELEMENTS (texts); t++) {
    g_autoptr (EsDataset) dataset = make (texts[t]);
    guint n_good = 0;

    for (guint seed = 1; seed <= 10; seed++) {
      g_autoptr (EsModel) model = train (dataset, seed, 0, 0, FALSE);
      g_autoptr (EsAlgebra) algebra = es_algebra_new (model, dataset->task, NULL);

      g_test_message ("%s, seed %u: loss %.2g, largest difference %.4f", texts[t], seed,
                      algebra->loss, algebra->largest);
      n_good += algebra->loss < 1e-4 && algebra->largest < 0.03;
    }
    g_assert_cmpuint (n_good, >=, 9);
  }
}

static void
test_words (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:xor=1,inputs=4,sparsity=0.7");
  g_autoptr (EsModel) model = train (dataset, 1, 0, 0, FALSE);
  g_autoptr (EsAlgebra) algebra = es_algebra_new (model, dataset->task, NULL);
  g_autofree char *wanted = es_algebra_write (algebra, algebra->wanted, 0.005, ".");
  g_autofree char *found = es_algebra_write (algebra, algebra->found, 0.005, ",");
  g_autofree char *none = es_algebra_write (algebra, algebra->wanted, 3, ".");
  EsTruthTable table;

  g_assert_cmpstr (wanted, ==, "1.00 x1 + 1.00 x2 − 2.00 x1 x2");
  g_assert_cmpstr (found, ==, "1,00 x1 + 1,00 x2 − 2,00 x1 x2");
  g_assert_cmpstr (none, ==, "0");
  for (guint c = 0; c < 6; c++) {
    es_algebra_fill_table (algebra, c, &table);
    for (guint k = 0; k < 4; k++) {
      g_assert_cmpfloat (table.truth[k], ==, k == 1 || k == 2);
      g_assert_cmpfloat_with_epsilon (table.mean[k], table.truth[k], 0.03);
      g_assert_cmpfloat (table.low[k], <=, table.mean[k] + 1e-12);
      g_assert_cmpfloat (table.high[k], >=, table.mean[k] - 1e-12);
    }
  }
}

/* A constant needs a bias; with one, its coefficient is found. Squares on inputs
   between 0 and 1 are not the inputs. */
static void
test_words_bias (void)
{
  g_autoptr (EsDataset) nand = make ("toy:nand=1,inputs=3,sparsity=0.7");
  g_autoptr (EsModel) model = train (nand, 1, 0, 8, TRUE);
  g_autoptr (EsAlgebra) algebra = es_algebra_new (model, nand->task, NULL);
  g_autoptr (EsDataset) smooth = make ("toy:or=1,inputs=3,sparsity=0.2,continuous");
  g_autoptr (EsModel) other = train (smooth, 1, 0, 8, TRUE);
  g_autoptr (EsAlgebra) squares = es_algebra_new (other, smooth->task, NULL);
  g_autofree char *name = es_algebra_term_name (squares, 4);

  g_assert_cmpfloat (algebra->largest, <, 0.1);
  g_assert_cmpfloat_with_epsilon (algebra->found[0], 1, 0.1);
  g_assert_cmpuint (squares->n_terms, ==, 10);
  g_assert_cmpstr (name, ==, "x1²");
  g_assert_cmpfloat (squares->largest, <, 0.15);
}

/* More pairs than units: a part is lost, and less with more units. */
static void
test_superposition (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:and=1,inputs=6,sparsity=0.7");
  double lost[2];

  for (guint i = 0; i < 2; i++) {
    g_autoptr (EsModel) model = train (dataset, 1, 500, i == 0 ? 4 : 15, FALSE);
    g_autoptr (EsAlgebra) algebra = es_algebra_new (model, dataset->task, NULL);

    lost[i] = es_algebra_lost_share (algebra);
  }
  g_assert_cmpfloat (lost[0], >, 0.2);
  g_assert_cmpfloat (lost[0], <, 1);
  g_assert_cmpfloat (lost[1], <, 0.01);
}

static void
test_residues (void)
{
  g_autoptr (EsDataset) dataset = make ("modular:add,modulus=23,fraction=0.8,seed=1");
  g_autoptr (EsModel) model = train (dataset, 1, 600, 0, FALSE);
  g_autoptr (EsResidues) residues = es_residues_new (model, dataset->task, NULL, NULL);
  g_autoptr (EsResidueForm) form = NULL;
  g_autoptr (EsResidueForm) wave = NULL;
  float u[23] = {0};
  g_autoptr (EsActivations) act =
      es_activations_new (es_model_get_config (model), 1, FALSE, NULL);
  double sum = 0, mean = 0;
  guint n_circles = 0, leading[46];

  g_assert_cmpuint (residues->n_frequencies, ==, 12);
  u[5] = 1;
  form = es_residue_form_new (residues, model, u, NULL);
  es_residues_fill_direction (residues, u, residues->strongest);
  wave = es_residue_form_new (residues, model, u, NULL);
  for (guint k = 0; k < 12; k++)
    sum += residues->power[k];
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-9);
  g_assert_cmpuint (residues->n_used, >, 5);
  g_assert_cmpuint (wave->frequency[0], ==, residues->strongest);
  g_assert_false (residues->used[0]);
  /* The largest logit for the output 5 is where a + b is 5. */
  for (guint a = 0; a < 23; a++) {
    guint best = 0;

    for (guint b = 1; b < 23; b++)
      if (form->map[a * 23 + b] > form->map[a * 23 + best])
        best = b;
    g_assert_cmpuint ((a + best) % 23, ==, 5);
  }
  memset (act->x, 0, 46 * sizeof (float));
  act->x[3] = act->x[23 + 9] = 1;
  es_network_forward (model, act, 1);
  for (guint c = 0; c < 23; c++)
    mean += act->logits[c] / 23;
  g_assert_cmpfloat_with_epsilon (form->map[3 * 23 + 9], act->logits[5] - mean, 1e-3);
  es_components_order (leading, wave->eigenvalues, wave->D);
  for (guint i = 0; i < 4; i++) {
    gint partner = wave->partner[leading[i]];

    if (partner < 0)
      continue;
    n_circles++;
    g_assert_cmpint (wave->partner[partner], ==, leading[i]);
    g_assert_true (residues->used[wave->frequency[leading[i]]]);
  }
  g_assert_cmpuint (n_circles, ==, 4);
}

/* Waves are found where they were put, along the powers of a generator too. */
static void
test_residues_made (void)
{
  for (guint multiply = 0; multiply < 2; multiply++) {
    guint p = 11, n = multiply ? 10 : 11, frequency = 3;
    EsModelConfig config = {.rows = 2, .cols = p, .outputs = p, .layers = 1};
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsResidues) residues = NULL;
    g_auto (EsTask) task;
    float *left, *right, *head;
    guint power = 1;

    es_task_init (&task, ES_TASK_MODULAR);
    task.modulus = p;
    task.operation = multiply ? ES_OPERATION_MULTIPLY : ES_OPERATION_ADD;
    es_model_config_set_units (&config, 2);
    model = es_model_new (&config, NULL);
    es_model_init (model, 1);
    left = (float *)es_model_get_left (model, 0);
    right = (float *)es_model_get_right (model, 0);
    head = (float *)es_model_get_head (model);
    memset (left, 0, 22 * 22 * sizeof (float));
    memset (right, 0, 22 * 22 * sizeof (float));
    for (guint k = 0; k < n; k++) {
      guint residue = multiply ? power : k;
      double angle = 2 * G_PI * frequency * k / n;

      left[residue] = right[p + residue] = (float)cos (angle);
      left[22 + residue] = right[22 + p + residue] = (float)sin (angle);
      power = power * 2 % p;
    }
    memset (head, 0, p * 22 * sizeof (float));
    head[0] = head[1] = 1;
    residues = es_residues_new (model, &task, NULL, NULL);
    g_assert_cmpuint (residues->generator, ==, multiply ? 2 : 0);
    g_assert_cmpuint (residues->n, ==, n);
    g_assert_cmpuint (residues->n_used, ==, 1);
    g_assert_true (residues->used[frequency]);
    g_assert_cmpfloat_with_epsilon (residues->power[frequency], 1, 1e-6);
  }
}

/* The logits for all a and b by the network itself, (C, p, p). */
static double *
all_logits (const EsModel *model, guint p)
{
  g_autoptr (EsActivations) act =
      es_activations_new (es_model_get_config (model), 1, FALSE, NULL);
  double *logits = g_new (double, p *p *p);

  for (guint a = 0; a < p; a++)
    for (guint b = 0; b < p; b++) {
      memset (act->x, 0, 2 * p * sizeof (float));
      act->x[a] = act->x[p + b] = 1;
      es_network_forward (model, act, 1);
      for (guint c = 0; c < p; c++)
        logits[(c * p + a) * p + b] = act->logits[c];
    }
  return logits;
}

/* Takes the mean away along one of the three sides of @x (p, p, p). */
static void
centre_side (double *x, guint p, guint stride)
{
  for (guint i = 0; i < p * p * p; i++) {
    double mean = 0;

    if (i / stride % p != 0)
      continue;
    for (guint k = 0; k < p; k++)
      mean += x[i + k * stride] / p;
    for (guint k = 0; k < p; k++)
      x[i + k * stride] -= mean;
  }
}

/* The shares by their definition: cosine and sine, a sum for each frequency, b, c. */
static void
measure_slowly (double *power, const EsResidues *residues, const EsModel *model)
{
  guint p = residues->p, n = residues->n;
  g_autofree double *x = all_logits (model, p);
  double sum = 0;

  for (guint stride = 1; stride <= p * p; stride *= p)
    centre_side (x, p, stride);
  for (guint f = 0; f < residues->n_frequencies; f++) {
    power[f] = 0;
    for (guint i = 0; f > 0 && i < p * p; i++) {
      double re = 0, im = 0;

      for (guint k = 0; k < n; k++) {
        double y = x[(i / p * p + residues->order[k]) * p + i % p];

        re += y * cos (2 * G_PI * f * k / n);
        im += y * sin (2 * G_PI * f * k / n);
      }
      power[f] += (re * re + im * im) * (2 * f == n ? 1 : 2);
    }
    sum += power[f];
  }
  for (guint f = 0; f < residues->n_frequencies; f++)
    power[f] /= sum;
}

/* The products of matrices against the sums that they stand for, with and without bias,
   for an order with 0 and one without. */
static void
test_residues_reference (void)
{
  const char *const texts[] = {"modular:add,modulus=9", "modular:multiply,modulus=11",
                               "modular:subtract,modulus=8"};

  for (guint i = 0; i < 6; i++) {
    g_autoptr (EsDataset) dataset = make (texts[i / 2]);
    g_autoptr (EsModel) model = train (dataset, i + 1, 20, i * 5, i % 2 == 1);
    g_autoptr (EsResidues) residues =
        es_residues_new (model, dataset->task, NULL, NULL);
    double power[6];

    measure_slowly (power, residues, model);
    for (guint f = 0; f < residues->n_frequencies; f++)
      g_assert_cmpfloat_with_epsilon (residues->power[f], power[f], 1e-6);
  }
}

static gboolean
stop_third (double fraction, const char *message, gpointer data)
{
  return ++*(guint *)data < 3;
}

/* Between two outputs it can be ended. */
static void
test_residues_stopped (void)
{
  g_autoptr (EsDataset) dataset = make ("modular:add,modulus=7");
  g_autoptr (EsModel) model = train (dataset, 1, 1, 0, FALSE);
  g_autoptr (GError) error = NULL;
  guint n_calls = 0;
  EsProgress progress = {stop_third, &n_calls};

  g_assert_null (es_residues_new (model, dataset->task, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  g_assert_cmpuint (n_calls, ==, 3);
}

/* The value of the form of @spectrum for the image @x (784). */
static double
add_components (const EsSpectrum *spectrum, const float *x)
{
  double y = 0;

  for (gsize k = 0; k < spectrum->D; k++) {
    const float *picture = es_spectrum_get_picture (spectrum, 0, k);
    double overlap = spectrum->constant
                         ? es_spectrum_get_vector (spectrum, 0, k)[spectrum->D - 1]
                         : 0;

    for (gsize p = 0; p < 784; p++)
      overlap += picture[p] * x[p];
    y += es_spectrum_get_eigenvalues (spectrum, 0)[k] * overlap * overlap;
  }
  return y;
}

/* The quadratic block, the linear picture and the constant add up to the difference of
   the logits; the target comes back from built-in digits as well. */
static void
test_recovery (void)
{
  g_autoptr (EsDataset) glyphs = es_glyphs_new (42, 4000, 400, NULL);
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (EsModel) model = NULL;
  g_autoptr (EsRecovery) recovery = NULL;
  g_autoptr (EsActivations) act = NULL;
  g_auto (EsTask) task;
  double y;

  es_task_init (&task, ES_TASK_CHALLENGE);
  dataset = es_task_make_dataset (&task, glyphs, NULL);
  model = train (dataset, 1, 25, 0, TRUE);
  recovery = es_recovery_new (model, dataset, NULL);
  act = es_activations_new (es_model_get_config (model), 1, FALSE, NULL);
  for (gsize p = 0; p < 784; p++)
    act->x[p] = dataset->test.pixels[p] / 255.0f;
  y = recovery->constant;
  for (gsize p = 0; p < 784; p++)
    y += act->x[p] * recovery->linear[p];
  es_network_forward (model, act, 1);
  y += add_components (recovery->spectrum, act->x);
  g_assert_cmpfloat_with_epsilon (y, act->logits[1] - act->logits[0], 1e-3);
  /* All three in one form, whose last coordinate is the constant's. */
  g_assert_true (recovery->whole->constant);
  g_assert_cmpuint (recovery->whole->D, ==, recovery->spectrum->D + 1);
  g_assert_cmpfloat_with_epsilon (add_components (recovery->whole, act->x), y, 1e-3);
  g_test_message ("cosines %.3f and %.3f, linear %.3f", recovery->cosine[0],
                  recovery->cosine[1], recovery->linear_cosine);
  g_assert_cmpfloat (fabs (recovery->cosine[recovery->best]), >, 0.6);
  g_assert_cmpfloat_with_epsilon (
      es_recovery_cosine (recovery->picture, recovery->target, 784),
      fabs (recovery->cosine[recovery->best]), 1e-6);
}

static void
test_refused (void)
{
  g_autoptr (EsDataset) toy = make ("toy:and=1,inputs=4");
  g_autoptr (EsDataset) modular = make ("modular:add,modulus=5");
  g_autoptr (EsModel) model = train (toy, 1, 1, 0, FALSE);
  GError *errors[3] = {NULL};

  g_assert_null (es_algebra_new (model, modular->task, &errors[0]));
  g_assert_null (es_residues_new (model, modular->task, NULL, &errors[1]));
  g_assert_null (es_recovery_new (model, toy, &errors[2]));
  for (guint i = 0; i < 3; i++) {
    g_assert_error (errors[i], ES_ERROR, ES_ERROR_SETTING);
    g_clear_error (&errors[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-analysis/input-form", test_input_form);
  g_test_add_func ("/task-analysis/coefficients", test_coefficients);
  g_test_add_func ("/task-analysis/words", test_words);
  g_test_add_func ("/task-analysis/words-bias", test_words_bias);
  g_test_add_func ("/task-analysis/superposition", test_superposition);
  g_test_add_func ("/task-analysis/residues", test_residues);
  g_test_add_func ("/task-analysis/residues-made", test_residues_made);
  g_test_add_func ("/task-analysis/residues-reference", test_residues_reference);
  g_test_add_func ("/task-analysis/residues-stopped", test_residues_stopped);
  g_test_add_func ("/task-analysis/recovery", test_recovery);
  g_test_add_func ("/task-analysis/refused", test_refused);
  return g_test_run ();
}
