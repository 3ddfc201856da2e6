/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-mask.h"
#include "slow-model.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 4
#define COLS 6
#define PIXELS 24
#define CLASSES 3
#define IMAGES 60

/* A network whose embedding is the identity, so that pictures are vectors; images. */
typedef struct
{
  EsModel *model;
  EsSpectrum *spectrum;
  EsSamples samples;
  float mean[PIXELS];
} Case;

static void
case_init (Case *c, guint seed, gboolean residual)
{
  EsModelConfig config = {.rows = ROWS,
                          .cols = COLS,
                          .hidden = PIXELS,
                          .outputs = CLASSES,
                          .layers = 1,
                          .residual = residual};
  EsRng rng;
  float *embed;

  es_rng_init (&rng, seed, ES_RNG_TEST, 7, 0);
  c->model = slow_random_model (&config, seed);
  embed = es_model_params (c->model);
  memset (embed, 0, PIXELS * PIXELS * sizeof (float));
  for (gsize p = 0; p < PIXELS; p++)
    embed[p * PIXELS + p] = 1;
  c->spectrum = es_spectrum_new (c->model, NULL, NULL, NULL, NULL);
  c->samples = (EsSamples){.N = IMAGES};
  c->samples.pixels = g_new (guint8, IMAGES * PIXELS);
  c->samples.labels = g_new (guint16, IMAGES);
  for (gsize i = 0; i < IMAGES * PIXELS; i++)
    c->samples.pixels[i] = (guint8)es_rng_below (&rng, 256);
  for (gsize n = 0; n < IMAGES; n++)
    c->samples.labels[n] = (guint16)(n % CLASSES);
  for (gsize p = 0; p < PIXELS; p++)
    c->mean[p] = p < 6 ? 0.001f : 0.4f;
}

static void
case_clear (Case *c)
{
  es_model_unref (c->model);
  es_spectrum_unref (c->spectrum);
  g_free (c->samples.pixels);
  g_free (c->samples.labels);
}

static EsMasks *
make_masks (const Case *c, gsize k)
{
  g_autoptr (GError) error = NULL;
  EsMasks *masks = es_masks_new (c->model, c->spectrum, NULL, &c->samples, k, &error);

  g_assert_no_error (error);
  return masks;
}

static double
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double)a[i] * b[i];
  return sum;
}

/* As many vectors as fit side by side: each encoder excites its own decoder only. */
static void
test_independent (void)
{
  for (guint seed = 0; seed < 10; seed++) {
    Case c;
    g_autoptr (EsMasks) masks = NULL;

    case_init (&c, seed, seed % 2);
    masks = make_masks (&c, 5);
    for (gsize i = 0; i < CLASSES * 5; i++)
      for (gsize j = 0; j < CLASSES * 5; j++)
        g_assert_cmpfloat_with_epsilon (
            dot (masks->decoders + i * PIXELS, masks->encoders + j * PIXELS, PIXELS),
            i == j ? 1 : 0, 2e-3);
    case_clear (&c);
  }
}

/* More vectors than dimensions: the pseudo-inverse is a left inverse. */
static void
test_dependent (void)
{
  Case c;
  g_autoptr (EsMasks) masks = NULL;

  case_init (&c, 3, FALSE);
  masks = make_masks (&c, 20);
  for (gsize p = 0; p < PIXELS; p++)
    for (gsize q = 0; q < PIXELS; q++) {
      double sum = 0;

      for (gsize i = 0; i < CLASSES * 20; i++)
        sum +=
            (double)masks->encoders[i * PIXELS + p] * masks->decoders[i * PIXELS + q];
      g_assert_cmpfloat_with_epsilon (sum, p == q ? 1 : 0, 1e-4);
    }
  case_clear (&c);
}

/* The decoders are the eigenvectors of the largest eigenvalues, signed by the other
 * classes. */
static void
test_decoders (void)
{
  Case c;
  g_autoptr (EsMasks) masks = NULL, most = NULL;

  case_init (&c, 4, FALSE);
  masks = make_masks (&c, 3);
  most = make_masks (&c, 99);
  g_assert_cmpuint (most->k, ==, PIXELS);
  for (gsize i = 0; i < CLASSES * 3; i++) {
    const float *decoder = masks->decoders + i * PIXELS;
    double overlap = 0;

    g_assert_cmpfloat_with_epsilon (
        fabs (dot (decoder,
                   es_spectrum_get_vector (c.spectrum, i / 3, PIXELS - 1 - i % 3),
                   PIXELS)),
        1, 1e-5);
    for (gsize n = 0; n < IMAGES; n++)
      for (gsize p = 0; p < PIXELS; p++)
        if (c.samples.labels[n] != i / 3)
          overlap += decoder[p] * c.samples.pixels[n * PIXELS + p];
    g_assert_cmpfloat (overlap, >, 0);
  }
  case_clear (&c);
}

static double
deviation (const float *x, gboolean positive_only)
{
  double sum = 0, squares = 0;
  gsize n = 0;

  for (gsize p = 0; p < PIXELS; p++)
    if (!positive_only || x[p] > 0) {
      sum += x[p];
      squares += (double)x[p] * x[p];
      n++;
    }
  return sqrt ((squares - sum * sum / (double)n) / (double)(n - 1));
}

static void
test_options (void)
{
  const EsMaskOptions all = {0}, rare = {.rare_below = 0.01}, few = {.strongest = 4},
                      none = {.rare_below = 0.0001};
  Case c;
  g_autoptr (EsMasks) masks = NULL;
  g_autoptr (GError) error = NULL;
  float mask[PIXELS], edge[PIXELS], strong[PIXELS], weakest = INFINITY;
  guint n_kept = 0;

  case_init (&c, 5, FALSE);
  masks = make_masks (&c, 4);
  g_assert_true (es_mask_fill (mask, masks, 1, 2, &all, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (deviation (mask, FALSE), 1, 1e-5);
  g_assert_true (es_mask_fill (edge, masks, 1, 2, &rare, c.mean, NULL));
  g_assert_cmpfloat_with_epsilon (deviation (edge, TRUE), 1, 1e-5);
  for (gsize p = 0; p < PIXELS; p++)
    g_assert_true (p < 6 ? edge[p] * mask[p] > 0 : edge[p] == 0);
  g_assert_true (es_mask_fill (strong, masks, 1, 2, &few, NULL, NULL));
  for (gsize p = 0; p < PIXELS; p++)
    if (strong[p] != 0) {
      g_assert_cmpfloat (strong[p], ==, mask[p]);
      weakest = fminf (weakest, fabsf (mask[p]));
      n_kept++;
    }
  g_assert_cmpuint (n_kept, ==, 4);
  for (gsize p = 0; p < PIXELS; p++)
    g_assert_true (strong[p] != 0 || fabsf (mask[p]) <= weakest);
  g_assert_false (es_mask_fill (edge, masks, 1, 2, &none, c.mean, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  case_clear (&c);
}

static int
compare_floats (const void *a, const void *b)
{
  float x = *(const float *)a, y = *(const float *)b;

  return (x > y) - (x < y);
}

static void
test_controls (void)
{
  const EsMaskOptions all = {0}, rare = {.rare_below = 0.01};
  Case c;
  g_autoptr (EsMasks) masks = NULL;
  float mask[PIXELS], out[PIXELS], again[PIXELS], noise[PIXELS], sorted[PIXELS];

  case_init (&c, 6, FALSE);
  masks = make_masks (&c, 4);
  g_assert_true (es_mask_fill (mask, masks, 0, 0, &all, NULL, NULL));
  es_mask_control (out, mask, PIXELS, ES_CONTROL_PERMUTED, &all, NULL, 9, 1);
  es_mask_control (again, mask, PIXELS, ES_CONTROL_PERMUTED, &all, NULL, 9, 1);
  g_assert_cmpmem (out, sizeof out, again, sizeof again);
  es_mask_control (again, mask, PIXELS, ES_CONTROL_PERMUTED, &all, NULL, 9, 2);
  g_assert_true (memcmp (out, again, sizeof out) != 0);
  g_assert_true (memcmp (out, mask, sizeof out) != 0);
  es_mask_control (noise, mask, PIXELS, ES_CONTROL_NOISE, &all, NULL, 9, 1);
  g_assert_cmpfloat_with_epsilon (dot (noise, noise, PIXELS), dot (mask, mask, PIXELS),
                                  1e-4);
  memcpy (sorted, mask, sizeof sorted);
  qsort (sorted, PIXELS, sizeof (float), compare_floats);
  qsort (out, PIXELS, sizeof (float), compare_floats);
  g_assert_cmpmem (out, sizeof out, sorted, sizeof sorted);
  /* On the same pixels as the mask only. */
  g_assert_true (es_mask_fill (mask, masks, 0, 0, &rare, c.mean, NULL));
  for (guint control = 0; control < 2; control++) {
    es_mask_control (out, mask, PIXELS, control, &rare, c.mean, 9, 1);
    for (gsize p = 6; p < PIXELS; p++)
      g_assert_cmpfloat (out[p], ==, 0);
    g_assert_cmpfloat_with_epsilon (dot (out, out, PIXELS), dot (mask, mask, PIXELS),
                                    1e-4);
  }
  case_clear (&c);
}

/* Bias and later layers: finite, and of the right shape. */
static void
test_other_networks (void)
{
  EsRng rng;

  es_rng_init (&rng, 8, ES_RNG_TEST, 9, 0);
  for (guint round = 0; round < 30; round++) {
    EsModelConfig config = slow_random_config (&rng, 20);
    gsize pixels = es_model_config_inputs (&config);
    g_autoptr (EsModel) model = slow_random_model (&config, round);
    float x[36];
    guint8 bytes[36] = {1, 2, 3};
    guint16 label = 0;
    EsSamples samples = {1, bytes, &label};
    EsSpectrumOptions options = {.x0 = x};
    g_autoptr (EsSpectrum) spectrum = NULL;
    g_autoptr (EsMasks) masks = NULL;
    g_autoptr (GError) error = NULL;

    slow_random_input (x, 36, &rng);
    spectrum = es_spectrum_new (model, NULL, &options, NULL, NULL);
    masks = es_masks_new (model, spectrum, x, &samples, 3, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (masks->P, ==, pixels);
    for (gsize i = 0; i < masks->C * masks->k * pixels; i++)
      g_assert_true (isfinite (masks->encoders[i]));
  }
}

static void
test_refused (void)
{
  const EsSpectrumOptions pixels = {.basis = ES_BASIS_PIXELS};
  Case c;
  g_autoptr (EsSpectrum) spectrum = NULL;
  g_autoptr (GError) error = NULL;

  case_init (&c, 7, FALSE);
  spectrum = es_spectrum_new (c.model, NULL, &pixels, NULL, NULL);
  g_assert_null (es_masks_new (c.model, spectrum, NULL, &c.samples, 3, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  case_clear (&c);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/independent", test_independent);
  g_test_add_func ("/mask/dependent", test_dependent);
  g_test_add_func ("/mask/decoders", test_decoders);
  g_test_add_func ("/mask/options", test_options);
  g_test_add_func ("/mask/controls", test_controls);
  g_test_add_func ("/mask/other-networks", test_other_networks);
  g_test_add_func ("/mask/refused", test_refused);
  return g_test_run ();
}
