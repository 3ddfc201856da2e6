/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npy.h"
#include "io-test.h"

#include <string.h>

/* An array file of version @major with this dictionary and data. */
static GBytes *
make_npy (guint8 major, const char *dictionary, gconstpointer data, gsize n_bytes)
{
  GByteArray *file = g_byte_array_new ();
  gsize n = strlen (dictionary);
  const guint8 length[4] = {(guint8)n, (guint8)(n >> 8), 0, 0};

  g_byte_array_append (file, (const guint8 *)"\x93NUMPY", 6);
  g_byte_array_append (file, &major, 1);
  g_byte_array_append (file, (const guint8 *)"", 1);
  g_byte_array_append (file, length, major == 1 ? 2 : 4);
  g_byte_array_append (file, (const guint8 *)dictionary, (guint)n);
  g_byte_array_append (file, data, (guint)n_bytes);
  return g_byte_array_free_to_bytes (file);
}

#define DICTIONARY(descr, order, shape)                                                \
  "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }"

static void
assert_values (guint8 major,
               const char *dictionary,
               gconstpointer data,
               gsize n_bytes,
               const double *expected,
               gsize n)
{
  g_autoptr (GBytes) bytes = make_npy (major, dictionary, data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsArray) array = es_npy_parse (bytes, "a", "FILE", &error);
  g_autofree double *values = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (array->tensor.n, ==, n);
  values = es_tensor_to_double (&array->tensor, "FILE", NULL);
  g_assert_cmpmem (values, n * sizeof *values, expected, n * sizeof *expected);
}

static void
test_types (void)
{
  const double two[] = {1, -2};

  assert_values (1, DICTIONARY ("<f4", "False", "(2,)"), "\0\0\x80\x3f\0\0\0\xc0", 8,
                 two, 2);
  assert_values (1, DICTIONARY (">f4", "False", "(2,)"), "\x3f\x80\0\0\xc0\0\0\0", 8,
                 two, 2);
  assert_values (2, DICTIONARY ("<i2", "False", "(2,)"), "\1\0\xfe\xff", 4, two, 2);
  assert_values (3, DICTIONARY (">i2", "True", "(2,)"), "\0\1\xff\xfe", 4, two, 2);
  assert_values (1, DICTIONARY ("|i1", "False", "(1, 2)"), "\1\xfe", 2, two, 2);
  assert_values (1, DICTIONARY ("=f2", "False", "(2,)"), "\0\x3c\0\xc0", 4, two, 2);
  assert_values (1, DICTIONARY (">f8", "False", "()"), "\x3f\xf0\0\0\0\0\0\0", 8, two,
                 1);
  assert_values (1, DICTIONARY ("|b1", "False", "(2,)"), "\1\0", 2, (double[]){1, 0},
                 2);
  assert_values (1, DICTIONARY ("<u8", "False", "(1,)"), "\0\0\0\0\0\0\0\x80", 8,
                 (double[]){0x1p63}, 1);
  assert_values (1, DICTIONARY ("<f4", "True", "(3, 0)"), "", 0, two, 0);
  assert_values (1, "{\"shape\":(2,),\"descr\":\"<i2\",\"fortran_order\":False}\n",
                 "\1\0\xfe\xff", 4, two, 2);
}

static void
test_fortran (void)
{
  /* Element (i, j, k) of a 2 × 3 × 2 array is 100 i + 10 j + k. */
  gint16 data[12];
  double expected[12];
  gsize at = 0;

  for (gint16 k = 0; k < 2; k++)
    for (gint16 j = 0; j < 3; j++)
      for (gint16 i = 0; i < 2; i++)
        data[at++] = (gint16)GUINT16_TO_BE ((guint16)(100 * i + 10 * j + k));
  at = 0;
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < 2; k++)
        expected[at++] = 100 * i + 10 * j + k;
  assert_values (1, DICTIONARY (">i2", "True", "(2, 3, 2)"), data, sizeof data,
                 expected, 12);
}

static const struct
{
  const char *dictionary;
  gsize n_bytes;
  EsIoError code;
  const char *part;
} refusals[] = {
    {DICTIONARY ("<f4", "False", "(2,)"), 7, ES_IO_ERROR_TRUNCATED, "needs 8"},
    {DICTIONARY ("<f4", "False", "(2,)"), 9, ES_IO_ERROR_FORMAT, "needs 8"},
    {DICTIONARY ("|O", "False", "(1,)"), 8, ES_IO_ERROR_UNSUPPORTED, "Python objects"},
    {DICTIONARY ("<U4", "False", "(1,)"), 16, ES_IO_ERROR_UNSUPPORTED, "<U4"},
    {DICTIONARY ("<c8", "False", "(1,)"), 8, ES_IO_ERROR_UNSUPPORTED, "<c8"},
    {DICTIONARY ("<f16", "False", "(1,)"), 16, ES_IO_ERROR_UNSUPPORTED, "<f16"},
    {DICTIONARY ("", "False", "(1,)"), 4, ES_IO_ERROR_UNSUPPORTED, "the type"},
    {DICTIONARY ("<f4aaaaaaaaaaaaaaaaaaaaaaaaaaa", "False", "(1,)"), 4,
     ES_IO_ERROR_FORMAT, "quotation"},
    {"{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4,
     ES_IO_ERROR_UNSUPPORTED, "structured"},
    {DICTIONARY ("<f4", "Maybe", "(1,)"), 4, ES_IO_ERROR_FORMAT, "True or False"},
    {DICTIONARY ("<f4", "False", "(-1,)"), 4, ES_IO_ERROR_FORMAT, "sizes"},
    {DICTIONARY ("<f4", "False", "(1"), 4, ES_IO_ERROR_FORMAT, "sizes"},
    {DICTIONARY ("<f4", "False", "1"), 4, ES_IO_ERROR_FORMAT, "parentheses"},
    {DICTIONARY ("<f4", "False", "(1 1)"), 4, ES_IO_ERROR_FORMAT, "comma"},
    {DICTIONARY ("<f4", "False", "(99999999999999999999,)"), 4, ES_IO_ERROR_FORMAT,
     "sizes"},
    {DICTIONARY ("<f4", "False", "(9999999999,9999999999,)"), 4, ES_IO_ERROR_FORMAT,
     "counted"},
    {DICTIONARY ("<f4", "False", "(9223372036854775808,)"), 4, ES_IO_ERROR_FORMAT,
     "counted"},
    {DICTIONARY ("<f4", "False", "(1,1,1,1,1,1,1,1,1)"), 4, ES_IO_ERROR_UNSUPPORTED,
     "8 dimensions"},
    {"{'descr': '<f4', 'shape': (1,)}", 4, ES_IO_ERROR_FORMAT, "once each"},
    {"{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", 4, ES_IO_ERROR_FORMAT,
     "once each"},
    {"{'x': 1}", 4, ES_IO_ERROR_FORMAT, "once each"},
    {"{}", 4, ES_IO_ERROR_FORMAT, "once each"},
    {"", 4, ES_IO_ERROR_FORMAT, "brace"},
    {"{'descr'", 0, ES_IO_ERROR_FORMAT, "colon"},
    {"{'descr", 0, ES_IO_ERROR_FORMAT, "colon"},
};

static void
assert_refused (GBytes *bytes, EsIoError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_npy_parse (bytes, "a", "FILE", &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  if (!g_str_has_prefix (error->message, "FILE: ") ||
      strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

static void
test_refusals (void)
{
  const char zeros[16] = {0};
  g_autoptr (GBytes) version = make_npy (4, "{}", "", 0);
  g_autoptr (GBytes) other = g_bytes_new_static ("PK\3\4aaaaaaaaaa", 14);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) huge = g_bytes_new_static ("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14);
  g_autoptr (GBytes) beyond = g_bytes_new_static ("\x93NUMPY\1\0\x20\0{}", 12);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autoptr (GBytes) bytes =
        make_npy (1, refusals[i].dictionary, zeros, refusals[i].n_bytes);

    assert_refused (bytes, refusals[i].code, refusals[i].part);
  }
  assert_refused (version, ES_IO_ERROR_UNSUPPORTED, "version 4");
  assert_refused (other, ES_IO_ERROR_FORMAT, "not an .npy");
  assert_refused (empty, ES_IO_ERROR_TRUNCATED, "0 bytes");
  assert_refused (huge, ES_IO_ERROR_FORMAT, "10000");
  assert_refused (beyond, ES_IO_ERROR_TRUNCATED, "within its array header");
}

static void
test_round_trip (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npy", NULL);
  const float data[6] = {1, -2, 3e-30f, 4, 5, 6};
  const gsize dims[] = {1, 2, 3};

  for (guint n_dims = 0; n_dims <= 3; n_dims++) {
    EsTensor tensor =
        es_tensor_view ("a", ES_DTYPE_F32, data, n_dims, dims + 3 - n_dims);
    g_autoptr (GError) error = NULL;
    g_autoptr (EsArray) array = NULL;
    g_autoptr (GBytes) bytes = NULL;

    g_assert_true (es_npy_write (path, &tensor, &error));
    g_assert_no_error (error);
    array = es_npy_open (path, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (array->tensor.name, ==, "a.npy");
    g_assert_true (es_tensor_has_shape (&array->tensor, n_dims, tensor.dims));
    g_assert_cmpmem (array->tensor.data, array->tensor.n_bytes, data, tensor.n_bytes);
    bytes = io_test_read (path);
    g_assert_cmpuint (g_bytes_get_size (bytes) - tensor.n_bytes, ==, 128);
    for (gsize n = 0; n < g_bytes_get_size (bytes); n++) {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (bytes, NULL), n);

      assert_refused (part, ES_IO_ERROR_TRUNCATED, "");
    }
  }
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/npy/types", test_types);
  g_test_add_func ("/npy/fortran", test_fortran);
  g_test_add_func ("/npy/refusals", test_refusals);
  g_test_add_func ("/npy/round-trip", test_round_trip);
  return g_test_run ();
}
