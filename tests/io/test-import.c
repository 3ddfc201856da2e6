/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import.h"

#include "es-npz.h"
#include "io-test.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define COUNT 40
#define ROWS 3
#define COLS 5
#define P (ROWS * COLS)

/* Images of bytes, (COUNT, ROWS, COLS), and labels 0, 1, 2 in turn. */
static guint8 pixels[COUNT * P];
static gint64 labels[COUNT];

static void
fill (void)
{
  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8)(i * 7 % 251);
  for (guint n = 0; n < COUNT; n++)
    labels[n] = n % 3;
}

static EsDataset *
load (const char *path, const EsImportOptions *options)
{
  GError *error = NULL;
  EsDataset *dataset = es_import_load (path, options, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static void
assert_fails (const char *path,
              const EsImportOptions *options,
              EsIoError code,
              const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_import_load (path, options, NULL, &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

static void
write_npz (const char *path, const EsTensor *tensors, gsize n)
{
  GError *error = NULL;

  g_assert_true (es_npz_write (path, tensors, n, NULL, &error));
  g_assert_no_error (error);
}

static EsTensor
images_of (const char *name, gsize first, gsize n)
{
  return es_tensor_view (name, ES_DTYPE_U8, pixels + first * P, 3,
                         (gsize[]){n, ROWS, COLS});
}

static EsTensor
labels_of (const char *name, gsize first, gsize n)
{
  return es_tensor_view (name, ES_DTYPE_I64, labels + first, 1, (gsize[]){n});
}

/* Names of both parts, whatever their spelling. */
static void
test_npz_names (void)
{
  const char *const spellings[][4] = {
      {"x_train", "y_train", "x_test", "y_test"},
      {"train_images", "train_labels", "test_images", "test_labels"},
      {"arr_0", "arr_1", "arr_2", "arr_3"},
      {"Xtrain", "Ytrain", "Xtest", "Ytest"},
  };
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "a.bin", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++) {
    const char *const *names = spellings[i];
    const EsTensor tensors[] = {
        images_of (names[0], 0, 30), labels_of (names[1], 0, 30),
        images_of (names[2], 30, 10), labels_of (names[3], 30, 10)};
    g_autoptr (EsDataset) dataset = NULL;

    write_npz (path, tensors, 4);
    dataset = load (path, NULL);
    g_assert_cmpstr (dataset->name, ==, "a");
    g_assert_cmpuint (dataset->train.N, ==, 30);
    g_assert_cmpuint (dataset->test.N, ==, 10);
    g_assert_cmpuint (dataset->rows, ==, ROWS);
    g_assert_cmpuint (dataset->cols, ==, COLS);
    g_assert_cmpmem (dataset->train.pixels, 30 * P, pixels, 30 * P);
    g_assert_cmpmem (dataset->test.pixels, 10 * P, pixels + 30 * P, 10 * P);
    g_assert_cmpuint (dataset->test.labels[1], ==, 31 % 3);
    g_assert_cmpstr (dataset->class_names[2], ==, "2");
  }
  io_test_remove (root);
}

static gboolean
contains_image (const EsSamples *samples, const guint8 *image, guint label)
{
  for (gsize n = 0; n < samples->N; n++)
    if (memcmp (samples->pixels + n * P, image, P) == 0 && samples->labels[n] == label)
      return TRUE;
  return FALSE;
}

/* Every image is in one part, with its label, and each class in both. */
static void
test_split (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "one.npz", NULL);
  const EsTensor tensors[] = {images_of ("images", 0, COUNT),
                              labels_of ("labels", 0, COUNT)};
  g_autoptr (EsDataset) dataset = NULL, again = NULL, other = NULL;
  g_autofree char *sum = NULL, *sum_again = NULL, *sum_other = NULL;
  EsImportOptions options;

  write_npz (path, tensors, 2);
  dataset = load (path, NULL);
  g_assert_cmpuint (dataset->train.N + dataset->test.N, ==, COUNT);
  g_assert_cmpuint (dataset->test.N, ==, 3 + 3 + 3);
  for (guint n = 0; n < COUNT; n++)
    g_assert_true (contains_image (&dataset->train, pixels + n * P, n % 3) !=
                   contains_image (&dataset->test, pixels + n * P, n % 3));
  again = load (path, NULL);
  es_import_options_init (&options);
  options.seed = 43;
  other = load (path, &options);
  sum = es_dataset_checksum (dataset);
  sum_again = es_dataset_checksum (again);
  sum_other = es_dataset_checksum (other);
  g_assert_cmpstr (sum, ==, sum_again);
  g_assert_cmpstr (sum, !=, sum_other);
  options.test_fraction = 0.5;
  es_dataset_unref (other);
  other = load (path, &options);
  g_assert_cmpuint (other->test.N, ==, 7 + 7 + 7);
  io_test_remove (root);
}

/* Floats between 0 and 1, between -1 and 1, small whole numbers. */
static void
test_ranges (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "r.npz", NULL);
  const double ranges[][2] = {{0, 1}, {-1, 1}, {0, 255}, {0, 16}, {-3, 1000}};

  for (guint k = 0; k < G_N_ELEMENTS (ranges); k++) {
    double low = ranges[k][0], high = ranges[k][1];
    double values[COUNT * P];
    EsTensor tensors[2] = {{0}, labels_of ("y", 0, COUNT)};
    g_autoptr (EsDataset) dataset = NULL;

    for (guint i = 0; i < COUNT * P; i++)
      values[i] = low + (high - low) * (i % 256) / 255;
    tensors[0] =
        es_tensor_view ("x", ES_DTYPE_F64, values, 3, (gsize[]){COUNT, ROWS, COLS});
    write_npz (path, tensors, 2);
    dataset = load (path, NULL);
    for (guint n = 0; n < COUNT; n++) {
      guint8 expected[P];

      for (guint p = 0; p < P; p++)
        expected[p] = (guint8)((n * P + p) % 256);
      g_assert_true (contains_image (&dataset->train, expected, n % 3) ||
                     contains_image (&dataset->test, expected, n % 3));
    }
  }
  io_test_remove (root);
}

/* An array of text with its header, "<U3". */
static void
write_names (const char *path)
{
  const char *header =
      "{'descr': '<U3', 'fortran_order': False, 'shape': (3,), }         \n";
  const gunichar text[9] = {'c', 'a', 't', 0xe9, 0x4e2d, 0, 'x', 0, 0};
  GByteArray *file = g_byte_array_new ();
  guint8 length[2] = {(guint8)strlen (header), 0};

  g_byte_array_append (file, (const guint8 *)"\x93NUMPY\1\0", 8);
  g_byte_array_append (file, length, 2);
  g_byte_array_append (file, (const guint8 *)header, (guint)strlen (header));
  g_byte_array_append (file, (const guint8 *)text, sizeof text);
  io_test_write (path, file->data, file->len);
  g_byte_array_unref (file);
}

/* A folder of .npy files: one-hot labels, channels first, names as text. */
static void
test_npy_folder (void)
{
  char *root = io_test_folder ();
  g_autofree char *x = g_build_filename (root, "images.npy", NULL);
  g_autofree char *y = g_build_filename (root, "labels.npy", NULL);
  g_autofree char *names = g_build_filename (root, "class_names.npy", NULL);
  g_autofree char *note = g_build_filename (root, "README", NULL);
  g_autofree float *hot = g_new0 (float, COUNT * 3);
  g_autofree guint8 *planes = g_malloc (COUNT * 3 * P);
  EsTensor images =
      es_tensor_view ("x", ES_DTYPE_U8, planes, 4, (gsize[]){COUNT, 3, ROWS, COLS});
  EsTensor targets = es_tensor_view ("y", ES_DTYPE_F32, hot, 2, (gsize[]){COUNT, 3});
  EsImportOptions options;
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (EsImportInfo) info = NULL;

  for (guint n = 0; n < COUNT; n++) {
    hot[3 * n + n % 3] = 1;
    for (guint i = 0; i < 3 * P; i++)
      planes[3 * P * n + i] = (guint8)(n + 60 * (i / P));
  }
  g_assert_true (es_npy_write (x, &images, NULL) && es_npy_write (y, &targets, NULL));
  write_names (names);
  io_test_write (note, "text", 4);
  info = es_import_probe (root, NULL, NULL);
  g_assert_nonnull (info);
  g_assert_cmpint (info->format, ==, ES_IMPORT_ARRAYS);
  g_assert_cmpuint (info->n_train, ==, COUNT);
  g_assert_cmpuint (info->channels, ==, 3);
  g_assert_cmpstr (info->class_names[1], ==, "é中");
  es_import_options_init (&options);
  options.colors = ES_COLORS_PLANES;
  dataset = load (root, &options);
  g_assert_cmpuint (dataset->cols, ==, 3 * COLS);
  g_assert_cmpstr (dataset->class_names[0], ==, "cat");
  g_assert_cmpuint (dataset->train.pixels[0] + 60u, ==, dataset->train.pixels[COLS]);
  g_assert_cmpuint (dataset->train.pixels[0] + 120u, ==,
                    dataset->train.pixels[2 * COLS]);
  hot[3] = 1;
  g_assert_true (es_npy_write (y, &targets, NULL));
  assert_fails (root, NULL, ES_IO_ERROR_FORMAT, "label 1 is a row without a single 1");
  io_test_remove (root);
}

static void
write_npy (const char *path, EsTensor tensor)
{
  GError *error = NULL;

  g_assert_true (es_npy_write (path, &tensor, &error));
  g_assert_no_error (error);
}

/* Images in one file, labels in another: found beside them if there is no doubt. */
static void
test_labels_file (void)
{
  char *root = io_test_folder ();
  g_autofree char *x = g_build_filename (root, "digits.npy", NULL);
  g_autofree char *flat = g_build_filename (root, "flat.npy", NULL);
  g_autofree char *y = g_build_filename (root, "tags.npy", NULL);
  g_autofree char *more = g_build_filename (root, "more.npy", NULL);
  g_autofree char *few = g_build_filename (root, "few.npy", NULL);
  const EsTensor rows =
      es_tensor_view ("flat", ES_DTYPE_U8, pixels, 2, (gsize[]){COUNT, P});
  g_autoptr (EsImportInfo) alone = NULL, found = NULL, doubt = NULL;
  g_autoptr (EsDataset) dataset = NULL, named = NULL;
  g_autoptr (GError) error = NULL;
  EsImportOptions options;

  es_import_options_init (&options);
  write_npy (x, images_of ("x", 0, COUNT));
  write_npy (few, labels_of ("y", 0, 7));
  alone = es_import_probe (x, NULL, NULL);
  g_assert_true (alone->lacks_labels);
  g_assert_null (alone->labels_path);
  assert_fails (x, &options, ES_IO_ERROR_FORMAT, "has no labels");
  /* Rows of numbers are anything. */
  write_npy (flat, rows);
  g_assert_null (es_import_probe (flat, NULL, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);

  write_npy (y, labels_of ("y", 0, COUNT));
  found = es_import_probe (x, NULL, NULL);
  g_assert_cmpstr (found->labels_path, ==, y);
  dataset = load (x, NULL);
  g_assert_cmpuint (dataset->train.N + dataset->test.N, ==, COUNT);
  g_assert_cmpuint (dataset->n_classes, ==, 3);
  g_assert_cmpuint (dataset->rows, ==, ROWS);

  write_npy (more, labels_of ("y", 0, COUNT));
  doubt = es_import_probe (x, NULL, NULL);
  g_assert_null (doubt->labels_path);
  options.labels_path = more;
  options.shape_rows = ROWS;
  options.shape_cols = COLS;
  named = load (flat, &options);
  g_assert_cmpmem (named->train.pixels, P, dataset->train.pixels, P);
  options.labels_path = few;
  assert_fails (x, &options, ES_IO_ERROR_FORMAT, "has 40 images");
  options.labels_path = x;
  assert_fails (x, &options, ES_IO_ERROR_FORMAT, "unknown shape");
  io_test_remove (root);
}

/* Test images alone are read whole, in the range that the file says. */
static void
test_npz_test_only (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "attacked.npz", NULL);
  static const float range[2] = {0, 1};
  float values[COUNT * P];
  EsTensor tensors[3] = {
      es_tensor_view ("x_test", ES_DTYPE_F32, values, 3, (gsize[]){COUNT, ROWS, COLS}),
      labels_of ("y_test", 0, COUNT),
      es_tensor_view ("value_range", ES_DTYPE_F32, range, 1, (gsize[]){2})};
  g_autoptr (EsDataset) dataset = NULL, given = NULL;
  g_autoptr (EsImportInfo) info = NULL;
  EsImportOptions options;

  for (gsize i = 0; i < COUNT * P; i++)
    values[i] = (float)i / 200 - 1;
  write_npz (path, tensors, 3);
  info = es_import_probe (path, NULL, NULL);
  g_assert_cmpuint (info->n_test, ==, COUNT);
  dataset = load (path, NULL);
  g_assert_cmpuint (dataset->train.N, ==, COUNT);
  g_assert_cmpuint (dataset->test.N, ==, COUNT);
  g_assert_cmpmem (dataset->test.exact, sizeof values, values, sizeof values);
  g_assert_cmpuint (dataset->test.pixels[0], ==, 0);
  g_assert_cmpuint (dataset->test.pixels[300], ==, 128);
  g_assert_cmpuint (dataset->test.pixels[COUNT * P - 1], ==, 255);
  es_import_options_init (&options);
  options.low = -1;
  options.high = 2;
  given = load (path, &options);
  g_assert_null (given->test.exact);
  g_assert_cmpuint (given->test.pixels[200], ==, 85);
  tensors[2] = es_tensor_view ("value_range", ES_DTYPE_F32, values, 1, (gsize[]){3});
  write_npz (path, tensors, 3);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "is no range of values");
  io_test_remove (root);
}

/* Names that would turn the text around them lose what does it. */
static void
test_turning_names (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "names.npz", NULL);
  const EsTensor tensors[] = {images_of ("x", 0, COUNT), labels_of ("y", 0, COUNT)};
  const char *const names[] = {"a\u202eb", "\u2066c\u2069", "d\ne", NULL};
  g_autoptr (EsDataset) dataset = NULL;
  EsImportOptions options;

  write_npz (path, tensors, 2);
  es_import_options_init (&options);
  options.class_names = names;
  dataset = load (path, &options);
  g_assert_cmpstr (dataset->class_names[0], ==, "ab");
  g_assert_cmpstr (dataset->class_names[1], ==, "c");
  g_assert_cmpstr (dataset->class_names[2], ==, "d e");
  io_test_remove (root);
}

static void
test_npz_misfits (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "bad.npz", NULL);
  float values[COUNT * P] = {0};
  double halves[COUNT] = {0.5};
  const char *const names[] = {"a", "b", NULL};
  EsImportOptions options;
  EsTensor tensors[3] = {images_of ("x", 0, COUNT), labels_of ("y", 0, COUNT - 1)};

  write_npz (path, tensors, 2);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "has 40 images");
  write_npz (path, tensors, 1);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "found x (40 × 3 × 5 U8)");
  tensors[1] = labels_of ("y", 0, COUNT);
  tensors[2] = labels_of ("labels", 0, COUNT);
  write_npz (path, tensors, 3);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "lacks images or labels");
  values[2 * P + 5] = NAN;
  tensors[0] = es_tensor_view ("x", ES_DTYPE_F32, values, 2, (gsize[]){COUNT, P});
  write_npz (path, tensors, 2);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "value 5 of image 2 is not a number");
  tensors[0] = images_of ("x", 0, COUNT);
  tensors[1] = es_tensor_view ("y", ES_DTYPE_F64, halves, 1, (gsize[]){COUNT});
  write_npz (path, tensors, 2);
  assert_fails (path, NULL, ES_IO_ERROR_FORMAT, "label 0 is no whole number");
  tensors[1] = labels_of ("y", 0, COUNT);
  write_npz (path, tensors, 2);
  es_import_options_init (&options);
  options.class_names = names;
  assert_fails (path, &options, ES_IO_ERROR_FORMAT, "label 2 is 2; there are 2 class");
  io_test_remove (root);
}

/* A table of all images; @label and @heading make its lines. */
static void
write_csv (const char *path, const char *const *names, gboolean heading, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint p = 0; heading && p <= P; p++)
    g_string_append_printf (text, p == 0 ? "label" : ",pixel%u", p);
  g_string_append (text, heading ? "\r\n" : "");
  for (guint i = 0; i < n; i++) {
    g_string_append (text, names[i % 3]);
    for (guint p = 0; p < P; p++)
      g_string_append_printf (text, ",%u", pixels[i * P + p]);
    g_string_append (text, "\n");
  }
  io_test_write (path, text->str, text->len);
  g_string_free (text, TRUE);
}

static void
test_csv (void)
{
  const char *const numbers[] = {"0", "1", "2"}, *const gaps[] = {"5", "-1", "10"};
  const char *const words[] = {"zebra", "\"ape, grey\"", "cat"};
  char *root = io_test_folder ();
  g_autofree char *train = g_build_filename (root, "digits_train.csv", NULL);
  g_autofree char *test = g_build_filename (root, "digits_test.csv", NULL);
  g_autoptr (EsDataset) dataset = NULL, words_set = NULL, gaps_set = NULL;
  g_autoptr (EsImportInfo) info = NULL;
  EsImportOptions options;

  es_import_options_init (&options);
  options.shape_rows = ROWS;
  options.shape_cols = COLS;
  write_csv (train, numbers, TRUE, COUNT);
  write_csv (test, numbers, FALSE, 9);
  dataset = load (root, &options);
  g_assert_cmpuint (dataset->train.N, ==, COUNT);
  g_assert_cmpuint (dataset->test.N, ==, 9);
  g_assert_cmpuint (dataset->rows, ==, ROWS);
  g_assert_cmpmem (dataset->train.pixels, COUNT * P, pixels, COUNT * P);
  g_assert_cmpmem (dataset->test.pixels, 9 * P, pixels, 9 * P);
  info = es_import_probe (root, NULL, NULL);
  g_assert_cmpint (info->format, ==, ES_IMPORT_CSV);
  g_assert_cmpuint (info->n_train, ==, COUNT);
  g_assert_cmpuint (info->n_test, ==, 9);
  write_csv (train, words, FALSE, COUNT);
  words_set = load (train, &options);
  g_assert_cmpstr (words_set->class_names[0], ==, "ape, grey");
  g_assert_cmpstr (words_set->class_names[2], ==, "zebra");
  g_assert_true (contains_image (&words_set->train, pixels, 2) ||
                 contains_image (&words_set->test, pixels, 2));
  write_csv (train, gaps, FALSE, COUNT);
  gaps_set = load (train, &options);
  g_assert_cmpstr (gaps_set->class_names[0], ==, "-1");
  g_assert_cmpstr (gaps_set->class_names[2], ==, "10");
  g_assert_true (contains_image (&gaps_set->train, pixels, 1) ||
                 contains_image (&gaps_set->test, pixels, 1));
  io_test_remove (root);
}

/* Compressed, under any name; cut off, damaged, and more than it seems. */
static void
test_csv_gzip (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "table.csv.gz", NULL);
  g_autofree char *folder = g_build_filename (root, "both", NULL);
  g_autofree char *train = g_build_filename (folder, "train.csv.gz", NULL);
  g_autofree char *test = g_build_filename (folder, "test.csv.gz", NULL);
  g_autoptr (GString) text = g_string_new ("label,a,b,c,d\n");
  g_autoptr (GBytes) zipped = NULL;
  g_autoptr (EsDataset) dataset = NULL, both = NULL;
  gsize n;

  for (guint i = 0; i < COUNT; i++)
    g_string_append_printf (text, "%s,%u,200,0,255\n", i % 2 ? "cat" : "dog", i);
  zipped = io_test_gzip (text->str, text->len);
  n = g_bytes_get_size (zipped);
  io_test_write (path, g_bytes_get_data (zipped, NULL), n);
  dataset = load (path, NULL);
  g_assert_cmpstr (dataset->name, ==, "table");
  g_assert_cmpuint (dataset->train.N + dataset->test.N, ==, COUNT);
  g_assert_cmpstr (dataset->class_names[0], ==, "cat");
  g_assert_cmpuint (dataset->rows, ==, 2);

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  io_test_write (train, g_bytes_get_data (zipped, NULL), n);
  io_test_write (test, g_bytes_get_data (zipped, NULL), n);
  both = load (folder, NULL);
  g_assert_cmpuint (both->train.N, ==, COUNT);
  g_assert_cmpuint (both->test.N, ==, COUNT);

  io_test_write (path, g_bytes_get_data (zipped, NULL), n - 9);
  assert_fails (path, NULL, ES_IO_ERROR_TRUNCATED, "without its end");
  io_test_remove (root);
}

static void
test_csv_misfits (void)
{
  const char *const texts[][2] = {
      {"1,2,3,4,5\n0,2,3,4\n", "line 2 has 4 columns; expected 5"},
      {"1,2,3,4,5\n0,2,nan,4,5\n", "line 2, column 3 is “nan”"},
      {"1,2,3,4,5\n0,2,,4,5\n", "line 2, column 3 is “”"},
      {"1,2,3,4,5\n0,2,1e999,4,5\n", "column 3"},
      {"1,2,3,4,5\n0.5,2,3,4,5\n",
       "line 2, column 1 is “0.5”; expected a whole number"},
      {"1,2,3,4,5\n1e12,2,3,4,5\n", "whole number as label"},
      {"1,2,3,4,5\nx,2,3,4,5\n", "whole number as label"},
      {"label,a,b,c,d\n", "ends after its heading"},
      {"just text\n", "1 columns"},
      {"1,2,3,4,\"5\n", "never closes"},
  };
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "t.csv", NULL);
  EsImportOptions options;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    io_test_write (path, texts[i][0], strlen (texts[i][0]));
    assert_fails (path, NULL, ES_IO_ERROR_FORMAT, texts[i][1]);
  }
  io_test_write (path, "1,2,3,4,5\n", 10);
  es_import_options_init (&options);
  options.label_column = "colour";
  assert_fails (path, &options, ES_IO_ERROR_FORMAT, "no column “colour”");
  io_test_remove (root);
}

static void
put_picture (const char *folder, const char *name, int side, guint gray)
{
  g_autoptr (GdkPixbuf) pixbuf =
      gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, side, side);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  gdk_pixbuf_fill (pixbuf, gray << 24 | gray << 16 | gray << 8 | 255);
  gdk_pixbuf_save (pixbuf, path, strstr (name, "jpg") != NULL ? "jpeg" : "png", &error,
                   NULL);
  g_assert_no_error (error);
}

static void
put_class (const char *root, const char *part, const char *class_name, guint gray)
{
  g_autofree char *folder = g_build_filename (root, part, class_name, NULL);

  put_picture (folder, "1.png", 8, gray);
  put_picture (folder, "2.jpg", 8, gray);
  put_picture (folder, "without-suffix", 8, gray);
}

static void
test_pictures (void)
{
  char *root = io_test_folder ();
  g_autofree char *note = g_build_filename (root, "train", "b", "notes.txt", NULL);
  g_autofree char *fake = g_build_filename (root, "train", "b", "fake.png", NULL);
  g_autoptr (EsDataset) dataset = NULL, flat = NULL;
  g_autofree char *train = g_build_filename (root, "train", NULL);
  g_autofree char *other = g_build_filename (root, "train", "10", NULL);

  put_class (root, "train", "10", 200);
  put_class (root, "train", "9", 100);
  put_class (root, "train", "b", 50);
  put_class (root, "test", "9", 100);
  io_test_write (note, "text", 4);
  dataset = load (root, NULL);
  g_assert_cmpuint (dataset->train.N, ==, 9);
  g_assert_cmpuint (dataset->test.N, ==, 3);
  g_assert_cmpuint (dataset->rows, ==, 8);
  g_assert_cmpstr (dataset->class_names[0], ==, "9");
  g_assert_cmpstr (dataset->class_names[1], ==, "10");
  g_assert_cmpstr (dataset->class_names[2], ==, "b");
  g_assert_cmpuint (dataset->train.pixels[0], ==, 100);
  g_assert_cmpuint (dataset->test.labels[0], ==, 0);
  /* Pictures of several sizes become squares of the usual side. */
  put_picture (other, "large.png", 100, 200);
  flat = load (train, NULL);
  g_assert_cmpuint (flat->rows, ==, 28);
  g_assert_cmpuint (flat->test.N, ==, 3);
  io_test_write (fake, "text", 4);
  assert_fails (root, NULL, ES_IO_ERROR_FORMAT, "fake.png: is neither");
  io_test_remove (root);
}

static void
test_unknown (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "file", NULL);
  g_autofree char *folder = g_build_filename (root, "sub", NULL);

  assert_fails (path, NULL, ES_IO_ERROR_NOT_FOUND, "no such file");
  assert_fails (root, NULL, ES_IO_ERROR_UNSUPPORTED, "holds none of these");
  io_test_write (path, "", 0);
  assert_fails (path, NULL, ES_IO_ERROR_UNSUPPORTED, "is empty");
  io_test_write (path,
                 "\x7f"
                 "ELF\1\2",
                 6);
  assert_fails (path, NULL, ES_IO_ERROR_UNSUPPORTED, "unknown kind");
  io_test_write (path, "\x1f\x8b\x08\0\0\0", 6);
  assert_fails (path, NULL, ES_IO_ERROR_UNSUPPORTED, "compressed");
  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  assert_fails (root, NULL, ES_IO_ERROR_FORMAT, "holds no pictures");
  io_test_remove (root);
}

static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return ++*(guint *)data < 2;
}

static void
test_cancel (void)
{
  char *root = io_test_folder ();
  guint count = 0;
  const EsProgress progress = {stop, &count};
  g_autoptr (GError) error = NULL;

  put_class (root, "a", "", 1);
  put_class (root, "b", "", 2);
  g_assert_null (es_import_load (root, NULL, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  io_test_remove (root);
}

static void
test_options (void)
{
  char *root = io_test_folder ();
  g_autofree char *path = g_build_filename (root, "one.npz", NULL);
  const EsTensor tensors[] = {images_of ("images", 0, COUNT),
                              labels_of ("labels", 0, COUNT)};
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  EsImportOptions options;

  write_npz (path, tensors, 2);
  es_import_options_init (&options);
  options.rows = 6;
  options.cols = 2;
  options.invert = TRUE;
  options.limit = 12;
  dataset = load (path, &options);
  g_assert_cmpuint (dataset->rows, ==, 6);
  g_assert_cmpuint (dataset->cols, ==, 2);
  g_assert_cmpuint (dataset->train.N + dataset->test.N, ==, 12);
  options.test_fraction = 1;
  g_assert_null (es_import_load (path, &options, NULL, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  io_test_remove (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fill ();
  g_test_add_func ("/import/npz-names", test_npz_names);
  g_test_add_func ("/import/split", test_split);
  g_test_add_func ("/import/ranges", test_ranges);
  g_test_add_func ("/import/npy-folder", test_npy_folder);
  g_test_add_func ("/import/npz-test-only", test_npz_test_only);
  g_test_add_func ("/import/turning-names", test_turning_names);
  g_test_add_func ("/import/npz-misfits", test_npz_misfits);
  g_test_add_func ("/import/labels-file", test_labels_file);
  g_test_add_func ("/import/csv", test_csv);
  g_test_add_func ("/import/csv-gzip", test_csv_gzip);
  g_test_add_func ("/import/csv-misfits", test_csv_misfits);
  g_test_add_func ("/import/pictures", test_pictures);
  g_test_add_func ("/import/unknown", test_unknown);
  g_test_add_func ("/import/cancel", test_cancel);
  g_test_add_func ("/import/options", test_options);
  return g_test_run ();
}
