/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-attack-page.h"
#include "es-attack-sections.h"
#include "es-attack-share.h"
#include "es-gallery-panel.h"
#include "es-gallery.h"
#include "es-settings.h"
#include "es-work.h"

#include <glib/gstdio.h>

/* The library of these tests is in a folder of their own. */
static char *data_folder;

static EsAttackPage *
page (Fixture *f)
{
  return ES_ATTACK_PAGE (
      find (GTK_WIDGET (f->window), ES_TYPE_ATTACK_PAGE, "tooltip-text", NULL));
}

static EsAttackEditor *
editor (Fixture *f)
{
  return es_attack_page_get_editor (page (f));
}

static GtkWidget *
panel (Fixture *f)
{
  return find (GTK_WIDGET (f->window), ES_TYPE_GALLERY_PANEL, "tooltip-text", NULL);
}

static void
attack (Fixture *f, const char *what)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (f->window), "win.attack", "s", what));
}

static gboolean
has_image (Fixture *f)
{
  return es_attack_editor_get_outcome (editor (f)) != NULL;
}

/* Without asking for it, which would have it read. */
static EsGallery *
gallery (Fixture *f)
{
  return g_object_get_data (G_OBJECT (chosen (f)), "es-gallery");
}

static guint
n_kept (Fixture *f)
{
  return g_list_model_get_n_items (es_gallery_get_items (gallery (f)));
}

static gboolean
is_at_rest (Fixture *f)
{
  return !es_gallery_is_busy (gallery (f));
}

static const EsAttackRecord *
kept (Fixture *f, guint i)
{
  g_autoptr (EsGalleryItem) item =
      g_list_model_get_item (es_gallery_get_items (gallery (f)), i);

  return es_gallery_item_get_record (item);
}

/* A layer that is @value on the upper half. */
static void
add_layer (Fixture *f, float value, const char *name)
{
  g_autofree float *pixels = g_new0 (float, 784);
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_BRUSH,
                         .name = (char *)name,
                         .strength = 1,
                         .class_index = -1,
                         .component = -1};

  for (guint p = 0; p < 392; p++)
    pixels[p] = value;
  es_attack_editor_add (editor (f), &layer, pixels);
}

static void
train (Fixture *f)
{
  start_small (f, 2);
  wait_for (f, is_finished);
  attack (f, "image");
  wait_for (f, has_image);
}

static void
choose_image (Fixture *f, gsize index)
{
  g_autoptr (EsSample) sample =
      es_sample_new (es_run_item_get_dataset (chosen (f)), ES_SPLIT_TEST, index);

  es_workspace_set_sample (f->workspace, sample);
}

/* The gallery says of an image what the page says: that it was misread before the
   attack is not what the attack did. */
static void
test_misread (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsSample) sample = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *spoken = NULL;
  const EsSample *first;
  guint read, label;

  train (f);
  first = es_workspace_get_sample (f->workspace);
  read = es_attack_editor_get_outcome (editor (f))->read_before;
  label = (read + 1) % 10;
  sample = es_sample_new_own (first->pixels, first->rows, first->cols, "Image");
  sample->label = (gint)label;
  es_workspace_set_sample (f->workspace, sample);
  attack (f, "keep");
  attack (f, "gallery");
  run_for (100);
  caption = g_strdup_printf ("%u: %u → %u", label, read, read);
  g_assert_nonnull (find (panel (f), GTK_TYPE_LABEL, "label", caption));
  spoken = g_strdup_printf ("Image: Still read as %u; it is %u, L2 0", read, label);
  g_assert_nonnull (find (panel (f), GTK_TYPE_PICTURE, "tooltip-text", spoken));
}

/* What was kept is come back to with its image and its layers; removing is undone. */
static void
test_keep (Fixture *f, gconstpointer unused)
{
  g_autoptr (EsAttackStack) first = NULL;
  float result[784];

  train (f);
  choose_image (f, 5);
  add_layer (f, 0.5f, "Half");
  first = es_attack_stack_copy (es_attack_editor_get_stack (editor (f)));
  memcpy (result, es_attack_editor_get_outcome (editor (f))->result, sizeof result);
  attack (f, "keep");
  g_assert_cmpuint (n_kept (f), ==, 1);
  choose_image (f, 9);
  add_layer (f, -0.2f, "Other");
  attack (f, "keep");
  g_assert_cmpuint (n_kept (f), ==, 2);
  g_assert_cmpuint (kept (f, 1)->index, ==, 9);
  attack (f, "gallery");
  run_for (100);
  g_signal_emit_by_name (find (panel (f), GTK_TYPE_GRID_VIEW, "tooltip-text", NULL),
                         "activate", 0);
  g_assert_cmpuint (es_workspace_get_sample (f->workspace)->index, ==, 5);
  g_assert_true (
      es_attack_stack_equal (es_attack_editor_get_stack (editor (f)), first));
  g_assert_cmpmem (es_attack_editor_get_outcome (editor (f))->result, sizeof result,
                   result, sizeof result);
  attack (f, "gallery");
  run_for (100);
  g_assert_true (gtk_widget_activate_action (panel (f), "gallery.remove", NULL));
  g_assert_cmpuint (n_kept (f), ==, 1);
  g_assert_cmpuint (kept (f, 0)->index, ==, 9);
  act (f, "win.undo");
  g_assert_cmpuint (n_kept (f), ==, 2);
  g_assert_cmpuint (kept (f, 0)->index, ==, 5);
}

/* The run whose gallery is not empty. */
static gboolean
is_back (Fixture *f)
{
  return chosen (f) != NULL && es_run_item_get_model (chosen (f)) != NULL &&
         n_kept (f) > 0;
}

/* With its run in the library, a gallery is there after a restart. */
static void
test_restart (Fixture *f, gconstpointer unused)
{
  float result[784];

  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  train (f);
  choose_image (f, 3);
  add_layer (f, 0.3f, "Kept");
  memcpy (result, es_attack_editor_get_outcome (editor (f))->result, sizeof result);
  attack (f, "keep");
  wait_for (f, is_at_rest);
  g_assert_null (es_gallery_get_problem (gallery (f)));
  tear_down (f, NULL);
  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  open_window (f);
  wait_for (f, is_back);
  g_assert_cmpuint (n_kept (f), ==, 1);
  g_assert_cmpmem (kept (f, 0)->result, sizeof result, result, sizeof result);
  g_assert_cmpstr (es_attack_stack_get_layer (kept (f, 0)->stack, 0)->name, ==, "Kept");
  /* Removed, it is gone for good. */
  es_gallery_remove (gallery (f), 0);
  wait_for (f, is_at_rest);
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
}

/* Another program keeps an attack of the same run and removes one: both stay so, here
   when the window is looked at again, and in the file when something is kept here. */
static void
test_shared (Fixture *f, gconstpointer unused)
{
  g_autoptr (GPtrArray) base = NULL;
  g_autoptr (GPtrArray) theirs =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (GPtrArray) merged = NULL, last = NULL;
  g_autofree char *run_folder = NULL, *path = NULL, *lock = NULL;
  g_autoptr (GError) error = NULL;
  EsLibrary *library;

  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  train (f);
  library = es_run_item_get_library (chosen (f));
  run_folder = es_library_run_folder (library, es_run_item_get_id (chosen (f)));
  path = g_build_filename (run_folder, "gallery.safetensors", NULL);
  lock = g_build_filename (es_library_get_folder (library), "lock", NULL);
  for (gsize i = 1; i <= 2; i++) {
    choose_image (f, i);
    attack (f, "keep");
    wait_for (f, is_at_rest);
  }
  base = es_attack_records_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (base->len, ==, 2);
  choose_image (f, 7);
  g_ptr_array_add (theirs, es_attack_record_ref (base->pdata[1]));
  g_ptr_array_add (theirs, es_attack_page_dup_record (page (f)));
  merged = es_attack_records_share (path, lock, base, theirs, &error);
  g_assert_no_error (error);
  es_gallery_refresh (gallery (f));
  wait_for (f, is_at_rest);
  g_assert_cmpuint (n_kept (f), ==, 2);
  g_assert_cmpuint (kept (f, 0)->index, ==, 2);
  g_assert_cmpuint (kept (f, 1)->index, ==, 7);
  es_gallery_remove (gallery (f), 0);
  choose_image (f, 4);
  attack (f, "keep");
  wait_for (f, is_at_rest);
  last = es_attack_records_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (last->len, ==, 2);
  g_assert_cmpuint (((EsAttackRecord *)last->pdata[0])->index, ==, 7);
  g_assert_cmpuint (((EsAttackRecord *)last->pdata[1])->index, ==, 4);
  g_assert_null (es_gallery_get_problem (gallery (f)));
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
}

/* A file that cannot be read is not written over, and the section says why. */
static gboolean
has_problem (Fixture *f)
{
  return is_at_rest (f) && es_gallery_get_problem (gallery (f)) != NULL;
}

static void
test_damaged (Fixture *f, gconstpointer unused)
{
  g_autofree char *run_folder = NULL, *path = NULL, *text = NULL;

  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  train (f);
  run_folder = es_library_run_folder (es_run_item_get_library (chosen (f)),
                                      es_run_item_get_id (chosen (f)));
  path = g_build_filename (run_folder, "gallery.safetensors", NULL);
  g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));
  attack (f, "gallery");
  es_gallery_refresh (gallery (f));
  wait_for (f, has_problem);
  g_assert_true (gtk_widget_get_mapped (
      find (panel (f), GTK_TYPE_LABEL, "label", es_gallery_get_problem (gallery (f)))));
  attack (f, "keep");
  wait_for (f, has_problem);
  g_assert_cmpuint (n_kept (f), ==, 1);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "damaged");
  /* Out of the way, what was kept is written. */
  g_unlink (path);
  es_gallery_refresh (gallery (f));
  wait_for (f, is_at_rest);
  g_assert_null (es_gallery_get_problem (gallery (f)));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
}

/* A run that has no place in the library says so. */
static void
test_homeless (Fixture *f, gconstpointer unused)
{
  train (f);
  attack (f, "keep");
  g_assert_cmpuint (n_kept (f), ==, 1);
  g_assert_nonnull (es_gallery_get_problem (gallery (f)));
  attack (f, "gallery");
  run_for (50);
  g_assert_nonnull (
      find (panel (f), GTK_TYPE_LABEL, "label", es_gallery_get_problem (gallery (f))));
}

/* A file of attacks that is opened goes back to the attack in it. */
static gboolean
is_restored (Fixture *f)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (editor (f));

  return stack != NULL && es_attack_stack_get_n_layers (stack) == 1;
}

static void
test_open (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (data_folder, "one.safetensors", NULL);
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
  g_autoptr (EsAttackStack) stack = NULL;

  train (f);
  add_layer (f, 0.25f, "Saved");
  stack = es_attack_stack_copy (es_attack_editor_get_stack (editor (f)));
  g_ptr_array_add (records, es_attack_page_dup_record (page (f)));
  g_assert_true (es_attack_records_save (records, path, NULL));
  act (f, "win.undo");
  g_assert_false (is_restored (f));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", "train");
  es_window_open_file (f->window, path);
  wait_for (f, is_restored);
  g_assert_true (
      es_attack_stack_equal (es_attack_editor_get_stack (editor (f)), stack));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (page (f))));
  g_unlink (path);
}

/* The bar of a dataset that is being written. */
static GtkWidget *
saving_label (Fixture *f)
{
  return find (GTK_WIDGET (f->window), GTK_TYPE_LABEL, "label",
               "Saving all test images with the attack");
}

static gboolean
is_saving (Fixture *f)
{
  return gtk_widget_get_mapped (saving_label (f));
}

static gboolean
is_saved (Fixture *f)
{
  return !is_saving (f);
}

static EsAttackSections *
sections (Fixture *f)
{
  return ES_ATTACK_SECTIONS (
      find (GTK_WIDGET (f->window), ES_TYPE_ATTACK_SECTIONS, "tooltip-text", NULL));
}

/* How many files are in the folder of the tests, hidden ones too. */
static guint
n_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (data_folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* It shows that it goes on and can be stopped, which leaves nothing; else the file is
   there, and the next one can be asked for. */
static void
test_save_dataset (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (data_folder, "images.npz", NULL);
  guint before = n_files ();

  train (f);
  add_layer (f, 0.5f, "Half");
  for (guint i = 0; i < 2; i++) {
    es_attack_sections_save (sections (f), ES_ATTACK_SAVE_DATASET, path);
    run_for (1);
    g_assert_true (is_saving (f));
    if (i == 0)
      attack (f, "cancel");
    wait_for (f, is_saved);
    g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS) == (i == 1));
    g_assert_cmpuint (n_files (), ==, before + i);
  }
  g_unlink (path);
}

/* Closing the window stops it. */
static void
test_save_closed (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (data_folder, "never.npz", NULL);

  train (f);
  es_attack_sections_save (sections (f), ES_ATTACK_SAVE_DATASET, path);
  tear_down (f, NULL);
  es_work_wait ();
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  open_window (f);
}

int
main (int argc, char **argv)
{
  g_autofree char *command = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  data_folder = g_dir_make_tmp ("gallery-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", data_folder, TRUE);
#define ADD(path, func)                                                                \
  g_test_add ("/window/gallery/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("misread", test_misread);
  ADD ("keep", test_keep);
  ADD ("restart", test_restart);
  ADD ("shared", test_shared);
  ADD ("damaged", test_damaged);
  ADD ("homeless", test_homeless);
  ADD ("open", test_open);
  ADD ("save-dataset", test_save_dataset);
  ADD ("save-closed", test_save_closed);
  status = g_test_run ();
  command = g_strdup_printf ("rm -r '%s'", data_folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (data_folder);
  return status;
}
