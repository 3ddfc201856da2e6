/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-augment.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

#define ROWS 9
#define COLS 7
#define P (ROWS * COLS)

static void
fill_pixels (guint8 *pixels)
{
  EsRng rng;

  es_rng_init (&rng, 1, ES_RNG_TEST, 0, 0);
  for (guint i = 0; i < P; i++)
    pixels[i] = (guint8)es_rng_next (&rng);
}

static void
test_plain (void)
{
  guint8 pixels[P];
  float x[P], scratch[P];
  EsTrainConfig config;
  EsAugment augment;

  fill_pixels (pixels);
  es_train_config_init (&config);
  config.noise = 0;
  es_augment_init (&augment, &config, ROWS, COLS);
  es_augment_apply (&augment, x, scratch, pixels, 0, 0);
  for (guint i = 0; i < P; i++)
    g_assert_cmpfloat_with_epsilon (x[i], pixels[i] / 255.0, 1e-6);
}

static void
test_whole_shift (void)
{
  float in[P], out[P];

  for (guint i = 0; i < P; i++)
    in[i] = (float)(i + 1);
  es_augment_affine (out, in, ROWS, COLS, 0, 2, 1);
  for (guint i = 0; i < ROWS; i++)
    for (guint j = 0; j < COLS; j++)
      g_assert_cmpfloat_with_epsilon (
          out[i * COLS + j], i >= 1 && j >= 2 ? in[(i - 1) * COLS + j - 2] : 0, 1e-4);
}

/* A quarter turn of a square image moves every pixel onto another. */
static void
test_quarter_turn (void)
{
  float in[25], out[25];

  for (guint i = 0; i < 25; i++)
    in[i] = (float)(i * i);
  es_augment_affine (out, in, 5, 5, G_PI / 2, 0, 0);
  for (guint i = 0; i < 5; i++)
    for (guint j = 0; j < 5; j++)
      g_assert_cmpfloat_with_epsilon (out[i * 5 + j], in[(4 - j) * 5 + i], 1e-3);
}

/* Against the two-dimensional kernel, written out. */
static void
test_blur (void)
{
  EsTrainConfig config;
  EsAugment augment;
  guint8 pixels[P];
  float x[P], scratch[P];
  double total = 0;

  fill_pixels (pixels);
  es_train_config_init (&config);
  config.noise = 0;
  config.blur = 0.8;
  es_augment_init (&augment, &config, ROWS, COLS);
  es_augment_apply (&augment, x, scratch, pixels, 0, 0);
  for (int a = -2; a <= 2; a++)
    for (int b = -2; b <= 2; b++)
      total += exp (-(a * a + b * b) / (2 * 0.64));
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < COLS; j++) {
      double sum = 0;

      for (int a = -2; a <= 2; a++)
        for (int b = -2; b <= 2; b++) {
          int r = ABS (i + a), c = ABS (j + b);

          r = r >= ROWS ? 2 * ROWS - 2 - r : r;
          c = c >= COLS ? 2 * COLS - 2 - c : c;
          sum +=
              exp (-(a * a + b * b) / (2 * 0.64)) / total * pixels[r * COLS + c] / 255;
        }
      g_assert_cmpfloat_with_epsilon (x[i * COLS + j], sum, 1e-5);
    }
}

/* Images too small for the kernel neither crash nor lose brightness. */
static void
test_blur_tiny (void)
{
  const float kernel[3] = {0.4f, 0.2f, 0.1f};

  for (guint rows = 1; rows < 4; rows++)
    for (guint cols = 1; cols < 4; cols++) {
      float x[9], scratch[9];

      for (guint i = 0; i < 9; i++)
        x[i] = 0.5f;
      es_augment_blur (x, scratch, rows, cols, kernel);
      for (guint i = 0; i < rows * cols; i++)
        g_assert_cmpfloat_with_epsilon (x[i], 0.5, 1e-6);
    }
}

/* Only moved, by up to a share of each side: how far the rows and the columns go. */
static void
test_translate (void)
{
  EsTrainConfig config;
  EsAugment augment;
  guint8 pixels[3 * 40];
  float x[3 * 40], scratch[3 * 40];
  double least = 1, moved = 0;

  memset (pixels, 255, sizeof pixels);
  es_train_config_init (&config);
  config.noise = 0;
  config.translate = 0.2;
  es_augment_init (&augment, &config, 3, 40);
  for (guint n = 0; n < 200; n++) {
    es_augment_apply (&augment, x, scratch, pixels, 0, n);
    /* The middle column loses only what leaves by the rows: up to 0.6 of a row. */
    least = MIN (least, MIN (x[20], x[2 * 40 + 20]));
    moved =
        MAX (moved,
             40 - (x[40] + x[41] + x[42] + x[43] + x[44] + x[45] + x[46] + x[47]) - 32);
  }
  g_assert_cmpfloat (least, <, 0.45);
  g_assert_cmpfloat (least, >, 0.399);
  g_assert_cmpfloat (moved, >, 7);
}

static void
test_streams (void)
{
  EsTrainConfig config;
  EsAugment augment;
  guint8 pixels[P];
  float a[P], b[P], scratch[P];

  fill_pixels (pixels);
  es_train_config_init (&config);
  config.noise = 0;
  config.noise = 0.4;
  config.rotate = 20;
  config.translate = 0.1;
  config.blur = 0.5;
  es_augment_init (&augment, &config, ROWS, COLS);
  es_augment_apply (&augment, a, scratch, pixels, 3, 4);
  es_augment_apply (&augment, b, scratch, pixels, 3, 4);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  es_augment_apply (&augment, b, scratch, pixels, 3, 5);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  es_augment_apply (&augment, b, scratch, pixels, 4, 4);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
}

/* A bright pixel in the middle moves both ways in both directions, as far as the
   setting says and no further. */
static void
test_translation_range (void)
{
  EsTrainConfig config;
  EsAugment augment;
  guint8 pixels[P] = {[ROWS / 2 * COLS + COLS / 2] = 255};
  float x[P], scratch[P];
  double least[2] = {9, 9}, most[2] = {-9, -9};

  es_train_config_init (&config);
  config.noise = 0;
  config.translate = 0.2;
  es_augment_init (&augment, &config, ROWS, COLS);
  for (guint n = 0; n < 1000; n++) {
    double at[2] = {0};

    es_augment_apply (&augment, x, scratch, pixels, 0, n);
    for (guint i = 0; i < P; i++) {
      at[0] += x[i] * ((double)(i % COLS) - COLS / 2);
      at[1] += x[i] * ((double)(i / COLS) - ROWS / 2);
    }
    for (guint k = 0; k < 2; k++) {
      least[k] = MIN (least[k], at[k]);
      most[k] = MAX (most[k], at[k]);
    }
  }
  g_assert_cmpfloat_with_epsilon (least[0], -0.2 * COLS, 0.02);
  g_assert_cmpfloat_with_epsilon (most[0], 0.2 * COLS, 0.02);
  g_assert_cmpfloat_with_epsilon (least[1], -0.2 * ROWS, 0.02);
  g_assert_cmpfloat_with_epsilon (most[1], 0.2 * ROWS, 0.02);
}

static void
test_noise_deviation (void)
{
  EsTrainConfig config;
  EsAugment augment;
  guint8 pixels[P] = {0};
  float x[P], scratch[P];
  double squares = 0;

  es_train_config_init (&config);
  config.noise = 0;
  config.noise = 0.4;
  es_augment_init (&augment, &config, ROWS, COLS);
  for (guint n = 0; n < 2000; n++) {
    es_augment_apply (&augment, x, scratch, pixels, 0, n);
    for (guint i = 0; i < P; i++)
      squares += x[i] * x[i];
  }
  g_assert_cmpfloat_with_epsilon (sqrt (squares / (2000 * P)), 0.4, 0.004);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/plain", test_plain);
  g_test_add_func ("/augment/whole-shift", test_whole_shift);
  g_test_add_func ("/augment/quarter-turn", test_quarter_turn);
  g_test_add_func ("/augment/blur", test_blur);
  g_test_add_func ("/augment/blur-tiny", test_blur_tiny);
  g_test_add_func ("/augment/translate", test_translate);
  g_test_add_func ("/augment/streams", test_streams);
  g_test_add_func ("/augment/noise-deviation", test_noise_deviation);
  g_test_add_func ("/augment/translation-range", test_translation_range);
  return g_test_run ();
}
