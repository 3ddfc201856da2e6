/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How the window keeps up: trains in it and works it, and prints, a JSON line for each
 * phase, the longest time for which the main loop did not answer, the most processor
 * time that it used at a stretch (which other programs' work does not lengthen), how
 * often the live pictures were painted anew, and the processor time in all.
 * bench/responsiveness runs it.
 */

#include "dragging.h"

#include "es-application.h"
#include "es-blas.h"
#include "es-figure-file.h"
#include "es-plot-view.h"
#include "es-sample-browser.h"
#include "es-settings.h"
#include "es-toasts.h"
#include "es-window.h"
#include "es-work.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* A timer that should come this often tells, by how late it is, what else was done. */
#define BEAT_MILLISECONDS 5
#define LONG_GAP 0.050

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 600

#define EXPORT_DPI 600

typedef struct
{
  EsWindow *window;
  EsWorkspace *workspace;
  EsPlotView *history, *spectrum;
  gint64 last_beat;
  gint64 phase_start;
  double main_cpu, cpu; /* at the start of the phase, seconds */
  double longest;       /* seconds that a beat came late */
  GArray *gaps;         /* seconds that each beat of the phase came late, double */
  double last_cpu;      /* of the main thread at the last beat */
  double busiest;       /* most seconds of processor time between two beats */
  guint n_long;
  guint n_frames;
  guint n_spectra; /* frames with a spectrum that was not there before */
  EsPlot *painted; /* the last one of them */
  double first_frame;
} Bench;

static double
cpu_seconds (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

/* Seconds since the process was started, to a hundredth: what the loader took counts.
 */
static double
seconds_since_start (void)
{
  g_autofree char *stat = NULL, *uptime = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  g_assert_true (g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL));
  g_assert_true (g_file_get_contents ("/proc/uptime", &uptime, NULL, NULL));
  /* The second field, the name, is the last in parentheses; the time is the 22nd. */
  rest = strrchr (stat, ')');
  fields = g_strsplit (rest + 2, " ", 22);
  return g_ascii_strtod (uptime, NULL) -
         g_ascii_strtod (fields[19], NULL) / (double)sysconf (_SC_CLK_TCK);
}

static gboolean
beat_cb (gpointer data)
{
  Bench *self = data;
  gint64 now = g_get_monotonic_time ();
  double cpu = cpu_seconds (RUSAGE_THREAD);
  double late =
      (double)(now - self->last_beat) / G_USEC_PER_SEC - BEAT_MILLISECONDS / 1000.0;

  self->last_beat = now;
  self->longest = MAX (self->longest, late);
  g_array_append_val (self->gaps, late);
  self->busiest = MAX (self->busiest, cpu - self->last_cpu);
  self->last_cpu = cpu;
  self->n_long += late > LONG_GAP;
  return G_SOURCE_CONTINUE;
}

static void
painted_cb (Bench *self)
{
  EsPlot *plot = es_plot_view_get_plot (self->spectrum);

  if (self->first_frame <= 0)
    self->first_frame = seconds_since_start ();
  self->n_frames++;
  if (plot == NULL || plot == self->painted)
    return;
  self->n_spectra++;
  es_plot_unref (self->painted);
  self->painted = es_plot_ref (plot);
}

static void
begin (Bench *self)
{
  self->last_beat = self->phase_start = g_get_monotonic_time ();
  self->main_cpu = self->last_cpu = cpu_seconds (RUSAGE_THREAD);
  self->cpu = cpu_seconds (RUSAGE_SELF);
  self->longest = self->busiest = 0;
  g_array_set_size (self->gaps, 0);
  self->n_long = self->n_frames = self->n_spectra = 0;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Of the beats of the phase, the lateness that one in a hundred exceeds. */
static double
get_p99 (Bench *self)
{
  GArray *gaps = self->gaps;

  if (gaps->len == 0)
    return 0;
  g_array_sort (gaps, compare_doubles);
  return MAX (g_array_index (gaps, double, gaps->len * 99 / 100), 0);
}

/* Resident memory of the process, in MB. */
static double
get_resident (void)
{
  g_autofree char *statm = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL));
  fields = g_strsplit (statm, " ", 3);
  return g_ascii_strtod (fields[1], NULL) * (double)sysconf (_SC_PAGESIZE) / 1e6;
}

static void
end (Bench *self, const char *phase)
{
  double seconds =
      (double)(g_get_monotonic_time () - self->phase_start) / G_USEC_PER_SEC;

  g_print ("{\"phase\": \"%s\", \"seconds\": %.3f, \"longest_gap_ms\": %.1f, "
           "\"p99_gap_ms\": %.1f, \"longest_work_ms\": %.1f, "
           "\"gaps_over_50_ms\": %u, \"frames_per_s\": %.1f, \"spectra_per_s\": %.1f, "
           "\"main_cpu_s\": %.3f, \"cpu_s\": %.3f}\n",
           phase, seconds, 1000 * self->longest, 1000 * get_p99 (self),
           1000 * self->busiest, self->n_long, self->n_frames / seconds,
           self->n_spectra / seconds, cpu_seconds (RUSAGE_THREAD) - self->main_cpu,
           cpu_seconds (RUSAGE_SELF) - self->cpu);
}

static void
run_for (guint milliseconds)
{
  gint64 stop = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < stop)
    g_main_context_iteration (NULL, TRUE);
}

static EsRunItem *
chosen (Bench *self)
{
  return es_workspace_get_run (self->workspace);
}

static void
wait_for_state (Bench *self, EsRunState state)
{
  gint64 stop = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (es_run_item_get_state (chosen (self)) != state) {
    g_main_context_iteration (NULL, TRUE);
    if (g_get_monotonic_time () > stop)
      g_error ("A training did not get where it should");
  }
}

static void
wait_for_epochs (Bench *self, guint n)
{
  gint64 stop = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (es_run_item_get_history (chosen (self))->len < n) {
    g_main_context_iteration (NULL, TRUE);
    if (g_get_monotonic_time () > stop)
      g_error ("A training did not get on");
  }
}

static GtkWidget *
find (GtkWidget *widget, GType type, const char *property, const char *text)
{
  g_autofree char *value = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)) {
    g_object_get (widget, property, &value, NULL);
    if (g_strcmp0 (value, text) == 0)
      return widget;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type, property, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static EsPlotView *
plot_view (Bench *self, const char *label)
{
  return ES_PLOT_VIEW (
      find (GTK_WIDGET (self->window), ES_TYPE_PLOT_VIEW, "label", label));
}

static void
open_window (Bench *self, EsApplication *application)
{
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_settings_set_boolean (es_settings_get (), "autosave", FALSE);
  g_application_activate (G_APPLICATION (application));
  self->window =
      ES_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  self->workspace = es_window_get_workspace (self->window);
  self->history = plot_view (self, "Learning Curves");
  self->spectrum = plot_view (self, "Spectrum and Leading Eigenvectors");
  begin (self);
  g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MILLISECONDS, beat_cb, self, NULL);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)),
                            "after-paint", G_CALLBACK (painted_cb), self);
  while (self->first_frame <= 0)
    g_main_context_iteration (NULL, TRUE);
  g_print ("{\"phase\": \"start\", \"first_frame_s\": %.2f}\n", self->first_frame);
  run_for (500);
}

static void
start_training (Bench *self, const char *data, guint hidden, guint epochs)
{
  EsPlan plan;

  es_plan_init (&plan);
  g_free (plan.data);
  plan.data = g_strdup (data);
  plan.model.hidden = hidden;
  es_train_config_init (&plan.train);
  plan.train.epochs = epochs;
  plan.train.batch = 2048;
  es_window_add_run (self->window, &plan, TRUE);
  es_plan_clear (&plan);
}

/* Prints the seconds of every epoch as the trainer took them, without evaluation: the
   same ones that eigenscope-cli prints. */
static void
print_epochs (Bench *self)
{
  const GArray *history = es_run_item_get_history (chosen (self));

  g_print ("{\"phase\": \"epochs\", \"seconds\": [");
  for (guint i = 0; i < history->len; i++)
    g_print ("%s%.4f", i > 0 ? ", " : "", g_array_index (history, EsEpoch, i).seconds);
  g_print ("]}\n");
}

static void
measure_training (Bench *self, const char *data, guint hidden, guint epochs)
{
  begin (self);
  start_training (self, data, hidden, epochs);
  wait_for_epochs (self, 1);
  end (self, "load");
  begin (self);
  wait_for_epochs (self, epochs);
  end (self, "train");
  wait_for_state (self, ES_RUN_FINISHED);
  print_epochs (self);
}

/* What the program takes with one trained run, and whether runs that come and go leave
   anything behind. */
static void
measure_memory (Bench *self, const char *data, guint hidden, guint epochs, guint n)
{
  start_training (self, data, hidden, epochs);
  wait_for_state (self, ES_RUN_FINISHED);
  run_for (1000);
  g_print ("{\"phase\": \"one run\", \"resident_mb\": %.1f}\n", get_resident ());
  for (guint i = 1; i <= n; i++) {
    start_training (self, data, hidden, 3);
    wait_for_state (self, ES_RUN_FINISHED);
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.delete", NULL);
    /* Until the offer to undo it has gone. */
    run_for (12000);
    g_print ("{\"phase\": \"%u more\", \"resident_mb\": %.1f}\n", i, get_resident ());
  }
}

/* Closes every window but the main one. */
static void
close_others (Bench *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (window != GTK_WINDOW (self->window))
      gtk_window_destroy (window);
  }
}

/* Every kind of figure in every format, while the network trains */

typedef struct
{
  EsPlot *plot;
  char *path;
  gboolean done;
} Export;

static void
export_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Export *export = data;
  const EsExportOptions options = {.dpi = EXPORT_DPI};
  GError *error = NULL;

  if (!es_figure_save (export->plot, export->path, &options, &error))
    g_error ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Export *)data)->done = TRUE;
}

/* Shows the dialog, and writes the file as the dialog does when it is answered: the
   file chooser between them is GTK's. */
static void
export_one (Bench *self, const char *view, const char *suffix, const char *folder)
{
  GtkWidget *widget = GTK_WIDGET (plot_view (self, view));
  g_autofree char *path = g_strdup_printf ("%s/figure.%s", folder, suffix);
  g_autofree char *phase = g_strdup_printf ("%s, %s", view, suffix);
  g_autoptr (GTask) task = NULL;
  Export export = {.path = path};

  begin (self);
  if (!gtk_widget_activate_action (widget, "plot.export", NULL))
    g_error ("%s cannot be exported", view);
  run_for (400);
  es_toast (widget, "…");
  close_others (self);
  export.plot = es_plot_ref (es_plot_view_get_plot (ES_PLOT_VIEW (widget)));
  task = g_task_new (widget, NULL, exported_cb, &export);
  g_task_set_task_data (task, &export, NULL);
  es_work_start (task, export_worker);
  while (!export.done)
    g_main_context_iteration (NULL, TRUE);
  run_for (200);
  end (self, phase);
  es_plot_unref (export.plot);
  g_unlink (path);
}

static void
export_formats (Bench *self, const char *view, const char *folder)
{
  static const char *const suffixes[] = {"pdf", "svg", "png"};

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    export_one (self, view, suffixes[i], folder);
}

static void
measure_export (Bench *self, const char *data, guint hidden)
{
  g_autofree char *folder = g_dir_make_tmp ("eigenscope-bench-XXXXXX", NULL);

  start_training (self, data, hidden, 100000);
  wait_for_epochs (self, 3);
  export_formats (self, "Learning Curves", folder);
  export_formats (self, "Spectrum and Leading Eigenvectors", folder);
  begin (self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.view", "s", "spectrum");
  run_for (3000);
  end (self, "spectrum view");
  export_formats (self, "Spectrum", folder);
  export_formats (self, "Eigenvector", folder);
  begin (self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.all-classes", NULL);
  run_for (3000);
  end (self, "all classes");
  export_formats (self, "Eigenvectors of All Classes", folder);
  g_rmdir (folder);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.view", "s", "train");
  begin (self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.train-start", NULL);
  wait_for_state (self, ES_RUN_PAUSED);
  run_for (500);
  end (self, "pause");
  begin (self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.train-start", NULL);
  wait_for_state (self, ES_RUN_TRAINING);
  run_for (500);
  end (self, "resume");
}

/* The grid of images */

/* Steps of a scrolling: one for a frame. */
#define SCROLL_STEPS 240

/* Scrolls @pane by @step a frame, from the beginning again at the end. */
static void
scroll (Bench *self, GtkAdjustment *pane, double step, const char *phase)
{
  begin (self);
  for (guint i = 0; i < SCROLL_STEPS; i++) {
    double end = gtk_adjustment_get_upper (pane) - gtk_adjustment_get_page_size (pane);
    double at = gtk_adjustment_get_value (pane) + step;
    guint frame = self->n_frames;

    gtk_adjustment_set_value (pane, at > end ? 0 : at);
    while (self->n_frames == frame)
      g_main_context_iteration (NULL, TRUE);
  }
  end (self, phase);
}

static void
measure_browsing (Bench *self, const char *data, guint hidden)
{
  GtkWidget *browser, *grid, *splits;
  GtkAdjustment *pane;

  start_training (self, data, hidden, 1);
  wait_for_state (self, ES_RUN_FINISHED);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.view", "s", "explain");
  run_for (2000);
  browser =
      find (GTK_WIDGET (self->window), ES_TYPE_SAMPLE_BROWSER, "tooltip-text", NULL);
  grid = find (browser, GTK_TYPE_GRID_VIEW, "tooltip-text", NULL);
  splits = find (browser, GTK_TYPE_DROP_DOWN, "tooltip-text", NULL);
  g_assert_true (gtk_widget_get_mapped (grid));
  begin (self);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (splits), 1);
  run_for (3000);
  end (self, "list");
  g_assert_cmpuint (g_list_model_get_n_items (
                        G_LIST_MODEL (gtk_grid_view_get_model (GTK_GRID_VIEW (grid)))),
                    ==, es_run_item_get_dataset (chosen (self))->train.N);
  pane = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid));
  scroll (self, pane, 40, "scroll slowly");
  scroll (self, pane, gtk_adjustment_get_page_size (pane), "scroll by pages");
  scroll (self, pane, gtk_adjustment_get_upper (pane) / 23, "scroll far");
}

static void
close_window (Bench *self)
{
  begin (self);
  gtk_window_close (GTK_WINDOW (self->window));
  es_work_wait ();
  end (self, "close");
}

int
main (int argc, char **argv)
{
  g_autofree char *data = g_strdup ("glyphs");
  int hidden = 256, epochs = 20, runs = 10;
  gboolean export = FALSE, browse = FALSE, quiet = FALSE, drag = FALSE, memory = FALSE;
  const GOptionEntry entries[] = {
      {"data", 0, 0, G_OPTION_ARG_STRING, &data, "Dataset", "NAME"},
      {"hidden", 0, 0, G_OPTION_ARG_INT, &hidden, "Hidden width", "H"},
      {"epochs", 0, 0, G_OPTION_ARG_INT, &epochs, "Epochs", "N"},
      {"export", 0, 0, G_OPTION_ARG_NONE, &export, "Export figures while training",
       NULL},
      {"drag", 0, 0, G_OPTION_ARG_NONE, &drag, "Drag sliders and brushes", NULL},
      {"browse", 0, 0, G_OPTION_ARG_NONE, &browse, "Scroll through the images", NULL},
      {"memory", 0, 0, G_OPTION_ARG_NONE, &memory, "Train runs in a row", NULL},
      {"runs", 0, 0, G_OPTION_ARG_INT, &runs, "So many", "N"},
      {"start-only", 0, 0, G_OPTION_ARG_NONE, &quiet, "Show the window, no more", NULL},
      {NULL}};
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsApplication) application = NULL;
  Bench self = {.gaps = g_array_new (FALSE, FALSE, sizeof (double))};

  es_blas_choose_kernels (argv);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  application = es_application_new ();
  open_window (&self, application);
  if (export)
    measure_export (&self, data, (guint)hidden);
  else if (browse)
    measure_browsing (&self, data, (guint)hidden);
  else if (memory)
    measure_memory (&self, data, (guint)hidden, (guint)epochs, (guint)runs);
  else if (!quiet)
    measure_training (&self, data, (guint)hidden, (guint)epochs);
  if (drag)
    bench_dragging (self.window);
  close_window (&self);
  es_plot_unref (self.painted);
  g_array_unref (self.gaps);
  return 0;
}
