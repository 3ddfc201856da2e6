/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-export.h"
#include "es-attack-record.h"
#include "es-augment.h"
#include "es-evaluate.h"
#include "es-image-file.h"
#include "es-import.h"
#include "es-npz.h"
#include "figure-test.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROWS 4
#define COLS 5
#define P (ROWS * COLS)
#define N_CLASSES 4

static char *names[] = {(char *)"coat", (char *)"bag, small", (char *)"shoe",
                        (char *)"hat", NULL};
static char *folder;

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static EsAttackStack *
make_stack (EsRng *rng)
{
  EsAttackStack *stack = es_attack_stack_new (P);

  for (guint i = 0; i < 4; i++) {
    float pixels[P];
    EsAttackLayer *layer;
    g_autofree char *name = g_strdup_printf ("Layer “%u”", i);

    for (guint p = 0; p < P; p++)
      pixels[p] = (float)es_rng_normal (rng);
    layer = es_attack_stack_add (stack, (EsAttackLayerKind)i, name, pixels);
    layer->strength = es_rng_range (rng, -1, 1);
    layer->hidden = i == 1;
    layer->class_index = i == 0 ? 3 : -1;
    layer->component = i == 0 ? 2 : -1;
  }
  stack->norm = ES_NORM_L2;
  stack->budget = 0.7;
  stack->clip = FALSE;
  return stack;
}

static EsAttackRecord *
make_record (guint seed)
{
  g_autoptr (EsAttackStack) stack = NULL;
  EsAttackRecord *record;
  float input[P];
  EsRng rng;

  es_rng_init (&rng, seed, ES_RNG_TEST, 0, 0);
  stack = make_stack (&rng);
  for (guint p = 0; p < P; p++)
    input[p] = (float)es_rng_uniform (&rng);
  record = es_attack_record_new (input, ROWS, COLS, stack);
  record->label = 2;
  record->read_before = 2;
  record->read_after = 0;
  record->title = g_strdup ("Test image 7");
  record->dataset = g_strdup ("patterns");
  record->split = ES_SPLIT_TEST;
  record->index = 7;
  return record;
}

static void
check_same (const EsAttackRecord *a, const EsAttackRecord *b)
{
  g_assert_cmpuint (a->rows, ==, b->rows);
  g_assert_cmpuint (a->cols, ==, b->cols);
  g_assert_cmpmem (a->input, P * sizeof (float), b->input, P * sizeof (float));
  g_assert_cmpmem (a->result, P * sizeof (float), b->result, P * sizeof (float));
  g_assert_cmpint (a->label, ==, b->label);
  g_assert_cmpstr (a->title, ==, b->title);
  g_assert_cmpstr (a->dataset, ==, b->dataset);
  g_assert_cmpint (a->split, ==, b->split);
  g_assert_cmpuint (a->index, ==, b->index);
  g_assert_cmpuint (a->read_before, ==, b->read_before);
  g_assert_cmpuint (a->read_after, ==, b->read_after);
  g_assert_true (es_attack_stack_equal (a->stack, b->stack));
  g_assert_cmpfloat (a->norms.l2, ==, b->norms.l2);
}

/* What is saved comes back bit for bit, and says what it is. */
static void
test_round_trip (void)
{
  g_autofree char *path = path_of ("attacks.safetensors");
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (EsSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (records, make_record (i));
  ((EsAttackRecord *)records->pdata[1])->label = -1;
  g_clear_pointer (&((EsAttackRecord *)records->pdata[1])->dataset, g_free);
  ((EsAttackRecord *)records->pdata[1])->index = 0;
  ((EsAttackRecord *)records->pdata[1])->split = 0;
  g_assert_true (es_attack_records_save (records, path, &error));
  g_assert_no_error (error);
  file = es_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (es_attack_records_are_in (file));
  g_assert_nonnull (es_safetensors_lookup (file, "attacks.2.layers.3"));
  read = es_attack_records_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    check_same (read->pdata[i], records->pdata[i]);
}

/* Damage */

static const struct
{
  const char *from, *to, *said;
} damages[] = {
    {"\"version\":1", "\"version\":2", "newer version"},
    {"\"version\":1", "\"version\":0", "no list of attacks"},
    {"\"attacks\":[", "\"strokes\":[", "no list of attacks"},
    {"\"kind\":\"mask\"", "\"kind\":\"lens\"", "unknown kind “lens”"},
    {"\"norm\":\"l2\"", "\"norm\":\"l9\"", "unknown norm “l9”"},
    {"\"budget\":", "\"budget\":-", "expected 0 or more"},
    {"\"label\":2", "\"label\":-2", "no possible classes"},
    {"\"label\":2", "\"label\":99999", "no possible classes"},
    {"\"read_after\":0", "\"read_later\":0", "no possible classes"},
    {"\"index\":7", "\"index\":-7", "possible number"},
    {"\"split\":\"test\"", "\"split\":\"rest\"", "possible number"},
    {"\"class\":3", "\"class\":-3", "impossible component"},
    {"\"strength\":", "\"weakness\":", "without a strength"},
    {"\"layers\":[", "\"layers\":[3,", "no object"},
    {"\"attacks\":[", "\"attacks\":[[],", "no object"},
    {"\"layers\":[", "\"layers\":[{\"kind\":\"mask\",\"strength\":1},",
     "no tensor “attacks.0.layers.4”"},
    {"{\"version\"", "\"version\"", "list of attacks"},
};

/* Writes the tensors of @file with @json in place of what it says. */
static void
rewrite (const EsSafetensors *file, const char *json, const char *path)
{
  const char *const metadata[] = {ES_ATTACK_RECORD_KEY, json, NULL};
  gsize n;
  const EsTensor *tensors = es_safetensors_get_tensors (file, &n);

  g_assert_true (es_safetensors_write (path, tensors, n, metadata, NULL));
}

static char *
replace_first (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int)(at - text), text, to, at + strlen (from));
}

static void
check_refused (const char *path, const char *said)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_attack_records_load (path, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, said) == NULL)
    g_error ("“%s” is not in: %s", said, error->message);
  g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_damaged (void)
{
  g_autofree char *path = path_of ("one.safetensors");
  g_autofree char *damaged = path_of ("damaged.safetensors");
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (EsSafetensors) file = NULL;
  const char *json;
  g_autofree char *other = path_of ("other.safetensors");

  g_ptr_array_add (records, make_record (4));
  g_assert_true (es_attack_records_save (records, path, NULL));
  file = es_safetensors_open (path, NULL);
  json = es_safetensors_get_metadata (file, ES_ATTACK_RECORD_KEY);
  rewrite (file, json, damaged);
  g_clear_pointer (&records, g_ptr_array_unref);
  records = es_attack_records_load (damaged, NULL);
  g_assert_nonnull (records);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    g_autofree char *text = replace_first (json, damages[i].from, damages[i].to);

    rewrite (file, text, damaged);
    check_refused (damaged, damages[i].said);
  }
  /* What is of something else says so. */
  g_assert_true (es_safetensors_write (
      other, es_safetensors_lookup (file, "attacks.0.input"), 1, NULL, NULL));
  check_refused (other, "holds no attacks");
}

/* One tensor of another shape or with another number in it. */
static void
test_damaged_pixels (void)
{
  static const struct
  {
    const char *name;
    gsize rows, cols;
    float value;
    const char *said;
  } cases[] = {
      {"attacks.0.layers.2", ROWS, COLS, INFINITY, "finite"},
      {"attacks.0.input", ROWS, COLS, NAN, "finite"},
      {"attacks.0.input", ROWS, COLS, 1.5f, "expected 0 to 1"},
      {"attacks.0.layers.0", COLS, ROWS, 0, "expected 4 × 5 pixels"},
      {"attacks.0.input", 2, 2, 0, "expected 2 × 2 pixels"},
      {"attacks.0.input", 0, 0, 0, "0 × 0"},
  };
  g_autofree char *path = path_of ("one.safetensors");
  g_autofree char *damaged = path_of ("damaged.safetensors");
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (EsSafetensors) file = NULL;
  float pixels[P] = {0};
  gsize n;
  const EsTensor *tensors;
  const char *metadata[] = {ES_ATTACK_RECORD_KEY, NULL, NULL};

  g_ptr_array_add (records, make_record (5));
  g_assert_true (es_attack_records_save (records, path, NULL));
  file = es_safetensors_open (path, NULL);
  metadata[1] = es_safetensors_get_metadata (file, ES_ATTACK_RECORD_KEY);
  tensors = es_safetensors_get_tensors (file, &n);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree EsTensor *copies = g_memdup2 (tensors, n * sizeof *tensors);
    const gsize dims[2] = {cases[i].rows, cases[i].cols};

    pixels[0] = cases[i].value;
    for (gsize t = 0; t < n; t++)
      if (strcmp (copies[t].name, cases[i].name) == 0)
        copies[t] = es_tensor_view (cases[i].name, ES_DTYPE_F32, pixels, 2, dims);
    g_assert_true (es_safetensors_write (damaged, copies, n, metadata, NULL));
    check_refused (damaged, cases[i].said);
  }
}

/* Cut off anywhere, it is refused, not read in part. */
static void
test_truncated (void)
{
  g_autofree char *path = path_of ("one.safetensors");
  g_autofree char *cut = path_of ("cut.safetensors");
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autofree char *bytes = NULL;
  gsize n;

  g_ptr_array_add (records, make_record (6));
  g_assert_true (es_attack_records_save (records, path, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (gsize length = 0; length < n; length += 37) {
    g_assert_true (g_file_set_contents (cut, bytes, (gssize)length, NULL));
    check_refused (cut, "");
  }
}

/* For other programs */

/* Every pixel is the nearest grey level; what is beyond is cut off. */
static void
test_image (void)
{
  g_autofree char *path = path_of ("image.png");
  float pixels[P];
  g_autofree char *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (EsImage) image = {0};
  gsize n;

  for (guint p = 0; p < P; p++)
    pixels[p] = (float)p / 16 - 0.1f;
  g_assert_true (
      es_attack_save_image (pixels, ROWS, COLS, "Read as shoe", path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &data, &n, NULL));
  bytes = g_bytes_new (data, n);
  g_assert_true (es_image_decode (&image, bytes, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (image.rows, ==, ROWS);
  g_assert_cmpuint (image.cols, ==, COLS);
  for (guint p = 0; p < P; p++) {
    float value = CLAMP (pixels[p], 0, 1);

    g_assert_cmpint (image.pixels[p / COLS * image.stride + p % COLS * image.channels],
                     ==, lrintf (255 * value));
  }
}

/* Read again, the dataset has the same test images, beyond black and white as well:
   what the network makes of them is what the file says. */
static void
assert_returns (const char *path, const EsModel *model, const EsArray *images)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_import_load (path, NULL, NULL, &error);
  g_autoptr (EsNpz) npz = es_npz_open (path, NULL);
  g_autoptr (EsArray) after = es_npz_read (npz, "read_after", NULL);
  EsEvaluation evaluation;
  gsize N, n_right = 0;

  g_assert_no_error (error);
  N = dataset->test.N;
  g_assert_cmpmem (dataset->test.exact, N * P * sizeof (float), images->tensor.data,
                   images->tensor.n_bytes);
  for (gsize n = 0; n < N; n++)
    n_right += memcmp (after->tensor.data + 2 * n, &dataset->test.labels[n], 2) == 0;
  g_assert_true (es_evaluate (&evaluation, model, &dataset->test, NULL, &error));
  g_assert_cmpuint (evaluation.images, ==, N);
  g_assert_cmpfloat (evaluation.accuracy, ==, (double)n_right / (double)N);
}

/* The dataset is that of the layers on every image, and can be read as one. */
static void
test_dataset (gconstpointer clip)
{
  g_auto (FigureTest) test = {0};
  g_autofree char *path = path_of ("attacked.npz");
  g_autoptr (EsAttackStack) stack = NULL;
  g_autoptr (EsNpz) npz = NULL;
  g_autoptr (EsArray) images = NULL, labels = NULL, about = NULL;
  g_autofree float *values = NULL;
  g_autoptr (GError) error = NULL;
  gsize N;
  float x[P], change[P];
  EsRng rng;

  figure_test_init (&test, ROWS, COLS, names, N_CLASSES, 2);
  es_rng_init (&rng, 9, ES_RNG_TEST, 0, 0);
  stack = make_stack (&rng);
  stack->clip = GPOINTER_TO_INT (clip);
  N = test.dataset->test.N;
  g_assert_true (es_attack_save_dataset (stack, test.dataset, ES_SPLIT_TEST,
                                         test.run->model, path, NULL, &error));
  g_assert_no_error (error);
  npz = es_npz_open (path, &error);
  images = es_npz_read (npz, "x_test", &error);
  labels = es_npz_read (npz, "y_test", &error);
  about = es_npz_read (npz, "about", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (images->tensor.n, ==, N * P);
  g_assert_cmpuint (labels->tensor.n, ==, N);
  g_assert_nonnull (g_strstr_len ((const char *)about->tensor.data,
                                  (gssize)about->tensor.n, "\"dataset\":\"patterns\""));
  values = es_tensor_to_float (&images->tensor, path, NULL);
  for (gsize n = 0; n < N; n++) {
    es_augment_expand (x, test.dataset->test.pixels + n * P, P);
    es_attack_stack_compose (stack, x, change);
    for (guint p = 0; p < P; p++)
      g_assert_cmpfloat (values[n * P + p], ==, x[p] + change[p]);
  }
  assert_returns (path, test.run->model, images);
}

/* Goes on until the fraction @data. */
static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return fraction < *(const double *)data;
}

/* Cancelled while the images are made or while they are written, nothing is. */
static void
test_cancelled (gconstpointer at)
{
  const EsProgress progress = {stop, (gpointer)at};
  g_auto (FigureTest) test = {0};
  g_autofree char *path = path_of ("never.npz");
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (P);
  g_autoptr (GError) error = NULL;

  figure_test_init (&test, ROWS, COLS, names, N_CLASSES, 1);
  g_assert_false (es_attack_save_dataset (stack, test.dataset, ES_SPLIT_TEST,
                                          test.run->model, path, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = path_of (name);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  static const double no_time = 0, most = 0.75;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp (NULL, NULL);
  g_test_add_func ("/attack-record/round-trip", test_round_trip);
  g_test_add_func ("/attack-record/damaged", test_damaged);
  g_test_add_func ("/attack-record/damaged-pixels", test_damaged_pixels);
  g_test_add_func ("/attack-record/truncated", test_truncated);
  g_test_add_func ("/attack-export/image", test_image);
  g_test_add_data_func ("/attack-export/dataset", GINT_TO_POINTER (FALSE),
                        test_dataset);
  g_test_add_data_func ("/attack-export/dataset-held", GINT_TO_POINTER (TRUE),
                        test_dataset);
  g_test_add_data_func ("/attack-export/cancelled/made", &no_time, test_cancelled);
  g_test_add_data_func ("/attack-export/cancelled/written", &most, test_cancelled);
  status = g_test_run ();
  remove_folder ();
  return status;
}
