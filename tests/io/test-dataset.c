/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* Writes an IDX file, gzip if @name says so. */
static void
put (const char *folder, const char *name, guint n_dims, const guint32 *dims)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize n = 1;
  g_autofree guint8 *data = NULL;
  g_autoptr (GBytes) plain = NULL, zipped = NULL;
  GBytes *file;

  for (guint i = 0; i < n_dims; i++)
    n *= dims[i];
  data = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    data[i] = (guint8)(i % (n_dims == 1 ? 3 : 200));
  plain = io_test_idx (8, n_dims, dims, data, n);
  zipped = io_test_gzip (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  file = g_str_has_suffix (name, ".gz") ? zipped : plain;
  io_test_write (path, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

/* A dataset of 6 and 4 images of 2 × 3 pixels in 3 classes, its names mixed. */
static char *
make_dataset (const char *root, const char *name)
{
  char *folder = g_build_filename (root, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  put (folder, "train-images-idx3-ubyte", 3, (guint32[]){6, 2, 3});
  put (folder, "train-labels-idx1-ubyte.gz", 1, (guint32[]){6});
  put (folder, "t10k-images.idx3-ubyte.gz", 3, (guint32[]){4, 2, 3});
  put (folder, "t10k-labels.idx1-ubyte", 1, (guint32[]){4});
  return folder;
}

static void
assert_loads (const char *name_or_folder, const char *name, const char *first_class)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsDataset) dataset = es_dataset_load (name_or_folder, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (dataset->name, ==, name);
  g_assert_true (g_path_is_absolute (dataset->path));
  g_assert_true (g_str_has_suffix (dataset->path, name));
  g_assert_cmpuint (dataset->rows, ==, 2);
  g_assert_cmpuint (dataset->cols, ==, 3);
  g_assert_cmpuint (dataset->train.N, ==, 6);
  g_assert_cmpuint (dataset->test.N, ==, 4);
  g_assert_cmpuint (dataset->train.pixels[35], ==, 35);
  g_assert_cmpuint (dataset->test.labels[2], ==, 2);
  g_assert_cmpstr (dataset->class_names[0], ==, first_class);
}

static void
assert_fails (const char *name_or_folder, EsIoError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_dataset_load (name_or_folder, NULL, &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

static void
test_search (void)
{
  char *root = io_test_folder ();
  g_autofree char *user =
      g_build_filename (g_get_user_data_dir (), "eigenscope", "datasets", NULL);
  g_autofree char *folder = make_dataset (root, "mine");
  g_autofree char *second = make_dataset (user, "second");
  g_autofree char *hidden = g_build_filename (user, "mine", NULL);
  g_autofree char *with_slash = g_strconcat (folder, "/", NULL);

  g_assert_cmpint (g_mkdir (hidden, 0755), ==, 0);
  g_setenv ("EIGENSCOPE_DATA", root, TRUE);
  assert_loads ("mine", "mine", "0");
  assert_loads ("second", "second", "0");
  assert_loads (second, "second", "0");
  assert_loads (with_slash, "mine", "0");
  g_unsetenv ("EIGENSCOPE_DATA");
  assert_fails ("mine", ES_IO_ERROR_NOT_FOUND, "train-labels-idx1-ubyte");
  assert_fails ("nowhere", ES_IO_ERROR_NOT_FOUND, "/usr/share/eigenscope/datasets");
  assert_fails ("nowhere", ES_IO_ERROR_NOT_FOUND, user);
  assert_fails ("./nowhere", ES_IO_ERROR_NOT_FOUND, "no such folder");
  assert_fails ("", ES_IO_ERROR_NOT_FOUND, "no such folder");
  g_assert_cmpint (g_rmdir (hidden), ==, 0);
  io_test_remove (root);
}

static void
test_class_names (void)
{
  char *root = io_test_folder ();
  g_autofree char *folder = make_dataset (root, "Fashion_MNIST");
  g_autofree char *names = g_build_filename (folder, "classes.txt", NULL);

  assert_loads (folder, "Fashion_MNIST", "T-shirt/top");
  io_test_write (names, "été\r\n b \nc\n\n", 12);
  assert_loads (folder, "Fashion_MNIST", "été");
  io_test_write (names, "a\nb\n", 4);
  assert_fails (folder, ES_IO_ERROR_FORMAT, "2 class names; the labels go up to 2");
  io_test_write (names, "\xff\nb\nc", 5);
  assert_fails (folder, ES_IO_ERROR_FORMAT, "UTF-8");
  io_test_remove (root);
}

static void
test_misfits (void)
{
  char *root = io_test_folder ();
  g_autofree char *folder = make_dataset (root, "d");
  g_autofree char *labels = g_build_filename (folder, "t10k-labels.idx1-ubyte", NULL);

  put (folder, "train-images-idx3-ubyte", 3, (guint32[]){5, 2, 3});
  assert_fails (folder, ES_IO_ERROR_FORMAT, "has 5 images");
  put (folder, "train-images-idx3-ubyte", 3, (guint32[]){6, 3, 3});
  assert_fails (folder, ES_IO_ERROR_FORMAT, "3 × 3 pixels and test images of 2 × 3");
  put (folder, "train-images-idx3-ubyte", 1, (guint32[]){6});
  assert_fails (folder, ES_IO_ERROR_FORMAT, "labels?");
  put (folder, "train-images-idx3-ubyte", 3, (guint32[]){6, 2, 3});
  put (folder, "t10k-images.idx3-ubyte.gz", 3, (guint32[]){0, 2, 3});
  put (folder, "t10k-labels.idx1-ubyte", 1, (guint32[]){0});
  assert_fails (folder, ES_IO_ERROR_FORMAT, "has no images");
  g_assert_cmpint (g_remove (labels), ==, 0);
  assert_fails (folder, ES_IO_ERROR_NOT_FOUND, "t10k-labels-idx1-ubyte");
  io_test_remove (root);
}

static gboolean
stop (double fraction, const char *message, gpointer data)
{
  return FALSE;
}

static void
test_cancel (void)
{
  char *root = io_test_folder ();
  g_autofree char *folder = make_dataset (root, "d");
  EsProgress progress = {stop, NULL};
  g_autoptr (GError) error = NULL;

  g_assert_null (es_dataset_load (folder, &progress, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
  io_test_remove (root);
}

static const EsDatasetInfo *
find_info (GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    if (strcmp (((EsDatasetInfo *)list->pdata[i])->name, name) == 0)
      return list->pdata[i];
  return NULL;
}

static void
test_list (void)
{
  char *root = io_test_folder ();
  g_autofree char *folder = make_dataset (root, "mine");
  g_autofree char *broken = make_dataset (root, "broken");
  g_autofree char *lost = g_build_filename (broken, "t10k-labels.idx1-ubyte", NULL);
  g_autofree char *other = g_build_filename (root, "other", NULL);
  g_autoptr (GPtrArray) list = NULL;
  const EsDatasetInfo *info;

  g_assert_cmpint (g_remove (lost), ==, 0);
  g_assert_cmpint (g_mkdir (other, 0755), ==, 0);
  g_setenv ("EIGENSCOPE_DATA", root, TRUE);
  list = es_dataset_list ();
  g_unsetenv ("EIGENSCOPE_DATA");
  info = list->pdata[0];
  g_assert_cmpstr (info->name, ==, "glyphs");
  g_assert_true (info->is_builtin);
  info = find_info (list, "mine");
  g_assert_cmpstr (info->folder, ==, folder);
  g_assert_null (info->problem);
  g_assert_cmpuint (info->n_train, ==, 6);
  g_assert_cmpuint (info->n_test, ==, 4);
  g_assert_cmpuint (info->rows, ==, 2);
  g_assert_cmpuint (info->cols, ==, 3);
  g_assert_cmpuint (info->n_classes, ==, 3);
  info = find_info (list, "broken");
  g_assert_nonnull (strstr (info->problem, "t10k-labels-idx1-ubyte"));
  g_assert_cmpuint (info->n_train, ==, 0);
  info = find_info (list, "kmnist");
  g_assert_null (info->folder);
  g_assert_cmpstr (info->places[0], !=, NULL);
  g_assert_null (find_info (list, "other"));
  io_test_remove (root);
}

/* A folder of the same name does not get in the way. */
static void
test_glyphs (void)
{
  char *root = io_test_folder ();
  g_autofree char *folder = make_dataset (root, "glyphs");
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("EIGENSCOPE_DATA", root, TRUE);
  dataset = es_dataset_load ("glyphs", NULL, &error);
  g_unsetenv ("EIGENSCOPE_DATA");
  g_assert_no_error (error);
  g_assert_cmpuint (dataset->train.N, ==, 12000);
  g_assert_cmpuint (dataset->test.N, ==, 2000);
  g_assert_cmpuint (dataset->n_classes, ==, 10);
  g_assert_cmpstr (dataset->name, ==, "glyphs");
  g_assert_null (dataset->path);
  assert_loads (folder, "glyphs", "0");
  io_test_remove (root);
}

static void
test_mnist (void)
{
  static const guint histogram[10] = {5923, 6742, 5958, 6131, 5842,
                                      5421, 5918, 6265, 5851, 5949};
  g_autofree char *folder = io_test_shared ("data/mnist");
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *md5 = NULL;
  guint counts[10] = {0};

  if (folder == NULL)
    return;
  dataset = es_dataset_load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dataset->train.N, ==, 60000);
  g_assert_cmpuint (dataset->test.N, ==, 10000);
  g_assert_cmpuint (dataset->n_classes, ==, 10);
  for (gsize n = 0; n < dataset->train.N; n++)
    counts[dataset->train.labels[n]]++;
  g_assert_cmpmem (counts, sizeof counts, histogram, sizeof histogram);
  /* Of the pixels, without the 16 bytes before them. */
  md5 = g_compute_checksum_for_data (G_CHECKSUM_MD5, dataset->test.pixels,
                                     (gsize)10000 * 784);
  g_assert_cmpstr (md5, ==, "240610fa99e73bfa49df8e7fc24d3206");
}

int
main (int argc, char **argv)
{
  char *home = io_test_folder ();
  int status;

  /* Before GLib asks for it; G_TEST_OPTION_ISOLATE_DIRS would leak. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_unsetenv ("EIGENSCOPE_DATA");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset/search", test_search);
  g_test_add_func ("/dataset/class-names", test_class_names);
  g_test_add_func ("/dataset/misfits", test_misfits);
  g_test_add_func ("/dataset/cancel", test_cancel);
  g_test_add_func ("/dataset/list", test_list);
  g_test_add_func ("/dataset/glyphs", test_glyphs);
  g_test_add_func ("/dataset/mnist", test_mnist);
  status = g_test_run ();
  io_test_remove (home);
  return status;
}
