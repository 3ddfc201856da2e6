/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-idx.h"
#include "io-test.h"

#include <string.h>

static void
assert_refused (GBytes *bytes, EsIoError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_idx_parse (bytes, "FILE", &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  g_assert_true (g_str_has_prefix (error->message, "FILE: "));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

static EsIdx *
parse (guint8 type, guint n_dims, const guint32 *dims, gconstpointer data, gsize n)
{
  g_autoptr (GBytes) bytes = io_test_idx (type, n_dims, dims, data, n);
  GError *error = NULL;
  EsIdx *idx = es_idx_parse (bytes, "FILE", &error);

  g_assert_no_error (error);
  return idx;
}

static void
test_images (void)
{
  g_autoptr (EsIdx) three = parse (8, 3, (guint32[]){2, 1, 3}, "abcdef", 6);
  g_autoptr (EsIdx) two = parse (8, 2, (guint32[]){2, 3}, "abcdef", 6);
  g_autoptr (EsIdx) none = parse (8, 3, (guint32[]){0, 28, 28}, "", 0);
  gsize n;
  guint rows, cols;

  g_assert_true (es_idx_get_images (three, &n, &rows, &cols, NULL));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (cols, ==, 3);
  g_assert_cmpmem (three->data, three->n_bytes, "abcdef", 6);
  g_assert_true (es_idx_get_images (two, &n, &rows, &cols, NULL));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (cols, ==, 3);
  g_assert_true (es_idx_get_images (none, &n, &rows, &cols, NULL));
  g_assert_cmpuint (n, ==, 0);
}

static void
test_not_images (void)
{
  g_autoptr (EsIdx) labels = parse (8, 1, (guint32[]){3}, "abc", 3);
  g_autoptr (EsIdx) wide = parse (0x0b, 2, (guint32[]){1, 2}, "abcd", 4);
  g_autoptr (EsIdx) flat = parse (8, 3, (guint32[]){3, 0, 5}, "", 0);
  EsIdx *const all[] = {labels, wide, flat};
  gsize n;
  guint rows, cols;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (es_idx_get_images (all[i], &n, &rows, &cols, &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  }
}

static void
assert_labels (guint8 type, const char *data, gsize n_bytes, const guint16 *expected)
{
  g_autoptr (EsIdx) idx = parse (type, 1, (guint32[]){2}, data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autofree guint16 *labels = es_idx_to_labels (idx, &error);

  if (expected != NULL)
    g_assert_cmpmem (labels, 4, expected, 4);
  else
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
}

static void
test_labels (void)
{
  g_autoptr (EsIdx) images = parse (8, 2, (guint32[]){1, 2}, "ab", 2);
  g_autoptr (GError) error = NULL;

  assert_labels (0x08, "\x00\xff", 2, (guint16[]){0, 255});
  assert_labels (0x09, "\x00\x7f", 2, (guint16[]){0, 127});
  assert_labels (0x09, "\x00\xff", 2, NULL);
  assert_labels (0x0b, "\x01\x02\x7f\xff", 4, (guint16[]){0x102, 0x7fff});
  assert_labels (0x0b, "\x01\x02\xff\xff", 4, NULL);
  assert_labels (0x0c, "\0\0\xff\xff\0\0\1\0", 8, (guint16[]){65535, 256});
  assert_labels (0x0c, "\0\1\0\0\0\0\1\0", 8, NULL);
  assert_labels (0x0c, "\xff\xff\xff\xff\0\0\1\0", 8, NULL);
  g_assert_null (es_idx_to_labels (images, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "images?"));
}

static void
test_refusals (void)
{
  const struct
  {
    GBytes *bytes;
    EsIoError code;
    const char *part;
  } cases[] = {
      {io_test_idx (8, 3, (guint32[]){2, 1, 3}, "abcdefg", 7), ES_IO_ERROR_FORMAT,
       "bytes after the 6"},
      {io_test_idx (8, 3, (guint32[]){G_MAXUINT32, G_MAXUINT32, G_MAXUINT32}, "a", 1),
       ES_IO_ERROR_TOO_LARGE, "counted"},
      {io_test_idx (8, 3, (guint32[]){G_MAXUINT32, G_MAXUINT32, 0}, "a", 1),
       ES_IO_ERROR_FORMAT, "bytes after the 0"},
      {io_test_idx (8, 2, (guint32[]){G_MAXUINT32, 2}, "a", 1), ES_IO_ERROR_TOO_LARGE,
       "limit is"},
      {io_test_idx (8, 1, (guint32[]){1000000000}, "a", 1), ES_IO_ERROR_TRUNCATED,
       "has only 9 in all"},
      {io_test_idx (0x0d, 1, (guint32[]){1}, "abcd", 4), ES_IO_ERROR_UNSUPPORTED,
       "0x0d"},
      {io_test_idx (8, 4, (guint32[]){1, 1, 1, 1}, "a", 1), ES_IO_ERROR_UNSUPPORTED,
       "4 dimensions"},
      {io_test_idx (8, 0, NULL, "a", 1), ES_IO_ERROR_UNSUPPORTED, "0 dimensions"},
      {g_bytes_new_static ("PK\3\4", 4), ES_IO_ERROR_FORMAT, "50 4b"},
      {g_bytes_new_static ("", 0), ES_IO_ERROR_TRUNCATED, "ends after 0 of the 4"},
      {g_bytes_new_static ("\x1f\x8b", 2), ES_IO_ERROR_TRUNCATED, "gzip"},
      {g_bytes_new_static ("\x1f\x8bxxxxxxxxxxxx", 14), ES_IO_ERROR_FORMAT, "gzip"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_refused (cases[i].bytes, cases[i].code, cases[i].part);
    g_bytes_unref (cases[i].bytes);
  }
}

static void
test_every_prefix (void)
{
  const guint32 dims[] = {40, 2, 3};
  g_autofree char *data = g_strnfill (240, 'x');
  g_autoptr (GBytes) plain = io_test_idx (8, 3, dims, data, 240);
  g_autoptr (GBytes) zipped =
      io_test_gzip (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  GBytes *const both[] = {plain, zipped};

  for (guint b = 0; b < 2; b++)
    for (gsize n = 0; n < g_bytes_get_size (both[b]); n++) {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (both[b], NULL), n);
      g_autoptr (GError) error = NULL;

      g_assert_null (es_idx_parse (part, "FILE", &error));
      g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TRUNCATED);
    }
}

static void
test_gzip (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "images", NULL);
  const guint32 dims[] = {3000, 30, 30};
  gsize n = 3000 * 900;
  g_autofree guint8 *data = g_malloc (n);
  g_autoptr (GBytes) plain = NULL, zipped = NULL, damaged = NULL;
  g_autoptr (EsIdx) idx = NULL, header = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *copy;

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8)(i * i >> 7);
  plain = io_test_idx (8, 3, dims, data, n);
  zipped = io_test_gzip (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  io_test_write (path, g_bytes_get_data (zipped, NULL), g_bytes_get_size (zipped));
  idx = es_idx_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (idx->data, idx->n_bytes, data, n);
  header = es_idx_open_header (path, &error);
  g_assert_no_error (error);
  g_assert_null (header->data);
  g_assert_cmpuint (header->dims[0], ==, 3000);
  copy = g_memdup2 (g_bytes_get_data (zipped, NULL), g_bytes_get_size (zipped));
  copy[g_bytes_get_size (zipped) - 8] ^= 1; /* the checksum */
  damaged = g_bytes_new_take (copy, g_bytes_get_size (zipped));
  assert_refused (damaged, ES_IO_ERROR_FORMAT, "gzip");
  io_test_remove (folder);
}

/* A small gzip file that claims much must be refused without taking the memory. */
static void
test_gzip_claims (void)
{
  g_autoptr (GBytes) plain = io_test_idx (8, 2, (guint32[]){1, 1000000000}, "a", 1);
  g_autoptr (GBytes) extra = io_test_idx (8, 1, (guint32[]){1}, "ab", 2);
  g_autoptr (GBytes) zipped =
      io_test_gzip (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  g_autoptr (GBytes) zipped_extra =
      io_test_gzip (g_bytes_get_data (extra, NULL), g_bytes_get_size (extra));

  assert_refused (zipped, ES_IO_ERROR_TRUNCATED, "(gzip)");
  assert_refused (zipped_extra, ES_IO_ERROR_FORMAT, "bytes after the 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idx/images", test_images);
  g_test_add_func ("/idx/not-images", test_not_images);
  g_test_add_func ("/idx/labels", test_labels);
  g_test_add_func ("/idx/refusals", test_refusals);
  g_test_add_func ("/idx/every-prefix", test_every_prefix);
  g_test_add_func ("/idx/gzip", test_gzip);
  g_test_add_func ("/idx/gzip-claims", test_gzip_claims);
  return g_test_run ();
}
