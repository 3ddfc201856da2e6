/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is opened in the window: networks that others saved, tensors, datasets. */
#include "es-application.h"
#include "es-dataset-store.h"
#include "es-origin-bar.h"
#include "es-plot-view.h"
#include "es-safetensors.h"
#include "es-session.h"
#include "es-settings.h"
#include "es-window.h"

#include <glib/gstdio.h>
#include <math.h>

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 90

static char *folder;
static EsApplication *application;
static EsWindow *window;
static EsWorkspace *workspace;

static gboolean
wake (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;
  guint source = g_timeout_add (5, wake, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
}

#define WAIT_FOR(condition)                                                            \
  G_STMT_START                                                                         \
  {                                                                                    \
    gint64 end_ = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;                 \
                                                                                       \
    while (!(condition) && g_get_monotonic_time () < end_)                             \
      run_for (10);                                                                    \
    g_assert_true (condition);                                                         \
  }                                                                                    \
  G_STMT_END

static void
set_up_with (gboolean autosave)
{
  g_settings_set_boolean (es_settings_get (), "autosave", autosave);
  application = es_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  window =
      ES_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  workspace = es_window_get_workspace (window);
  run_for (100);
}

static void
set_up (void)
{
  set_up_with (FALSE);
}

static void
tear_down (void)
{
  gtk_window_close (GTK_WINDOW (window));
  run_for (100);
  g_clear_object (&application);
}

static guint
count_runs (void)
{
  return g_list_model_get_n_items (G_LIST_MODEL (workspace));
}

/* The first widget below @widget of @type. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The toplevel called @title, or NULL. */
static GtkWidget *
top_window (const char *title)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWindow) top = g_list_model_get_item (windows, i);

    if (g_strcmp0 (gtk_window_get_title (top), title) == 0)
      return GTK_WIDGET (top);
  }
  return NULL;
}

/* The first widget below @widget of @type for which @property is @text. */
static GtkWidget *
find_named (GtkWidget *widget, GType type, const char *property, const char *text)
{
  g_autofree char *value = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)) {
    g_object_get (widget, property, &value, NULL);
    if (g_strcmp0 (value, text) == 0)
      return widget;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_named (child, type, property, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Drops @path on the window as a file manager does. */
static void
drop (const char *path)
{
  GtkWidget *content =
      adw_application_window_get_content (ADW_APPLICATION_WINDOW (window));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (content);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GdkFileList *list = gdk_file_list_new_from_array (&file, 1);
  GValue value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, list);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (controller))
      g_signal_emit_by_name (controller, "drop", &value, 5.0, 5.0, &taken);
  }
  g_assert_true (taken);
  g_value_unset (&value);
}

/* Writes the weights of a network of P 784, H 16, C 10 that says nothing of itself. */
static char *
write_outputs (const char *name, gsize C, float value, float odd)
{
  g_autofree float *data = g_new (float, 16 * 784);
  const EsTensor tensors[] = {
      es_tensor_view ("embed.weight", ES_DTYPE_F32, data, 2, (gsize[]){16, 784}),
      es_tensor_view ("blocks.0.weight", ES_DTYPE_F32, data, 2, (gsize[]){32, 16}),
      es_tensor_view ("head.weight", ES_DTYPE_F32, data, 2, (gsize[]){C, 16}),
  };
  char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < 16 * 784; i++)
    data[i] = value * (float)sin (0.37 * i);
  data[7] = odd;
  g_assert_true (es_safetensors_write (path, tensors, 3, NULL, NULL));
  return path;
}

static char *
write_network (const char *name, float value, float odd)
{
  return write_outputs (name, 10, value, odd);
}

static void
show_view (const char *name)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", name));
}

static gboolean
says (GType type, const char *property, const char *text)
{
  GtkWidget *widget = find_named (GTK_WIDGET (window), type, property, text);

  return widget != NULL && gtk_widget_get_mapped (widget);
}

static gboolean
is_judged (void)
{
  return !isnan (es_run_item_get_origin (es_workspace_get_run (workspace))->accuracy);
}

/* Where it is in doubt whether a network is residual, a bar says so, with how well it
   does either way. */
static void
test_doubt (void)
{
  g_autofree char *path = write_network ("net.safetensors", 0.1f, 0.1f);
  GtkWidget *bar;
  const EsOrigin *origin;
  EsRunItem *run;

  set_up ();
  bar = find (GTK_WIDGET (window), ES_TYPE_ORIGIN_BAR);
  g_assert_false (gtk_widget_get_visible (bar));
  drop (path);
  WAIT_FOR (count_runs () == 1);
  run = es_workspace_get_run (workspace);
  origin = es_run_item_get_origin (run);
  g_assert_true (origin->residual_assumed);
  g_assert_true (gtk_widget_get_visible (bar));
  WAIT_FOR (is_judged ());
  g_assert_cmpfloat (origin->other, >=, 0);
  g_assert_nonnull (es_run_item_get_dataset (run));
  g_assert_nonnull (strstr (
      gtk_label_get_label (GTK_LABEL (find (bar, GTK_TYPE_LABEL))), origin->data));
  g_assert_nonnull (strstr (es_run_item_get_status (run), "Opened from a file ·"));
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "explain"));
  WAIT_FOR (es_workspace_get_sample (workspace) != NULL);
  gtk_widget_activate (
      find_named (bar, GTK_TYPE_BUTTON, "icon-name", "window-close-symbolic"));
  WAIT_FOR (!gtk_widget_get_visible (bar));
  tear_down ();
}

static gboolean
can_use (GtkWidget *mapping)
{
  return gtk_widget_get_sensitive (
      find_named (mapping, GTK_TYPE_BUTTON, "label", "_Use"));
}

/* Has the chosen network read anew with the residual connection. */
static void
change_residual (void)
{
  GtkWidget *mapping;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.parts", NULL));
  WAIT_FOR (top_window ("Parts of the Network") != NULL);
  mapping = top_window ("Parts of the Network");
  WAIT_FOR (can_use (mapping));
  gtk_switch_set_active (GTK_SWITCH (find (mapping, GTK_TYPE_SWITCH)), TRUE);
  WAIT_FOR (can_use (mapping));
  gtk_widget_activate (find_named (mapping, GTK_TYPE_BUTTON, "label", "_Use"));
}

/* The parts can be changed: wrong ones are named, residual ones are read anew and take
   the place of the run. */
static void
test_mapping (void)
{
  g_autofree char *path = write_network ("net.safetensors", 0.1f, 0.1f);
  GtkWidget *mapping, *head;

  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (count_runs () == 1);
  g_assert_false (
      es_run_item_get_plan (es_workspace_get_run (workspace))->model.residual);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.parts", NULL));
  WAIT_FOR (top_window ("Parts of the Network") != NULL);
  mapping = top_window ("Parts of the Network");
  WAIT_FOR (can_use (mapping));
  head = find_named (mapping, ADW_TYPE_COMBO_ROW, "title", "Head");
  adw_combo_row_set_selected (ADW_COMBO_ROW (head), 0);
  g_assert_false (can_use (mapping));
  g_assert_true (gtk_widget_has_css_class (head, "error"));
  g_assert_nonnull (find_named (mapping, ADW_TYPE_ACTION_ROW, "subtitle",
                                "Missing or of the wrong size: Head"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (head), 1);
  g_assert_false (gtk_widget_has_css_class (head, "error"));
  gtk_window_close (GTK_WINDOW (mapping));
  WAIT_FOR (top_window ("Parts of the Network") == NULL);
  change_residual ();
  WAIT_FOR (es_run_item_get_plan (es_workspace_get_run (workspace))->model.residual);
  g_assert_cmpuint (count_runs (), ==, 1);
  g_assert_false (
      es_run_item_get_origin (es_workspace_get_run (workspace))->residual_assumed);
  tear_down ();
}

/* Imports images of 28 x 28 pixels of the classes A to J as the dataset "letters". */
static void
make_letters (void)
{
  const char *const names[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", NULL};
  EsSamples parts[2];
  g_autoptr (EsDataset) dataset = NULL;
  g_autofree char *where = NULL;

  for (guint i = 0; i < 2; i++) {
    parts[i] = (EsSamples){
        .N = 20, .pixels = g_malloc0 ((gsize)20 * 784), .labels = g_new (guint16, 20)};
    for (guint n = 0; n < 20; n++)
      parts[i].labels[n] = (guint16)(n % 10);
  }
  dataset = es_dataset_new ("letters", 28, 28, names, &parts[0], &parts[1], NULL);
  where = es_dataset_store (dataset, "letters", NULL, FALSE, NULL);
  g_assert_nonnull (where);
}

static gboolean
choose_data (GtkWidget *combo, const char *name)
{
  GListModel *names = adw_combo_row_get_model (ADW_COMBO_ROW (combo));

  for (guint i = 0; i < g_list_model_get_n_items (names); i++)
    if (g_strcmp0 (gtk_string_list_get_string (GTK_STRING_LIST (names), i), name) ==
        0) {
      adw_combo_row_set_selected (ADW_COMBO_ROW (combo), i);
      return TRUE;
    }
  return FALSE;
}

static char *
first_class (void)
{
  return es_run_item_get_class_names (es_workspace_get_run (workspace))[0];
}

static gboolean
is_spectrum_of (const char *title)
{
  EsPlot *plot = es_plot_view_get_plot (ES_PLOT_VIEW (
      find_named (GTK_WIDGET (window), ES_TYPE_PLOT_VIEW, "label", "Spectrum")));

  return plot != NULL && g_strcmp0 (es_plot_get_title (plot), title) == 0;
}

/* The classes of a network that others trained have the names of its dataset's, and
   others with another dataset. */
static void
test_names (void)
{
  g_autofree char *path = write_network ("net.safetensors", 0.1f, 0.1f);
  GtkWidget *mapping, *data;

  make_letters ();
  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (count_runs () == 1);
  WAIT_FOR (is_judged ());
  show_view ("spectrum");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.parts", NULL));
  WAIT_FOR (top_window ("Parts of the Network") != NULL);
  mapping = top_window ("Parts of the Network");
  WAIT_FOR (can_use (mapping));
  data = find_named (mapping, ADW_TYPE_COMBO_ROW, "title", "Dataset");
  WAIT_FOR (choose_data (data, "letters"));
  run_for (500);
  gtk_widget_activate (find_named (mapping, GTK_TYPE_BUTTON, "label", "_Use"));
  WAIT_FOR (g_strcmp0 (first_class (), "A") == 0);
  g_assert_cmpstr (es_run_item_get_plan (es_workspace_get_run (workspace))->data, ==,
                   "letters");
  WAIT_FOR (is_spectrum_of ("A"));
  show_view ("train");
  WAIT_FOR (says (GTK_TYPE_LABEL, "label", "letters"));
  tear_down ();
  g_assert_true (es_dataset_remove ("letters", NULL));
}

/* What a person does with a network of others is there at the next start. */
static void
test_kept (void)
{
  g_autofree char *path = write_network ("kept.safetensors", 0.1f, 0.1f);
  gboolean starred = TRUE;
  EsRunItem *run;

  set_up_with (TRUE);
  es_window_open_file (window, path);
  WAIT_FOR (count_runs () == 1);
  WAIT_FOR (is_judged ());
  run = es_workspace_get_run (workspace);
  g_assert_null (es_run_item_get_id (run));
  es_session_edit (run, &(EsRunEdit){.name = "Theirs", .starred = &starred});
  WAIT_FOR (es_run_item_get_id (run) != NULL);
  tear_down ();
  set_up_with (TRUE);
  WAIT_FOR (count_runs () == 1);
  run = es_workspace_get_run (workspace);
  g_assert_cmpstr (es_run_item_get_name (run), ==, "Theirs");
  g_assert_true (es_run_item_get_entry (run)->starred);
  WAIT_FOR (es_run_item_get_model (run) != NULL);
  /* What had to be assumed of it is known, and can be changed. */
  WAIT_FOR (is_judged ());
  g_assert_true (g_str_has_prefix (es_run_item_get_status (run), "Opened from a file"));
  g_assert_true (es_run_item_get_origin (run)->residual_assumed);
  g_assert_cmpstr (es_run_item_get_origin (run)->path, ==, path);
  change_residual ();
  WAIT_FOR (es_workspace_get_run (workspace) != run);
  run = es_workspace_get_run (workspace);
  g_assert_cmpstr (es_run_item_get_name (run), ==, "Theirs");
  g_assert_true (es_run_item_get_entry (run)->starred);
  g_assert_true (es_run_item_get_plan (run)->model.residual);
  g_assert_false (es_run_item_get_origin (run)->residual_assumed);
  WAIT_FOR (es_run_item_get_id (run) != NULL);
  tear_down ();
  /* So is what a person said. */
  set_up_with (TRUE);
  WAIT_FOR (count_runs () == 1);
  run = es_workspace_get_run (workspace);
  WAIT_FOR (es_run_item_get_model (run) != NULL);
  g_assert_true (es_run_item_get_plan (run)->model.residual);
  g_assert_false (es_run_item_get_origin (run)->residual_assumed);
  g_assert_true (g_strv_contains (
      (const char *const *)es_run_item_get_origin (run)->parts, "embed=embed.weight"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL));
  WAIT_FOR (count_runs () == 0);
  tear_down ();
}

/* Tensors of no network are listed, measured and drawn. */
static void
test_tensors (void)
{
  static const float data[12] = {-2, 0, 0, 4};
  const EsTensor tensors[] = {
      es_tensor_view ("a", ES_DTYPE_F32, data, 2, (gsize[]){3, 4}),
      es_tensor_view ("b", ES_DTYPE_F32, data, 1, (gsize[]){4}),
  };
  g_autofree char *path = g_build_filename (folder, "any.safetensors", NULL);
  GtkWidget *list, *view, *look;

  g_assert_true (es_safetensors_write (path, tensors, 2, NULL, NULL));
  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (top_window ("any.safetensors") != NULL);
  list = top_window ("any.safetensors");
  view = find (list, ES_TYPE_PLOT_VIEW);
  look = find (list, GTK_TYPE_DROP_DOWN);
  WAIT_FOR (es_plot_view_get_plot (ES_PLOT_VIEW (view)) != NULL);
  WAIT_FOR (find_named (list, GTK_TYPE_LABEL, "label", "3 × 4") != NULL);
  WAIT_FOR (find_named (list, GTK_TYPE_LABEL, "label", "10") != NULL);
  for (guint i = 1; i < 3; i++) {
    g_autoptr (EsPlot) before =
        es_plot_ref (es_plot_view_get_plot (ES_PLOT_VIEW (view)));

    gtk_drop_down_set_selected (GTK_DROP_DOWN (look), i);
    WAIT_FOR (es_plot_view_get_plot (ES_PLOT_VIEW (view)) != before);
  }
  g_assert_true (gtk_widget_activate_action (list, "tensor.use", NULL));
  WAIT_FOR (top_window ("Parts of the Network") != NULL);
  g_assert_cmpuint (count_runs (), ==, 0);
  tear_down ();
}

/* What comes to be read after its window has gone opens none. */
static void
test_closed_meanwhile (void)
{
  static const float data[4] = {0};
  const EsTensor tensor = es_tensor_view ("a", ES_DTYPE_F32, data, 1, (gsize[]){4});
  g_autofree char *path = g_build_filename (folder, "late.safetensors", NULL);

  g_assert_true (es_safetensors_write (path, &tensor, 1, NULL, NULL));
  for (guint asked = 0; asked < 2; asked++) {
    gpointer left;

    set_up ();
    es_window_open_file (window, path);
    if (asked == 1) {
      WAIT_FOR (top_window ("late.safetensors") != NULL);
      g_assert_true (gtk_widget_activate_action (top_window ("late.safetensors"),
                                                 "tensor.use", NULL));
    }
    left = window;
    g_object_add_weak_pointer (left, &left);
    gtk_window_close (GTK_WINDOW (window));
    WAIT_FOR (left == NULL);
    run_for (200);
    g_assert_null (top_window ("late.safetensors"));
    g_assert_null (top_window ("Parts of the Network"));
    g_clear_object (&application);
  }
}

/* Where names say nothing, sizes fill in the parts. */
static void
test_sizes (void)
{
  static const float data[16 * 784];
  const EsTensor tensors[] = {
      es_tensor_view ("zzz", ES_DTYPE_F32, data, 2, (gsize[]){16, 784}),
      es_tensor_view ("aa", ES_DTYPE_F32, data, 2, (gsize[]){16, 16}),
      es_tensor_view ("bb", ES_DTYPE_F32, data, 2, (gsize[]){16, 16}),
      es_tensor_view ("out", ES_DTYPE_F32, data, 2, (gsize[]){10, 16}),
      es_tensor_view ("extra", ES_DTYPE_F32, data, 1, (gsize[]){7}),
  };
  g_autofree char *path = g_build_filename (folder, "nameless.safetensors", NULL);
  GtkWidget *mapping;

  g_assert_true (es_safetensors_write (path, tensors, 5, NULL, NULL));
  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (top_window ("nameless.safetensors") != NULL);
  g_assert_true (gtk_widget_activate_action (top_window ("nameless.safetensors"),
                                             "tensor.use", NULL));
  WAIT_FOR (top_window ("Parts of the Network") != NULL);
  mapping = top_window ("Parts of the Network");
  WAIT_FOR (can_use (mapping));
  g_assert_nonnull (
      find_named (mapping, ADW_TYPE_COMBO_ROW, "title", "Right Half of Layer 1"));
  gtk_widget_activate (find_named (mapping, GTK_TYPE_BUTTON, "label", "_Use"));
  WAIT_FOR (count_runs () == 1);
  tear_down ();
}

static gboolean
explains (GtkWidget *list, const char *part)
{
  GtkWidget *page = find (list, ADW_TYPE_STATUS_PAGE);
  const char *text = adw_status_page_get_description (ADW_STATUS_PAGE (page));

  return text != NULL && strstr (text, part) != NULL;
}

/* What is no tensor among them is listed, too, and says why it is not read. */
static void
test_unread (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("EIGENSCOPE_TEST_SOURCE"), "tests", "fuzz", "corpus",
                        "tensor-file", "npz-text", NULL);
  GtkWidget *list, *columns;

  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (top_window ("npz-text") != NULL);
  list = top_window ("npz-text");
  WAIT_FOR (find_named (list, GTK_TYPE_LABEL, "label", "Not readable") != NULL);
  columns = find (list, GTK_TYPE_COLUMN_VIEW);
  gtk_single_selection_set_selected (
      GTK_SINGLE_SELECTION (gtk_column_view_get_model (GTK_COLUMN_VIEW (columns))), 1);
  WAIT_FOR (explains (list, "npz-text (words): holds elements"));
  gtk_window_destroy (GTK_WINDOW (list));
  tear_down ();
}

static gboolean
can_import (GtkWidget *import)
{
  return gtk_widget_get_sensitive (
      find_named (import, GTK_TYPE_BUTTON, "label", "_Import"));
}

/* Images become a dataset with a name, and a run that can be trained on it. */
static void
test_import (void)
{
  g_autoptr (GString) text = g_string_new ("label,a,b,c,d\n");
  g_autofree char *path = g_build_filename (folder, "points.csv", NULL);
  GtkWidget *import, *name, *column;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "%s,%u,2,3,%u\n", i % 2 ? "odd" : "even", i, 40 - i);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (top_window ("Import a Dataset") != NULL);
  import = top_window ("Import a Dataset");
  WAIT_FOR (can_import (import));
  g_assert_nonnull (
      es_plot_view_get_plot (ES_PLOT_VIEW (find (import, ES_TYPE_PLOT_VIEW))));
  name = find_named (import, ADW_TYPE_ENTRY_ROW, "title", "Name");
  gtk_editable_set_text (GTK_EDITABLE (name), "a/b");
  g_assert_false (can_import (import));
  gtk_editable_set_text (GTK_EDITABLE (name), "parity");
  column = find_named (import, ADW_TYPE_ENTRY_ROW, "title", "Column of the Labels");
  gtk_editable_set_text (GTK_EDITABLE (column), "nowhere");
  g_assert_false (can_import (import));
  run_for (1000);
  g_assert_false (can_import (import));
  gtk_editable_set_text (GTK_EDITABLE (column), "label");
  WAIT_FOR (can_import (import));
  gtk_widget_activate (find_named (import, GTK_TYPE_BUTTON, "label", "_Import"));
  WAIT_FOR (count_runs () == 1);
  g_assert_cmpstr (es_run_item_get_plan (es_workspace_get_run (workspace))->data, ==,
                   "parity");
  WAIT_FOR (es_run_item_get_dataset (es_workspace_get_run (workspace)) != NULL);
  g_assert_cmpstr (es_run_item_get_class_names (es_workspace_get_run (workspace))[1],
                   ==, "odd");

  /* Its name is taken now: another one is offered, and nothing is lost. */
  run_for (300);
  es_window_open_file (window, path);
  WAIT_FOR (top_window ("Import a Dataset") != NULL);
  import = top_window ("Import a Dataset");
  WAIT_FOR (can_import (import));
  name = find_named (import, ADW_TYPE_ENTRY_ROW, "title", "Name");
  gtk_editable_set_text (GTK_EDITABLE (name), "parity");
  g_assert_false (can_import (import));
  gtk_widget_activate (gtk_widget_get_parent (
      find_named (import, GTK_TYPE_LABEL, "label", "Call It “parity 2”")));
  WAIT_FOR (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (name)), "parity 2") == 0);
  g_assert_true (can_import (import));
  gtk_window_close (GTK_WINDOW (import));
  run_for (100);
  tear_down ();
}

/* Weights that are no numbers are opened and marked; the views stay alive. */
static void
test_not_finite (void)
{
  g_autofree char *path = write_network ("nan.safetensors", 0.1f, NAN);
  EsRunItem *run;

  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (count_runs () == 1);
  run = es_workspace_get_run (workspace);
  g_assert_cmpuint (es_run_item_get_origin (run)->n_not_finite, ==, 3);
  g_assert_cmpstr (es_run_item_get_status (run), ==, "3 weights not finite");
  show_view ("spectrum");
  WAIT_FOR (says (ADW_TYPE_STATUS_PAGE, "title", "No Spectrum"));
  show_view ("explain");
  WAIT_FOR (says (ADW_TYPE_STATUS_PAGE, "title", "No Explanation"));
  show_view ("attack");
  WAIT_FOR (says (ADW_TYPE_STATUS_PAGE, "title", "No Attack"));
  tear_down ();
}

/* One output has a spectrum, and what it lacks is said. */
static void
test_one_output (void)
{
  g_autofree char *path = write_outputs ("one.safetensors", 1, 0.1f, 0.1f);
  EsPlotView *spectrum;

  set_up ();
  es_window_open_file (window, path);
  WAIT_FOR (count_runs () == 1);
  show_view ("spectrum");
  spectrum = ES_PLOT_VIEW (
      find_named (GTK_WIDGET (window), ES_TYPE_PLOT_VIEW, "label", "Spectrum"));
  WAIT_FOR (es_plot_view_get_plot (spectrum) != NULL);
  WAIT_FOR (!gtk_widget_get_visible (
      find_named (GTK_WIDGET (window), ES_TYPE_PLOT_VIEW, "label", "Truncation")));
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_autofree char *command = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("open-XXXXXX", NULL);
  g_test_add_func ("/open/doubt", test_doubt);
  g_test_add_func ("/open/mapping", test_mapping);
  g_test_add_func ("/open/names", test_names);
  g_test_add_func ("/open/kept", test_kept);
  g_test_add_func ("/open/tensors", test_tensors);
  g_test_add_func ("/open/closed-meanwhile", test_closed_meanwhile);
  g_test_add_func ("/open/unread", test_unread);
  g_test_add_func ("/open/sizes", test_sizes);
  g_test_add_func ("/open/import", test_import);
  g_test_add_func ("/open/not-finite", test_not_finite);
  g_test_add_func ("/open/one-output", test_one_output);
  status = g_test_run ();
  command = g_strdup_printf ("rm -r '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (folder);
  return status;
}
