/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-components.h"
#include "es-evaluate.h"
#include "es-explanation.h"
#include "es-idx.h"
#include "es-interaction.h"
#include "es-leading.h"
#include "es-safetensors.h"
#include "es-spectrum.h"
#include "es-truncation.h"

#include <math.h>

/*
 * Trained networks against what double precision made of them. Single precision is the
 * reason of all tolerances: about 1e-7 per operation, a few hundred operations.
 */

#define C 10
#define P 784

/* A trained network with its reference values. */
typedef struct
{
  EsModel *model;
  EsSafetensors *expected;
  gsize D;
} Golden;

static void
golden_clear (Golden *golden)
{
  g_clear_pointer (&golden->model, es_model_unref);
  g_clear_pointer (&golden->expected, es_safetensors_free);
}

static char *
shared_path (const char *folder, const char *file)
{
  const char *root = g_getenv ("EIGENSCOPE_SHARED");

  return g_build_filename (root == NULL ? "." : root, folder, file, NULL);
}

/* Opens a file, or skips the test if it is not there. */
static EsSafetensors *
open_or_skip (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = shared_path (folder, file);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  EsSafetensors *opened;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    text = g_strdup_printf ("%s not found", path);
    g_test_skip (text);
    return NULL;
  }
  opened = es_safetensors_open (path, &error);
  g_assert_no_error (error);
  return opened;
}

static gboolean
has_flag (const EsSafetensors *file, const char *key)
{
  return g_strcmp0 (es_safetensors_get_metadata (file, key), "True") == 0;
}

static EsModel *
read_model (const EsSafetensors *file)
{
  EsModelConfig config = {
      .rows = 28,
      .cols = 28,
      .hidden = (guint)es_safetensors_lookup (file, "embed.weight")->dims[0],
      .outputs = C,
      .layers = 1,
      .bias = has_flag (file, "bias"),
      .residual = has_flag (file, "residual"),
  };
  EsModel *model = es_model_new (&config, NULL);
  guint n;
  const EsTensorInfo *tensors = es_model_get_tensors (model, &n);

  for (guint i = 0; i < n; i++) {
    const EsTensor *tensor = es_safetensors_lookup (file, tensors[i].name);

    g_assert_cmpuint (tensor->n, ==, tensors[i].n);
    es_tensor_copy_float (tensor, es_model_params (model) + tensors[i].offset);
  }
  return model;
}

static gboolean
golden_load (Golden *golden, const char *name)
{
  EsSafetensors *weights = open_or_skip ("golden", name, ".safetensors");

  *golden = (Golden){0};
  if (weights == NULL)
    return FALSE;
  golden->model = read_model (weights);
  golden->D = es_interaction_get_size (golden->model);
  es_safetensors_free (weights);
  golden->expected = open_or_skip ("golden", name, ".expected.safetensors");
  if (golden->expected != NULL)
    return TRUE;
  golden_clear (golden);
  return FALSE;
}

/* The reference tensor @name, which must have @n elements. */
static double *
expect (const Golden *golden, const char *name, gsize n)
{
  g_autoptr (GError) error = NULL;
  const EsTensor *tensor = es_safetensors_lookup (golden->expected, name);
  double *values = es_safetensors_to_double (golden->expected, name, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tensor->n, ==, n);
  return values;
}

/* Reports the worst element by name and index, and fails if it is off by more than
   @limit. */
static void
assert_close (
    const char *name, const float *found, const double *expected, gsize n, double limit)
{
  double worst = 0;
  gsize at = 0;

  for (gsize i = 0; i < n; i++)
    if (!(fabs (found[i] - expected[i]) <= worst)) {
      worst = fabs (found[i] - expected[i]);
      at = i;
    }
  g_test_message ("%s: worst element %" G_GSIZE_FORMAT ", %g off, limit %g", name, at,
                  worst, limit);
  g_assert_cmpfloat (worst, <=, limit);
}

static void
test_interaction (gconstpointer name)
{
  Golden golden;
  gsize n;
  g_autofree double *expected = NULL;
  g_autofree float *q = NULL;

  if (!golden_load (&golden, name))
    return;
  n = C * golden.D * golden.D;
  expected = expect (&golden, "q", n);
  q = g_new (float, n);
  g_assert_true (es_interaction_fill (q, golden.model, NULL, NULL));
  assert_close ("q", q, expected, n, 1e-6);
  golden_clear (&golden);
}

/* Whether index @k is at least 1% of the largest magnitude away from its neighbours:
   its vector is then well determined. */
static gboolean
is_separated (const double *values, gsize k, gsize D)
{
  double limit = 0.01 * fmax (fabs (values[0]), fabs (values[D - 1]));

  return (k == 0 || values[k] - values[k - 1] > limit) &&
         (k + 1 == D || values[k + 1] - values[k] > limit);
}

static double
cosine (const float *a, const double *b, gsize n)
{
  double ab = 0, aa = 0, bb = 0;

  for (gsize i = 0; i < n; i++) {
    ab += a[i] * b[i];
    aa += (double)a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / sqrt (aa * bb);
}

static void
assert_values (const Golden *golden, const EsSpectrum *spectrum)
{
  gsize D = golden->D;
  g_autofree double *values = expect (golden, "eigenvalues", C * D);
  g_autofree double *rank = expect (golden, "effective_rank", C);

  g_assert_cmpuint (spectrum->n, ==, C);
  g_assert_cmpuint (spectrum->D, ==, D);
  for (gsize c = 0; c < C; c++) {
    const double *values_c = values + c * D;

    assert_close ("eigenvalues", es_spectrum_get_eigenvalues (spectrum, c), values_c, D,
                  1e-5 * fmax (-values_c[0], values_c[D - 1]));
    g_assert_cmpfloat_with_epsilon (spectrum->effective_rank[c], rank[c],
                                    1e-4 * rank[c]);
  }
}

static void
test_spectrum (gconstpointer name)
{
  Golden golden;
  g_autoptr (EsSpectrum) spectrum = NULL;

  if (!golden_load (&golden, name))
    return;
  spectrum = es_spectrum_new (golden.model, NULL, NULL, NULL, NULL);
  assert_values (&golden, spectrum);
  golden_clear (&golden);
}

static void
test_pictures (gconstpointer name)
{
  Golden golden;
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autofree double *values = NULL, *top = NULL, *bottom = NULL;
  guint n_compared = 0;

  if (!golden_load (&golden, name))
    return;
  values = expect (&golden, "eigenvalues", C * golden.D);
  top = expect (&golden, "eigenvectors_top3_pixels", C * 3 * P);
  bottom = expect (&golden, "eigenvectors_bottom3_pixels", C * 3 * P);
  spectrum = es_spectrum_new (golden.model, NULL, NULL, NULL, NULL);
  for (gsize c = 0; c < C; c++)
    for (gssize component = -3; component < 3; component++) {
      const double *expected = component >= 0 ? top + (c * 3 + (gsize)component) * P
                                              : bottom + (c * 3 - 1 - component) * P;
      gsize k;

      g_assert_true (es_component_to_index (component, golden.D, &k));
      if (!is_separated (values + c * golden.D, k, golden.D))
        continue;
      g_assert_cmpfloat (
          fabs (cosine (es_spectrum_get_picture (spectrum, c, k), expected, P)), >,
          0.99999);
      n_compared++;
    }
  g_test_message ("%u of 60 pictures are separated", n_compared);
  g_assert_cmpuint (n_compared, >=, 40);
  golden_clear (&golden);
}

static void
test_pixel_basis (gconstpointer name)
{
  const EsSpectrumOptions options = {.basis = ES_BASIS_PIXELS, .leading = 1};
  Golden golden;
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autofree double *top = NULL, *bottom = NULL;

  if (!golden_load (&golden, name))
    return;
  top = expect (&golden, "pixel_eigenvalues_top10", C * 10);
  bottom = expect (&golden, "pixel_eigenvalues_bottom10", C * 10);
  spectrum = es_spectrum_new (golden.model, NULL, &options, NULL, NULL);
  for (gsize c = 0; c < C; c++) {
    const float *values = es_spectrum_get_eigenvalues (spectrum, c);
    double limit = 1e-5 * fmax (top[c * 10], -bottom[c * 10]);
    float highest[10];

    for (gsize k = 0; k < 10; k++)
      highest[k] = values[spectrum->D - 1 - k];
    assert_close ("pixel_eigenvalues_top10", highest, top + c * 10, 10, limit);
    assert_close ("pixel_eigenvalues_bottom10", values, bottom + c * 10, 10, limit);
  }
  golden_clear (&golden);
}

/* Called twice, so that the second call is warm where the width allows it. */
static void
test_leading (gconstpointer name)
{
  Golden golden;
  g_autofree double *values = NULL;
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (3);

  if (!golden_load (&golden, name))
    return;
  values = expect (&golden, "eigenvalues", C * golden.D);
  for (guint call = 0; call < 2; call++) {
    g_autoptr (EsLeading) leading =
        es_leading_solver_solve (solver, golden.model, NULL, NULL, NULL);

    for (gsize c = 0; c < C; c++) {
      const double *values_c = values + c * golden.D;
      double limit = ES_LEADING_TOLERANCE *
                     fmax (fabs (values_c[0]), fabs (values_c[golden.D - 1]));

      for (gsize j = 0; j < 3; j++) {
        g_assert_cmpfloat_with_epsilon (leading->eigenvalues[c * 6 + j],
                                        values_c[golden.D - 1 - j], limit);
        g_assert_cmpfloat_with_epsilon (leading->eigenvalues[c * 6 + 3 + j],
                                        values_c[j], limit);
      }
    }
  }
  golden_clear (&golden);
}

/* The first 100 test images of MNIST as pixel / 255, (100, P), or NULL. */
static float *
read_images (void)
{
  g_autofree char *path = shared_path ("data/mnist", "t10k-images-idx3-ubyte.gz");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsIdx) idx = NULL;
  float *x;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    text = g_strdup_printf ("%s not found", path);
    g_test_skip (text);
    return NULL;
  }
  idx = es_idx_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (idx->n_bytes, ==, 10000 * P);
  x = g_new (float, 100 * P);
  for (gsize i = 0; i < 100 * P; i++)
    x[i] = (float)idx->data[i] / 255.0f;
  return x;
}

/* Contributions of components whose eigenvalue is separated from its neighbours'. */
static void
assert_contributions (const Golden *golden, const EsExplanation *explanation)
{
  gsize D = golden->D;
  g_autofree double *values = expect (golden, "eigenvalues", C * D);
  g_autofree double *expected = expect (golden, "contributions_image0", C * D);
  guint n_compared = 0;

  for (gsize c = 0; c < C; c++)
    for (gsize k = 0; k < D; k++)
      if (is_separated (values + c * D, k, D)) {
        g_assert_cmpfloat_with_epsilon (explanation->contributions[c * D + k],
                                        expected[c * D + k], 1e-4);
        n_compared++;
      }
  g_test_message ("%u of %u contributions are separated", n_compared, (guint)(C * D));
  g_assert_cmpuint (n_compared, >=, C * D / 5);
}

static void
test_explanation (gconstpointer name)
{
  Golden golden;
  g_autofree float *x = read_images ();
  g_autofree double *logits = NULL;
  g_autoptr (EsSpectrum) spectrum = NULL;

  if (x == NULL || !golden_load (&golden, name))
    return;
  logits = expect (&golden, "logits", 100 * C);
  spectrum = es_spectrum_new (golden.model, NULL, NULL, NULL, NULL);
  for (gsize n = 0; n < 100; n++) {
    g_autoptr (EsExplanation) explanation =
        es_explanation_new (golden.model, spectrum, x + n * P, NULL);

    for (gsize c = 0; c < C; c++) {
      double sum = explanation->direct[c];

      for (gsize k = 0; k < golden.D; k++)
        sum += explanation->contributions[c * golden.D + k];
      g_assert_cmpfloat_with_epsilon (sum, logits[n * C + c], 1e-4);
      g_assert_cmpfloat_with_epsilon (explanation->values[c], logits[n * C + c], 1e-5);
    }
    if (n == 0)
      assert_contributions (&golden, explanation);
  }
  golden_clear (&golden);
}

static void
add (const char *what, const char *name, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/golden/%s/%s", name, what);

  g_test_add_data_func (path, name, func);
}

/* The MNIST test images and labels, or FALSE with the test skipped. */
static gboolean
load_test_samples (EsSamples *samples)
{
  g_autofree char *images = shared_path ("data/mnist", "t10k-images-idx3-ubyte.gz");
  g_autofree char *labels = shared_path ("data/mnist", "t10k-labels-idx1-ubyte.gz");
  g_autoptr (EsIdx) pixel_file = NULL;
  g_autoptr (EsIdx) label_file = NULL;

  if (!g_file_test (images, G_FILE_TEST_EXISTS)) {
    g_test_skip ("MNIST not found");
    return FALSE;
  }
  pixel_file = es_idx_open (images, NULL);
  label_file = es_idx_open (labels, NULL);
  g_assert_true (pixel_file != NULL && label_file != NULL);
  samples->N = pixel_file->dims[0];
  samples->pixels = g_memdup2 (pixel_file->data, samples->N * P);
  samples->labels = es_idx_to_labels (label_file, NULL);
  g_assert_nonnull (samples->labels);
  return TRUE;
}

/* Accuracy with some components kept. One image more or less is what single precision
   may decide otherwise where two logits are equal to seven digits. */
static void
test_truncation (gconstpointer name)
{
  Golden golden;
  EsSamples samples;
  EsEvaluation found[23];
  gsize ranks[23];
  g_autofree double *k = NULL, *accuracy = NULL, *whole = NULL;
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autoptr (GError) error = NULL;

  if (!golden_load (&golden, name))
    return;
  if (!load_test_samples (&samples)) {
    golden_clear (&golden);
    return;
  }
  k = expect (&golden, "truncation_k", 23);
  accuracy = expect (&golden, "truncation_accuracy", 23);
  for (guint r = 0; r < 23; r++)
    ranks[r] = (gsize)k[r];
  spectrum = es_spectrum_new (golden.model, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (es_truncation_evaluate (found, ranks, 23, golden.model, spectrum,
                                         &samples, NULL, &error));
  for (guint r = 0; r < 23; r++)
    g_assert_cmpfloat_with_epsilon (found[r].accuracy, accuracy[r], 1.01e-4);
  whole = expect (&golden, "test_accuracy", 1);
  g_assert_true (es_evaluate (&found[0], golden.model, &samples, NULL, &error));
  g_assert_cmpfloat_with_epsilon (found[0].accuracy, whole[0], 1e-6);
  g_free (samples.pixels);
  g_free (samples.labels);
  golden_clear (&golden);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = {"mnist-plain", "mnist-residual", "mnist-bias"};

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    add ("interaction", names[i], test_interaction);
    add ("spectrum", names[i], test_spectrum);
    add ("pictures", names[i], test_pictures);
    add ("leading", names[i], test_leading);
    add ("explanation", names[i], test_explanation);
    add ("truncation", names[i], test_truncation);
    /* The reference has no pixel spectrum with bias. */
    if (i < 2)
      add ("pixels", names[i], test_pixel_basis);
  }
  return g_test_run ();
}
