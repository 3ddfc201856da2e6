/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-opening.h"

#include "es-attack-record.h"
#include "es-npy.h"
#include "es-npz.h"
#include "es-origin.h"
#include "es-safetensors.h"

#include <gdk/gdk.h>
#include <math.h>

static char *folder;

static char *
place (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static EsOpened *
read_kind (const char *name, EsOpenedKind kind)
{
  g_autofree char *path = place (name);
  g_autoptr (GError) error = NULL;
  EsOpened *opened = es_opened_read (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (opened->kind, ==, kind);
  g_assert_cmpstr (opened->path, ==, path);
  return opened;
}

/* The weights of a network of P 6, H 4, C 3 in @names of tensors. */
static void
write_weights (const char *name, gsize head_width)
{
  static const float data[64] = {1, 2, 3, NAN};
  const EsTensor tensors[] = {
      es_tensor_view ("embed.weight", ES_DTYPE_F32, data, 2, (gsize[]){4, 6}),
      es_tensor_view ("blocks.0.weight", ES_DTYPE_F32, data, 2, (gsize[]){8, 4}),
      es_tensor_view ("head.weight", ES_DTYPE_F32, data, 2, (gsize[]){3, head_width}),
  };
  g_autofree char *path = place (name);

  if (g_str_has_suffix (name, ".npz"))
    g_assert_true (es_npz_write (path, tensors, 3, NULL, NULL));
  else
    g_assert_true (es_safetensors_write (path, tensors, 3, NULL, NULL));
}

/* The same container holds a network, images or anything: the content decides. */
static void
test_npz (void)
{
  static const guint8 pixels[20 * 16], labels[20] = {0, 1, 0, 1};
  const EsTensor images[] = {
      es_tensor_view ("x_train", ES_DTYPE_U8, pixels, 3, (gsize[]){20, 4, 4}),
      es_tensor_view ("y_train", ES_DTYPE_U8, labels, 1, (gsize[]){20}),
  };
  const EsTensor other[] = {
      es_tensor_view ("a", ES_DTYPE_U8, pixels, 2, (gsize[]){5, 3}),
      es_tensor_view ("b", ES_DTYPE_U8, pixels, 2, (gsize[]){7, 2}),
  };
  g_autofree char *images_path = place ("images.npz");
  g_autofree char *other_path = place ("other.npz");
  g_autoptr (EsOpened) run = NULL, dataset = NULL, tensors = NULL;

  write_weights ("weights.npz", 4);
  g_assert_true (es_npz_write (images_path, images, 2, NULL, NULL));
  g_assert_true (es_npz_write (other_path, other, 2, NULL, NULL));
  run = read_kind ("weights.npz", ES_OPENED_RUN);
  g_assert_cmpuint (es_model_get_config (run->run->model)->hidden, ==, 4);
  g_assert_true (run->origin->residual_assumed);
  g_assert_cmpuint (run->origin->n_not_finite, ==, 3);
  dataset = read_kind ("images.npz", ES_OPENED_DATASET);
  g_assert_cmpuint (dataset->import->n_train, ==, 20);
  tensors = read_kind ("other.npz", ES_OPENED_TENSORS);
  g_assert_nonnull (es_tensor_file_lookup (tensors->file, "b"));
}

/* Tensors that do not fit together are still shown. */
static void
test_misfit (void)
{
  g_autoptr (EsOpened) opened = NULL;

  write_weights ("misfit.safetensors", 5);
  opened = read_kind ("misfit.safetensors", ES_OPENED_TENSORS);
  g_assert_nonnull (es_tensor_file_lookup (opened->file, "head.weight"));
}

static void
test_csv (void)
{
  g_autofree char *path = place ("points.csv");
  g_autoptr (EsOpened) opened = NULL;

  g_assert_true (g_file_set_contents (
      path, "label,a,b,c,d\n0,1,2,3,4\n1,4,3,2,1\n0,1,2,3,5\n", -1, NULL));
  opened = read_kind ("points.csv", ES_OPENED_DATASET);
  g_assert_cmpint (opened->import->format, ==, ES_IMPORT_CSV);
}

static void
assert_refused (const char *name, const char *content, gssize n, const char *part)
{
  g_autofree char *path = place (name);
  g_autoptr (GError) error = NULL;

  if (content != NULL)
    g_assert_true (g_file_set_contents (path, content, n, NULL));
  g_assert_null (es_opened_read (path, &error));
  g_assert_error (error, ES_IO_ERROR, (int)error->code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_refused (void)
{
  assert_refused ("nothing.pt", NULL, 0, "No such file");
  assert_refused ("picture.gif", "GIF89a\0\1\2\3", 10, "");
  assert_refused ("empty", "", 0, "");
  assert_refused ("cut.safetensors", "\x40\0\0\0\0\0\0\0{\"a\":", 13, "");
}

static void
test_origin (void)
{
  g_autoptr (EsOrigin) origin = es_origin_new ("/a");
  g_autofree char *none = es_origin_describe (origin, FALSE);
  g_autofree char *weights = NULL, *assumed = NULL, *judged = NULL;

  g_assert_null (none);
  origin->n_not_finite = 2;
  weights = es_origin_describe (origin, FALSE);
  g_assert_cmpstr (weights, ==, "2 weights are NaN or infinite.");
  origin->n_not_finite = 0;
  origin->residual_assumed = TRUE;
  assumed = es_origin_describe (origin, TRUE);
  g_assert_cmpstr (assumed, ==,
                   "The file does not say whether the network is residual; it was "
                   "assumed to be.");
  origin->data = g_strdup ("mnist");
  origin->accuracy = 0.5;
  origin->other = 0.25;
  judged = es_origin_describe (origin, FALSE);
  g_assert_nonnull (
      strstr (judged, "Test accuracy on mnist: 50.0 %, with residual: 25.0 %."));
}

/* One picture is an image, whatever it is called. */
static void
test_image (void)
{
  static const guint8 pixels[4 * 5 * 3] = {200};
  g_autoptr (GBytes) bytes = g_bytes_new_static (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture =
      gdk_memory_texture_new (5, 4, GDK_MEMORY_R8G8B8, bytes, 5 * 3);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (texture);
  g_autofree char *path = place ("digit.npz");
  g_autoptr (EsOpened) opened = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                      (gssize)g_bytes_get_size (png), NULL));
  opened = read_kind ("digit.npz", ES_OPENED_IMAGE);
  g_assert_true (g_bytes_equal (opened->image, png));
}

/* Attacks that were saved are told by what the file says, and damage is named. */
static void
test_attacks (void)
{
  g_autofree char *path = g_build_filename (folder, "kept.safetensors", NULL);
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (6);
  g_autoptr (EsOpened) opened = NULL, none = NULL;
  const float image[6] = {0, 1, 0.5f, 0, 0, 1};
  g_autoptr (GError) error = NULL;

  g_assert_true (es_attack_records_save (records, path, &error));
  none = es_opened_read (path, &error);
  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "holds no attack"));
  g_clear_error (&error);
  es_attack_stack_add (stack, ES_ATTACK_LAYER_BRUSH, "Brush", image);
  g_ptr_array_add (records, es_attack_record_new (image, 2, 3, stack));
  g_assert_true (es_attack_records_save (records, path, &error));
  opened = es_opened_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (opened->kind, ==, ES_OPENED_ATTACKS);
  g_assert_cmpuint (opened->attacks->len, ==, 1);
}

int
main (int argc, char **argv)
{
  int status;
  g_autofree char *command = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("opening-XXXXXX", NULL);
  g_test_add_func ("/opening/npz", test_npz);
  g_test_add_func ("/opening/misfit", test_misfit);
  g_test_add_func ("/opening/csv", test_csv);
  g_test_add_func ("/opening/refused", test_refused);
  g_test_add_func ("/opening/attacks", test_attacks);
  g_test_add_func ("/opening/origin", test_origin);
  g_test_add_func ("/opening/image", test_image);
  status = g_test_run ();
  command = g_strdup_printf ("rm -r '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (folder);
  return status;
}
