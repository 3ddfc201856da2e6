/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npz.h"
#include "io-test.h"

#include <string.h>
#include <sys/resource.h>

static const float floats[6] = {0.5f, -1, 2, 3, 4, 5};
static const gint64 ints[2] = {G_MININT64, 7};

static gboolean
write_example (const char *path, GError **error)
{
  EsTensor tensors[] = {
      es_tensor_view ("floats", ES_DTYPE_F32, floats, 2, (gsize[]){2, 3}),
      es_tensor_view ("ints", ES_DTYPE_I64, ints, 1, (gsize[]){2}),
      es_tensor_view ("empty", ES_DTYPE_F64, NULL, 1, (gsize[]){0}),
  };

  return es_npz_write (path, tensors, G_N_ELEMENTS (tensors), NULL, error);
}

static void
test_round_trip (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  g_autofree char *again = g_build_filename (folder, "b.npz", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsNpz) npz = NULL;
  g_autoptr (EsArray) array = NULL, whole = NULL, none = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL;

  g_assert_true (write_example (path, &error));
  g_assert_no_error (error);
  npz = es_npz_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (es_npz_get_names (npz),
                    ((const char *[]){"floats", "ints", "empty", NULL}));
  array = es_npz_read (npz, "floats", &error);
  g_assert_no_error (error);
  g_assert_true (es_tensor_has_shape (&array->tensor, 2, (gsize[]){2, 3}));
  g_assert_cmpmem (array->tensor.data, array->tensor.n_bytes, floats, sizeof floats);
  whole = es_npz_read (npz, "ints", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (whole->tensor.data, whole->tensor.n_bytes, ints, sizeof ints);
  none = es_npz_read (npz, "empty", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->tensor.n, ==, 0);
  g_assert_null (es_npz_read (npz, "other", &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
  g_assert_true (write_example (again, NULL));
  first = io_test_read (path);
  second = io_test_read (again);
  g_assert_true (g_bytes_equal (first, second));
  /* Time and date of the first entry: midnight of 1 January 1980. */
  g_assert_cmpmem ((const char *)g_bytes_get_data (first, NULL) + 10, 4, "\0\0\x21\0",
                   4);
  io_test_remove (folder);
}

/* Opens the archive and reads all of it. */
static gboolean
read_everything (GBytes *bytes, GError **error)
{
  g_autoptr (EsNpz) npz = es_npz_parse (bytes, "FILE", error);

  if (npz == NULL)
    return FALSE;
  for (const char *const *name = es_npz_get_names (npz); *name != NULL; name++) {
    g_autoptr (EsArray) array = es_npz_read (npz, *name, error);

    if (array == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
test_every_prefix (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  g_autoptr (GBytes) whole = NULL;

  g_assert_true (write_example (path, NULL));
  whole = io_test_read (path);
  g_assert_true (read_everything (whole, NULL));
  for (gsize n = 0; n < g_bytes_get_size (whole); n++) {
    g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (whole, NULL), n);
    g_autoptr (GError) error = NULL;

    g_assert_false (read_everything (part, &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  }
  io_test_remove (folder);
}

/* Any byte may be wrong: an error or other numbers, but never a crash. */
static void
test_every_damage (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  g_autoptr (GBytes) whole = NULL;
  guint n_refused = 0;

  g_assert_true (write_example (path, NULL));
  whole = io_test_read (path);
  for (gsize i = 0; i < g_bytes_get_size (whole); i++) {
    guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));
    g_autoptr (GBytes) damaged = g_bytes_new_take (copy, g_bytes_get_size (whole));
    g_autoptr (GError) error = NULL;

    copy[i] ^= 0xff;
    if (read_everything (damaged, &error))
      continue;
    g_assert_true (error != NULL && error->domain == ES_IO_ERROR);
    n_refused++;
  }
  g_assert_cmpuint (n_refused, >, g_bytes_get_size (whole) / 2);
  io_test_remove (folder);
}

/* Overwrites the four bytes at @from the start of the one central directory entry. */
static GBytes *
patch_directory (GBytes *bytes, gsize from, guint32 value)
{
  gsize n = g_bytes_get_size (bytes);
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
  guint8 *entry = memmem (copy, n, "PK\1\2", 4);

  g_assert_nonnull (entry);
  value = GUINT32_TO_LE (value);
  memcpy (entry + from, &value, sizeof value);
  return g_bytes_new_take (copy, n);
}

static void
test_claims (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, floats, 1, (gsize[]){6});
  g_autoptr (GBytes) whole = NULL;
  /* Offsets in the entry: 20 compressed size, 24 size. */
  const struct
  {
    gsize from;
    guint32 value;
  } patches[] = {{24, 0xfffffffe}, {24, 151}, {24, 153}, {24, 0}, {20, 0xfffffffe}};

  g_assert_true (es_npz_write (path, &tensor, 1, NULL, NULL));
  whole = io_test_read (path);
  for (guint i = 0; i < G_N_ELEMENTS (patches); i++) {
    g_autoptr (GBytes) patched =
        patch_directory (whole, patches[i].from, patches[i].value);
    g_autoptr (GError) error = NULL;

    g_assert_false (read_everything (patched, &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  }
  io_test_remove (folder);
}

static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  g_autoptr (GError) error = NULL;
  gboolean written;

  io_test_limit_files (100);
  written = write_example (path, &error);
  io_test_limit_files (RLIM_INFINITY);
  g_assert_false (written);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  io_test_remove (folder);
}

typedef struct
{
  double stop_at; /* beyond 1: never */
  double latest;
  guint n;
} Watched;

static gboolean
watch (double fraction, const char *message, gpointer data)
{
  Watched *watched = data;

  g_assert_cmpfloat (fraction, >=, watched->latest);
  g_assert_cmpfloat (fraction, <=, 1);
  watched->latest = fraction;
  watched->n++;
  return fraction < watched->stop_at;
}

/* Progress grows to the whole; stopped in between or at its very end, the file that was
   there stays, and none beside it. */
static void
test_progress (void)
{
  static const double stops[] = {0, 0.5, 1};
  const gsize n = 200000;
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.npz", NULL);
  g_autofree float *values = g_new0 (float, n);
  EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, values, 1, &n);
  Watched whole = {.stop_at = 2};
  const EsProgress progress = {watch, &whole};
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (es_npz_write (path, &tensor, 1, &progress, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (whole.latest, ==, 1);
  g_assert_cmpuint (whole.n, >, 20);
  before = io_test_read (path);
  values[7] = 1;
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++) {
    Watched watched = {.stop_at = stops[i]};
    const EsProgress stopping = {watch, &watched};
    g_autoptr (GError) stopped = NULL;
    g_autoptr (GBytes) after = NULL;

    g_assert_false (es_npz_write (path, &tensor, 1, &stopping, &stopped));
    g_assert_error (stopped, ES_ERROR, ES_ERROR_CANCELLED);
    g_assert_cmpfloat (watched.latest, <=, stops[i] + 0.1);
    after = io_test_read (path);
    g_assert_true (g_bytes_equal (before, after));
    g_assert_cmpuint (io_test_count (folder), ==, 1);
  }
  io_test_remove (folder);
}

static void
test_unknown_type (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  EsTensor tensors[] = {
      es_tensor_view ("a", ES_DTYPE_F32, floats, 1, (gsize[]){6}),
      es_tensor_view ("b", ES_DTYPE_BF16, floats, 1, (gsize[]){2}),
  };
  g_autoptr (GError) npz_error = NULL, npy_error = NULL;

  g_assert_false (es_npz_write (path, tensors, 2, NULL, &npz_error));
  g_assert_error (npz_error, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED);
  g_assert_false (es_npy_write (path, &tensors[1], &npy_error));
  g_assert_error (npy_error, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  io_test_remove (folder);
}

/* NumPy opens what we write, and we open what it writes. */
static void
test_numpy (void)
{
  const char *script =
      "import sys, numpy as n\n"
      "a = n.load(sys.argv[1])\n"
      "assert sorted(a) == ['empty', 'floats', 'ints']\n"
      "assert a['floats'].dtype == n.float32 and a['floats'].shape == (2, 3)\n"
      "assert a['floats'].tolist() == [[0.5, -1, 2], [3, 4, 5]]\n"
      "assert a['ints'].tolist() == [-2**63, 7] and a['empty'].shape == (0,)\n"
      "x = n.arange(24).reshape(2, 3, 4)\n"
      "n.savez_compressed(sys.argv[2], a=n.asfortranarray(x.astype('>f8')), b=x)\n";
  char *folder = io_test_folder ();
  g_autofree char *ours = g_build_filename (folder, "ours.npz", NULL);
  g_autofree char *theirs = g_build_filename (folder, "theirs.npz", NULL);
  const char *probe[] = {"/usr/bin/python3", "-c", "import numpy", NULL};
  const char *check[] = {"/usr/bin/python3", "-c", script, ours, theirs, NULL};
  const GSpawnFlags quiet = G_SPAWN_STDERR_TO_DEV_NULL;
  int status;

  g_assert_true (write_example (ours, NULL));
  if (!g_spawn_sync (NULL, (char **)probe, NULL, quiet, NULL, NULL, NULL, NULL, &status,
                     NULL) ||
      status != 0) {
    g_test_skip ("NumPy not found");
  } else {
    g_autoptr (EsNpz) npz = NULL;

    g_assert_true (g_spawn_sync (NULL, (char **)check, NULL, 0, NULL, NULL, NULL, NULL,
                                 &status, NULL));
    g_assert_cmpint (status, ==, 0);
    npz = es_npz_open (theirs, NULL);
    for (const char *const *name = es_npz_get_names (npz); *name != NULL; name++) {
      g_autoptr (EsArray) array = es_npz_read (npz, *name, NULL);
      g_autofree double *values = es_tensor_to_double (&array->tensor, "FILE", NULL);

      g_assert_true (es_tensor_has_shape (&array->tensor, 3, (gsize[]){2, 3, 4}));
      for (guint i = 0; i < 24; i++)
        g_assert_cmpfloat (values[i], ==, i);
    }
  }
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/npz/round-trip", test_round_trip);
  g_test_add_func ("/npz/every-prefix", test_every_prefix);
  g_test_add_func ("/npz/every-damage", test_every_damage);
  g_test_add_func ("/npz/claims", test_claims);
  g_test_add_func ("/npz/full-disk", test_full_disk);
  g_test_add_func ("/npz/progress", test_progress);
  g_test_add_func ("/npz/unknown-type", test_unknown_type);
  g_test_add_func ("/npz/numpy", test_numpy);
  return g_test_run ();
}
