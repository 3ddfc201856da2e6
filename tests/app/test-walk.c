/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A random walk over everything that the window offers. Any warning ends it, and so do
 * the sanitizers in a build with them. ES_TEST_WALK is the number of actions. Each is
 * printed, and each draws from random numbers of its own, so that the same seed does
 * the same as far as the threads allow. 2,000 actions, and a walk again:
 *
 *   ES_TEST_WALK=2000 meson test -C build-sanitize --suite walk -v
 *   ... --test-args=--seed=R02S...
 *
 * With the address sanitizer, leaks end it as well: see own-leaks.py.
 */
#include "es-application.h"
#include "es-number-row.h"
#include "es-settings.h"
#include "es-window.h"
#include "walk-touch.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds after which what was to end is taken not to. */
#define PATIENCE 30

/* Networks that are trained on the way have at most so many hidden units. */
#define MAX_HIDDEN 64

typedef struct
{
  EsApplication *application;
  EsWindow *window;
  GRand *rand;
  GPtrArray *files; /* to open, good and broken */
} Walk;

static char *folder;

/* Main loop */

static gboolean
wake (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
run_for (int milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;
  guint source = g_timeout_add (2, wake, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
}

/* File dialogs are not shown but answered, soon. The linker puts these in the place of
   GTK's functions (see meson.build). */

void __wrap_gtk_native_dialog_show (GtkNativeDialog *dialog);
GFile *__wrap_gtk_file_chooser_get_file (GtkFileChooser *chooser);
GListModel *__wrap_gtk_file_chooser_get_files (GtkFileChooser *chooser);
void __wrap_gtk_show_uri (GtkWindow *parent, const char *uri, guint32 timestamp);

static Walk *walking;

static char *
draw_name (GRand *rand)
{
  static const char *const names[] = {
      "a.pdf",         "a.svg", "a.png", "a.csv",      "a.npz",
      "a.safetensors", "b",     "ö ü",   "none/a.pdf", "<b>&.png",
      "b.safetensors", "c.PDF", "d.txt", "a.tar",      "a.safetensors"};

  return g_build_filename (
      folder, names[g_rand_int_range (rand, 0, G_N_ELEMENTS (names))], NULL);
}

static gboolean
answer_idle (gpointer dialog)
{
  gboolean cancel = g_rand_int_range (walking->rand, 0, 5) == 0;

  g_signal_emit_by_name (dialog, "response",
                         cancel ? GTK_RESPONSE_CANCEL : GTK_RESPONSE_ACCEPT);
  g_object_unref (dialog);
  return G_SOURCE_REMOVE;
}

void
__wrap_gtk_native_dialog_show (GtkNativeDialog *dialog)
{
  g_idle_add (answer_idle, g_object_ref (dialog));
}

GFile *
__wrap_gtk_file_chooser_get_file (GtkFileChooser *chooser)
{
  GtkFileChooserAction action = gtk_file_chooser_get_action (chooser);
  GPtrArray *files = walking->files;
  g_autofree char *path = NULL;

  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    path = draw_name (walking->rand);
  else if (action == GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER)
    path = g_build_filename (folder, g_rand_boolean (walking->rand) ? "mnist" : "none",
                             NULL);
  else
    path = g_strdup (files->pdata[g_rand_int (walking->rand) % files->len]);
  return g_file_new_for_path (path);
}

GListModel *
__wrap_gtk_file_chooser_get_files (GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = __wrap_gtk_file_chooser_get_file (chooser);
  GListStore *files = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (files, file);
  return G_LIST_MODEL (files);
}

void
__wrap_gtk_show_uri (GtkWindow *parent, const char *uri, guint32 timestamp)
{
}

/* Files */

static void
write_idx (const char *name, guint8 type, const guint32 *dims, guint8 n_dims)
{
  g_autofree char *path = g_build_filename (folder, "mnist", name, NULL);
  GByteArray *bytes = g_byte_array_new ();
  const guint8 magic[] = {0, 0, type, n_dims};
  gsize size = 1;

  g_byte_array_append (bytes, magic, sizeof magic);
  for (guint i = 0; i < n_dims; i++) {
    guint32 big_endian = GUINT32_TO_BE (dims[i]);

    g_byte_array_append (bytes, (const guint8 *)&big_endian, 4);
    size *= dims[i];
  }
  for (gsize i = 0; i < size; i++) {
    guint8 value = (guint8)(n_dims == 1 ? i % 10 : i % 251);

    g_byte_array_append (bytes, &value, 1);
  }
  g_assert_true (
      g_file_set_contents (path, (const char *)bytes->data, (gssize)bytes->len, NULL));
  g_byte_array_unref (bytes);
}

/* A small dataset in the files of MNIST. */
static void
make_dataset (void)
{
  const guint32 train[] = {200, 12, 12}, test[] = {100, 12, 12};
  g_autofree char *path = g_build_filename (folder, "mnist", NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  write_idx ("train-images-idx3-ubyte", 8, train, 3);
  write_idx ("train-labels-idx1-ubyte", 8, train, 1);
  write_idx ("t10k-images-idx3-ubyte", 8, test, 3);
  write_idx ("t10k-labels-idx1-ubyte", 8, test, 1);
}

static void
add_files (GPtrArray *files, const char *corpus)
{
  const char *source = g_getenv ("EIGENSCOPE_TEST_SOURCE");
  g_autofree char *path = g_build_filename (source, "tests/fuzz/corpus", corpus, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (files, g_build_filename (path, name, NULL));
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_files (void)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  add_files (files, "run-file");
  add_files (files, "run-file"); /* more often, some of them are sound */
  add_files (files, "safetensors");
  add_files (files, "npz");
  g_ptr_array_sort (files, compare_strings);
  for (guint i = 0; i < 12; i++)
    g_ptr_array_add (files,
                     g_build_filename (folder, i % 2 ? "a.safetensors" : "b", NULL));
  g_ptr_array_add (files, g_strdup (folder));
  g_ptr_array_add (files, g_strdup ("/dev/zero"));
  return files;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_folder (child);
  }
  g_remove (path);
}

/* The window */

static void
open_window (Walk *walk)
{
  GtkApplication *application;

  walk->application = es_application_new ();
  application = GTK_APPLICATION (walk->application);
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  walk->window = ES_WINDOW (gtk_application_get_active_window (application));
  run_for (100);
}

/* Closes it and waits until it is gone. */
static void
close_window (Walk *walk)
{
  gpointer left = walk->window;
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  g_object_add_weak_pointer (left, &left);
  gtk_window_close (GTK_WINDOW (walk->window));
  while (left != NULL && g_get_monotonic_time () < end)
    run_for (20);
  if (left != NULL)
    g_test_message ("the window is %s, with %u references",
                    gtk_widget_get_visible (left) ? "shown" : "closed",
                    G_OBJECT (left)->ref_count);
  g_assert_null (left);
  g_object_unref (walk->application);
}

/* What a person can get at now: a dialog that is modal, or else any window; an open
   menu of it first. */
static GtkWidget *
find_popover (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_POPOVER (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_popover (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static GtkWidget *
draw_window (Walk *walk, guint *n_windows)
{
  g_autoptr (GList) all = gtk_window_list_toplevels ();
  g_autoptr (GPtrArray) windows = g_ptr_array_new ();
  GtkWidget *modal = NULL;

  for (GList *l = all; l != NULL; l = l->next) {
    if (!gtk_widget_get_visible (l->data))
      continue;
    g_ptr_array_add (windows, l->data);
    if (gtk_window_get_modal (l->data))
      modal = l->data;
  }
  *n_windows = windows->len;
  g_assert_cmpuint (windows->len, >, 0);
  return modal != NULL ? modal : windows->pdata[g_rand_int (walk->rand) % windows->len];
}

/* What is done, apart from touching widgets */

static char *
act_on_application (Walk *walk)
{
  GActionGroup *group = g_rand_boolean (walk->rand) ? G_ACTION_GROUP (walk->application)
                                                    : G_ACTION_GROUP (walk->window);
  g_auto (GStrv) names = g_action_group_list_actions (group);
  guint n = g_strv_length (names);
  const char *name = n > 0 ? names[g_rand_int (walk->rand) % n] : NULL;

  if (name == NULL || g_str_equal (name, "quit") ||
      g_action_group_get_action_parameter_type (group, name) != NULL)
    return g_strdup ("");
  g_action_group_activate_action (group, name, NULL);
  return g_strdup_printf ("application's %s", name);
}

static char *
open_file (Walk *walk)
{
  const char *path = walk->files->pdata[g_rand_int (walk->rand) % walk->files->len];

  es_window_open_file (walk->window, path);
  return g_strdup_printf ("open %s", path);
}

static char *
drop_file (Walk *walk)
{
  const char *path = walk->files->pdata[g_rand_int (walk->rand) % walk->files->len];
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (
      adw_application_window_get_content (ADW_APPLICATION_WINDOW (walk->window)));
  GSList *list = g_slist_append (NULL, g_file_new_for_path (path));
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, list);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) target = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (target))
      g_signal_emit_by_name (target, "drop", &value, 9.0, 9.0, &taken);
  }
  g_assert_true (taken);
  return g_strdup_printf ("drop %s", path);
}

static char *
resize (Walk *walk)
{
  int width = g_rand_int_range (walk->rand, 360, 1400);
  int height = g_rand_int_range (walk->rand, 300, 900);

  gtk_window_set_default_size (GTK_WINDOW (walk->window), width, height);
  return g_strdup_printf ("size %d x %d", width, height);
}

static char *
look (Walk *walk)
{
  static const AdwColorScheme schemes[] = {ADW_COLOR_SCHEME_DEFAULT,
                                           ADW_COLOR_SCHEME_FORCE_DARK,
                                           ADW_COLOR_SCHEME_FORCE_LIGHT};
  GtkSettings *settings = gtk_settings_get_default ();
  int what = g_rand_int_range (walk->rand, 0, 6);

  if (what < 3)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        schemes[what]);
  else if (what == 3)
    g_object_set (settings, "gtk-enable-animations", g_rand_boolean (walk->rand), NULL);
  else if (what == 4)
    g_object_set (settings, "gtk-xft-dpi",
                  (g_rand_boolean (walk->rand) ? 144 : 96) * 1024, NULL);
  else
    gtk_widget_set_direction (GTK_WIDGET (walk->window), g_rand_boolean (walk->rand)
                                                             ? GTK_TEXT_DIR_RTL
                                                             : GTK_TEXT_DIR_LTR);
  return g_strdup_printf ("look %d", what);
}

static char *
choose_frame (Walk *walk)
{
  int frame = g_rand_int_range (walk->rand, -1, 60);

  es_workspace_set_frame (es_window_get_workspace (walk->window), frame);
  es_workspace_set_component (es_window_get_workspace (walk->window),
                              g_rand_int_range (walk->rand, -200, 200));
  return g_strdup_printf ("frame %d", frame);
}

static char *
reopen (Walk *walk)
{
  close_window (walk);
  open_window (walk);
  return g_strdup ("close the window and open it again");
}

static char *
act_on_window (Walk *walk)
{
  return walk_act (GTK_WIDGET (walk->window), walk->rand);
}

/* Those that need the main window, out of a hundred; the others touch what there is. */
static const struct
{
  char *(*act) (Walk *walk);
  int chances;
} main_acts[] = {{act_on_window, 18}, {act_on_application, 4},
                 {open_file, 5},      {drop_file, 1},
                 {resize, 4},         {look, 3},
                 {choose_frame, 3},   {reopen, 1}};

static char *
act_on_main (Walk *walk, int what)
{
  for (guint i = 0; i < G_N_ELEMENTS (main_acts); i++) {
    if (what < main_acts[i].chances)
      return main_acts[i].act (walk);
    what -= main_acts[i].chances;
  }
  return NULL;
}

static char *
act (Walk *walk)
{
  int what = g_rand_int_range (walk->rand, 0, 100);
  guint n;
  GtkWidget *window = draw_window (walk, &n);
  GtkWidget *popover = find_popover (window);
  char *done = NULL;

  if (window != GTK_WIDGET (walk->window) && !GTK_IS_FILE_CHOOSER (window) &&
      (what < 10 || n > 4)) {
    gtk_window_close (GTK_WINDOW (window));
    return g_strdup ("close a dialog");
  }
  if (popover != NULL && what >= 20)
    return walk_touch (popover, walk->rand);
  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
  if (!gtk_window_get_modal (GTK_WINDOW (window)))
    done = act_on_main (walk, what);
  return done != NULL ? done : walk_touch (window, walk->rand);
}

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ES_IS_NUMBER_ROW (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_row (child, title);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* A large network would take the rest of the walk to train. */
static void
keep_small (Walk *walk)
{
  EsRunItem *run = es_workspace_get_run (es_window_get_workspace (walk->window));
  const EsPlan *plan = run != NULL ? es_run_item_get_plan (run) : NULL;
  GtkWidget *window = GTK_WIDGET (walk->window);

  if (plan == NULL || es_run_item_get_state (run) != ES_RUN_DRAFT)
    return;
  if (plan->model.hidden > MAX_HIDDEN)
    es_number_row_set_value (ES_NUMBER_ROW (find_row (window, "Hidden Width")),
                             MAX_HIDDEN);
  if (plan->model.layers > 2)
    es_number_row_set_value (ES_NUMBER_ROW (find_row (window, "Layers")), 2);
}

static void
close_dialogs (Walk *walk)
{
  g_autolist (GtkWindow) all = gtk_window_list_toplevels ();

  /* One that is closed takes along those that stand before it. */
  g_list_foreach (all, (GFunc)G_CALLBACK (g_object_ref), NULL);
  for (GList *l = all; l != NULL; l = l->next)
    if (l->data != walk->window && gtk_widget_get_visible (l->data))
      gtk_window_close (l->data);
}

static void
take_step (Walk *walk, guint i)
{
  g_autofree char *done = NULL;

  walk->rand = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  done = act (walk);
  keep_small (walk);
  g_test_message ("%u: %s", i, done);
  /* Most follow each other as fast as hands can, some when all has settled. */
  run_for (g_rand_int_range (walk->rand, 0, 50) == 0
               ? 300
               : g_rand_int_range (walk->rand, 0, 16));
  g_rand_free (walk->rand);
}

/* What GTK 4.8 says of itself and nobody else can mend */

static gboolean
is_toolkits_own (const char *message)
{
  static const char *const messages[] = {
      /* A tooltip was due in a menu that has been closed meanwhile. */
      "gdk_surface_get_device_position: assertion 'GDK_IS_SURFACE",
      "_gtk_widget_find_at_coords: assertion 'GDK_IS_SURFACE",
      /* A menu is open whose place in the window has gone out of the screen. */
      "gdk_monitor_get_geometry: assertion 'GDK_IS_MONITOR",
      "attempt to allocate GtkPopoverContent", "with width -2 and height -2",
      /* The list of a drop-down in a dialog that is being closed. */
      "attempt to allocate GtkScrolledWindow scrolledwindow",
      /* The caret of an entry whose text has been selected, or that has lost the focus
         by becoming insensitive. */
      "unexpected blinking selection", "did not receive a focus-out event",
      /* A list is hidden while it goes on scrolling, before its new rows are as high as
         they will be. */
      "failed to scroll to given position",
      /* Tab, while a menu is open and nothing in the window has the focus. */
      "gtk_widget_is_ancestor: assertion 'GTK_IS_WIDGET (widget)'"};

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strstr (message, messages[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_fatal (const char *domain,
          GLogLevelFlags level,
          const char *message,
          gpointer unused)
{
  return !is_toolkits_own (message);
}

static GLogFunc log_before;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer unused)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && is_toolkits_own (fields[i].value))
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n, NULL);
}

/* GLib's own would announce the end of the tests before it asks is_fatal(). */
static void
log_unless_own (const char *domain,
                GLogLevelFlags level,
                const char *message,
                gpointer unused)
{
  if (!is_toolkits_own (message))
    log_before (domain, level, message, NULL);
}

static void
test_walk (void)
{
  const char *asked = g_getenv ("ES_TEST_WALK");
  guint n = asked != NULL ? (guint)atoi (asked) : WALK_ACTIONS;
  g_autoptr (GPtrArray) lines = NULL;
  Walk walk = {.files = list_files ()};

  walking = &walk;
  g_test_log_set_fatal_handler (is_fatal, NULL);
  log_before = g_log_set_default_handler (log_unless_own, NULL);
  open_window (&walk);
  for (guint i = 0; i < n; i++)
    take_step (&walk, i);
  walk.rand = g_rand_new_with_seed (1);
  close_dialogs (&walk);
  run_for (300);
  close_window (&walk);
  g_rand_free (walk.rand);
  g_ptr_array_unref (walk.files);
  lines = walk_list_reached ();
  for (guint i = 0; i < lines->len; i++)
    g_test_message ("%s", (char *)lines->pdata[i]);
}

int
main (int argc, char **argv)
{
  g_log_set_writer_func (write_log, NULL, NULL);

  int status;

  setvbuf (stdout, NULL, _IOLBF, 0); /* what was done last is seen after a crash */
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("walk-XXXXXX", NULL);
  make_dataset ();
  g_test_add_func ("/walk", test_walk);
  status = g_test_run ();
  remove_folder (folder);
  g_free (folder);
  return status;
}
