/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "at-window.h"
#include "es-run-file.h"
#include "es-run-row.h"
#include "es-session.h"
#include "es-settings.h"
#include "es-toasts.h"
#include "es-train-page.h"
#include "es-trouble-bar.h"
#include "webp-ask.h"

#include <glib/gstdio.h>

static guint
count_runs (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->workspace));
}

static guint
count_epochs (Fixture *f)
{
  return es_run_item_get_history (chosen (f))->len;
}

static gboolean
is_paused (Fixture *f)
{
  return es_run_item_get_state (chosen (f)) == ES_RUN_PAUSED;
}

static gboolean
is_stopped (Fixture *f)
{
  return es_run_item_get_state (chosen (f)) == ES_RUN_STOPPED;
}

static gboolean
has_epochs (Fixture *f)
{
  return count_epochs (f) >= 2;
}

static gboolean
has_live_spectrum (Fixture *f)
{
  return plot (f, "Spectrum and Leading Eigenvectors") != NULL;
}

static gboolean
has_spectrum (Fixture *f)
{
  return plot (f, "Spectrum") != NULL && plot (f, "Eigenvector") != NULL;
}

static gboolean
has_gallery (Fixture *f)
{
  return plot (f, "Eigenvectors of All Classes") != NULL;
}

static void
test_first_start (Fixture *f, gconstpointer unused)
{
  g_assert_cmpuint (count_runs (f), ==, 0);
  act (f, "win.train-digits");
  g_assert_cmpuint (count_runs (f), ==, 1);
  wait_for (f, has_live_spectrum);
  wait_for (f, is_finished);
  g_assert_cmpuint (count_epochs (f), ==,
                    es_run_item_get_plan (chosen (f))->train.epochs);
  g_assert_nonnull (plot (f, "Learning Curves"));
}

/* A pixel of the picture beside the first run, 0 before there is one. */
static guint32
thumbnail_pixel (Fixture *f)
{
  GtkWidget *run = find (GTK_WIDGET (f->window), ES_TYPE_RUN_ROW, "name", "");
  GdkPaintable *picture = gtk_picture_get_paintable (
      GTK_PICTURE (find (run, GTK_TYPE_PICTURE, "tooltip-text", NULL)));
  g_autofree guint32 *pixels = NULL;
  gsize width;

  if (picture == NULL)
    return 0;
  width = (gsize)gdk_paintable_get_intrinsic_width (picture);
  pixels = g_new (guint32, width * gdk_paintable_get_intrinsic_height (picture));
  gdk_texture_download (GDK_TEXTURE (picture), (guchar *)pixels,
                        width * sizeof *pixels);
  return pixels[width / 4];
}

static guint32 pixel_before;

static gboolean
is_pixel_other (Fixture *f)
{
  return thumbnail_pixel (f) != pixel_before;
}

static gboolean
is_pixel_same (Fixture *f)
{
  return thumbnail_pixel (f) == pixel_before;
}

/* The pictures beside the runs have the colours of the large ones. */
static void
test_thumbnail (Fixture *f, gconstpointer unused)
{
  start_small (f, 2);
  wait_for (f, is_finished);
  pixel_before = 0;
  wait_for (f, is_pixel_other);
  pixel_before = thumbnail_pixel (f);
  g_settings_set_boolean (es_settings_get (), "swap-colors", TRUE);
  wait_for (f, is_pixel_other);
  g_settings_set_boolean (es_settings_get (), "swap-colors", FALSE);
  wait_for (f, is_pixel_same);
}

static guint epochs_before;

static gboolean
has_more_epochs (Fixture *f)
{
  return count_epochs (f) > epochs_before;
}

static void
test_pause_and_step (Fixture *f, gconstpointer unused)
{
  guint epochs;

  start_small (f, 5000);
  wait_for (f, has_epochs);
  act (f, "win.train-start");
  wait_for (f, is_paused);
  epochs = count_epochs (f);
  run_for (200);
  g_assert_cmpuint (count_epochs (f), ==, epochs);
  act (f, "win.train-step");
  run_for (20);
  wait_for (f, is_paused);
  g_assert_cmpuint (count_epochs (f), ==, epochs + 1);
  act (f, "win.train-start");
  epochs_before = epochs + 1;
  wait_for (f, has_more_epochs);
}

static void
test_rate_while_training (Fixture *f, gconstpointer unused)
{
  GtkWidget *spin;

  start_small (f, 5000);
  wait_for (f, has_epochs);
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (row (f, "Epochs"))));
  es_number_row_set_value (row (f, "Learning Rate"), 0.0005);
  g_assert_cmpfloat (es_run_item_get_plan (chosen (f))->train.lr, ==, 0.0005);
  g_assert_cmpuint (es_run_item_get_marks (chosen (f))->len, ==, 1);
  spin = find (GTK_WIDGET (row (f, "Learning Rate")), GTK_TYPE_SPIN_BUTTON, "text",
               "0.0005");
  gtk_spin_button_spin (GTK_SPIN_BUTTON (spin), GTK_SPIN_STEP_FORWARD, 0);
  g_assert_cmpfloat (es_run_item_get_plan (chosen (f))->train.lr, ==, 0.0006);
}

/* Export */

/* Answers the file dialog that is open with @path, as its Save button does. */
static void
answer_file_dialog (const char *path)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GFile) directory = g_file_new_for_path (folder);

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (!GTK_IS_FILE_CHOOSER (window) || !gtk_widget_get_visible (GTK_WIDGET (window)))
      continue;
    g_assert_true (gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (window),
                                                        directory, NULL));
    run_for (300);
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (window), name);
    run_for (100);
    gtk_dialog_response (GTK_DIALOG (window), GTK_RESPONSE_ACCEPT);
    return;
  }
  g_assert_not_reached ();
}

/* The first widget below @widget of @type. */
static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static GtkWidget *
top_of_type (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
      return GTK_WIDGET (window);
  }
  g_assert_not_reached ();
}

static GtkWidget *
top_window (const char *title)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (g_strcmp0 (gtk_window_get_title (window), title) == 0)
      return GTK_WIDGET (window);
  }
  g_assert_not_reached ();
}

/* The contents of @path, once it is there. */
static GBytes *
wait_for_file (const char *path)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  char *contents;
  gsize length;

  while (!g_file_test (path, G_FILE_TEST_EXISTS) && g_get_monotonic_time () < end)
    run_for (10);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  return g_bytes_new_take (contents, length);
}

static void
assert_starts (const char *path, const char *magic)
{
  g_autoptr (GBytes) bytes = wait_for_file (path);

  g_assert_cmpuint (g_bytes_get_size (bytes), >, 200);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), strlen (magic), magic,
                   strlen (magic));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Every format of a figure and of its numbers, through the dialogs. */
static void
test_export (Fixture *f, gconstpointer unused)
{
  static const char *const magics[] = {"%PDF-", "<?xml", "\x89PNG"};
  static const char *const suffixes[] = {"pdf", "svg", "png"};
  g_autofree char *folder = g_dir_make_tmp ("export-XXXXXX", NULL);
  GtkWidget *view;

  start_small (f, 3);
  wait_for (f, is_finished);
  wait_for (f, has_live_spectrum);
  view = GTK_WIDGET (plot_view (f, "Spectrum and Leading Eigenvectors"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strdup_printf ("figure.%s", suffixes[i]);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    GtkWidget *dialog;

    g_settings_set_string (es_settings_get (), "export-format", suffixes[i]);
    g_assert_true (gtk_widget_activate_action (view, "plot.export", NULL));
    run_for (100);
    dialog = top_window ("Export Figure");
    gtk_widget_activate (find (dialog, GTK_TYPE_BUTTON, "label", "_Export…"));
    run_for (500);
    answer_file_dialog (path);
    assert_starts (path, magics[i]);
  }
  for (guint i = 0; i < 2; i++) {
    g_autofree char *path =
        g_build_filename (folder, i ? "data.npz" : "data.csv", NULL);

    g_assert_true (gtk_widget_activate_action (view, "plot.save-data", NULL));
    run_for (300);
    answer_file_dialog (path);
    assert_starts (path, i ? "PK" : "rank,component,");
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Answers the dialog that asks for a file with one in @folder. */
static char *
choose (Fixture *f, const char *action, const char *folder, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);

  act (f, action);
  run_for (300);
  answer_file_dialog (path);
  return path;
}

/* A copy leaves the run where it belongs; weights are tensors and nothing else. */
static void
test_save (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = g_dir_make_tmp ("save-XXXXXX", NULL);
  g_autofree char *own = NULL, *copy = NULL, *plain = NULL, *numpy = NULL;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (EsTensorFile) tensors = NULL, arrays = NULL;
  gsize n;

  start_small (f, 3);
  wait_for (f, is_finished);
  own = choose (f, "win.save", folder, "own.safetensors");
  g_bytes_unref (wait_for_file (own));
  run_for (100);
  g_assert_cmpstr (es_run_item_get_path (chosen (f)), ==, own);
  copy = choose (f, "win.save-copy", folder, "copy.safetensors");
  g_bytes_unref (wait_for_file (copy));
  run_for (100);
  g_assert_cmpstr (es_run_item_get_path (chosen (f)), ==, own);
  plain = choose (f, "win.export-weights", folder, "plain.safetensors");
  g_bytes_unref (wait_for_file (plain));
  numpy = choose (f, "win.export-weights", folder, "plain.npz");
  g_bytes_unref (wait_for_file (numpy));
  run = es_run_open (copy, NULL, NULL);
  g_assert_cmpuint (es_run_get_epochs (run), ==, 3);
  g_assert_true (run->has_recipe);
  tensors = es_tensor_file_open (plain, NULL);
  es_tensor_file_get_tensors (tensors, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_null (es_tensor_file_find_setting (tensors, "eigenscope"));
  g_assert_nonnull (es_tensor_file_find_setting (tensors, "residual"));
  arrays = es_tensor_file_open (numpy, NULL);
  g_assert_nonnull (es_tensor_file_lookup (arrays, "blocks.0.weight"));
  g_unlink (own);
  g_unlink (copy);
  g_unlink (plain);
  g_unlink (numpy);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The film as an animation, through the dialogs. */
static void
test_export_film (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = g_dir_make_tmp ("film-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "film.webp", NULL);
  g_autoptr (GBytes) bytes = NULL;
  GtkWidget *dialog;
  WebpFacts facts;

  start_small (f, 5);
  wait_for (f, is_finished);
  act (f, "win.export-film");
  run_for (100);
  dialog = top_window ("Export Training Film");
  es_number_row_set_value (
      ES_NUMBER_ROW (find (dialog, ES_TYPE_NUMBER_ROW, "title", "Width")), 400);
  es_number_row_set_value (
      ES_NUMBER_ROW (find (dialog, ES_TYPE_NUMBER_ROW, "title", "Height")), 300);
  es_number_row_set_value (
      ES_NUMBER_ROW (find (dialog, ES_TYPE_NUMBER_ROW, "title", "Frames per Second")),
      10);
  gtk_widget_activate (find (dialog, GTK_TYPE_BUTTON, "label", "_Export…"));
  run_for (500);
  answer_file_dialog (path);
  bytes = wait_for_file (path);
  facts = webp_ask (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpuint (facts.width, ==, 400);
  g_assert_cmpuint (facts.height, ==, 300);
  g_assert_cmpuint (facts.frames, ==, 6);
  g_assert_cmpuint (facts.duration, ==, 5 * 100 + 1000);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static EsRunState
state (Fixture *f)
{
  return es_run_item_get_state (chosen (f));
}

/* A number counts as soon as training starts, without Enter. */
static void
test_typed_number (Fixture *f, gconstpointer unused)
{
  GtkWidget *spin;

  act (f, "win.new");
  es_number_row_set_value (row (f, "Hidden Width"), 16);
  spin = find (GTK_WIDGET (row (f, "Epochs")), GTK_TYPE_SPIN_BUTTON, "text", "40");
  g_assert_nonnull (spin);
  g_assert_true (gtk_widget_grab_focus (spin));
  gtk_editable_set_text (GTK_EDITABLE (spin), "3");
  act (f, "win.train-start");
  wait_for (f, is_finished);
  g_assert_cmpuint (count_epochs (f), ==, 3);
}

/* A duplicate takes what stands in the rows, without Enter. */
static void
test_typed_and_duplicated (Fixture *f, gconstpointer unused)
{
  EsRunItem *first;
  GtkWidget *spin;

  act (f, "win.new");
  first = chosen (f);
  spin = find (GTK_WIDGET (row (f, "Epochs")), GTK_TYPE_SPIN_BUTTON, "text", "40");
  g_assert_true (gtk_widget_grab_focus (spin));
  gtk_editable_set_text (GTK_EDITABLE (spin), "7");
  act (f, "win.new-from-recipe");
  g_assert_true (chosen (f) != first);
  g_assert_cmpuint (es_run_item_get_plan (first)->train.epochs, ==, 7);
  g_assert_cmpuint (es_run_item_get_plan (chosen (f))->train.epochs, ==, 7);
}

/* The wheel scrolls the settings and changes none. */
static void
test_wheel (Fixture *f, gconstpointer unused)
{
  act (f, "win.new");
  g_assert_true (leaves_wheel (
      find (GTK_WIDGET (row (f, "Epochs")), GTK_TYPE_SPIN_BUTTON, "text", "40")));
}

/* A draft may go while its images are still being read. */
static void
test_delete_while_loading (Fixture *f, gconstpointer unused)
{
  act (f, "win.new");
  g_assert_cmpint (state (f), ==, ES_RUN_DRAFT);
  act (f, "win.delete");
  g_assert_cmpuint (count_runs (f), ==, 0);
  run_for (1000);
}

static void
test_film (Fixture *f, gconstpointer unused)
{
  EsPlot *before;

  start_small (f, 6);
  wait_for (f, is_finished);
  wait_for (f, has_live_spectrum);
  run_for (200);
  before = es_plot_ref (plot (f, "Spectrum and Leading Eigenvectors"));
  es_workspace_set_frame (f->workspace, 2);
  run_for (300);
  g_assert_true (before != plot (f, "Spectrum and Leading Eigenvectors"));
  es_plot_unref (before);
  act (f, "win.play");
  run_for (1500);
  g_assert_cmpint (es_workspace_get_frame (f->workspace), ==, -1);
}

static void
test_spectrum (Fixture *f, gconstpointer unused)
{
  g_autofree char *of_class = NULL;
  g_autofree char *of_difference = NULL;

  start_small (f, 3);
  wait_for (f, is_finished);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.view", "s", "spectrum");
  wait_for (f, has_spectrum);
  of_class = es_plot_describe (plot (f, "Spectrum"), NULL);
  es_workspace_set_direction (f->workspace, "3 - 8");
  run_for (500);
  of_difference = es_plot_describe (plot (f, "Spectrum"), NULL);
  g_assert_cmpstr (of_class, !=, of_difference);
  g_signal_emit_by_name (plot_view (f, "Spectrum"), "selected", 1, 1, 2);
  g_assert_cmpint (es_workspace_get_component (f->workspace), ==, -3);
  act (f, "win.all-classes");
  wait_for (f, has_gallery);
  g_signal_emit_by_name (plot_view (f, "Eigenvectors of All Classes"), "selected", 0, 7,
                         4);
  g_assert_cmpint (es_workspace_get_class (f->workspace), ==, 7);
  g_assert_cmpint (es_workspace_get_component (f->workspace), ==, -2);
}

static void
test_delete_and_undo (Fixture *f, gconstpointer unused)
{
  EsRunItem *item;
  GtkWidget *undo;

  start_small (f, 3);
  wait_for (f, is_finished);
  item = chosen (f);
  act (f, "win.delete");
  g_assert_cmpuint (count_runs (f), ==, 0);
  run_for (300);
  undo = find (GTK_WIDGET (f->window), GTK_TYPE_BUTTON, "label", "_Undo");
  g_assert_nonnull (undo);
  /* Pressed twice before it has gone. */
  g_signal_emit_by_name (undo, "clicked");
  g_signal_emit_by_name (undo, "clicked");
  run_for (400);
  g_assert_cmpuint (count_runs (f), ==, 1);
  g_assert_true (chosen (f) == item);
}

static void
test_queue (Fixture *f, gconstpointer unused)
{
  EsRunItem *first, *second;

  start_small (f, 5000);
  first = chosen (f);
  start_small (f, 3);
  second = chosen (f);
  g_assert_true (first != second);
  g_assert_cmpint (es_run_item_get_state (second), ==, ES_RUN_QUEUED);
  g_assert_nonnull (find (GTK_WIDGET (f->window), ADW_TYPE_STATUS_PAGE, "title",
                          "Waiting for Its Turn"));
  g_assert_false (gtk_widget_get_sensitive (find (
      GTK_WIDGET (f->window), ADW_TYPE_ACTION_ROW, "title", "Decay the Gradient")));
  /* Why the settings are insensitive, and what to do about it. */
  g_assert_true (gtk_widget_get_mapped (find (GTK_WIDGET (f->window), GTK_TYPE_LABEL,
                                              "label", "New Run from This Recipe")));
  es_workspace_set_run (f->workspace, first);
  wait_for (f, has_epochs);
  act (f, "win.train-stop");
  es_workspace_set_run (f->workspace, second);
  wait_for (f, is_finished);
  g_assert_cmpint (es_run_item_get_state (first), ==, ES_RUN_STOPPED);
}

static void
test_close_while_training (Fixture *f, gconstpointer unused)
{
  gint64 start;
  g_autoptr (EsRunItem) item = NULL;

  start_small (f, 5000);
  wait_for (f, has_epochs);
  item = g_object_ref (chosen (f));
  start = g_get_monotonic_time ();
  es_workspace_shutdown (f->workspace);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_false (es_run_item_is_active (item));
  g_assert_cmpint (es_run_item_get_state (item), ==, ES_RUN_STOPPED);
}

static gboolean
has_run (Fixture *f)
{
  return count_runs (f) > 0;
}

static guint
count_frames (Fixture *f)
{
  return es_film_get_length (es_run_item_get_film (chosen (f)));
}

/* What was trained when the window was closed is there when it is opened again, with
   its film, and can be trained further. */
static void
test_session (Fixture *f, gconstpointer unused)
{
  guint epochs, frames;

  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  start_small (f, 5000);
  wait_for (f, has_epochs);
  es_number_row_set_value (row (f, "Learning Rate"), 0.0005);
  epochs_before = count_epochs (f);
  wait_for (f, has_more_epochs);
  tear_down (f, NULL);
  open_window (f);
  wait_for (f, has_run);
  wait_for (f, has_epochs);
  g_assert_cmpint (es_run_item_get_state (chosen (f)), ==, ES_RUN_STOPPED);
  epochs = count_epochs (f);
  frames = count_frames (f);
  g_assert_cmpuint (frames, ==, epochs + 1);
  g_assert_cmpuint (es_run_item_get_marks (chosen (f))->len, ==, 1);
  act (f, "win.train-start");
  for (guint i = 0; i < 600 && count_epochs (f) <= epochs; i++)
    run_for (100);
  g_assert_cmpuint (count_epochs (f), >, epochs);
  act (f, "win.train-stop");
  wait_for (f, is_stopped);
  epochs = count_epochs (f);
  tear_down (f, NULL);
  open_window (f);
  wait_for (f, has_run);
  wait_for (f, has_epochs);
  g_assert_cmpuint (count_epochs (f), ==, epochs);
  g_assert_cmpuint (es_run_item_get_marks (chosen (f))->len, ==, 1);
  act (f, "win.delete");
  tear_down (f, NULL);
  open_window (f);
  run_for (300);
  g_assert_cmpuint (count_runs (f), ==, 0);
}

/* A run that was deleted in the middle of its training does not come back, also when
   the window is closed before the training has ended. */
static void
test_delete_while_training (Fixture *f, gconstpointer unused)
{
  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  start_small (f, 5000);
  wait_for (f, has_epochs);
  act (f, "win.delete");
  g_assert_cmpuint (count_runs (f), ==, 0);
  tear_down (f, NULL);
  open_window (f);
  run_for (300);
  g_assert_cmpuint (count_runs (f), ==, 0);
}

static int
least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static void
tell_widths (GtkWidget *widget)
{
  int least = least_width (widget);

  if (least <= 250)
    return;
  g_test_message ("%s needs %d pixels", G_OBJECT_TYPE_NAME (widget), least);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tell_widths (child);
}

/* Everything fits on a screen of 360 pixels. */
static void
assert_fits (GtkWidget *content)
{
  if (least_width (content) > 360)
    tell_widths (content);
  g_assert_cmpint (least_width (content), <=, 360);
}

static gboolean
is_in_trouble (Fixture *f)
{
  return es_run_item_get_trouble (chosen (f)) != NULL;
}

static gboolean
is_out_of_trouble (Fixture *f)
{
  return es_run_item_get_trouble (chosen (f)) == NULL;
}

/* A library that cannot be written: training goes on, the window says so and does not
   close just so; when there is a place again, all is kept. */
static void
test_trouble (Fixture *f, gconstpointer unused)
{
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "eigenscope", NULL);
  g_autofree char *runs = g_build_filename (data, "runs", NULL);
  g_autofree char *aside = g_build_filename (data, "aside", NULL);
  gboolean starred = TRUE;
  GtkWidget *bar, *dialog;
  guint epochs;

  g_settings_set_boolean (es_settings_get (), "autosave", TRUE);
  g_assert_cmpint (g_mkdir_with_parents (runs, 0700), ==, 0);
  g_assert_cmpint (g_rename (runs, aside), ==, 0);
  g_assert_true (g_file_set_contents (runs, "", 0, NULL));
  start_small (f, 10000);
  bar = find_type (GTK_WIDGET (f->window), ES_TYPE_TROUBLE_BAR);
  g_assert_false (gtk_widget_get_visible (bar));
  wait_for (f, is_in_trouble);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (g_str_has_prefix (es_run_item_get_status (chosen (f)), "Not saved"));
  epochs_before = count_epochs (f);
  wait_for (f, has_more_epochs);
  es_session_edit (chosen (f), &(EsRunEdit){.starred = &starred});
  gtk_window_close (GTK_WINDOW (f->window));
  run_for (100);
  dialog = top_of_type (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_true (es_run_item_is_active (chosen (f)));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  act (f, "win.train-stop");
  wait_for (f, is_stopped);
  epochs = count_epochs (f);
  g_assert_true (is_in_trouble (f));
  act (f, "win.keep");
  run_for (200);
  g_assert_true (is_in_trouble (f));

  g_assert_cmpint (g_unlink (runs), ==, 0);
  g_assert_cmpint (g_rename (aside, runs), ==, 0);
  act (f, "win.keep");
  wait_for (f, is_out_of_trouble);
  g_assert_false (gtk_widget_get_visible (bar));
  run_for (200);
  tear_down (f, NULL);
  open_window (f);
  wait_for (f, has_run);
  wait_for (f, has_epochs);
  g_assert_cmpuint (count_epochs (f), ==, epochs);
  g_assert_cmpuint (count_frames (f), >, 2);
  g_assert_cmpint (es_run_item_get_state (chosen (f)), ==, ES_RUN_STOPPED);
  g_assert_true (es_run_item_get_entry (chosen (f))->starred);
  act (f, "win.delete");
}

static void
test_narrow (Fixture *f, gconstpointer unused)
{
  AdwApplicationWindow *window = ADW_APPLICATION_WINDOW (f->window);
  GtkShortcutsWindow *shortcuts;

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 600);
  run_for (300);
  assert_fits (adw_application_window_get_content (window));
  act (f, "win.new");
  run_for (300);
  assert_fits (adw_application_window_get_content (window));
  act (f, "win.show-help-overlay");
  shortcuts = gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (window));
  run_for (300);
  assert_fits (gtk_window_get_child (GTK_WINDOW (shortcuts)));
  gtk_widget_hide (GTK_WIDGET (shortcuts));
}

/* Nor does large text make it wider, and plots grow with it. */
static void
test_large_text (Fixture *f, gconstpointer unused)
{
  GtkWidget *content =
      adw_application_window_get_content (ADW_APPLICATION_WINDOW (f->window));
  GtkSettings *settings = gtk_settings_get_default ();
  g_autofree char *buttons = NULL;
  GtkWidget *view;
  int dpi, usual, large;

  start_small (f, 3);
  wait_for (f, is_finished);
  view = GTK_WIDGET (plot_view (f, "Learning Curves"));
  gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, 600, &usual, NULL, NULL, NULL);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 360, 600);
  g_object_get (settings, "gtk-xft-dpi", &dpi, "gtk-decoration-layout", &buttons, NULL);
  g_object_set (settings, "gtk-decoration-layout", ":close", NULL);
  for (guint tenths = 15; tenths <= 20; tenths += 5) {
    g_object_set (settings, "gtk-xft-dpi", (int)(96 * 1024 * tenths / 10), NULL);
    run_for (500);
    assert_fits (content);
  }
  gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, 600, &large, NULL, NULL, NULL);
  g_assert_cmpint (large, >, 3 * usual / 2);
  g_object_set (settings, "gtk-xft-dpi", dpi, "gtk-decoration-layout", buttons, NULL);
}

/* A new run has the focus, also where it takes the place of the start page, and can be
   trained each time. */
static void
test_focus_of_new_run (Fixture *f, gconstpointer unused)
{
  static const int widths[] = {1200, 360};

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++) {
    GtkWidget *focus;

    gtk_window_set_default_size (GTK_WINDOW (f->window), widths[i], 600);
    run_for (300);
    act (f, "win.new");
    run_for (600);
    focus = gtk_window_get_focus (GTK_WINDOW (f->window));
    g_assert_nonnull (focus);
    g_assert_nonnull (gtk_widget_get_ancestor (focus, ES_TYPE_TRAIN_PAGE));
    g_assert_true (gtk_widget_is_sensitive (focus));
    act (f, "win.delete");
  }
}

static void
close_toasts (GtkWidget *widget)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget")) {
    GtkWidget *close = gtk_widget_get_last_child (widget);

    if (GTK_IS_BUTTON (close))
      gtk_widget_activate (close);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    close_toasts (child);
}

/* Messages that follow each other fast, and are closed as fast. */
static void
test_toasts (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "failed <b> & more");

  for (guint i = 0; i < 20; i++) {
    es_toast (GTK_WIDGET (f->window), "done");
    run_for (i * 10);
    es_toast_error (GTK_WIDGET (f->window), error);
    run_for (20);
    close_toasts (GTK_WIDGET (f->window));
    run_for (20);
    close_toasts (GTK_WIDGET (f->window));
  }
}

static void
close_cb (Fixture *f)
{
  gtk_window_close (GTK_WINDOW (f->window));
}

/* What waits for the first frame finds no window any more. */
static void
test_closed_at_once (void)
{
  Fixture f = {0};
  gpointer window;

  present_window (&f);
  window = f.window;
  g_object_add_weak_pointer (window, &window);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (f.window)),
                            "after-paint", G_CALLBACK (close_cb), &f);
  run_for (500);
  g_assert_null (window);
  g_clear_object (&f.application);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/window/first-start", test_first_start);
  ADD ("/window/thumbnail", test_thumbnail);
  ADD ("/window/pause-and-step", test_pause_and_step);
  ADD ("/window/rate-while-training", test_rate_while_training);
  ADD ("/window/export", test_export);
  ADD ("/window/export-film", test_export_film);
  ADD ("/window/save", test_save);
  ADD ("/window/typed-number", test_typed_number);
  ADD ("/window/typed-and-duplicated", test_typed_and_duplicated);
  ADD ("/window/wheel", test_wheel);
  ADD ("/window/delete-while-loading", test_delete_while_loading);
  ADD ("/window/film", test_film);
  ADD ("/window/spectrum", test_spectrum);
  ADD ("/window/delete-and-undo", test_delete_and_undo);
  ADD ("/window/queue", test_queue);
  ADD ("/window/close-while-training", test_close_while_training);
  ADD ("/window/session", test_session);
  ADD ("/window/delete-while-training", test_delete_while_training);
  ADD ("/window/trouble", test_trouble);
  ADD ("/window/narrow", test_narrow);
  ADD ("/window/large-text", test_large_text);
  ADD ("/window/focus-of-new-run", test_focus_of_new_run);
  ADD ("/window/toasts", test_toasts);
  g_test_add_func ("/window/closed-at-once", test_closed_at_once);
  return g_test_run ();
}
