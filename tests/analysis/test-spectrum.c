/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"
#include "es-components.h"
#include "es-interaction.h"
#include "es-parallel.h"
#include "es-spectrum.h"
#include "slow-model.h"

/* Single-precision eigenvalues, as a share of the largest magnitude. */
#define TOLERANCE 1e-5

#define ROUNDS 30

/* A random one-layer configuration; rounds alternate over the options. */
static EsModelConfig
one_layer (EsRng *rng, guint round)
{
  EsModelConfig config = slow_random_config (rng, 40);

  config.layers = 1;
  config.bias = round & 1;
  return config;
}

static void
message (guint round, const EsModelConfig *config)
{
  g_test_message ("seed %u: %u x %u pixels, H %u, C %u, bias %d, residual %d", round,
                  config->rows, config->cols, config->hidden, config->outputs,
                  config->bias, config->residual);
}

static void
assert_values (const float *eigenvalues, const double *slow, gsize D)
{
  double limit = TOLERANCE * fmax (fabs (slow[0]), fabs (slow[D - 1]));

  for (gsize k = 0; k < D; k++)
    g_assert_cmpfloat_with_epsilon (eigenvalues[k], slow[k], limit);
}

/* sum_k lambda_k v_k v_k' = Q, and the vectors are orthonormal. */
static void
assert_rebuilds (const EsSpectrum *spectrum, gsize i, const double *q)
{
  gsize D = spectrum->D;
  const float *values = es_spectrum_get_eigenvalues (spectrum, i);
  double limit = 2 * TOLERANCE * slow_largest (values, D);

  for (gsize a = 0; a < D; a++)
    for (gsize b = 0; b < D; b++) {
      double form = 0, unit = 0;

      for (gsize k = 0; k < D; k++) {
        const float *v = es_spectrum_get_vector (spectrum, i, k);

        form += (double)values[k] * v[a] * v[b];
        unit += (double)v[a] * v[b];
      }
      g_assert_cmpfloat_with_epsilon (form, q[a * D + b], limit);
      g_assert_cmpfloat_with_epsilon (unit, a == b, 1e-5);
    }
}

static void
test_by_jacobi (void)
{
  EsRng rng;

  es_rng_init (&rng, 31, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = one_layer (&rng, round);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);
    gsize D = es_interaction_get_size (model);
    g_autofree double *q = g_new (double, D *D), *values = g_new (double, D);

    message (round, &config);
    g_assert_cmpuint (spectrum->D, ==, D);
    g_assert_cmpuint (spectrum->n, ==, config.outputs);
    g_assert_cmpuint (spectrum->n_pictures, ==, D);
    g_assert_cmpint (spectrum->constant, ==, config.bias);
    g_assert_false (spectrum->linearised);
    for (gsize c = 0; c < config.outputs; c++) {
      double trace = 0, sum = 0;

      slow_class_interaction (q, model, c);
      assert_rebuilds (spectrum, c, q);
      for (gsize k = 0; k < D; k++) {
        trace += q[k * D + k];
        sum += es_spectrum_get_eigenvalues (spectrum, c)[k];
      }
      slow_eigenvalues (values, q, D);
      assert_values (es_spectrum_get_eigenvalues (spectrum, c), values, D);
      g_assert_cmpfloat_with_epsilon (sum, trace,
                                      1e-5 * (fabs (values[0]) + values[D - 1]) + 1e-5);
      g_assert_cmpfloat (
          spectrum->effective_rank[c], ==,
          es_components_effective_rank (es_spectrum_get_eigenvalues (spectrum, c), D));
    }
  }
}

/* Pictures are E' v, and their largest entry is positive. */
static void
assert_pictures (const EsSpectrum *spectrum, const EsModel *model)
{
  gsize H = es_model_get_config (model)->hidden, P = spectrum->P;
  const float *embed = es_model_get_embed (model);

  for (gsize i = 0; i < spectrum->n; i++)
    for (gsize k = 0; k < spectrum->D; k++) {
      const float *v = es_spectrum_get_vector (spectrum, i, k);
      const float *picture = es_spectrum_get_picture (spectrum, i, k);
      float largest = 0;

      for (gsize p = 0; p < P; p++) {
        double sum = 0;

        for (gsize h = 0; h < H; h++)
          sum += (double)embed[h * P + p] * v[h];
        g_assert_cmpfloat_with_epsilon (picture[p], sum, 1e-5);
        if (fabsf (picture[p]) > fabsf (largest))
          largest = picture[p];
      }
      g_assert_cmpfloat (largest, >, 0);
    }
}

static void
test_pictures (void)
{
  EsRng rng;

  es_rng_init (&rng, 32, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = one_layer (&rng, round);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, NULL, NULL, NULL);

    message (round, &config);
    assert_pictures (spectrum, model);
  }
}

/* E' Q E by loops: @form (P + c, P + c). */
static void
slow_pixel_form (double *form, const EsModel *model, gsize c)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  gsize extra = config->bias ? 1 : 0, D = H + extra, F = P + extra;
  g_autofree double *q = g_new (double, D *D), *half = g_new0 (double, D *F);
  const float *embed = es_model_get_embed (model);

  slow_class_interaction (q, model, c);
  for (gsize i = 0; i < D; i++)
    for (gsize p = 0; p < F; p++)
      for (gsize j = 0; j < D; j++)
        half[i * F + p] +=
            q[i * D + j] * (p < P ? (j < H ? embed[j * P + p] : 0) : j == H);
  for (gsize o = 0; o < F; o++)
    for (gsize p = 0; p < F; p++) {
      form[o * F + p] = 0;
      for (gsize i = 0; i < D; i++)
        form[o * F + p] +=
            half[i * F + p] * (o < P ? (i < H ? embed[i * P + o] : 0) : i == H);
    }
}

/* Of the F eigenvalues of the form on pixels, the D of largest magnitude, in order: the
   others are zero. */
static void
drop_zeros (double *values, gsize F, gsize D)
{
  for (gsize n = F; n > D; n--) {
    gsize smallest = 0;

    for (gsize k = 1; k < n; k++)
      if (fabs (values[k]) < fabs (values[smallest]))
        smallest = k;
    g_assert_cmpfloat (fabs (values[smallest]), <,
                       1e-6 * fmax (fabs (values[0]), fabs (values[n - 1])));
    for (gsize k = smallest; k + 1 < n; k++)
      values[k] = values[k + 1];
  }
}

/* The pictures, with the constant's coordinate, are orthonormal eigenvectors. */
static void
assert_pixel_vectors (const EsSpectrum *spectrum, gsize i, const double *form)
{
  gsize P = spectrum->P, extra = spectrum->constant, F = P + extra, D = spectrum->D;
  const float *values = es_spectrum_get_eigenvalues (spectrum, i);
  double limit = 5 * TOLERANCE * slow_largest (values, D);

  for (gsize k = 0; k < D; k++) {
    const float *picture = es_spectrum_get_picture (spectrum, i, k);
    double length = 0, v[64];

    for (gsize p = 0; p < F; p++) {
      v[p] = p < P ? picture[p] : es_spectrum_get_vector (spectrum, i, k)[D - 1];
      length += v[p] * v[p];
    }
    g_assert_cmpfloat_with_epsilon (length, 1, 1e-5);
    for (gsize o = 0; o < F; o++) {
      double sum = 0;

      for (gsize p = 0; p < F; p++)
        sum += form[o * F + p] * v[p];
      g_assert_cmpfloat_with_epsilon (sum, values[k] * v[o], limit);
    }
  }
}

static void
test_pixel_basis (void)
{
  const EsSpectrumOptions options = {.basis = ES_BASIS_PIXELS};
  EsRng rng;

  es_rng_init (&rng, 33, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < ROUNDS; round++) {
    EsModelConfig config = one_layer (&rng, round);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    g_autoptr (EsSpectrum) spectrum =
        es_spectrum_new (model, NULL, &options, NULL, NULL);
    gsize P = es_model_config_inputs (&config), extra = config.bias ? 1 : 0;
    gsize F = P + extra, D = MIN (P, config.hidden) + extra;
    g_autofree double *form = g_new (double, F *F), *values = g_new (double, F);

    message (round, &config);
    g_assert_cmpuint (spectrum->D, ==, D);
    for (gsize c = 0; c < config.outputs; c++) {
      slow_pixel_form (form, model, c);
      assert_pixel_vectors (spectrum, c, form);
      slow_eigenvalues (values, form, F);
      drop_zeros (values, F, D);
      assert_values (es_spectrum_get_eigenvalues (spectrum, c), values, D);
    }
  }
}

/* The two bases are different decompositions. */
static void
test_bases_differ (void)
{
  EsModelConfig config = {.rows = 5, .cols = 5, .hidden = 8, .outputs = 2, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 34);
  const EsSpectrumOptions options = {.basis = ES_BASIS_PIXELS};
  g_autoptr (EsSpectrum) embedding = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  g_autoptr (EsSpectrum) pixels = es_spectrum_new (model, NULL, &options, NULL, NULL);

  g_assert_cmpint (embedding->basis, ==, ES_BASIS_EMBEDDING);
  g_assert_cmpint (pixels->basis, ==, ES_BASIS_PIXELS);
  g_assert_cmpuint (pixels->D, ==, embedding->D);
  g_assert_cmpfloat (fabsf (pixels->eigenvalues[7] - embedding->eigenvalues[7]), >,
                     0.01 * embedding->eigenvalues[7]);
}

static void
test_leading_pictures (void)
{
  EsModelConfig config = {
      .rows = 4, .cols = 5, .hidden = 9, .outputs = 2, .layers = 1, .bias = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 35);
  g_autoptr (EsSpectrum) all = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  const EsSpectrumOptions two = {.leading = 2}, many = {.leading = 5};
  g_autoptr (EsSpectrum) some = es_spectrum_new (model, NULL, &two, NULL, NULL);
  g_autoptr (EsSpectrum) more = es_spectrum_new (model, NULL, &many, NULL, NULL);

  g_assert_cmpuint (some->n_pictures, ==, 4);
  g_assert_cmpuint (more->n_pictures, ==, 10);
  g_assert_cmpmem (some->eigenvalues, 20 * sizeof (float), all->eigenvalues,
                   20 * sizeof (float));
  for (gsize i = 0; i < 2; i++)
    for (gsize k = 0; k < 10; k++) {
      const float *picture = es_spectrum_get_picture (some, i, k);
      const float *same = es_spectrum_get_picture (all, i, k);

      if (k >= 2 && k < 8) {
        g_assert_null (picture);
        continue;
      }
      for (gsize p = 0; p < 20; p++)
        g_assert_cmpfloat_with_epsilon (picture[p], same[p], 1e-6);
      g_assert_cmpmem (es_spectrum_get_vector (some, i, k), 10 * sizeof (float),
                       es_spectrum_get_vector (all, i, k), 10 * sizeof (float));
    }
}

/* A result does not depend on the number of threads. */
static void
test_threads (void)
{
  EsModelConfig config = {
      .rows = 6, .cols = 6, .hidden = 50, .outputs = 7, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 36);
  g_autoptr (EsSpectrum) one = NULL;
  g_autoptr (EsSpectrum) three = NULL;

  es_parallel_set_threads (1);
  one = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  es_parallel_set_threads (3);
  three = es_spectrum_new (model, NULL, NULL, NULL, NULL);
  es_parallel_set_threads (2);
  g_assert_cmpmem (one->eigenvalues, 350 * sizeof (float), three->eigenvalues,
                   350 * sizeof (float));
  g_assert_cmpmem (one->pictures, 350 * 36 * sizeof (float), three->pictures,
                   350 * 36 * sizeof (float));
}

static void
test_deeper_layer (void)
{
  EsModelConfig config = {
      .rows = 3, .cols = 3, .hidden = 6, .outputs = 2, .layers = 2, .residual = TRUE};
  g_autoptr (EsModel) model = slow_random_model (&config, 37);
  const float x0[] = {0, 1, 0, 1, 0, 1, 0, 1, 0}, u[] = {1, -1};
  const EsSpectrumOptions at_x0 = {.x0 = x0};
  const EsSpectrumOptions pixels = {.basis = ES_BASIS_PIXELS, .x0 = x0};
  g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, &at_x0, NULL, NULL);
  g_autoptr (EsDirections) first = es_directions_new (model, 0, u, 1, NULL);
  g_autoptr (EsSpectrum) of_first = es_spectrum_new (model, first, &pixels, NULL, NULL);
  g_autoptr (GError) no_reference = NULL;
  g_autoptr (GError) no_pixels = NULL;

  g_assert_true (spectrum->linearised);
  g_assert_false (of_first->linearised);
  g_assert_cmpuint (of_first->n, ==, 1);
  g_assert_null (es_spectrum_new (model, NULL, NULL, NULL, &no_reference));
  g_assert_error (no_reference, ES_ERROR, ES_ERROR_SETTING);
  g_assert_null (es_spectrum_new (model, NULL, &pixels, NULL, &no_pixels));
  g_assert_error (no_pixels, ES_ERROR, ES_ERROR_SETTING);
}

/* The smallest model, and one whose weights are all zero. */
static void
test_degenerate (void)
{
  EsModelConfig config = {.rows = 1, .cols = 1, .hidden = 1, .outputs = 2, .layers = 1};

  for (guint bias = 0; bias < 2; bias++)
    for (EsBasis basis = ES_BASIS_EMBEDDING; basis <= ES_BASIS_PIXELS; basis++) {
      const EsSpectrumOptions options = {.basis = basis};
      g_autoptr (EsModel) small = NULL;
      g_autoptr (EsModel) zero = NULL;
      g_autoptr (EsSpectrum) of_small = NULL;
      g_autoptr (EsSpectrum) of_zero = NULL;

      config.bias = (gboolean)bias;
      config.rows = config.hidden = 1;
      small = slow_random_model (&config, 38);
      of_small = es_spectrum_new (small, NULL, &options, NULL, NULL);
      g_assert_cmpuint (of_small->D, ==, 1 + bias);
      config.rows = config.hidden = 5;
      zero = es_model_new (&config, NULL);
      of_zero = es_spectrum_new (zero, NULL, &options, NULL, NULL);
      g_assert_cmpfloat (slow_largest (of_zero->eigenvalues, 2 * of_zero->D), ==, 0);
      g_assert_cmpfloat (of_zero->effective_rank[0], ==, 0);
      g_assert_true (es_blas_all_finite (of_zero->pictures, 2 * of_zero->D * 5));
    }
}

static void
assert_not_finite (const EsModel *model)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_spectrum_new (model, NULL, NULL, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
}

static void
test_not_finite (void)
{
  EsModelConfig config = {.rows = 4, .cols = 4, .hidden = 6, .outputs = 3, .layers = 1};

  for (guint place = 0; place < 3; place++)
    for (guint i = 0; i < 2; i++) {
      g_autoptr (EsModel) model = slow_random_model (&config, 39);
      guint n;
      gsize offset = es_model_get_tensors (model, &n)[place].offset;

      g_assert_cmpuint (n, ==, 3);
      es_model_params (model)[offset + 7] = i == 0 ? NAN : INFINITY;
      assert_not_finite (model);
    }
}

/* Finite weights whose products, or whose pictures, are not. */
static void
test_overflow (void)
{
  EsModelConfig config = {.rows = 4, .cols = 4, .hidden = 6, .outputs = 3, .layers = 1};
  g_autoptr (EsModel) products = slow_random_model (&config, 39);
  g_autoptr (EsModel) pictures = slow_random_model (&config, 39);

  for (gsize i = 0; i < 2 * 6 * 6; i++)
    ((float *)es_model_get_left (products, 0))[i] = 3e38f;
  assert_not_finite (products);
  for (gsize i = 0; i < 6 * 16; i++)
    es_model_params (pictures)[i] = 3e38f;
  assert_not_finite (pictures);
}

/* Stops at call number *data. */
static gboolean
stop_cb (double fraction, const char *text, gpointer data)
{
  int *calls_left = data;

  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  return --*calls_left >= 0;
}

static void
test_cancel (void)
{
  EsModelConfig config = {
      .rows = 4, .cols = 4, .hidden = 20, .outputs = 9, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 40);

  for (int stop_at = 0; stop_at < 18; stop_at++) {
    g_autoptr (GError) error = NULL;
    int calls_left = stop_at;
    EsProgress progress = {stop_cb, &calls_left};

    g_assert_null (es_spectrum_new (model, NULL, NULL, &progress, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  }
}

static void
test_progress (void)
{
  EsModelConfig config = {.rows = 4, .cols = 4, .hidden = 5, .outputs = 4, .layers = 1};
  g_autoptr (EsModel) model = slow_random_model (&config, 41);
  int calls_left = 1000;
  EsProgress progress = {stop_cb, &calls_left};
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (model, NULL, NULL, &progress, NULL);
  g_autoptr (EsSpectrum) again = es_spectrum_ref (spectrum);

  g_assert_true (again == spectrum);
  g_assert_cmpint (calls_left, <=, 1000 - 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  es_parallel_set_threads (2);
  g_test_add_func ("/spectrum/jacobi", test_by_jacobi);
  g_test_add_func ("/spectrum/pictures", test_pictures);
  g_test_add_func ("/spectrum/pixels", test_pixel_basis);
  g_test_add_func ("/spectrum/bases-differ", test_bases_differ);
  g_test_add_func ("/spectrum/leading", test_leading_pictures);
  g_test_add_func ("/spectrum/threads", test_threads);
  g_test_add_func ("/spectrum/deeper", test_deeper_layer);
  g_test_add_func ("/spectrum/degenerate", test_degenerate);
  g_test_add_func ("/spectrum/not-finite", test_not_finite);
  g_test_add_func ("/spectrum/overflow", test_overflow);
  g_test_add_func ("/spectrum/cancel", test_cancel);
  g_test_add_func ("/spectrum/progress", test_progress);
  return g_test_run ();
}
