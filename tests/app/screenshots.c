/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Not a test: draws every screen of the window into a folder, light and dark, large and
 * small, after training on the built-in digits. On a machine without a display:
 *   tests/app/on-display.py BUILD/tests/app/app-screenshots FOLDER
 */

#include "es-application.h"
#include "es-plot-view.h"
#include "es-run-file.h"
#include "es-settings.h"
#include "es-window.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  const char *folder;
  const char *home; /* for files that are opened */
  guint first_task; /* number of the first run of a task */
  EsWindow *window;
  EsWorkspace *workspace;
  const char *variant; /* "light", "dark", ... */
} Shoot;

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run_for (guint milliseconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (milliseconds, quit_cb, loop);
  g_main_loop_run (loop);
}

static void
shoot (Shoot *self, GtkWidget *widget, const char *name)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *file = g_strdup_printf ("%s-%s.png", name, self->variant);
  g_autofree char *path = g_build_filename (self->folder, file, NULL);
  int width, height;

  run_for (900);
  paintable = gtk_widget_paintable_new (widget);
  width = gdk_paintable_get_intrinsic_width (paintable);
  height = gdk_paintable_get_intrinsic_height (paintable);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (GTK_NATIVE (widget)), node,
      &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  if (!gdk_texture_save_to_png (texture, path))
    g_printerr ("%s could not be written\n", path);
}

static void
act (Shoot *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL);
}

static void
show_view (Shoot *self, const char *view)
{
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.view", "s", view);
}

/* The window's size follows the default size while it is not maximised. */
static void
resize (Shoot *self, int width, int height)
{
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  run_for (500);
}

static void
shoot_window (Shoot *self, const char *name)
{
  shoot (self, GTK_WIDGET (self->window), name);
}

static void
shoot_start (Shoot *self)
{
  shoot_window (self, "start");
}

/* The first plot below @widget that is shown. */
static GtkWidget *
find_plot (GtkWidget *widget)
{
  if (ES_IS_PLOT_VIEW (widget) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_plot (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The windows that are open beside the main one; none stays open. */
static void
shoot_others (Shoot *self, const char *name)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (window == GTK_WIDGET (self->window) || !gtk_widget_get_mapped (window))
      continue;
    shoot (self, window, name);
    gtk_window_close (GTK_WINDOW (window));
  }
  run_for (300);
}

static void
shoot_dialog (Shoot *self, GtkWidget *widget, const char *action, const char *name)
{
  gtk_widget_activate_action (widget, action, NULL);
  run_for (300);
  shoot_others (self, name);
}

static void
choose_run (Shoot *self, guint position)
{
  g_autoptr (EsRunItem) run =
      g_list_model_get_item (G_LIST_MODEL (self->workspace), position);

  es_workspace_set_run (self->workspace, run);
  es_window_show_content (self->window);
}

static void
open_path (Shoot *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_application_open (g_application_get_default (), &file, 1, "");
  run_for (1500);
}

/* Some images of the dataset as files, in a folder for each class. */
static void
write_images (const char *folder, const EsDataset *dataset)
{
  gsize P = (gsize)dataset->rows * dataset->cols;

  for (guint i = 0; i < 60; i++) {
    g_autofree char *class = g_strdup_printf ("%u", dataset->train.labels[i]);
    g_autofree char *name = g_strdup_printf ("%02u.png", i);
    g_autofree char *within = g_build_filename (folder, class, NULL);
    g_autofree char *path = g_build_filename (within, name, NULL);
    g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (
        GDK_COLORSPACE_RGB, FALSE, 8, (int)dataset->cols, (int)dataset->rows);
    guchar *pixels = gdk_pixbuf_get_pixels (picture);
    int stride = gdk_pixbuf_get_rowstride (picture);

    for (gsize p = 0; p < P; p++)
      memset (pixels + (gssize)(p / dataset->cols) * stride + 3 * (p % dataset->cols),
              dataset->train.pixels[i * P + p], 3);
    g_mkdir_with_parents (within, 0700);
    gdk_pixbuf_save (picture, path, "png", NULL, NULL);
  }
}

/* What is opened: images of one's own, and weights of which nothing else is known. */
static void
shoot_opening (Shoot *self)
{
  g_autofree char *images = g_build_filename (self->home, "images", NULL);
  g_autofree char *weights = g_build_filename (self->home, "weights.npz", NULL);
  GtkWidget *window = GTK_WIDGET (self->window);
  EsRunItem *run = es_workspace_get_run (self->workspace);
  g_autoptr (EsRun) plain = es_run_item_dup_run (run);

  write_images (images, es_run_item_get_dataset (run));
  open_path (self, images);
  shoot_others (self, "import");
  if (!es_run_export_weights (plain, weights, NULL))
    return;
  open_path (self, weights);
  shoot_window (self, "opened");
  shoot_dialog (self, window, "win.parts", "mapping");
  shoot_dialog (self, window, "win.tensors", "tensors");
  act (self, "win.delete");
  run_for (500);
  choose_run (self, 0);
}

static void
shoot_dialogs (Shoot *self)
{
  GtkWidget *window = GTK_WIDGET (self->window);

  show_view (self, "spectrum");
  run_for (500);
  shoot_dialog (self, find_plot (window), "plot.export", "export");
  shoot_dialog (self, find_plot (window), "plot.table", "table");
  shoot_dialog (self, window, "win.rename", "rename");
  shoot_dialog (self, window, "app.preferences", "preferences");
  shoot_dialog (self, window, "win.show-help-overlay", "shortcuts");
  shoot_dialog (self, window, "app.about", "about");
  shoot_dialog (self, window, "win.run-details", "details");
  shoot_dialog (self, window, "win.export-film", "film");
}

static gboolean
is_small (Shoot *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self->window)) < 600;
}

/* The second run, which waits for its settings. */
static void
shoot_settings (Shoot *self)
{
  choose_run (self, 1);
  show_view (self, "train");
  if (is_small (self))
    act (self, "win.settings");
  shoot_window (self, "settings");
  if (is_small (self)) {
    act (self, "win.settings");
    act (self, "win.back");
    shoot_window (self, "runs");
  }
  choose_run (self, 0);
}

/* The button of that label below @widget. */
static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, label);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* An image that is read as something else with as little of a mask as does it. */
static void
attack (Shoot *self)
{
  static const char *const buttons[] = {"Add _Mask",
                                        "_Smallest Strength That Flips It"};

  show_view (self, "attack");
  run_for (2000);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++) {
    GtkWidget *button = find_button (GTK_WIDGET (self->window), buttons[i]);

    if (button == NULL)
      g_printerr ("There is no button %s\n", buttons[i]);
    else
      g_signal_emit_by_name (button, "clicked");
    run_for (1500);
  }
}

static void
shoot_views (Shoot *self)
{
  show_view (self, "train");
  shoot_window (self, "train");
  show_view (self, "spectrum");
  shoot_window (self, "spectrum");
  act (self, "win.all-classes");
  shoot_window (self, "classes");
  act (self, "win.all-classes");
  show_view (self, "explain");
  shoot_window (self, "explain");
  show_view (self, "attack");
  shoot_window (self, "attack");
  shoot_settings (self);
  if (!is_small (self))
    shoot_dialogs (self);
}

/* A window of its own, which learns for @milliseconds first. */
static void
shoot_learning (Shoot *self, const char *action, guint milliseconds, const char *name)
{
  GListModel *windows = gtk_window_get_toplevels ();

  act (self, action);
  if (is_small (self)) {
    g_autoptr (GtkWindow) window =
        g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

    gtk_window_set_default_size (window, 400, 700);
  }
  run_for (milliseconds);
  shoot_others (self, name);
}

static void
shoot_tasks (Shoot *self)
{
  static const char *const tasks[] = {"toy", "modular"};

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    choose_run (self, self->first_task + i);
    show_view (self, "task");
    shoot_window (self, tasks[i]);
  }
  shoot_learning (self, "win.playground", 6000, "playground");
  shoot_learning (self, "win.overfitting", 20000, "overfitting");
}

/* Everything in one of the two appearances. */
static void
shoot_all (Shoot *self,
           const char *large,
           const char *small,
           int appearance,
           void (*func) (Shoot *self))
{
  g_settings_set_enum (es_settings_get (), "appearance", appearance);
  self->variant = large;
  resize (self, 1280, 800);
  func (self);
  self->variant = small;
  resize (self, 400, 700);
  func (self);
}

static void
wait_for_training (Shoot *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  do
    run_for (200);
  while (es_run_item_get_state (run) != ES_RUN_FINISHED);
}

static void
train (Shoot *self)
{
  act (self, "win.train-digits");
  wait_for_training (self);
  act (self, "win.new");
  self->first_task = g_list_model_get_n_items (G_LIST_MODEL (self->workspace));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.task", "s", "toy");
  wait_for_training (self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.task", "s", "modular");
  wait_for_training (self);
  choose_run (self, 0);
  es_workspace_set_class (self->workspace, 5);
}

int
main (int argc, char **argv)
{
  g_autoptr (EsApplication) application = es_application_new ();
  Shoot self = {0};

  if (argc != 2) {
    g_printerr ("usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  g_set_prgname ("eigenscope");
  g_set_application_name ("Eigenscope");
  self.folder = argv[1];
  self.home = g_dir_make_tmp ("screenshots-XXXXXX", NULL);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);
  if (!g_application_register (G_APPLICATION (application), NULL, NULL))
    return 1;
  g_application_activate (G_APPLICATION (application));
  self.window =
      ES_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  self.workspace = es_window_get_workspace (self.window);
  shoot_all (&self, "light", "light-small", 1, shoot_start);
  shoot_all (&self, "dark", "dark-small", 2, shoot_start);
  resize (&self, 1280, 800);
  train (&self);
  attack (&self);
  shoot_all (&self, "light", "light-small", 1, shoot_views);
  shoot_all (&self, "dark", "dark-small", 2, shoot_views);
  shoot_all (&self, "light", "light-small", 1, shoot_tasks);
  shoot_all (&self, "dark", "dark-small", 2, shoot_tasks);
  resize (&self, 1280, 800);
  self.variant = "light";
  g_settings_set_enum (es_settings_get (), "appearance", 1);
  choose_run (&self, 0);
  shoot_opening (&self);
  gtk_window_close (GTK_WINDOW (self.window));
  return 0;
}
