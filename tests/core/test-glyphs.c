/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyph-hand.h"
#include "es-glyph-skeletons.h"
#include "es-glyphs.h"
#include "es-parallel.h"

#include <math.h>
#include <string.h>

#define CLASSES 10

/* es_dataset_checksum() of seed 20, 300 training and 100 test images. Changes with
   every change of the drawings, and must be the same on every machine. */
#define CHECKSUM "07ee3558341ec4ee4695bb893f97def77f32ce44ca3c9fa905845632869a8c37"

static EsDataset *
make (guint64 seed, gsize n_train, gsize n_test)
{
  g_autoptr (GError) error = NULL;
  EsDataset *dataset = es_glyphs_new (seed, n_train, n_test, &error);

  g_assert_no_error (error);
  g_assert_nonnull (dataset);
  return dataset;
}

static void
test_shape (void)
{
  g_autoptr (EsDataset) dataset = make (1, 3, 2);

  g_assert_cmpstr (dataset->name, ==, "glyphs");
  g_assert_cmpuint (dataset->rows, ==, 28);
  g_assert_cmpuint (dataset->cols, ==, 28);
  g_assert_cmpuint (dataset->n_classes, ==, CLASSES);
  g_assert_cmpuint (dataset->train.N, ==, 3);
  g_assert_cmpuint (dataset->test.N, ==, 2);
  for (guint c = 0; c < CLASSES; c++)
    g_assert_cmpint (g_ascii_strtoll (dataset->class_names[c], NULL, 10), ==, c);
}

static void
test_repeatable (void)
{
  const guint threads[] = {1, 4, 3};

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (EsDataset) dataset = NULL;
    g_autofree char *checksum = NULL;

    es_parallel_set_threads (threads[i]);
    dataset = make (20, 300, 100);
    checksum = es_dataset_checksum (dataset);
    g_assert_cmpstr (checksum, ==, CHECKSUM);
  }
  es_parallel_set_threads (2);
}

/* Whether @small begins @large. */
static void
assert_prefix (const EsSamples *small, const EsSamples *large)
{
  g_assert_cmpmem (small->pixels, small->N * ES_GLYPH_PIXELS, large->pixels,
                   small->N * ES_GLYPH_PIXELS);
  g_assert_cmpmem (small->labels, small->N * sizeof (guint16), large->labels,
                   small->N * sizeof (guint16));
}

static void
test_prefix (void)
{
  g_autoptr (EsDataset) large = make (5, 1000, 333);
  g_autoptr (EsDataset) small = make (5, 77, 1);

  assert_prefix (&small->train, &large->train);
  assert_prefix (&small->test, &large->test);
}

static void
test_labels (void)
{
  g_autoptr (EsDataset) dataset = make (6, 5005, 13);
  guint counts[CLASSES] = {0}, leading[CLASSES] = {0};

  for (gsize n = 0; n < dataset->train.N; n++) {
    guint label = dataset->train.labels[n];

    g_assert_cmpuint (label, <, CLASSES);
    counts[label]++;
    leading[label] += n % CLASSES == 0;
  }
  for (guint c = 0; c < CLASSES; c++) {
    g_assert_cmpuint (counts[c], >=, 500);
    g_assert_cmpuint (counts[c], <=, 501);
    g_assert_cmpuint (leading[c], >=, 25);
    g_assert_cmpuint (leading[c], <=, 80);
  }
  g_assert_true (memcmp (dataset->test.labels, dataset->train.labels,
                         CLASSES * sizeof (guint16)) != 0);
}

static guint
hash_image (gconstpointer key)
{
  const guint8 *pixels = key;
  guint hash = 2166136261u;

  for (guint p = 0; p < ES_GLYPH_PIXELS; p++)
    hash = (hash ^ pixels[p]) * 16777619u;
  return hash;
}

static gboolean
equal_images (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, ES_GLYPH_PIXELS) == 0;
}

static void
assert_new_images (GHashTable *seen, const EsSamples *samples)
{
  for (gsize n = 0; n < samples->N; n++)
    g_assert_true (g_hash_table_add (seen, samples->pixels + n * ES_GLYPH_PIXELS));
}

/* No image twice, neither within a split nor in both. */
static void
test_distinct (void)
{
  g_autoptr (EsDataset) dataset = make (7, 3000, 1000);
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_image, equal_images);

  assert_new_images (seen, &dataset->train);
  assert_new_images (seen, &dataset->test);
}

/* Nor for two seeds, of which all 64 bits count. */
static void
test_seeds (void)
{
  const guint64 seeds[] = {0, 1, 20, G_GUINT64_CONSTANT (1) << 32, G_MAXUINT64};
  EsDataset *datasets[G_N_ELEMENTS (seeds)];
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_image, equal_images);

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++) {
    datasets[i] = make (seeds[i], 300, 1);
    assert_new_images (seen, &datasets[i]->train);
  }
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    es_dataset_unref (datasets[i]);
}

typedef struct
{
  double mean; /* intensity, 0 to 1 */
  double x;    /* centre of mass */
  double y;
  guint side;     /* longer side of the box of pixels above a quarter */
  guint peak;     /* brightest pixel */
  guint border;   /* brightest pixel on the border */
  double between; /* share of grey among the pixels that are not black */
} Measure;

static Measure
measure (const guint8 *pixels)
{
  guint left = 28, right = 0, top = 28, bottom = 0, n_ink = 0, n_grey = 0;
  Measure m = {0};

  for (guint p = 0; p < ES_GLYPH_PIXELS; p++) {
    guint x = p % 28, y = p / 28, value = pixels[p];

    m.mean += value;
    m.x += value * x;
    m.y += value * y;
    m.peak = MAX (m.peak, value);
    if (x == 0 || y == 0 || x == 27 || y == 27)
      m.border = MAX (m.border, value);
    n_ink += value > 0;
    n_grey += value > 0 && value < 200;
    if (value < 64)
      continue;
    left = MIN (left, x);
    right = MAX (right, x);
    top = MIN (top, y);
    bottom = MAX (bottom, y);
  }
  m.x /= m.mean;
  m.y /= m.mean;
  m.mean /= 255 * ES_GLYPH_PIXELS;
  m.side = MAX (right - left, bottom - top) + 1;
  m.between = (double)n_grey / n_ink;
  return m;
}

/* Near what MNIST has: mean 0.131, centre (14.0, 14.0), longer side 20. */
static void
test_statistics (void)
{
  const gsize N = 3000;
  g_autoptr (EsDataset) dataset = make (8, N, 1);
  double mean = 0, mean2 = 0, x = 0, y = 0, off2 = 0, side = 0, grey = 0, at_border = 0;

  for (gsize n = 0; n < N; n++) {
    Measure m = measure (dataset->train.pixels + n * ES_GLYPH_PIXELS);

    g_assert_cmpfloat (m.mean, >, 0.015);
    g_assert_cmpfloat (m.mean, <, 0.4);
    g_assert_cmpfloat (hypot (m.x - 14, m.y - 14), <, 4);
    g_assert_cmpuint (m.side, >=, 14);
    g_assert_cmpuint (m.side, <=, 24);
    g_assert_cmpuint (m.peak, >=, 170);
    mean += m.mean / N;
    mean2 += m.mean * m.mean / N;
    x += m.x / N;
    y += m.y / N;
    off2 += ((m.x - 14) * (m.x - 14) + (m.y - 14) * (m.y - 14)) / N;
    side += (double)m.side / N;
    grey += m.between / N;
    at_border += (m.border > 25) / (double)N;
  }
  g_assert_cmpfloat_with_epsilon (mean, 0.131, 0.006);
  g_assert_cmpfloat_with_epsilon (sqrt (mean2 - mean * mean), 0.042, 0.006);
  g_assert_cmpfloat_with_epsilon (x, 14, 0.2);
  g_assert_cmpfloat_with_epsilon (y, 14, 0.2);
  g_assert_cmpfloat_with_epsilon (sqrt (off2), 0.6, 0.15);
  g_assert_cmpfloat_with_epsilon (side, 20, 0.6);
  g_assert_cmpfloat_with_epsilon (grey, 0.45, 0.15);
  g_assert_cmpfloat (at_border, <, 0.03);
}

static void
find_class_means (double *means, const EsSamples *samples)
{
  for (gsize n = 0; n < samples->N; n++) {
    const guint8 *pixels_n = samples->pixels + n * ES_GLYPH_PIXELS;
    double *mean = means + samples->labels[n] * ES_GLYPH_PIXELS;

    for (guint p = 0; p < ES_GLYPH_PIXELS; p++)
      mean[p] += pixels_n[p] / (samples->N / (double)CLASSES);
  }
}

static guint
nearest_class (const double *means, const guint8 *pixels)
{
  double best = G_MAXDOUBLE;
  guint nearest = 0;

  for (guint c = 0; c < CLASSES; c++) {
    double distance = 0;

    for (guint p = 0; p < ES_GLYPH_PIXELS; p++) {
      double d = pixels[p] - means[c * ES_GLYPH_PIXELS + p];

      distance += d * d;
    }
    if (distance < best) {
      best = distance;
      nearest = c;
    }
  }
  return nearest;
}

/* The nearest mean of a class tells digits, but not all: MNIST gives 0.81. */
static void
test_nearest_mean (void)
{
  g_autoptr (EsDataset) dataset = make (9, 3000, 1000);
  g_autofree double *means = g_new0 (double, CLASSES *ES_GLYPH_PIXELS);
  const EsSamples *test = &dataset->test;
  gsize correct = 0, of_class[CLASSES] = {0};

  find_class_means (means, &dataset->train);
  for (gsize n = 0; n < test->N; n++) {
    gboolean hit =
        nearest_class (means, test->pixels + n * ES_GLYPH_PIXELS) == test->labels[n];

    correct += hit;
    of_class[test->labels[n]] += hit;
  }
  g_assert_cmpuint (correct, >, 780);
  g_assert_cmpuint (correct, <, 930);
  for (guint c = 0; c < CLASSES; c++)
    g_assert_cmpuint (of_class[c], >, 60);
}

static void
test_limits (void)
{
  const gsize bad[][2] = {{0, 10},
                          {10, 0},
                          {ES_GLYPHS_MAX + 1, 10},
                          {10, ES_GLYPHS_MAX + 1},
                          {G_MAXSIZE, G_MAXSIZE}};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EsDataset) dataset = es_glyphs_new (1, bad[i][0], bad[i][1], &error);

    g_assert_null (dataset);
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
    g_assert_nonnull (strstr (error->message, "1 to 1000000"));
  }
}

static void
assert_near (const gint8 *a, const gint8 *b)
{
  g_assert_cmpint (ABS (a[0] - b[0]), <=, 20);
  g_assert_cmpint (ABS (a[1] - b[1]), <=, 20);
  for (guint k = 0; k < 2; k++) {
    g_assert_cmpint (MIN (a[k], b[k]), >=, 0);
    g_assert_cmpint (MAX (a[k], b[k]), <=, 110);
  }
}

/* Every stroke has two points at least, both forms are close, each digit has several
   ways to be written. */
static void
test_skeletons (void)
{
  guint n, ways[CLASSES] = {0}, last_digit = 0;
  const EsGlyphSkeleton *skeletons = es_glyph_skeletons (&n);

  for (guint i = 0; i < n; i++) {
    const EsGlyphSkeleton *s = &skeletons[i];
    guint length = 0;

    g_assert_cmpuint (s->digit, >=, last_digit);
    g_assert_cmpuint (s->digit, <, CLASSES);
    last_digit = s->digit;
    ways[s->digit]++;
    g_assert_cmpuint (s->weight, >=, 1);
    g_assert_cmpuint (s->n_points, <=, ES_GLYPH_MAX_POINTS);
    g_assert_cmpuint (s->points[s->n_points - 1].turn, ==, ES_GLYPH_LAST);
    for (guint k = 0; k < s->n_points; k++) {
      gboolean last = s->points[k].turn == ES_GLYPH_LAST;

      assert_near (s->points[k].a, s->points[k].b);
      length++;
      g_assert_cmpuint (length, >=, last ? 2 : 1);
      length = last ? 0 : length;
    }
  }
  for (guint c = 0; c < CLASSES; c++)
    g_assert_cmpuint (ways[c], >=, 3);
}

/* Shares of the skeletons of a digit are as their weights. */
static void
test_choose (void)
{
  guint n, total[CLASSES] = {0};
  const EsGlyphSkeleton *skeletons = es_glyph_skeletons (&n);
  g_autofree guint *chosen = g_new0 (guint, n);

  for (guint i = 0; i < n; i++)
    total[skeletons[i].digit] += skeletons[i].weight;
  for (guint c = 0; c < CLASSES; c++)
    for (guint k = 0; k < 1000; k++) {
      const EsGlyphSkeleton *s = es_glyph_skeleton_choose (c, (k + 0.5) / 1000);

      g_assert_cmpuint (s->digit, ==, c);
      chosen[s - skeletons]++;
    }
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (
        chosen[i], 1000.0 * skeletons[i].weight / total[skeletons[i].digit], 1.01);
  g_assert_true (es_glyph_skeleton_choose (9, 1 - 0x1p-24) == &skeletons[n - 1]);
}

/* Lines stay on the paper and have a width everywhere. */
static void
test_hand (void)
{
  for (guint n = 0; n < 5000; n++) {
    EsGlyphPath path;
    EsRng rng;

    es_rng_init (&rng, 4, ES_RNG_TEST, 0, n);
    es_glyph_write (&path, n % CLASSES, &rng);
    g_assert_cmpuint (path.n, >=, 2);
    g_assert_cmpuint (path.n, <=, ES_GLYPH_MAX_VERTICES);
    g_assert_false (path.vertices[0].joined);
    g_assert_cmpfloat (path.edge, >, 0.5);
    g_assert_true (path.ink > 0.8 && path.ink <= 1);
    for (guint i = 0; i < path.n; i++) {
      const EsGlyphVertex *v = &path.vertices[i];

      g_assert_true (v->x > 0.5 && v->x < 26.5 && v->y > 0.5 && v->y < 26.5);
      g_assert_true (v->radius > 0.1 && v->radius < 5);
    }
  }
}

/* A line from (10.25, 8) to (10.25, 20), 3 wide, an edge of 1: by hand. */
static void
test_pen (void)
{
  EsGlyphPath path = {.n = 3, .edge = 1, .ink = 1};
  const guint8 across[] = {0, 191, 255, 255, 64, 0}; /* x from 8 to 13 */
  guint8 pixels[ES_GLYPH_PIXELS];

  path.vertices[0] = (EsGlyphVertex){10.25, 8, 1.5, FALSE};
  path.vertices[1] = (EsGlyphVertex){10.25, 20, 1.5, TRUE};
  path.vertices[2] = (EsGlyphVertex){25, 20, 1.5, FALSE};
  memset (pixels, 7, sizeof pixels);
  es_glyph_draw (pixels, &path);
  for (guint y = 8; y <= 20; y++)
    g_assert_cmpmem (pixels + y * 28 + 8, 6, across, 6);
  /* sqrt (0.25^2 + 1) = 1.031, sqrt (0.25^2 + 2^2) = 2.016 beyond the end */
  g_assert_cmpuint (pixels[21 * 28 + 10], ==, 247);
  g_assert_cmpuint (pixels[22 * 28 + 10], ==, 0);
  g_assert_cmpuint (pixels[20 * 28 + 25], ==, 0);
  for (guint p = 0; p < 6 * 28; p++)
    g_assert_cmpuint (pixels[p], ==, 0);
}

/* Width runs from one end to the other, ink dims, and ink beyond the image is cut. */
static void
test_pen_wedge (void)
{
  EsGlyphPath path = {.n = 2, .edge = 1, .ink = 0.5};
  guint8 pixels[ES_GLYPH_PIXELS];
  guint wide = 0, narrow = 0;

  path.vertices[0] = (EsGlyphVertex){-5, 14, 4, FALSE};
  path.vertices[1] = (EsGlyphVertex){33, 14, 1, TRUE};
  es_glyph_draw (pixels, &path);
  for (guint y = 0; y < 28; y++) {
    wide += pixels[y * 28];
    narrow += pixels[y * 28 + 27];
  }
  g_assert_cmpuint (pixels[14 * 28], ==, 128);
  g_assert_cmpfloat_with_epsilon (wide / 127.5, 2 * (4 - 5 * 3 / 38.0), 0.1);
  g_assert_cmpfloat_with_epsilon (narrow / 127.5, 2 * (4 - 32 * 3 / 38.0), 0.1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glyphs/shape", test_shape);
  g_test_add_func ("/glyphs/repeatable", test_repeatable);
  g_test_add_func ("/glyphs/seeds", test_seeds);
  g_test_add_func ("/glyphs/prefix", test_prefix);
  g_test_add_func ("/glyphs/labels", test_labels);
  g_test_add_func ("/glyphs/distinct", test_distinct);
  g_test_add_func ("/glyphs/statistics", test_statistics);
  g_test_add_func ("/glyphs/nearest-mean", test_nearest_mean);
  g_test_add_func ("/glyphs/limits", test_limits);
  g_test_add_func ("/glyphs/skeletons", test_skeletons);
  g_test_add_func ("/glyphs/choose", test_choose);
  g_test_add_func ("/glyphs/hand", test_hand);
  g_test_add_func ("/glyphs/pen", test_pen);
  g_test_add_func ("/glyphs/pen-wedge", test_pen_wedge);
  return g_test_run ();
}
