/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-safetensors.h"
#include "io-test.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

/* A file of this header and @n_data bytes of zeros. */
static GBytes *
make_file (const char *header, gsize n_header, gsize n_data)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64)n_header);

  g_byte_array_append (file, (const guint8 *)&length, sizeof length);
  g_byte_array_append (file, (const guint8 *)header, (guint)n_header);
  g_byte_array_set_size (file, (guint)(8 + n_header + n_data));
  memset (file->data + 8 + n_header, 0, n_data);
  return g_byte_array_free_to_bytes (file);
}

static void
assert_refused (GBytes *bytes, EsIoError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_safetensors_parse (bytes, "FILE", &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  g_assert_true (g_str_has_prefix (error->message, "FILE: "));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

#define A "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"
#define TENSOR(shape, offsets)                                                         \
  "{\"a\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static const struct
{
  const char *header;
  gsize n_data;
  EsIoError code;
  const char *part;
} refusals[] = {
    {"{\"a\":{" A "},\"a\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "“a” twice"},
    {"{\"a\":{" A "},\"\\u0061\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "“a” twice"},
    {"{\"a\":{\"dtype\":\"I8\"," A "}}", 8, ES_IO_ERROR_FORMAT, "“dtype” twice"},
    {"{\"a\":{" A "},\"b\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "overlap"},
    {TENSOR ("[2]", "[4,12]"), 12, ES_IO_ERROR_FORMAT, "gap"},
    {TENSOR ("[2]", "[0,8]"), 7, ES_IO_ERROR_TRUNCATED, "there are 7"},
    {TENSOR ("[2]", "[0,8]"), 9, ES_IO_ERROR_FORMAT, "tensors use 8"},
    {TENSOR ("[3]", "[0,8]"), 8, ES_IO_ERROR_FORMAT, "needs 12 bytes"},
    {TENSOR ("[2]", "[8,0]"), 8, ES_IO_ERROR_FORMAT, "data_offsets"},
    {TENSOR ("[2]", "[-8,0]"), 8, ES_IO_ERROR_FORMAT, "data_offsets"},
    {TENSOR ("[2]", "[0,8,8]"), 8, ES_IO_ERROR_FORMAT, "data_offsets"},
    {TENSOR ("[2]", "[0,8.0]"), 8, ES_IO_ERROR_FORMAT, "data_offsets"},
    {TENSOR ("[2]", "[0,18446744073709551615]"), 8, ES_IO_ERROR_FORMAT, "10^18"},
    {TENSOR ("[-2]", "[0,8]"), 8, ES_IO_ERROR_FORMAT, "shape"},
    {TENSOR ("[[2]]", "[0,8]"), 8, ES_IO_ERROR_FORMAT, "levels"},
    {TENSOR ("[010]", "[0,32]"), 32, ES_IO_ERROR_FORMAT, "leading zero"},
    {TENSOR ("2", "[0,8]"), 8, ES_IO_ERROR_FORMAT, "no shape"},
    {TENSOR ("[4294967296,4294967296]", "[0,0]"), 0, ES_IO_ERROR_FORMAT, "counted"},
    {TENSOR ("[999999999999999999,19]", "[0,8]"), 8, ES_IO_ERROR_FORMAT, "counted"},
    {TENSOR ("[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, ES_IO_ERROR_UNSUPPORTED, "9 dim"},
    {"{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
     ES_IO_ERROR_UNSUPPORTED, "F8_E4M3"},
    {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, ES_IO_ERROR_FORMAT,
     "no dtype"},
    {"{\"a\":1}", 0, ES_IO_ERROR_FORMAT, "no tensor"},
    {"{\"a\\n\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "control character"},
    {"{\"a\n\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "control character"},
    {"{\"a\\u0000\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "NUL"},
    {"{\"a\xff\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "UTF-8"},
    {"{\"__metadata__\":{\"k\":1}}", 0, ES_IO_ERROR_FORMAT, "strings"},
    {"{\"__metadata__\":[]}", 0, ES_IO_ERROR_FORMAT, "not an object"},
    {"{/*\"*/\"a\":{" A "}}", 8, ES_IO_ERROR_FORMAT, "unexpected “/”"},
    {"{\"a\":{" A "}}{}", 8, ES_IO_ERROR_FORMAT, "after the end"},
    {"{\"a\":{" A "}", 8, ES_IO_ERROR_FORMAT, "not closed"},
    {"{\"a\":", 8, ES_IO_ERROR_FORMAT, "not closed"},
    {"{\"a", 8, ES_IO_ERROR_FORMAT, "does not end"},
    {"[]", 8, ES_IO_ERROR_FORMAT, "no “{”"},
    {"{}}", 0, ES_IO_ERROR_FORMAT, "after the end"},
    {"{,}", 0, ES_IO_ERROR_FORMAT, "not valid JSON"},
    {"{]", 0, ES_IO_ERROR_FORMAT, "not valid JSON"},
    {"{\"a\":tru}", 0, ES_IO_ERROR_FORMAT, "unexpected “t”"},
    {"", 4, ES_IO_ERROR_FORMAT, "no “{”"},
};

static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    const char *header = refusals[i].header;
    g_autoptr (GBytes) bytes = make_file (header, strlen (header), refusals[i].n_data);

    assert_refused (bytes, refusals[i].code, refusals[i].part);
  }
}

static void
test_lengths (void)
{
  g_autoptr (GBytes) beyond = g_bytes_new_static ("\x03\0\0\0\0\0\0\0{}", 10);
  g_autoptr (GBytes) huge = g_bytes_new_static ("\1\0\0\0\0\0\0\x80{}", 10);
  g_autoptr (GBytes) large = g_bytes_new_static ("\0\0\0\x10\0\0\0\0{}", 10);
  g_autoptr (GBytes) nul = g_bytes_new_static ("\3\0\0\0\0\0\0\0{\0}", 11);
  g_autoptr (GBytes) text = g_bytes_new_static ("hello, I am a text", 18);
  g_autoptr (GBytes) least = g_bytes_new_static ("\2\0\0\0\0\0\0\0{}", 10);
  g_autoptr (EsSafetensors) file = NULL;
  gsize n;

  assert_refused (beyond, ES_IO_ERROR_TRUNCATED, "header of 3 bytes");
  assert_refused (huge, ES_IO_ERROR_TOO_LARGE, "limit is 100000000");
  assert_refused (large, ES_IO_ERROR_TOO_LARGE, "limit is 100000000");
  assert_refused (nul, ES_IO_ERROR_FORMAT, "UTF-8");
  assert_refused (text, ES_IO_ERROR_FORMAT, "not a safetensors file");
  file = es_safetensors_parse (least, "FILE", NULL);
  g_assert_nonnull (file);
  es_safetensors_get_tensors (file, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* Would overflow the stack of a parser that follows it down. */
static void
test_depth (void)
{
  gsize n = 1000000;
  g_autofree char *header = g_malloc (n);
  g_autoptr (GBytes) bytes = NULL;

  memset (header, '[', n);
  memcpy (header, "{\"a\":", 5);
  bytes = make_file (header, n, 0);
  assert_refused (bytes, ES_IO_ERROR_FORMAT, "more than 3 levels");
}

/* A header whose values would take gigabytes once parsed. */
static void
test_many_values (void)
{
  gsize n = 8100000;
  g_autofree char *header = g_malloc (n);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i += 2)
    memcpy (header + i, "0,", 2);
  memcpy (header, "{\"a\":[", 6);
  bytes = make_file (header, n, 0);
  assert_refused (bytes, ES_IO_ERROR_TOO_LARGE, "millions");
}

static const float floats[6] = {0, -1.5f, 3.25e-30f, 1e30f, -0.0f, 7};
static const double doubles[3] = {0.1, -1e300, 4e-320};
static const gint64 ints[2] = {G_MININT64, 42};

static gboolean
write_example (const char *path, GError **error)
{
  const char *const metadata[] = {"key", "a \"quoted\" line\n", "ключ", "значение",
                                  NULL};
  EsTensor tensors[] = {
      es_tensor_view ("floats", ES_DTYPE_F32, floats, 2, (gsize[]){3, 2}),
      es_tensor_view ("doubles", ES_DTYPE_F64, doubles, 1, (gsize[]){3}),
      es_tensor_view ("single", ES_DTYPE_F32, floats + 5, 0, NULL),
      es_tensor_view ("empty", ES_DTYPE_F32, NULL, 2, (gsize[]){0, 5}),
      es_tensor_view ("ints", ES_DTYPE_I64, ints, 1, (gsize[]){2}),
  };

  return es_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), metadata, error);
}

static void
test_round_trip (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsSafetensors) file = NULL;
  g_auto (GStrv) keys = NULL;
  const EsTensor *tensors, *tensor;
  gsize n;

  g_assert_true (write_example (path, &error));
  g_assert_no_error (error);
  file = es_safetensors_open (path, &error);
  g_assert_no_error (error);
  tensors = es_safetensors_get_tensors (file, &n);
  g_assert_cmpuint (n, ==, 5);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint ((gsize)(tensors[i].data - tensors[0].data) %
                          es_dtype_size (tensors[i].dtype),
                      ==, 0);
  tensor = es_safetensors_lookup (file, "floats");
  g_assert_true (es_tensor_has_shape (tensor, 2, (gsize[]){3, 2}));
  g_assert_cmpmem (tensor->data, tensor->n_bytes, floats, sizeof floats);
  tensor = es_safetensors_lookup (file, "doubles");
  g_assert_cmpmem (tensor->data, tensor->n_bytes, doubles, sizeof doubles);
  tensor = es_safetensors_lookup (file, "ints");
  g_assert_cmpmem (tensor->data, tensor->n_bytes, ints, sizeof ints);
  tensor = es_safetensors_lookup (file, "single");
  g_assert_cmpuint (tensor->n_dims, ==, 0);
  g_assert_cmpuint (tensor->n, ==, 1);
  tensor = es_safetensors_lookup (file, "empty");
  g_assert_cmpuint (tensor->n_bytes, ==, 0);
  g_assert_null (es_safetensors_lookup (file, "none"));
  g_assert_cmpstr (es_safetensors_get_metadata (file, "key"), ==,
                   "a \"quoted\" line\n");
  g_assert_cmpstr (es_safetensors_get_metadata (file, "ключ"), ==, "значение");
  g_assert_null (es_safetensors_get_metadata (file, "none"));
  keys = es_safetensors_list_metadata (file);
  g_assert_cmpuint (g_strv_length (keys), ==, 2);
  io_test_remove (folder);
}

static void
test_every_prefix (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (GBytes) whole = NULL;

  g_assert_true (write_example (path, NULL));
  whole = io_test_read (path);
  for (gsize n = 0; n < g_bytes_get_size (whole); n++) {
    /* A copy of its own, so that reading beyond it is seen. */
    g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (whole, NULL), n);
    g_autoptr (GError) error = NULL;

    g_assert_null (es_safetensors_parse (part, "FILE", &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TRUNCATED);
  }
  io_test_remove (folder);
}

static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (GBytes) before = NULL, after = NULL;
  gsize size;

  g_assert_true (write_example (path, NULL));
  before = io_test_read (path);
  size = g_bytes_get_size (before);
  for (gsize limit = 0; limit < size; limit += 13) {
    g_autoptr (GError) error = NULL;
    gboolean written;

    io_test_limit_files (limit);
    written = write_example (path, &error);
    io_test_limit_files (RLIM_INFINITY);
    g_assert_false (written);
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  }
  after = io_test_read (path);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

static void
assert_converts (EsDtype dtype, gconstpointer data, gsize n, const double *expected)
{
  EsTensor tensor = es_tensor_view ("t", dtype, data, 1, &n);
  g_autofree double *as_double = es_tensor_to_double (&tensor, "FILE", NULL);
  g_autofree float *as_float = es_tensor_to_float (&tensor, "FILE", NULL);

  for (gsize i = 0; i < n; i++) {
    if (isnan (expected[i])) {
      g_assert_true (isnan (as_double[i]) && isnan (as_float[i]));
      continue;
    }
    g_assert_cmpfloat (as_double[i], ==, expected[i]);
    g_assert_cmpfloat (as_float[i], ==,
                       fabs (expected[i]) > G_MAXFLOAT
                           ? copysign (INFINITY, expected[i])
                           : (double)(float)expected[i]);
    g_assert_true (!signbit (as_float[i]) == !signbit (expected[i]));
  }
}

static void
test_conversion (void)
{
  const guint16 half[] = {0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001,
                          0x83ff, 0x0400, 0x7c00, 0xfc00, 0x7e00, 0x3555};
  const double half_values[] = {
      0,       -0.0,     1,         -2,  65504,     0x1p-24, -1023 * 0x1p-24,
      0x1p-14, INFINITY, -INFINITY, NAN, 0x1.554p-2};
  const guint16 brain[] = {0x3f80, 0xc000, 0x7f80, 0x7fc0, 0x0001, 0x8000};
  const double brain_values[] = {1, -2, INFINITY, NAN, 0x1p-133, -0.0};
  const double wide[] = {1e39, -1e39, INFINITY, NAN, 3.4e38, 1e-50};

  assert_converts (ES_DTYPE_F16, half, G_N_ELEMENTS (half), half_values);
  assert_converts (ES_DTYPE_BF16, brain, G_N_ELEMENTS (brain), brain_values);
  assert_converts (ES_DTYPE_F64, wide, G_N_ELEMENTS (wide), wide);
  assert_converts (ES_DTYPE_BOOL, "\0\1\2", 3, (double[]){0, 1, 1});
  assert_converts (ES_DTYPE_U8, "\0\xff", 2, (double[]){0, 255});
  assert_converts (ES_DTYPE_I8, "\x7f\xff", 2, (double[]){127, -1});
  assert_converts (ES_DTYPE_U16, (guint16[]){65535}, 1, (double[]){65535});
  assert_converts (ES_DTYPE_I16, (gint16[]){-32768}, 1, (double[]){-32768});
  assert_converts (ES_DTYPE_U32, (guint32[]){G_MAXUINT32}, 1, (double[]){4294967295.0});
  assert_converts (ES_DTYPE_I32, (gint32[]){G_MININT32}, 1, (double[]){-2147483648.0});
  assert_converts (ES_DTYPE_U64, (guint64[]){G_MAXUINT64}, 1, (double[]){0x1p64});
  assert_converts (ES_DTYPE_I64, (gint64[]){-7}, 1, (double[]){-7});
  assert_converts (ES_DTYPE_F32, (float[]){-0.5f}, 1, (double[]){-0.5});
}

static void
test_golden (void)
{
  g_autofree char *path = io_test_shared ("golden/mnist-bias.safetensors");
  g_autofree char *expected = io_test_shared ("golden/mnist-bias.expected.safetensors");
  g_autoptr (EsSafetensors) file = NULL, values = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *accuracy = NULL, *k = NULL;
  g_autofree float *none = NULL;
  gsize n;

  if (path == NULL || expected == NULL)
    return;
  file = es_safetensors_open (path, &error);
  g_assert_no_error (error);
  es_safetensors_get_tensors (file, &n);
  g_assert_cmpuint (n, ==, 4);
  g_assert_true (es_tensor_has_shape (es_safetensors_lookup (file, "blocks.0.weight"),
                                      2, (gsize[]){96, 48}));
  g_assert_cmpstr (es_safetensors_get_metadata (file, "bias"), ==, "True");
  values = es_safetensors_open (expected, &error);
  g_assert_no_error (error);
  accuracy = es_safetensors_to_double (values, "test_accuracy", &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (accuracy[0], >, 0.9);
  g_assert_cmpfloat (accuracy[0], <, 1);
  k = es_safetensors_to_double (values, "truncation_k", &error);
  g_assert_no_error (error);
  for (gsize i = 1; i < es_safetensors_lookup (values, "truncation_k")->n; i++)
    g_assert_cmpfloat (k[i], >, k[i - 1]);
  none = es_safetensors_to_float (values, "none", &error);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
  g_assert_null (none);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/refusals", test_refusals);
  g_test_add_func ("/safetensors/lengths", test_lengths);
  g_test_add_func ("/safetensors/depth", test_depth);
  g_test_add_func ("/safetensors/many-values", test_many_values);
  g_test_add_func ("/safetensors/round-trip", test_round_trip);
  g_test_add_func ("/safetensors/every-prefix", test_every_prefix);
  g_test_add_func ("/safetensors/full-disk", test_full_disk);
  g_test_add_func ("/safetensors/conversion", test_conversion);
  g_test_add_func ("/safetensors/golden", test_golden);
  return g_test_run ();
}
